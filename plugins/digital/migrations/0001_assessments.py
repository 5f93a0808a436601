"""Rounds, assessments with their scores, plans of improvement, and the pack that they go by."""

from pathlib import Path
from typing import Any

from peewee import (
    BooleanField,
    CharField,
    Database,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from intranet.api import insert_packs


def up(migrator: Any, db: Database) -> None:
    """Create the tables, and insert the packs that come with the module."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class ChecklistPack(Table):
        class Meta:
            table_name = "checklist_pack"

    class District(Table):
        class Meta:
            table_name = "district"

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    class Person(Table):
        class Meta:
            table_name = "person"

    class School(Table):
        class Meta:
            table_name = "school"

    class Round(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        pack = ForeignKeyField(ChecklistPack, on_delete="RESTRICT")
        title = CharField(max_length=200)
        school_year = CharField(max_length=9)
        levels = IntegerField()
        note = TextField(default="")
        due_on = DateField()
        publish_on = DateField(null=True)
        opened_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "digital_round"
            indexes = ((("district", "due_on"), False),)

    class Assessment(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        round = ForeignKeyField(Round, null=True, on_delete="RESTRICT")
        pack = ForeignKeyField(ChecklistPack, on_delete="RESTRICT")
        school_year = CharField(max_length=9)
        private = BooleanField(default=False)
        own_level = IntegerField(default=0)
        checked_level = IntegerField(null=True)
        remark = TextField(default="")
        published_on = DateField(null=True)
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "digital_assessment"
            indexes = (
                (("round", "school"), True),
                (("school", "school_year"), False),
                (("district", "state"), False),
            )

    class Score(Table):
        item = CharField(max_length=40)
        own = DecimalField(max_digits=9, decimal_places=2, null=True)
        note = TextField(default="")
        checked = DecimalField(max_digits=9, decimal_places=2, null=True)
        reason = TextField(default="")

        assessment = ForeignKeyField(Assessment, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        private = BooleanField(default=False)

        class Meta:
            table_name = "digital_score"
            indexes = ((("assessment", "item"), True),)

    class Improvement(Table):
        assessment = ForeignKeyField(Assessment, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        private = BooleanField(default=False)
        item = CharField(max_length=40)
        title = CharField(max_length=200)
        note = TextField(default="")
        responsible = ForeignKeyField(Person, on_delete="RESTRICT")
        due_on = DateField()
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        done_on = DateField(null=True)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="open")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "digital_improvement"
            indexes = ((("assessment", "item"), False), (("school", "state"), False))

    db.create_tables([Round, Assessment, Score, Improvement])
    insert_packs(db, Path(__file__).parent.parent / "packs")
