"""The first schema."""

from typing import Any

from peewee import BooleanField, CharField, Database, ForeignKeyField, Model, TextField

from intranet.api import SortKeyField, create_search_index


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class District(Table):
        class Meta:
            table_name = "district"

    class Note(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        title = CharField(max_length=200)
        sort_key = SortKeyField()
        search_text = TextField()
        body = TextField(default="")
        urgent = BooleanField(default=False)

        class Meta:
            table_name = "notice_board_note"

    db.create_tables([Note])
    create_search_index(db, "notice_board_note", "search_text")
