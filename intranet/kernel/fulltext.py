"""Word search with prefixes, the same on both engines.

The words are folded by us, so neither engine's idea of Vietnamese matters: SQLite keeps an FTS5 table beside the
text column (filled by triggers), PostgreSQL a GIN index over ``to_tsvector('simple', …)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from peewee import SQL, Database, Expression, Field, NodeList, fn

from intranet.kernel.database import is_postgres, param

SUFFIX = "_words"


def create_index(bound: Database, table: str, column: str) -> None:
    """Make ``table.column`` (folded text) searchable by words."""
    if is_postgres(bound):
        words = f"gin (to_tsvector('simple', {column}))"
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
