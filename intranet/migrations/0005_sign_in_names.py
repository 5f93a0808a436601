"""People sign in by phone number and e-mail address, too: both are found by index, addresses stand in small letters."""

from typing import Any

from peewee import Database


def up(migrator: Any, db: Database) -> None:
    """Addresses that were noted with capitals become small ones, as the forms keep them from now on."""
    db.execute_sql("UPDATE person SET email = lower(email) WHERE email <> lower(email)")
    migrator.migrate(migrator.add_index("person", ("phone",)), migrator.add_index("person", ("email",)))
