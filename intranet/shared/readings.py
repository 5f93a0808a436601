"""Under which unit numbers stand: the one that managed a school then, or the one that does today (decision D21)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from intranet.kernel.clock import today
from intranet.kernel.dates import show_date
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import Statement, param
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.units import FormerPlace, FormerUnit, district_at
from intranet.shared.tasks import as_date

THEN, NOW = "then", "now"


class Units(NamedTuple):
    """What something counts for: the unit of then, and the one of today."""

    then: int | None
    now: int | None

    def of(self, reading: str) -> int | None:
        """The one of a reading."""
        return self.then if reading == THEN else self.now


READING_LABELS = {NOW: _("Quy đổi về đơn vị hiện nay"), THEN: _("Theo đơn vị tại thời điểm")}


def default_reading(last: date) -> str:
    """What a reader gets unasked of the days until ``last``.

    What is over was told under the names of then, and whoever compares it with the papers of then finds the same lines.
    What goes on is about the schools that a unit has today, as are all lists of schools.
    """
    return THEN if last < today() else NOW


def unit_of(reading: str, school_id: Any, day: Any, today_district: Any) -> Any:
    """SQL value: the id of the unit that what a school did on a day counts for.

    Each of the three is a column or a value; ``today_district`` is an access column, which names the unit of today.
    """
    return district_at(school_id, day, today_district) if reading == THEN else today_district


_MERGED = Statement(
    lambda: (
        School.select(School.id, School.merged_into, _HEIR.district)
        .join(_HEIR, on=(School.merged_into == _HEIR.id))
        .where(School.merged_into.is_null(False))
    )
)
_HEIR = School.alias()


def units_of_merged() -> dict[int, int]:
    """{merged school: the unit today of the school that it is part of by now}: there its past counts today."""
    rows = {id_: (into, unit) for id_, into, unit in _MERGED.rows()}
    return {id_: _last_unit(id_, rows) for id_ in rows}


def _last_unit(school_id: int, rows: Mapping[int, tuple[int, int]]) -> int:
    into, unit = rows[school_id]
    return _last_unit(into, rows) if into in rows else unit


_UNITS = Statement(
    lambda: District.select(District.id, District.name, District.valid_from, District.valid_to).order_by(
        District.sort_key, District.id
    )
)
# The latest comes first, so that the name which ended next after the day stays.
_NAMES = Statement(
    lambda: (
        FormerUnit.select(FormerUnit.district, FormerUnit.name)
        .where(FormerUnit.until > param("day"))
        .order_by(FormerUnit.until.desc())
    )
)


def _named(ids: Collection[int], reading: str, day: date) -> list[tuple[int, str, date | None, date | None]]:
    """(unit, its name as a day calls it, its first and its last day), in the alphabet's order of today."""
    then = dict(_NAMES.rows(day=min(day, today()))) if reading == THEN else {}
    return [
        (id_, then.get(id_, name), as_date(first), as_date(last))
        for id_, name, first, last in _UNITS.rows()
        if id_ in ids
    ]


def unit_names(ids: Collection[int], reading: str, day: date) -> dict[int, str]:
    """{unit: its name} of a reading, in the alphabet's order; of then as a day calls it."""
    return {id_: name for id_, name, *_days in _named(ids, reading, day)}


def dated_names(ids: Collection[int], reading: str, first: date, day: date) -> dict[int, str]:
    """As unit_names(); of units of then the name says until when, or since when after ``first``, they were there."""
    return {
        id_: _dated(name, valid_from, valid_to, first) if reading == THEN else name
        for id_, name, valid_from, valid_to in _named(ids, reading, day)
    }


def _dated(name: str, valid_from: date | None, valid_to: date | None, first: date) -> str:
    # A unit's name is Vietnamese in every language, and so is what belongs to it.
    if valid_to is not None and valid_to < today():
        return f"{name} (đến {show_date(valid_to)})"
    if valid_from is not None and valid_from > first:
        return f"{name} (từ {show_date(valid_from)})"
    return name


# --- What has changed ---

_MOVED = Statement(
    lambda: (
        FormerPlace.select(FormerPlace.district, School.district)
        .join(School)
        .where(FormerPlace.until > param("day"), FormerPlace.district != School.district)
        .distinct()
    )
)
_LEFT = Statement(lambda: School.select(School.id).where(School.district == param("district")).limit(1))


def came_since(district_id: int, day: date) -> bool:
    """Whether schools came to a unit from another one after a day: what it counts of before is converted to today."""
    return any(now == district_id for _before, now in _MOVED.rows(day=day))


def divided_since(district_id: int, day: date) -> bool:
    """Whether a unit shares what another one counted, on or after a day, with others: it came in place of a part.

    Or itself gave schools away. Then what was published before, less what would be published today, tells the rest.
    """
    moved = set(_MOVED.rows(day=day))
    origins = {before for before, now in moved if district_id in (before, now)}
    elsewhere = {(before, now) for before, now in moved if before in origins and now != district_id}
    return bool(elsewhere) or any(_LEFT.row(district=unit) for unit in origins - {district_id})
