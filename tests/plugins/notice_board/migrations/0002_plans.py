"""Plans of two schools."""

from typing import Any

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class District(Table):
        class Meta:
            table_name = "district"

    class School(Table):
        class Meta:
            table_name = "school"

    class Plan(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        first_school = ForeignKeyField(School, on_delete="RESTRICT")
        second_school = ForeignKeyField(School, on_delete="RESTRICT")
        title = CharField(max_length=200)
        body = TextField(default="")
        state = CharField(max_length=40)
        state_since = DateTimeField()
        version = IntegerField(default=1)

        class Meta:
            table_name = "notice_board_plan"

    db.create_tables([Plan])
