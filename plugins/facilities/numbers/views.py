"""The numbers of facilities, each with the list that it counts, on the screen and in Excel."""

from __future__ import annotations

from functools import partial

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import answer_export, came_since, requires, school_year_of, start_export, today
from plugins.facilities.numbers import queries
from plugins.facilities.numbers.exports import EXPORTS
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
    scope = _scope(year)
    return render_template(
        f"{FOLDER}/index.html",
        found=queries.numbers(scope),
        year=year,
        years=_years(),
        converted=g.actor.school_id is None and came_since(scope.district_id, scope.days[0]),
    )


def _listing(key: str) -> Listing:
    return LISTS.get(key) or abort(404)


@blueprint.get("/numbers/<key>")
@requires("facilities.numbers")
def number(key: str) -> str:
    """What a number counts."""
    listing, year = _listing(key), _year()
    scope = _scope(year)
    return render_template(
        f"{FOLDER}/list.html",
        listing=listing,
        rows=listing.first(scope, SHOWN),
        count=listing.count(scope),
        year=year,
        export=url_for(".number_file", key=key, year=year),
    )


def _wanted(key: str) -> tuple[partial, str]:
    """How to find the rows, and of which year they are."""
    listing, year = _listing(key), _year()
    return partial(listing.ids, _scope(year)), f"Năm học {year}"


@blueprint.get("/numbers/<key>/export.xlsx")
@requires("facilities.numbers")
def number_file(key: str) -> Response | str:
    """What a number counts, as an Excel file."""
    wanted = _wanted(key)
    return answer_export(EXPORTS[key], *wanted)


@blueprint.post("/numbers/<key>/export.xlsx")
@requires("facilities.numbers")
def number_file_later(key: str) -> Response:
    """The same by a job, where they are many."""
    wanted = _wanted(key)
    return start_export(EXPORTS[key], *wanted)
