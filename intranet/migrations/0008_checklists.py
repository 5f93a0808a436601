"""Checklists in dated versions, on which modules let schools be reviewed and judged."""

from typing import Any

from peewee import CharField, Database, DateField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator: Any, db: Database) -> None:
    """Their table; what is in it, the modules bring."""

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

    class ChecklistPack(Table):
        use = CharField(max_length=60)
        key = CharField(max_length=60)
        version = IntegerField(default=1)
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        copied_from = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        title = CharField(max_length=200)
        source = CharField(max_length=300, default="")
        note = TextField(default="")
        levels = IntegerField(default=0)
        starts_on = DateField()
        ends_on = DateField(null=True)
        body = TextField()
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            table_name = "checklist_pack"
            indexes = ((("key", "version"), True), (("use", "district"), False))

    db.create_tables([ChecklistPack])
