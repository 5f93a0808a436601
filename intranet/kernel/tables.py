"""The base of every table: peewee's, with the text of its plainest statements built once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar, Self

from peewee import OP, SQL, Expression, Field, Model, ModelSelect, Node, TextField

from intranet.kernel.database import database, is_postgres
from intranet.kernel.statements import Statement, param


class Read(ModelSelect):
    """A query that has read all its rows before the first of them is gone through, as with PostgreSQL's driver.

    SQLite's would stay open while they are gone through. What is written meanwhile would not wait for other writers as
    it does elsewhere, but fail at once if any of them was faster. ``iterator()`` goes on reading piece by piece.
    """

    def __iter__(self) -> Iterator[Any]:
        self._ensure_execution()
        self._cursor_wrapper.fill_cache()
        return iter(self._cursor_wrapper)


class Table(Model):
    """Base of every table.

    ``of_then`` names the columns that go on naming the district of then; every other one names the district of today,
    and changes with it (registry.units).
    """

    of_then: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def select(cls, *fields: Any) -> Read:
        return Read(cls, fields or cls._meta.sorted_fields, is_default=not fields)

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
