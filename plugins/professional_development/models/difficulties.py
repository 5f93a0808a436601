"""What teachers are stuck with, and who else."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, District, Person, School, Table, now, where_on
from plugins.professional_development.models.owned import Owned
from plugins.professional_development.models.sessions import Session
from plugins.professional_development.pages import MODULE


class Difficulty(Owned, Table):
    """What teachers are stuck with. Others add their weight; an officer routes it to a school that is strong there."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    body = TextField(default="")
    search_text = TextField()
    subject = CharField(max_length=60, default="")
    grade = CharField(max_length=30, default="")
    weight = IntegerField(default=1)
    routed_to = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    session = ForeignKeyField(Session, null=True, on_delete="RESTRICT", backref="+")
    answer = TextField(default="")
    outcome = TextField(default="")
    state = CharField(max_length=20, default="open")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_difficulty"
        indexes = ((("district", "state", "weight"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own district's, and those routed to the own school or district."""
        if actor.sees_all:
            return None
        lent = where_on(cls.district, MODULE)
        if actor.school_id is not None:
            return (cls.district == actor.district_id) | (lent & (cls.routed_to == actor.school_id))
        here = School.select(School.id).where(School.district == actor.district_id)
        return (cls.district == actor.district_id) | (lent & cls.routed_to.in_(here))


class DifficultyWeight(Table):
    """Somebody has the same difficulty."""

    difficulty = ForeignKeyField(Difficulty, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "professional_development_difficulty_weight"
        indexes = ((("difficulty", "person"), True),)
