"""One file that holds all that an installation knows but its keys: the same for both engines.

A zip with ``tables/<table>.jsonl`` (see tables.py), ``files/<sha256>`` and, written last, ``manifest.json``, which says
what must be in it: so an archive that is whole can be told from one that is not, and one engine's is read by the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from peewee import Database

from intranet import __version__
from intranet.kernel.clock import now
from intranet.kernel.database import is_postgres
from intranet.kernel.durable import sync_directory
from intranet.operations import tables

FORMAT = 1
MANIFEST = "manifest.json"
PREFIX, SUFFIX, UNFINISHED = "chung-tay-", ".zip", ".part"
HISTORY = "migration_"
_FILE = re.compile("[0-9a-f]{64}")
PIECE = 1 << 20
ROWS_BETWEEN_TICKS = 2_000
LEFT_OUT = {
    "keys": "secret_key, data_keys and the mail password; intranet keys export writes the keys to a file of their own",
    **dict.fromkeys(tables.LEFT_OUT, "who was signed in; people sign in again after a restore"),
}

Tick = Callable[[], None]


class BadArchive(Exception):
    """The file is not a whole archive that this version can read; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class TableNote:
    """What the manifest says of a table."""

    columns: dict[str, str]
    rows: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive holds."""

    version: str
    engine: str
    made_at: str
    # {component: names of its migrations that were applied, in order}
    migrations: dict[str, list[str]]
    tables: dict[str, TableNote] = field(default_factory=dict)
    # {name: (size, sha256)}; a file's name is the SHA-256 that it should have.
    files: dict[str, list] = field(default_factory=dict)
    # Files that rows name and that were not there, or not as they should be, when the archive was made.
    broken_files: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=lambda: dict(LEFT_OUT))

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(note.rows for note in self.tables.values())


def applied(bound: Database) -> dict[str, list[str]]:
    """{component: names of the applied migrations, in order} of a database, those of absent modules too."""
    histories = [table for table in tables.names(bound) if table.startswith(HISTORY)]
    return {
        table.removeprefix(HISTORY): [
            name for (name,) in bound.execute_sql(f'SELECT name FROM "{table}" ORDER BY name').fetchall()
        ]
        for table in histories
    }


def write(bound: Database, file_at: Callable[[str], Path], directory: Path, tick: Tick = lambda: None) -> Path:
    """Write the archive of a snapshot into a directory and return its path.

    ``file_at`` gives the path of a stored file. What is written goes under another name until it is whole and on the
    disk, so no half archive ever carries an archive's name. Raises OSError and peewee's errors.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _free_name(directory)
    part = path.with_suffix(UNFINISHED)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            _write_into(file, bound, file_at, tick)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_directory(directory)
    return path


def _free_name(directory: Path) -> Path:
    name = f"{PREFIX}{now():%Y%m%d-%H%M%S}"
    path, number = directory / f"{name}{SUFFIX}", 1
    while path.exists():
        number += 1
        path = directory / f"{name}-{number}{SUFFIX}"
    return path


def _write_into(file: IO[bytes], bound: Database, file_at: Callable[[str], Path], tick: Tick) -> None:
    engine = "postgresql" if is_postgres(bound) else "sqlite"
    manifest = Manifest(__version__, engine, now().isoformat(), applied(bound))
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=5) as zipped:
        for table in tables.names(bound):
            if table not in tables.LEFT_OUT:
                manifest.tables[table] = _write_table(zipped, bound, table, tick)
        for name in _stored_files(bound):
            _write_file(zipped, file_at(name), name, manifest)
            tick()
        zipped.writestr(MANIFEST, json.dumps(_as_json(manifest), ensure_ascii=False, indent=1))


def _write_table(zipped: ZipFile, bound: Database, table: str, tick: Tick) -> TableNote:
    count, sha256 = 0, hashlib.sha256()
    with zipped.open(f"tables/{table}.jsonl", "w", force_zip64=True) as member:
        for line in tables.lines(bound, table):
            member.write(line)
            sha256.update(line)
            count += 1
            if count % ROWS_BETWEEN_TICKS == 0:
                tick()
    tick()
    return TableNote(tables.neutral(tables.columns(bound, table)), count, sha256.hexdigest())


def _stored_files(bound: Database) -> list[str]:
    if "stored_file" not in tables.names(bound):
        return []
    return [name for (name,) in bound.execute_sql("SELECT sha256 FROM stored_file ORDER BY sha256").fetchall()]


def _write_file(zipped: ZipFile, path: Path, name: str, manifest: Manifest) -> None:
    if not path.is_file():
        manifest.broken_files.append(name)
        return
    # Pictures and papers are packed already.
    info = ZipInfo(f"files/{name}")
    info.compress_type = ZIP_STORED
    size, sha256 = 0, hashlib.sha256()
    with path.open("rb") as source, zipped.open(info, "w", force_zip64=True) as member:
        while piece := source.read(PIECE):
            member.write(piece)
            sha256.update(piece)
            size += len(piece)
    manifest.files[name] = [size, sha256.hexdigest()]
    if sha256.hexdigest() != name:
        manifest.broken_files.append(name)


def _as_json(manifest: Manifest) -> dict[str, Any]:
    notes = {
        name: {"columns": note.columns, "rows": note.rows, "sha256": note.sha256}
        for name, note in manifest.tables.items()
    }
    return {
        "format": FORMAT,
        "version": manifest.version,
        "engine": manifest.engine,
        "made_at": manifest.made_at,
        "migrations": manifest.migrations,
        "left_out": manifest.left_out,
        "broken_files": manifest.broken_files,
        "tables": notes,
        "files": manifest.files,
    }


class Archive:
    """An archive opened for reading."""

    def __init__(self, path: Path, zipped: ZipFile, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._zipped = zipped

    def check(self, tick: Tick = lambda: None) -> None:
        """Read everything and compare it with the manifest. Raises BadArchive."""
        expected = {MANIFEST, *(f"tables/{name}.jsonl" for name in self.manifest.tables)}
        expected |= {f"files/{name}" for name in self.manifest.files}
        found = set(self._zipped.namelist())
        if found != expected:
            different = sorted(found ^ expected)[0]
            raise BadArchive(f"{self.path}: {different} is missing or does not belong there.")
        for table in self.manifest.tables:
            for _line in self.lines(table):
                pass
            tick()
        for name in self.manifest.files:
            for _piece in self.file(name):
                pass
            tick()

    def lines(self, table: str) -> Iterator[bytes]:
        """The lines of a table; raises BadArchive at the end when they are not those that were written."""
        note = self.manifest.tables[table]
        count, sha256 = 0, hashlib.sha256()
        with _readable(self.path), self._zipped.open(f"tables/{table}.jsonl") as member:
            for line in member:
                sha256.update(line)
                count += 1
                yield line
        if (count, sha256.hexdigest()) != (note.rows, note.sha256):
            raise BadArchive(f"{self.path}: the rows of {table} are not those that were written.")

    def file(self, name: str) -> Iterator[bytes]:
        """A stored file in pieces; raises BadArchive at the end when it is not the one that was written."""
        size, sha256 = 0, hashlib.sha256()
        with _readable(self.path), self._zipped.open(f"files/{name}") as member:
            while piece := member.read(PIECE):
                sha256.update(piece)
                size += len(piece)
                yield piece
        if [size, sha256.hexdigest()] != self.manifest.files[name]:
            raise BadArchive(f"{self.path}: the file {name} is not the one that was written.")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Whatever a damaged zip makes the reader say becomes one sentence."""
    try:
        yield
    except (BadZipFile, LargeZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as cause:
        raise BadArchive(f"{path} is damaged or cut off: {cause}") from cause
    except OSError as cause:
        raise BadArchive(f"{path} cannot be read: {cause.strerror or cause}") from cause


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive with its manifest read. Raises BadArchive."""
    with _readable(path):
        zipped = ZipFile(path)
    with zipped:
        try:
            with _readable(path):
                manifest = _manifest(json.loads(zipped.read(MANIFEST)))
        except (ValueError, TypeError, AttributeError) as cause:
            raise BadArchive(f"{path} has no manifest that can be read.") from cause
        yield Archive(path, zipped, manifest)


def _manifest(found: Mapping[str, Any]) -> Manifest:
    if found["format"] > FORMAT:
        raise BadArchive(f"The archive was written by a newer version ({found['version']}); install that one.")
    notes = {name: TableNote(note["columns"], note["rows"], note["sha256"]) for name, note in found["tables"].items()}
    if not all(map(tables.is_name, [*notes, *found["migrations"]])) or not all(map(_FILE.fullmatch, found["files"])):
        raise ValueError("a name that nothing of ours can have")
    return Manifest(
        found["version"],
        found["engine"],
        found["made_at"],
        found["migrations"],
        notes,
        found["files"],
        found["broken_files"],
        found["left_out"],
    )
