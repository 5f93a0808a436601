"""The one table."""

from typing import Any

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, District, Person, School, SortKeyField, Table, now


class Note(Table):
    """A note of an office to its schools."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    body = TextField(default="")
    urgent = BooleanField(default=False)
    author = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    signature = CharField(max_length=120, default="")

    class Meta:
        table_name = "notice_board_note"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own district's notes."""
        return None if actor.sees_all else cls.district == actor.district_id

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's."""
        return self.district_id, None


class Plan(Table):
    """What two schools want to do together."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    first_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    second_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    body = TextField(default="")
    state = CharField(max_length=40)
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    # When they mean to do it, UTC.
    starts_at = DateTimeField(null=True)

    class Meta:
        table_name = "notice_board_plan"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: both schools, and the office whose plan it is."""
        if actor.sees_all:
            return None
        if actor.school_id:
            return (cls.first_school == actor.school_id) | (cls.second_school == actor.school_id)
        return cls.district == actor.district_id

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the first school's."""
        return self.district_id, self.first_school_id
