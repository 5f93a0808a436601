"""Reviews of what schools have, self-checks of the national standard, and the packs that both go by."""

from pathlib import Path
from typing import Any

from peewee import (
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
        levels = IntegerField()
        note = TextField(default="")
        due_on = DateField()
        opened_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        closed_at = DateTimeField(null=True)
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_round"
            indexes = ((("district", "due_on"), False),)

    class Review(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        round = ForeignKeyField(Round, on_delete="RESTRICT")
        school_year = CharField(max_length=9, default="")
        classes = IntegerField(null=True)
        pupils = IntegerField(null=True)
        rooms = IntegerField(null=True)
        sites = IntegerField(default=1)
        remark = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_review"
            indexes = ((("round", "school"), True), (("school", "state"), False))

    class ReviewLine(Table):
        review = ForeignKeyField(Review, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        section = CharField(max_length=40)
        item = CharField(max_length=40)
        position = IntegerField()
        required = IntegerField(null=True)
        have = IntegerField(null=True)
        usable = IntegerField(null=True)
        condition = IntegerField(null=True)
        note = TextField(default="")
        remark = TextField(default="")

        class Meta:
            table_name = "facilities_review_line"
            indexes = ((("review", "item"), True),)

    class PresentState(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        pack_key = CharField(max_length=60)
        item = CharField(max_length=40)
        title = CharField(max_length=300)
        unit = CharField(max_length=30, default="")
        required = IntegerField(null=True)
        have = IntegerField(null=True)
        usable = IntegerField(null=True)
        condition = IntegerField(null=True)
        review = ForeignKeyField(Review, on_delete="RESTRICT")
        on = DateField()

        class Meta:
            table_name = "facilities_present_state"
            indexes = ((("school", "pack_key", "item"), True),)

    class StandardCheck(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        pack = ForeignKeyField(ChecklistPack, on_delete="RESTRICT")
        school_year = CharField(max_length=9)
        target_level = IntegerField(default=1)
        target_year = CharField(max_length=9, default="")
        own_level = IntegerField(default=0)
        checked_level = IntegerField(null=True)
        remark = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_standard_check"
            indexes = ((("school", "school_year", "pack"), True), (("district", "state"), False))

    class StandardLine(Table):
        item = CharField(max_length=40)
        own = DecimalField(max_digits=9, decimal_places=2, null=True)
        note = TextField(default="")
        checked = DecimalField(max_digits=9, decimal_places=2, null=True)
        reason = TextField(default="")
        standard = ForeignKeyField(StandardCheck, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")

        class Meta:
            table_name = "facilities_standard_line"
            indexes = ((("standard", "item"), True),)

    db.create_tables([Round, Review, ReviewLine, PresentState, StandardCheck, StandardLine])
    insert_packs(db, Path(__file__).parent.parent / "packs")
