"""Reads shaped for the screens of credits."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import JOIN, fn

from intranet.api import Actor, Person, School
from plugins.professional_development.models import CONFIRMED, PROPOSED, Registration, Session

MOST = 200


def proposed(actor: Actor) -> list[tuple]:
    """(id, person, session id, session, day, periods, programme) of what the actor can confirm: of the own school."""
    query = (
        Registration.select(
            *(Registration.id, Person.name, Session.id, Session.title, Session.held_on),
            *(Registration.periods, Session.programme),
        )
        .join(Person)
        .switch(Registration)
        .join(Session)
        .where(Registration.credit == PROPOSED, *_own(actor))
    )
    return list(query.order_by(Session.held_on, Session.id, Person.sort_key).limit(MOST).tuples())


def _own(actor: Actor) -> list[Any]:
    if actor.school_id is not None:
        return [Registration.school == actor.school_id]
    return [Registration.school.is_null(), Registration.district == actor.district_id]


def proposed_places(actor: Actor, ids: list[int]) -> list[Registration]:
    """The places with these ids that the actor can confirm."""
    query = Registration.select().where(
        Registration.id.in_(ids), Registration.credit == PROPOSED, *([] if actor.sees_all else _own(actor))
    )
    return list(query.order_by(Registration.id))


def record_of(person_id: int, start: date | None = None, end: date | None = None) -> list[tuple]:
    """A person's sessions: (id, title, kind, day, host, attendance, periods, credit, programme, certificate)."""
    query = (
        Registration.select(
            *(Session.id, Session.title, Session.kind, Session.held_on, School.name, Registration.attendance),
            *(Registration.periods, Registration.credit, Session.programme, Registration.certificate),
        )
        .join(Session)
        .join(School, JOIN.LEFT_OUTER, on=(Session.school == School.id))
        .where(Registration.person == person_id, Session.held_on.is_null(False))
    )
    if start is not None:
        query = query.where(Session.held_on >= start)
    if end is not None:
        query = query.where(Session.held_on <= end)
    return list(query.order_by(Session.held_on.desc(), Session.id.desc()).tuples())


def totals(person_id: int, start: date, end: date) -> dict[str, Any]:
    """{programme: periods confirmed} of a person in a time."""
    query = (
        Registration.select(Session.programme, fn.SUM(Registration.periods))
        .join(Session)
        .where(
            Registration.person == person_id,
            Registration.credit == CONFIRMED,
            Session.held_on >= start,
            Session.held_on <= end,
        )
    )
    return dict(query.group_by(Session.programme).tuples())
