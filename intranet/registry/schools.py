"""Schools and their figures per school year."""

from __future__ import annotations

from enum import IntFlag
from functools import cache
from typing import TYPE_CHECKING, Any

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.database import SortKeyField, Table
from intranet.kernel.language import language
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.text import fold, match_key, sort_key
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
    match_key = CharField(max_length=300)
    sort_key = SortKeyField()
    # Folded words of name, commune and code, for search; and the same with marks, to put exact spellings first.
    search_text = TextField()
    marked_text = TextField()
    levels = IntegerField()
    ownership = CharField(max_length=30, default="cong_lap")
    address = CharField(max_length=300, default="")
    phone = CharField(max_length=20, default="")
    email = CharField(max_length=200, default="")
    principal_name = CharField(max_length=120, default="")
    strengths = TextField(default="")
    needs = TextField(default="")
    needs_published = BooleanField(default=False)
    note = TextField(default="")
    illustrative = BooleanField(default=False)
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
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the schools whose card the actor may see (docs/access.toml): None means all."""
        if actor.sees_all:
            return None
        return cls.district.in_(sorted(actor.district_ids))

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id)."""
        return self.district_id, self.id

    def set_keys(self, commune_name: str) -> None:
        """Fill the columns computed from the name. Call before every save that may change name, code or commune."""
        self.match_key = match_key(self.name)
        self.sort_key = sort_key(self.name)
        words = " ".join(filter(None, (self.name, commune_name, self.code)))
        levels = [text for level, text in LEVEL_WORDS.items() if self.levels & level]
        self.search_text = " ".join((fold(words), *levels))
        self.marked_text = match_key(words)


class SchoolYearFigures(Table):
    """What a school reported for one school year ("2023-2024")."""

    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    classes = IntegerField(null=True)
    pupils = IntegerField(null=True)
    staff = IntegerField(null=True)
    national_standard = IntegerField(null=True)

    class Meta:
        indexes = ((("school", "school_year"), True),)
