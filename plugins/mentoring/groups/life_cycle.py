"""The life of a group: planned, pupils enrolled, running, summarised in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intranet.api import (
    COORDINATOR,
    DONE,
    PRINCIPAL,
    STOPPED,
    Holder,
    Party,
    State,
    Transition,
    Workflow,
    gettext,
    today,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.tables.groups import Group, GroupPupil

PLANNED, ENROLLING, RUNNING, SUMMARISED, CANCELLED = "planned", "enrolling", "running", "summarised", "cancelled"
STATE_LABELS = {
    PLANNED: _("Dự kiến"),
    ENROLLING: _("Đang ghi danh"),
    RUNNING: _("Đang học"),
    SUMMARISED: _("Đã tổng kết"),
    CANCELLED: _("Đã hủy"),
}


def _keepers(group: Group) -> Sequence[Holder]:
    return [Holder(role=role, school_id=group.school_id) for role in (PRINCIPAL, COORDINATOR)]


def _nobody(group: Group) -> str | None:
    enrolled = GroupPupil.select().where(GroupPupil.group == group, GroupPupil.left_on.is_null())
    return None if enrolled.exists() else gettext("Chưa có học sinh nào ghi danh.")


def _page(name: str) -> Callable[[Group], str]:
    return lambda group: f"/mentoring/groups/{group.id}/{name}"


LIFE_CYCLE = Workflow(
    model=Group,
    label=_("Nhóm bồi dưỡng"),
    parties=(
        Party(key="keepers", label=_("Hiệu trưởng, điều phối viên"), holders=_keepers),
        Party(key="teacher", label=_("Giáo viên dạy"), holders=lambda group: [Holder(person_id=group.teacher_id)]),
    ),
    states=(
        State(key=PLANNED, label=STATE_LABELS[PLANNED], step=_("Mở ghi danh"), days=30),
        State(key=ENROLLING, label=STATE_LABELS[ENROLLING], step=_("Ghi danh học sinh và bắt đầu"), days=30),
        State(
            key=RUNNING,
            label=STATE_LABELS[RUNNING],
            step=_("Tổng kết bằng số liệu chung"),
            waits=lambda group: group.ends_on < today(),
        ),
        State(key=SUMMARISED, label=STATE_LABELS[SUMMARISED], kind=DONE),
        State(key=CANCELLED, label=STATE_LABELS[CANCELLED], kind=STOPPED),
    ),
    transitions=(
        Transition(key="enrol", label=_("Mở ghi danh"), sources=(PLANNED,), target=ENROLLING, by=("keepers",)),
        Transition(
            key="start",
            label=_("Bắt đầu học"),
            sources=(ENROLLING,),
            target=RUNNING,
            by=("keepers", "teacher"),
            guard=_nobody,
        ),
        Transition(
            key="summarise",
            label=_("Tổng kết"),
            sources=(RUNNING,),
            target=SUMMARISED,
            by=("keepers", "teacher"),
            page=_page("summary"),
        ),
        Transition(
            key="cancel",
            label=_("Hủy nhóm"),
            sources=(PLANNED, ENROLLING, RUNNING),
            target=CANCELLED,
            by=("keepers",),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
        ),
    ),
    title=lambda group: group.title,
    url=lambda group: f"/mentoring/groups/{group.id}",
)
