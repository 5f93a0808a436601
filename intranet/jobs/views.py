"""How far a job is, its file, and how to stop it. A job is its owner's alone."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, url_for

from intranet.jobs import queries, rules
from intranet.jobs.labels import label_of
from intranet.kernel.forms import remember, repeated
from intranet.kernel.jobs import DONE
from intranet.kernel.language import gettext as _
from intranet.web.exports import send_workbook
from intranet.web.gate import signed_in
from intranet.web.hx import go, page
from intranet.web.layout import say

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/<int:job_id>")
@signed_in
def show(job_id: int) -> Response | str:
    """The job's page, which asks for its fragment until the job is over; then it leads to what came of it."""
    job = queries.state_of(job_id, g.actor.person_id) or abort(404)
    back = queries.way_back(job_id, g.actor.person_id) if job.over else None
    if back and job.state == DONE and not job.makes_file:
        return go(back)
    return page("jobs/show.html", "jobs/_state.html", job=job, back=back, label_of=label_of)


@blueprint.post("/<int:job_id>/cancel")
@signed_in
def cancel(job_id: int) -> Response:
    """Stop the job, at once or where it next can."""
    job = queries.state_of(job_id, g.actor.person_id) or abort(404)
    if done := repeated():
        return go(done)
    # Whoever stops a file wants to read that; other work has a page of its own that tells how things stand.
    back = None if job.makes_file else queries.way_back(job_id, g.actor.person_id)
    there = back or url_for("jobs.show", job_id=job_id)
    if not rules.stop(job_id, person_id=g.actor.person_id, done=lambda: remember(there)) and job.over:
        say(_("Việc này đã kết thúc trước đó."), "info")
    return go(there)


@blueprint.get("/<int:job_id>/file")
@signed_in
def file(job_id: int) -> Response:
    """What the job made."""
    return send_workbook(*(queries.file_of(job_id, g.actor.person_id) or abort(404)))
