"""Values that the database holds encrypted (AES-256-GCM). The keys lie beside it, never in it (decision D9).

A sealed text is ``<key id>.<base64 of nonce and ciphertext>``. Where it stands (table, row, field) is bound to it:
moved elsewhere, it no longer opens. ``intranet init`` makes the first key; older installations make it on first use.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from intranet.kernel.durable import sync_directory, write_new

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "data_keys"
KEY_BYTES = 32
# Letters of a key's id.
ID_LENGTH = 8
_NONCE = 12

log = logging.getLogger("intranet.sealed")

_keys: dict[str, bytes] = {}
_file: Path | None = None


class KeyMissing(Exception):
    """The key that sealed a value is not here; the text says which."""


class Broken(Exception):
    """A sealed value was changed or moved."""


def configure(instance: Path) -> None:
    """Read the keys of an instance: one a line, ``<id> <base64>``, the newest first. Without a file there are none."""
    global _file
    _file = instance / FILE
    _read()


def _read() -> None:
    """Take the keys as the file holds them now: another worker may have made one."""
    global _keys
    found: dict[str, bytes] = {}
    text = _file.read_text(encoding="ascii", errors="replace") if _file and _file.is_file() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            name, encoded = line.split()
            key = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if len(key) == KEY_BYTES:
            found[name] = key
        else:
            # The other keys still open what they sealed.
            log.error("line %s of %s is no key", number, FILE)
    _keys = found


def add_key(instance: Path) -> str:
    """Make a new key, by which everything is sealed from now on; its id. Older ones stay, to open what they sealed."""
    path = instance / FILE
    old = path.read_text(encoding="ascii") if path.is_file() else ""
    name, line = _new_key()
    # Written apart and moved into place: a full disk must not leave half a file of keys.
    _written(path, line + old).replace(path)
    sync_directory(instance)
    configure(instance)
    return name


def ensure_key(instance: Path) -> None:
    """Make the first key where there is none. Of several workers that try at once one makes it, and all use it."""
    if has_key():
        return
    path = instance / FILE
    new = _written(path, _new_key()[1])
    try:
        # Unlike a move, a link never takes the place of a file that another worker made meanwhile.
        os.link(new, path)
        sync_directory(instance)
    except FileExistsError:
        pass
    finally:
        new.unlink()
    configure(instance)


def _new_key() -> tuple[str, str]:
    """The id of a new key and its line in the file."""
    name = secrets.token_hex(ID_LENGTH // 2)
    return name, f"{name} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def _written(path: Path, text: str) -> Path:
    """A file beside ``path`` that holds the text."""
    new = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    write_new(new, text.encode("ascii"))
    return new


def has_key() -> bool:
    """Whether anything can be sealed."""
    if not _keys:
        _read()
    return bool(_keys)


def seal(text: str, *place: object) -> str:
    """Encrypt a text for one place: table, row, field. Raises KeyMissing."""
    return seal_bytes(text.encode(), *place)


def seal_bytes(contents: bytes, *place: object) -> str:
    """As seal(), for the contents of a file."""
    if not has_key():
        raise KeyMissing("there is no data key")
    name, key = next(iter(_keys.items()))
    nonce = secrets.token_bytes(_NONCE)
    body = _cipher(key).encrypt(nonce, contents, _bound(place))
    return f"{name}.{base64.b64encode(nonce + body).decode()}"


def unseal(sealed: str, *place: object) -> str:
    """The text that was sealed for this place. Raises KeyMissing and Broken."""
    return unseal_bytes(sealed, *place).decode()


def unseal_bytes(sealed: str, *place: object) -> bytes:
    """As unseal(), for the contents of a file."""
    name, _, encoded = sealed.partition(".")
    if name not in _keys:
        _read()
    if name not in _keys:
        raise KeyMissing(f"the data key {name} is not here")
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.b64decode(encoded)
        return _cipher(_keys[name]).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(place))
    except (InvalidTag, ValueError) as cause:
        raise Broken("a sealed value was changed or moved") from cause


def _cipher(key: bytes) -> AESGCM:
    # Loaded with the first value: it takes six megabytes, and most pages show nothing that is sealed.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def newest_key() -> str:
    """The id of the key by which everything is sealed from now on. Raises KeyMissing."""
    if not has_key():
        raise KeyMissing("there is no data key")
    return next(iter(_keys))


def _bound(place: tuple[object, ...]) -> bytes:
    return "/".join(map(str, place)).encode()


def missing_keys(sealed_texts: Iterable[str]) -> list[str]:
    """Ids of the keys that sealed some of these texts and that are not here."""
    has_key()
    return sorted({sealed.partition(".")[0] for sealed in sealed_texts} - _keys.keys())
