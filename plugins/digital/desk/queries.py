"""Reads shaped for the screens of requests."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from peewee import JOIN

from intranet.api import Actor, Person, School, Statement, contains, param, search_tokens, words
from plugins.digital.desk.life_cycle import OPEN
from plugins.digital.models import Reply, Request

PAGE_SIZE = 30
MINE, HELPING, OFFERED = "mine", "helping", "offered"
MOST_MATCHES = 2000

_WORDS = Statement(
    lambda: (
        Request.select(Request.id)
        .where(contains(Request.search_text, "words"))
        .order_by(Request.id.desc())
        .limit(MOST_MATCHES)
    )
)


def found_by(tokens: Sequence[str]) -> list[int]:
    """The ids of the latest requests in which all words stand."""
    return [id_ for (id_,) in _WORDS.rows(words=words(tokens))]


def conditions(actor: Actor, query: str, side: str, state: str) -> list[Any]:
    """What a list shows: what the actor sees, by words, by the actor's part, by state or a group of states."""
    found = [Request.visible_to(actor), _side(actor, side)]
    if state:
        found.append(_standing(state))
    if tokens := search_tokens(query):
        found.append(Request.id.in_(found_by(tokens)))
    return [condition for condition in found if condition is not None]


def _standing(state: str) -> Any:
    """A state, or what several have in common."""
    several = {
        "open": Request.state.in_(OPEN),
        "reopened": Request.reopened > 0,
        "partner": Request.by_partner == True,  # noqa: E712 (SQL)
        "with_rating": Request.rating.is_null(False),
    }
    return several.get(state, Request.state == state)


def _side(actor: Actor, side: str) -> Any:
    if side == MINE:
        return Request.asker == actor.person_id
    if side == HELPING:
        return Request.helper == actor.person_id
    if side == OFFERED:
        return (Request.helper_school == actor.school_id) & Request.state.in_(("new", "queued"))
    return None


def requests(actor: Actor, query: str, side: str, state: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the newest first.

    Rows: id, title, room, school, state, since, helper's name, whether the partner school helps.
    """
    helper = Person.alias()
    columns = (Request.id, Request.title, Request.room, School.name, Request.state, Request.created_at)
    rows = (
        Request.select(*columns, helper.name, Request.by_partner)
        .join(School, on=(Request.school == School.id))
        .switch(Request)
        .join(helper, JOIN.LEFT_OUTER, on=(Request.helper == helper.id))
        .where(*conditions(actor, query, side, state))
        .order_by(Request.id.desc())
    )
    if before is not None:
        rows = rows.where(Request.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def ids(actor: Actor, query: str, side: str, state: str, most: int) -> list[int]:
    """The ids of the list, in its order."""
    query_ = Request.select(Request.id).where(*conditions(actor, query, side, state)).order_by(Request.id.desc())
    return [id_ for (id_,) in query_.limit(most).tuples()]


def for_file(ids: Sequence[int]) -> list[tuple]:
    """Rows of the Excel file: title, room, school, asked by, on, state, helper, by the partner school, first reply,
    solved, hours, times reopened, rating."""
    asker, helper = Person.alias(), Person.alias()
    query = (
        Request.select(
            *(Request.id, Request.title, Request.room, School.name, asker.name, Request.created_at, Request.state),
            *(helper.name, Request.by_partner, Request.first_reply_at, Request.solved_at, Request.hours),
            *(Request.reopened, Request.rating),
        )
        .join(School, on=(Request.school == School.id))
        .switch(Request)
        .join(asker, on=(Request.asker == asker.id))
        .switch(Request)
        .join(helper, JOIN.LEFT_OUTER, on=(Request.helper == helper.id))
        .where(Request.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    return [found[id_] for id_ in ids if id_ in found]


_REPLIES = Statement(
    lambda: (
        Reply.select(Reply.person, Person.name, Reply.text, Reply.created_at)
        .join(Person)
        .where(Reply.request == param("request"))
        .order_by(Reply.id)
    )
)


def replies(request_id: int) -> list[tuple]:
    """(person, name, text, when) of what was written, the oldest first."""
    return _REPLIES.rows(request=request_id)


def figures(condition: Any, since: Any) -> dict[str, Any]:
    """Numbers of the desk since a day: asked, open, median hours to the first reply, reopened, rated, helped.

    ``rating`` is a mean; ``rated`` of ``rateable`` tells how many rated: without that, a mean says little.
    """
    columns = (Request.state, Request.created_at, Request.first_reply_at, Request.reopened, Request.rating)
    query = Request.select(*columns, Request.by_partner, Request.helper).where(Request.created_at >= since)
    rows = list((query if condition is None else query.where(condition)).tuples())
    waited = [(first - asked).total_seconds() / 3600 for _state, asked, first, *_rest in rows if first]
    ratings = [row[4] for row in rows if row[4] is not None]
    helped = [row for row in rows if row[6] is not None]
    return {
        "asked": len(rows),
        "open": sum(row[0] in OPEN for row in rows),
        "first_reply": median(waited) if waited else None,
        "reopened": sum(row[3] > 0 for row in rows),
        "rating": sum(ratings) / len(ratings) if ratings else None,
        "rated": len(ratings),
        "rateable": sum(row[0] in ("confirmed", "closed", "rated") for row in rows),
        "helped": len(helped),
        "by_partner": sum(bool(row[5]) for row in helped),
    }
