"""Word search with prefixes, the same on both engines.

The words are folded by us, so neither engine's idea of Vietnamese matters: SQLite keeps an FTS5 table beside the
text column (filled by triggers), PostgreSQL a GIN index over ``to_tsvector('simple', …)``.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

from peewee import JOIN, SQL, Case, Database, Expression, Field, NodeList, Select, Table, fn

from intranet.kernel.database import database, is_postgres
from intranet.kernel.statements import param

SUFFIX = "_words"


def create_index(bound: Database, table: str, column: str) -> None:
    """Make ``table.column`` (folded text) searchable by words."""
    if is_postgres(bound):
        words = f"gin (to_tsvector('simple', {column}))"
        bound.execute_sql(f"CREATE INDEX {table}_{column}{SUFFIX} ON {table} USING {words}")
        return
    bound.execute_sql(
        f"CREATE VIRTUAL TABLE {table}_words USING fts5({column}, content='{table}', content_rowid='id', "
        "tokenize='ascii', prefix='2 3')"
    )
    add = f"INSERT INTO {table}_words(rowid, {column}) VALUES (new.id, new.{column});"
    remove = f"INSERT INTO {table}_words({table}_words, rowid, {column}) VALUES ('delete', old.id, old.{column});"
    bound.execute_sql(f"CREATE TRIGGER {table}_words_add AFTER INSERT ON {table} BEGIN {add} END")
    bound.execute_sql(f"CREATE TRIGGER {table}_words_remove AFTER DELETE ON {table} BEGIN {remove} END")
    bound.execute_sql(
        f"CREATE TRIGGER {table}_words_change AFTER UPDATE OF {column} ON {table} BEGIN {remove} {add} END"
    )


def contains(field: Field, name: str) -> Expression:
    """A condition for a Statement: ``field`` contains the words given as parameter ``name`` (see words())."""
    table, column = field.model._meta.table_name, field.column_name
    if is_postgres():
        return Expression(
            fn.to_tsvector(SQL("'simple'"), field), "@@", fn.to_tsquery(SQL("'simple'"), param(name)), flat=True
        )
    ids = NodeList((SQL(f"(SELECT rowid FROM {table}_words WHERE {column} MATCH"), param(name), SQL(")")))
    return Expression(field.model.id, "IN", ids)


def containing(field: Field, name: str, *columns: Any) -> Select:
    """For a Statement: columns of the rows whose ``field`` contains the words (see words()), found by their index."""
    model = field.model
    if is_postgres():
        return model.select(*columns).where(contains(field, name))
    # CROSS keeps SQLite from beginning with the rows.
    index = Table(f"{model._meta.table_name}_words", ["rowid", field.column_name]).bind(model._meta.database)
    rows = index.select(*columns).join(model, JOIN.CROSS, on=(model.id == index.rowid))
    return rows.where(Expression(getattr(index, field.column_name), "MATCH", param(name)))


def more_than(count: int, field: Field, text: str) -> bool:
    """Whether more rows than ``count`` contain the words (see words()): PostgreSQL estimates it by its statistics."""
    table, column = field.model._meta.table_name, field.column_name
    if is_postgres():
        match = f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)"
        plan = database.execute_sql(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {table} WHERE {match}", (text,))
        return plan.fetchone()[0][0]["Plan"]["Plan Rows"] > count
    found = f"SELECT 1 FROM {table}_words WHERE {column} MATCH ? LIMIT 1 OFFSET {count}"
    return bool(database.execute_sql(found, (text,)).fetchall())


def words(tokens: Sequence[str], *, whole: bool = False) -> str:
    """The engine's query text for rows that have every token, each as the start of a word or as a whole word.

    Tokens are folded letters and digits only (text.search_tokens), so nothing in them can be an operator.
    """
    if is_postgres():
        return " & ".join(f"'{token}'" if whole else f"'{token}':*" for token in tokens)
    return " ".join(f'"{token}"' if whole else f'"{token}"*' for token in tokens)


def rank(field: Field, tiers: int, count: int) -> Any:
    """For a Statement: 0 where the text has the tokens of the strictest reading, 1 for the next, and so on.

    ``tiers`` and ``count`` are how many readings (text.search_tiers) there are and how many tokens each has; their
    values come from rank_values().
    """
    readings = [
        (reduce(operator.and_, (_like(field, f"tier{t}_{i}") for i in range(count))), t) for t in range(tiers - 1)
    ]
    return Case(None, readings, tiers - 1)


def rank_values(tiers: Sequence[Sequence[str]]) -> dict[str, str]:
    """The values for rank()."""
    return {f"tier{t}_{i}": f"% {token}%" for t, tokens in enumerate(tiers) for i, token in enumerate(tokens)}


def rank_of(text: str, tiers: Sequence[Sequence[str]]) -> int:
    """What rank() gives a text."""
    return next(
        (t for t, tokens in enumerate(tiers[:-1]) if all(f" {token}" in text for token in tokens)), len(tiers) - 1
    )


def fits(text: Any, reading: int, count: int, *, whole: bool = False) -> Any:
    """For a Statement: ``text`` has the ``count`` tokens of a reading; see patterns()."""
    kind = "whole" if whole else "start"
    return reduce(operator.and_, (_like(text, f"{kind}{reading}_{i}") for i in range(count)))


def _like(text: Any, name: str) -> NodeList:
    # Not peewee's operator, which is GLOB on SQLite.
    return NodeList((text, SQL("LIKE"), param(name)))


def fit(text: Any, counts: Sequence[int]) -> Any:
    """For a Statement: how well a text that has the tokens of the last reading fits; 0 is best.

    Whole words before beginnings of words, and among each the strictest reading first. ``counts`` are how many tokens
    each reading (text.search_tiers) has; their values come from patterns().
    """
    last = len(counts) - 1
    whole = [(fits(text, t, count, whole=True), t) for t, count in enumerate(counts)]
    started = [(fits(text, t, count), len(counts) + t) for t, count in enumerate(counts[:last])]
    return Case(None, whole + started, len(counts) + last)


def patterns(readings: Sequence[Sequence[str]]) -> dict[str, str]:
    """The values for fit() and fits()."""
    found = {}
    for t, tokens in enumerate(readings):
        for i, token in enumerate(tokens):
            found |= {f"whole{t}_{i}": f"% {token} %", f"start{t}_{i}": f"% {token}%"}
    return found
