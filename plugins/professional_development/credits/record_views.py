"""A person's own record, the records of a school's or an office's people, and their hours by subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask import Response, g, render_template, request, url_for

from intranet.api import (
    Column,
    Person,
    demand,
    fetch,
    lazy_gettext,
    may,
    page,
    render_paper,
    requires,
    school_year_of,
    send_word,
    send_workbook,
    source_text,
    today,
    whole,
    write_table,
)
from plugins.professional_development.credits import queries
from plugins.professional_development.credits.papers import RECORD, YearRecord
from plugins.professional_development.credits.queries import Line
from plugins.professional_development.models import CONFIRMED, PROPOSED, REFUSED
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions.kinds import KINDS, PERIODS_A_YEAR, PROGRAMMES

FOLDER = "professional_development/credits"
YEARS_SHOWN, YEARS_KEPT = 4, 10
CREDIT_LABELS = {
    "": lazy_gettext("–"),
    PROPOSED: lazy_gettext("Chờ xác nhận"),
    CONFIRMED: lazy_gettext("Đã xác nhận"),
    REFUSED: lazy_gettext("Không xác nhận"),
}
ATTENDANCE_LABELS = {
    "": lazy_gettext("Chưa điểm danh"),
    "present": lazy_gettext("Có mặt"),
    "absent": lazy_gettext("Vắng"),
    "excused": lazy_gettext("Vắng có lý do"),
}
COLUMNS = (
    Column(key="title", label=lazy_gettext("Tên buổi"), width=44),
    Column(key="kind", label=lazy_gettext("Loại"), width=24),
    Column(key="day", label=lazy_gettext("Ngày"), kind="date", width=12),
    Column(key="host", label=lazy_gettext("Đơn vị tổ chức"), width=30),
    Column(key="attendance", label=lazy_gettext("Điểm danh"), width=16),
    Column(key="periods", label=lazy_gettext("Số tiết"), kind="number", width=10),
    Column(key="credit", label=lazy_gettext("Xác nhận"), width=22),
    Column(key="programme", label=lazy_gettext("Chương trình"), width=20),
)
HOURS_COLUMNS = (
    Column(key="school", label=lazy_gettext("Đơn vị"), width=38),
    Column(key="subject", label=lazy_gettext("Môn học, hoạt động"), width=24),
    Column(key="people", label=lazy_gettext("Số người"), kind="number", width=10),
    Column(key="sessions", label=lazy_gettext("Số buổi"), kind="number", width=10),
    Column(key="first", label=lazy_gettext("Số tiết chương trình 01"), kind="number", width=14),
    Column(key="second", label=lazy_gettext("Số tiết chương trình 02"), kind="number", width=14),
    Column(key="third", label=lazy_gettext("Số tiết chương trình 03"), kind="number", width=14),
    Column(key="other", label=lazy_gettext("Số tiết khác"), kind="number", width=12),
)


def _years(count: int) -> list[str]:
    first = int(school_year_of(today())[:4])
    return [f"{year}-{year + 1}" for year in range(first, first - count, -1)]


def _year() -> tuple[str, date, date]:
    """(school year, first day, last day) asked for, by default the present one."""
    years = _years(YEARS_KEPT)
    asked = request.args.get("year", "")
    year = asked if asked in years else years[0]
    return year, date(int(year[:4]), 8, 1), date(int(year[5:]), 7, 31)


@blueprint.get("/record")
@requires("professional_development.view")
def record() -> str:
    """The own record of a school year."""
    return _record_page(Person.get_by_id(g.actor.person_id))


@blueprint.get("/people/<int:person_id>")
@requires("professional_development.records")
def record_of(person_id: int) -> str:
    """Somebody's record, for the own principal or the office."""
    return _record_page(_member(person_id))


def _member(person_id: int) -> Person:
    person = fetch(Person, person_id, g.actor)
    demand(g.actor, "professional_development.records", person)
    return person


def _record_page(person: Person) -> str:
    year, start, end = _year()
    rows = queries.record_of(person.id, start, end)
    totals = queries.totals(person.id, start, end)
    return render_template(
        f"{FOLDER}/record.html",
        person=person,
        own=person.id == g.actor.person_id,
        year=year,
        years=_years(YEARS_SHOWN),
        rows=rows,
        totals=[(PROGRAMMES[key], totals.get(key, Decimal(0))) for key in PROGRAMMES if key],
        others=totals.get("", Decimal(0)),
        needed=PERIODS_A_YEAR,
        programmes=PROGRAMMES,
        kinds=KINDS,
        credit_labels=CREDIT_LABELS,
        attendance_labels=ATTENDANCE_LABELS,
        decides=_decides(rows),
    )


def _decides(rows: Sequence[Line]) -> set[int]:
    """The places of which the actor may take the confirmation back."""
    if not may(g.actor, "professional_development.credit"):
        return set()
    places = queries.decidable(g.actor, [row.place_id for row in rows], (CONFIRMED,))
    return {place.id for place in places}


@blueprint.get("/record.xlsx")
@requires("professional_development.view")
def record_file() -> Response:
    """The own record as an Excel file."""
    return _record_file(Person.get_by_id(g.actor.person_id))


@blueprint.get("/people/<int:person_id>/record.xlsx")
@requires("professional_development.records")
def record_file_of(person_id: int) -> Response:
    """Somebody's record as an Excel file."""
    return _record_file(_member(person_id))


def _record_file(person: Person) -> Response:
    year, start, end = _year()
    rows = [
        (
            *(
                row.title,
                source_text(KINDS[row.kind].label),
                row.held_on,
                row.host,
                source_text(ATTENDANCE_LABELS[row.attendance]),
            ),
            *(_amount(row.periods), source_text(CREDIT_LABELS[row.credit]), source_text(PROGRAMMES[row.programme])),
        )
        for row in queries.record_of(person.id, start, end)
    ]
    title = f"Hồ sơ bồi dưỡng {person.name} {year}"
    return send_workbook(f"{title}.xlsx", write_table(title, g.actor.place_name, COLUMNS, rows))


def _amount(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


@blueprint.get("/record.docx")
@requires("professional_development.view")
def record_paper() -> Response:
    """The own record as a Word file."""
    return _record_paper(Person.get_by_id(g.actor.person_id))


@blueprint.get("/people/<int:person_id>/record.docx")
@requires("professional_development.records")
def record_paper_of(person_id: int) -> Response:
    """Somebody's record as a Word file."""
    return _record_paper(_member(person_id))


def _record_paper(person: Person) -> Response:
    paper = render_paper(RECORD, YearRecord(person, *_year()), person.district_id)
    return send_word(paper.body, paper.file_name)


@blueprint.get("/people")
@requires("professional_development.records")
def people() -> str:
    """The people of the school or the office's district, each with the periods of a school year."""
    year, start, end = _year()
    query = request.args.get("q", "")[:100]
    found = queries.people(g.actor, query, whole(request.args.get("after")))
    after = {"q": query, "year": year, "after": found.next_id}
    return page(
        f"{FOLDER}/people.html",
        f"{FOLDER}/_people.html",
        year=year,
        years=_years(YEARS_SHOWN),
        query=query,
        rows=found.rows,
        totals=queries.totals_of([row[0] for row in found.rows], start, end),
        needed=PERIODS_A_YEAR,
        next=url_for(".people", **after) if found.next_id else None,
        home=HOME,
    )


@blueprint.get("/hours.xlsx")
@requires("professional_development.records")
def hours() -> Response:
    """Confirmed hours by subject as an Excel file: of the own school, for an office by school."""
    year, start, end = _year()
    rows = [
        (place, subject or "–", people, sessions, *map(_amount, periods))
        for place, subject, people, sessions, *periods in queries.hours(g.actor, start, end)
    ]
    title = f"Số tiết bồi dưỡng theo môn {year}"
    return send_workbook(f"{title}.xlsx", write_table(title, g.actor.place_name, HOURS_COLUMNS, rows))
