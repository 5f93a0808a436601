"""What the module knows of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from intranet.api import Person
from plugins.digital.desk import personal as desk


def known_of(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """For the file that people get of their own data."""
    return {**desk.known_of(person)}


def forget(person: Person) -> None:
    """What only the person's own words tell goes."""
    desk.forget(person)
