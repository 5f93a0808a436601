"""Who changed what: append-only (triggers on both engines refuse UPDATE and DELETE), written in the transaction.

The values before and after stand in a table of their own, so that a person's can be erased without touching the trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, has_request_context
from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.database import Table


class AuditEntry(Table):
    """One act. Ids instead of foreign keys: an entry outlives what it tells of."""

    at = DateTimeField(default=now)
    person_id = IntegerField(null=True, index=True)
    district_id = IntegerField(null=True, index=True)
    school_id = IntegerField(null=True)
    action = CharField(max_length=60)
    subject_type = CharField(max_length=60)
    subject_id = IntegerField(null=True)
    # The version that the record had afterwards, where it has one.
    version = IntegerField(null=True)
    # What was done in one go has one id: a request's, or "import-12".
    request_id = CharField(max_length=32, default="", index=True)
    address = CharField(max_length=60, default="")

    class Meta:
        indexes = ((("subject_type", "subject_id", "id"), False),)


class AuditValue(Table):
    """One field of an act, before and after, as text."""

    entry = ForeignKeyField(AuditEntry, on_delete="RESTRICT", backref="+")
    field = CharField(max_length=60)
    before = TextField(null=True)
    after = TextField(null=True)


MODELS = (AuditEntry, AuditValue)


def record(
    action: str,
    subject: Any,
    *,
    person_id: int | None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> AuditEntry:
    """Write one entry for a change of ``subject`` (a record with ``owner()``); call it inside the transaction."""
    district_id, school_id = subject.owner()
    entry = AuditEntry.create(
        person_id=person_id,
        district_id=district_id,
        school_id=school_id,
        action=action,
        subject_type=type(subject)._meta.table_name,
        subject_id=subject.id,
        version=getattr(subject, "version", None),
        request_id=g.request_id if has_request_context() else "",
        address=g.client_address if has_request_context() else "",
    )
    rows = [
        {"entry": entry.id, "field": name, "before": _text(before), "after": _text(after)}
        for name, (before, after) in (changes or {}).items()
    ]
    if rows:
        AuditValue.insert_many(rows).execute()
    return entry


def differences(record_: Any, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields whose value would change, as {field: (before, after)}."""
    return {name: (getattr(record_, name), value) for name, value in values.items() if getattr(record_, name) != value}


def changed_since(subject: Any, version: int) -> dict[str, str | None]:
    """The fields that changed after the subject had ``version``, each with its text at that version."""
    query = (
        AuditValue.select(AuditValue.field, AuditValue.before)
        .join(AuditEntry)
        .where(
            AuditEntry.subject_type == type(subject)._meta.table_name,
            AuditEntry.subject_id == subject.id,
            AuditEntry.version > version,
        )
        .order_by(AuditValue.id.desc())
    )
    # The earliest change comes last and stays.
    return dict(query.tuples())


def merge(
    subject: Any, current: Mapping[str, Any], given: Mapping[str, Any], version: int
) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Put what a form gave, made from ``version``, on top of what others saved since (decision D15).

    ``current`` and ``given`` are the record's values now and the form's. Returns the values to write, as
    {field: value}, and the fields that both changed differently, as {field: (theirs, given)}.
    """
    differing = {name: value for name, value in given.items() if current[name] != value}
    if version == subject.version:
        return differing, {}
    before = changed_since(subject, version)
    mine, both = {}, {}
    for name, value in differing.items():
        if name not in before:
            mine[name] = value
        elif _text(value) != before[name]:
            both[name] = (current[name], value)
    return mine, both


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
