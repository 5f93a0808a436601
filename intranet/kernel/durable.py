"""Files that outlast a power cut, whole or not at all, and that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, body: bytes) -> None:
    """Write a file that does not exist yet. Raises FileExistsError and other OSErrors; leaves no half file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise


def sync_directory(directory: Path) -> None:
    """Let new names in a directory outlast a power cut. Windows has no such call, and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
