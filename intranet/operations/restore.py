"""The way back from an archive, into an installation that is still empty: all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from peewee import Database, PeeweeException

from intranet.kernel import migrations
from intranet.kernel.database import database, is_postgres
from intranet.kernel.durable import sync_directory
from intranet.operations import tables
from intranet.operations.archive import HISTORY, Archive, BadArchive, Manifest


class RestoreRefused(Exception):
    """The archive cannot be restored there; the text is a sentence that says why."""


def demand_readable(
    manifest: Manifest, components: Sequence[migrations.Component], leave_out: Sequence[str] = ()
) -> None:
    """Refuse an archive of a newer version, and one with a module that is not installed. Raises RestoreRefused."""
    known = migrations.known(components)
    for component, applied in manifest.migrations.items():
        if component in leave_out:
            continue
        if component not in known:
            raise RestoreRefused(
                f"The archive holds the module {component}, which is not installed here. Install it first, or leave "
                f"its data out with --leave-out {component}."
            )
        newer = [name for name in applied if name not in known[component]]
        if newer:
            raise RestoreRefused(
                f"The archive was written by a newer version, {manifest.version} ({component}/{newer[0]} is unknown "
                "here). Install that version or a later one."
            )


def demand_empty(files: Path) -> None:
    """Refuse a database that has tables, and a file store that has files. Raises RestoreRefused."""
    found = tables.names(database.obj)
    if found:
        raise RestoreRefused(f"The database is not empty ({found[0]}, …). A restore never overwrites anything.")
    if files.is_dir() and any(files.iterdir()):
        raise RestoreRefused(f"{files} is not empty. A restore never overwrites anything.")


def load(
    archive: Archive,
    components: Sequence[migrations.Component],
    leave_out: Sequence[str] = (),
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Fill the empty database of the process: the archive's schema, its rows, then this version's schema.

    On PostgreSQL it is one transaction. On SQLite a failure leaves a part: load into a file of its own (see
    beside()). Raises BadArchive and RestoreRefused.
    """
    bound = database.obj
    try:
        if is_postgres():
            with bound.atomic():
                _load(archive, components, bound, leave_out, tick)
        else:
            _load(archive, components, bound, leave_out, tick)
    except (PeeweeException, ValueError) as cause:
        raise RestoreRefused(f"The rows do not fit: {cause}") from cause


def _load(
    archive: Archive,
    components: Sequence[migrations.Component],
    bound: Database,
    leave_out: Sequence[str],
    tick: Callable[[], None],
) -> None:
    migrations.migrate_to(components, archive.manifest.migrations)
    wanted = [name for name in archive.manifest.tables if not _belongs_to(name, leave_out)]
    _compare_columns(archive, bound, wanted)
    if not is_postgres(bound):
        # Only outside of a transaction; it lasts as long as the connection.
        bound.execute_sql("PRAGMA foreign_keys = 0")
    with bound.atomic(), tables.keys_checked_at_the_end(bound):
        for table in wanted:
            # A migration may have left rows in an empty database, its own history at least.
            bound.execute_sql(f'DELETE FROM "{table}"')
            tables.fill(bound, table, archive.lines(table))
            tick()
    tables.set_counters(bound)
    for table in wanted:
        note = archive.manifest.tables[table]
        if tables.digest(bound, table) != (note.rows, note.sha256):
            raise BadArchive(f"{table} does not read as it was written.")
        tick()
    migrations.migrate(components)


def _belongs_to(table: str, components: Sequence[str]) -> bool:
    return any(table == f"{HISTORY}{name}" or table.startswith(f"{name}_") for name in components)


def _compare_columns(archive: Archive, bound: Database, wanted: Sequence[str]) -> None:
    there = set(tables.names(bound))
    for table in wanted:
        columns = tables.neutral(tables.columns(bound, table)) if table in there else {}
        if columns != archive.manifest.tables[table].columns:
            raise RestoreRefused(f"The table {table} of the archive differs from the one that this version makes.")


@contextmanager
def files_in(archive: Archive, path_of: Callable[[str], Path], directory: Path) -> Iterator[None]:
    """Write the stored files of an archive; if the block fails, remove them again. Raises BadArchive and OSError."""
    was_there = directory.is_dir()
    try:
        for name in archive.manifest.files:
            path = path_of(name)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(archive.file(name))
        if hasattr(os, "sync"):
            os.sync()
        yield
    except BaseException:
        for entry in list(directory.iterdir()) if directory.is_dir() else ():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        if not was_there and directory.is_dir():
            directory.rmdir()
        raise


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A file to build a SQLite database in; it takes its place at the end, or goes if the block fails."""
    new = path.with_name(f"{path.name}.restoring")
    _remove_database(new)
    try:
        yield new
        # The last connection that closes puts everything into the one file.
        database.close()
        new.chmod(0o600)
        new.rename(path)
        sync_directory(path.parent)
    except BaseException:
        database.close()
        _remove_database(new)
        raise


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
