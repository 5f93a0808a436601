"""The numbers of a programme by unit, in both readings, on the screen and in Excel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, abort, g, render_template, request

from intranet.kernel.clock import today
from intranet.kernel.language import SOURCE, lazy_gettext, source_text, speaking
from intranet.kernel.language import gettext as _
from intranet.programmes.areas import areas_of
from intranet.registry.twinning import Programme
from intranet.reports import blueprint, queries, unit_figures, units
from intranet.reports.figures import Period, school_year_period
from intranet.reports.units import GAVE, GOT, TOGETHER, WAYS, Facts, Line
from intranet.shared.access import fetch
from intranet.shared.columns import NUMBER, Column
from intranet.shared.readings import NOW, READING_LABELS, THEN, dated_names, default_reading
from intranet.shared.workbooks import write_table
from intranet.web import exports
from intranet.web.gate import requires
from intranet.web.numbers import whole

QUARTERS_BACK = 8
ROMAN = ("I", "II", "III", "IV")
WAY_LABELS = {GAVE: lazy_gettext("Đã giúp"), GOT: lazy_gettext("Được giúp"), TOGETHER: lazy_gettext("Cùng làm")}
_TIMES = [Column(key=way, label=label, kind=NUMBER, width=12) for way, label in WAY_LABELS.items()]
FIGURES = (
    Column(key="year", label=lazy_gettext("Năm học"), width=14),
    Column(key="unit", label=lazy_gettext("Đơn vị"), width=34),
    Column(key="schools", label=lazy_gettext("Trường có số liệu"), kind=NUMBER, width=14),
    Column(key="classes", label=lazy_gettext("Số lớp"), kind=NUMBER, width=10),
    Column(key="pupils", label=lazy_gettext("Số học sinh"), kind=NUMBER, width=12),
    Column(key="teachers", label=lazy_gettext("Số giáo viên"), kind=NUMBER, width=12),
)
COLUMNS = (
    Column(key="unit", label=lazy_gettext("Đơn vị"), width=34),
    Column(key="schools", label=lazy_gettext("Số trường"), kind=NUMBER, width=10),
    Column(key="sides", label=lazy_gettext("Lượt trường trong cặp"), kind=NUMBER, width=14),
    Column(key="kind", label=lazy_gettext("Hoạt động"), width=34),
    Column(key="measure", label=lazy_gettext("Tính theo"), width=12),
    *_TIMES,
)


class Choice(NamedTuple):
    """A school year or a quarter. ``day`` is the one as of which schools and pairs stand under a unit."""

    label: str
    words: str
    period: Period
    day: date


def periods() -> dict[str, Choice]:
    """{key: what one may ask for}: school years, then quarters, the latest first."""
    return {key: choice for key, choice in (*map(_year, queries.school_years()), *_quarters())}


def _year(year: str) -> tuple[str, Choice]:
    period = school_year_period(year)
    return year, Choice(year, f"Năm học {year}", period, period.last_lessons)


def _quarters() -> Iterator[tuple[str, Choice]]:
    number = today().year * 4 + (today().month - 1) // 3
    for year, quarter in (divmod(number - back, 4) for back in range(QUARTERS_BACK)):
        first = date(year, 3 * quarter + 1, 1)
        # The next quarter begins after at most 92 days.
        last = (first + timedelta(days=92)).replace(day=1) - timedelta(days=1)
        label = _("Quý %(quarter)s năm %(year)s", quarter=ROMAN[quarter], year=year)
        period = Period(first, last)
        yield f"{year}-q{quarter + 1}", Choice(label, label, period, period.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the page shows."""

    programme: Programme | None
    programmes: list[tuple[int, str]]
    period_key: str
    chosen: Choice
    reading: str
    areas: list[tuple[int, str]]
    area_id: int | None

    def address(self, path: str = "/reports/units", **changes: Any) -> str:
        """The address of the page with some of it changed."""
        other = replace(self, **changes)
        values = {"programme": other.programme.id, "period": other.period_key, "area": other.area_id}
        values["reading"] = other.reading
        return f"{path}?{urlencode({name: value for name, value in values.items() if value is not None})}"


def _wanted() -> Wanted:
    found = units.programmes(g.actor)
    programme_id = whole(request.args.get("programme")) or (found[0][0] if found else None)
    programme = None if programme_id is None else fetch(Programme, programme_id, g.actor)
    offered = periods()
    key = request.args.get("period") or next(iter(offered))
    chosen = offered.get(key) or abort(404)
    reading = request.args.get("reading") or default_reading(chosen.period.last)
    areas = [row[:2] for row in areas_of(programme.id)] if programme else []
    area_id = whole(request.args.get("area"))
    if reading not in READING_LABELS or (area_id is not None and area_id not in dict(areas)):
        abort(404)
    return Wanted(
        programme=programme,
        programmes=found,
        period_key=key,
        chosen=chosen,
        reading=reading,
        areas=areas,
        area_id=area_id,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of a reading, by unit in the alphabet's order, with their sum."""

    facts: Facts
    lines: Mapping[int, Line]
    names: Mapping[int, str]
    total: Line
    # Whether the other reading has other lines.
    differs: bool


def _find(wanted: Wanted) -> Found:
    period = wanted.chosen.period
    facts = units.facts_of(wanted.programme.id, g.actor, period, wanted.chosen.day, wanted.area_id)
    lines = units.by_unit(facts, wanted.reading)
    told = {reading: dated_names(lines.keys(), reading, period.first, wanted.chosen.day) for reading in READING_LABELS}
    names = told[wanted.reading]
    return Found(
        facts=facts,
        lines={id_: lines[id_] for id_ in names},
        names=names,
        total=units.total(lines.values()),
        # A school has come under another unit since, or a unit has another name.
        differs=facts.differ or told[THEN] != told[NOW],
    )


@blueprint.get("/units")
@requires("overview.view")
def by_unit() -> str:
    """One row for each unit."""
    wanted = _wanted()
    found = _find(wanted) if wanted.programme else None
    reported = unit_figures.reported(g.actor, wanted.area_id)
    return render_template(
        "reports/units.html",
        wanted=wanted,
        found=found,
        differs=found is not None and (found.differs or unit_figures.differ(reported)),
        periods=[(key, choice.label) for key, choice in periods().items()],
        readings=READING_LABELS,
        ways=WAY_LABELS,
        years=unit_figures.by_year(reported, wanted.reading),
        years_file=wanted.address("/reports/units/figures.xlsx") if wanted.programme else None,
    )


@blueprint.get("/units/export.xlsx")
@requires("overview.view")
def by_unit_file() -> Response:
    """The same as an Excel file, with the reading in its heading and its name."""
    with speaking(SOURCE):
        wanted = _wanted()
        if wanted.programme is None:
            abort(404)
        reading = source_text(READING_LABELS[wanted.reading])
        area = dict(wanted.areas).get(wanted.area_id, "")
        subtitle = exports.subtitle(wanted.programme.title, wanted.chosen.words, area, reading)
        body = write_table("Số liệu theo đơn vị", subtitle, COLUMNS, _cells(_find(wanted)))
        return exports.send_workbook(f"Số liệu theo đơn vị {wanted.period_key} ({reading.lower()}).xlsx", body)


@blueprint.get("/units/figures.xlsx")
@requires("overview.view")
def unit_figures_file() -> Response:
    """The schools' figures by unit and school year as an Excel file."""
    with speaking(SOURCE):
        wanted = _wanted()
        reading = source_text(READING_LABELS[wanted.reading])
        subtitle = exports.subtitle(g.actor.place_name, dict(wanted.areas).get(wanted.area_id, ""), reading)
        rows = (
            (year.school_year, name, *counts)
            for year in unit_figures.by_year(unit_figures.reported(g.actor, wanted.area_id), wanted.reading)
            for name, counts in (*year.units, ("Tổng cộng", year.total))
        )
        body = write_table("Số liệu trường, lớp theo đơn vị", subtitle, FIGURES, rows)
        return exports.send_workbook(f"Số liệu trường, lớp theo đơn vị ({reading.lower()}).xlsx", body)


def _cells(found: Found) -> Iterator[tuple[Any, ...]]:
    """For each unit how often, then of each kind how often and how much; in the end the same of all units."""
    for unit, line in found.lines.items():
        yield from _line_cells(found.names[unit], line, found.facts.labels)
    yield from _line_cells("Tổng cộng", found.total, found.facts.labels)


def _line_cells(name: str, line: Line, labels: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    yield name, line.schools, line.sides, "Tất cả hoạt động", "lần", *(line.times(way) for way in WAYS)
    for kind in sorted(line.kinds, key=labels.__getitem__):
        ways = line.kinds[kind]
        yield name, None, None, labels[kind], "lần", *(ways[way].times for way in WAYS)
        for measure in sorted({measure for given in ways.values() for measure in given.amounts}):
            yield name, None, None, labels[kind], measure, *(float(ways[way].amounts.get(measure, 0)) for way in WAYS)
