"""Reads shaped for the screens of credits, records and certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from peewee import JOIN, Case, EnclosedNodeList, Expression, fn

from intranet.api import Actor, District, Person, School, Statement, contains, search_tokens, words
from plugins.professional_development.credits.deciding import decided_by
from plugins.professional_development.models import CONFIRMED, PROPOSED, Registration, Session

MOST = 200
PEOPLE_SIZE = 50


# --- What is to be confirmed ---


def proposed(actor: Actor) -> list[tuple]:
    """(id, person, session id, session, day, periods, programme) of what the actor can confirm."""
    query = (
        Registration.select(
            *(Registration.id, Person.name, Session.id, Session.title, Session.held_on),
            *(Registration.periods, Session.programme),
        )
        .join(Person)
        .switch(Registration)
        .join(Session)
        .where(Registration.credit == PROPOSED, decided_by(actor))
    )
    return list(query.order_by(Session.held_on, Session.id, Person.sort_key).limit(MOST).tuples())


def decidable(actor: Actor, ids: Sequence[int], credits: Sequence[str]) -> list[Registration]:
    """The places with these ids and such a credit about which the actor decides."""
    query = Registration.select().where(Registration.id.in_(ids), Registration.credit.in_(credits), decided_by(actor))
    return list(query.order_by(Registration.id))


def own_proposed(person_id: int) -> list[int]:
    """The ids of the person's own places that somebody else has to confirm."""
    query = Registration.select(Registration.id).where(
        Registration.person == person_id, Registration.credit == PROPOSED
    )
    return [id_ for (id_,) in query.tuples()]


# --- A person's record ---


class Line(NamedTuple):
    """A session in a person's record."""

    place_id: int
    session_id: int
    title: str
    kind: str
    held_on: date
    host: str | None
    attendance: str
    periods: Decimal | None
    credit: str
    reason: str
    programme: str
    certificate: str


def record_of(person_id: int, start: date, end: date, *conditions: Any) -> list[Line]:
    """A person's sessions of a time, the latest first."""
    query = (
        Registration.select(
            *(Registration.id, Session.id, Session.title, Session.kind, Session.held_on),
            fn.COALESCE(School.name, District.office_name),
            *(Registration.attendance, Registration.periods, Registration.credit, Registration.credit_reason),
            *(Session.programme, Registration.certificate),
        )
        .join(Session)
        .join(School, JOIN.LEFT_OUTER, on=(Session.school == School.id))
        .switch(Session)
        .join(District, on=(Session.district == District.id))
        .where(Registration.person == person_id, Session.held_on.between(start, end), *conditions)
    )
    return [Line(*row) for row in query.order_by(Session.held_on.desc(), Session.id.desc()).tuples()]


def confirmed_of(record: Any) -> list[Line]:
    """Those of a YearRecord whose periods are confirmed."""
    return record_of(record.person.id, record.start, record.end, Registration.credit == CONFIRMED)


def totals(person_id: int, start: date, end: date) -> Mapping[str, Decimal]:
    """{programme: periods confirmed} of a person in a time."""
    return totals_of([person_id], start, end).get(person_id, {})


def totals_of(person_ids: Sequence[int], start: date, end: date) -> dict[int, dict[str, Decimal]]:
    """{person: {programme: periods confirmed}} of people in a time."""
    query = (
        Registration.select(Registration.person, Session.programme, fn.SUM(Registration.periods))
        .join(Session)
        .where(
            Registration.person.in_(person_ids),
            Registration.credit == CONFIRMED,
            Session.held_on.between(start, end),
        )
        .group_by(Registration.person, Session.programme)
    )
    found: dict[int, dict[str, Decimal]] = {}
    for person_id, programme, periods in query.tuples():
        found.setdefault(person_id, {})[programme] = periods
    return found


# --- The people of a school or an office ---


@dataclass(frozen=True, slots=True)
class People:
    """A page of people: (id, name, school), and the last one's place where more follow."""

    rows: list[tuple[int, str, str | None]]
    next_id: int | None


def people(actor: Actor, query: str = "", after_id: int | None = None, *, limit: int = PEOPLE_SIZE) -> People:
    """The people whose records the actor may see, by given name."""
    found = Person.select(Person.id, Person.name, School.name).join(School, JOIN.LEFT_OUTER)
    found = found.where(*_own_people(actor), Person.deleted_at.is_null(), Person.active == True)  # noqa: E712 (SQL)
    if tokens := search_tokens(query):
        found = found.where(Person.id.in_([id_ for (id_,) in _PEOPLE.rows(words=words(tokens))]))
    if after_id is not None:
        key = Person.alias()
        last = key.select(key.sort_key).where(key.id == after_id)
        found = found.where(
            Expression(EnclosedNodeList([Person.sort_key, Person.id]), ">", EnclosedNodeList([last, after_id]))
        )
    rows = list(found.order_by(Person.sort_key, Person.id).limit(limit + 1).tuples())
    return People(rows[:limit], rows[limit - 1][0] if len(rows) > limit else None)


_PEOPLE = Statement(lambda: Person.select(Person.id).where(contains(Person.search_text, "words")).limit(2000))


def _own_people(actor: Actor) -> list[Any]:
    if actor.sees_all:
        return []
    return [Person.school == actor.school_id if actor.school_id else Person.district == actor.district_id]


def hours(actor: Actor, start: date, end: date) -> list[tuple]:
    """(school, subject, people, sessions, periods of 01, 02, 03, others) confirmed in a time, by school and subject."""
    programmes = [
        fn.SUM(Case(None, ((Session.programme == key, Registration.periods),), 0)) for key in ("01", "02", "03", "")
    ]
    query = (
        Registration.select(
            fn.COALESCE(School.name, District.office_name),
            Session.subject,
            fn.COUNT(fn.DISTINCT(Registration.person)),
            fn.COUNT(fn.DISTINCT(Registration.session)),
            *programmes,
        )
        .join(Session)
        .switch(Registration)
        .join(District, on=(Registration.district == District.id))
        .switch(Registration)
        .join(School, JOIN.LEFT_OUTER, on=(Registration.school == School.id))
        .where(*_own_places(actor), Registration.credit == CONFIRMED, Session.held_on.between(start, end))
        .group_by(School.sort_key, School.name, District.office_name, Session.subject)
        .order_by(School.sort_key, Session.subject)
    )
    return list(query.tuples())


def _own_places(actor: Actor) -> list[Any]:
    if actor.sees_all:
        return []
    if actor.school_id is not None:
        return [Registration.school == actor.school_id]
    return [Registration.district == actor.district_id]


# --- Certificates ---


def without_certificate(session_id: int) -> list[int]:
    """The ids of the places that are confirmed and have none."""
    query = _confirmed(session_id, Registration.id).where(Registration.certificate == "")
    return [id_ for (id_,) in query.tuples()]


def certificates(session_id: int) -> list[tuple]:
    """(id, person, school, code or empty, periods) of everybody whose periods are confirmed, by given name."""
    columns = Registration.id, Person.name, School.name, Registration.certificate, Registration.periods
    query = _confirmed(session_id, *columns).join(School, JOIN.LEFT_OUTER, on=(Registration.school == School.id))
    return list(query.tuples())


def _confirmed(session_id: int, *columns: Any) -> Any:
    return (
        Registration.select(*columns)
        .join(Person)
        .switch(Registration)
        .where(Registration.session == session_id, Registration.credit == CONFIRMED)
        .order_by(Person.sort_key, Registration.id)
    )


def certificate_counts(session_id: int) -> tuple[int, int, int]:
    """(undecided, confirmed, with a certificate) of a session's people."""
    query = Registration.select(
        *(
            fn.COALESCE(fn.SUM(Case(None, ((condition, 1),), 0)), 0)
            for condition in (
                Registration.credit == PROPOSED,
                Registration.credit == CONFIRMED,
                (Registration.credit == CONFIRMED) & (Registration.certificate != ""),
            )
        )
    ).where(Registration.session == session_id)
    return tuple(map(int, next(iter(query.tuples()))))
