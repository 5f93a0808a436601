"""SQL text that is built once from a peewee query and run often, with named places for its values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from sys import intern
from typing import Any

from peewee import SQL, Database, Expression, Field, FieldAlias, Value, fn

from intranet.kernel.database import database, is_postgres


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
