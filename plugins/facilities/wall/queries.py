"""Reads shaped for the wall: the most urgent first, of each priority the oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import Select

from intranet.api import Actor, School, search_tokens, where_on
from plugins.facilities.models import Need
from plugins.facilities.needs.queries import ROW, found_by
from plugins.facilities.pages import MODULE

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the wall."""

    query: str = ""
    partners: bool = False
    priority: int | None = None
    lacking: bool = True


def wall(actor: Actor, wanted: Wanted, after: tuple[int, int] | None) -> tuple[list[tuple], tuple[int, int] | None]:
    """(rows, the (priority, id) to go on from). Rows are needs.queries.ROW."""
    found = list(_published(actor, wanted, after).limit(PAGE_SIZE + 1).tuples())
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return found[:PAGE_SIZE], (last[4], last[0]) if last else None


def _published(actor: Actor, wanted: Wanted, after: tuple[int, int] | None) -> Select:
    query = Need.select(*ROW).join(School).where(Need.state == "published", School.closed_on.is_null())
    if wanted.partners:
        query = query.where(Need.school.in_(sorted(actor.partner_school_ids)))
    elif not actor.sees_all:
        query = query.where(Need.district.in_(sorted(actor.district_ids)), where_on(Need.district, MODULE))
    if wanted.priority is not None:
        query = query.where(Need.priority == wanted.priority)
    if wanted.lacking:
        query = query.where(Need.pledged < Need.quantity)
    if tokens := search_tokens(wanted.query):
        query = query.where(Need.id.in_(found_by(tokens)))
    if after is not None:
        priority, last = after
        query = query.where((Need.priority > priority) | ((Need.priority == priority) & (Need.id > last)))
    return query.order_by(Need.priority, Need.id)
