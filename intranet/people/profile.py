"""Reads shaped for one person's page: work, duties and leaves, with their days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from peewee import JOIN

from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, param
from intranet.registry.districts import District
from intranet.registry.people import ROLE_LABELS, Function, Leave, Membership
from intranet.registry.schools import School

NOW, PLANNED, OVER = "now", "planned", "over"


def state_of(starts_on: date | None, ends_on: date | None, day: date) -> str:
    """Whether something dated is under way on ``day``, still to come, or over."""
    if ends_on is not None and ends_on < day:
        return OVER
    return PLANNED if starts_on is not None and starts_on > day else NOW


class Work(NamedTuple):
    """A membership as people read it. ``state`` is that of today."""

    id: int
    role: str
    title: str
    district_id: int | None
    district: str | None
    school_id: int | None
    school: str | None
    starts_on: date | None
    ends_on: date | None
    end_reason: str
    state: str

    @property
    def label(self) -> str:
        """What the person is there: the title that papers give, else the role."""
        return self.title or str(ROLE_LABELS[self.role])

    def owner(self) -> tuple[int | None, int | None]:
        """Where it is: (district id, school id)."""
        return self.district_id, self.school_id

    @property
    def place(self) -> str:
        """The school, or the district of the office."""
        return self.school or self.district or ""


class Duty(NamedTuple):
    """A function of a person in a school."""

    id: int
    kind: str
    detail: str
    school_id: int
    school: str
    starts_on: date | None
    ends_on: date | None
    state: str


class Away(NamedTuple):
    """A leave."""

    id: int
    kind: str
    starts_on: date
    ends_on: date | None
    state: str


_WORK = Statement(
    lambda: (
        Membership.select(
            Membership.id,
            Membership.role,
            Membership.title,
            District.id,
            District.name,
            School.id,
            School.name,
            Membership.starts_on,
            Membership.ends_on,
            Membership.end_reason,
        )
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.person == param("person"))
        .order_by(Membership.id)
    )
)
_DUTIES = Statement(
    lambda: (
        Function.select(
            Function.id, Function.kind, Function.detail, School.id, School.name, Function.starts_on, Function.ends_on
        )
        .join(School)
        .where(Function.person == param("person"))
        .order_by(Function.id)
    )
)
_LEAVES = Statement(
    lambda: (
        Leave.select(Leave.id, Leave.kind, Leave.starts_on, Leave.ends_on)
        .where(Leave.person == param("person"))
        .order_by(Leave.starts_on.desc(), Leave.id.desc())
    )
)


def work_of(person_id: int) -> list[Work]:
    """All that the person was, is and will be, in the order of entry."""
    rows = _WORK.rows(person=person_id)
    return [Work(*row[:7], *(days := _days(row[7:9])), row[9], state_of(*days, today())) for row in rows]


def duties_of(person_id: int) -> list[Duty]:
    """All duties of the person, in the order of entry."""
    rows = _DUTIES.rows(person=person_id)
    return [Duty(*row[:5], *(days := _days(row[5:])), state_of(*days, today())) for row in rows]


def leaves_of(person_id: int) -> list[Away]:
    """All leaves of the person, the latest first."""
    rows = _LEAVES.rows(person=person_id)
    return [Away(*row[:2], *(days := _days(row[2:])), state_of(*days, today())) for row in rows]


def still(rows: Iterable[Any]) -> list[Any]:
    """What is under way or to come."""
    return [row for row in rows if row.state != OVER]


def _days(values: Iterable[date | str | None]) -> list[date | None]:
    # A stored statement reads SQLite's text as it is.
    return [date.fromisoformat(value) if isinstance(value, str) else value for value in values]
