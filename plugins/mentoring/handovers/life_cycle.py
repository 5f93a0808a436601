"""The life of a handover: offered to the new school, then taken, declined or taken back."""

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
from plugins.mentoring.cases.life_cycle import FREEZES
from plugins.mentoring.cases.privacy import label_of
from plugins.mentoring.tables.cases import Case, Consent, in_force
from plugins.mentoring.tables.handovers import Handover

OFFERED, ACCEPTED, DECLINED, TAKEN_BACK = "offered", "accepted", "declined", "taken_back"
STATE_LABELS = {
    OFFERED: _("Chờ trường mới trả lời"),
    ACCEPTED: _("Trường mới đã nhận"),
    DECLINED: _("Trường mới không nhận"),
    TAKEN_BACK: _("Đã rút lại"),
}


def may_go(case: Case) -> bool:
    """Whether a case can go to another school: it is under way, and the family agrees to something today."""
    agreed = Consent.select().where(Consent.case == case, in_force(today()))
    return case.state in FREEZES and agreed.exists()


def _why_not(handover: Handover) -> str | None:
    if may_go(handover.case):
        return None
    return gettext("Hồ sơ không còn chuyển được: gia đình không còn đồng ý, hoặc hồ sơ đã kết thúc.")


def _senders(handover: Handover) -> Sequence[Holder]:
    return [Holder(role=role, school_id=handover.school_id) for role in (PRINCIPAL, COORDINATOR)]


def _page(name: str) -> Callable[[Handover], str]:
    return lambda handover: f"/mentoring/handovers/{handover.id}/{name}"


LIFE_CYCLE = Workflow(
    model=Handover,
    label=_("Chuyển hồ sơ học sinh"),
    parties=(
        Party(key="senders", label=_("Hiệu trưởng, điều phối viên trường cũ"), holders=_senders),
        Party(
            key="receiver",
            label=_("Hiệu trưởng trường mới"),
            holders=lambda handover: [Holder(role=PRINCIPAL, school_id=handover.to_school_id)],
        ),
    ),
    states=(
        State(key=OFFERED, label=STATE_LABELS[OFFERED], step=_("Trả lời việc chuyển hồ sơ học sinh"), days=14),
        State(key=ACCEPTED, label=STATE_LABELS[ACCEPTED], kind=DONE),
        State(key=DECLINED, label=STATE_LABELS[DECLINED], kind=STOPPED),
        State(key=TAKEN_BACK, label=STATE_LABELS[TAKEN_BACK], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="accept",
            label=_("Nhận hồ sơ"),
            sources=(OFFERED,),
            target=ACCEPTED,
            by=("receiver",),
            guard=_why_not,
            page=_page("accept"),
        ),
        Transition(
            key="decline",
            label=_("Không nhận"),
            sources=(OFFERED,),
            target=DECLINED,
            by=("receiver",),
            exit=True,
            page=_page("decline"),
        ),
        # Also by itself, when the family withdraws or the case ends.
        Transition(
            key="take_back",
            label=_("Rút lại"),
            sources=(OFFERED,),
            target=TAKEN_BACK,
            by=("senders",),
            exit=True,
        ),
    ),
    title=lambda handover: label_of(handover.case),
    url=lambda handover: f"/mentoring/handovers/{handover.id}",
    within=lambda handover: handover.case,
)
