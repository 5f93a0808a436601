"""Reads of the audit trail for the pages of one record and of one act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from intranet.registry.people import Person
from intranet.shared.audit import AuditEntry, AuditValue

PAGE_SIZE = 50
MOST_SHOWN = 500
# SQLite takes 32,766 values in a statement.
MOST_IDS = 10_000


@dataclass(slots=True)
class Act:
    """One entry with who did it (None: the system) and its values as (field, before, after)."""

    id: int
    at: datetime
    who: str | None
    action: str
    batch: str
    values: list[tuple[str, str | None, str | None]] = field(default_factory=list)


def acts_of(subject_type: str, subject_id: int, before: int | None = None) -> tuple[list[Act], int | None]:
    """A page of a record's acts, the newest first, and the id to go on from."""
    query = AuditEntry.select(AuditEntry.id, AuditEntry.at, Person.name, AuditEntry.action, AuditEntry.request_id).join(
        Person, JOIN.LEFT_OUTER, on=(AuditEntry.person_id == Person.id)
    )
    query = query.where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    rows = list(query.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1).tuples())
    acts = [Act(*row) for row in rows[:PAGE_SIZE]]
    _add_values(acts)
    return acts, acts[-1].id if len(rows) > PAGE_SIZE else None


def _add_values(acts: list[Act]) -> None:
    by_id = {act.id: act for act in acts}
    columns = (AuditValue.entry, AuditValue.field, AuditValue.before, AuditValue.after)
    ids = list(by_id)
    for start in range(0, len(ids), MOST_IDS):
        some = AuditValue.entry.in_(ids[start : start + MOST_IDS])
        for entry_id, *value in AuditValue.select(*columns).where(some).order_by(AuditValue.id).tuples():
            by_id[entry_id].values.append(tuple(value))


def batch_counts(batch: str) -> list[tuple[str, str, int]]:
    """(record type, action, number) of everything done in one go."""
    return list(
        AuditEntry.select(AuditEntry.subject_type, AuditEntry.action, fn.COUNT(AuditEntry.id))
        .where(AuditEntry.request_id == batch)
        .group_by(AuditEntry.subject_type, AuditEntry.action)
        .order_by(AuditEntry.subject_type, AuditEntry.action)
        .tuples()
    )


def batch_head(batch: str) -> tuple[datetime, int | None, int | None, str | None] | None:
    """(when, district id, person id, person) of what was done in one go."""
    return (
        AuditEntry.select(AuditEntry.at, AuditEntry.district_id, AuditEntry.person_id, Person.name)
        .join(Person, JOIN.LEFT_OUTER, on=(AuditEntry.person_id == Person.id))
        .where(AuditEntry.request_id == batch)
        .order_by(AuditEntry.id)
        .tuples()
        .first()
    )


def batch_acts(batch: str) -> list[tuple[str, int, Act]]:
    """(record type, record id, act) of everything done in one go, the last first."""
    rows = list(
        AuditEntry.select(
            AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.id, AuditEntry.at, AuditEntry.action
        )
        .where(AuditEntry.request_id == batch)
        .order_by(AuditEntry.id.desc())
        .tuples()
    )
    found = [(kind, subject_id, Act(id_, at, None, action, batch)) for kind, subject_id, id_, at, action in rows]
    _add_values([act for _kind, _id, act in found])
    return found


def act(subject_type: str, subject_id: int, entry_id: int) -> Act | None:
    """One act of a record."""
    row = (
        AuditEntry.select(AuditEntry.at, AuditEntry.action, AuditEntry.request_id)
        .where(AuditEntry.id == entry_id, AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
        .tuples()
        .first()
    )
    if row is None:
        return None
    at, action, batch = row
    found = Act(entry_id, at, None, action, batch)
    _add_values([found])
    return found


def thrown_away(model: type[Any], since: datetime, district_id: int | None) -> list[Any]:
    """The records in the trash since a moment, of one district or of all."""
    query = model.select().where(model.deleted_at >= since, model.erased_at.is_null())
    if district_id is not None:
        query = query.where(model.district == district_id)
    return list(query.order_by(model.deleted_at.desc()).limit(MOST_SHOWN))
