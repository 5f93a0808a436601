"""Confirming periods, and a person's own record."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, g, render_template, request

from intranet.api import (
    Column,
    Form,
    Lines,
    Person,
    Refused,
    at_most,
    blame,
    demand,
    fetch,
    go,
    lazy_gettext,
    ngettext,
    remember,
    repeated,
    required,
    requires,
    say,
    school_year_of,
    send_workbook,
    today,
    whole,
    write_table,
)
from intranet.api import gettext as _
from plugins.professional_development.credits import queries, rules
from plugins.professional_development.models import Registration
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions.kinds import KINDS, PROGRAMMES

Answer = Response | tuple[str, int]
FOLDER = "professional_development/credits"
CREDIT_LABELS = {
    "": lazy_gettext("–"),
    "proposed": lazy_gettext("Chờ hiệu trưởng xác nhận"),
    "confirmed": lazy_gettext("Đã xác nhận"),
    "refused": lazy_gettext("Không xác nhận"),
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
    Column(key="day", label=lazy_gettext("Ngày"), width=12),
    Column(key="host", label=lazy_gettext("Đơn vị tổ chức"), width=30),
    Column(key="attendance", label=lazy_gettext("Điểm danh"), width=16),
    Column(key="periods", label=lazy_gettext("Số tiết"), width=10),
    Column(key="credit", label=lazy_gettext("Xác nhận"), width=22),
    Column(key="programme", label=lazy_gettext("Chương trình"), width=20),
)


@blueprint.get("/credits")
@requires("professional_development.credit")
def credits() -> str:
    """What the principal has to confirm."""
    return render_template(f"{FOLDER}/index.html", rows=queries.proposed(g.actor), programmes=PROGRAMMES)


@blueprint.post("/credits")
@requires("professional_development.credit")
def confirm() -> Response:
    """Confirm what was ticked."""
    here = f"{HOME}/credits"
    if done := repeated():
        return go(done)
    ids = [number for number in map(whole, request.form.getlist("place")) if number is not None]
    count = rules.confirm(queries.proposed_places(g.actor, ids), g.actor, done=lambda count: remember(here))
    if count:
        say(ngettext("Đã xác nhận %(num)s lượt.", "Đã xác nhận %(num)s lượt.", count))
    else:
        say(_("Thầy/cô chưa chọn lượt nào."), "info")
    return go(here)


class RefuseForm(Form):
    """Why a credit is refused."""

    reason = Lines(lazy_gettext("Lý do"), [required(lazy_gettext("Thầy/cô chưa ghi lý do.")), at_most(300)])


def _place(place_id: int) -> Registration:
    return next(iter(queries.proposed_places(g.actor, [place_id])), None) or abort(404)


@blueprint.get("/credits/<int:place_id>/refuse")
@requires("professional_development.credit")
def ask_refusal(place_id: int) -> str:
    """The form that asks why."""
    return render_template(f"{FOLDER}/refuse.html", place=_place(place_id), form=RefuseForm())


@blueprint.post("/credits/<int:place_id>/refuse")
@requires("professional_development.credit")
def refuse(place_id: int) -> Answer:
    """Refuse it."""
    here = f"{HOME}/credits"
    if done := repeated():
        return go(done)
    place, form = _place(place_id), RefuseForm()
    if form.validate():
        try:
            rules.refuse(place, form.reason.data, g.actor, done=lambda: remember(here))
        except Refused as refusal:
            blame(form, refusal)
        else:
            say(_("Đã ghi không xác nhận."))
            return go(here)
    return render_template(f"{FOLDER}/refuse.html", place=place, form=form), 422


@blueprint.get("/record")
@requires("professional_development.view")
def record() -> str:
    """The own record of a school year."""
    return _record_page(Person.get_by_id(g.actor.person_id))


@blueprint.get("/people/<int:person_id>")
@requires("professional_development.credit")
def record_of(person_id: int) -> str:
    """Somebody's record, for the own principal or the office."""
    return _record_page(_member(person_id))


def _member(person_id: int) -> Person:
    person = fetch(Person, person_id, g.actor)
    demand(g.actor, "professional_development.credit", person)
    return person


def _year() -> tuple[str, date, date]:
    """(school year, first day, last day) asked for, by default the present one."""
    asked = request.args.get("year", "")
    this = school_year_of(today())
    years = [f"{first}-{first + 1}" for first in range(int(this[:4]) - 9, int(this[:4]) + 1)]
    year = asked if asked in years else this
    return year, date(int(year[:4]), 8, 1), date(int(year[5:]), 7, 31)


def _record_page(person: Person) -> str:
    year, start, end = _year()
    first = int(school_year_of(today())[:4])
    return render_template(
        f"{FOLDER}/record.html",
        person=person,
        own=person.id == g.actor.person_id,
        year=year,
        years=[f"{y}-{y + 1}" for y in range(first, first - 4, -1)],
        rows=queries.record_of(person.id, start, end),
        totals=queries.totals(person.id, start, end),
        programmes=PROGRAMMES,
        kinds=KINDS,
        credit_labels=CREDIT_LABELS,
        attendance_labels=ATTENDANCE_LABELS,
    )


@blueprint.get("/record.xlsx")
@requires("professional_development.view")
def record_file() -> Response:
    """The own record as an Excel file."""
    return _record_file(Person.get_by_id(g.actor.person_id))


@blueprint.get("/people/<int:person_id>/record.xlsx")
@requires("professional_development.credit")
def record_file_of(person_id: int) -> Response:
    """Somebody's record as an Excel file."""
    return _record_file(_member(person_id))


def _record_file(person: Person) -> Response:
    year, start, end = _year()
    rows = [
        (
            *(title, str(KINDS[kind].label), day, host or "", str(ATTENDANCE_LABELS[attendance])),
            *(periods, str(CREDIT_LABELS[credit]), str(PROGRAMMES[programme])),
        )
        for _id, title, kind, day, host, attendance, periods, credit, programme, _code in queries.record_of(
            person.id, start, end
        )
    ]
    title = f"Hồ sơ bồi dưỡng {person.name} {year}"
    return send_workbook(f"{title}.xlsx", write_table(title, g.actor.place_name, COLUMNS, rows))
