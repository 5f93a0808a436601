"""The calendar finds the promises that are due between two days by an index."""

from typing import Any

from peewee import Database


def up(migrator: Any, db: Database) -> None:
    """An index of the days, which most promises have."""
    migrator.migrate(migrator.add_index("pledge_clause", ("due_on",)))
