"""Reads shaped for the screens of needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from intranet.api import Actor, School, Statement, contains, search_tokens, words
from plugins.facilities.models import Need

PAGE_SIZE = 30
# What a row of a list shows.
ROW = (
    *(Need.id, Need.item, Need.quantity, Need.unit, Need.priority, Need.due_on, School.name, Need.state),
    *(Need.pledged, Need.on_the_way, Need.received),
)

_WORDS = Statement(
    lambda: Need.select(Need.id).where(contains(Need.search_text, "words")).order_by(Need.id.desc()).limit(2000)
)


def found_by(tokens: Sequence[str]) -> list[int]:
    """The ids of the latest needs in which all words stand."""
    return [id_ for (id_,) in _WORDS.rows(words=words(tokens))]


def own(actor: Actor, query: str, state: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from) of the own school's needs, for an office those of its schools; the newest first.

    Rows: id, item, quantity, unit, priority, day, school, state, pledged, on the way, received.
    """
    rows = Need.select(*ROW).join(School).where(*_conditions(actor, query, state)).order_by(Need.id.desc())
    if before is not None:
        rows = rows.where(Need.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def _conditions(actor: Actor, query: str, state: str) -> list[Any]:
    found = [_of(actor)]
    if state:
        found.append(Need.state == state)
    if tokens := search_tokens(query):
        found.append(Need.id.in_(found_by(tokens)))
    return found


def ids(actor: Actor, query: str, state: str, most: int) -> list[int]:
    """The ids of the list, in its order."""
    found = Need.select(Need.id).where(*_conditions(actor, query, state)).order_by(Need.id.desc())
    return [id_ for (id_,) in found.limit(most).tuples()]


def for_file(ids: Sequence[int]) -> list[tuple]:
    """(school, item, quantity, unit, why, pupils, priority, day, estimate, state, pledged, on the way, received)."""
    query = (
        Need.select(
            *(Need.id, School.name, Need.item, Need.quantity, Need.unit, Need.why, Need.pupils, Need.priority),
            *(Need.due_on, Need.estimate, Need.state, Need.pledged, Need.on_the_way, Need.received),
        )
        .join(School)
        .where(Need.id.in_(list(ids)))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    return [found[id_] for id_ in ids if id_ in found]


def _of(actor: Actor) -> Any:
    if actor.school_id is not None:
        return Need.school == actor.school_id
    if actor.district_id is not None:
        # A school's draft is its own business until it is sent.
        return (Need.district == actor.district_id) & (Need.state != "draft")
    return Need.state != "draft"
