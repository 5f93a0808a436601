"""Lessons studied together: plans and what was observed."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import VIEWER, Actor, District, Pairing, Person, School, Table, now, where_on
from plugins.professional_development.models.owned import Owned
from plugins.professional_development.models.sessions import Session
from plugins.professional_development.pages import MODULE


class LessonStudy(Owned, Table):
    """A lesson studied together (công văn 5555/BGDĐT-GDTrH, 2014): planned, taught, discussed, planned anew."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    session = ForeignKeyField(Session, null=True, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    search_text = TextField()
    subject = CharField(max_length=60, default="")
    grade = CharField(max_length=30, default="")
    leader = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    teacher_name = CharField(max_length=120, default="")
    members = TextField(default="")
    discussion = TextField(default="")
    conclusions = TextField(default="")
    report = TextField(default="")
    taught_on = DateField(null=True)
    taught_again_on = DateField(null=True)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="theme")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_lesson_study"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own school's and the pair's; for an office, its schools'; reported ones for the district."""
        if actor.sees_all:
            return None
        pairs = Pairing.select(Pairing.id).where(Pairing.visible_to(actor))
        joint = cls.pairing.in_(pairs) & where_on(cls.district, MODULE)
        here = cls.district == actor.district_id
        shared = here & (cls.state == "shared")
        if actor.school_id is not None:
            return (cls.school == actor.school_id) | joint | shared
        return shared if actor.role == VIEWER else here | joint


class LessonPlan(Table):
    """A version of the plan of a studied lesson: the first, and the one after the discussion."""

    study = ForeignKeyField(LessonStudy, on_delete="RESTRICT", backref="+")
    number = IntegerField()
    aims = TextField(default="")
    course = TextField(default="")
    changes = TextField(default="")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_lesson_plan"
        indexes = ((("study", "number"), True),)


class Observation(Table):
    """What an observer saw an assigned pupil do ("HS 1"); never a mark for the teacher, never a pupil's name."""

    study = ForeignKeyField(LessonStudy, on_delete="RESTRICT", backref="+")
    teaching = IntegerField(default=1)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    pupil = CharField(max_length=20)
    minute = IntegerField(null=True)
    action = TextField()
    difficulty = TextField(default="")
    cause = TextField(default="")
    at = DateTimeField(default=now)

    class Meta:
        table_name = "professional_development_observation"
        indexes = ((("study", "teaching", "id"), False),)
