"""What documents show inside: texts, tables and pictures of pages."""

from typing import Any

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator: Any, db: Database) -> None:
    """Their tables, empty: each is filled when somebody first looks."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class StoredFile(Table):
        sha256 = CharField(max_length=64)

        class Meta:
            table_name = "stored_file"

    class FileLook(Table):
        file = ForeignKeyField(StoredFile, unique=True, on_delete="CASCADE")
        body = TextField()
        made_at = DateTimeField()

        class Meta:
            table_name = "file_look"

    class FilePage(Table):
        look = ForeignKeyField(FileLook, on_delete="CASCADE")
        number = IntegerField()
        picture = ForeignKeyField(StoredFile, on_delete="RESTRICT")

        class Meta:
            table_name = "file_page"
            indexes = ((("look", "number"), True),)

    db.create_tables([FileLook, FilePage])
