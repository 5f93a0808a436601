"""What follows from a step of an offer, in the step's own transaction: sums of the need, the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intranet.api import (
    GIVEN,
    TOGETHER,
    TWINNED,
    ActivityFacts,
    ActivityKind,
    Measure,
    Pairing,
    PledgeClause,
    locked,
    record_activity,
    void_activity,
)
from intranet.api import lazy_gettext as _
from plugins.facilities.models import Offer, Supply
from plugins.facilities.needs.rules import recount
from plugins.facilities.pages import HOME, MODULE

SUPPORT, DONATION = "facilities.support", "facilities.donation"
ACTIVITY_KINDS = (
    ActivityKind(key=SUPPORT, label=_("Hỗ trợ cơ sở vật chất"), unit=_("lượt"), direction=GIVEN),
    ActivityKind(key=DONATION, label=_("Tiếp nhận tài trợ"), unit=_("lượt"), direction=TOGETHER),
)
# What arrived stays recorded, thanked for or not.
ARRIVED = ("received", "thanked")
NOT_TAKEN = ("declined", "cancelled")


def amount_of(offer: Offer) -> str:
    """ "20 bộ": as titles write it, whatever the reader's language."""
    text = f"{Decimal(offer.quantity):.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{text} {offer.unit}"


def counted(offer: Offer, person_id: int | None) -> None:
    """The sums of its need, and what is left of what it was taken from."""
    if offer.need_id is not None:
        recount(offer.need, person_id)
    if offer.supply_id is not None:
        recount_supply(offer.supply)


def recount_supply(supply: Supply) -> None:
    """What no offer has taken from it."""
    current = locked(Supply, supply.id)
    taken = Decimal(0)
    rows = Offer.select(Offer.state, Offer.quantity, Offer.received, Offer.broken).where(
        Offer.supply == current, Offer.state.not_in(NOT_TAKEN)
    )
    for state, quantity, received, broken in rows.tuples():
        taken += (received or 0) + (broken or 0) if state in ARRIVED else quantity
    current.left = max(current.quantity - taken, Decimal(0))
    current.save()


def arrived(offer: Offer, person_id: int | None) -> None:
    """It is there: the need, timeline, ledger and pledge learn of it."""
    counted(offer, person_id)
    if offer.received:
        record_activity(facts(offer), module=MODULE)
    else:
        void_activity(source_key(offer), "Không nhận được gì dùng được", module=MODULE)


def source_key(offer: Offer) -> str:
    """What its activity goes by."""
    return f"offer-{offer.id}"


def facts(offer: Offer) -> ActivityFacts:
    """What an offer that arrived stands for. No donor's name stands in it: some wish to stay unknown."""
    between = offer.giver_school_id is not None
    amount = f"{offer.received:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return ActivityFacts(
        source_key=source_key(offer),
        kind=SUPPORT if between else DONATION,
        on=offer.received_on,
        title=f"{offer.item}: {amount} {offer.unit}",
        district_id=offer.district_id,
        url=f"{HOME}/offers/{offer.id}",
        school_ids=tuple(id_ for id_ in (offer.giver_school_id, offer.school_id) if id_ is not None),
        pairing_id=offer.pairing_id,
        giver_id=offer.giver_school_id,
        receiver_id=offer.school_id if between else None,
        measures=(Measure(quantity=offer.received, unit=offer.unit, clause_id=offer.clause_id),),
    )


def all_facts() -> list[ActivityFacts]:
    """Every activity that the offers stand for."""
    return [facts(offer) for offer in Offer.select().where(Offer.state.in_(ARRIVED), Offer.received > 0)]


def pair_of(school_id: int, giver_id: int | None) -> Pairing | None:
    """The pair under way of two schools."""
    if giver_id is None:
        return None
    one = (Pairing.first_school == school_id) & (Pairing.second_school == giver_id)
    other = (Pairing.first_school == giver_id) & (Pairing.second_school == school_id)
    return Pairing.select().where(one | other, Pairing.state.in_(TWINNED)).order_by(Pairing.id.desc()).first()


def clause_of(pairing: Pairing | None, giver_id: int, unit: str) -> int | None:
    """The promise of the pair's pledge that counts what this school gives, in this unit if it names one."""
    if pairing is None:
        return None
    query = PledgeClause.select(PledgeClause.id, PledgeClause.giver, PledgeClause.unit).where(
        PledgeClause.pairing == pairing, PledgeClause.dropped_on.is_null(), PledgeClause.activity_kind == SUPPORT
    )
    rows: list[tuple[Any, ...]] = list(query.order_by(PledgeClause.position, PledgeClause.id).tuples())
    fitting = [id_ for id_, giver, of in rows if giver in (None, giver_id) and of.strip().lower() in ("", unit.lower())]
    return fitting[0] if fitting else None
