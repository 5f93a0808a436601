"""Reads shaped for the screens of offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import JOIN

from intranet.api import Actor, School, for_each_actor, param, today
from plugins.facilities.models import Donor, Offer
from plugins.facilities.offers.effects import ARRIVED
from plugins.facilities.offers.life_cycle import COMES_BACK, DISPATCHED, SCHEDULED

PAGE_SIZE = 30


def late() -> Any:
    """Condition: its day is over."""
    not_gone = Offer.state.in_((SCHEDULED, DISPATCHED)) & (Offer.scheduled_on < today())
    not_back = is_lent() & (Offer.due_back_on < today())
    return not_gone | not_back


def is_lent() -> Any:
    """Condition: the school still has it for a time."""
    return Offer.kind.in_(COMES_BACK) & Offer.state.in_(ARRIVED) & Offer.returned_on.is_null()


def offers(actor: Actor, side: str, state: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the newest first.

    Rows: id, item, quantity, unit, kind, giving school, donor, whether the donor is not to be named, receiving school,
    state, day of delivery, day of return, whether its day is over.
    """
    found = _offers(actor, side, state, before is not None).tuples(before=before)
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


@for_each_actor
def _offers(actor: Actor, side: str, state: str, later: bool) -> Any:
    giver = School.alias()
    query = (
        Offer.select(
            *(Offer.id, Offer.item, Offer.quantity, Offer.unit, Offer.kind, giver.name),
            *(Donor.name, Donor.anonymous, School.name),
            *(Offer.state, Offer.scheduled_on, Offer.due_back_on, late()),
        )
        .join(School, on=(Offer.school == School.id))
        .switch(Offer)
        .join(giver, JOIN.LEFT_OUTER, on=(Offer.giver_school == giver.id))
        .switch(Offer)
        .join(Donor, JOIN.LEFT_OUTER, on=(Offer.donor == Donor.id))
        .where(*_conditions(actor, side, state))
        .order_by(Offer.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    return query.where(Offer.id < param("before")) if later else query


def _conditions(actor: Actor, side: str, state: str) -> list[Any]:
    found = [Offer.visible_to(actor)]
    if side and actor.school_id is not None:
        found.append((Offer.school if side == "in" else Offer.giver_school) == actor.school_id)
    if state == "late":
        found.append(late())
    elif state == "lent":
        found.append(is_lent())
    elif state:
        found.append(Offer.state == state)
    return [condition for condition in found if condition is not None]


def ids(actor: Actor, side: str, state: str, most: int) -> list[int]:
    """The ids of the list, in its order."""
    found = Offer.select(Offer.id).where(*_conditions(actor, side, state)).order_by(Offer.id.desc())
    return [id_ for (id_,) in found.limit(most).tuples()]


def for_file(ids: Sequence[int]) -> list[tuple]:
    """(item, quantity, unit, kind, giving school, donor, whether not to be named, receiving school, worth, state,
    day of delivery, received, broken, day of receipt, day of return, when it came back)."""
    giver = School.alias()
    query = (
        Offer.select(
            *(Offer.id, Offer.item, Offer.quantity, Offer.unit, Offer.kind, giver.name, Donor.name, Donor.anonymous),
            *(School.name, Offer.worth, Offer.state, Offer.scheduled_on, Offer.received, Offer.broken),
            *(Offer.received_on, Offer.due_back_on, Offer.returned_on),
        )
        .join(School, on=(Offer.school == School.id))
        .switch(Offer)
        .join(giver, JOIN.LEFT_OUTER, on=(Offer.giver_school == giver.id))
        .switch(Offer)
        .join(Donor, JOIN.LEFT_OUTER, on=(Offer.donor == Donor.id))
        .where(Offer.id.in_(list(ids)))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    return [found[id_] for id_ in ids if id_ in found]


def of_need(need_id: int) -> list[tuple]:
    """(id, quantity, state, giving school, donor, whether not to be named, received) of a need's offers, in order."""
    query = (
        Offer.select(Offer.id, Offer.quantity, Offer.state, School.name, Donor.name, Donor.anonymous, Offer.received)
        .join(School, JOIN.LEFT_OUTER, on=(Offer.giver_school == School.id))
        .switch(Offer)
        .join(Donor, JOIN.LEFT_OUTER, on=(Offer.donor == Donor.id))
        .where(Offer.need == need_id)
        .order_by(Offer.id)
    )
    return list(query.tuples())


def donors(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the donors whom the actor's place knows."""
    query = Donor.select(Donor.id, Donor.name)
    condition = Donor.visible_to(actor)
    query = query if condition is None else query.where(condition)
    return list(query.order_by(Donor.sort_key, Donor.id).limit(500).tuples())


def schools(ids: Sequence[int]) -> list[tuple[int, str]]:
    """(id, name) of some schools."""
    return list(
        School.select(School.id, School.name).where(School.id.in_(list(ids))).order_by(School.sort_key).tuples()
    )
