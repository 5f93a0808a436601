"""One database per process: SQLite by default, PostgreSQL by address; both behave alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from sys import intern
from typing import Any, ClassVar, Self

from peewee import (
    OP,
    SQL,
    Database,
    DatabaseProxy,
    Expression,
    Field,
    FieldAlias,
    Model,
    Node,
    PostgresqlDatabase,
    SqliteDatabase,
    TextField,
    Value,
    fn,
)
from playhouse.db_url import connect as connect_url
from playhouse.pool import PooledDatabase

database = DatabaseProxy()

# Rarely, several connections in WAL mode corrupt a database in SQLite up to 3.51.2 (the WAL-reset bug).
SAFE_SQLITE = (3, 51, 3)
# How long a writer of SQLite waits for another one, in seconds.
PATIENCE = 10


class Table(Model):
    """Base of every table.

    ``of_then`` names the columns that go on naming the district of then; every other one names the district of today,
    and changes with it (registry.units).
    """

    of_then: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        database = database
        legacy_table_names = False

    def save(self, force_insert: bool = False, only: Any = None) -> int | bool:
        """As peewee's. The text of an UPDATE of the same columns is built once: that costs more than running it."""
        names = self._dirty if self._meta.only_save_dirty else self.__data__.keys()
        if force_insert or only is not None or self._pk is None or not self._holds_values(names):
            return super().save(force_insert, only)
        key = self._meta.primary_key
        fields = [field for field in self._meta.sorted_fields if field.name in names and field is not key]
        if not fields:
            return super().save()
        statement = _update(type(self), tuple(field.name for field in fields))
        values = {field.name: field.db_value(self.__data__[field.name]) for field in fields}
        changed = statement.run(**values, _key=key.db_value(self._pk))
        self._dirty -= values.keys()
        return changed

    @classmethod
    def get(cls, *query: Any, **filters: Any) -> Self:
        """As peewee's. The text of a look-up by plain values is built once; keys to other tables are read this way."""
        if filters or not query or not all(cls._is_value(part) for part in query):
            return super().get(*query, **filters)
        values = {part.lhs.name: part.lhs.db_value(part.rhs) for part in query}
        row = _one(cls, tuple(values)).row(**values)
        if row is None:
            raise cls.DoesNotExist(f"{cls.__name__} with this {', '.join(values)}")
        return cls.of_row(row)

    @classmethod
    def _is_value(cls, part: Any) -> bool:
        """Whether a condition says of a column of this table which plain value it has."""
        if not isinstance(part, Expression) or part.op != OP.EQ or isinstance(part.rhs, Node):
            return False
        return isinstance(part.lhs, Field) and part.lhs.model is cls

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Self:
        """The record whose columns a stored statement read, all of them in the table's order."""
        record = cls(__no_default__=True)
        fields = zip(cls._meta.sorted_fields, row, strict=True)
        record.__data__.update({field.name: field.python_value(value) for field, value in fields})
        return record

    def _holds_values(self, names: Collection[str]) -> bool:
        """Whether the fields hold plain values: no SQL expression, no record that has its key since it was set."""
        unsaved = (self.__data__.get(field.name) is None and self.__rel__.get(field.name) for field in self._meta.refs)
        return not any(unsaved) and not any(isinstance(self.__data__.get(name), Node) for name in names)


class SortKeyField(TextField):
    """Text that both engines compare byte by byte, so that Vietnamese order is the same on each."""

    def ddl(self, ctx: Any) -> Any:
        nodes = super().ddl(ctx)
        if is_postgres(self.model._meta.database):
            # Next to the type: PostgreSQL takes COLLATE before or after NOT NULL.
            nodes.nodes.append(SQL('COLLATE "C"'))
        return nodes


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


class Param:
    """A place in a stored statement that a value fills when it runs."""

    def __init__(self, name: str) -> None:
        self.name = name

    def filled(self, values: Mapping[str, Any]) -> Any:
        """What the engine is given for it."""
        return values[self.name]


class ListParam(Param):
    """A place for many values."""

    def filled(self, values: Mapping[str, Any]) -> Any:
        """A list for PostgreSQL, JSON for SQLite."""
        several = list(values[self.name])
        return several if is_postgres() else json.dumps(several)


def param(name: str) -> Value:
    """A named place for use inside a peewee query that becomes a Statement."""
    return Value(Param(name), converter=False, unpack=False)


def among(field: Field, name: str) -> Expression:
    """A condition for a Statement: ``field`` is one of the values of the parameter ``name``, however many there are."""
    place = ListParam(name)
    if is_postgres():
        return field == fn.ANY(Value(place, converter=False, unpack=False))
    return field.in_(SQL("(SELECT value FROM json_each(?))", (place,)))


class Statement:
    """SQL text built once from a peewee query and run often: building a query costs more than running it.

    ``build`` returns the query, with ``param(name)`` where values go.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._built_for: Database | None = None
        self._sql = ""
        self._params: Sequence[Any] = ()
        self._converters: list[tuple[int, Callable[[Any], Any]]] | None = None

    def rows(self, **values: Any) -> list[tuple]:
        """All rows as tuples."""
        return self._cursor(values).fetchall()

    def tuples(self, **values: Any) -> list[tuple]:
        """All rows as peewee's ``tuples()`` gives them: dates and decimals are such on both engines."""
        rows = self._cursor(values).fetchall()
        if self._converters is None:
            self._converters = [(at, field.python_value) for at, field in _fields_of(self._build())]
        return [_converted(row, self._converters) for row in rows]

    def row(self, **values: Any) -> tuple | None:
        """The first row, or None."""
        rows = self.rows(**values)
        return rows[0] if rows else None

    def value(self, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.row(**values)
        return row[0] if row else None

    def run(self, **values: Any) -> int:
        """Carry out a statement that writes; how many rows it changed."""
        return self._cursor(values).rowcount

    def _cursor(self, values: Mapping[str, Any]) -> Any:
        if self._built_for is not database.obj:
            sql, self._params = self._build().sql()
            # Kept for each actor, the text is most often the same.
            self._sql = intern(sql)
            self._built_for = database.obj
        params = [p.filled(values) if isinstance(p, Param) else p for p in self._params]
        return database.execute_sql(self._sql, params)


def _fields_of(query: Any) -> Iterator[tuple[int, Field]]:
    """(place, field) of the selected columns that are a table's."""
    for at, column in enumerate(query._returning):
        field = column.field if isinstance(column, FieldAlias) else column
        if isinstance(field, Field):
            yield at, field


def _converted(row: tuple, converters: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple:
    values = list(row)
    for at, convert in converters:
        values[at] = convert(values[at])
    return tuple(values)


@lru_cache(maxsize=500)
def _update(model: type[Table], names: tuple[str, ...]) -> Statement:
    key = model._meta.primary_key
    values = {name: param(name) for name in names}
    return Statement(lambda: model.update(values).where(key == param("_key")))


@lru_cache(maxsize=500)
def _one(model: type[Table], names: tuple[str, ...]) -> Statement:
    values = [getattr(model, name) == param(name) for name in names]
    return Statement(lambda: model.select().where(*values).limit(1))


def records(row: Sequence[Any], *models: type[Table]) -> list[Any]:
    """The records whose columns stand one after the other in a row of a stored statement."""
    cells = iter(row)
    return [model.of_row(tuple(islice(cells, len(model._meta.sorted_fields)))) for model in models]
