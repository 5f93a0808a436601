"""A school closes and nobody takes over: what it asked for and promised ends, what it was answering ends.

What is on its way still arrives, and what was donated is still settled: the office can do it for the school. Needs in a
proposal are the office's; they end when the proposal lets them go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from intranet.api import District, School, carry, locked, refresh_waiting, transaction
from plugins.facilities.donations.life_cycle import BEGUN, NOT_BEGUN
from plugins.facilities.matching.rules import OPEN, close_supply
from plugins.facilities.models import DonationPlan, Need, Offer, Review, StandardCheck, Supply
from plugins.facilities.needs.life_cycle import EDITABLE as NEED_UNDER_WAY
from plugins.facilities.needs.life_cycle import LIVE_OFFERS
from plugins.facilities.offers.life_cycle import PROMISED
from plugins.facilities.reviews.life_cycle import EDITABLE as UNSENT

REASON = "Trường đã đóng."


def work(district: District) -> Iterator[str]:
    """All of a district's day; what was done, in words of the log."""
    closed = School.select(School.id).where(School.district == district, School.closed_on.is_null(False))
    ended = sum(_ended(closed))
    if ended:
        yield f"ended for closed schools: {ended}"
    _hand_to_office(closed)


def _ended(closed: Any) -> Iterator[int]:
    # Promises first: a need that something is on its way to stays until that has arrived.
    ours = Offer.school.in_(closed) | Offer.giver_school.in_(closed)
    yield _carry_all(_in(Offer, ours, PROMISED), "cancel", REASON)
    on_the_way = Offer.select(Offer.need).where(Offer.need.is_null(False), Offer.state.in_(LIVE_OFFERS))
    wanted = Need.school.in_(closed) & Need.id.not_in(on_the_way)
    yield _carry_all(_in(Need, wanted, NEED_UNDER_WAY), "withdraw", REASON)
    for model in (Review, StandardCheck):
        yield _carry_all(_in(model, model.school.in_(closed), UNSENT), "set_aside")
    yield _carry_all(_in(DonationPlan, DonationPlan.school.in_(closed), NOT_BEGUN), "withdraw", REASON)
    for supply in _in(Supply, Supply.school.in_(closed), (OPEN,)):
        close_supply(supply, None)
        yield 1


def _in(model: Any, condition: Any, states: Iterable[str]) -> list[Any]:
    return list(model.select().where(condition, model.state.in_(tuple(states))).order_by(model.id))


def _carry_all(records: Iterable[Any], key: str, reason: str = "") -> int:
    return sum(_carry(record, key, reason) for record in records)


def _carry(record: Any, key: str, reason: str) -> bool:
    with transaction():
        return carry(record, key, person_id=None, reason=reason)


def _hand_to_office(closed: Any) -> None:
    """What was taken is settled: it waits for the office too."""
    for plan in _in(DonationPlan, DonationPlan.school.in_(closed), BEGUN):
        with transaction():
            refresh_waiting(locked(DonationPlan, plan.id))
