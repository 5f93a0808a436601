"""The life of a need: written, verified by the office, published to givers, fulfilled; or gathered into a proposal."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, State, Transition, Workflow, gettext, today
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.matching.rules import seek_supplies
from plugins.facilities.models import Need, Offer

DRAFT, SUBMITTED, VERIFIED, PUBLISHED = "draft", "submitted", "verified", "published"
FULFILLED, PROPOSAL, WITHDRAWN, EXPIRED = "fulfilled", "proposal", "withdrawn", "expired"
STATE_LABELS = {
    DRAFT: _("Nháp"),
    SUBMITTED: _("Chờ thẩm định"),
    VERIFIED: _("Đã thẩm định"),
    PUBLISHED: _("Đang kêu gọi"),
    FULFILLED: _("Đã đủ"),
    PROPOSAL: _("Trong hồ sơ đề xuất"),
    WITHDRAWN: _("Đã rút"),
    EXPIRED: _("Hết hạn"),
}
# What the school may still change.
EDITABLE = (DRAFT, SUBMITTED, VERIFIED, PUBLISHED)
# What can still be covered by somebody.
WANTED = (VERIFIED, PUBLISHED)
# Promises that are neither carried out nor given up.
LIVE_OFFERS = ("offered", "accepted", "scheduled", "dispatched")


def _incomplete(need: Need) -> str | None:
    return None if need.why else gettext("Nhu cầu chưa ghi vì sao cần.")


def _has_offers(need: Need) -> str | None:
    live = Offer.select().where(Offer.need == need, Offer.state.in_(LIVE_OFFERS))
    if live.exists():
        return gettext("Còn lượt hỗ trợ đang làm dở. Thầy/cô từ chối hoặc hủy các lượt đó trước.")
    return None


def _not_due(need: Need) -> str | None:
    if need.due_on is None or need.due_on >= today():
        return gettext("Nhu cầu chưa quá ngày cần.")
    return _has_offers(need)


def _past(need: Need) -> str | None:
    if need.due_on is not None and need.due_on < today():
        return gettext("Ngày cần đã qua. Thầy/cô sửa ngày cần trước.")
    return None


LIFE_CYCLE = Workflow(
    model=Need,
    label=_("Nhu cầu của trường"),
    parties=(parties.SCHOOL, parties.OFFICE, parties.RULE),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Ghi đủ và gửi thẩm định"), days=30),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Thẩm định nhu cầu"), days=14),
        State(key=VERIFIED, label=STATE_LABELS[VERIFIED], step=_("Công bố để kêu gọi hỗ trợ"), days=14),
        State(
            key=PUBLISHED,
            label=STATE_LABELS[PUBLISHED],
            step=_("Tìm nguồn hỗ trợ"),
            # It waits for givers, whoever they are.
            waits=lambda need: False,
        ),
        State(
            key=PROPOSAL,
            label=STATE_LABELS[PROPOSAL],
            step=_("Theo dõi hồ sơ đề xuất"),
            waits=lambda need: False,
        ),
        State(key=FULFILLED, label=STATE_LABELS[FULFILLED], kind=DONE),
        State(key=WITHDRAWN, label=STATE_LABELS[WITHDRAWN], kind=STOPPED),
        State(key=EXPIRED, label=STATE_LABELS[EXPIRED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi thẩm định"),
            sources=(DRAFT,),
            target=SUBMITTED,
            by=("school",),
            guard=_incomplete,
        ),
        Transition(
            key="verify",
            label=_("Đạt thẩm định"),
            sources=(SUBMITTED,),
            target=VERIFIED,
            by=("office",),
        ),
        Transition(
            key="send_back",
            label=_("Trả lại để bổ sung"),
            sources=(SUBMITTED, VERIFIED),
            target=DRAFT,
            by=("office",),
            exit=True,
            reason=True,
            guard=_has_offers,
            keeps_reason="outcome",
        ),
        Transition(
            key="publish",
            label=_("Công bố"),
            sources=(VERIFIED,),
            target=PUBLISHED,
            by=("office",),
            guard=_past,
            effect=seek_supplies,
        ),
        Transition(key="fulfil", label=_("Đã đủ"), sources=(*WANTED, PROPOSAL), target=FULFILLED, by=("rule",)),
        Transition(
            key="reopen", label=_("Kêu gọi tiếp"), sources=(FULFILLED,), target=PUBLISHED, by=("rule",), exit=True
        ),
        Transition(
            key="into_proposal",
            label=_("Đưa vào hồ sơ đề xuất"),
            sources=WANTED,
            target=PROPOSAL,
            by=("rule",),
            exit=True,
        ),
        Transition(
            key="out_of_proposal",
            label=_("Rút khỏi hồ sơ đề xuất"),
            sources=(PROPOSAL,),
            target=PUBLISHED,
            by=("rule",),
            exit=True,
        ),
        Transition(
            key="withdraw",
            label=_("Rút nhu cầu"),
            sources=EDITABLE,
            target=WITHDRAWN,
            by=("school",),
            exit=True,
            reason=True,
            guard=_has_offers,
            keeps_reason="outcome",
        ),
        Transition(
            key="expire",
            label=_("Hết hạn"),
            sources=WANTED,
            target=EXPIRED,
            by=("office",),
            exit=True,
            guard=_not_due,
        ),
        Transition(
            key="renew",
            label=_("Kêu gọi lại"),
            sources=(EXPIRED,),
            target=PUBLISHED,
            by=("office",),
            guard=_past,
            effect=seek_supplies,
        ),
    ),
    title=lambda need: need.item,
    url=lambda need: f"/facilities/needs/{need.id}",
)
