"""Schools and their figures per school year."""

from __future__ import annotations

from enum import IntFlag
from functools import cache
from typing import TYPE_CHECKING, Any

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from intranet.kernel.clock import now
from intranet.kernel.language import language
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.statements import Statement, among
from intranet.kernel.tables import SortKeyField, Table
from intranet.kernel.text import match_key, search_text, sort_key
from intranet.registry.districts import Commune, District

if TYPE_CHECKING:
    from intranet.shared.access import Actor


class Level(IntFlag):
    """Levels that a school teaches; one school may have several."""

    PRESCHOOL = 1
    PRIMARY = 2
    LOWER_SECONDARY = 4
    UPPER_SECONDARY = 8


LEVEL_LABELS = {
    Level.PRESCHOOL: _("Mầm non"),
    Level.PRIMARY: _("Tiểu học"),
    Level.LOWER_SECONDARY: _("THCS"),
    Level.UPPER_SECONDARY: _("THPT"),
}
# Folded words by which people look for a level, whatever the school's own name says.
LEVEL_WORDS = {
    Level.PRESCHOOL: "mam non mn",
    Level.PRIMARY: "tieu hoc th",
    Level.LOWER_SECONDARY: "thcs trung hoc co so",
    Level.UPPER_SECONDARY: "thpt trung hoc pho thong",
}
OWNERSHIP_LABELS = {
    "cong_lap": _("Công lập"),
    "dan_lap": _("Dân lập"),
    "tu_thuc": _("Tư thục"),
    "tu_thuc_nuoc_ngoai": _("Tư thục có yếu tố nước ngoài"),
}
NATIONAL_STANDARD_LABELS = {0: _("Chưa đạt"), 1: _("Mức độ 1"), 2: _("Mức độ 2")}


def level_names(levels: int) -> str:
    """The levels in words, e.g. "Tiểu học, THCS"."""
    return level_texts()[levels]


def level_texts() -> tuple[str, ...]:
    """level_names() of every combination, for lists: flags of an enum are slow to test in each row."""
    return _level_texts(language())


@cache
def _level_texts(_language: str) -> tuple[str, ...]:
    return tuple(
        ", ".join(str(label) for level, label in LEVEL_LABELS.items() if levels & level)
        for levels in range(2 * max(Level))
    )


class School(Table):
    """A school. The ministry's code is opaque text, may be missing and may change; never derive anything from it."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    commune = ForeignKeyField(Commune, null=True, on_delete="RESTRICT", backref="+")
    code = CharField(max_length=20, null=True, unique=True)
    name = CharField(max_length=200)
    short_name = CharField(max_length=60, default="")
    match_key = CharField(max_length=300)
    sort_key = SortKeyField()
    # The words of everything by which people look for the school, as text.search_text writes them.
    search_text = TextField()
    levels = IntegerField()
    ownership = CharField(max_length=30, default="cong_lap")
    difficult_area = BooleanField(default=False)
    founded_year = IntegerField(null=True)
    address = CharField(max_length=300, default="")
    phone = CharField(max_length=20, default="")
    email = CharField(max_length=200, default="")
    website = CharField(max_length=200, default="")
    principal_name = CharField(max_length=120, default="")
    needs_published = BooleanField(default=False)
    note = TextField(default="")
    illustrative = BooleanField(default=False)
    # The last day of a school that was closed; a merged one is closed and names its successor.
    closed_on = DateField(null=True)
    merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    # In the trash since then.
    deleted_at = DateTimeField(null=True)
    # Emptied after 30 days in the trash; the row stays, so that its number is never given again.
    erased_at = DateTimeField(null=True)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        # An unchanged column is not written: its search index would be made anew.
        only_save_dirty = True
        indexes = (
            (("sort_key", "id"), False),
            (("district", "sort_key", "id"), False),
            (("district", "match_key"), False),
            (("phone",), False),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the schools whose card the actor may see (docs/access.toml), closed ones too."""
        kept = cls.deleted_at.is_null()
        return kept if actor.sees_all else kept & cls.district.in_(sorted(actor.district_ids))

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id)."""
        return self.district_id, self.id

    def set_keys(self, commune_name: str, former: str = "") -> None:
        """Fill the columns computed from the name. Call before every save that may change name, code or commune.

        ``former`` are the names and codes that the school had before.
        """
        self.match_key = match_key(self.name)
        self.sort_key = sort_key(self.name)
        levels = [text for level, text in LEVEL_WORDS.items() if self.levels & level]
        words = search_text(self.name, self.short_name, commune_name, self.code, former)
        self.search_text = f"{words}{' '.join(levels)} "


def lineage(*school_ids: int) -> dict[int, int]:
    """{school: the one of these that it is, or became part of}: what a merged school did counts for its successor."""
    found = {id_: id_ for id_ in school_ids}
    newest = found
    while newest:
        newest = {id_: found[into] for id_, into in _MERGED.rows(schools=newest) if id_ not in found}
        found = found | newest
    return found


_MERGED = Statement(lambda: School.select(School.id, School.merged_into).where(among(School.merged_into, "schools")))


class SchoolSplit(Table):
    """That a school was split off another (``origin``): by which decision, and since when."""

    school = ForeignKeyField(School, unique=True, on_delete="RESTRICT", backref="+")
    origin = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    decision_number = CharField(max_length=60)
    decided_on = DateField()
    split_on = DateField()

    class Meta:
        table_name = "school_split"


def forerunners(*school_ids: int) -> dict[int, int]:
    """lineage(), and of schools that were split off, those that they come from.

    For what happened in a pair: it went over as a whole, so nothing that the old school gave in it is its own now.
    """
    found = lineage(*school_ids)
    newest: dict[int, int] = found
    while newest:
        rows = _SPLIT_OFF.rows(schools=newest)
        origins = {origin: found[school] for origin, school in rows if origin not in found}
        newest = {id_: origins[into] for id_, into in lineage(*origins).items() if id_ not in found} if origins else {}
        found = {**found, **newest}
    return found


_SPLIT_OFF = Statement(
    lambda: SchoolSplit.select(SchoolSplit.origin, SchoolSplit.school).where(among(SchoolSplit.school, "schools"))
)


class FormerKey(Table):
    """A name or a code that a school had until a day: papers and lists of that time still carry it."""

    school = ForeignKeyField(School, on_delete="CASCADE", backref="+")
    kind = CharField(max_length=10)
    value = CharField(max_length=200)
    match_key = CharField(max_length=300)
    until = DateField()

    class Meta:
        table_name = "school_former_key"
        indexes = ((("kind", "match_key"), False),)


class Site(Table):
    """A satellite site (điểm trường). Coordinates in degrees, the distance to the main site in kilometres."""

    school = ForeignKeyField(School, on_delete="CASCADE", backref="+")
    name = CharField(max_length=200)
    address = CharField(max_length=300, default="")
    distance_km = FloatField(null=True)
    classes = IntegerField(null=True)
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)

    class Meta:
        table_name = "school_site"


STRENGTH, NEED = "strength", "need"
MOST_TAGS = 10


class Tag(Table):
    """What a school is strong in or needs: a few words, backed by a fact (a score, an award, a gap found)."""

    school = ForeignKeyField(School, on_delete="CASCADE", backref="+")
    kind = CharField(max_length=10)
    label = CharField(max_length=80)
    fact = CharField(max_length=300, default="")

    class Meta:
        table_name = "school_tag"


# Grades of each level; kindergarten classes go by the children's age.
GRADES = {
    Level.PRESCHOOL: ("nt", "mg3", "mg4", "mg5"),
    Level.PRIMARY: ("1", "2", "3", "4", "5"),
    Level.LOWER_SECONDARY: ("6", "7", "8", "9"),
    Level.UPPER_SECONDARY: ("10", "11", "12"),
}


class SchoolYearFigures(Table):
    """What a school reported for one school year ("2023-2024"). None is "not reported", 0 is none.

    ``grades`` is JSON, classes by grade: {"1": 5}; the keys are those of GRADES.
    """

    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    classes = IntegerField(null=True)
    grades = TextField(default="")
    pupils = IntegerField(null=True)
    pupils_female = IntegerField(null=True)
    pupils_ethnic = IntegerField(null=True)
    pupils_disabled = IntegerField(null=True)
    pupils_poor = IntegerField(null=True)
    pupils_boarding = IntegerField(null=True)
    classes_two_sessions = IntegerField(null=True)
    # All of managers, teachers and employees; also of those on the payroll and on contract.
    staff = IntegerField(null=True)
    managers = IntegerField(null=True)
    teachers = IntegerField(null=True)
    employees = IntegerField(null=True)
    staff_permanent = IntegerField(null=True)
    staff_contract = IntegerField(null=True)
    teachers_qualified = IntegerField(null=True)
    teachers_above = IntegerField(null=True)
    rooms_solid = IntegerField(null=True)
    rooms_semi_solid = IntegerField(null=True)
    rooms_temporary = IntegerField(null=True)
    rooms_subject = IntegerField(null=True)
    # Cấp độ kiểm định chất lượng giáo dục: 0 is "chưa đạt", else 1 to 3.
    accreditation = IntegerField(null=True)
    national_standard = IntegerField(null=True)
    standard_decision = CharField(max_length=60, default="")
    standard_on = DateField(null=True)
    standard_until = DateField(null=True)

    class Meta:
        indexes = ((("school", "school_year"), True),)
