"""The life of a match: asked, taken on, approved, under way, perhaps paused, ended with a look back.

No step asks its reason here: what is said of a child is sealed, so each such step has a form of its own.
"""

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
    today,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.privacy import label_of
from plugins.mentoring.mentors import effects
from plugins.mentoring.tables.mentors import Match

PROPOSED, ACCEPTED, ACTIVE, PAUSED, ENDED, DECLINED = "proposed", "accepted", "active", "paused", "ended", "declined"
STATE_LABELS = {
    PROPOSED: _("Chờ người kèm nhận lời"),
    ACCEPTED: _("Đã nhận lời, chờ duyệt"),
    ACTIVE: _("Đang kèm"),
    PAUSED: _("Tạm dừng"),
    ENDED: _("Đã kết thúc"),
    DECLINED: _("Không thành"),
}


def _mentor(match: Match) -> Sequence[Holder]:
    """Nothing waits for somebody who left, or whose data were erased."""
    return [Holder(person_id=match.mentor_id)] if effects.still_there(match) else []


def _keepers(match: Match) -> Sequence[Holder]:
    return [Holder(role=role, school_id=match.school_id) for role in (PRINCIPAL, COORDINATOR)]


def _page(name: str) -> Callable[[Match], str]:
    return lambda match: f"/mentoring/matches/{match.id}/{name}"


LIFE_CYCLE = Workflow(
    model=Match,
    label=_("Việc kèm học sinh"),
    parties=(
        Party(key="mentor", label=_("Người kèm"), holders=_mentor),
        Party(key="keepers", label=_("Hiệu trưởng, điều phối viên"), holders=_keepers),
    ),
    states=(
        State(key=PROPOSED, label=STATE_LABELS[PROPOSED], step=_("Trả lời lời mời kèm"), days=7),
        State(key=ACCEPTED, label=STATE_LABELS[ACCEPTED], step=_("Duyệt việc kèm"), days=7),
        State(
            key=ACTIVE,
            label=STATE_LABELS[ACTIVE],
            step=_("Đánh giá và kết thúc"),
            waits=lambda match: match.ends_on is not None and match.ends_on < today(),
        ),
        State(
            key=PAUSED,
            label=STATE_LABELS[PAUSED],
            step=_("Cho kèm tiếp hoặc kết thúc"),
            waits=lambda match: match.paused_until is None or match.paused_until < today(),
            days=14,
        ),
        State(key=ENDED, label=STATE_LABELS[ENDED], kind=DONE),
        State(key=DECLINED, label=STATE_LABELS[DECLINED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="accept",
            label=_("Nhận kèm"),
            sources=(PROPOSED,),
            target=ACCEPTED,
            by=("mentor",),
            guard=effects.why_not,
            page=_page("accept"),
        ),
        Transition(
            key="decline",
            label=_("Không nhận"),
            sources=(PROPOSED,),
            target=DECLINED,
            by=("mentor",),
            exit=True,
            effect=effects.released,
            page=_page("decline"),
        ),
        Transition(
            key="approve",
            label=_("Duyệt việc kèm"),
            sources=(ACCEPTED,),
            target=ACTIVE,
            by=("keepers",),
            guard=effects.why_not,
            effect=effects.begun,
        ),
        Transition(
            key="stop",
            label=_("Rút lời mời"),
            sources=(PROPOSED, ACCEPTED),
            target=DECLINED,
            by=("keepers",),
            exit=True,
            effect=effects.released,
        ),
        Transition(
            key="pause",
            label=_("Tạm dừng"),
            sources=(ACTIVE,),
            target=PAUSED,
            by=("keepers", "mentor"),
            exit=True,
            page=_page("pause"),
        ),
        Transition(
            key="resume",
            label=_("Kèm tiếp"),
            sources=(PAUSED,),
            target=ACTIVE,
            by=("keepers",),
            guard=effects.why_not,
            effect=effects.begun,
        ),
        Transition(
            key="finish",
            label=_("Đánh giá và kết thúc"),
            sources=(ACTIVE, PAUSED),
            target=ENDED,
            by=("keepers", "mentor"),
            effect=effects.released,
            page=_page("finish"),
        ),
    ),
    title=lambda match: label_of(match.case),
    url=lambda match: f"/mentoring/matches/{match.id}",
    within=lambda match: match.case,
)
