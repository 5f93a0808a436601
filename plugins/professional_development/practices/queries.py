"""Reads shaped for the screens of good practices."""

from __future__ import annotations

from peewee import JOIN

from intranet.api import Actor, School, Statement, contains, param, search_tokens, words
from plugins.professional_development.models import Adoption, Practice

PAGE_SIZE = 30


def library(actor: Actor, query: str, level: int | None, state: str, page: int) -> tuple[list[tuple], bool]:
    """(rows, whether more follow), the most adopted first.

    Rows: id, title, summary, levels, subject, school, state, how many schools took it over.
    """
    rows = (
        Practice.select(
            *(Practice.id, Practice.title, Practice.summary, Practice.levels, Practice.subject, School.name),
            *(Practice.state, Practice.adopted),
        )
        .join(School, JOIN.LEFT_OUTER, on=(Practice.school == School.id))
        .order_by(Practice.adopted.desc(), Practice.sort_key, Practice.id)
    )
    condition = Practice.visible_to(actor)
    rows = rows if condition is None else rows.where(condition)
    if level:
        rows = rows.where(Practice.levels.bin_and(level) != 0)
    if state:
        rows = rows.where(Practice.state == state)
    if tokens := search_tokens(query):
        rows = rows.where(Practice.id.in_([id_ for (id_,) in _WORDS.rows(words=words(tokens))]))
    found = list(rows.limit(PAGE_SIZE + 1).offset(PAGE_SIZE * page).tuples())
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


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
