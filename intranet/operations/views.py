"""How the installation is: backups, jobs, disks, keys, and what needs attention. For administrators."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, url_for

from intranet import __version__
from intranet.kernel import jobs
from intranet.kernel.database import transaction
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.operations import backups, checks
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import format_number, say

blueprint = Blueprint("operations", __name__, url_prefix="/admin")

SHOWN_BACKUPS = 10


def megabytes(size: int) -> str:
    """A size in megabytes, at least one."""
    return f"{format_number(max(size >> 20, 1))} MB"


@blueprint.get("/status")
@requires("system.view")
def status() -> str:
    """What needs attention first, then the figures."""
    figures = checks.figures()
    return render_template(
        "operations/status.html",
        version=__version__,
        findings=checks.findings(),
        figures=figures,
        free=[(place, megabytes(free)) for place, free in figures.free],
        megabytes=megabytes,
        backups=backups.recent(SHOWN_BACKUPS),
        in_words=backups.in_words,
    )


@blueprint.post("/status/backup")
@requires("system.view")
def back_up() -> Response:
    """Put a backup into the queue."""
    here = url_for("operations.status")
    if done := repeated():
        return go(done)
    with transaction():
        jobs.enqueue(backups.KIND, {"asked": True}, person_id=g.actor.person_id)
        remember(here)
    say(_("Sẽ sao lưu ngay khi tiến trình chạy việc nền rảnh. Kết quả hiện ở trang này."))
    return go(here)
