"""The installation's keys, put away apart from its backups (decision D9)."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from intranet.kernel import sealed
from intranet.kernel.durable import write_new
from intranet.shared.operations import see, seen

FILES = ("secret_key", sealed.FILE)
HEAD = "# The keys of an installation of Chung Tay. Keep them apart from its backups, where nobody else reads them.\n"


class KeysRefused(Exception):
    """The keys cannot be written or read; the text is a sentence that says why."""


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    return [line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]


def export(instance: Path, path: Path) -> None:
    """Write the keys of an instance to a new file, and note that it was done. Raises KeysRefused."""
    lists = [f"{name} = [\n" + "".join(f'  "{line}",\n' for line in _lines(instance / name)) + "]\n" for name in FILES]
    try:
        write_new(path, (HEAD + "".join(lists)).encode())
    except FileExistsError as cause:
        raise KeysRefused(f"{path} exists already; choose another name.") from cause
    except OSError as cause:
        raise KeysRefused(f"{path} cannot be written: {cause.strerror}.") from cause
    see(_note(instance))


def bring(instance: Path, path: Path) -> None:
    """Put exported keys into an instance, before those that it has. Raises KeysRefused."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        brought = {name: [str(line) for line in found[name]] for name in FILES}
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise KeysRefused(f"{path} holds no exported keys.") from cause
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, lines in brought.items():
        own = [line for line in _lines(instance / name) if line not in lines]
        if lines or own:
            _replace(instance / name, "".join(f"{line}\n" for line in [*lines, *own]))


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_new(new, text.encode())
    new.replace(path)


def exported(instance: Path) -> bool:
    """Whether the keys that the instance has now were exported."""
    return seen(_note(instance)) is not None


def _note(instance: Path) -> str:
    text = "\n".join(line for name in FILES for line in _lines(instance / name))
    return f"keys exported {hashlib.sha256(text.encode()).hexdigest()[:32]}"
