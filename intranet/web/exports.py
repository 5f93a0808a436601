"""Lists as Excel files: a short one is answered at once, a long one is made by a job."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Response, g, render_template, url_for

from intranet.kernel import jobs
from intranet.kernel.clock import today
from intranet.kernel.database import transaction
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.language import gettext as _
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.sessions import build_actor
from intranet.web.downloads import as_attachment
from intranet.web.hx import go
from intranet.web.jobs import job_address

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_AT_ONCE = 2_000
# As many as an Excel sheet holds, less the lines above the table.
MOST_ROWS = 1_000_000
BATCH = 500

log = logging.getLogger("intranet.exports")

# Given how many ids at most, the ids of the list that the address asks for, in the list's order.
Find = Callable[[int], list[int]]


@dataclass(frozen=True, slots=True)
class Export:
    """A list that people take out as an Excel file.

    ``kind`` names it in the audit and in the queue ("schools.export"), ``list_endpoint`` is where the list stands.
    ``write(actor, words, batches)`` makes the file of the ids, which come in batches; ``words`` are the filters as
    people read them.
    """

    kind: str
    title: str
    list_endpoint: str
    write: Callable[[Actor, str, Iterable[Sequence[int]]], bytes]

    @property
    def file_name(self) -> str:
        """The list's name and the day."""
        return f"{self.title} {today():%d-%m-%Y}.xlsx"


def register(export: Export) -> Export:
    """Let jobs make the export, too."""
    jobs.handles(export.kind)(job_of(export))
    return export


def job_of(export: Export) -> jobs.Handler:
    """The handler of the jobs that make it, for a plugin's JobKind."""
    return lambda run: _make(export, run)


def answer(export: Export, find: Find, words: str) -> Response | str:
    """The file, or for a long list a page that offers to make it.

    A short list is a plain link and therefore leaves a line in the log, not in the audit: reads write nothing.
    """
    ids = find(MOST_AT_ONCE + 1)
    if len(ids) > MOST_AT_ONCE:
        return render_template("jobs/offer.html", export=export, most=MOST_AT_ONCE)
    log.info("exported", extra={"facts": {"list": export.kind, "rows": len(ids)}})
    # Whatever language the person reads: the file is for the office, and we must understand its header again.
    with speaking(SOURCE):
        return send_workbook(export.file_name, export.write(g.actor, words, _batches(ids)))


def start(export: Export, find: Find, words: str) -> Response:
    """Put the making of the file into the queue and lead to its page."""
    if done := repeated():
        return go(done)
    actor, ids = g.actor, find(MOST_ROWS)
    place = {name: getattr(actor, name) for name in ("person_id", "role", "district_id", "school_id", "place_name")}
    payload = {"actor": place, "ids": ids, "words": words, "back": url_for(export.list_endpoint)}
    with transaction():
        job = jobs.enqueue(export.kind, payload, district_id=actor.district_id, person_id=actor.person_id)
        audit.record(export.kind, job, person_id=actor.person_id, changes={"rows": (None, len(ids))})
        here = job_address(job)
        remember(here)
    return go(here)


def _make(export: Export, run: jobs.Run) -> None:
    """The job: what the person could see when asking is what the file holds."""
    body = export.write(
        build_actor(**run.payload["actor"]), run.payload["words"], _batches(run.payload["ids"], run.progress)
    )
    run.leave_file(export.file_name, body)


def _batches(ids: Sequence[int], progress: Callable[[int], None] = lambda percent: None) -> Iterator[Sequence[int]]:
    for start_ in range(0, len(ids), BATCH):
        yield ids[start_ : start_ + BATCH]
        progress(100 * start_ // len(ids))


def subtitle(*parts: str) -> str:
    """The line under a list's title: what it is of, and the day on which it was made."""
    return " · ".join(filter(None, (*parts, _("Lập ngày %(day)s", day=f"{today():%d/%m/%Y}"))))


def words(named: Iterable[tuple[str, str, str]]) -> str:
    """Filters, given as (field, name, value), as the file names them."""
    return " · ".join(f"{name}: {value}" for _field, name, value in named)


def send_workbook(name: str, body: bytes) -> Response:
    """An .xlsx file to keep; the name may be Vietnamese."""
    return as_attachment(Response(body, mimetype=EXCEL), name)
