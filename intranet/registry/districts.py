"""Managing units (districts today, communes after 1 July 2025) and the communes inside them.

A unit has its own id; its official code is opaque text that history may change or give to another unit, so a code
never identifies a unit without its dates (Resolution 1656/NQ-UBTVQH15 reused seven of 43 codes here).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from peewee import BooleanField, CharField, DateField, ForeignKeyField, TextField

from intranet.kernel.clock import today
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.statements import Statement, param
from intranet.kernel.tables import SortKeyField, Table
from intranet.kernel.text import canonical, match_key, sort_key

DISTRICT_KINDS = ("quan", "huyen", "thi_xa", "thanh_pho", "phuong", "xa", "dac_khu")


class District(Table):
    """A unit that manages schools and takes part in programmes."""

    # Of units of today it is unique, by rule; an official code is given to another unit later (docs/units.md).
    code = CharField(max_length=20, index=True)
    kind = CharField(max_length=20)
    name = CharField(max_length=200)
    office_name = CharField(max_length=200)
    sort_key = SortKeyField()
    note = TextField(default="")
    valid_from = DateField(null=True)
    # The last day of a unit that was dissolved; ``merged_into`` is who goes on with what its office had.
    valid_to = DateField(null=True)
    merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")

    of_then = frozenset({"merged_into"})

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.id, None


def of_today(row: Any = District, day: Any = None) -> Any:
    """Condition: the unit is there on ``day``, by default today, neither dissolved nor yet to come."""
    day = today() if day is None else day
    return (row.valid_to.is_null() | (row.valid_to >= day)) & (row.valid_from.is_null() | (row.valid_from <= day))


def district_by_code(code: str) -> District | None:
    """The unit of today with this code; of those of before, the last one that had it."""
    rows = list(District.select().where(District.code == code).order_by(District.id.desc()))
    return next((row for row in rows if row.valid_to is None), rows[0] if rows else None)


def dissolved_into(district_id: int | None) -> Any:
    """Query for the ids of the units whose successor this one is, directly or through others that were dissolved."""
    direct = District.select(District.id).where(District.merged_into == district_id)
    found = direct.cte("dissolved", recursive=True, columns=("id",))
    former = District.alias()
    found = found.union(former.select(former.id).join(found, on=(former.merged_into == found.c.id)))
    return found.select_from(found.c.id)


@lru_cache(maxsize=20)
def _options(among: int | None) -> Statement:
    """Of all units, or of so many whose ids are the parameters id0, id1, …"""
    query = District.select(District.id, District.name).where(of_today(District, param("day")))
    if among is not None:
        query = query.where(District.id.in_([param(f"id{at}") for at in range(among)]))
    return Statement(lambda: query.order_by(District.sort_key))


def district_options(kept: Collection[int | None] = (), among: Collection[int] | None = None) -> list[tuple[int, str]]:
    """(id, name) of the units of today to choose from, then those of before that somebody chose already.

    With ``among``, only units of these ids.
    """
    ids = {f"id{at}": id_ for at, id_ in enumerate(among or ())}
    rows = _options(None if among is None else len(among)).rows(day=today(), **ids)
    chosen = {id_ for id_ in kept if id_ is not None and (among is None or id_ in among)}
    gone = chosen and chosen - {id_ for id_, _name in rows}
    return [*rows, *_marked(District, District.id.in_(sorted(gone)))] if gone else rows


def _marked(table: type[Table], condition: Any) -> list[tuple[int, str]]:
    """Units of before with their last day: one of today may have the same name."""
    found = table.select(table.id, table.name, table.valid_to).where(condition).order_by(table.sort_key, table.id)
    until = _("%(name)s (đến %(day)s)")
    return [(id_, until % {"name": name, "day": show_date(day)} if day else name) for id_, name, day in found.tuples()]


def former_district_options() -> list[tuple[int, str]]:
    """(id, name) of all units that were dissolved, for what looks back."""
    return _marked(District, District.valid_to < today())


def closed_sentence(district: District) -> str | None:
    """Why nothing new can be put into a unit: it was dissolved, or is still to come. None where it can."""
    day = today()
    if district.valid_from and district.valid_from > day:
        return _("%(name)s bắt đầu từ ngày %(day)s.") % {"name": district.name, "day": show_date(district.valid_from)}
    if district.valid_to is None or district.valid_to >= day:
        return None
    names = {"name": district.name, "day": show_date(district.valid_to)}
    if district.merged_into_id is None:
        return _("%(name)s không còn từ sau ngày %(day)s; hãy chọn đơn vị hiện nay.") % names
    names["heir"] = district.merged_into.name
    return _("%(name)s không còn từ sau ngày %(day)s; nay là %(heir)s.") % names


class Commune(Table):
    """A ward or commune, as the district's lists write it."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    code = CharField(max_length=20, null=True)
    # The last day of one that was merged or cut up.
    valid_to = DateField(null=True)
    name = CharField(max_length=200)
    match_key = CharField(max_length=300)
    sort_key = SortKeyField()

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("district", "match_key"), True),)


class DistrictModule(Table):
    """Whether a district uses a module. No row means: never switched on."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    module = CharField(max_length=60)
    enabled = BooleanField(default=False)

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("district", "module"), True),)


_COMMUNES = Statement(
    lambda: (
        Commune.select(Commune.id, Commune.name)
        .where(Commune.district == param("district"))
        .where(Commune.valid_to.is_null() | (Commune.valid_to >= param("day")))
        .order_by(Commune.sort_key)
    )
)


def commune_options(district_id: int | None, kept: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of a unit's communes of today, then the one of before that is chosen already; none without a unit."""
    if district_id is None:
        return []
    rows = _COMMUNES.rows(district=district_id, day=today())
    if kept is None or any(id_ == kept for id_, _name in rows):
        return rows
    return [*rows, *_marked(Commune, (Commune.id == kept) & (Commune.district == district_id))]


class CommuneEnded(Exception):
    """The name is that of a commune which is no more; the text says so. Only a decree brings it back."""

    def __init__(self, commune: Commune) -> None:
        day = show_date(commune.valid_to)
        super().__init__(
            _("%(name)s không còn từ sau ngày %(day)s; hãy ghi tên xã, phường hiện nay.")
            % {"name": commune.name, "day": day}
        )
        self.commune = commune


def find_or_add_commune(district_id: int, name: str) -> Commune:
    """The district's commune of that name, wherever the tone stands (Hòa = Hoà); added when it is new.

    Raises CommuneEnded for one that is no more.
    """
    name = canonical(name)
    commune, _added = Commune.get_or_create(
        district=district_id,
        match_key=match_key(name),
        defaults={"name": name, "sort_key": sort_key(name)},
    )
    if commune.valid_to is not None and commune.valid_to < today():
        raise CommuneEnded(commune)
    return commune
