"""Reads shaped for the screens of good practices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import JOIN, fn

from intranet.api import (
    Actor,
    District,
    Person,
    School,
    Statement,
    among,
    contains,
    for_each_actor,
    param,
    search_tokens,
    words,
)
from plugins.professional_development.models import Adoption, Practice

PAGE_SIZE = 30
MOST_ADOPTED_FIRST = (Practice.adopted.desc(), Practice.sort_key, Practice.id)


def library(actor: Actor, query: str, level: int | None, state: str, page: int) -> tuple[list[tuple], bool]:
    """(rows, whether more follow), the most adopted first.

    Rows: id, title, summary, levels, subject, school, state, how many schools took it over.
    """
    tokens = search_tokens(query)
    statement = _library(actor, bool(tokens), level, state)
    found = statement.rows(found=_found_by(tokens), start=PAGE_SIZE * page)
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


@for_each_actor
def _library(actor: Actor, searched: bool, level: int | None, state: str) -> Any:
    return (
        Practice.select(
            *(Practice.id, Practice.title, Practice.summary, Practice.levels, Practice.subject, School.name),
            *(Practice.state, Practice.adopted),
        )
        .join(School, JOIN.LEFT_OUTER, on=(Practice.school == School.id))
        .where(*_conditions(actor, searched, level, state))
        .order_by(*MOST_ADOPTED_FIRST)
        .limit(PAGE_SIZE + 1)
        .offset(param("start"))
    )


def _conditions(actor: Actor, searched: bool, level: int | None, state: str) -> list[Any]:
    found = [Practice.visible_to(actor), Practice.state == state if state else None]
    if level:
        found.append(Practice.levels.bin_and(level) != 0)
    if searched:
        found.append(among(Practice.id, "found"))
    return [condition for condition in found if condition is not None]


def ids(actor: Actor, query: str, level: int | None, state: str, most: int) -> list[int]:
    """The ids of the library, in its order."""
    tokens = search_tokens(query)
    rows = _ids(actor, bool(tokens), level, state).rows(found=_found_by(tokens), most=most)
    return [id_ for (id_,) in rows]


@for_each_actor
def _ids(actor: Actor, searched: bool, level: int | None, state: str) -> Any:
    query = Practice.select(Practice.id).where(*_conditions(actor, searched, level, state))
    return query.order_by(*MOST_ADOPTED_FIRST).limit(param("most"))


def for_file(ids: Sequence[int]) -> list[tuple]:
    """(title, summary, levels, subject, textbook, school or office, author, licence, state, how many took it over)."""
    query = (
        Practice.select(
            *(Practice.id, Practice.title, Practice.summary, Practice.levels, Practice.subject, Practice.textbook),
            *(fn.COALESCE(School.name, District.office_name), Person.name, Practice.licence, Practice.state),
            Practice.adopted,
        )
        .join(School, JOIN.LEFT_OUTER, on=(Practice.school == School.id))
        .switch(Practice)
        .join(District, on=(Practice.district == District.id))
        .switch(Practice)
        .join(Person)
        .where(Practice.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    return [found[id_] for id_ in ids if id_ in found]


def _found_by(tokens: Sequence[str]) -> list[int]:
    return [id_ for (id_,) in _WORDS.rows(words=words(tokens))] if tokens else []


_WORDS = Statement(lambda: Practice.select(Practice.id).where(contains(Practice.search_text, "words")).limit(2000))

_ADOPTIONS = Statement(
    lambda: (
        Adoption.select(School.name, Adoption.adopted_on, Adoption.note)
        .join(School)
        .where(Adoption.practice == param("practice"))
        .order_by(Adoption.adopted_on, Adoption.id)
    )
)


def adoptions(practice_id: int) -> list[tuple]:
    """(school, day, what it says) of the schools that took it over."""
    return _ADOPTIONS.rows(practice=practice_id)


def own_adoption(practice_id: int, school_id: int | None) -> Adoption | None:
    """The school's own."""
    return Adoption.get_or_none(Adoption.practice == practice_id, Adoption.school == school_id)
