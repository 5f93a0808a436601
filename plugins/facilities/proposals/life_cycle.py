"""The life of a proposal: gathered, checked, sent, appraised; approved and carried out, or returned, or refused.

Needs in it are asked of nobody else. They look for givers again as soon as it lets them go.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from intranet.api import DONE, LEADER, STOPPED, Holder, Party, State, Transition, Workflow, gettext
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import FundingSource, Need, Proposal, ProposalItem
from plugins.facilities.needs import rules as needs

DRAFT, CHECKING, CHECKED, SENT = "draft", "checking", "checked", "sent"
APPRAISAL, APPROVED, IMPLEMENTING, HANDED_OVER = "appraisal", "approved", "implementing", "handed_over"
RETURNED, REFUSED, WITHDRAWN = "returned", "refused", "withdrawn"
STATE_LABELS = {
    DRAFT: _("Đang lập"),
    CHECKING: _("Chờ kiểm tra nội bộ"),
    CHECKED: _("Đã kiểm tra, chờ gửi"),
    SENT: _("Đã gửi"),
    APPRAISAL: _("Đang thẩm định"),
    APPROVED: _("Đã được phê duyệt"),
    IMPLEMENTING: _("Đang thực hiện"),
    HANDED_OVER: _("Đã bàn giao"),
    RETURNED: _("Bị trả lại"),
    REFUSED: _("Không được phê duyệt"),
    WITHDRAWN: _("Đã rút"),
}
# What was approved, and whether it is there yet.
GRANTED = (APPROVED, IMPLEMENTING, HANDED_OVER)


def cost_of(proposal: Proposal) -> Decimal:
    """What all its lines cost together."""
    return sum((cost or 0 for (cost,) in _of(ProposalItem, proposal, ProposalItem.cost)), Decimal(0))


def sources_of(proposal: Proposal) -> Decimal:
    """What all sources are asked for together."""
    return sum((amount for (amount,) in _of(FundingSource, proposal, FundingSource.amount)), Decimal(0))


def _of(model: type, proposal: Proposal, column: object) -> list[tuple]:
    return list(model.select(column).where(model.proposal == proposal).tuples())


def _incomplete(proposal: Proposal) -> str | None:
    """Why it cannot be sent on: no line, a line without a cost, or sources that are not what it costs."""
    costs = [cost for (cost,) in _of(ProposalItem, proposal, ProposalItem.cost)]
    if not costs:
        return gettext("Hồ sơ chưa có nhu cầu nào.")
    if None in costs:
        return gettext("Còn %(count)s nhu cầu chưa có kinh phí.", count=costs.count(None))
    if sources_of(proposal) != sum(costs):
        return gettext("Tổng các nguồn vốn phải bằng tổng kinh phí của hồ sơ.")
    if not (proposal.addressee and proposal.reasons):
        return gettext("Hồ sơ chưa ghi nơi nhận hoặc sự cần thiết.")
    return None


def _each_need(change: Callable[..., None]) -> Callable[[Proposal, int | None], None]:
    def effect(proposal: Proposal, person_id: int | None) -> None:
        rows = ProposalItem.select(ProposalItem.need).where(ProposalItem.proposal == proposal)
        for (need_id,) in rows.order_by(ProposalItem.need).tuples():
            change(Need.get_by_id(need_id), person_id=person_id)

    return effect


def _page(name: str) -> Callable[[Proposal], str]:
    return lambda proposal: f"/facilities/proposals/{proposal.id}/{name}"


def _leader(proposal: Proposal) -> list[Holder]:
    return [Holder(role=LEADER, district_id=proposal.district_id)]


LIFE_CYCLE = Workflow(
    model=Proposal,
    label=_("Hồ sơ đề xuất"),
    parties=(parties.OFFICE, Party(key="leader", label=_("Lãnh đạo phòng"), holders=_leader)),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Gom nhu cầu, ghi kinh phí và nguồn vốn"), days=30),
        State(key=CHECKING, label=STATE_LABELS[CHECKING], step=_("Kiểm tra nội bộ hồ sơ"), days=7),
        State(key=CHECKED, label=STATE_LABELS[CHECKED], step=_("Gửi Ủy ban nhân dân"), days=7),
        State(key=SENT, label=STATE_LABELS[SENT], step=_("Theo dõi việc thẩm định"), days=30),
        State(key=APPRAISAL, label=STATE_LABELS[APPRAISAL], step=_("Ghi kết quả thẩm định"), days=60),
        State(key=APPROVED, label=STATE_LABELS[APPROVED], step=_("Bắt đầu thực hiện"), days=30),
        State(key=IMPLEMENTING, label=STATE_LABELS[IMPLEMENTING], step=_("Bàn giao cho các trường"), days=180),
        State(key=RETURNED, label=STATE_LABELS[RETURNED], step=_("Sửa và lập lại hồ sơ"), days=30),
        State(key=HANDED_OVER, label=STATE_LABELS[HANDED_OVER], kind=DONE),
        State(key=REFUSED, label=STATE_LABELS[REFUSED], kind=STOPPED),
        State(key=WITHDRAWN, label=STATE_LABELS[WITHDRAWN], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi kiểm tra"),
            sources=(DRAFT,),
            target=CHECKING,
            by=("office",),
            guard=_incomplete,
        ),
        Transition(
            key="check",
            label=_("Đồng ý gửi"),
            sources=(CHECKING,),
            target=CHECKED,
            by=("leader",),
            guard=_incomplete,
        ),
        Transition(
            key="send_back",
            label=_("Trả lại để sửa"),
            sources=(CHECKING,),
            target=DRAFT,
            by=("leader",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="send",
            label=_("Ghi số và gửi"),
            sources=(CHECKED,),
            target=SENT,
            by=("office",),
            page=_page("send"),
        ),
        Transition(key="appraise", label=_("Đang thẩm định"), sources=(SENT,), target=APPRAISAL, by=("office",)),
        Transition(
            key="approve",
            label=_("Ghi phê duyệt"),
            sources=(SENT, APPRAISAL),
            target=APPROVED,
            by=("office",),
            page=_page("approve"),
        ),
        Transition(
            key="give_back",
            label=_("Bị trả lại"),
            sources=(SENT, APPRAISAL),
            target=RETURNED,
            by=("office",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
            effect=_each_need(needs.out_of_proposal),
        ),
        Transition(
            key="refuse",
            label=_("Không được phê duyệt"),
            sources=(SENT, APPRAISAL),
            target=REFUSED,
            by=("office",),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
            effect=_each_need(needs.out_of_proposal),
        ),
        Transition(
            key="revise",
            label=_("Lập lại hồ sơ"),
            sources=(RETURNED,),
            target=DRAFT,
            by=("office",),
            page=_page("revise"),
        ),
        Transition(
            key="carry_out", label=_("Bắt đầu thực hiện"), sources=(APPROVED,), target=IMPLEMENTING, by=("office",)
        ),
        Transition(
            key="hand_over",
            label=_("Ghi bàn giao"),
            sources=(IMPLEMENTING,),
            target=HANDED_OVER,
            by=("office",),
            page=_page("hand-over"),
            effect=_each_need(needs.fulfilled_by_proposal),
        ),
        Transition(
            key="withdraw",
            label=_("Rút hồ sơ"),
            sources=(DRAFT, CHECKING, CHECKED),
            target=WITHDRAWN,
            by=("office",),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
            effect=_each_need(needs.out_of_proposal),
        ),
    ),
    title=lambda proposal: proposal.title,
    url=lambda proposal: f"/facilities/proposals/{proposal.id}",
)
