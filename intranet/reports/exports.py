"""The annex of a report, and the pairs without one, as Excel files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, abort, g

from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext, source_text
from intranet.registry.reports import Report
from intranet.reports import blueprint, forms, queries
from intranet.reports.life_cycle import STATE_LABELS
from intranet.reports.queries import Filters
from intranet.reports.sections import Table, annex, load
from intranet.shared.access import Actor, fetch
from intranet.shared.columns import NUMBER, TEXT, Column
from intranet.shared.workbooks import write_table
from intranet.web import exports
from intranet.web.gate import requires

NAME_WIDTH = 34
MISSING_COLUMNS = (
    Column(key="first", label=lazy_gettext("Trường thứ nhất"), width=NAME_WIDTH),
    Column(key="first_district", label=lazy_gettext("Đơn vị thứ nhất"), width=22),
    Column(key="second", label=lazy_gettext("Trường thứ hai"), width=NAME_WIDTH),
    Column(key="second_district", label=lazy_gettext("Đơn vị thứ hai"), width=22),
    Column(key="programme", label=lazy_gettext("Chương trình"), width=40),
    Column(key="state", label=lazy_gettext("Báo cáo"), width=18),
)


@blueprint.get("/<int:report_id>/annex.xlsx")
@requires("pairings.view")
def annex_file(report_id: int) -> Response:
    """The annex as it stands in the report: frozen with it."""
    report = fetch(Report, report_id, g.actor)
    table = annex(load(report.sections)) or abort(404)
    name = f"Phụ lục báo cáo năm học {report.school_year}.xlsx"
    return exports.send_workbook(name, annex_workbook(report, table))


def annex_workbook(report: Report, table: Table) -> bytes:
    """The annex as an Excel file."""
    columns = [
        Column(key=str(place), label=label, kind=_kind(table, place), width=NAME_WIDTH if "Trường" in label else 16)
        for place, label in enumerate(table.columns)
    ]
    return write_table("Phụ lục", report.title, columns, table.rows)


def _kind(table: Table, place: int) -> str:
    return NUMBER if table.rows and isinstance(table.rows[0][place], int) else TEXT


# --- Pairs without a report ---


def _find(most: int) -> list[int]:
    return queries.missing_ids(g.actor, _filters(), most)


def _filters() -> Filters:
    filters = forms.read_filters()
    return filters if filters.school_year else filters.without(school_year=queries.last_school_year())


def _write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
    year = words.rpartition(" ")[2]
    rows = (row for ids in batches for row in queries.missing_rows(ids, year))
    return write_table(
        _("Cặp chưa có báo cáo"),
        exports.subtitle(actor.place_name, words),
        MISSING_COLUMNS,
        map(_cells, rows),
    )


def _cells(row: tuple) -> tuple[Any, ...]:
    _pair, programme, first_district, second_district, _report, state, first, second = row
    word = source_text(STATE_LABELS[state]) if state else "Chưa lập"
    return first, first_district, second, second_district, programme, word


EXPORT = exports.register(exports.Export("reports.export", "Cặp chưa có báo cáo", "reports.missing", _write))


def _words() -> str:
    return f"Năm học {_filters().school_year}"


@blueprint.get("/missing/export.xlsx")
@requires("reports.write")
def missing_file() -> Response | str:
    """The pairs without an issued report."""
    return exports.answer(EXPORT, _find, _words())


@blueprint.post("/missing/export.xlsx")
@requires("reports.write")
def missing_file_later() -> Response:
    """The same by a job, where they are many."""
    return exports.start(EXPORT, _find, _words())
