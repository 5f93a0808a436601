"""The numbers that offices ask for, each with the list that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    Actor,
    Export,
    answer_export,
    came_since,
    export_subtitle,
    requires,
    school_year_of,
    source_text,
    start_export,
    today,
    whole,
    write_table,
)
from plugins.professional_development.numbers import queries
from plugins.professional_development.numbers.lists import LISTS, Rows
from plugins.professional_development.pages import MODULE
from plugins.professional_development.routes import blueprint

FOLDER = "professional_development/numbers"
YEARS_BACK = 4


def _years() -> list[str]:
    first = int(school_year_of(today())[:4])
    return [f"{year}-{year + 1}" for year in range(first, first - YEARS_BACK, -1)]


def _year() -> str:
    """The school year asked for, by default the present one."""
    years = _years()
    year = request.values.get("year", years[0])
    return year if year in years else abort(404)


@blueprint.get("/numbers")
@requires("professional_development.office")
def numbers() -> str:
    """The numbers of a school year."""
    year = _year()
    span = queries.span_of(g.actor, year)
    return render_template(
        f"{FOLDER}/index.html",
        found=queries.numbers(span),
        year=year,
        years=_years(),
        converted=span.district_id is not None and came_since(span.district_id, span.start),
    )


def _rows(key: str) -> Rows:
    return LISTS[key] if key in LISTS else abort(404)


@blueprint.get("/numbers/<key>")
@requires("professional_development.office")
def number(key: str) -> str:
    """What a number counts."""
    counted, year = _rows(key), _year()
    rows, next_id = counted.page(queries.span_of(g.actor, year), whole(request.args.get("after")))
    return render_template(
        f"{FOLDER}/list.html",
        counted=counted,
        rows=rows,
        year=year,
        export=url_for(".number_file", key=key, year=year),
        next=url_for(".number", key=key, year=year, after=next_id) if next_id else None,
    )


def _write(key: str, actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    counted, span = LISTS[key], queries.span_of(actor, words.rpartition(" ")[2])
    rows = (cells for ids in batches for cells in counted.of(span, ids))
    return write_table(source_text(counted.title), export_subtitle(actor.place_name, words), counted.columns, rows)


EXPORTS = {
    key: Export(f"{MODULE}.numbers_{key}", source_text(rows.title), f"{MODULE}.numbers", partial(_write, key))
    for key, rows in LISTS.items()
}


@blueprint.get("/numbers/<key>/export.xlsx")
@requires("professional_development.office")
def number_file(key: str) -> Response | str:
    """What a number counts, as an Excel file."""
    return answer_export(EXPORTS[key] if key in LISTS else abort(404), *_wanted(key))


def _wanted(key: str) -> tuple[partial, str]:
    year = _year()
    return partial(_rows(key).ids, queries.span_of(g.actor, year)), f"Năm học {year}"


@blueprint.post("/numbers/<key>/export.xlsx")
@requires("professional_development.office")
def number_file_later(key: str) -> Response:
    """The same by a job, where it is long."""
    return start_export(EXPORTS[key] if key in LISTS else abort(404), *_wanted(key))
