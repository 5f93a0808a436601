"""Rounds are split when units change: of which round one is a part, and whom it asks since."""

from typing import Any

from peewee import Database, DateField, ForeignKeyField, Model


def up(migrator: Any, db: Database) -> None:
    """Add the columns."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        pass

    class Round(Table):
        class Meta:
            table_name = "facilities_round"

    def key(model: type[Model]) -> ForeignKeyField:
        return ForeignKeyField(model, field=model.id, null=True, on_delete="RESTRICT")

    migrator.migrate(
        migrator.add_column("facilities_round", "split_from_id", key(Round)),
        migrator.add_column("facilities_round", "asked_in_id", key(District)),
        migrator.add_column("facilities_round", "asked_on", DateField(null=True)),
    )
