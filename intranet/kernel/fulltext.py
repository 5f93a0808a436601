"""Word search with prefixes, the same on both engines.

The words are folded by us, so neither engine's idea of Vietnamese matters: SQLite keeps an FTS5 table beside the
text column (filled by triggers), PostgreSQL a GIN index over ``to_tsvector('simple', …)``.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

from peewee import SQL, Case, Database, Expression, Field, NodeList, fn

from intranet.kernel.database import is_postgres, param

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


def words(tokens: Sequence[str]) -> str:
    """The engine's query text for rows that have every token, each as the start of a word.

    Tokens are folded letters and digits only (text.search_tokens), so nothing in them can be an operator.
    """
    if is_postgres():
        return " & ".join(f"'{token}':*" for token in tokens)
    return " ".join(f'"{token}"*' for token in tokens)


def rank(field: Field, tiers: int, count: int) -> Any:
    """For a Statement: 0 where the text has the tokens of the strictest reading, 1 for the next, and so on.

    ``tiers`` and ``count`` are how many readings (text.search_tiers) there are and how many tokens each has; their
    values come from rank_values().
    """
    readings = [
        (reduce(operator.and_, (Expression(field, "LIKE", param(f"tier{t}_{i}")) for i in range(count))), t)
        for t in range(tiers - 1)
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
