"""The rows of any table as lines of text that are the same on both engines.

Everything is asked of the database itself and nothing of the models: so the tables of a module that is not installed
come along, and rows of an older schema can be read. Values: whole numbers and truth as numbers, decimals, dates and
times as text, bytes as {"b64": …}; columns in the order of their names, rows in the order of their keys.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import Database, DatabaseError, PostgresqlDatabase, SqliteDatabase, chunked

from intranet.kernel.database import database, is_postgres

BATCH = 500
DRIVERS = ("cysqlite", "psycopg")
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
# How the engines call a column's type, and what we call it.
_KINDS = {
    "bool": "boolean",
    "datetime": "time",
    "timestamp": "time",
    "date": "date",
    "dec": "decimal",
    "numeric": "decimal",
    "blob": "bytes",
    "bytea": "bytes",
}
# What was signed in at the time of a backup must not come to life again with it.
LEFT_OUT = ("sign_in_session",)


@contextmanager
def snapshot() -> Iterator[Database]:
    """The database as it stands now, read on a connection of its own; whoever writes meanwhile goes on."""
    bound = database.obj
    reader = _postgres_reader(bound) if is_postgres() else _sqlite_reader(bound)
    try:
        with reader.atomic():
            if is_postgres(reader):
                reader.execute_sql("SET TRANSACTION READ ONLY")
            # The first read decides which state is seen.
            reader.execute_sql("SELECT 1 FROM migration_core LIMIT 1").fetchall()
            yield reader
    finally:
        reader.close()


def _sqlite_reader(bound: Any) -> SqliteDatabase:
    # Without IMMEDIATE a transaction only reads, and holds nobody up.
    return type(bound)(bound.database, rank_functions=False, timeout=10)


def _postgres_reader(bound: Any) -> PostgresqlDatabase:
    from playhouse.postgres_ext import Psycopg3Database

    return Psycopg3Database(bound.database, isolation_level="REPEATABLE READ", **bound.connect_params)


def names(bound: Database) -> list[str]:
    """All tables of the database but the engine's own and the word indexes."""
    if is_postgres(bound):
        return sorted(bound.get_tables())
    listed = bound.execute_sql("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()
    return sorted(name for name, kind in listed if kind == "table" and not name.startswith("sqlite_"))


def columns(bound: Database, table: str) -> dict[str, str]:
    """{column: kind} of a table in the order of the names; kinds are those of _KINDS, else "plain"."""
    found = {column.name: _kind(column.data_type) for column in bound.get_columns(table)}
    return dict(sorted(found.items()))


def _kind(data_type: str) -> str:
    name = data_type.lower()
    return next((kind for start, kind in _KINDS.items() if name.startswith(start)), "plain")


def neutral(kinds: Mapping[str, str]) -> dict[str, str]:
    """The kinds as an archive names them: SQLite keeps truth as a number and cannot tell."""
    return {name: "plain" if kind == "boolean" else kind for name, kind in kinds.items()}


def lines(bound: Database, table: str) -> Iterator[bytes]:
    """Each row of a table as one line of JSON."""
    kinds = columns(bound, table)
    listed = ", ".join(f'"{name}"' for name in kinds)
    sql = f'SELECT {listed} FROM "{table}" ORDER BY {_order(bound, table, kinds)}'
    decimals = [place for place, kind in enumerate(kinds.values()) if kind == "decimal"]
    for row in _stream(bound, sql):
        values = [_neutral(value) for value in row]
        for place in decimals:
            values[place] = _decimal(row[place])
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _order(bound: Database, table: str, kinds: Mapping[str, str]) -> str:
    keys = bound.get_primary_keys(table) or list(kinds)
    if not is_postgres(bound):
        return ", ".join(f'"{key}"' for key in keys)
    texts = {column.name for column in bound.get_columns(table) if column.data_type in ("text", "character varying")}
    return ", ".join(f'"{key}" COLLATE "C"' if key in texts else f'"{key}"' for key in keys)


def _stream(bound: Database, sql: str) -> Iterator[tuple]:
    with _errors_as_peewees():
        if not is_postgres(bound):
            yield from bound.connection().execute(sql)
            return
        # A cursor on the server lives in a transaction; rows come in batches.
        with bound.atomic(), bound.connection().cursor(name="rows") as cursor:
            cursor.itersize = BATCH
            cursor.execute(sql)
            yield from cursor


@contextmanager
def _errors_as_peewees() -> Iterator[None]:
    """What a driver says when it is called past peewee, said as peewee says it."""
    try:
        yield
    except Exception as cause:
        if type(cause).__module__.partition(".")[0] in DRIVERS:
            raise DatabaseError(str(cause)) from cause
        raise


def _neutral(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return {"b64": base64.b64encode(value).decode()}
    return value


def _decimal(value: Any) -> str | None:
    """As short as it goes: SQLite keeps 3.50 as 3.5."""
    if value is None:
        return None
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digest(bound: Database, table: str) -> tuple[int, str]:
    """How many rows a table has, and the SHA-256 of their lines."""
    count, sha256 = 0, hashlib.sha256()
    for line in lines(bound, table):
        count += 1
        sha256.update(line)
    return count, sha256.hexdigest()


def fill(bound: Database, table: str, found: Iterable[bytes]) -> None:
    """Put the lines of a table (as lines() wrote them) into the empty table of the same columns."""
    kinds = columns(bound, table)
    rows = (_values(line, kinds) for line in found)
    listed = ", ".join(f'"{name}"' for name in kinds)
    with _errors_as_peewees():
        if is_postgres(bound):
            with bound.connection().cursor().copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join("?" * len(kinds))
        for batch in chunked(rows, BATCH):
            bound.connection().executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({places})', batch)


def _values(line: bytes, kinds: Mapping[str, str]) -> list[Any]:
    values = json.loads(line)
    if len(values) != len(kinds):
        raise ValueError("a row has the wrong number of values")
    return [_typed(value, kind) for value, kind in zip(values, kinds.values(), strict=True)]


def _typed(value: Any, kind: str) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["b64"])
    return bool(value) if kind == "boolean" and value is not None else value


@contextmanager
def keys_checked_at_the_end(bound: Database) -> Iterator[None]:
    """Rows may come in any order within; afterwards every foreign key must hold. Inside a transaction on PostgreSQL.

    Putting tables in order would not do: rows of one table name each other.
    """
    if isinstance(bound, SqliteDatabase):
        yield
        broken = bound.execute_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ValueError(f"{len(broken)} rows of {broken[0][0]} name rows that are not there")
        return
    found = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable"
    keys = bound.execute_sql(found).fetchall()
    for table, key in keys:
        bound.execute_sql(f'ALTER TABLE {table} ALTER CONSTRAINT "{key}" DEFERRABLE INITIALLY DEFERRED')
    yield
    bound.execute_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in keys:
        bound.execute_sql(f'ALTER TABLE {table} ALTER CONSTRAINT "{key}" NOT DEFERRABLE')


def set_counters(bound: Database) -> None:
    """Let PostgreSQL's counters go on after the highest number that was loaded; SQLite does so by itself."""
    if not is_postgres(bound):
        return
    for table in names(bound):
        for column in bound.get_columns(table):
            if column.identity:
                _set_counter(bound, table, column.name)


def _set_counter(bound: Database, table: str, column: str) -> None:
    bound.execute_sql(
        f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), "
        f'COALESCE(MAX("{column}"), 1), MAX("{column}") IS NOT NULL) FROM "{table}"'
    )


def is_name(text: str) -> bool:
    """Whether a text can be the name of one of our tables; what an archive says goes into SQL."""
    return _NAME.fullmatch(text) is not None
