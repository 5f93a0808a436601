"""One database per process: SQLite by default, PostgreSQL by address; both behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import Database, DatabaseProxy, PostgresqlDatabase, SqliteDatabase
from playhouse.db_url import connect as connect_url
from playhouse.pool import PooledDatabase

database = DatabaseProxy()

# Rarely, several connections in WAL mode corrupt a database in SQLite up to 3.51.2 (the WAL-reset bug).
SAFE_SQLITE = (3, 51, 3)
# How long a writer of SQLite waits for another one, in seconds.
PATIENCE = 10


def open_database(url: str) -> Database:
    """Bind the process to the database at ``url`` (``sqlite:///path`` or ``postgresql://…``) and return it."""
    bound = _open_postgres(url) if url.startswith(("postgresql:", "postgres:")) else _open_sqlite(url)
    database.initialize(bound)
    return bound


def _open_sqlite(url: str) -> SqliteDatabase:
    import cysqlite
    from playhouse.cysqlite_ext import CySqliteDatabase

    class StableDatabase(CySqliteDatabase):
        """Keeps the plan of a stored statement.

        Built with STAT4, as cysqlite is, SQLite plans a prepared statement anew whenever a value in it changes: 43 of
        the 50 µs that reading a session took.
        """

        def _initialize_connection(self, conn: Any) -> None:
            super()._initialize_connection(conn)
            conn.db_config(cysqlite.SQLITE_DBCONFIG_ENABLE_QPSG, 1)

    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return StableDatabase(
        str(path),
        rank_functions=False,
        # A writer takes its lock when it begins: two writers wait for each other instead of failing in the middle.
        lock_type="IMMEDIATE",
        timeout=PATIENCE,
        pragmas={
            "journal_mode": "wal",
            "foreign_keys": 1,
            # FULL and not NORMAL: an answered request must survive a power cut.
            "synchronous": "full",
            "cache_size": -8000,
        },
    )


def _open_postgres(url: str) -> Database:
    rest = url.partition("://")[2]
    return connect_url(f"psycopg3+pool://{rest}", unquote_user=True, unquote_password=True, max_connections=20)


def is_postgres(bound: Database | DatabaseProxy | None = None) -> bool:
    """Whether the given (or the process's) database is PostgreSQL."""
    bound = database if bound is None else bound
    return isinstance(bound.obj if isinstance(bound, DatabaseProxy) else bound, PostgresqlDatabase)


def release_connection() -> None:
    """Give a pooled connection back. An embedded database keeps its connection: reopening costs 200 µs."""
    if isinstance(database.obj, PooledDatabase) and not database.is_closed():
        database.close()


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing. Nests: an inner block that raises undoes only itself."""
    with database.atomic():
        yield


@contextmanager
def without_waiting() -> Iterator[None]:
    """What is written inside raises OperationalError where SQLite's one writer is busy, instead of waiting for it."""
    if is_postgres():
        yield
        return
    database.execute_sql("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        database.execute_sql(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
