"""Classes for gifted pupils and for those before the examination, perhaps of two schools together."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateField, DateTimeField, DecimalField, ForeignKeyField, IntegerField, TextField

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    Actor,
    District,
    Pairing,
    Person,
    School,
    SealKeyField,
    Secret,
    Table,
    now,
    where_on,
)
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.owned import MODULE, OfSchool


class Group(OfSchool, Table):
    """A class beside the timetable. ``partner`` sends pupils as well; numbers alone tell how it went."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    partner = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    # The clause of the pair's pledge that it serves.
    clause_id = IntegerField(null=True)
    kind = CharField(max_length=20)
    title = CharField(max_length=200)
    subject = CharField(max_length=60)
    grade = IntegerField()
    teacher = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    place = CharField(max_length=200, default="")
    timetable = CharField(max_length=200, default="")
    periods_a_week = IntegerField(default=2)
    starts_on = DateField()
    ends_on = DateField()
    # Marks of mock examinations, of the whole group; how many reached what was aimed at.
    mean_before = DecimalField(max_digits=4, decimal_places=2, null=True)
    mean_after = DecimalField(max_digits=4, decimal_places=2, null=True)
    reached = IntegerField(null=True)
    summary = TextField(default="")
    outcome = TextField(default="")
    state = CharField(max_length=20, default="planned")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_group"
        indexes = ((("school", "state"), False), (("partner", "state"), False), (("district", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: both schools' principals and coordinators, and the teacher. Offices see numbers only."""
        own = cls.teacher == actor.person_id
        if actor.school_id is None or actor.role not in (PRINCIPAL, COORDINATOR):
            return own
        joint = (cls.partner == actor.school_id) & where_on(cls.district, MODULE)
        return own | (cls.school == actor.school_id) | joint


class GroupPupil(Table):
    """A pupil of a group: a code for all, the name for the own school alone."""

    group = ForeignKeyField(Group, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    # The pupil's case, if there is one: then the name stands there alone.
    case = ForeignKeyField(Case, null=True, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    code = CharField(max_length=20)
    name = Secret()
    # The representative's written wish to take part (Circular 29/2024).
    form_given = DateField(null=True)
    left_on = DateField(null=True)

    class Meta:
        table_name = "mentoring_group_pupil"
        indexes = ((("group", "code"), True),)


class GroupMeeting(Table):
    """A day on which a group met."""

    group = ForeignKeyField(Group, on_delete="RESTRICT", backref="+")
    on = DateField()
    periods = IntegerField(default=2)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "mentoring_group_meeting"
        indexes = ((("group", "on"), True),)


class GroupAbsence(Table):
    """A pupil who was not there."""

    meeting = ForeignKeyField(GroupMeeting, on_delete="RESTRICT", backref="+")
    pupil = ForeignKeyField(GroupPupil, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "mentoring_group_absence"
        indexes = ((("meeting", "pupil"), True),)
