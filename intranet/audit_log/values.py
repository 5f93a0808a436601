"""The values before and after of an act, as far as the reader may see them."""

from __future__ import annotations

from typing import Any, NamedTuple

from intranet.audit_log import queries
from intranet.audit_log.queries import Line
from intranet.history.labels import KIND_LABELS
from intranet.history.subjects import SUBJECTS, Subject, hidden_fields
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.meetings.forms import LABELS as OF_MEETINGS
from intranet.shared.access import Actor, may
from intranet.units import trail as units

# Fields of records that have no history of their own.
FIELD_LABELS = {
    "rows": _("Số dòng"),
    "file": _("Tệp"),
    "reason": _("Lý do"),
    # Attendance at a meeting carries the number of the row.
    **OF_MEETINGS,
    "attendees": _("Số người dự"),
    "guest": _("Khách mời"),
    "attendance": _("Điểm danh"),
    "recipients": _("Số người được mời"),
}


class Value(NamedTuple):
    """One field: its name, and its texts before and after; both None where the reader only learns that it changed."""

    name: str
    before: str | None
    after: str | None


def values_of(actor: Actor, act: Line) -> list[Value]:
    """What an act changed."""
    values = queries.values_of(act.id)
    subject = SUBJECTS.get(act.kind)
    if subject is not None:
        return _of_subject(actor, act, subject, values)
    if act.kind not in KIND_LABELS:
        # What a module keeps, its own pages show to whom it may concern.
        return [Value(name, None, None) for name, _before, _after in values]
    if act.kind == "unit_change":
        return [Value(units.field_label(name), *(units.shown_value(name, t) for t in texts)) for name, *texts in values]
    return [Value(_label(name), _text(before), _text(after)) for name, before, after in values]


def _of_subject(actor: Actor, act: Line, subject: Subject, values: list[tuple[str, Any, Any]]) -> list[Value]:
    """The same rules as on the page of the record's history."""
    record = subject.model.get_or_none(subject.model.id == act.record_id)
    open_ = record is not None and may(actor, "history.view", record)
    hidden = hidden_fields(subject, actor, record) if open_ else {name for name, _before, _after in values}
    return [
        Value(subject.name_of(name), *((None, None) if name in hidden else (_shown(subject, name, t) for t in texts)))
        for name, *texts in values
    ]


def _shown(subject: Subject, name: str, text: str | None) -> str:
    return subject.show(name, text) if text else ""


def _label(name: str) -> str:
    field, _space, number = name.partition(" ")
    return " ".join(filter(None, (str(FIELD_LABELS.get(field, field)), number)))


def _text(text: str | None) -> str:
    if text in (str(True), str(False)):
        return gettext("Bật") if text == str(True) else gettext("Tắt")
    return text or ""
