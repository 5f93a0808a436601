"""A pair's page, the heart of it all: two schools face each other, and between them what they promised and gave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, render_template
from markupsafe import Markup

from intranet.files.queries import LATEST, page_of
from intranet.kernel.clock import local, now
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.phone import show_phone
from intranet.kernel.statements import Statement, param
from intranet.kernel.tables import records
from intranet.pairings import blueprint, pledge, pledge_queries
from intranet.pairings.ledger import hint, ledger
from intranet.pairings.life_cycle import title_of
from intranet.pairings.pledge_queries import Clause
from intranet.people.queries import contacts_of_schools
from intranet.registry.districts import District
from intranet.registry.people import COORDINATOR, PRINCIPAL, ROLE_LABELS
from intranet.registry.pledges import (
    CANCELLED,
    HELD_STATES,
    MEETING_KINDS,
    MEETING_STATES,
    PLANNED,
    POSTPONED,
    Meeting,
    PairReview,
)
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, DECLINED, PAIRING_STATES, REVIEW, TWINNED, Pairing, Programme
from intranet.shared import pledges, timeline
from intranet.shared.access import Actor, fetch, may
from intranet.shared.attachments import Attachable, register_attachable
from intranet.web.gate import requires
from intranet.web.panels import register_place, render_panels

LATEST_LINES = 5
LATEST_MEETINGS = 4
# Meetings to come and the latest ones are found in one go.
MEETINGS_READ = 30
NEXT_DATES = 6
MOST_SIBLINGS = 12

register_place("pairing", lambda pairing_id, actor: fetch(Pairing, pairing_id, actor))
register_attachable(
    Attachable(
        model=Pairing,
        title=lazy_gettext("Tệp của cặp kết nghĩa"),
        # Whoever sees the pair sees what lies on it.
        may_read=lambda actor, pairing: True,
        may_write=lambda actor, pairing: may(actor, "pairings.work", pairing),
        address=lambda pairing: f"/pairings/{pairing.id}",
        name=title_of,
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A day that the pair looks forward to."""

    on: date
    text: str
    url: str
    late: bool = False


@blueprint.get("/<int:pairing_id>")
@requires("pairings.view")
def show(pairing_id: int) -> str:
    """A pair's page."""
    pairing = fetch(Pairing, pairing_id, g.actor)
    _load_schools(pairing)
    sides = pledges.sides_of(pairing)
    clauses = pledge_queries.clauses_of(pairing, sides)
    to_come, past = _meetings(pairing.id)
    files, more_files = page_of("pairing", pairing.id, most=LATEST)
    return render_template(
        "pairings/show.html",
        pairing=pairing,
        state=PAIRING_STATES[pairing.state],
        shape=_shape(pairing.state),
        sides=_sides(pairing),
        clauses=clauses,
        promised=[clause for clause in clauses if clause.status != pledges.DROPPED],
        kept=sum(clause.status == pledges.DONE for clause in clauses),
        late=sum(clause.status == pledges.LATE for clause in clauses),
        ledger=ledger(pairing, sides),
        hint=hint(pairing),
        dates=_dates(pairing, clauses, to_come),
        past=past,
        meeting_states=MEETING_STATES,
        meeting_kinds=MEETING_KINDS,
        lines=timeline.latest_of_pair(g.actor, pairing.id, LATEST_LINES),
        files=files,
        more_files=more_files,
        siblings=_siblings(pairing, g.actor) if pairing.cluster else (),
        reviews=_reviews(pairing),
        reviewing=pairing.state == REVIEW and g.actor.school_id and g.actor.role in (PRINCIPAL, COORDINATOR),
        writable=may(g.actor, "pairings.work", pairing),
        drafting=pairing.state in pledge.DRAFTING,
        twinned=pairing.state in TWINNED,
        panels=render_panels("pairing", pairing, g.actor),
    )


def _load_schools(pairing: Pairing) -> None:
    """Read both schools with their districts, and the programme, at once."""
    found = {}
    for row in _SCHOOLS.rows(pairing=pairing.id):
        school, school.district, pairing.programme = records(row, School, District, Programme)
        found[school.id] = school
    pairing.first_school = found[pairing.first_school_id]
    pairing.second_school = found[pairing.second_school_id]


_SCHOOLS = Statement(
    lambda: (
        Pairing.select(School, District, Programme)
        .join(Programme)
        .switch(Pairing)
        .join(School, on=(School.id.in_((Pairing.first_school, Pairing.second_school))))
        .join(District)
        .where(Pairing.id == param("pairing"))
    )
)


def _shape(state: str) -> str:
    if state in (ACTIVE, REVIEW):
        return "good"
    return "neutral" if state not in TWINNED or state == DECLINED else "info"


def _sides(pairing: Pairing) -> list[tuple[School, list[tuple[str, Any]]]]:
    """Each school and whom to call there, as (role, name and phone): of partners only (decision D1)."""
    schools = (pairing.first_school, pairing.second_school)
    contacts = contacts_of_schools([school.id for school in schools]) if pairing.state in TWINNED else {}
    return [
        (school, [(str(ROLE_LABELS[role]), _contact(name, phone)) for name, phone, role in contacts.get(school.id, ())])
        for school in schools
    ]


def _contact(name: str, phone: str) -> Markup:
    if not phone:
        return Markup("{}").format(name)
    return Markup('{} · <a href="tel:{}">{}</a>').format(name, phone, show_phone(phone))


def _meetings(pairing_id: int) -> tuple[list[tuple], list[tuple]]:
    """(id, kind, title, start, state) of the meetings to come, the next one first, and of the latest ones."""
    rows = _MEETINGS.tuples(pairing=pairing_id)
    to_come = [row for row in reversed(rows) if row[4] in (PLANNED, POSTPONED)]
    return to_come, [row for row in rows if row[4] in HELD_STATES][:LATEST_MEETINGS]


_MEETINGS = Statement(
    lambda: (
        Meeting.select(Meeting.id, Meeting.kind, Meeting.title, Meeting.starts_at, Meeting.state)
        .where(Meeting.pairing == param("pairing"), Meeting.state != CANCELLED)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(MEETINGS_READ)
    )
)


def _dates(pairing: Pairing, clauses: Sequence[Clause], meetings: Sequence[tuple]) -> list[Date]:
    """What comes next: meetings, promises to be kept, the day to look back."""
    found = sorted(_all_dates(pairing, clauses, meetings), key=lambda entry: entry.on)
    return found[:NEXT_DATES]


def _all_dates(pairing: Pairing, clauses: Sequence[Clause], meetings: Sequence[tuple]) -> Iterator[Date]:
    for id_, _kind, title, starts_at, state in meetings:
        if state == PLANNED:
            yield Date(local(starts_at).date(), title, f"/meetings/{id_}", starts_at < now())
    for clause in clauses:
        if clause.due_on and clause.status in (pledges.PLANNED, pledges.UNDER_WAY, pledges.LATE):
            text = _("Hạn cam kết %(number)s: %(promise)s", number=clause.number, promise=clause.text)
            address = f"/pairings/{pairing.id}/pledge#clause-{clause.id}"
            yield Date(clause.due_on, text, address, clause.status == pledges.LATE)
    if pairing.review_on and pairing.state == ACTIVE:
        yield Date(pairing.review_on, _("Sơ kết năm học"), "")


def _siblings(pairing: Pairing, actor: Actor) -> list[tuple[int, str, str, bool]]:
    """(id, first school, second school, whether the actor may open it) of the other pairs of the cluster."""
    first, second = School.alias(), School.alias()
    query = (
        Pairing.select(
            *(Pairing.id, first.name, second.name, Pairing.first_school, Pairing.second_school),
            *(Pairing.first_district, Pairing.second_district),
        )
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(
            Pairing.programme == pairing.programme_id,
            Pairing.cluster == pairing.cluster,
            Pairing.id != pairing.id,
            Pairing.state.in_(TWINNED),
        )
        .order_by(first.sort_key, second.sort_key, Pairing.id)
        .limit(MOST_SIBLINGS)
    )
    return [(id_, one, other, _sees(actor, places[:2], places[2:])) for id_, one, other, *places in query.tuples()]


def _sees(actor: Actor, school_ids: Sequence[int], district_ids: Sequence[int]) -> bool:
    """As Pairing.visible_to says, of a row that was read already."""
    if actor.school_id:
        return actor.school_id in school_ids
    return actor.sees_all or actor.district_id in district_ids


def _reviews(pairing: Pairing) -> list[PairReview]:
    """How both schools looked back on the latest school year."""
    return [PairReview.of_row(row) for row in _REVIEWS.rows(pairing=pairing.id)]


def _latest_reviews() -> Any:
    of_pair = PairReview.pairing == param("pairing")
    latest = PairReview.select(PairReview.school_year).where(of_pair).order_by(PairReview.school_year.desc()).limit(1)
    return PairReview.select().where(of_pair, PairReview.school_year == latest).order_by(PairReview.id)


_REVIEWS = Statement(_latest_reviews)
