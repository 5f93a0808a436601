"""What the score needs of schools, read for many at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from intranet.api import NEED, OPEN, STRENGTH, Pairing, School, SchoolYearFigures, Site, Tag
from plugins.matching.score import Facts, prepared


def facts_of(condition: Any, district_ids: Sequence[int]) -> list[Facts]:
    """The facts of the schools that a condition on School chooses, in the order of their names.

    ``district_ids`` are the districts that they lie in. Needs that a school does not publish are left out for
    everybody, its own office too: both offices read the same suggestions.
    """
    rows = (
        School.select(School.id, School.name, School.district, School.levels)
        .where(condition)
        .order_by(School.sort_key, School.id)
    )
    strengths, needs = _tags(condition)
    sizes, places, loads = _sizes(condition), _places(condition), _loads(district_ids)
    return prepared(
        Facts(
            id=id_,
            name=name,
            district_id=district_id,
            levels=levels,
            strengths=tuple(strengths[id_]),
            needs=tuple(needs[id_]),
            pupils=sizes.get(id_, (None, None))[0],
            classes=sizes.get(id_, (None, None))[1],
            place=places.get(id_),
            load=loads[id_],
        )
        for id_, name, district_id, levels in rows.tuples()
    )


def _tags(condition: Any) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """{school id: strengths} and {school id: published needs}."""
    published = (Tag.kind == STRENGTH) | (School.needs_published == True)  # noqa: E712 (SQL)
    rows = Tag.select(Tag.school, Tag.kind, Tag.label).join(School).where(condition, published).order_by(Tag.id)
    found: dict[str, dict[int, list[str]]] = {STRENGTH: defaultdict(list), NEED: defaultdict(list)}
    for school_id, kind, label in rows.tuples():
        found[kind][school_id].append(label)
    return found[STRENGTH], found[NEED]


def _sizes(condition: Any) -> dict[int, tuple[int | None, int | None]]:
    """{school id: pupils and classes of the latest year that tells of either}."""
    figures = SchoolYearFigures
    rows = (
        figures.select(figures.school, figures.pupils, figures.classes)
        .join(School)
        .where(condition, figures.pupils.is_null(False) | figures.classes.is_null(False))
        .order_by(figures.school_year)
    )
    return {school_id: (pupils, classes) for school_id, pupils, classes in rows.tuples()}


def _places(condition: Any) -> dict[int, tuple[float, float]]:
    """{school id: the middle of its sites whose coordinates are known}."""
    rows = (
        Site.select(Site.school, Site.latitude, Site.longitude)
        .join(School)
        .where(condition, Site.latitude.is_null(False), Site.longitude.is_null(False))
        .order_by(Site.id)
    )
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for school_id, latitude, longitude in rows.tuples():
        found[school_id].append((latitude, longitude))
    return {school_id: _middle(sites) for school_id, sites in found.items()}


def _middle(sites: Sequence[tuple[float, float]]) -> tuple[float, float]:
    latitudes, longitudes = zip(*sites, strict=True)
    return sum(latitudes) / len(sites), sum(longitudes) / len(sites)


def _loads(district_ids: Sequence[int]) -> Counter[int]:
    """{school id: open pairs of all programmes}."""
    here = Pairing.first_district.in_(district_ids) | Pairing.second_district.in_(district_ids)
    rows = Pairing.select(Pairing.first_school, Pairing.second_school).where(Pairing.state.in_(OPEN), here)
    return Counter(school_id for row in rows.tuples() for school_id in row)
