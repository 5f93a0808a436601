"""How far a job is, and its file. A job is its owner's alone."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g

from intranet.jobs import queries
from intranet.web.exports import send_workbook
from intranet.web.gate import signed_in
from intranet.web.hx import page

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/<int:job_id>")
@signed_in
def show(job_id: int) -> str:
    """The job's page, which asks for its fragment until the job is over."""
    job = queries.state_of(job_id, g.actor.person_id) or abort(404)
    back = queries.way_back(job_id, g.actor.person_id) if job.over else None
    return page("jobs/show.html", "jobs/_state.html", job=job, back=back)


@blueprint.get("/<int:job_id>/file")
@signed_in
def file(job_id: int) -> Response:
    """What the job made."""
    return send_workbook(*(queries.file_of(job_id, g.actor.person_id) or abort(404)))
