"""Who changed what: append-only (triggers on both engines refuse UPDATE and DELETE), written in the transaction.

The values before and after stand in a table of their own, so that a person's can be erased without touching the trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from flask import g, has_request_context
from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    chunked,
    fn,
)

from intranet.kernel.clock import now
from intranet.kernel.secret_fields import CHANGED, names_of_secrets
from intranet.kernel.statements import Statement, param
from intranet.kernel.tables import Table


class AuditEntry(Table):
    """One act. Ids instead of foreign keys: an entry outlives what it tells of."""

    at = DateTimeField(default=now)
    person_id = IntegerField(null=True)
    district_id = IntegerField(null=True)
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
        indexes = (
            (("subject_type", "subject_id", "id"), False),
            # The log is read by moment, of all, of a place or of a person, and by kind of act or of record.
            (("at", "id"), False),
            (("district_id", "at", "id"), False),
            (("school_id", "at", "id"), False),
            (("person_id", "at", "id"), False),
            (("action", "at", "id"), False),
            (("subject_type", "at", "id"), False),
            (("district_id", "action", "at", "id"), False),
            (("district_id", "subject_type", "at", "id"), False),
        )

    def owner(self) -> tuple[int | None, int | None]:
        """Whose act this is: of the district and the school of its record."""
        return self.district_id, self.school_id


class AuditValue(Table):
    """One field of an act, before and after, as text."""

    entry = ForeignKeyField(AuditEntry, on_delete="RESTRICT", backref="+")
    field = CharField(max_length=60)
    before = TextField(null=True)
    after = TextField(null=True)


# SQLite takes 32,766 values in a statement.
MOST_ROWS = 2_000

MODELS = (AuditEntry, AuditValue)


_batch: ContextVar[str] = ContextVar("batch", default="")


@contextmanager
def in_batch(name: str) -> Iterator[None]:
    """Everything recorded within is one act under this name ("import-12"), and can be taken back as one."""
    token = _batch.set(name)
    try:
        yield
    finally:
        _batch.reset(token)


def record(
    action: str,
    subject: Any,
    *,
    person_id: int | None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> int:
    """Write one entry for a change of ``subject`` (a record with ``owner()``), inside the transaction; its id."""
    district_id, school_id = _owner(subject)
    entry_id = _ENTRY.value(
        at=now(),
        person_id=person_id,
        district_id=district_id,
        school_id=school_id,
        action=action,
        subject_type=type(subject)._meta.table_name,
        subject_id=subject.id,
        version=getattr(subject, "version", None),
        request_id=_act_id(),
        address=g.client_address if has_request_context() else "",
    )
    rows = list(_values(entry_id, subject, changes or {}))
    if rows:
        _insert_values(len(rows)).run(
            **{f"{at}.{place}": part for at, row in enumerate(rows) for place, part in enumerate(row)}
        )
    return entry_id


_ENTRY_NAMES = tuple(name for name in AuditEntry._meta.sorted_field_names if name != "id")
_ENTRY = Statement(lambda: AuditEntry.insert({name: param(name) for name in _ENTRY_NAMES}).returning(AuditEntry.id))
_VALUE_COLUMNS = (AuditValue.entry, AuditValue.field, AuditValue.before, AuditValue.after)


@lru_cache(maxsize=60)
def _insert_values(count: int) -> Statement:
    """An INSERT of so many values; the parts of the second are the parameters 1.0 to 1.3."""
    rows = [[param(f"{at}.{place}") for place in range(len(_VALUE_COLUMNS))] for at in range(count)]
    return Statement(lambda: AuditValue.insert_many(rows, _VALUE_COLUMNS))


def _values(entry_id: int, subject: Any, changes: Mapping[str, tuple[Any, Any]]) -> Iterator[tuple]:
    """The rows of an entry's changes. Of a secret column the trail says that it changed, and not what to."""
    hidden = names_of_secrets(type(subject))
    for name, (before, after) in changes.items():
        yield (entry_id, name, None, CHANGED) if name in hidden else (entry_id, name, _text(before), _text(after))


def _owner(subject: Any) -> tuple[int | None, int | None]:
    """In whose log the act stands: of a record that several own alike, the acting one's, else the first's."""
    actor = g.get("actor") if has_request_context() else None
    if actor is None or not hasattr(subject, "owners"):
        return subject.owner()
    for district_id, school_id in subject.owners():
        if actor.district_id == district_id and actor.school_id in (None, school_id):
            return district_id, actor.school_id
    return subject.owner()


def _act_id() -> str:
    return _batch.get() or (g.request_id if has_request_context() else "")


def record_many(
    action: str, subjects: Sequence[tuple[Any, Mapping[str, tuple[Any, Any]]]], *, person_id: int | None
) -> None:
    """As record() for many subjects with their changes, in few statements. Call it inside the transaction."""
    moment, act = now(), _act_id()
    # Both engines give the ids of one transaction in ascending order; what is above the last one is ours.
    last = AuditEntry.select(fn.MAX(AuditEntry.id)).scalar() or 0
    entries = [
        (moment, person_id, *subject.owner(), action, type(subject)._meta.table_name, subject.id, subject.version, act)
        for subject, _changes in subjects
    ]
    columns = (
        AuditEntry.at,
        AuditEntry.person_id,
        AuditEntry.district_id,
        AuditEntry.school_id,
        AuditEntry.action,
        AuditEntry.subject_type,
        AuditEntry.subject_id,
        AuditEntry.version,
        AuditEntry.request_id,
    )
    for batch in chunked(entries, MOST_ROWS):
        AuditEntry.insert_many(batch, columns).execute()
    ours = (AuditEntry.id > last) & (AuditEntry.request_id == act) & (AuditEntry.action == action)
    ids = dict(AuditEntry.select(AuditEntry.subject_id, AuditEntry.id).where(ours).tuples())
    values = (row for subject, changes in subjects for row in _values(ids[subject.id], subject, changes))
    for batch in chunked(values, MOST_ROWS):
        AuditValue.insert_many(batch, _VALUE_COLUMNS).execute()


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
    subject: Any,
    current: Mapping[str, Any],
    given: Mapping[str, Any],
    version: int,
    began: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Put what a form gave, made from ``version``, on top of what others saved since (decision D15).

    ``current`` and ``given`` are the record's values now and the form's; ``began`` are what fields of the form showed
    where the record had no value. Returns the values to write, as {field: value}, and the fields that both changed
    differently, as {field: (theirs, given)}.
    """
    differing = {name: value for name, value in given.items() if current[name] != value}
    if version == subject.version:
        return differing, {}
    before = changed_since(subject, version)
    before |= {name: _text(value) for name, value in began.items() if before.get(name, "") is None}
    mine, both = {}, {}
    for name, value in differing.items():
        if name not in before or _text(current[name]) == before[name]:
            mine[name] = value
        elif _text(value) != before[name]:
            both[name] = (current[name], value)
    return mine, both


def typed(model: Any, field: str, text: str | None) -> Any:
    """The value of a field whose text the trail kept."""
    column = model._meta.fields[field]
    if text is None:
        return None
    if isinstance(column, BooleanField):
        return text == str(True)
    if isinstance(column, DateTimeField):
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if isinstance(column, DateField) else column.python_value(text)


def still(
    model: Any, current: Mapping[str, Any], changes: Mapping[str, tuple[str | None, str | None]]
) -> dict[str, Any]:
    """What puts the texts before of ``changes`` back, as {field: value}.

    Only where the value of ``current`` is still the one after; fields that the model lacks are taken as text.
    """
    return {
        name: typed(model, name, before) if name in model._meta.fields else before or ""
        for name, (before, after) in changes.items()
        if name in current and _text(current[name]) == after
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
