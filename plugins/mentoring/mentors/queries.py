"""Reads shaped for the screens of mentors and matches. Lists carry codes and nothing else about a child."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import JOIN, fn

from intranet.api import Actor, Person, School, Statement, fold, param, today, where_on
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.free_time import decoded
from plugins.mentoring.mentors.suggestions import Candidate
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import Match, Meeting, Mentor
from plugins.mentoring.tables.owned import MODULE

PAGE_SIZE = 30


def _load() -> Any:
    return Match.select(fn.COUNT(Match.id)).where(Match.mentor == Mentor.person, Match.state.in_(LIVE))


def mentors(actor: Actor, subject: str, page: int) -> tuple[list[tuple], bool]:
    """(rows, whether more follow) of those who offer to help, in the own school and the partners'.

    Rows: name, school, subjects, levels, free time, how many children now, how many at most.
    """
    rows = (
        Mentor.select(
            *(Person.name, School.name, Mentor.subjects, Mentor.levels, Mentor.free, _load().alias("load")),
            Mentor.most,
        )
        .join(Person, on=(Mentor.person == Person.id))
        .join(School, on=(Mentor.school == School.id))
        .where(Mentor.visible_to(actor), *_able())
        .order_by(Person.sort_key, Person.id)
    )
    found = [row for row in rows.tuples() if not subject or fold(subject) in fold(row[2])]
    start = PAGE_SIZE * page
    return found[start : start + PAGE_SIZE], len(found) > start + PAGE_SIZE


def _able() -> tuple[Any, ...]:
    """Conditions: the person offers to help, and is still where the offer was made."""
    here = Person.school == Mentor.school
    return Mentor.offers, Person.active, Person.deleted_at.is_null(), here


def candidates(actor: Actor, case: Case) -> list[Candidate]:
    """Who offers to help and has no part in this case yet."""
    asked = Match.select(Match.mentor).where(Match.case == case, Match.state.in_(LIVE))
    rows = (
        Mentor.select(
            *(Mentor.person, Person.name, Mentor.school, School.name, Mentor.subjects, Mentor.levels, Mentor.free),
            *(Mentor.most, _load().alias("load")),
        )
        .join(Person, on=(Mentor.person == Person.id))
        .join(School, on=(Mentor.school == School.id))
        .where(Mentor.visible_to(actor), *_able(), Mentor.person.not_in(asked))
    )
    return [
        Candidate(
            person_id=person_id,
            name=name,
            school_id=school_id,
            school=school,
            subjects=subjects,
            levels=levels,
            free=decoded(free),
            most=most,
            load=load,
        )
        for person_id, name, school_id, school, subjects, levels, free, most, load in rows.tuples()
    ]


def matches_of(case: Case) -> list[tuple]:
    """(id, mentor, school, subject, state, first day, last day) of a case's matches, the latest first."""
    rows = (
        Match.select(Match.id, Person.name, School.name, Match.subject, Match.state, Match.starts_on, Match.ends_on)
        .join(Person, on=(Match.mentor == Person.id))
        .switch(Match)
        .join(School, on=(Match.mentor_school == School.id))
        .where(Match.case == case)
        .order_by(Match.id.desc())
    )
    return list(rows.tuples())


def _pupils() -> Any:
    planned = fn.MIN(Meeting.on).filter(Meeting.state == "planned")
    held = fn.MAX(Meeting.on).filter(Meeting.state == "held")
    return (
        Match.select(Match.id, Case.code, Match.subject, Match.state, planned, held)
        .join(Case, on=(Match.case == Case.id))
        .switch(Match)
        .join(Meeting, JOIN.LEFT_OUTER, on=(Meeting.match == Match.id))
        .where(
            *(Match.mentor == param("person"), Match.mentor_school == param("school"), Match.state.in_(LIVE)),
            where_on(Match.district, MODULE),
        )
        .group_by(Match.id, Case.code, Match.subject, Match.state)
        .order_by(Match.id)
    )


_PUPILS = Statement(_pupils)


def pupils(actor: Actor) -> list[tuple]:
    """(match, code, subject, state, first planned day, whether its log is missing, last day held): the actor's own."""
    if actor.school_id is None or actor.seen_by is not None:
        return []
    rows = _PUPILS.rows(person=actor.person_id, school=actor.school_id)
    found = [(*row, as_day(first), as_day(last)) for *row, first, last in rows]
    return [(*row, first, first is not None and first < today(), last) for *row, first, last in found]


def as_day(value: Any) -> date | None:
    """What MIN() and MAX() give of a day: on SQLite a text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
