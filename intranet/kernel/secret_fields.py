"""Columns whose text the database holds encrypted (decision D9).

A table mixes in ``Sealed`` and declares columns as ``Secret()``. The attribute of a record is the sealed text, so that
nothing shows it by accident; ``put(record, name=…)`` and ``opened(record, "name")`` are the two doors.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from peewee import CharField, Field, TextField, fn

from intranet.kernel import sealed
from intranet.kernel.database import database

# What the audit trail, conflicts and logs say of a secret column that was changed.
CHANGED = "đã thay đổi"
BATCH = 200


class Secret(TextField):
    """A text that is encrypted where it stands; empty stays empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default="", **options)


class SealKeyField(CharField):
    """Names the row to what is sealed in it. The id would not do: a new row has none yet."""

    def __init__(self) -> None:
        super().__init__(max_length=24, default=lambda: secrets.token_urlsafe(16))


def put(record: Any, **texts: str) -> None:
    """Seal texts into the record's secret columns; it is not saved yet. Raises sealed.KeyMissing."""
    for name, text in texts.items():
        setattr(record, name, sealed.seal(text, *_place(record, name)) if text else "")


def opened(record: Any, name: str) -> str:
    """The text of a secret column. Raises sealed.KeyMissing and sealed.Broken."""
    value = getattr(record, name)
    return sealed.unseal(value, *_place(record, name)) if value else ""


def put_file(record: Any, name: str, contents: bytes) -> None:
    """Seal the contents of a file into a secret column; the record is not saved yet. Raises sealed.KeyMissing."""
    setattr(record, name, sealed.seal_bytes(contents, *_place(record, name)))


def opened_file(record: Any, name: str) -> bytes:
    """The contents of a file in a secret column. Raises sealed.KeyMissing and sealed.Broken."""
    return sealed.unseal_bytes(getattr(record, name), *_place(record, name))


def _place(record: Any, name: str) -> tuple[str, str, str]:
    return type(record)._meta.table_name, record.seal_key, name


def secret_columns(models: Iterable[Any]) -> Iterator[tuple[Any, Field]]:
    """(model, column) of all secret columns."""
    for model in models:
        for column in model._meta.sorted_fields:
            if isinstance(column, Secret):
                yield model, column


@cache
def names_of_secrets(model: Any) -> frozenset[str]:
    """The names of a table's secret columns."""
    return frozenset(column.name for _model, column in secret_columns([model]))


def seal_anew(models: Iterable[Any]) -> int:
    """Seal by the newest key what an older one sealed; how many values. Each batch is written for itself.

    Stopped in the middle, the next call goes on where it stood. Raises sealed.KeyMissing and sealed.Broken.
    """
    count = 0
    newest = f"{sealed.newest_key()}."
    for model, column in secret_columns(models):
        # Compared bytewise and not by LIKE, which takes _ for any letter.
        old = (column != "") & (fn.SUBSTR(column, 1, len(newest)) != newest)
        while rows := list(model.select(model.id, model.seal_key, column).where(old).limit(BATCH)):
            with database.atomic():
                for row in rows:
                    before = getattr(row, column.name)
                    put_file(row, column.name, opened_file(row, column.name))
                    # Whoever wrote meanwhile wrote by the newest key.
                    same = (model.id == row.id) & (column == before)
                    count += model.update({column: getattr(row, column.name)}).where(same).execute()
    return count
