"""Values that the database holds encrypted (AES-256-GCM). The keys lie beside it, never in it (decision D9).

A sealed text is ``<key id>.<base64 of nonce and ciphertext>``. Where it stands (table, row, field) is bound to it:
moved elsewhere, it no longer opens.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "data_keys"
_NONCE = 12

_keys: dict[str, bytes] = {}


class KeyMissing(Exception):
    """The key that sealed a value is not here; the text says which."""


class Broken(Exception):
    """A sealed value was changed or moved."""


def configure(instance: Path) -> None:
    """Read the keys of an instance: one a line, ``<id> <base64>``, the newest first. Without a file there are none."""
    _keys.clear()
    path = instance / FILE
    if not path.is_file():
        return
    for line in path.read_text(encoding="ascii").splitlines():
        if line.strip():
            name, encoded = line.split()
            _keys[name] = base64.b64decode(encoded)


def add_key(instance: Path) -> str:
    """Make a new key, by which everything is sealed from now on; its id. Older ones stay, to open what they sealed."""
    path = instance / FILE
    old = path.read_text(encoding="ascii") if path.is_file() else ""
    name, key = secrets.token_hex(4), base64.b64encode(AESGCM.generate_key(256)).decode()
    # Written apart and moved into place: a full disk must not leave half a file of keys.
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{name} {key}\n{old}")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    configure(instance)
    return name


def has_key() -> bool:
    """Whether anything can be sealed."""
    return bool(_keys)


def seal(text: str, *place: object) -> str:
    """Encrypt a text for one place: table, row, field. Raises KeyMissing."""
    if not _keys:
        raise KeyMissing("there is no data key")
    name, key = next(iter(_keys.items()))
    nonce = secrets.token_bytes(_NONCE)
    body = AESGCM(key).encrypt(nonce, text.encode(), _bound(place))
    return f"{name}.{base64.b64encode(nonce + body).decode()}"


def unseal(sealed: str, *place: object) -> str:
    """The text that was sealed for this place. Raises KeyMissing and Broken."""
    name, _, encoded = sealed.partition(".")
    if name not in _keys:
        raise KeyMissing(f"the data key {name} is not here")
    raw = base64.b64decode(encoded)
    try:
        return AESGCM(_keys[name]).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(place)).decode()
    except InvalidTag as cause:
        raise Broken("a sealed value was changed or moved") from cause


def _bound(place: tuple[object, ...]) -> bytes:
    return "/".join(map(str, place)).encode()
