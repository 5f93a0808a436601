"""Rounds in which a district asks how digital its schools are, what they say, what is checked, what they improve."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, ChecklistPack, District, Pairing, Person, School, ScoredLine, Table, now, office_rounds


class OwnAlone:
    """What belongs to a school and its office; where it is ``private``, to the school alone."""

    def owner(self) -> tuple[int | None, int]:
        """Whose record this is: (district id or None, school id). No office reads what is written of a private one."""
        return None if self.private else self.district_id, self.school_id

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own school's; for an office those of its schools, and nobody else's practice."""
        if actor.school_id is not None:
            return cls.school == actor.school_id
        shared = cls.private == False  # noqa: E712 (SQL)
        return shared if actor.sees_all else shared & (cls.district == actor.district_id)


class Round(office_rounds.OfficeRound):
    """A round of a district, by one version of a pack: the schools of its levels assess themselves."""

    school_year = CharField(max_length=9)
    # By when the office publishes.
    publish_on = DateField(null=True)
    split_from = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "digital_round"
        indexes = ((("district", "due_on"), False),)


class Assessment(OwnAlone, Table):
    """What a school says of itself in a round; without one, for practice. It keeps its version of the pack."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    round = ForeignKeyField(Round, null=True, on_delete="RESTRICT", backref="+")
    pack = ForeignKeyField(ChecklistPack, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    private = BooleanField(default=False)
    # What the scores amounted to when they last changed: the own ones, the checked ones.
    own_level = IntegerField(default=0)
    checked_level = IntegerField(null=True)
    remark = TextField(default="")
    published_on = DateField(null=True)
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_assessment"
        indexes = (
            (("round", "school"), True),
            (("school", "school_year"), False),
            (("district", "state"), False),
        )


class Score(OwnAlone, ScoredLine):
    """One criterion of an assessment. What proves it lies on it as files, and is told in its note."""

    assessment = ForeignKeyField(Assessment, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    private = BooleanField(default=False)

    class Meta:
        table_name = "digital_score"
        indexes = ((("assessment", "item"), True),)


class Improvement(OwnAlone, Table):
    """A step of a school's plan: what is done about a criterion, who sees to it, by when."""

    assessment = ForeignKeyField(Assessment, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    private = BooleanField(default=False)
    item = CharField(max_length=40)
    title = CharField(max_length=200)
    note = TextField(default="")
    responsible = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    due_on = DateField()
    # With which partner school it is done, if with one.
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    done_on = DateField(null=True)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="open")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "digital_improvement"
        indexes = ((("assessment", "item"), False), (("school", "state"), False))
