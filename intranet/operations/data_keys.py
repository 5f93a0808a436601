"""The keys by which columns are sealed: the first one, those that are missing, and a new one in place of an old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from peewee import Field, fn

from intranet.accounts import factor
from intranet.kernel import sealed, secret_fields
from intranet.kernel.database import transaction
from intranet.registry.accounts import SecondFactor


def missing_data_keys() -> list[str]:
    """Ids of the keys that sealed something here and that this machine lacks."""
    return sealed.missing_keys(name for column in _columns() for name in _names(column))


def _columns() -> Iterator[tuple[Any, Field]]:
    yield SecondFactor, SecondFactor.secret
    yield from secret_fields.secret_columns(_models())


def _models() -> list[Any]:
    return [model for component in current_app.extensions["components"] for model in component.models]


def _names(place: tuple[Any, Field]) -> list[str]:
    """The ids of the keys in a column: the values themselves may be whole files and are not read."""
    model, column = place
    start = fn.SUBSTR(column, 1, sealed.ID_LENGTH + 1)
    return [text for (text,) in model.select(start).where(column != "").distinct().tuples()]


def begin(instance: Path) -> None:
    """Make the first key. Not where one was lost: who brings it back then finds nothing sealed by another."""
    if not missing_data_keys():
        sealed.ensure_key(instance)


def renew(instance: Path) -> int:
    """Make a new key and seal everything by it; how many values. The old ones stay in the file for older backups.

    Stopped in the middle, nothing is lost: both keys open what they sealed. Raises sealed.KeyMissing and sealed.Broken.
    """
    if missing := missing_data_keys():
        raise sealed.KeyMissing(f"the data keys {', '.join(missing)} are not here")
    sealed.add_key(instance)
    return seal_all_anew()


def seal_all_anew() -> int:
    """Seal by the newest key what older ones sealed; how many values."""
    with transaction():
        count = factor.seal_anew()
    return count + secret_fields.seal_anew(_models())
