"""Reads shaped for the screens of help for teachers."""

from __future__ import annotations

from intranet.api import Actor, Person
from plugins.mentoring.tables.aid import TeacherSupport

PAGE_SIZE = 30


def seen(actor: Actor, before: int | None) -> tuple[list[tuple], int | None]:
    """((id, whom, state, since) …, the id to go on from) of what the actor may see, the latest first."""
    rows = (
        TeacherSupport.select(TeacherSupport.id, Person.name, TeacherSupport.state, TeacherSupport.state_since)
        .join(Person, on=(TeacherSupport.person == Person.id))
        .where(TeacherSupport.visible_to(actor))
        .order_by(TeacherSupport.id.desc())
    )
    if before is not None:
        rows = rows.where(TeacherSupport.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None
