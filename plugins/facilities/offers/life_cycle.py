"""The life of an offer: made, accepted, brought, received and thanked for. Nobody confirms receipt for the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intranet.api import DONE, STOPPED, Holder, Party, State, Transition, Workflow
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import Offer
from plugins.facilities.offers import effects
from plugins.facilities.pages import HOME

OFFERED, ACCEPTED, SCHEDULED, DISPATCHED = "offered", "accepted", "scheduled", "dispatched"
RECEIVED, THANKED, DECLINED, CANCELLED = "received", "thanked", "declined", "cancelled"
STATE_LABELS = {
    OFFERED: _("Chờ trường nhận trả lời"),
    ACCEPTED: _("Đã nhận lời"),
    SCHEDULED: _("Đã hẹn giao"),
    DISPATCHED: _("Đang giao"),
    RECEIVED: _("Đã nhận"),
    THANKED: _("Đã cảm ơn"),
    DECLINED: _("Không nhận"),
    CANCELLED: _("Đã hủy"),
}
GIFT, LOAN, SWAP, TRANSFER = "gift", "loan", "swap", "transfer"
KINDS = {
    GIFT: _("Tặng"),
    LOAN: _("Cho mượn"),
    SWAP: _("Trao đổi"),
    TRANSFER: _("Điều chuyển tài sản"),
}
# What comes back, or has something come back for it.
COMES_BACK = (LOAN, SWAP)
# Nothing has left yet.
PROMISED = (OFFERED, ACCEPTED, SCHEDULED)


def _giver(offer: Offer) -> list[Holder]:
    """The giving school's people; a donor has no account, so the school that knows the donor does it."""
    return parties.keepers_of(offer.giver_school_id or offer.school_id)


def _page(name: str) -> Callable[[Any], str]:
    return lambda offer: f"{HOME}/offers/{offer.id}/{name}"


LIFE_CYCLE = Workflow(
    model=Offer,
    label=_("Lượt hỗ trợ"),
    parties=(
        Party(key="receiver", label=_("Trường nhận"), holders=lambda offer: parties.keepers_of(offer.school_id)),
        Party(key="giver", label=_("Bên hỗ trợ"), holders=_giver),
    ),
    states=(
        State(key=OFFERED, label=STATE_LABELS[OFFERED], step=_("Trả lời có nhận không"), days=14),
        State(key=ACCEPTED, label=STATE_LABELS[ACCEPTED], step=_("Hẹn ngày giao"), days=14),
        State(key=SCHEDULED, label=STATE_LABELS[SCHEDULED], step=_("Giao theo ngày đã hẹn"), days=30),
        State(key=DISPATCHED, label=STATE_LABELS[DISPATCHED], step=_("Nhận, đếm và xác nhận"), days=7),
        State(key=RECEIVED, label=STATE_LABELS[RECEIVED], step=_("Gửi lời cảm ơn"), days=14),
        State(key=THANKED, label=STATE_LABELS[THANKED], kind=DONE),
        State(key=DECLINED, label=STATE_LABELS[DECLINED], kind=STOPPED),
        State(key=CANCELLED, label=STATE_LABELS[CANCELLED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="accept",
            label=_("Đồng ý nhận"),
            sources=(OFFERED,),
            target=ACCEPTED,
            by=("receiver",),
            effect=effects.counted,
        ),
        Transition(
            key="decline",
            label=_("Không nhận"),
            sources=(OFFERED,),
            target=DECLINED,
            by=("receiver",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
            effect=effects.counted,
        ),
        Transition(
            key="schedule",
            label=_("Hẹn ngày giao"),
            sources=(ACCEPTED,),
            target=SCHEDULED,
            by=("giver",),
            page=_page("schedule"),
        ),
        Transition(
            key="dispatch",
            label=_("Giao hàng"),
            sources=(SCHEDULED,),
            target=DISPATCHED,
            by=("giver",),
            effect=effects.counted,
            page=_page("dispatch"),
        ),
        Transition(
            key="receive",
            label=_("Xác nhận đã nhận"),
            sources=(DISPATCHED,),
            target=RECEIVED,
            by=("receiver",),
            effect=effects.arrived,
            page=_page("receive"),
        ),
        Transition(
            key="thank",
            label=_("Gửi lời cảm ơn"),
            sources=(RECEIVED,),
            target=THANKED,
            by=("receiver",),
            page=_page("thank"),
        ),
        Transition(
            key="cancel",
            label=_("Hủy"),
            sources=(*PROMISED, DISPATCHED),
            target=CANCELLED,
            by=("giver", "receiver"),
            exit=True,
            reason=True,
            keeps_reason="outcome",
            effect=effects.counted,
        ),
    ),
    title=lambda offer: f"{offer.item} ({effects.amount_of(offer)})",
    url=lambda offer: f"{HOME}/offers/{offer.id}",
    # Its need, or its school, is locked first: two givers never cover the same remainder.
    within=lambda offer: offer.need if offer.need_id is not None else offer.school,
)
