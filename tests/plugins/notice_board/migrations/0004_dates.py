"""When two schools mean to carry a plan out."""

from typing import Any

from peewee import Database, DateTimeField


def up(migrator: Any, db: Database) -> None:
    migrator.migrate(migrator.add_column("notice_board_plan", "starts_at", DateTimeField(null=True)))
