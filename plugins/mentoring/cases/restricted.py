"""Notes that only the principal and the counsellor read, who wrote them, and that they are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intranet.api import Actor, Person, opened, put, record, transaction
from plugins.mentoring.cases.rules import open_case
from plugins.mentoring.tables.cases import Case, RestrictedNote


def add(case: Case, text: str, actor: Actor, *, done: Callable[[], None] = lambda: None) -> None:
    """Write a note. Raises Refused once the case is over."""
    with transaction():
        current = open_case(case.id)
        note = RestrictedNote(case=current, person=actor.person_id)
        put(note, text=text)
        note.save(force_insert=True)
        record("mentoring.note", note, person_id=actor.person_id)
        done()


def notes_of(*case_ids: int) -> list[tuple[Any, str, str]]:
    """(when, who, text), the latest first."""
    query = RestrictedNote.select(RestrictedNote, Person.name.alias("who")).join(Person)
    rows = query.where(RestrictedNote.case.in_(case_ids)).order_by(RestrictedNote.id.desc()).objects()
    return [(note.at, note.who, opened(note, "text")) for note in rows]
