"""Units that change: events with their decrees, where schools and units stood before, areas of programmes."""

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    Database,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator: Any, db: Database) -> None:
    """Their tables; codes may be given again, and a school has a letterhead under each of its units."""
    migrator.migrate(
        migrator.drop_index("district", "district_code"),
        migrator.drop_index("letterhead", "letterhead_school_id"),
        migrator.add_column("commune", "valid_to", DateField(null=True)),
        migrator.add_column("programme_district", "joined_on", DateField(null=True)),
        migrator.add_index("district", ("code",), False),
        migrator.add_index("letterhead", ("school_id",), False),
    )
    _tables(db)


def _tables(db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        pass

    class Commune(Table):
        pass

    class School(Table):
        pass

    class Person(Table):
        pass

    class Membership(Table):
        pass

    class Programme(Table):
        pass

    class UnitChange(Table):
        kind = CharField(max_length=20)
        title = CharField(max_length=200)
        decree_number = CharField(max_length=60, default="")
        decree_on = DateField(null=True)
        effective_on = DateField()
        note = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()
        applied_at = DateTimeField(null=True)
        hindrance = TextField(default="")

    class ChangeUnit(Table):
        change = ForeignKeyField(UnitChange, on_delete="CASCADE")
        side = CharField(max_length=4)
        tier = CharField(max_length=10, default="managing")
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        commune = ForeignKeyField(Commune, null=True, on_delete="RESTRICT")
        kind = CharField(max_length=20, default="")
        code = CharField(max_length=20, default="")
        name = CharField(max_length=200)
        office_name = CharField(max_length=200, default="")
        heir = ForeignKeyField("self", null=True, on_delete="SET NULL")
        made = BooleanField(default=False)

        class Meta:
            indexes = ((("change", "side", "tier"), False),)

    class ChangeLine(Table):
        change = ForeignKeyField(UnitChange, on_delete="CASCADE")
        source = ForeignKeyField(ChangeUnit, on_delete="CASCADE")
        target = ForeignKeyField(ChangeUnit, on_delete="CASCADE")
        extent = CharField(max_length=5, default="whole")
        note = CharField(max_length=120, default="")

        class Meta:
            indexes = ((("source", "target"), True),)

    class Placement(Table):
        change = ForeignKeyField(UnitChange, on_delete="CASCADE")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        target = ForeignKeyField(ChangeUnit, null=True, on_delete="SET NULL")
        chosen = CharField(max_length=10, default="file")
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")

        class Meta:
            indexes = ((("change", "school"), True),)

    class PersonPlacement(Table):
        change = ForeignKeyField(UnitChange, on_delete="CASCADE")
        membership = ForeignKeyField(Membership, on_delete="RESTRICT")
        target = ForeignKeyField(ChangeUnit, null=True, on_delete="SET NULL")
        continued = ForeignKeyField(Membership, null=True, on_delete="RESTRICT")
        ends_on = DateField(null=True)

        class Meta:
            indexes = ((("change", "membership"), True),)

    class MovedRow(Table):
        change = ForeignKeyField(UnitChange, on_delete="CASCADE")
        table_name = CharField(max_length=80)
        row_id = IntegerField()
        column = CharField(max_length=60)
        before = IntegerField(null=True)
        after = IntegerField(null=True)

    class FormerUnit(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        code = CharField(max_length=20)
        name = CharField(max_length=200)
        office_name = CharField(max_length=200)
        until = DateField()
        change = ForeignKeyField(UnitChange, null=True, on_delete="RESTRICT")

        class Meta:
            indexes = ((("district", "until"), False),)

    class FormerPlace(Table):
        school = ForeignKeyField(School, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        commune = ForeignKeyField(Commune, null=True, on_delete="RESTRICT")
        until = DateField()
        change = ForeignKeyField(UnitChange, null=True, on_delete="RESTRICT")

        class Meta:
            indexes = ((("school", "until"), False),)

    class Area(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        name = CharField(max_length=120)
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        change = ForeignKeyField(UnitChange, null=True, on_delete="RESTRICT")
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "programme_area"
            indexes = ((("programme", "name"), True),)

    class AreaSchool(Table):
        area = ForeignKeyField(Area, on_delete="CASCADE")
        school = ForeignKeyField(School, on_delete="RESTRICT")

        class Meta:
            table_name = "programme_area_school"
            indexes = ((("area", "school"), True),)

    db.create_tables(
        [
            *(UnitChange, ChangeUnit, ChangeLine, Placement, PersonPlacement, MovedRow),
            *(FormerUnit, FormerPlace, Area, AreaSchool),
        ]
    )
