"""Schools that were split off others, by which decision and since when."""

from typing import Any

from peewee import CharField, Database, DateField, ForeignKeyField, Model


def up(migrator: Any, db: Database) -> None:
    """Their table, empty."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class School(Table):
        class Meta:
            table_name = "school"

    class SchoolSplit(Table):
        school = ForeignKeyField(School, unique=True, on_delete="RESTRICT")
        origin = ForeignKeyField(School, on_delete="RESTRICT")
        decision_number = CharField(max_length=60)
        decided_on = DateField()
        split_on = DateField()

        class Meta:
            table_name = "school_split"

    db.create_tables([SchoolSplit])
