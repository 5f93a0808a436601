"""Taking back what was done (decision D25): within 30 days, and only where nobody changed the same since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from intranet.history import queries
from intranet.history.queries import Act
from intranet.history.subjects import UNDOABLE, Undoable
from intranet.kernel import jobs
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.shared.access import Actor, may
from intranet.shared.sessions import build_actor

UNDO_FOR = timedelta(days=30)
UNDO = "history.undo"
# Acts whose values are fields of the record itself.
CHANGES = ("update", "import", "bulk", "figures", "undo")
ADDITIONS = ("create", "import")


def is_recent(moment: datetime) -> bool:
    """Whether what was done then can still be taken back."""
    return now() - moment <= UNDO_FOR


def can_undo(act: Act) -> bool:
    """Whether there is a button; what was changed since is found when it is pressed."""
    verb = act.action.partition(".")[2]
    return is_recent(act.at) and verb in CHANGES and not _added(act)


def _added(act: Act) -> bool:
    """Whether the act brought the record into the register: its name had nothing before."""
    return act.action.endswith(ADDITIONS) and any(name == "name" and before is None for name, before, _ in act.values)


def undo_act(
    subject: Undoable, record: Any, act: Act, *, person_id: int, done: Callable[[], None] = lambda: None
) -> bool:
    """Put back what the act changed; False when nothing could be."""
    with transaction():
        if not can_undo(act):
            return False
        changes = {name: (before, after) for name, before, after in act.values}
        changed = subject.revert(record, changes, person_id)
        done()
    return changed


def undo_batch(
    batch: str,
    actor: Actor,
    *,
    done: Callable[[], None] = lambda: None,
    before_each: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """Take back what was done in one go and what the actor may edit, the last first; what was added goes to the trash.

    Returns how many records went back and how many stay. What ``before_each`` raises undoes all of it.
    """
    undone = kept = 0
    with transaction():
        for kind, record_id, act in queries.batch_acts(batch):
            before_each()
            subject = UNDOABLE.get(kind)
            if subject is None:
                continue
            if _undo_one(subject, record_id, act, actor):
                undone += 1
            else:
                kept += 1
        done()
    return undone, kept


def _undo_one(subject: Undoable, record_id: int, act: Act, actor: Actor) -> bool:
    record = subject.model.get_or_none(subject.model.id == record_id, subject.model.deleted_at.is_null())
    if record is None or not is_recent(act.at) or not may(actor, subject.edit, record):
        return False
    if _added(act):
        return subject.discard(record, actor.person_id)
    return undo_act(subject, record, act, person_id=actor.person_id)


@jobs.handles(UNDO)
def _undo_later(run: jobs.Run) -> None:
    """The job of a large batch, for whoever asked."""
    undo_batch(run.payload["batch"], build_actor(**run.payload["actor"]), before_each=run.check)


def undo_batch_later(batch: str, actor: Actor, back: str, *, done: Callable[[jobs.Job], None]) -> None:
    """Have a large batch taken back by a job."""
    place = {name: getattr(actor, name) for name in ("person_id", "role", "district_id", "school_id")}
    with transaction():
        payload = {"batch": batch, "actor": place, "back": back}
        done(jobs.enqueue(UNDO, payload, district_id=actor.district_id, person_id=actor.person_id))
