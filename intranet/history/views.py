"""The screens of a record's history and of what was done in one go, and taking either back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from intranet.history import queries, rules
from intranet.history.labels import action_label
from intranet.history.subjects import SUBJECTS, UNDOABLE, hidden_fields
from intranet.kernel.forms import remember, repeated
from intranet.kernel.jobs import Job
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.registry.districts import District
from intranet.shared.access import demand, fetch, may
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.numbers import whole

# Taking back more than this takes longer than a request may.
MOST_AT_ONCE = 200

blueprint = Blueprint("history", __name__, url_prefix="/history")


@blueprint.get("/<kind>/<int:record_id>")
@requires("history.view")
def show(kind: str, record_id: int) -> str:
    """What happened to a record, the newest first, with the values before and after."""
    subject = SUBJECTS.get(kind) or abort(404)
    record = fetch(subject.model, record_id, g.actor)
    demand(g.actor, "history.view", record)
    acts, more = queries.acts_of(kind, record_id, whole(request.args.get("before")))
    editable = kind in UNDOABLE and may(g.actor, subject.edit, record)
    return render_template(
        "history/show.html",
        kind=kind,
        record=record,
        subject=subject,
        acts=acts,
        more=more,
        hidden=hidden_fields(subject, g.actor, record),
        action_label=action_label,
        undoable={act.id for act in acts if rules.can_undo(act)} if editable else set(),
    )


@blueprint.post("/<kind>/<int:record_id>/undo")
@requires("history.view")
def undo(kind: str, record_id: int) -> Response:
    """Take one act back, where nobody changed the same fields since."""
    subject = UNDOABLE.get(kind) or abort(404)
    record = fetch(subject.model, record_id, g.actor)
    demand(g.actor, subject.edit, record)
    here = url_for("history.show", kind=kind, record_id=record_id)
    if done := repeated():
        return go(done)
    act = queries.act(kind, record_id, whole(request.form.get("act")) or 0) or abort(404)
    _tell(rules.undo_act(subject, record, act, person_id=g.actor.person_id, done=lambda: remember(here)))
    return go(here)


def _tell(changed: int) -> None:
    if changed:
        say(_("Đã hoàn tác."))
    else:
        say(_("Không hoàn tác được: nội dung đã được sửa tiếp sau đó, hoặc đã quá 30 ngày."), "warn")


@blueprint.get("/batch/<batch>")
@requires("history.view")
def batch(batch: str) -> str:
    """What was done in one go: an import, a change of many rows."""
    moment, district, who = _batch(batch)
    return render_template(
        "history/batch.html",
        batch=batch,
        at=moment,
        who=who,
        district=district,
        counts=queries.batch_counts(batch),
        action_label=action_label,
        open=rules.is_recent(moment),
    )


def _batch(batch: str) -> tuple[Any, District, str | None]:
    """(when, district, who) of what was done in one go; 404 for other offices."""
    head = queries.batch_head(batch) or abort(404)
    moment, district_id, _person_id, who = head
    district = District.get_or_none(District.id == district_id) or abort(404)
    if not may(g.actor, "trash.use", district):
        abort(404)
    return moment, district, who


@blueprint.post("/batch/<batch>")
@requires("history.view")
def undo_batch(batch: str) -> Response:
    """Take back everything that was done in one go, as far as nobody changed it since."""
    _batch(batch)
    here = url_for("history.batch", batch=batch)
    if done := repeated():
        return go(done)
    if sum(number for _kind, _action, number in queries.batch_counts(batch)) > MOST_AT_ONCE:
        return _undo_later(batch, here)
    undone, kept = rules.undo_batch(batch, g.actor, done=lambda: remember(here))
    say(ngettext("Đã hoàn tác %(num)s bản ghi.", "Đã hoàn tác %(num)s bản ghi.", undone))
    if kept:
        say(
            ngettext(
                "%(num)s bản ghi giữ nguyên vì đã được sửa tiếp hoặc đã quá 30 ngày.",
                "%(num)s bản ghi giữ nguyên vì đã được sửa tiếp hoặc đã quá 30 ngày.",
                kept,
            ),
            "warn",
        )
    return go(here)


def _undo_later(batch: str, back: str) -> Response:
    pages: list[str] = []

    def done(job: Job) -> None:
        pages.append(url_for("jobs.show", job_id=job.id))
        remember(pages[0])

    rules.undo_batch_later(batch, g.actor, back, done=done)
    return go(pages[0])
