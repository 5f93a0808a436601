"""The pack of decision 4725 states the thresholds of its criterion 1.3: its next version, beside the one shipped first.

Rounds that are open keep the version that they were opened by. A pack that somebody has edited is left alone.
"""

from pathlib import Path
from typing import Any

from peewee import Database

from intranet.api import insert_packs


def up(migrator: Any, db: Database) -> None:
    """Insert the versions that are not there yet."""
    insert_packs(db, Path(__file__).parent.parent / "packs")
