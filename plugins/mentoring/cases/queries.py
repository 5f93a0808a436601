"""Reads shaped for the screens of cases. No name leaves a query but through privacy.see()."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import fn

from intranet.api import Actor, Person, fold, for_each_actor, opened, param, search_tokens, today
from plugins.mentoring.cases.life_cycle import ANONYMISED, UNDER_WAY_STATES
from plugins.mentoring.tables.cases import Case, Consent, Goal, RestrictedNote, Review, in_force, kept_by

PAGE_SIZE = 30


def kept(actor: Actor, state: str, kind: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from): the latest first, by code alone.

    Rows: id, code, class, kind, state, since, homeroom teacher, last day of the consents in force.
    """
    rows = _kept(actor, state, kind, before is not None).tuples(before=before)
    found = [(*row[:-1], _day(row[-1])) for row in rows]
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


@for_each_actor
def _kept(actor: Actor, state: str, kind: str, later: bool) -> Any:
    agreed = Consent.select(fn.MAX(Consent.expires_on)).where(Consent.case == Case.id, in_force(today()))
    rows = (
        Case.select(
            *(Case.id, Case.code, Case.class_name, Case.kind, Case.state, Case.state_since, Person.name),
            agreed.alias("agreed"),
        )
        .join(Person, on=(Case.homeroom == Person.id))
        .where(kept_by(actor), Case.state == state if state else Case.state.in_(UNDER_WAY_STATES))
        .order_by(Case.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if kind:
        rows = rows.where(Case.kind == kind)
    return rows.where(Case.id < param("before")) if later else rows


def _day(value: Any) -> date | None:
    """What MAX() gives: on SQLite a text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def with_data(actor: Actor, before: int | None) -> tuple[list[tuple[int, str, str]], int | None]:
    """((id, code, state) …, the id to go on from) of all cases that the actor keeps and that are not erased."""
    rows = Case.select(Case.id, Case.code, Case.state).where(kept_by(actor), Case.state != ANONYMISED)
    if before is not None:
        rows = rows.where(Case.id < before)
    found = list(rows.order_by(Case.id.desc()).limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def by_name(actor: Actor, name: str) -> list[tuple[int, str, str, str]]:
    """(id, code, name, state) of the cases that the actor keeps and whose name has these words: opened in memory."""
    query = Case.select(Case.id, Case.code, Case.state, Case.seal_key, Case.name).where(
        kept_by(actor), Case.state != ANONYMISED
    )
    tokens = search_tokens(name)
    found = []
    for case in query.order_by(Case.id.desc()):
        full = opened(case, "name")
        words = fold(full).split()
        if all(any(word.startswith(token) for word in words) for token in tokens):
            found.append((case.id, case.code, full, case.state))
    return found


def namesakes(case: Case) -> list[tuple[int, str]]:
    """(id, code) of other cases of the school for a child of the same name and birth date."""
    wanted = fold(opened(case, "name")), opened(case, "birth_date")
    query = Case.select(Case.id, Case.code, Case.seal_key, Case.name, Case.birth_date).where(
        Case.school == case.school_id, Case.id != case.id, Case.state.in_(UNDER_WAY_STATES)
    )
    return [
        (other.id, other.code)
        for other in query
        if (fold(opened(other, "name")), opened(other, "birth_date")) == wanted
    ]


def lineage(case: Case) -> list[int]:
    """The ids of the case and of those at the schools that the child came from, the latest first."""
    found = [case.id]
    while case.came_from_id is not None:
        case = case.came_from
        found.append(case.id)
    return found


def goals(case: Case, *, dropped: bool = False) -> list[tuple[int, str, str]]:
    """(id, text, how far reached) of the goals; the dropped ones as well where wanted."""
    query = Goal.select().where(Goal.case == case)
    if not dropped:
        query = query.where(Goal.dropped == False)  # noqa: E712 (SQL)
    return [(goal.id, opened(goal, "text"), goal.reached) for goal in query.order_by(Goal.position, Goal.id)]


def consents(*case_ids: int) -> list[Consent]:
    """All consents, the latest first, with who wrote them down."""
    query = Consent.select(Consent, Person).join(Person).where(Consent.case.in_(case_ids))
    return list(query.order_by(Consent.id.desc()))


def reviews(*case_ids: int) -> list[tuple[Any, str, str, str]]:
    """(day, decision, summary, who) of the reviews, the latest first."""
    query = Review.select(Review, Person.name.alias("who")).join(Person).where(Review.case.in_(case_ids))
    return [
        (review.on, review.decision, opened(review, "summary"), review.who)
        for review in query.order_by(Review.id.desc()).objects()
    ]


def count_of_notes(case: Case) -> int:
    """How many restricted notes there are: those who may not read them know that much."""
    return RestrictedNote.select().where(RestrictedNote.case == case).count()


def people_of(school_id: int) -> list[tuple[int, str]]:
    """(id, name) of a school's people, to choose the homeroom teacher."""
    query = Person.select(Person.id, Person.name).where(Person.school == school_id, Person.deleted_at.is_null())
    return list(query.order_by(Person.sort_key, Person.id).tuples())
