"""Cases that go to another school with their child, and pupils of groups who have a case."""

from typing import Any

from peewee import BooleanField, CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator: Any, db: Database) -> None:
    """A table of handovers; where a case came from; the case of a group's pupil."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        class Meta:
            table_name = "district"

    class Person(Table):
        class Meta:
            table_name = "person"

    class School(Table):
        class Meta:
            table_name = "school"

    class Case(Table):
        class Meta:
            table_name = "mentoring_case"

    class Handover(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        to_school = ForeignKeyField(School, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        message = TextField(default="")
        outcome = TextField(default="")
        with_notes = BooleanField(default=False)
        arrived = ForeignKeyField(Case, null=True, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        state = CharField(max_length=20, default="offered")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            table_name = "mentoring_handover"
            indexes = ((("case", "state"), False), (("to_school", "state"), False))

    db.create_tables([Handover])
    case = ForeignKeyField(Case, Case.id, null=True, on_delete="RESTRICT")
    migrator.migrate(
        migrator.add_column("mentoring_case", "came_from_id", case),
        migrator.add_column("mentoring_group_pupil", "case_id", case),
    )
