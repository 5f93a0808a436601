"""Digital lessons and materials, the schools that used them, and what readers reported."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import VIEWER, Actor, District, Person, School, SortKeyField, Table, now, where_on
from plugins.digital.models.owned import OfSchool
from plugins.digital.pages import MODULE

# What others see. What was reported stays readable, with a warning, until the office has looked at it.
SHOWN = ("published", "flagged")


class Resource(OfSchool, Table):
    """A digital lesson or material (học liệu số): files on it, or a link."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    author = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    summary = TextField(default="")
    levels = IntegerField(default=0)
    subject = CharField(max_length=60, default="")
    textbook = CharField(max_length=60, default="")
    tool = CharField(max_length=60, default="")
    licence = CharField(max_length=30, default="")
    link = CharField(max_length=500, default="")
    # How many other schools used it.
    reused = IntegerField(default=0)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_resource"
        indexes = ((("district", "state", "id"), False), (("school", "id"), False), (("state", "id"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: what is published in the programme; what the own school or office has in hand."""
        if actor.sees_all:
            return None
        shown = cls.state.in_(SHOWN)
        mine = cls.district == actor.district_id
        if actor.school_id is not None:
            mine = cls.school == actor.school_id
        elif actor.role == VIEWER:
            mine &= shown
        here = shown & (cls.district == actor.district_id)
        wide = shown & cls.district.in_(sorted(actor.district_ids)) & where_on(cls.district, MODULE)
        return mine | here | wide


class Reuse(OfSchool, Table):
    """A school that used a resource: once, however many of its teachers did."""

    resource = ForeignKeyField(Resource, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_reuse"
        indexes = ((("resource", "school"), True), (("school",), False))


class Flag(Table):
    """What a reader reported of a resource: the link is gone, it is wrong, it is somebody else's."""

    resource = ForeignKeyField(Resource, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=20)
    text = CharField(max_length=500, default="")
    created_at = DateTimeField(default=now)
    # When the office had looked at it.
    settled_at = DateTimeField(null=True)

    class Meta:
        table_name = "digital_flag"
        indexes = ((("resource", "settled_at"), False),)

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: the resource's."""
        return self.resource.owner()
