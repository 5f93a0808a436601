"""Reads shaped for the register of volunteers."""

from __future__ import annotations

from typing import Any

from peewee import fn

from intranet.api import Actor, Person, School
from plugins.digital.models import Request, Volunteer

PAGE_SIZE = 30
ENDED = ("confirmed", "closed", "rated")


def volunteers(actor: Actor, topic: int | None, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the latest first. Rows: id, name, school, topics, hours, how many it helped."""
    columns = (Volunteer.id, Person.name, School.name, Volunteer.topics, Volunteer.person)
    rows = (
        Volunteer.select(*columns)
        .join(Person, on=(Volunteer.person == Person.id))
        .switch(Volunteer)
        .join(School, on=(Volunteer.school == School.id))
        .where(Volunteer.active == True)  # noqa: E712 (SQL)
        .order_by(Volunteer.id.desc())
    )
    condition = Volunteer.visible_to(actor)
    rows = rows if condition is None else rows.where(condition)
    if topic:
        rows = rows.where(Volunteer.topics.bin_and(topic) != 0)
    if before is not None:
        rows = rows.where(Volunteer.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    next_id = found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None
    given = _given([row[-1] for row in found])
    return [(*row[:-1], *given.get(row[-1], (0, 0))) for row in found[:PAGE_SIZE]], next_id


def _given(people: list[int]) -> dict[int, tuple[Any, int]]:
    """{person: (hours, how many requests)} of what is over."""
    query = (
        Request.select(Request.helper, fn.COALESCE(fn.SUM(Request.hours), 0), fn.COUNT(Request.id))
        .where(Request.helper.in_(people), _over())
        .group_by(Request.helper)
    )
    return {person: (hours, count) for person, hours, count in query.tuples()}


def _over() -> Any:
    return Request.state.in_(ENDED) & Request.solved_at.is_null(False)


def given_by(person_id: int) -> tuple[Any, int]:
    """(hours, how many requests) of one."""
    return _given([person_id]).get(person_id, (0, 0))


def thanks_to(person_id: int) -> list[tuple]:
    """(thanks, school, when) that were written to a volunteer, the latest first."""
    query = (
        Request.select(Request.thanks, School.name, Request.state_since)
        .join(School, on=(Request.school == School.id))
        .where(Request.helper == person_id, _over(), Request.thanks != "")
        .order_by(Request.id.desc())
    )
    return list(query.limit(20).tuples())


def own(person_id: int) -> Volunteer | None:
    """A person's own line of the register."""
    return Volunteer.get_or_none(Volunteer.person == person_id)
