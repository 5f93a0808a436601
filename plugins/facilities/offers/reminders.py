"""What days bring: loans that are due back, promises of a district that switched the module off, dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from intranet.api import (
    Actor,
    CalendarItem,
    District,
    for_each_actor,
    locked,
    notify,
    param,
    people_who_hold,
    transaction,
    visible,
)
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import Offer
from plugins.facilities.needs.life_cycle import LIVE_OFFERS
from plugins.facilities.offers.queries import is_lent
from plugins.facilities.pages import HOME, MODULE

DUE_BACK, NEWS = "facilities.due_back", "facilities.news"
BEFORE = timedelta(days=7)


def remind(district: District, day: date) -> int:
    """A week before a loan is due back, both sides are reminded, once of each day."""
    due = Offer.select(Offer.id).where(
        Offer.district == district, is_lent(), Offer.due_back_on <= day + BEFORE, Offer.due_back_on >= day
    )
    return sum(_remind(id_) for (id_,) in list(due.order_by(Offer.id).tuples()))


def _remind(offer_id: int) -> int:
    with transaction():
        offer = locked(Offer, offer_id)
        if offer.reminded_for == offer.due_back_on:
            return 0
        Offer.update(reminded_for=offer.due_back_on).where(Offer.id == offer.id).execute()
        title = _("Sắp đến ngày trả lại: %(item)s", item=offer.item)
        notify(_both_sides(offer), DUE_BACK, title, f"{HOME}/offers/{offer.id}", module=MODULE)
        return 1


def _both_sides(offer: Offer) -> list[int]:
    holders = [*parties.keepers_of(offer.school_id), *parties.keepers_of(offer.giver_school_id)]
    return people_who_hold(holders)


def switched(district: District, on: bool) -> None:
    """A district turned the module off, or on again: the other side of what is under way learns it once.

    People of that district are told nothing: notices of a module that is off are hidden, and the office knows.
    """
    here = (Offer.district == district) | (Offer.giver_district == district)
    for offer in Offer.select().where(here, Offer.state.in_(LIVE_OFFERS)).order_by(Offer.id):
        other = offer.giver_school_id if offer.district_id == district.id else offer.school_id
        away = offer.giver_district_id if offer.district_id == district.id else offer.district_id
        if other is None or away == district.id:
            continue
        title = _("Tạm ngừng theo đơn vị bên kia: %(item)s", item=offer.item)
        if on:
            title = _("Tiếp tục theo đơn vị bên kia: %(item)s", item=offer.item)
        people = people_who_hold(parties.keepers_of(other))
        notify(people, NEWS, title, f"{HOME}/offers", module=MODULE, group=f"offer-{offer.id}-switched")


def dates(actor: Actor, start: date, end: date) -> Iterator[CalendarItem]:
    """Deliveries and days of return between two days, both included, of the actor's school or of the office's."""
    for id_, item, state, on, back_on, *schools in _between(actor).tuples(start=start, end=end):
        delivery = state in ("scheduled", "dispatched")
        day = on if delivery else back_on
        yield CalendarItem(
            title=f"{'Giao' if delivery else 'Trả lại'}: {item}",
            start=day,
            end=day,
            url=f"{HOME}/offers/{id_}",
            key=f"{'delivery' if delivery else 'return'}-{id_}",
            school_ids=tuple(school for school in schools if school is not None),
        )


@for_each_actor
def _between(actor: Actor) -> Any:
    moves = Offer.state.in_(("scheduled", "dispatched")) & Offer.scheduled_on.between(param("start"), param("end"))
    back = is_lent() & Offer.due_back_on.between(param("start"), param("end"))
    columns = (Offer.id, Offer.item, Offer.state, Offer.scheduled_on, Offer.due_back_on, Offer.school)
    return visible(Offer.select(*columns, Offer.giver_school).where(moves | back), Offer, actor)
