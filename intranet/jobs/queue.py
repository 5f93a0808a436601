"""The whole queue, for administrators: what waits, runs, failed and why, and having it done again."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from intranet.jobs import labels, queries, rules
from intranet.kernel.forms import remember, repeated
from intranet.kernel.jobs import FAILED, RUNNING, WAITING, Job
from intranet.kernel.language import gettext as _
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import say
from intranet.web.numbers import whole

blueprint = Blueprint("queue", __name__, url_prefix="/admin/jobs")


@blueprint.get("")
@requires("system.view")
def index() -> str:
    """The jobs of one state, the newest first; where none is asked for, the first that has any."""
    counts = queries.counts()
    tab = request.args.get("state") or next((tab for tab in (FAILED, RUNNING, WAITING) if counts[tab]), WAITING)
    if tab not in queries.TABS:
        abort(400)
    rows, more = queries.queue(tab, whole(request.args.get("before")))
    return render_template(
        "admin/jobs.html",
        tab=tab,
        counts=counts,
        rows=rows,
        more=more,
        missed=queries.missed_days(),
        labels=labels,
        states=labels.STATE_LABELS,
    )


@blueprint.post("/<int:job_id>/again")
@requires("system.view")
def again(job_id: int) -> Response:
    """Put a job that failed back into the queue."""
    if done := _known(job_id):
        return go(done)
    there = url_for("queue.index", state=WAITING)
    if rules.run_again(job_id, person_id=g.actor.person_id, done=lambda: remember(there)):
        say(_("Việc này sẽ được làm lại ngay."))
    else:
        say(_("Việc này không còn ở trạng thái lỗi."), "info")
    return go(there)


@blueprint.post("/<int:job_id>/cancel")
@requires("system.view")
def cancel(job_id: int) -> Response:
    """Stop a job that waits or runs."""
    if done := _known(job_id):
        return go(done)
    there = url_for("queue.index")
    if rules.stop(job_id, person_id=g.actor.person_id, done=lambda: remember(there)):
        say(_("Đã yêu cầu dừng việc này."))
    else:
        say(_("Việc này đã kết thúc hoặc đang dừng."), "info")
    return go(there)


def _known(job_id: int) -> str | None:
    """Where the form led the first time; 404 for a job that does not exist."""
    if not Job.select().where(Job.id == job_id).exists():
        abort(404)
    return repeated()
