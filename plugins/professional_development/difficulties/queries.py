"""Reads shaped for the screens of difficulties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import JOIN

from intranet.api import (
    STRENGTH,
    Actor,
    School,
    Statement,
    Tag,
    contains,
    fold,
    search_tokens,
    words,
)
from plugins.professional_development.models import Difficulty, DifficultyWeight, Session

PAGE_SIZE = 30
HEAVIEST_FIRST = (Difficulty.weight.desc(), Difficulty.id.desc())


def register(actor: Actor, query: str, state: str, page: int) -> tuple[list[tuple], bool]:
    """(rows, whether more follow): the heaviest first. Rows: id, title, school, subject, weight, state, answered."""
    rows = (
        Difficulty.select(
            *(Difficulty.id, Difficulty.title, School.name, Difficulty.subject, Difficulty.weight, Difficulty.state),
            (Difficulty.answer != "").alias("answered"),
        )
        .join(School, JOIN.LEFT_OUTER, on=(Difficulty.school == School.id))
        .where(*_conditions(actor, query, state))
        .order_by(*HEAVIEST_FIRST)
    )
    found = list(rows.limit(PAGE_SIZE + 1).offset(PAGE_SIZE * page).tuples())
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def _conditions(actor: Actor, query: str, state: str) -> list[Any]:
    found = [Difficulty.visible_to(actor), Difficulty.state == state if state else None]
    if tokens := search_tokens(query):
        found.append(Difficulty.id.in_([id_ for (id_,) in _WORDS.rows(words=words(tokens))]))
    return [condition for condition in found if condition is not None]


def ids(actor: Actor, query: str, state: str, most: int) -> list[int]:
    """The ids of the register, in its order."""
    found = Difficulty.select(Difficulty.id).where(*_conditions(actor, query, state)).order_by(*HEAVIEST_FIRST)
    return [id_ for (id_,) in found.limit(most).tuples()]


def for_file(ids: Sequence[int]) -> list[tuple]:
    """(title, more, school, subject, grade, weight, day, state, routed to, session that answers, answer)."""
    helper = School.alias()
    query = (
        Difficulty.select(
            *(Difficulty.id, Difficulty.title, Difficulty.body, School.name, Difficulty.subject, Difficulty.grade),
            *(Difficulty.weight, Difficulty.created_at, Difficulty.state, helper.name, Session.title),
            Difficulty.answer,
        )
        .join(School, JOIN.LEFT_OUTER, on=(Difficulty.school == School.id))
        .switch(Difficulty)
        .join(helper, JOIN.LEFT_OUTER, on=(Difficulty.routed_to == helper.id))
        .switch(Difficulty)
        .join(Session, JOIN.LEFT_OUTER, on=(Difficulty.session == Session.id))
        .where(Difficulty.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    return [found[id_] for id_ in ids if id_ in found]


_WORDS = Statement(
    lambda: Difficulty.select(Difficulty.id).where(contains(Difficulty.search_text, "words")).limit(2000)
)


def has_it(difficulty_id: int, person_id: int) -> bool:
    """Whether the person has the same difficulty."""
    return (
        DifficultyWeight.select()
        .where(DifficultyWeight.difficulty == difficulty_id, DifficultyWeight.person == person_id)
        .exists()
    )


def helpers(actor: Actor, difficulty: Difficulty) -> list[tuple[int, str]]:
    """(id, school with its strengths) of the schools of all shared districts, those strong in the matter first."""
    strengths: dict[int, list[str]] = {}
    tags = Tag.select(Tag.school, Tag.label).join(School).where(Tag.kind == STRENGTH)
    for school_id, label in tags.where(School.district.in_(sorted(actor.district_ids))).tuples():
        strengths.setdefault(school_id, []).append(label)
    wanted = set(search_tokens(f"{difficulty.title} {difficulty.subject}"))
    query = School.select(School.id, School.name).where(School.visible_to(actor), School.closed_on.is_null())
    schools = [
        (-len(wanted & set(fold(" ".join(strengths.get(id_, ()))).split())), place, id_, name)
        for place, (id_, name) in enumerate(query.order_by(School.sort_key, School.id).tuples())
        if id_ != difficulty.school_id
    ]
    return [
        (id_, f"{name} ({', '.join(strengths[id_])})" if id_ in strengths else name)
        for _fit, _place, id_, name in sorted(schools)
    ]


def sessions_of(school_id: int | None, district_id: int) -> list[tuple[int, str]]:
    """(id, title) of the latest sessions of a school, or of the office."""
    host = Session.school == school_id if school_id is not None else Session.school.is_null()
    query = Session.select(Session.id, Session.title).where(
        host, Session.district == district_id, Session.state.not_in(("cancelled", "idea"))
    )
    return list(query.order_by(Session.id.desc()).limit(30).tuples())
