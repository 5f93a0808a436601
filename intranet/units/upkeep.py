"""Changes take effect on their day, each as a job of its own; one that cannot says why, and is tried again daily."""

from __future__ import annotations

from datetime import date

from intranet.kernel import jobs
from intranet.kernel.database import transaction
from intranet.registry.units import APPLIED, SCHEDULED, UnitChange
from intranet.shared.edits import Refused, locked
from intranet.units import telling
from intranet.units.applying import apply_change
from intranet.units.plans import sync
from intranet.units.undoing import undo_change

APPLY, UNDO = "units.apply", "units.undo"


@jobs.daily
def apply_due(day: date) -> None:
    """Put each change whose day has come into the queue, the earliest first."""
    due = UnitChange.select(UnitChange.id).where(UnitChange.state == SCHEDULED, UnitChange.effective_on <= day)
    for (id_,) in list(due.order_by(UnitChange.effective_on, UnitChange.id).tuples()):
        enqueue_change(id_, day)


def enqueue_change(change_id: int, day: date, person_id: int | None = None, back: str = "") -> jobs.Job | None:
    """Have a change take effect as soon as the queue comes to it; somebody who asks for it watches, and goes back."""
    key = f"{APPLY}-{change_id}-{day.isoformat()}" if person_id is None else None
    payload = {"change": change_id} | ({"back": back} if back else {})
    return jobs.enqueue(APPLY, payload, person_id=person_id, unique_key=key)


@jobs.handles(APPLY)
def _apply(run: jobs.Run) -> None:
    change = UnitChange.get_by_id(run.payload["change"])
    # Another job was quicker, or somebody thought better of it.
    if change.state != SCHEDULED:
        return
    try:
        apply_change(change, person_id=run.job.person_id)
    except Refused as refused:
        _hinder(change, str(refused))
        raise jobs.JobRefused(str(refused)) from None


def _hinder(change: UnitChange, sentence: str) -> None:
    with transaction():
        current = locked(UnitChange, change.id)
        # What came since it was scheduled has to be seen, so that somebody can place it.
        sync(current)
        if current.hindrance == sentence:
            return
        current.hindrance = sentence
        current.save()
        telling.tell_hindered(current)


def enqueue_undo(change_id: int, person_id: int, back: str) -> jobs.Job:
    """Have a change taken back; who asks for it watches, and goes back."""
    return jobs.enqueue(UNDO, {"change": change_id, "back": back}, person_id=person_id)


@jobs.handles(UNDO)
def _undo(run: jobs.Run) -> None:
    change = UnitChange.get_by_id(run.payload["change"])
    if change.state != APPLIED:
        return
    try:
        undo_change(change, person_id=run.job.person_id)
    except Refused as refused:
        raise jobs.JobRefused(str(refused)) from None
