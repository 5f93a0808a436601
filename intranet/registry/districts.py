"""Managing units (districts today, communes after 1 July 2025) and the communes inside them.

A unit has its own id; its official code is opaque text that history may change or give to another unit, so a code
never identifies a unit without its dates (Resolution 1656/NQ-UBTVQH15 reused seven of 43 codes here).
"""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, DateField, ForeignKeyField, TextField

from intranet.kernel.clock import today
from intranet.kernel.database import SortKeyField, Table
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


def of_today(row: Any = District) -> Any:
    """Condition: the unit is there today, neither dissolved nor yet to come."""
    day = today()
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


def find_or_add_commune(district_id: int, name: str) -> Commune:
    """The district's commune of that name, wherever the tone stands (Hòa = Hoà); added when it is new."""
    name = canonical(name)
    commune, _ = Commune.get_or_create(
        district=district_id,
        match_key=match_key(name),
        defaults={"name": name, "sort_key": sort_key(name)},
    )
    return commune
