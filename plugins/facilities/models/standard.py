"""How far a school is on its way to the national standard, by its own words and by those of whoever checks them."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, ChecklistPack, District, School, ScoredLine, Table, now
from plugins.facilities.models.owned import OfSchool, kept


class StandardCheck(OfSchool, Table):
    """A self-check by one version of a pack, which it keeps when the rules change."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    pack = ForeignKeyField(ChecklistPack, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    target_level = IntegerField(default=1)
    target_year = CharField(max_length=9, default="")
    # What the scores amounted to when they last changed: the own ones, the checked ones.
    own_level = IntegerField(default=0)
    checked_level = IntegerField(null=True)
    remark = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_standard_check"
        indexes = ((("school", "school_year", "pack"), True), (("district", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: principal and coordinator of the school, and the office's."""
        return kept(cls, actor)


class StandardLine(OfSchool, ScoredLine):
    """One criterion of a self-check. What proves it lies on it as files, and is told in its note."""

    standard = ForeignKeyField(StandardCheck, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "facilities_standard_line"
        indexes = ((("standard", "item"), True),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: as the self-check's."""
        return kept(cls, actor)
