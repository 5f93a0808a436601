"""Who pinned a note up, with the name as it stands under the note."""

from typing import Any

from peewee import CharField, Database, ForeignKeyField, Model


def up(migrator: Any, db: Database) -> None:
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    author = ForeignKeyField(Person, field=Person.id, null=True, on_delete="RESTRICT")
    migrator.migrate(
        migrator.add_column("notice_board_note", "author_id", author),
        migrator.add_column("notice_board_note", "signature", CharField(max_length=120, default="")),
    )
