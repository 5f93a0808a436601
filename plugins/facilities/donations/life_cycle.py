"""The life of a donation plan by Circular 16/2018/TT-BGDĐT: nobody is asked before it is approved, and nothing is taken
before its plan of use was public for fifteen working days."""

from __future__ import annotations

from collections.abc import Callable

from intranet.api import (
    DONE,
    STOPPED,
    Actor,
    Holder,
    Party,
    State,
    Transition,
    Workflow,
    gettext,
    may,
    today,
    working_days_after,
)
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import DonationPlan, Opinion

DRAFT, SUBMITTED, APPROVED, POSTED = "draft", "submitted", "approved", "posted"
COLLECTING, SETTLED, SETTLEMENT_POSTED = "collecting", "settled", "settlement_posted"
CLOSED, WITHDRAWN = "closed", "withdrawn"
STATE_LABELS = {
    DRAFT: _("Nháp"),
    SUBMITTED: _("Chờ duyệt"),
    APPROVED: _("Đã duyệt, chờ niêm yết"),
    POSTED: _("Đang niêm yết kế hoạch sử dụng"),
    COLLECTING: _("Đang tiếp nhận tài trợ"),
    SETTLED: _("Đã lập quyết toán"),
    SETTLEMENT_POSTED: _("Đang niêm yết quyết toán"),
    CLOSED: _("Đã kết thúc"),
    WITHDRAWN: _("Đã rút"),
}
# Nothing was taken yet: a plan that ends here owes nobody a settlement.
NOT_BEGUN = (DRAFT, SUBMITTED, APPROVED, POSTED)
BEGUN = (COLLECTING, SETTLED, SETTLEMENT_POSTED)
POSTING_DAYS = 15
# What anybody may read, signed in or not.
PUBLIC = (POSTED, *BEGUN, CLOSED)
# What a plan has to say before it is sent, and what before it is posted.
WANTED = {
    "content": _("nội dung vận động"),
    "purpose": _("mục đích"),
    "beneficiaries": _("đối tượng thụ hưởng"),
    "budget": _("dự toán"),
    "timetable": _("kế hoạch triển khai"),
}
WANTED_FOR_POSTING = {"use": _("kế hoạch sử dụng"), "team": _("tổ tiếp nhận")}


def _lacks(wanted: dict[str, str]) -> Callable[[DonationPlan], str | None]:
    def guard(plan: DonationPlan) -> str | None:
        missing = [str(label) for name, label in wanted.items() if not getattr(plan, name)]
        return gettext("Kế hoạch chưa ghi: %(parts)s.", parts=", ".join(missing)) if missing else None

    return guard


def posting_over(plan: DonationPlan) -> bool:
    """Whether the working days of posting have all passed."""
    return plan.posting_ends_on is not None and plan.posting_ends_on < today()


def _not_collectable(plan: DonationPlan) -> str | None:
    if not posting_over(plan):
        return gettext("Chưa hết %(days)s ngày làm việc niêm yết kế hoạch sử dụng.", days=POSTING_DAYS)
    open_ = Opinion.select().where(Opinion.plan == plan, Opinion.answered_on.is_null()).count()
    return gettext("Còn %(count)s ý kiến chưa trả lời.", count=open_) if open_ else None


def _unsettled(plan: DonationPlan) -> str | None:
    return None if plan.settlement else gettext("Chưa viết báo cáo quyết toán.")


def _post(plan: DonationPlan, person_id: int | None) -> None:
    plan.posted_on = today()
    plan.posting_ends_on = working_days_after(plan.posted_on, POSTING_DAYS)
    plan.save()


def _take_down(plan: DonationPlan, person_id: int | None) -> None:
    plan.posted_on = plan.posting_ends_on = None
    plan.save()


def _dated(name: str) -> Callable[[DonationPlan, int | None], None]:
    def effect(plan: DonationPlan, person_id: int | None) -> None:
        setattr(plan, name, today())
        plan.save()

    return effect


def writes(actor: Actor, plan: DonationPlan) -> bool:
    """Whether somebody writes the plan and its book: the school's own people; once it is closed, its office too."""
    for_closed = actor.school_id is None and actor.district_id == plan.district_id and _is_orphan(plan)
    return (actor.school_id == plan.school_id or for_closed) and may(actor, "facilities.donation", plan)


def _is_orphan(plan: DonationPlan) -> bool:
    return plan.school.closed_on is not None


def _keepers(plan: DonationPlan) -> list[Holder]:
    office = parties.office_of(plan.district_id) if _is_orphan(plan) else []
    return [*parties.keepers_of(plan.school_id), *office]


KEEPERS = Party(key=parties.SCHOOL.key, label=parties.SCHOOL.label, holders=_keepers)


LIFE_CYCLE = Workflow(
    model=DonationPlan,
    label=_("Kế hoạch vận động tài trợ"),
    parties=(KEEPERS, parties.OFFICE),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Ghi đủ và gửi duyệt"), days=30),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Duyệt kế hoạch vận động"), days=15),
        State(key=APPROVED, label=STATE_LABELS[APPROVED], step=_("Niêm yết kế hoạch sử dụng"), days=30),
        State(
            key=POSTED,
            label=STATE_LABELS[POSTED],
            step=_("Trả lời ý kiến và bắt đầu tiếp nhận"),
            waits=posting_over,
        ),
        State(key=COLLECTING, label=STATE_LABELS[COLLECTING], step=_("Ghi sổ, lập quyết toán khi xong"), days=180),
        State(key=SETTLED, label=STATE_LABELS[SETTLED], step=_("Niêm yết quyết toán"), days=15),
        State(key=SETTLEMENT_POSTED, label=STATE_LABELS[SETTLEMENT_POSTED], step=_("Xem xét quyết toán"), days=30),
        State(key=CLOSED, label=STATE_LABELS[CLOSED], kind=DONE),
        State(key=WITHDRAWN, label=STATE_LABELS[WITHDRAWN], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi duyệt"),
            sources=(DRAFT,),
            target=SUBMITTED,
            by=("school",),
            guard=_lacks(WANTED),
        ),
        Transition(
            key="approve",
            label=_("Duyệt"),
            sources=(SUBMITTED,),
            target=APPROVED,
            by=("office",),
            page=lambda plan: f"/facilities/donations/{plan.id}/approval",
        ),
        Transition(
            key="give_back",
            label=_("Trả lại"),
            sources=(SUBMITTED,),
            target=DRAFT,
            by=("office",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="post",
            label=_("Niêm yết kế hoạch sử dụng"),
            sources=(APPROVED,),
            target=POSTED,
            by=("school",),
            guard=_lacks(WANTED_FOR_POSTING),
            effect=_post,
        ),
        Transition(
            key="revise",
            label=_("Sửa và niêm yết lại"),
            sources=(POSTED,),
            target=APPROVED,
            by=("school",),
            exit=True,
            reason=True,
            effect=_take_down,
        ),
        Transition(
            key="collect",
            label=_("Bắt đầu tiếp nhận"),
            sources=(POSTED,),
            target=COLLECTING,
            by=("school",),
            guard=_not_collectable,
        ),
        Transition(
            key="settle",
            label=_("Chốt quyết toán"),
            sources=(COLLECTING,),
            target=SETTLED,
            by=("school",),
            guard=_unsettled,
            effect=_dated("settled_on"),
        ),
        Transition(
            key="reopen",
            label=_("Mở lại sổ"),
            sources=(SETTLED,),
            target=COLLECTING,
            by=("school",),
            exit=True,
            reason=True,
        ),
        Transition(
            key="post_settlement",
            label=_("Niêm yết quyết toán"),
            sources=(SETTLED,),
            target=SETTLEMENT_POSTED,
            by=("school",),
            effect=_dated("settlement_posted_on"),
        ),
        Transition(
            key="close",
            label=_("Kết thúc"),
            sources=(SETTLEMENT_POSTED,),
            target=CLOSED,
            by=("office",),
        ),
        Transition(
            key="withdraw",
            label=_("Rút kế hoạch"),
            sources=NOT_BEGUN,
            target=WITHDRAWN,
            by=("school",),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
        ),
    ),
    title=lambda plan: plan.title,
    url=lambda plan: f"/facilities/donations/{plan.id}",
)
