"""Good practices, and the schools that took them over."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import VIEWER, Actor, District, Person, School, SortKeyField, Table, now, where_on
from plugins.professional_development.models.owned import Owned
from plugins.professional_development.pages import MODULE


class Practice(Owned, Table):
    """A good practice (mô hình hay) that others may take over."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    author = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    summary = TextField(default="")
    description = TextField(default="")
    levels = IntegerField(default=0)
    subject = CharField(max_length=60, default="")
    textbook = CharField(max_length=60, default="")
    licence = CharField(max_length=30, default="")
    # Whether the schools of all districts of the programme see it once published.
    wide = BooleanField(default=True)
    adopted = IntegerField(default=0)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_practice"
        indexes = ((("district", "state", "sort_key"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: what is published in the own district or wider; what the own school or office has in hand."""
        if actor.sees_all:
            return None
        published = cls.state == "published"
        mine = cls.district == actor.district_id
        if actor.school_id is not None:
            mine = cls.school == actor.school_id
        elif actor.role == VIEWER:
            mine &= published
        here = published & (cls.district == actor.district_id)
        lent = published & (cls.wide == True) & where_on(cls.district, MODULE)  # noqa: E712 (SQL)
        wide = lent & cls.district.in_(sorted(actor.district_ids))
        return mine | here | wide


class Adoption(Table):
    """A school that took a practice over, and what it says of it."""

    practice = ForeignKeyField(Practice, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    adopted_on = DateField()
    note = TextField(default="")

    class Meta:
        table_name = "professional_development_adoption"
        indexes = ((("practice", "school"), True),)

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the school's that took it over."""
        return self.district_id, self.school_id
