"""The process's one connection."""

from __future__ import annotations

import sqlite3
from typing import Any

_connection: sqlite3.Connection | None = None


def connect(url: str) -> None:
    """Open the SQLite database at ``url``, as durable as the product opens it."""
    global _connection
    _connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = 1", "cache_size = -8000"):
        _connection.execute(f"PRAGMA {pragma}")


def connection() -> sqlite3.Connection:
    """The open connection."""
    assert _connection is not None
    return _connection


def rows(sql: str, values: Any = ()) -> list[tuple]:
    """All rows of a statement."""
    return connection().execute(sql, values).fetchall()


def row(sql: str, values: Any = ()) -> Any:
    """The first row of a statement, or None."""
    return connection().execute(sql, values).fetchone()
