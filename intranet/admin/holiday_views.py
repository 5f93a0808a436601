"""The calendar of holidays: everybody reads it, administrators keep it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from wtforms import BooleanField
from wtforms.validators import InputRequired

from intranet.admin import holidays
from intranet.kernel.clock import today
from intranet.kernel.dates import FIRST_YEAR, LAST_YEAR
from intranet.kernel.forms import Day, Form, Text, at_most, remember, repeated, required
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.meetings.telling import WEEKDAYS
from intranet.shared.edits import SAVED, Refused
from intranet.shared.working_days import SpecialDay
from intranet.web.gate import requires, signed_in
from intranet.web.hx import go
from intranet.web.layout import format_date, named, say
from intranet.web.numbers import whole
from intranet.web.saving import Answer, blame, leave

blueprint = Blueprint("holidays", __name__, url_prefix="/admin/holidays")


class DayForm(Form):
    """A day off, or a weekend's day that is worked."""

    on = Day(_("Ngày"), [InputRequired(_("Thầy/cô chưa nhập ngày."))])
    name = Text(_("Tên"), [required(_("Thầy/cô chưa nhập tên ngày nghỉ.")), at_most(120)])
    working = BooleanField(
        _("Là ngày làm bù"), description=_("Thứ Bảy hoặc Chủ nhật mà cơ quan, trường học làm việc bình thường.")
    )
    source = Text(
        _("Căn cứ"), [at_most(300)], description=_("Số, ngày của văn bản, ví dụ: Văn bản 12729/VPCP-KGVX, 25/12/2025.")
    )
    checked = BooleanField(_("Đã đối chiếu với văn bản"))

    def values(self) -> dict[str, object]:
        """What the rule takes."""
        return {name: self[name].data for name in holidays.FIELDS}


def _home(year: int) -> str:
    return url_for("holidays.index", year=year)


@blueprint.get("")
@signed_in
def index() -> str:
    """The days of a year."""
    year = whole(request.args.get("year")) or today().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    fields = (SpecialDay.id, SpecialDay.on, SpecialDay.working, SpecialDay.name, SpecialDay.source, SpecialDay.checked)
    of_year = SpecialDay.on.between(date(year, 1, 1), date(year, 12, 31))
    rows = list(SpecialDay.select(*fields).where(of_year).order_by(SpecialDay.on).tuples())
    return render_template("admin/holidays.html", rows=rows, year=year, years=_years(year), weekdays=WEEKDAYS)


def _years(year: int) -> list[int]:
    """From the first year that is known to the next one."""
    ends = (SpecialDay.select(SpecialDay.on).order_by(order) for order in (SpecialDay.on, SpecialDay.on.desc()))
    shown = {today().year, today().year + 1, *(day.on.year for query in ends for day in query.limit(1))}
    return sorted({*range(min(shown), max(shown) + 1), year})


@blueprint.get("/new")
@requires("holidays.edit")
def new() -> str:
    """The empty form."""
    return _form_page(DayForm(data={"checked": True}), None)


@blueprint.post("/new")
@requires("holidays.edit")
def add() -> Answer:
    """Add a day."""
    return _save(None)


@blueprint.get("/<int:day_id>")
@requires("holidays.edit")
def edit(day_id: int) -> str:
    """The form of a day."""
    day = _day(day_id)
    return _form_page(DayForm(obj=day), day)


@blueprint.post("/<int:day_id>")
@requires("holidays.edit")
def save(day_id: int) -> Answer:
    """Save a day, or take it off."""
    if done := repeated():
        return go(done)
    day = _day(day_id)
    return _remove(day) if request.form.get("action") == "remove" else _save(day)


def _day(day_id: int) -> SpecialDay:
    return SpecialDay.get_or_none(SpecialDay.id == day_id) or abort(404)


def _form_page(form: DayForm, day: SpecialDay | None) -> str:
    return render_template("admin/holiday.html", form=form, day=day, year=(day.on if day else today()).year)


def _save(day: SpecialDay | None) -> Answer:
    if done := repeated():
        return go(done)
    form = DayForm()
    if not form.validate():
        return _form_page(form, day), 422
    home = _home(form.on.data.year)
    try:
        holidays.save(day, form.values(), person_id=g.actor.person_id, done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _form_page(form, day), 422
    return leave(SAVED, home)


def _remove(day: SpecialDay) -> Response:
    home = _home(day.on.year)
    holidays.remove(day, person_id=g.actor.person_id, done=lambda: remember(home))
    say(named(gettext("Đã bỏ ngày %(name)s."), name=format_date(day.on)))
    return go(home)
