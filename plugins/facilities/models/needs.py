"""What schools lack, and whether a district shows it to everybody."""

from __future__ import annotations

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from intranet.api import Actor, District, Person, School, Table, now, where_on
from plugins.facilities.models.owned import OfSchool
from plugins.facilities.pages import MODULE

# What other schools see: it looks for givers, or found them.
PUBLISHED = ("published", "fulfilled")


class Need(OfSchool, Table):
    """What a school lacks: so many of something, and why.

    ``pledged``, ``on_the_way`` and ``received`` are sums over its offers. They change in the same transaction as an
    offer's step, with the need locked: two givers never cover the same remainder.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    item = CharField(max_length=200)
    search_text = TextField()
    quantity = DecimalField(max_digits=12, decimal_places=2)
    unit = CharField(max_length=30)
    why = TextField(default="")
    # How many pupils it serves.
    pupils = IntegerField(null=True)
    # 1 high, 2 medium, 3 low
    priority = IntegerField(default=2)
    due_on = DateField(null=True)
    # In đồng.
    estimate = DecimalField(max_digits=14, decimal_places=0, null=True)
    # typed, review, standard, digital: where it came from. One shortage makes one need of a school.
    source = CharField(max_length=20, default="typed")
    source_key = CharField(max_length=100, null=True)
    # Whether it may stand on the district's public page.
    public = BooleanField(default=True)
    pledged = DecimalField(max_digits=12, decimal_places=2, default=0)
    on_the_way = DecimalField(max_digits=12, decimal_places=2, default=0)
    received = DecimalField(max_digits=12, decimal_places=2, default=0)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_need"
        indexes = (
            (("school", "source_key"), True),
            (("school", "state"), False),
            (("state", "priority", "id"), False),
            (("district", "state", "priority", "id"), False),
        )

    @property
    def remainder(self) -> Any:
        """How much nobody has promised yet."""
        return max(self.quantity - self.pledged, 0)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own school's, the office's once they are sent; published ones of the programme."""
        if actor.sees_all:
            return None
        shown = cls.state.in_(PUBLISHED)
        if actor.school_id is not None:
            own = cls.school == actor.school_id
        else:
            own = (cls.district == actor.district_id) & (cls.state != "draft")
        here = shown & (cls.district == actor.district_id)
        wide = shown & cls.district.in_(sorted(actor.district_ids)) & where_on(cls.district, MODULE)
        return own | here | wide


class PublicWall(Table):
    """A district's public page of published needs, if it wishes one."""

    district = ForeignKeyField(District, unique=True, on_delete="RESTRICT", backref="+")
    shown = BooleanField(default=False)
    # Whom a giver may turn to: an office, never a person.
    contact = CharField(max_length=300, default="")
    updated_at = DateTimeField(default=now)

    of_then = frozenset({"district"})

    class Meta:
        table_name = "facilities_public_wall"

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the office's."""
        return self.district_id, None
