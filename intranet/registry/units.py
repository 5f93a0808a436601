"""Units that change: what they and their schools' places were before, and the changes themselves (decision D21).

A column that names a district always names the one of today, for it decides who sees what. What was before stands here
as dated rows, so that a day answers both "under which unit then" and "under which unit now".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    Value,
    fn,
)

from intranet.kernel.clock import now
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.tables import Table
from intranet.registry.districts import Commune, District, of_today
from intranet.registry.people import Membership, Person
from intranet.registry.schools import FormerKey, School
from intranet.registry.twinning import Programme

if TYPE_CHECKING:
    from intranet.shared.access import Actor

# What happens to units (domain: đổi tên, gộp, tách, chuyển cơ quan quản lý, giải thể).
RENAME, MERGE, SPLIT, TRANSFER, DISSOLVE = "rename", "merge", "split", "transfer", "dissolve"
CHANGE_KINDS = {
    RENAME: _("Đổi tên"),
    MERGE: _("Gộp"),
    SPLIT: _("Tách"),
    TRANSFER: _("Chuyển cơ quan quản lý"),
    DISSOLVE: _("Giải thể"),
}
# Being prepared; waiting for its day; in effect; taken back; given up.
DRAFT, SCHEDULED, APPLIED, UNDONE, DROPPED = "draft", "scheduled", "applied", "undone", "dropped"
# A change may be taken back for so many days after it took effect.
UNDO_DAYS = 30

FROM, TO = "from", "to"
# A managing unit (a District), or a ward or commune inside one (a Commune).
MANAGING, COMMUNE = "managing", "commune"
BY_FILE, BY_PERSON = "file", "person"
WHOLE, PART = "whole", "part"


class UnitChange(Table):
    """One event with its decree. It takes effect on ``effective_on``, the first day of what is new."""

    kind = CharField(max_length=20)
    title = CharField(max_length=200)
    decree_number = CharField(max_length=60, default="")
    decree_on = DateField(null=True)
    effective_on = DateField()
    note = TextField(default="")
    state = CharField(max_length=20, default=DRAFT)
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)
    applied_at = DateTimeField(null=True)
    # Why it did not take effect on its day, as a sentence; empty when nothing stands in its way.
    hindrance = TextField(default="")

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the changes that the actor may see: administrators all, nobody else any."""
        return None if actor.sees_all else cls.id.is_null()

    def owner(self) -> tuple[None, None]:
        """Whose record this is: nobody's but the administrators'."""
        return None, None


class ChangeUnit(Table):
    """A unit of a change, before (``side`` FROM) or after (TO).

    One that is there already is named by ``district`` or ``commune``; a new one gets its row when the change takes
    effect. A rename has the same unit on both sides. ``heir`` (of a managing FROM) is the TO that goes on with what the
    office had. A new commune (TO) lies in ``district``, that of the communes it was made of.
    """

    change = ForeignKeyField(UnitChange, on_delete="CASCADE", backref="+")
    side = CharField(max_length=4)
    tier = CharField(max_length=10, default=MANAGING)
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    commune = ForeignKeyField(Commune, null=True, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=20, default="")
    code = CharField(max_length=20, default="")
    name = CharField(max_length=200)
    office_name = CharField(max_length=200, default="")
    heir = ForeignKeyField("self", null=True, on_delete="SET NULL", backref="+")
    # The change made this unit; taken back, there is none.
    made = BooleanField(default=False)

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("change", "side", "tier"), False),)


class ChangeLine(Table):
    """From which unit into which: all of it, or a part. A commune's line leads to a commune or to a managing unit."""

    change = ForeignKeyField(UnitChange, on_delete="CASCADE", backref="+")
    source = ForeignKeyField(ChangeUnit, on_delete="CASCADE", backref="+")
    target = ForeignKeyField(ChangeUnit, on_delete="CASCADE", backref="+")
    extent = CharField(max_length=5, default=WHOLE)
    # As the conversion table words it: "Nhập một phần diện tích, toàn bộ dân số".
    note = CharField(max_length=120, default="")

    class Meta:
        indexes = ((("source", "target"), True),)


class Placement(Table):
    """Where a change puts a school. ``target`` is None as long as a person has to choose."""

    change = ForeignKeyField(UnitChange, on_delete="CASCADE", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    target = ForeignKeyField(ChangeUnit, null=True, on_delete="SET NULL", backref="+")
    # BY_FILE where the lines leave no choice, BY_PERSON once somebody chose.
    chosen = CharField(max_length=10, default=BY_FILE)
    person = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")

    class Meta:
        indexes = ((("change", "school"), True),)


class PersonPlacement(Table):
    """Where a change puts somebody of an office that ends. ``continued`` is the work there, once in effect."""

    change = ForeignKeyField(UnitChange, on_delete="CASCADE", backref="+")
    membership = ForeignKeyField(Membership, on_delete="RESTRICT", backref="+")
    target = ForeignKeyField(ChangeUnit, null=True, on_delete="SET NULL", backref="+")
    continued = ForeignKeyField(Membership, null=True, on_delete="RESTRICT", backref="+")
    # The last day that the work had before, if it had one.
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("change", "membership"), True),)


class MovedRow(Table):
    """A row that belonged to an office and went to its heir: to take the change back, it has to be known which."""

    change = ForeignKeyField(UnitChange, on_delete="CASCADE", backref="+")
    table_name = CharField(max_length=80)
    row_id = IntegerField()
    column = CharField(max_length=60)
    before = IntegerField(null=True)
    after = IntegerField(null=True)


class FormerUnit(Table):
    """What a managing unit was called before ``until``, the first day of its next name."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=20)
    code = CharField(max_length=20)
    name = CharField(max_length=200)
    office_name = CharField(max_length=200)
    until = DateField()
    change = ForeignKeyField(UnitChange, null=True, on_delete="RESTRICT", backref="+")

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("district", "until"), False),)


class FormerPlace(Table):
    """Under which unit, and in which commune, a school stood before ``until``, the first day of its next place."""

    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    commune = ForeignKeyField(Commune, null=True, on_delete="RESTRICT", backref="+")
    until = DateField()
    change = ForeignKeyField(UnitChange, null=True, on_delete="RESTRICT", backref="+")

    # What was, stays what it was.
    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("school", "until"), False),)


class Area(Table):
    """A programme's area, "cụm Ứng Hòa cũ": a group of schools that is no administrative unit."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    name = CharField(max_length=120)
    # The unit whose schools these were, and the change that ended it, where the area remembers one.
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    change = ForeignKeyField(UnitChange, null=True, on_delete="RESTRICT", backref="+")
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    of_then = frozenset({"district"})

    class Meta:
        table_name = "programme_area"
        indexes = ((("programme", "name"), True),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the areas that the actor may see: of the programmes that are seen."""
        condition = Programme.visible_to(actor)
        return None if condition is None else cls.programme.in_(Programme.select(Programme.id).where(condition))

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is: the district's that keeps the programme."""
        return self.programme.owner_district_id, None


class AreaSchool(Table):
    """A school of an area."""

    area = ForeignKeyField(Area, on_delete="CASCADE", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "programme_area_school"
        indexes = ((("area", "school"), True),)


def share_areas(school_id: int, origin_id: int) -> None:
    """A school that takes another's place, or comes out of it, is of its areas, too."""
    mine = AreaSchool.select(AreaSchool.area).where(AreaSchool.school == school_id)
    theirs = AreaSchool.select(AreaSchool.area).where(AreaSchool.school == origin_id, AreaSchool.area.not_in(mine))
    for (area_id,) in list(theirs.tuples()):
        AreaSchool.create(area=area_id, school=school_id)


MODELS = (
    UnitChange,
    ChangeUnit,
    ChangeLine,
    Placement,
    PersonPlacement,
    MovedRow,
    FormerUnit,
    FormerPlace,
    Area,
    AreaSchool,
)


def unit_on(district: District, day: date | None) -> District | FormerUnit:
    """The unit as it was called on a day: an object with ``kind``, ``code``, ``name`` and ``office_name``."""
    if day is None:
        return district
    former = FormerUnit.select().where(FormerUnit.district == district, FormerUnit.until > day)
    return former.order_by(FormerUnit.until).first() or district


def district_on(school: School, day: date | None) -> District:
    """The unit that managed a school on a day."""
    if day is None:
        return school.district
    former = FormerPlace.select().where(FormerPlace.school == school, FormerPlace.until > day)
    place = former.order_by(FormerPlace.until).first()
    return place.district if place else school.district


def district_at(school_id: Any, day: Any, today_district: Any) -> Any:
    """SQL value: the id of the unit that managed a school on a day; each of the three is a column or a value.

    ``today_district`` is the school's unit of today, which most of them always had. PostgreSQL groups by it only in a
    query around the one that selects it.
    """
    place = FormerPlace.alias()
    then = place.select(place.district).where(place.school == school_id, place.until > day).order_by(place.until)
    return fn.COALESCE(then.limit(1), today_district)


def former_words(school_id: Any = None) -> Any:
    """Query for (school, words) by which people go on looking for it: of all schools, or of one.

    They are its former names and codes, and the units and communes in which it stood: "Ứng Hòa cũ".
    """
    old = Value(" cũ")
    stood = FormerPlace.school.in_(School.select(School.id).where(School.erased_at.is_null()))
    keys = FormerKey.select(FormerKey.school, FormerKey.value)
    units = FormerPlace.select(FormerPlace.school, District.name.concat(old)).join(District).where(stood)
    communes = FormerPlace.select(FormerPlace.school, Commune.name.concat(old)).join(Commune).where(stood)
    if school_id is not None:
        keys = keys.where(FormerKey.school == school_id)
        units, communes = (query.where(FormerPlace.school == school_id) for query in (units, communes))
    return keys.union_all(units).union_all(communes)


def refresh_search(school_ids: Collection[int]) -> None:
    """Write anew by which words schools are found, once they were put elsewhere. Call inside the transaction."""
    former: dict[int, list[str]] = defaultdict(list)
    for school_id, words in former_words().tuples():
        former[school_id].append(words)
    communes = dict(Commune.select(Commune.id, Commune.name).tuples())
    for school in School.select().where(School.id.in_(sorted(school_ids)), School.erased_at.is_null()):
        school.set_keys(communes.get(school.commune_id, ""), " ".join(former[school.id]))
        school.save()


def successors_of(district: District) -> list[District]:
    """The units of today in which the schools of a unit of before are, and who goes on with its office."""
    stood = FormerPlace.select(FormerPlace.school).where(FormerPlace.district == district)
    theirs = School.select(School.district).where(School.id.in_(stood))
    now_there = District.id.in_(theirs) | (District.id == district.merged_into_id)
    return list(District.select().where(now_there, District.id != district.id, of_today()).order_by(District.sort_key))
