"""Reads shaped for the school screens. Hot ones are stored statements, one for each combination of filters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from peewee import JOIN, SQL, EnclosedNodeList, Expression, Select, fn

from intranet.kernel import fulltext
from intranet.kernel.database import Statement, is_postgres, param
from intranet.kernel.text import search_tiers
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School, SchoolYearFigures
from intranet.registry.twinning import ACTIVE, Pairing
from intranet.shared.access import Actor

PAGE_SIZE = 50
COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows. ``after`` and ``before`` are the ids of the rows beside the page."""

    query: str = ""
    district_id: int | None = None
    level: int | None = None
    commune_id: int | None = None
    after: int | None = None
    before: int | None = None

    def without(self, **fields: Any) -> Filters:
        """The same from the first page on, with the fields changed."""
        return replace(self, **{"after": None, "before": None, **fields})


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything that changes the SQL text."""

    districts: int | None
    words: bool = False
    # Readings of the query and tokens of each, where there are several: the strictest stand first.
    ranked: tuple[int, int] | None = None
    level: bool = False
    commune: bool = False
    backwards: bool = False
    cursor: bool = False
    postgres: bool = False


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """A page of the list. ``rows`` are (id, name, code, levels, commune, district, illustrative, paired)."""

    rows: list[tuple]
    count: int
    previous_id: int | None
    next_id: int | None


def _filtered(query: Select, shape: _Shape, schools: Any = School) -> Select:
    query = query.where(schools.deleted_at.is_null())
    if shape.districts is not None:
        query = query.where(schools.district.in_([param(f"district{i}") for i in range(shape.districts)]))
    if shape.words:
        query = query.where(fulltext.contains(schools.search_text, "words"))
    if shape.level:
        query = query.where(schools.levels.bin_and(param("level")) != 0)
    if shape.commune:
        query = query.where(schools.commune == param("commune"))
    return query


def _paired() -> Any:
    return fn.EXISTS(
        Pairing.select(SQL("1")).where(
            Pairing.state == ACTIVE, (Pairing.first_school == School.id) | (Pairing.second_school == School.id)
        )
    )


def _rank(shape: _Shape) -> list[Any]:
    return [fulltext.rank(School.search_text, *shape.ranked)] if shape.ranked else []


@cache
def _list(shape: _Shape) -> Statement:
    def build() -> Select:
        keys = [*_rank(shape), School.sort_key, School.id]
        query = (
            School.select(
                School.id,
                School.name,
                School.code,
                School.levels,
                Commune.name,
                District.name,
                School.illustrative,
                _paired(),
                _count(shape),
            )
            .join(District)
            .switch(School)
            .join(Commune, JOIN.LEFT_OUTER)
        )
        query = _filtered(query, shape)
        if shape.cursor:
            place = [*([param("at_rank")] if shape.ranked else []), param("at_key"), param("at_id")]
            compare = "<" if shape.backwards else ">"
            query = query.where(Expression(EnclosedNodeList(keys), compare, EnclosedNodeList(place)))
        order = [key.desc() if shape.backwards else key.asc() for key in keys]
        return query.order_by(*order).limit(PAGE_SIZE + 1)

    return Statement(build)


def _count(shape: _Shape) -> Select:
    """How many rows the filters leave, counted up to COUNT_LIMIT + 1. One number for all rows of the page."""
    others = School.alias()
    found = _filtered(others.select(SQL("1")), replace(shape, cursor=False), others).limit(COUNT_LIMIT + 1)
    return Select([found.alias("found")], [fn.COUNT(SQL("*"))])


_CURSOR = Statement(lambda: School.select(School.sort_key, School.search_text).where(School.id == param("id")))


def school_page(actor: Actor, filters: Filters) -> SchoolPage:
    """The schools that the actor may see and that fit the filters, in Vietnamese order.

    Where the query carries marks, schools written with those marks come first.
    """
    values, shape = _values(actor, filters)
    if values is None:
        return SchoolPage([], 0, None, None)
    tiers = search_tiers(filters.query)
    if len(tiers) > 1:
        shape = replace(shape, ranked=(len(tiers), len(tiers[0])))
        values |= fulltext.rank_values(tiers)
    cursor_id = filters.after or filters.before
    if cursor_id is not None:
        row = _CURSOR.row(id=cursor_id)
        if row is not None:
            key, text = row
            place = fulltext.rank_of(text, tiers) if shape.ranked else 0
            values |= {"at_rank": place, "at_key": key, "at_id": cursor_id}
            shape = replace(shape, cursor=True, backwards=filters.after is None)
    rows = _list(shape).rows(**values)
    if not rows and shape.cursor:
        # The rows beside the page are gone: the list begins anew.
        return school_page(actor, filters.without())
    return _page(rows, shape)


def _values(actor: Actor, filters: Filters) -> tuple[dict[str, Any] | None, _Shape]:
    districts = _district_ids(actor, filters.district_id)
    tiers = search_tiers(filters.query)
    shape = _Shape(
        districts=None if districts is None else len(districts),
        words=bool(tiers),
        level=filters.level is not None,
        commune=filters.commune_id is not None,
        postgres=is_postgres(),
    )
    if districts == [] or (filters.query and not tiers):
        return None, shape
    values = {f"district{i}": district_id for i, district_id in enumerate(districts or ())}
    values |= {"level": filters.level, "commune": filters.commune_id}
    if tiers:
        values["words"] = fulltext.words(tiers[-1])
    return values, shape


def _district_ids(actor: Actor, chosen: int | None) -> list[int] | None:
    if actor.sees_all:
        return None if chosen is None else [chosen]
    if chosen is None:
        return sorted(actor.district_ids)
    return [chosen] if chosen in actor.district_ids else []


def _page(rows: list[tuple], shape: _Shape) -> SchoolPage:
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    if shape.backwards:
        rows.reverse()
    has_previous = more if shape.backwards else shape.cursor
    has_next = True if shape.backwards else more
    return SchoolPage(
        rows=[row[:8] for row in rows],
        count=rows[0][8] if rows else 0,
        previous_id=rows[0][0] if rows and has_previous else None,
        next_id=rows[-1][0] if rows and has_next else None,
    )


_DISTRICT_NAMES = Statement(lambda: District.select(District.id, District.name).order_by(District.sort_key))
_COMMUNE_NAMES = Statement(
    lambda: (
        Commune.select(Commune.id, Commune.name).where(Commune.district == param("district")).order_by(Commune.sort_key)
    )
)


def district_options(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the districts whose schools the actor may see."""
    rows = _DISTRICT_NAMES.rows()
    return rows if actor.sees_all else [row for row in rows if row[0] in actor.district_ids]


def commune_options(district_id: int | None) -> list[tuple[int, str]]:
    """(id, name) of a district's communes; nothing without a district."""
    return _COMMUNE_NAMES.rows(district=district_id) if district_id is not None else []


_FIGURES = Statement(
    lambda: (
        SchoolYearFigures.select(
            SchoolYearFigures.school_year,
            SchoolYearFigures.classes,
            SchoolYearFigures.pupils,
            SchoolYearFigures.staff,
            SchoolYearFigures.national_standard,
        )
        .where(SchoolYearFigures.school == param("school"))
        .order_by(SchoolYearFigures.school_year.desc())
    )
)


def figures_of(school_id: int) -> list[tuple]:
    """(school year, classes, pupils, staff, national standard), the newest year first."""
    return _FIGURES.rows(school=school_id)


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


def place_of(school_id: int) -> tuple[str, str, str]:
    """(district, its office, commune) of a school, in words."""
    district, office, commune = _PLACE.row(school=school_id)
    return district, office, commune or ""
