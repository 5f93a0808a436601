"""Schema changes: one directory and one history table for the core and for each plugin, the core first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peewee import Model
from playhouse.migrations import Runner
from playhouse.schema_diff import SchemaDiff, diff_models

from intranet.kernel import fulltext
from intranet.kernel.database import database, is_postgres

# Any constant works; it only has to be the same for all who migrate this database.
_LOCK_NUMBER = 7_236_911


# What the table of a component's applied migrations is called begins with this.
HISTORY = "migration_"


@dataclass(frozen=True, slots=True)
class Component:
    """A part with tables of its own: the core or a plugin."""

    name: str
    directory: Path
    models: tuple[type[Model], ...]


def _runner(component: Component) -> Runner:
    # One history table each: in a shared one, a second "0001_initial" would count as applied.
    return Runner(database.obj, str(component.directory), table_name=f"{HISTORY}{component.name}")


@contextmanager
def _lock() -> Iterator[None]:
    """Only one process migrates: on PostgreSQL by advisory lock; SQLite's write lock is taken by each migration."""
    if not is_postgres():
        yield
        return
    database.execute_sql("SELECT pg_advisory_lock(%s)", (_LOCK_NUMBER,))
    try:
        yield
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (_LOCK_NUMBER,))


def pending(components: Sequence[Component]) -> list[str]:
    """Names of the migrations that this database still lacks, as ``component/name``."""
    return [
        f"{component.name}/{migration.name}"
        for component in components
        for migration in _runner(component).status()
        if migration.path is not None and not migration.applied
    ]


def migrate(components: Sequence[Component]) -> list[str]:
    """Apply what is pending, in order, and return the applied names."""
    with _lock():
        return [f"{component.name}/{name}" for component in components for name in _runner(component).up()]


def known(components: Sequence[Component]) -> dict[str, list[str]]:
    """{component: names of the migrations that this version brings, in order}."""
    return {component.name: [found.name for found in _runner(component).migrations()] for component in components}


def absent(components: Sequence[Component]) -> list[str]:
    """The components whose tables are in the database, and which are not installed."""
    found = {table.removeprefix(HISTORY) for table in database.get_tables() if table.startswith(HISTORY)}
    return sorted(found - {component.name for component in components})


def migrate_to(components: Sequence[Component], applied: Mapping[str, Sequence[str]]) -> None:
    """Bring an empty database to an earlier schema: to what ``applied`` names, {component: names in order}."""
    with _lock():
        for component in components:
            if applied.get(component.name):
                _runner(component).up(target=applied[component.name][-1])


def drift(components: Sequence[Component]) -> list[str]:
    """Differences between the models and the migrated schema, one line each; empty when they agree."""
    return [
        f"{component.name}: {line}" for component in components for line in str(_difference(component)).splitlines()
    ]


def _difference(component: Component) -> SchemaDiff:
    found = diff_models(database.obj, component.models)
    # A model cannot declare a word index: it differs by engine.
    unknown = [index for index in found.drop_indexes if not index.name.endswith(fulltext.SUFFIX)]
    return found._replace(drop_indexes=unknown)
