"""The first schema."""

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

    class Programme(Table):
        class Meta:
            table_name = "programme"

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    class Weights(Table):
        programme = ForeignKeyField(Programme, unique=True, on_delete="RESTRICT")
        needs = IntegerField()
        size = IntegerField()
        distance = IntegerField()
        load = IntegerField()
        version = IntegerField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "matching_weights"

    class Calculation(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        state = CharField(max_length=10)
        weights = TextField()
        job_id = IntegerField(null=True)
        considered = IntegerField()
        paired = IntegerField()
        problem = TextField()
        started_at = DateTimeField()
        finished_at = DateTimeField(null=True)

        class Meta:
            table_name = "matching_run"
            indexes = ((("programme", "state", "id"), False),)

    class Suggestion(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        calculation = ForeignKeyField(Calculation, null=True, column_name="run_id", on_delete="RESTRICT")
        first_school = ForeignKeyField(School, on_delete="RESTRICT")
        first_district = ForeignKeyField(District, on_delete="RESTRICT")
        second_school = ForeignKeyField(School, on_delete="RESTRICT")
        second_district = ForeignKeyField(District, on_delete="RESTRICT")
        calculated_school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        score = IntegerField()
        parts = TextField()
        sentence = TextField()
        state = CharField(max_length=10)
        version = IntegerField()
        updated_at = DateTimeField()
        override_reason = TextField()
        problem = TextField()
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")

        class Meta:
            table_name = "matching_suggestion"
            indexes = ((("programme", "state"), False),)

    db.create_tables([Weights, Calculation, Suggestion])
