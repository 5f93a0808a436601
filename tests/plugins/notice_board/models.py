"""The one table."""

from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, TextField

from intranet.api import Actor, District, SortKeyField, Table


class Note(Table):
    """A note of an office to its schools."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    body = TextField(default="")
    urgent = BooleanField(default=False)

    class Meta:
        table_name = "notice_board_note"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the own district's notes."""
        return None if actor.sees_all else cls.district == actor.district_id

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's."""
        return self.district_id, None
