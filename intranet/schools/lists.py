"""The list of schools: filters, columns, pages. A stored statement for each combination of filters and columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from peewee import JOIN, SQL, EnclosedNodeList, Expression, Select, fn

from intranet.kernel import fulltext
from intranet.kernel.database import is_postgres
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import Statement, param
from intranet.kernel.text import search_tiers
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School, SchoolYearFigures
from intranet.registry.twinning import TWINNED, Pairing
from intranet.shared.access import Actor
from intranet.shared.paging import turn

PAGE_SIZE = 50
COUNT_LIMIT = 1000
OPEN, CLOSED, ALL = "open", "closed", "all"

# The columns that a person may choose; those after the first nine are shown where decision D1 allows.
LIST_COLUMNS = {
    "levels": _("Cấp học"),
    "commune": _("Xã, phường"),
    "district": _("Đơn vị"),
    "code": _("Mã trường"),
    "paired": _("Kết nghĩa"),
    "short_name": _("Tên viết tắt"),
    "ownership": _("Loại hình"),
    "difficult_area": _("Vùng khó khăn"),
    "founded_year": _("Năm thành lập"),
    "classes": _("Lớp"),
    "pupils": _("Học sinh"),
    "staff": _("CB, GV, NV"),
    "national_standard": _("Chuẩn quốc gia"),
    "principal_name": _("Hiệu trưởng"),
    "phone": _("Điện thoại"),
    "email": _("Email"),
    "website": _("Website"),
    "address": _("Địa chỉ"),
}
DEFAULT_COLUMNS = ("levels", "commune", "district", "code", "paired")
PRIVATE_COLUMNS = tuple(LIST_COLUMNS)[9:]
FIGURE_COLUMNS = PRIVATE_COLUMNS[:4]
NUMBER_COLUMNS = ("founded_year", *FIGURE_COLUMNS[:3])
_NOT_SHOWN = (None,) * len(PRIVATE_COLUMNS)


@cache
def column_labels(_language: str) -> dict[str, str]:
    """LIST_COLUMNS in a language: looking each label up takes as long as a row."""
    return {key: str(label) for key, label in LIST_COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows. ``after`` and ``before`` are the ids of the rows beside the page.

    ``state`` is OPEN, CLOSED or ALL; ``difficult`` and ``paired`` are 1 or 0, None for both.
    """

    query: str = ""
    district_id: int | None = None
    level: int | None = None
    commune_id: int | None = None
    ownership: str = ""
    state: str = OPEN
    difficult: int | None = None
    paired: int | None = None
    after: int | None = None
    before: int | None = None

    def without(self, **fields: Any) -> Filters:
        """The same from the first page on, with the fields changed."""
        return replace(self, **{"after": None, "before": None, **fields})


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything that changes the SQL text."""

    districts: int | None
    columns: tuple[str, ...]
    words: bool = False
    # Readings of the query and tokens of each, where there are several: the strictest stand first.
    ranked: tuple[int, int] | None = None
    level: bool = False
    commune: bool = False
    ownership: bool = False
    state: str = OPEN
    difficult: int | None = None
    paired: int | None = None
    backwards: bool = False
    cursor: bool = False
    postgres: bool = False


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """A page of the list.

    ``rows`` are (id, name, code, levels, commune, district, illustrative, paired, district id, last day, short name,
    ownership, difficult area, founding year, and the values of PRIVATE_COLUMNS); what was not asked for is None.
    """

    rows: list[tuple]
    count: int
    previous_id: int | None
    next_id: int | None


FIRST_PRIVATE = 14


def _filtered(query: Select, shape: _Shape, schools: Any = School) -> Select:
    query = query.where(schools.deleted_at.is_null())
    if shape.state != ALL:
        query = query.where(schools.closed_on.is_null(shape.state == OPEN))
    if shape.districts is not None:
        query = query.where(schools.district.in_([param(f"district{i}") for i in range(shape.districts)]))
    if shape.words:
        query = query.where(fulltext.contains(schools.search_text, "words"))
    if shape.level:
        query = query.where(schools.levels.bin_and(param("level")) != 0)
    if shape.commune:
        query = query.where(schools.commune == param("commune"))
    if shape.ownership:
        query = query.where(schools.ownership == param("ownership"))
    if shape.difficult is not None:
        query = query.where(schools.difficult_area == bool(shape.difficult))
    if shape.paired is not None:
        query = query.where(_paired(schools) if shape.paired else ~_paired(schools))
    return query


def _paired(schools: Any = School) -> Any:
    pairs = Pairing.alias()
    return fn.EXISTS(
        pairs.select(SQL("1")).where(
            pairs.state.in_(TWINNED), (pairs.first_school == schools.id) | (pairs.second_school == schools.id)
        )
    )


def _rank(shape: _Shape) -> list[Any]:
    return [fulltext.rank(School.search_text, *shape.ranked)] if shape.ranked else []


def _selected(shape: _Shape) -> list[Any]:
    """The fields of a row: only what is shown is read."""

    def shown(name: str, field: Any) -> Any:
        return field if name in shape.columns else SQL("NULL")

    fields = [School.id, School.name, shown("code", School.code), shown("levels", School.levels)]
    fields += [shown("commune", Commune.name), shown("district", District.name), School.illustrative]
    fields += [shown("paired", _paired()), School.district, School.closed_on]
    names = ("short_name", "ownership", "difficult_area", "founded_year")
    fields += [shown(name, getattr(School, name)) for name in names]
    return fields + [
        shown(name, getattr(SchoolYearFigures if name in FIGURE_COLUMNS else School, name)) for name in PRIVATE_COLUMNS
    ]


def _joined(query: Select, shape: _Shape) -> Select:
    if "district" in shape.columns:
        query = query.join(District).switch(School)
    if "commune" in shape.columns:
        query = query.join(Commune, JOIN.LEFT_OUTER).switch(School)
    if set(FIGURE_COLUMNS) & set(shape.columns):
        years = SchoolYearFigures.alias()
        newest = years.select(fn.MAX(years.school_year)).where(years.school == School.id)
        of_newest = (SchoolYearFigures.school == School.id) & (SchoolYearFigures.school_year == newest)
        query = query.join(SchoolYearFigures, JOIN.LEFT_OUTER, on=of_newest)
    return query


@lru_cache(maxsize=500)
def _list(shape: _Shape) -> Statement:
    def build() -> Select:
        keys = _keys(shape)
        query = _filtered(_joined(School.select(*_selected(shape), _count(shape)), shape), shape)
        if shape.cursor:
            place = [*([param("at_rank")] if shape.ranked else []), param("at_key"), param("at_id")]
            compare = "<" if shape.backwards else ">"
            query = query.where(Expression(EnclosedNodeList(keys), compare, EnclosedNodeList(place)))
        order = [key.desc() if shape.backwards else key.asc() for key in keys]
        return query.order_by(*order).limit(PAGE_SIZE + 1)

    return Statement(build)


def _keys(shape: _Shape) -> list[Any]:
    return [*_rank(shape), School.sort_key, School.id]


def _count(shape: _Shape) -> Select:
    """How many rows the filters leave, counted up to COUNT_LIMIT + 1. One number for all rows of the page."""
    others = School.alias()
    found = _filtered(others.select(SQL("1")), replace(shape, cursor=False), others).limit(COUNT_LIMIT + 1)
    return Select([found.alias("found")], [fn.COUNT(SQL("*"))])


@lru_cache(maxsize=500)
def _ids(shape: _Shape, limit: int) -> Statement:
    return Statement(lambda: _filtered(School.select(School.id), shape).order_by(*_keys(shape)).limit(limit))


def filtered_ids(actor: Actor, filters: Filters, limit: int) -> list[int]:
    """The ids of the schools that fit the filters, in the order of the list: all pages, but no more than ``limit``."""
    values, shape = _values(actor, filters, ())
    return [] if values is None else [row[0] for row in _ids(shape, limit).rows(**values)]


_CURSOR = Statement(lambda: School.select(School.sort_key, School.search_text).where(School.id == param("id")))


def school_page(actor: Actor, filters: Filters, columns: tuple[str, ...] = DEFAULT_COLUMNS) -> SchoolPage:
    """The schools that the actor may see and that fit the filters, in Vietnamese order.

    Where the query carries marks, schools written with those marks come first. ``columns`` are keys of LIST_COLUMNS.
    """
    values, shape = _values(actor, filters, columns)
    if values is None:
        return SchoolPage([], 0, None, None)
    cursor_id = filters.after or filters.before
    if cursor_id is not None:
        row = _CURSOR.row(id=cursor_id)
        if row is not None:
            key, text = row
            place = fulltext.rank_of(text, search_tiers(filters.query)) if shape.ranked else 0
            values |= {"at_rank": place, "at_key": key, "at_id": cursor_id}
            shape = replace(shape, cursor=True, backwards=filters.after is None)
    rows = _list(shape).rows(**values)
    if not rows and shape.cursor:
        # The rows beside the page are gone: the list begins anew.
        return school_page(actor, filters.without(), columns)
    return _page(actor, rows, shape)


def _values(actor: Actor, filters: Filters, columns: tuple[str, ...]) -> tuple[dict[str, Any] | None, _Shape]:
    districts = _district_ids(actor, filters.district_id)
    tiers = search_tiers(filters.query)
    shape = _Shape(
        districts=None if districts is None else len(districts),
        columns=columns,
        words=bool(tiers),
        ranked=(len(tiers), len(tiers[0])) if len(tiers) > 1 else None,
        level=filters.level is not None,
        commune=filters.commune_id is not None,
        ownership=bool(filters.ownership),
        state=filters.state,
        difficult=filters.difficult,
        paired=filters.paired,
        postgres=is_postgres(),
    )
    if districts == [] or (filters.query and not tiers):
        return None, shape
    values = {f"district{i}": district_id for i, district_id in enumerate(districts or ())}
    values |= {"level": filters.level, "commune": filters.commune_id, "ownership": filters.ownership}
    if tiers:
        values["words"] = fulltext.words(tiers[-1])
    if shape.ranked:
        values |= fulltext.rank_values(tiers)
    return values, shape


def _district_ids(actor: Actor, chosen: int | None) -> list[int] | None:
    if actor.sees_all:
        return None if chosen is None else [chosen]
    if chosen is None:
        return sorted(actor.district_ids)
    return [chosen] if chosen in actor.district_ids else []


def _page(actor: Actor, rows: list[tuple], shape: _Shape) -> SchoolPage:
    rows, ends = turn(rows, PAGE_SIZE, backwards=shape.backwards, cursor=shape.cursor)
    return SchoolPage(
        rows=_blanked(actor, rows, shape),
        **ends,
    )


def _blanked(actor: Actor, rows: list[tuple], shape: _Shape) -> list[tuple]:
    """The rows without the count, and without what the actor may not see of a school (decision D1)."""
    if actor.sees_all or not set(PRIVATE_COLUMNS) & set(shape.columns):
        return [row[:-1] for row in rows]
    return [
        row[:-1]
        if row[8] == actor.district_id or row[0] in actor.partner_school_ids
        else row[:FIRST_PRIVATE] + _NOT_SHOWN
        for row in rows
    ]
