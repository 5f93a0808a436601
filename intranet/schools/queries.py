"""Reads shaped for the school screens, as stored statements."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from peewee import JOIN, SQL, Select

from intranet.kernel.statements import Statement, param
from intranet.registry import districts
from intranet.registry.districts import Commune, District
from intranet.registry.schools import FormerKey, School, SchoolYearFigures, Site, Tag
from intranet.registry.twinning import Pairing
from intranet.registry.units import FormerPlace
from intranet.schools.lists import (  # noqa: F401 (the list stands in a file of its own)
    ALL,
    CLOSED,
    COUNT_LIMIT,
    OPEN,
    PAGE_SIZE,
    Filters,
    SchoolPage,
    filtered_ids,
    school_page,
)
from intranet.shared.access import Actor
from intranet.shared.tasks import as_date

ONE_DAY = timedelta(days=1)


def district_options(actor: Actor, kept: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the districts whose schools the actor may see, today's and the one that a filter names."""
    return districts.district_options([kept], None if actor.sees_all else actor.district_ids)


# Every column of the figures but the classes by grade, which are one column of JSON.
FIGURES = tuple(
    name for name in SchoolYearFigures._meta.sorted_field_names if name not in ("id", "school", "school_year", "grades")
)
GRADE = "grade_"
_FIGURES = Statement(
    lambda: (
        SchoolYearFigures.select(
            SchoolYearFigures.school_year,
            SchoolYearFigures.grades,
            *(getattr(SchoolYearFigures, name) for name in FIGURES),
        )
        .where(SchoolYearFigures.school == param("school"))
        .order_by(SchoolYearFigures.school_year.desc())
    )
)


def figures_of(school_id: int) -> dict[str, dict[str, Any]]:
    """{school year: {figure: value}}, the newest year first; the classes of grade 6 are the figure "grade_6"."""
    found = {}
    for year, grades, *values in _FIGURES.rows(school=school_id):
        figures = dict(zip(FIGURES, values, strict=True))
        for name in ("standard_on", "standard_until"):
            figures[name] = SchoolYearFigures._meta.fields[name].python_value(figures[name])
        found[year] = figures | {GRADE + grade: count for grade, count in json.loads(grades or "{}").items()}
    return found


_TAGS = Statement(
    lambda: Tag.select(Tag.kind, Tag.label, Tag.fact).where(Tag.school == param("school")).order_by(Tag.id)
)


def tags_of(school_id: int) -> list[tuple]:
    """(kind, label, fact) of a school's strengths and needs, in the order in which they were entered."""
    return _TAGS.rows(school=school_id)


_SITES = Statement(
    lambda: (
        Site.select(Site.id, Site.name, Site.address, Site.distance_km, Site.classes, Site.latitude, Site.longitude)
        .where(Site.school == param("school"))
        .order_by(Site.id)
    )
)


def sites_of(school_id: int) -> list[tuple]:
    """(id, name, address, distance in km, classes, latitude, longitude) of a school's satellite sites."""
    return _SITES.rows(school=school_id)


_FORMER = Statement(
    lambda: (
        FormerKey.select(FormerKey.kind, FormerKey.value, FormerKey.until)
        .where(FormerKey.school == param("school"))
        .order_by(FormerKey.until.desc(), FormerKey.id.desc())
    )
)


def former_keys_of(school_id: int) -> list[tuple]:
    """(kind, value, last day) of the names and codes that a school had before, the latest first."""
    return _FORMER.rows(school=school_id)


def _partners(own: Any, other: Any, other_district: Any) -> Select:
    return (
        Pairing.select(Pairing.id, School.id, School.name, District.name, Pairing.state, District.id, School.sort_key)
        .join(School, on=(School.id == other))
        .switch(Pairing)
        .join(District, on=(District.id == other_district))
        .where(own == param("school"))
    )


def _pairings() -> Select:
    as_first = _partners(Pairing.first_school, Pairing.second_school, Pairing.second_district)
    as_second = _partners(Pairing.second_school, Pairing.first_school, Pairing.first_district)
    return as_first.union_all(as_second).order_by(SQL("5"), SQL("7"))


_PAIRINGS = Statement(_pairings)


def pairings_of(school_id: int) -> list[tuple]:
    """(pairing id, partner id, partner's name, its district, state, its district's id) of a school."""
    return [row[:6] for row in _PAIRINGS.rows(school=school_id)]


_PLACE = Statement(
    lambda: (
        School.select(District.name, District.office_name, Commune.name)
        .join(District)
        .switch(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(School.id == param("school"))
    )
)


_FORMER_PLACES = Statement(
    lambda: (
        FormerPlace.select(District.id, District.name, Commune.name, FormerPlace.until)
        .join(District)
        .switch(FormerPlace)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(FormerPlace.school == param("school"))
        .order_by(FormerPlace.until)
    )
)


def former_places_of(school_id: int) -> list[tuple[int, str, str, date]]:
    """(id and name of the unit, commune, last day there) of where a school stood before, the earliest first."""
    rows = _FORMER_PLACES.rows(school=school_id)
    return [(id_, unit, commune or "", as_date(until) - ONE_DAY) for id_, unit, commune, until in rows]


def place_of(school_id: int) -> tuple[str, str, str]:
    """(district, its office, commune) of a school, in words."""
    district, office, commune = _PLACE.row(school=school_id)
    return district, office, commune or ""
