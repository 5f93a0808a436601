"""Rounds in which a district has its schools look at what they have; what schools found; what they have now."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, District, School, Table, now, office_rounds
from plugins.facilities.models.owned import OfSchool, own


class Round(office_rounds.OfficeRound):
    """A round of a district, by one pack: the schools of its levels answer."""

    closed_at = DateTimeField(null=True)
    split_from = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "facilities_round"
        indexes = ((("district", "due_on"), False),)


class Review(OfSchool, Table):
    """What one school answers in a round. The sizes are those by which the norms are counted."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    round = ForeignKeyField(Round, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9, default="")
    classes = IntegerField(null=True)
    pupils = IntegerField(null=True)
    rooms = IntegerField(null=True)
    sites = IntegerField(default=1)
    # What the office says of the whole when it returns it.
    remark = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_review"
        indexes = ((("round", "school"), True), (("school", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the school's own people, and the office's."""
        return own(cls, actor)


class ReviewLine(OfSchool, Table):
    """One item of a review: so many there, so many fit for use, in which condition."""

    review = ForeignKeyField(Review, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    # The group and the item of the pack.
    section = CharField(max_length=40)
    item = CharField(max_length=40)
    position = IntegerField()
    required = IntegerField(null=True)
    have = IntegerField(null=True)
    usable = IntegerField(null=True)
    # 1 unusable … 5 good
    condition = IntegerField(null=True)
    note = TextField(default="")
    remark = TextField(default="")

    class Meta:
        table_name = "facilities_review_line"
        indexes = ((("review", "item"), True),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: as the review's."""
        return own(cls, actor)


class PresentState(OfSchool, Table):
    """What a school has of an item, as the last locked review told."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    # The key of the pack and the code of its item: the same in all versions.
    pack_key = CharField(max_length=60)
    item = CharField(max_length=40)
    title = CharField(max_length=300)
    unit = CharField(max_length=30, default="")
    required = IntegerField(null=True)
    have = IntegerField(null=True)
    usable = IntegerField(null=True)
    condition = IntegerField(null=True)
    review = ForeignKeyField(Review, on_delete="RESTRICT", backref="+")
    on = DateField()

    class Meta:
        table_name = "facilities_present_state"
        indexes = ((("school", "pack_key", "item"), True),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the school's own people, and the office's."""
        return own(cls, actor)
