"""Every change of the calendar of holidays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from peewee import IntegrityError

from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.shared import audit
from intranet.shared.edits import Refused
from intranet.shared.working_days import SATURDAY, SpecialDay

FIELDS = ("on", "working", "name", "source", "checked")


def save(
    day: SpecialDay | None,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Add a day, or change one. Raises Refused for a day that stands there already, and for a worked weekday."""
    if values["working"] and values["on"].weekday() < SATURDAY:
        raise Refused("working", _("Ngày này là ngày làm việc sẵn; chỉ thứ Bảy, Chủ nhật mới làm bù."))
    before = {name: getattr(day, name) if day else None for name in FIELDS}
    changes = {name: (before[name], values[name]) for name in FIELDS if before[name] != values[name]}
    try:
        with transaction():
            day = day or SpecialDay()
            for name in FIELDS:
                setattr(day, name, values[name])
            day.save()
            if changes:
                audit.record("special_day.save", day, person_id=person_id, changes=changes)
            done()
    except IntegrityError as cause:
        raise Refused("on", _("Ngày này đã có trong lịch.")) from cause


def remove(day: SpecialDay, *, person_id: int | None, done: Callable[[], None] = lambda: None) -> None:
    """The day is again what its weekday says."""
    with transaction():
        SpecialDay.delete().where(SpecialDay.id == day.id).execute()
        changes = {"on": (day.on, None), "name": (day.name, None)}
        audit.record("special_day.remove", day, person_id=person_id, changes=changes)
        done()
