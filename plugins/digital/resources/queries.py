"""Reads shaped for the screens of digital resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import JOIN, fn

from intranet.api import Actor, District, Person, School, Statement, contains, param, search_tokens, words
from plugins.digital.models import Flag, Resource, Reuse

PAGE_SIZE = 30
# Beside the states: those of the own school or office that others used.
REUSED = "reused"

_WORDS = Statement(
    lambda: (
        Resource.select(Resource.id)
        .where(contains(Resource.search_text, "words"))
        .order_by(Resource.id.desc())
        .limit(2000)
    )
)


def found_by(tokens: Sequence[str]) -> list[int]:
    """The ids of the latest resources in which all words stand."""
    return [id_ for (id_,) in _WORDS.rows(words=words(tokens))]


def library(
    actor: Actor, query: str, level: int | None, licence: str, state: str, before: int | None
) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the newest first.

    Rows: id, title, levels, subject, tool, school or office, state, how many other schools used it, link.
    """
    columns = (Resource.id, Resource.title, Resource.levels, Resource.subject, Resource.tool)
    rows = (
        Resource.select(
            *columns,
            *(fn.COALESCE(School.name, District.office_name), Resource.state, Resource.reused, Resource.link),
        )
        .join(School, JOIN.LEFT_OUTER, on=(Resource.school == School.id))
        .switch(Resource)
        .join(District, on=(Resource.district == District.id))
        .where(*_conditions(actor, query, level, licence, state))
        .order_by(Resource.id.desc())
    )
    if before is not None:
        rows = rows.where(Resource.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def _conditions(actor: Actor, query: str, level: int | None, licence: str, state: str) -> list[Any]:
    found = [Resource.visible_to(actor)]
    if level:
        found.append(Resource.levels.bin_and(level) != 0)
    if licence:
        found.append(Resource.licence == licence)
    if state:
        found.append(_own_reused(actor) if state == REUSED else Resource.state == state)
    if tokens := search_tokens(query):
        found.append(Resource.id.in_(found_by(tokens)))
    return [condition for condition in found if condition is not None] or [Resource.id > 0]


def _own_reused(actor: Actor) -> Any:
    """What the own school wrote, for an office what its district did, and other schools used."""
    own = Resource.school == actor.school_id if actor.school_id is not None else Resource.district == actor.district_id
    return own & (Resource.reused > 0)


def reuses(actor: Actor) -> tuple[int, int]:
    """(how many of the own resources other schools used, how often they did: each school counts once)."""
    columns = fn.COUNT(Resource.id), fn.COALESCE(fn.SUM(Resource.reused), 0)
    query = Resource.select(*columns).where(*_conditions(actor, "", None, "", REUSED))
    return query.tuples().get()


_USERS = Statement(
    lambda: (
        Reuse.select(School.name, Reuse.created_at)
        .join(School)
        .where(Reuse.resource == param("resource"))
        .order_by(Reuse.id)
        .limit(200)
    )
)


def users(resource_id: int) -> list[tuple]:
    """(school, when) of the other schools that used it."""
    return _USERS.rows(resource=resource_id)


def uses(resource_id: int, school_id: int | None) -> bool:
    """Whether a school has said that it uses it."""
    return Reuse.select().where(Reuse.resource == resource_id, Reuse.school == school_id).exists()


def flags(resource_id: int) -> list[tuple]:
    """(kind, text, name, when) of what readers reported and nobody has settled."""
    query = (
        Flag.select(Flag.kind, Flag.text, Person.name, Flag.created_at)
        .join(Person)
        .where(Flag.resource == resource_id, Flag.settled_at.is_null())
        .order_by(Flag.id)
    )
    return list(query.limit(50).tuples())
