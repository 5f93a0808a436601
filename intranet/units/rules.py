"""Every change of a change of units itself: what it is, and from which state it goes into which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.registry.units import DRAFT, DROPPED, SCHEDULED, UnitChange
from intranet.shared import audit
from intranet.shared.edits import Refused, locked, write_merged
from intranet.units import plans
from intranet.units.guards import lacking

FIELDS = ("kind", "title", "decree_number", "decree_on", "effective_on", "note")


def _nothing() -> None: ...


def create_change(
    values: Mapping[str, Any], *, person_id: int | None, done: Callable[[UnitChange], None] = lambda made: None
) -> UnitChange:
    """Begin a change as a draft: nothing happens to any unit yet."""
    with transaction():
        change = UnitChange.create(**values)
        changes = {name: (None, values[name]) for name in FIELDS if values[name]}
        audit.record("unit_change.create", change, person_id=person_id, changes=changes)
        done(change)
        return change


def update_change(
    change: UnitChange,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> str:
    """Save the form of a change. Returns UNCHANGED, SAVED or MERGED; raises Refused and Conflict."""
    with transaction():
        current = plans.draft(change)
        outcome = write_merged(
            current, values, version=version, action="unit_change.update", person_id=person_id, done=done
        )
        # Another kind, or another day, asks for other schools and people.
        plans.sync(current)
        return outcome


def schedule(change: UnitChange, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Let a change take effect on its day. Raises Refused while anything is missing."""
    with transaction():
        current = plans.draft(change)
        plan = plans.sync(current)
        missing = lacking(plan)
        if missing:
            raise Refused("", missing[0].sentence)
        _enter(current, SCHEDULED, "unit_change.schedule", person_id, done)


def unschedule(change: UnitChange, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Take a change back among the drafts, to be altered. Raises Refused when it is not waiting for its day."""
    with transaction():
        current = _in_state(change, SCHEDULED)
        current.hindrance = ""
        _enter(current, DRAFT, "unit_change.unschedule", person_id, done)
        plans.sync(current)


def drop(change: UnitChange, *, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Give a change up that has not taken effect. Raises Refused afterwards."""
    with transaction():
        _enter(_in_state(change, DRAFT, SCHEDULED), DROPPED, "unit_change.drop", person_id, done)


def _in_state(change: UnitChange, *states: str) -> UnitChange:
    current = locked(UnitChange, change.id)
    if current.state not in states:
        raise Refused("", _("Thay đổi này vừa chuyển sang trạng thái khác. Thầy/cô xem lại trang rồi làm tiếp."))
    return current


def _enter(change: UnitChange, state: str, action: str, person_id: int | None, done: Callable[[], None]) -> None:
    before, change.state = change.state, state
    change.state_since = change.updated_at = now()
    change.version += 1
    change.save()
    audit.record(action, change, person_id=person_id, changes={"state": (before, state)})
    done()
