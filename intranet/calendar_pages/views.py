"""The calendar's pages. What one sees of it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import abort, g, render_template, request

from intranet.calendar_pages import blueprint, feed_views  # noqa: F401 (its routes)
from intranet.calendar_pages.grid import FIRST_YEAR, LAST_YEAR, WEEKDAYS, Month, day_of, month_of, school_year, written
from intranet.kernel.clock import today
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.kernel.schoolyear import school_year_of
from intranet.shared import calendar
from intranet.shared.calendar import ALL, DISTRICT, INVITED, PAIRS, Span
from intranet.web.gate import requires

SHOWN = {
    ALL: lazy_gettext("Tất cả"),
    INVITED: lazy_gettext("Tôi được mời"),
    PAIRS: lazy_gettext("Trường và các cặp"),
    DISTRICT: lazy_gettext("Chương trình, đơn vị"),
}
# So many of a day stand in a month and in a list; the rest is one click away.
IN_A_CELL, IN_A_LIST = 3, 10
LIST_DAYS = 30


def _show() -> str:
    show = request.args.get("show", ALL)
    return show if show in SHOWN else abort(404)


def address(path: str, show: str | None = None, **state: Any) -> str:
    """An address of the calendar that shows the same kind of things, or ``show``."""
    state["show"] = _show() if show is None else show
    query = "&".join(f"{name}={value}" for name, value in state.items() if value)
    return f"/calendar{path}?{query}" if query else f"/calendar{path}"


def _page(view: str, found: Span, day: date, path: str, state: Mapping[str, Any] | None = None, **context: Any) -> str:
    """One way to look at the calendar. The others open at ``day``; ``path`` and ``state`` are the address of this."""
    return render_template(
        f"calendar/{view}.html",
        span=found,
        days=found.by_day(),
        clashing=calendar.at_the_same_time(g.actor, found.entries),
        views=(
            (_("Tháng"), address("", month=Month.of(day)), view == "month"),
            (_("Năm học"), address("/year", year=school_year_of(day)), view == "year"),
            (_("Danh sách"), address("/list", start=day), view == "list"),
        ),
        filters=[(label, address(path, show, **(state or {})), show == _show()) for show, label in SHOWN.items()],
        address=address,
        written=written,
        today=today(),
        most=calendar.MOST,
        **context,
    )


def _nearest(start: date, end: date) -> date:
    """Today, if it lies between two days, else the first."""
    return today() if start <= today() <= end else start


@blueprint.get("")
@requires("calendar.view")
def index() -> str:
    """A month."""
    month = month_of(request.args["month"]) if "month" in request.args else Month.of(today())
    weeks = month.weeks
    found = calendar.span(g.actor, weeks[0][0], weeks[-1][-1], _show())
    return _page(
        "month",
        found,
        _nearest(month.first, month.last),
        "",
        state={"month": month},
        month=month,
        weekdays=WEEKDAYS,
        limit=IN_A_CELL,
        before=month.after(-1) if month.after(-1).year >= FIRST_YEAR else None,
        after=month.after(1) if month.after(1).year < LAST_YEAR else None,
    )


@blueprint.get("/year")
@requires("calendar.view")
def year() -> str:
    """A school year."""
    name = request.args.get("year") or school_year_of(today())
    months = school_year(name)
    start, end = months[0].first, months[-1].last
    return _page(
        "year",
        calendar.span(g.actor, start, end, _show()),
        _nearest(start, end),
        "/year",
        state={"year": name},
        year=name,
        months=months,
        weekdays=WEEKDAYS,
        before=_other_year(name, -1),
        after=_other_year(name, 1),
    )


def _other_year(name: str, years: int) -> str | None:
    first = int(name[:4]) + years
    return f"{first}-{first + 1}" if FIRST_YEAR <= first < LAST_YEAR - 1 else None


@blueprint.get("/list")
@requires("calendar.view")
def agenda() -> str:
    """What comes, day by day."""
    start = day_of(request.args["start"]) if "start" in request.args else today()
    found = calendar.span(g.actor, start, start + timedelta(days=LIST_DAYS - 1), _show())
    return _page(
        "list",
        found,
        start,
        "/list",
        state={"start": start},
        limit=IN_A_LIST,
        length=LIST_DAYS,
        before=start - timedelta(days=LIST_DAYS),
        after=start + timedelta(days=LIST_DAYS),
    )


@blueprint.get("/day/<day>")
@requires("calendar.view")
def one_day(day: str) -> str:
    """All of a day."""
    chosen = day_of(day)
    found = calendar.span(g.actor, chosen, chosen, _show())
    before, after = chosen - timedelta(days=1), chosen + timedelta(days=1)
    return _page("day", found, chosen, f"/day/{chosen}", chosen=chosen, before=before, after=after)
