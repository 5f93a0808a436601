"""Who helps: mentors, their children, and the short log of each time they met."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, District, Pairing, Person, School, SealKeyField, Secret, Table, now, where_on
from plugins.mentoring.tables.cases import Case, Goal, kept_by, open_to
from plugins.mentoring.tables.owned import MODULE, OfCase, OfSchool

# States of a match in which the mentor may see the child's code, goal and subject.
SEES_CASE = ("proposed", "accepted", "active", "paused")


class Mentor(OfSchool, Table):
    """Somebody who offers to help pupils of the own or the partner school."""

    person = ForeignKeyField(Person, unique=True, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    subjects = CharField(max_length=200, default="")
    levels = IntegerField(default=0)
    # Free half-hours, as free_time.encoded() writes them.
    free = TextField(default="")
    # How many children at once.
    most = IntegerField(default=2)
    offers = BooleanField(default=True)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_mentor"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own school's and the pair partners'."""
        if actor.school_id is None:
            return cls.id == 0
        return cls.school.in_([actor.school_id, *sorted(actor.partner_school_ids)])


class Match(OfCase, Table):
    """A mentor and a child. ``school`` and ``district`` are the child's; a substitute names whom it stands in for."""

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    mentor = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    mentor_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    # The pair under which the partner school's mentor comes; none for the own school's.
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    substitute_for = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    subject = CharField(max_length=60, default="")
    # When they meet each week: weekday (Monday 0) and minutes after midnight; none: as arranged.
    weekday = IntegerField(null=True)
    starts = IntegerField(null=True)
    minutes = IntegerField(default=45)
    starts_on = DateField()
    ends_on = DateField(null=True)
    # The last day of a pause that ends by itself.
    paused_until = DateField(null=True)
    reached = CharField(max_length=10, default="")
    assessment = Secret()
    state = CharField(max_length=20, default="proposed")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)

    class Meta:
        table_name = "mentoring_match"
        indexes = ((("mentor", "state"), False), (("case", "state"), False), (("school", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the mentor's own, at the school for which the mentor was asked, and those of the cases one keeps.

        Another mentor of the same child sees nothing of it; an office sees those of the cases that it opened.
        """
        if actor.sees_all or actor.seen_by is not None:
            return cls.id == 0
        if actor.school_id is None:
            return cls.case.in_(open_to(actor.person_id))
        mine = (cls.mentor == actor.person_id) & (cls.mentor_school == actor.school_id)
        own = mine & where_on(cls.district, MODULE)
        return own | cls.case.in_(Case.select(Case.id).where(kept_by(actor)))


def matched_cases(person_id: int, school_id: int) -> Any:
    """Query for the ids of the cases of which somebody, at this school, is the mentor now, or is asked to be."""
    return Match.select(Match.case).where(
        Match.mentor == person_id, Match.mentor_school == school_id, Match.state.in_(SEES_CASE)
    )


class Meeting(Table):
    """A time of a mentor with a child: planned, then held or cancelled. A row of its own, so that nobody waits."""

    match = ForeignKeyField(Match, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    on = DateField()
    starts = IntegerField(null=True)
    minutes = IntegerField(null=True)
    goal = ForeignKeyField(Goal, null=True, on_delete="RESTRICT", backref="+")
    subject = CharField(max_length=60, default="")
    done = Secret()
    result = CharField(max_length=10, default="")
    # planned, held, cancelled
    state = CharField(max_length=10, default="planned")
    important = BooleanField(default=False)
    person = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)
    reminded_on = DateField(null=True)

    class Meta:
        table_name = "mentoring_meeting"
        indexes = ((("match", "on"), False), (("state", "on"), False))

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the child's school's."""
        return self.match.owner()
