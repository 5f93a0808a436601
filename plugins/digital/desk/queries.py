"""Reads shaped for the screens of requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from peewee import JOIN, Case, fn

from intranet.api import (
    Actor,
    Person,
    School,
    Statement,
    among,
    contains,
    for_each_actor,
    midnight,
    param,
    search_tokens,
    today,
    visible,
    words,
)
from plugins.digital.desk.life_cycle import OPEN
from plugins.digital.models import Reply, Request

PAGE_SIZE = 30
MINE, HELPING, OFFERED = "mine", "helping", "offered"
MOST_MATCHES = 2000
# What the figures are about.
YEAR = timedelta(days=365)

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


def _conditions(actor: Actor, searched: bool, side: str, state: str) -> list[Any]:
    """What a list shows: what the actor sees, by words, by the actor's part, by state or a group of states."""
    found = [Request.visible_to(actor), _side(actor, side)]
    if state:
        found.append(_standing(state))
    if searched:
        found.append(among(Request.id, "found"))
    return [condition for condition in found if condition is not None]


def _standing(state: str) -> Any:
    """A state, or what figures() counts."""
    recent = Request.created_at >= _year_ago()
    several = {
        "open": Request.state.in_(OPEN),
        "reopened": recent & (Request.reopened > 0),
        "partner": recent & (Request.by_partner == True),  # noqa: E712 (SQL)
        "with_rating": recent & Request.rating.is_null(False),
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
    tokens = search_tokens(query)
    statement = _requests(actor, bool(tokens), side, state, before is not None)
    found = statement.tuples(found=found_by(tokens) if tokens else (), before=before)
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


@for_each_actor
def _requests(actor: Actor, searched: bool, side: str, state: str, later: bool) -> Any:
    helper = Person.alias()
    columns = (Request.id, Request.title, Request.room, School.name, Request.state, Request.created_at)
    rows = (
        Request.select(*columns, helper.name, Request.by_partner)
        .join(School, on=(Request.school == School.id))
        .switch(Request)
        .join(helper, JOIN.LEFT_OUTER, on=(Request.helper == helper.id))
        .where(*_conditions(actor, searched, side, state))
        .order_by(Request.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    return rows.where(Request.id < param("before")) if later else rows


def ids(actor: Actor, query: str, side: str, state: str, most: int) -> list[int]:
    """The ids of the list, in its order."""
    tokens = search_tokens(query)
    rows = _ids(actor, bool(tokens), side, state).rows(found=found_by(tokens) if tokens else (), most=most)
    return [id_ for (id_,) in rows]


@for_each_actor
def _ids(actor: Actor, searched: bool, side: str, state: str) -> Any:
    query = Request.select(Request.id).where(*_conditions(actor, searched, side, state))
    return query.order_by(Request.id.desc()).limit(param("most"))


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


def figures(actor: Actor) -> dict[str, Any]:
    """Numbers of the desk: what is open, and of what was asked in a year the rest of them.

    ``rating`` is a mean; ``rated`` of ``rateable`` tells how many rated: without that, a mean says little.
    """
    open_, reopened, points, rated, rateable, helped, by_partner = _figures(actor).row()
    # The median of the hours. No engine's SQL has one that the other knows.
    waited = [(first - asked).total_seconds() / 3600 for asked, first in _first_replies(actor).tuples()]
    return {
        "open": open_,
        "first_reply": median(waited) if waited else None,
        "reopened": reopened,
        "rating": points / rated if rated else None,
        "rated": rated,
        "rateable": rateable,
        "helped": helped,
        "by_partner": by_partner,
    }


@for_each_actor
def _figures(actor: Actor) -> Any:
    recent = Request.created_at >= _year_ago()
    query = Request.select(
        _count(Request.state.in_(OPEN)),
        _count(recent & (Request.reopened > 0)),
        fn.SUM(Case(None, ((recent, Request.rating),), None)),
        _count(recent & Request.rating.is_null(False)),
        _count(recent & Request.state.in_(("confirmed", "closed", "rated"))),
        _count(recent & Request.helper.is_null(False)),
        _count(recent & (Request.by_partner == True)),  # noqa: E712 (SQL)
    ).where(recent | Request.state.in_(OPEN))
    return visible(query, Request, actor)


@for_each_actor
def _first_replies(actor: Actor) -> Any:
    query = Request.select(Request.created_at, Request.first_reply_at).where(
        Request.created_at >= _year_ago(), Request.first_reply_at.is_null(False)
    )
    return visible(query, Request, actor)


def _year_ago() -> datetime:
    return midnight(today() - YEAR)


def _count(condition: Any) -> Any:
    return fn.COUNT(Case(None, ((condition, Request.id),), None))
