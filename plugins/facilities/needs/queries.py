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
    rows = Need.select(*ROW).join(School).where(_of(actor)).order_by(Need.id.desc())
    if state:
        rows = rows.where(Need.state == state)
    if tokens := search_tokens(query):
        rows = rows.where(Need.id.in_(found_by(tokens)))
    if before is not None:
        rows = rows.where(Need.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def _of(actor: Actor) -> Any:
    if actor.school_id is not None:
        return Need.school == actor.school_id
    if actor.district_id is not None:
        # A school's draft is its own business until it is sent.
        return (Need.district == actor.district_id) & (Need.state != "draft")
    return Need.state != "draft"
