"""The list of pairs: filters and pages. A stored statement for each combination of filters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import SQL, EnclosedNodeList, Expression, Select, fn

from intranet.kernel import fulltext
from intranet.kernel.clock import now
from intranet.kernel.database import is_postgres
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import Statement, param
from intranet.kernel.text import search_tokens
from intranet.pairings import flags
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import (
    ACCEPTED,
    OVER,
    PAIRING_STATES,
    PROPOSED,
    SUGGESTED,
    TWINNED,
    Pairing,
    Programme,
    programmes_of,
)
from intranet.registry.units import Area, AreaSchool
from intranet.shared.access import Actor
from intranet.shared.paging import turn
from intranet.shared.tasks import as_date, as_datetime

PAGE_SIZE = 50
COUNT_LIMIT = 1000

# Several states under one name.
GROUPS = {"preparing": (SUGGESTED, PROPOSED, ACCEPTED), "twinned": TWINNED, "over": OVER}
GROUP_LABELS = {"preparing": _("Đang chuẩn bị"), "twinned": _("Đã kết nghĩa"), "over": _("Đã qua")}
STATE_CHOICES = {**GROUP_LABELS, **PAIRING_STATES}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows. ``after`` and ``before`` are the ids of the rows beside the page.

    ``state`` is a state or one of GROUPS, ``flag`` one of flags.FLAG_LABELS; empty for all.
    """

    query: str = ""
    programme_id: int | None = None
    state: str = ""
    district_id: int | None = None
    level: int | None = None
    area_id: int | None = None
    flag: str = ""
    after: int | None = None
    before: int | None = None

    def without(self, **fields: Any) -> Filters:
        """The same from the first page on, with the fields changed."""
        return replace(self, **{"after": None, "before": None, **fields})


class Row(NamedTuple):
    """A line of the list. ``age`` is for how many days it has stood in its state; the flags concern two of the days."""

    id: int
    first: str
    first_district: str
    second: str
    second_district: str
    programme: str
    cluster: str
    state: str
    age: int
    last_activity_on: date | None
    silent: bool
    next_due_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class PairPage:
    """A page of the list."""

    rows: list[Row]
    count: int
    previous_id: int | None
    next_id: int | None


# Whose pairs: everybody's, those of a school, those of a district.
EVERY, OF_SCHOOL, OF_DISTRICT = "every", "school", "district"


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything that changes the SQL text."""

    scope: str
    words: bool = False
    programme: bool = False
    state: str = ""
    district: bool = False
    level: bool = False
    area: bool = False
    flag: str = ""
    backwards: bool = False
    cursor: bool = False
    postgres: bool = False


def _filtered(query: Select, shape: _Shape, pairs: Any, first: Any, second: Any) -> Select:
    if shape.scope == OF_SCHOOL:
        query = query.where((pairs.first_school == param("own")) | (pairs.second_school == param("own")))
    elif shape.scope == OF_DISTRICT:
        query = query.where((pairs.first_district == param("own")) | (pairs.second_district == param("own")))
    if shape.words:
        query = query.where(pairs.first_school.in_(_named()) | pairs.second_school.in_(_named()))
    if shape.programme:
        query = query.where(pairs.programme == param("programme"))
    if shape.state:
        query = query.where(pairs.state.in_(GROUPS.get(shape.state, (shape.state,))))
    if shape.district:
        query = query.where((pairs.first_district == param("district")) | (pairs.second_district == param("district")))
    if shape.level:
        levels = first.levels.bin_and(param("level")), second.levels.bin_and(param("level"))
        query = query.where((levels[0] != 0) | (levels[1] != 0))
    if shape.area:
        query = query.where(of_area(pairs))
    if shape.flag:
        query = query.where(flags.condition(shape.flag, pairs))
    return query


def of_area(pairs: Any) -> Any:
    """Condition: one of the two schools is of the area that a statement asks for."""
    schools = AreaSchool.select(AreaSchool.school).where(AreaSchool.area == param("area"))
    return pairs.first_school.in_(schools) | pairs.second_school.in_(schools)


def _named() -> Select:
    """The schools whose names have the words."""
    return fulltext.containing(School.search_text, "words", School.id)


def _joined(pairs: Any, first: Any, second: Any, *fields: Any) -> Select:
    return (
        pairs.select(*fields)
        .join(first, on=(pairs.first_school == first.id))
        .switch(pairs)
        .join(second, on=(pairs.second_school == second.id))
    )


@lru_cache(maxsize=500)
def _list(shape: _Shape) -> Statement:
    def build() -> Select:
        first, second, of_first, of_second = School.alias(), School.alias(), District.alias(), District.alias()
        query = _joined(
            *(Pairing, first, second, Pairing.id, first.name, of_first.name, second.name, of_second.name),
            *(Programme.title, Pairing.cluster, Pairing.state, Pairing.state_since),
            *(Pairing.last_activity_on, Pairing.started_on, Pairing.next_due_on, _count(shape)),
        )
        query = (
            query.switch(Pairing)
            .join(of_first, on=(Pairing.first_district == of_first.id))
            .switch(Pairing)
            .join(of_second, on=(Pairing.second_district == of_second.id))
            .switch(Pairing)
            .join(Programme)
        )
        query = _filtered(query, shape, Pairing, first, second)
        keys = [first.sort_key, Pairing.id]
        if shape.cursor:
            place = EnclosedNodeList([param("at_key"), param("at_id")])
            query = query.where(Expression(EnclosedNodeList(keys), "<" if shape.backwards else ">", place))
        order = [key.desc() if shape.backwards else key.asc() for key in keys]
        return query.order_by(*order).limit(PAGE_SIZE + 1)

    return Statement(build)


def _count(shape: _Shape) -> Select:
    """How many rows the filters leave, counted up to COUNT_LIMIT + 1. One number for all rows of the page."""
    pairs, first, second = Pairing.alias(), School.alias(), School.alias()
    found = _joined(pairs, first, second, SQL("1")) if shape.level else pairs.select(SQL("1"))
    found = _filtered(found, replace(shape, cursor=False), pairs, first, second).limit(COUNT_LIMIT + 1)
    return Select([found.alias("found")], [fn.COUNT(SQL("*"))])


@lru_cache(maxsize=500)
def _ids(shape: _Shape, limit: int) -> Statement:
    def build() -> Select:
        first, second = School.alias(), School.alias()
        query = _filtered(_joined(Pairing, first, second, Pairing.id), shape, Pairing, first, second)
        return query.order_by(first.sort_key, Pairing.id).limit(limit)

    return Statement(build)


def filtered_ids(actor: Actor, filters: Filters, limit: int) -> list[int]:
    """The ids of the pairs that fit the filters, in the order of the list: all pages, but no more than ``limit``."""
    values, shape = _values(actor, filters)
    return [] if values is None else [row[0] for row in _ids(shape, limit).rows(**values)]


_CURSOR = Statement(
    lambda: (
        Pairing.select(School.sort_key)
        .join(School, on=(Pairing.first_school == School.id))
        .where(Pairing.id == param("id"))
    )
)


def pair_page(actor: Actor, filters: Filters) -> PairPage:
    """The pairs that the actor may see and that fit the filters, by the first school's name."""
    values, shape = _values(actor, filters)
    if values is None:
        return PairPage([], 0, None, None)
    cursor_id = filters.after or filters.before
    if cursor_id is not None:
        key = _CURSOR.value(id=cursor_id)
        if key is not None:
            values |= {"at_key": key, "at_id": cursor_id}
            shape = replace(shape, cursor=True, backwards=filters.after is None)
    rows = _list(shape).rows(**values)
    if not rows and shape.cursor:
        # The rows beside the page are gone: the list begins anew.
        return pair_page(actor, filters.without())
    return _page(rows, shape)


def _values(actor: Actor, filters: Filters) -> tuple[dict[str, Any] | None, _Shape]:
    tokens = search_tokens(filters.query)
    scope = EVERY if actor.sees_all else OF_SCHOOL if actor.school_id else OF_DISTRICT
    shape = _Shape(
        scope=scope,
        words=bool(tokens),
        programme=filters.programme_id is not None,
        state=filters.state,
        district=filters.district_id is not None,
        level=filters.level is not None,
        area=filters.area_id is not None,
        flag=filters.flag,
        postgres=is_postgres(),
    )
    if filters.query and not tokens:
        return None, shape
    values = {"own": actor.school_id if scope == OF_SCHOOL else actor.district_id, "programme": filters.programme_id}
    values |= {"district": filters.district_id, "level": filters.level, "words": fulltext.words(tokens)}
    values["area"] = filters.area_id
    return values | flags.values(), shape


def _page(rows: list[tuple], shape: _Shape) -> PairPage:
    rows, ends = turn(rows, PAGE_SIZE, backwards=shape.backwards, cursor=shape.cursor)
    limits = flags.values()
    return PairPage(
        rows=[_row(row, limits) for row in rows],
        **ends,
    )


def _row(row: tuple, limits: dict[str, Any]) -> Row:
    *names, state, since, last_on, started_on, due_on, _count = row
    last_on, started_on, due_on = as_date(last_on), as_date(started_on), as_date(due_on)
    last = last_on or started_on
    if state in OVER:
        # Nothing is due from a pair that is over.
        due_on = None
    return Row(
        *names,
        state=state,
        age=max(0, (now() - as_datetime(since)).days),
        last_activity_on=last_on,
        silent=state in flags.LIVE and (last is None or last < limits["silent"]),
        next_due_on=due_on,
        late=due_on is not None and due_on < limits["today"] and state in flags.PROMISED,
    )


_PROGRAMMES = Statement(
    lambda: (
        Programme.select(Programme.id, Programme.title)
        .where(programmes_of(param("district")))
        .order_by(Programme.id.desc())
    )
)
_ALL_PROGRAMMES = Statement(lambda: Programme.select(Programme.id, Programme.title).order_by(Programme.id.desc()))


def programme_options(actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the programmes that the actor's district sees, the latest first."""
    return _ALL_PROGRAMMES.rows() if actor.sees_all else _PROGRAMMES.rows(district=actor.district_id)


_AREAS = Statement(
    lambda: (
        Area.select(Area.id, Area.name)
        .join(Programme)
        .where(programmes_of(param("district")))
        .order_by(Programme.id.desc(), Area.name)
    )
)
_ALL_AREAS = Statement(lambda: Area.select(Area.id, Area.name).order_by(Area.programme.desc(), Area.name))


def area_options(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the areas of these programmes."""
    return _ALL_AREAS.rows() if actor.sees_all else _AREAS.rows(district=actor.district_id)
