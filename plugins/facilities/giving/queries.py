"""Reads of what society may see: no name of a person, no photo, no reason."""

from __future__ import annotations

from collections.abc import Sequence

from intranet.api import District, Person, School, where_on
from plugins.facilities.models import Need, OfferLink, PublicWall
from plugins.facilities.pages import MODULE

PAGE_SIZE = 50


def open_walls(districts: Sequence[District]) -> list[PublicWall]:
    """The public pages of these districts that are open, where the module is on."""
    mine = PublicWall.district.in_([district.id for district in districts])
    shown = PublicWall.shown == True  # noqa: E712 (SQL)
    query = PublicWall.select(PublicWall, District).join(District).order_by(District.sort_key)
    return list(query.where(mine, shown, where_on(PublicWall.district, MODULE)))


def public_needs(district_id: int, after: tuple[int, int] | None) -> tuple[list[tuple], tuple[int, int] | None]:
    """(rows, the (priority, id) to go on from) of what lacks something: the most urgent first.

    Rows: id, item, how much is lacking of how much, unit, priority, day, school, pupils.
    """
    query = (
        Need.select(
            *(Need.id, Need.item, Need.quantity - Need.pledged, Need.quantity, Need.unit, Need.priority),
            *(Need.due_on, School.name, Need.pupils),
        )
        .join(School)
        .where(
            *(Need.district == district_id, Need.state == "published", Need.public == True),  # noqa: E712 (SQL)
            *(Need.pledged < Need.quantity, School.closed_on.is_null()),
        )
        .order_by(Need.priority, Need.id)
    )
    if after is not None:
        priority, last = after
        query = query.where((Need.priority > priority) | ((Need.priority == priority) & (Need.id > last)))
    found = list(query.limit(PAGE_SIZE + 1).tuples())
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return found[:PAGE_SIZE], (last[5], last[0]) if last else None


def links_of(need: Need) -> list[tuple]:
    """(id, for whom, until when, when it was used, when withdrawn, offer, who made it) of a need, the latest first."""
    query = (
        OfferLink.select(
            *(OfferLink.id, OfferLink.label, OfferLink.expires_at, OfferLink.used_at, OfferLink.cancelled_at),
            *(OfferLink.offer, Person.name),
        )
        .join(Person)
        .where(OfferLink.need == need)
        .order_by(OfferLink.id.desc())
        .limit(50)
    )
    return list(query.tuples())
