"""Beginning a report and reading its figures: at once, or by a job where they are of many pairs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import abort, request, url_for

from intranet.kernel import jobs
from intranet.kernel.database import transaction
from intranet.kernel.forms import remember
from intranet.kernel.jobs import DONE, Job
from intranet.registry.districts import District
from intranet.registry.reports import WHOLE_YEAR, Report
from intranet.registry.twinning import Pairing, Programme
from intranet.reports import queries, rules
from intranet.reports.filling import fresh_sections, takes_long
from intranet.reports.forms import MakeForm
from intranet.reports.sections import Section, dump, load
from intranet.shared import audit
from intranet.shared.access import Actor, demand, fetch
from intranet.shared.sessions import build_actor
from intranet.web.numbers import whole

READ = "reports.read"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the actor may begin a report about: pairs, or programmes."""

    form: MakeForm
    of_pairs: bool

    @property
    def subjects(self) -> Sequence[tuple[int, str]]:
        """(id, name) of each."""
        return [(choice.value, choice.label) for choice in self.form.subject.choices]


def form_for(actor: Actor) -> Offer:
    """The pair or the programme that the address names, else a school's pairs, else an office's programmes."""
    pairing_id, programme_id = (whole(request.values.get(name)) for name in ("pairing", "programme"))
    year = request.args.get("year", "") or queries.last_school_year()
    form = MakeForm(data={"school_year": year})
    if pairing_id is not None:
        pairing = fetch(Pairing, pairing_id, actor)
        demand(actor, "reports.write", pairing)
        name = f"{pairing.first_school.name} – {pairing.second_school.name}"
        return Offer(form.offer([(pairing.id, name)], terms=True), True)
    if actor.school_id is not None:
        return Offer(form.offer(queries.school_pairs(actor.school_id), terms=True), True)
    if programme_id is not None:
        programme = fetch(Programme, programme_id, actor)
        return Offer(form.offer([(programme.id, programme.title)], terms=False), False)
    return Offer(form.offer(queries.programmes(actor), terms=False), False)


def make(actor: Actor, offer: Offer) -> str:
    """Begin the report that the form asks for; the address to go on at. Raises AlreadyMade."""
    found: dict[str, str] = {}

    def go_on(report: Report) -> None:
        found["address"] = read_later(report, actor) if report.sections == "[]" else _page_of(report)
        remember(found["address"])

    common = {"sections": partial(_first_sections, actor=actor), "person_id": actor.person_id, "done": go_on}
    subject, year = offer.form.subject.data, offer.form.school_year.data
    if offer.of_pairs:
        pairing = fetch(Pairing, subject, actor)
        demand(actor, "reports.write", pairing)
        place = {"school_id": rules.school_of(actor, pairing), "district_id": rules.district_of(actor, pairing)}
        rules.make_for_pair(pairing, year, offer.form.term.data or WHOLE_YEAR, **place, **common)
    else:
        programme = fetch(Programme, subject, actor)
        district = District.get_or_none(District.id == (actor.district_id or programme.owner_district_id)) or abort(404)
        demand(actor, "reports.write", Report(programme=programme, district=district))
        rules.make_for_programme(programme, district, year, **common)
    return found["address"]


def _first_sections(report: Report, actor: Actor) -> Sequence[Section]:
    return () if takes_long(report) else fresh_sections(report, actor)[0]


def _page_of(report: Report) -> str:
    return url_for("reports.show", report_id=report.id)


# --- Reading by a job ---


def read_later(report: Report, actor: Actor) -> str:
    """Put the reading of the figures into the queue, in the caller's transaction; the address of the job's page."""
    token = secrets.token_hex(8)
    names = ("person_id", "role", "district_id", "school_id")
    payload = {
        "report": report.id,
        "actor": {name: getattr(actor, name) for name in names},
        "back": url_for("reports.refill", report_id=report.id, read=token),
    }
    job = jobs.enqueue(
        READ, payload, district_id=report.district_id, person_id=actor.person_id, unique_key=_key(report, token)
    )
    return url_for("jobs.show", job_id=job.id)


def _key(report: Report, token: str) -> str:
    return f"report-{report.id}-{token}"


@jobs.handles(READ)
def _read(run: jobs.Run) -> None:
    """The job: what it read, its owner sees before it is written."""
    report = Report.get_by_id(run.payload["report"])
    sections, failed = fresh_sections(report, build_actor(**run.payload["actor"]))
    run.check()
    result = json.dumps({"sections": dump(sections), "failed": failed}, ensure_ascii=False)
    Job.update(result=result).where(Job.id == run.job.id).execute()


def fresh_for(report: Report, actor: Actor, token: str) -> tuple[list[Section], list[str]] | None:
    """The figures as they are now; of a large report as the job of this token read them, None before it did."""
    if not takes_long(report):
        return fresh_sections(report, actor)
    done = (Job.unique_key == _key(report, token)) & (Job.person_id == actor.person_id) & (Job.state == DONE)
    result = Job.select(Job.result).where(Job.kind == READ, done).scalar()
    if result is None:
        return None
    found = json.loads(result)
    return load(found["sections"]), found["failed"]


def start_reading(report: Report, actor: Actor) -> str:
    """Have a job read the figures of a large report; the address of its page."""
    with transaction():
        address = read_later(report, actor)
        audit.record("report.read", report, person_id=actor.person_id)
        remember(address)
    return address
