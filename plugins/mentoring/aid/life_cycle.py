"""The life of something given: asked for, approved, handed over, acknowledged by the child's school.

A giving school is a party and must not learn of the child: title, steps and what is agreed to carry the number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intranet.api import COORDINATOR, DONE, PRINCIPAL, STOPPED, Holder, Party, State, Transition, Workflow, gettext
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.consents import covers
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, WITH_MENTORS

REQUESTED, APPROVED, DELIVERED, ACKNOWLEDGED, REFUSED = "requested", "approved", "delivered", "acknowledged", "refused"
STATE_LABELS = {
    REQUESTED: _("Đang đề nghị"),
    APPROVED: _("Đã duyệt, chờ trao"),
    DELIVERED: _("Đã trao"),
    ACKNOWLEDGED: _("Đã xác nhận"),
    REFUSED: _("Không trao"),
}
# What has not reached anybody yet.
PENDING = (REQUESTED, APPROVED)
# What has reached the child.
GIVEN = (DELIVERED, ACKNOWLEDGED)


def title_of(aid: Aid) -> str:
    """What it is called in tasks and notices: by its number alone."""
    return f"Trao tặng {aid.receipt}"


def _principal(aid: Aid) -> Sequence[Holder]:
    return [Holder(role=PRINCIPAL, school_id=aid.school_id)]


def _keepers(aid: Aid) -> Sequence[Holder]:
    return [Holder(role=role, school_id=aid.school_id) for role in (PRINCIPAL, COORDINATOR)]


def _giver(aid: Aid) -> Sequence[Holder]:
    if aid.giver_id is None:
        return []
    return [Holder(role=role, school_id=aid.giver_id) for role in (PRINCIPAL, COORDINATOR)]


def why_not(aid: Aid) -> str | None:
    """The sentence that says why nothing may be handed over now, or None. It tells nothing of the family."""
    if aid.case.state in WITH_MENTORS and covers(aid.case, AID):
        return None
    return gettext("Trường nhận chưa thể trao lúc này; điều phối viên của trường xem lại hồ sơ.")


def _text(aid: Aid) -> str:
    return "|".join([aid.kind, aid.what, f"{aid.quantity:.2f}", aid.unit, f"{aid.worth:.0f}", aid.donor])


def _page(name: str) -> Callable[[Aid], str]:
    return lambda aid: f"/mentoring/aid/{aid.id}/{name}"


LIFE_CYCLE = Workflow(
    model=Aid,
    label=_("Trao tặng học sinh"),
    parties=(
        Party(key="principal", label=_("Hiệu trưởng trường nhận"), holders=_principal),
        Party(key="keepers", label=_("Hiệu trưởng, điều phối viên trường nhận"), holders=_keepers),
        # Where no school gives, there is no side to agree.
        Party(key="giver", label=_("Trường tặng"), holders=_giver, each=True),
    ),
    states=(
        State(key=REQUESTED, label=STATE_LABELS[REQUESTED], step=_("Duyệt việc trao tặng"), days=14),
        State(key=APPROVED, label=STATE_LABELS[APPROVED], step=_("Trao và ghi ngày trao"), days=30),
        State(key=DELIVERED, label=STATE_LABELS[DELIVERED], step=_("Xác nhận học sinh đã nhận"), days=14),
        State(key=ACKNOWLEDGED, label=STATE_LABELS[ACKNOWLEDGED], kind=DONE),
        State(key=REFUSED, label=STATE_LABELS[REFUSED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="approve",
            label=_("Duyệt"),
            sources=(REQUESTED,),
            target=APPROVED,
            by=("principal", "giver"),
            joint=True,
            guard=why_not,
        ),
        Transition(
            key="deliver",
            label=_("Ghi việc trao"),
            sources=(APPROVED,),
            target=DELIVERED,
            by=("keepers", "giver"),
            guard=why_not,
            page=_page("deliver"),
        ),
        Transition(
            key="acknowledge",
            label=_("Xác nhận đã nhận"),
            sources=(DELIVERED,),
            target=ACKNOWLEDGED,
            by=("keepers",),
            page=_page("acknowledge"),
        ),
        Transition(
            key="refuse",
            label=_("Không trao"),
            sources=PENDING,
            target=REFUSED,
            by=("keepers", "giver"),
            exit=True,
            page=_page("refuse"),
        ),
    ),
    title=title_of,
    url=lambda aid: f"/mentoring/aid/{aid.id}",
    text=_text,
)
