"""How many schools, classes, pupils and teachers units had, school year by school year, in both readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from peewee import SQL, fn

from intranet.kernel.statements import Statement, param
from intranet.registry.schools import School, SchoolYearFigures
from intranet.registry.units import AreaSchool
from intranet.reports import queries
from intranet.reports.figures import school_year_period
from intranet.shared.access import Actor
from intranet.shared.readings import THEN, Units, unit_names, unit_of


class Counts(NamedTuple):
    """What the schools that reported had together; None where none of them said it."""

    schools: int
    classes: int | None
    pupils: int | None
    teachers: int | None


class Year(NamedTuple):
    """A school year: (name, counts) of each unit in the alphabet's order, and all together."""

    school_year: str
    units: Sequence[tuple[str, Counts]]
    total: Counts


# {school year: what the schools of each two units had}
Reported = Mapping[str, Sequence[tuple[Units, Counts]]]


def reported(actor: Actor, area_id: int | None) -> Reported:
    """What the schools of the actor's district reported, or all schools (decision D1), the latest year first."""
    statement = _reported(actor.sees_all, area_id is not None)
    values = {"district": actor.district_id, "area": area_id}
    found = {year: statement.rows(year=year, day=_day(year), **values) for year in queries.school_years()}
    return {
        year: [(Units(then, now), Counts(*counts)) for then, now, *counts in rows]
        for year, rows in found.items()
        if rows
    }


def _day(school_year: str) -> date:
    return school_year_period(school_year).last_lessons


def differ(found: Reported) -> bool:
    """Whether anything counts for another unit today."""
    return any(units.then != units.now for rows in found.values() for units, _counts in rows)


def by_year(found: Reported, reading: str) -> list[Year]:
    """The school years in a reading."""
    return [_year(school_year, rows, reading) for school_year, rows in found.items()]


def _year(school_year: str, rows: Sequence[tuple[Units, Counts]], reading: str) -> Year:
    parts: dict[int | None, list[Counts]] = {}
    for units, counts in rows:
        parts.setdefault(units.of(reading), []).append(counts)
    names = unit_names(parts.keys(), reading, _day(school_year))
    return Year(
        school_year,
        [(name, together(parts[unit])) for unit, name in names.items()],
        together(counts for _units, counts in rows),
    )


def together(parts: Iterable[Counts]) -> Counts:
    """The sum; what nobody said stays unsaid."""
    columns = zip(*parts, strict=True)
    known = [[int(value) for value in column if value is not None] for column in columns]
    return Counts(*(sum(column) if column else None for column in known)) if known else Counts(0, None, None, None)


@cache
def _reported(all_districts: bool, one_area: bool) -> Statement:
    def build() -> Any:
        figures = SchoolYearFigures
        then = unit_of(THEN, School.id, param("day"), School.district).alias("unit_then")
        sums = (fn.SUM(column) for column in (figures.classes, figures.pupils, figures.teachers))
        query = (
            figures.select(then, School.district, fn.COUNT(School.id), *sums)
            .join(School)
            .where(figures.school_year == param("year"), School.deleted_at.is_null())
        )
        if not all_districts:
            query = query.where(School.district == param("district"))
        if one_area:
            query = query.where(
                School.id.in_(AreaSchool.select(AreaSchool.school).where(AreaSchool.area == param("area")))
            )
        return query.group_by(SQL("unit_then"), School.district)

    return Statement(build)
