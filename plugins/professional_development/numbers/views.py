"""The numbers that offices ask for, each with the list that it counts."""

from __future__ import annotations

from datetime import date

from flask import abort, g, render_template, request

from intranet.api import gettext as _
from intranet.api import requires, school_year_of, today
from plugins.professional_development.numbers.queries import Numbers, share
from plugins.professional_development.routes import blueprint

LISTS = ("held", "people", "partner", "across", "minutes")
YEARS_BACK = 4


def _numbers() -> tuple[Numbers, str, list[str]]:
    first = int(school_year_of(today())[:4])
    years = [f"{year}-{year + 1}" for year in range(first, first - YEARS_BACK, -1)]
    year = request.args.get("year", years[0])
    if year not in years:
        abort(404)
    return Numbers(g.actor, date(int(year[:4]), 8, 1), date(int(year[5:]), 7, 31)), year, years


@blueprint.get("/numbers")
@requires("professional_development.office")
def numbers() -> str:
    """The numbers of a school year."""
    found, year, years = _numbers()
    return render_template(
        "professional_development/numbers/index.html",
        found=found,
        partner=share(list(found.from_partner.values())),
        across=share(list(found.across.values())),
        year=year,
        years=years,
    )


@blueprint.get("/numbers/<key>")
@requires("professional_development.office")
def number(key: str) -> str:
    """What a number counts."""
    if key not in LISTS:
        abort(404)
    found, year, _years = _numbers()
    titles = {
        "held": _("Buổi đã lên lịch và đã tổ chức"),
        "people": _("Thầy cô đã dự"),
        "partner": _("Người dự từ trường bạn"),
        "across": _("Người dự từ đơn vị khác"),
        "minutes": _("Biên bản"),
    }
    return render_template(
        "professional_development/numbers/list.html",
        key=key,
        title=titles[key],
        found=found,
        counted={"partner": found.from_partner, "across": found.across}.get(key, {}),
        year=year,
    )
