"""Reads shaped for the list of notices."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from peewee import Case

from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, param
from intranet.registry.people import Person
from intranet.shared.notices import Notice, in_sight

PAGE_SIZE = 20


class Line(NamedTuple):
    """One notice as the list shows it."""

    id: int
    kind: str
    title: str
    url: str
    count: int
    at: datetime
    seen: bool


_LIST = Statement(
    lambda: (
        Notice.select(
            Notice.id,
            Notice.kind,
            Notice.title,
            Notice.url,
            Notice.count,
            Notice.created_at,
            Case(None, [(Notice.seen_at.is_null(), 0)], 1),
        )
        .where(in_sight(param("person"), param("today")), Notice.id < param("before"))
        .order_by(Notice.id.desc())
        .limit(PAGE_SIZE + 1)
    )
)
# No id is above what a PostgreSQL integer holds.
NEWEST = 2**31 - 1


def lines(person_id: int, before: int | None) -> tuple[list[Line], int | None]:
    """A page of a person's notices, the newest first, from below the id ``before``; and where the next one begins."""
    rows = [Line(*row) for row in _LIST.rows(person=person_id, today=today(), before=before or NEWEST)]
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def own(person_id: int, notice_id: int) -> Notice | None:
    """A notice of this person that is in sight."""
    return Notice.get_or_none(in_sight(person_id), Notice.id == notice_id)


def email_of(person_id: int) -> str:
    """The person's e-mail address; empty when none is known."""
    return Person.select(Person.email).where(Person.id == person_id).scalar() or ""
