"""The file store: contents lie under the SHA-256 of their bytes, outside of everything that is served as it stands.

What ``put`` returned survives a power cut. Equal contents lie there once, and a file that is there is whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from intranet.kernel.durable import sync_directory, write_new

# Errors by which a disk says that it takes no more.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
PARTIAL, ASIDE = ".partial", ".aside"


def directory() -> Path:
    """Where this installation's files lie."""
    return current_app.extensions["config"].files_directory


def path_of(sha256: str) -> Path:
    """Where the contents with this hash lie or would lie."""
    return directory() / sha256[:2] / sha256[2:4] / sha256


def put(body: bytes) -> str:
    """Keep the contents and return their SHA-256. Raises OSError, with an errno of FULL where there is no room."""
    sha256 = hashlib.sha256(body).hexdigest()
    path = path_of(sha256)
    if not _is_there(path, len(body)):
        _make_directory(path.parent)
        _write(path, body)
    # Somebody else may have put it there a moment ago and not yet have got so far.
    sync_directory(path.parent)
    return sha256


def _is_there(path: Path, size: int) -> bool:
    try:
        # Whoever clears the store away leaves alone what is young.
        os.utime(path)
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _make_directory(path: Path) -> None:
    if path.is_dir():
        return
    _make_directory(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    sync_directory(path.parent)


def _write(path: Path, body: bytes) -> None:
    partial = path.with_name(secrets.token_hex(8) + PARTIAL)
    write_new(partial, body)
    partial.replace(path)


def open_file(sha256: str) -> BinaryIO:
    """The contents, to read. Raises FileNotFoundError."""
    return path_of(sha256).open("rb")


def is_whole(sha256: str) -> bool | None:
    """Whether the contents are what their name says; None when they are missing."""
    try:
        with open_file(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return None


def stored() -> Iterator[tuple[str, float]]:
    """(hash, when it was last put there, in seconds since 1970) of everything in the store."""
    for path in _paths():
        if len(path.name) == 64:
            yield path.name, path.stat().st_mtime


def _paths() -> Iterator[Path]:
    for path in directory().glob("??/??/*"):
        if path.is_file():
            yield path


def remove(sha256: str, put_before: float) -> bool:
    """Remove contents that nobody has put there again since; False when somebody has, or nothing is there.

    Moved aside first: whoever puts the same contents meanwhile either touched them, which is seen here, or writes anew.
    """
    path = path_of(sha256)
    aside = path.with_name(sha256 + ASIDE)
    try:
        os.replace(path, aside)
        if aside.stat().st_mtime >= put_before:
            os.replace(aside, path)
            return False
        aside.unlink()
    except OSError:
        # Gone already, or being read on Windows: the next round takes it.
        return False
    return True


def clear_leftovers(made_before: float) -> None:
    """Remove what a process that was killed left half-written, and put back what one left aside."""
    for path in _paths():
        if path.suffix not in (PARTIAL, ASIDE) or path.stat().st_mtime >= made_before:
            continue
        if path.suffix == ASIDE and not path.with_suffix("").exists():
            os.replace(path, path.with_suffix(""))
        else:
            path.unlink(missing_ok=True)
