"""The trash: what was thrown away in the last 30 days, and how it comes back (decision D25)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, render_template

from intranet.history import queries
from intranet.history.rules import UNDO_FOR, is_recent
from intranet.history.subjects import UNDOABLE
from intranet.kernel.clock import now
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.shared.access import Actor, may
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say

blueprint = Blueprint("trash", __name__, url_prefix="/trash")


@blueprint.get("")
@requires("trash.use")
def index() -> str:
    """What lies in the trash of the actor's place, the latest first."""
    rows = [
        (kind, record, record.deleted_at + UNDO_FOR)
        for kind, subject in UNDOABLE.items()
        for record in queries.thrown_away(subject.model, now() - UNDO_FOR, _place(g.actor))
        if may(g.actor, "trash.use", record)
    ]
    rows.sort(key=lambda row: row[2], reverse=True)
    return render_template("history/trash.html", rows=rows, subjects=UNDOABLE, days=UNDO_FOR.days)


def _place(actor: Actor) -> int | None:
    return None if actor.sees_all else actor.district_id


@blueprint.post("/<kind>/<int:record_id>")
@requires("trash.use")
def restore(kind: str, record_id: int) -> Response:
    """Take a record out of the trash."""
    record, subject = _thrown_away(kind, record_id)
    if done := repeated():
        return go(done)
    there = f"{subject.address}/{record.id}"
    subject.restore(record, person_id=g.actor.person_id, done=lambda: remember(there))
    say(_("Đã khôi phục %(name)s.", name=record.name))
    return go(there)


def _thrown_away(kind: str, record_id: int) -> tuple[Any, Any]:
    subject = UNDOABLE.get(kind) or abort(404)
    kept = subject.model.deleted_at.is_null(False) & subject.model.erased_at.is_null()
    record = subject.model.get_or_none(subject.model.id == record_id, kept)
    if record is None or not is_recent(record.deleted_at) or not may(g.actor, "trash.use", record):
        abort(404)
    return record, subject
