"""Password hashes by Argon2id (OWASP: 19 MiB, two passes, one lane)."""

from __future__ import annotations

from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_stand_in = ""


def configure(memory_kib: int) -> None:
    """Set the memory that a hash takes. Less than the default is for tests only."""
    global _hasher, _stand_in
    _hasher = PasswordHasher(time_cost=2 if memory_kib >= 1024 else 1, memory_cost=memory_kib, parallelism=1)
    _stand_in = ""


def hash_password(password: str) -> str:
    """The encoded hash to store. Keyboards write one Vietnamese letter in several ways: the password is the letter."""
    return _hasher.hash(normalize("NFKC", password))


def verify(encoded: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long for an unknown account (None) as for a known one."""
    global _stand_in
    if encoded is None:
        _stand_in = _stand_in or _hasher.hash("no such account")
    # As typed, too: hashes from before version 0.3 were made of that.
    forms = dict.fromkeys((normalize("NFKC", password), password))
    return any([_fits(encoded or _stand_in, form) for form in forms]) and encoded is not None


def _fits(encoded: str, password: str) -> bool:
    try:
        return _hasher.verify(encoded, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(encoded: str) -> bool:
    """Whether the stored hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(encoded)
