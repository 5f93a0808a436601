"""The life of help for a teacher: asked for, decided by principal and union together, handed over, closed.

Tasks and notices carry a number alone. What both agree to is the sealed text itself: its hash tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from intranet.api import DONE, PRINCIPAL, STOPPED, UNION, Holder, Party, State, Transition, Workflow, gettext
from intranet.api import lazy_gettext as _
from plugins.mentoring.tables.aid import TeacherSupport

REQUESTED, DECIDED, DELIVERED, CLOSED, REFUSED = "requested", "decided", "delivered", "closed", "refused"
STATE_LABELS = {
    REQUESTED: _("Chờ quyết định"),
    DECIDED: _("Đã quyết định hỗ trợ"),
    DELIVERED: _("Đã trao hỗ trợ"),
    CLOSED: _("Đã kết thúc"),
    REFUSED: _("Không hỗ trợ"),
}


def title_of(support: TeacherSupport) -> str:
    """What it is called in tasks and notices: no name."""
    return f"Đề nghị hỗ trợ số {support.id}"


def _principal(support: TeacherSupport) -> Sequence[Holder]:
    return [Holder(role=PRINCIPAL, school_id=support.school_id)]


def _union(support: TeacherSupport) -> Sequence[Holder]:
    return [Holder(role=UNION, school_id=support.school_id)]


def _teacher(support: TeacherSupport) -> Sequence[Holder]:
    return [Holder(person_id=support.person_id)]


def _undecided(support: TeacherSupport) -> str | None:
    return None if support.granted else gettext("Chưa ghi nội dung quyết định.")


LIFE_CYCLE = Workflow(
    model=TeacherSupport,
    label=_("Hỗ trợ giáo viên"),
    parties=(
        Party(key="principal", label=_("Hiệu trưởng"), holders=_principal),
        Party(key="union", label=_("Chủ tịch Công đoàn"), holders=_union),
        Party(key="teacher", label=_("Người được hỗ trợ"), holders=_teacher),
    ),
    states=(
        State(key=REQUESTED, label=STATE_LABELS[REQUESTED], step=_("Quyết định việc hỗ trợ"), days=10),
        State(key=DECIDED, label=STATE_LABELS[DECIDED], step=_("Trao hỗ trợ"), days=14),
        State(key=DELIVERED, label=STATE_LABELS[DELIVERED], step=_("Xác nhận đã nhận"), days=14),
        State(key=CLOSED, label=STATE_LABELS[CLOSED], kind=DONE),
        State(key=REFUSED, label=STATE_LABELS[REFUSED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="decide",
            label=_("Đồng ý hỗ trợ"),
            sources=(REQUESTED,),
            target=DECIDED,
            by=("principal", "union"),
            joint=True,
            guard=_undecided,
        ),
        Transition(
            key="refuse",
            label=_("Không hỗ trợ"),
            sources=(REQUESTED,),
            target=REFUSED,
            by=("principal", "union"),
            joint=True,
            exit=True,
            guard=_undecided,
        ),
        Transition(
            key="withdraw",
            label=_("Rút đề nghị"),
            sources=(REQUESTED, DECIDED),
            target=CLOSED,
            by=("teacher",),
            exit=True,
        ),
        Transition(
            key="deliver",
            label=_("Ghi việc trao"),
            sources=(DECIDED,),
            target=DELIVERED,
            by=("principal", "union"),
            page=lambda support: f"/mentoring/teacher-support/{support.id}/deliver",
        ),
        Transition(
            key="close",
            label=_("Đã nhận"),
            sources=(DELIVERED,),
            target=CLOSED,
            by=("teacher",),
        ),
        Transition(
            key="close_without",
            label=_("Kết thúc"),
            sources=(DELIVERED,),
            target=CLOSED,
            by=("principal", "union"),
            exit=True,
        ),
    ),
    title=title_of,
    url=lambda support: f"/mentoring/teacher-support/{support.id}",
    text=lambda support: support.asked + support.granted,
)
