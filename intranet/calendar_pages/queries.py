"""Whose calendar a secret address opens."""

from __future__ import annotations

from datetime import datetime

from peewee import JOIN

from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, param
from intranet.registry.districts import District
from intranet.registry.feeds import CalendarFeed
from intranet.registry.people import Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared.access import Actor
from intranet.shared.sessions import build_actor, token_hash
from intranet.shared.tasks import as_datetime

_READER = Statement(
    lambda: (
        CalendarFeed.select(
            CalendarFeed.created_at,
            Person.id,
            Person.name,
            Person.language,
            Membership.role,
            Membership.district,
            Membership.school,
            District.name,
            School.name,
        )
        .join(Person, on=(CalendarFeed.person == Person.id))
        .switch(CalendarFeed)
        .join(Membership, on=(CalendarFeed.membership == Membership.id))
        .join(District, JOIN.LEFT_OUTER, on=(Membership.district == District.id))
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER, on=(Membership.school == School.id))
        .where(
            CalendarFeed.token_hash == param("token"),
            Membership.person == Person.id,
            under_way(Membership, param("today")),
            Person.active == True,  # noqa: E712 (SQL)
            Person.deleted_at.is_null(),
        )
    )
)


def reader_of(token: str) -> tuple[Actor, datetime] | None:
    """Who reads with a secret address, and since when it is good.

    None when it is unknown or replaced, or when the person or the work that it was made in is over.
    """
    row = _READER.row(token=token_hash(token), today=today())
    if row is None:
        return None
    created_at, person_id, name, language, role, district_id, school_id, district, school = row
    actor = build_actor(
        person_id=person_id,
        name=name,
        language=language,
        role=role,
        district_id=district_id,
        school_id=school_id,
        place_name=school or district or "",
    )
    return actor, as_datetime(created_at)


def feed_of(person_id: int) -> tuple[datetime, str, str | None, str | None] | None:
    """(since when, role, district, school) of a person's secret address, None when there is none."""
    return (
        CalendarFeed.select(CalendarFeed.created_at, Membership.role, District.name, School.name)
        .join(Membership)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(CalendarFeed.person == person_id)
        .tuples()
        .first()
    )
