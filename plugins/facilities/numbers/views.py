"""The numbers of facilities, each with the list that it counts, on the screen and in Excel."""

from __future__ import annotations

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    export_subtitle,
    requires,
    school_year_of,
    send_workbook,
    source_text,
    today,
    write_table,
)
from plugins.facilities.numbers import queries
from plugins.facilities.numbers.lists import LISTS, Listing
from plugins.facilities.routes import blueprint

FOLDER = "facilities/numbers"
YEARS_BACK = 4
# What one page shows; the file holds the others.
SHOWN = 200


def _years() -> list[str]:
    first = int(school_year_of(today())[:4])
    return [f"{year}-{year + 1}" for year in range(first, first - YEARS_BACK, -1)]


def _year() -> str:
    """The school year asked for, by default the present one."""
    years = _years()
    year = request.values.get("year", years[0])
    return year if year in years else abort(404)


def _scope(year: str) -> queries.Scope:
    # Administrators are bound to no district, and have no numbers of one.
    return queries.scope_of(g.actor, year) if g.actor.district_id is not None else abort(403)


@blueprint.get("/numbers")
@requires("facilities.numbers")
def numbers() -> str:
    """The numbers of a school year."""
    year = _year()
    return render_template(f"{FOLDER}/index.html", found=queries.numbers(_scope(year)), year=year, years=_years())


def _listing(key: str) -> Listing:
    return LISTS.get(key) or abort(404)


@blueprint.get("/numbers/<key>")
@requires("facilities.numbers")
def number(key: str) -> str:
    """What a number counts."""
    listing, year = _listing(key), _year()
    rows = list(listing.rows(_scope(year)))
    return render_template(
        f"{FOLDER}/list.html",
        listing=listing,
        rows=rows[:SHOWN],
        count=len(rows),
        year=year,
        export=url_for(".number_file", key=key, year=year),
    )


@blueprint.get("/numbers/<key>/export.xlsx")
@requires("facilities.numbers")
def number_file(key: str) -> Response:
    """What a number counts, as an Excel file."""
    listing, year = _listing(key), _year()
    rows = (cells for _address, cells in listing.rows(_scope(year)))
    title = source_text(listing.title)
    subtitle = export_subtitle(g.actor.place_name, f"Năm học {year}")
    return send_workbook(f"{title}.xlsx", write_table(title, subtitle, listing.columns, rows))
