"""Password hashes by Argon2id (OWASP: 19 MiB, two passes, one lane)."""

from __future__ import annotations

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
    """The encoded hash to store."""
    return _hasher.hash(password)


def verify(encoded: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long for an unknown account (None) as for a known one."""
    global _stand_in
    if encoded is None:
        _stand_in = _stand_in or _hasher.hash("no such account")
    try:
        return _hasher.verify(encoded or _stand_in, password) and encoded is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(encoded: str) -> bool:
    """Whether the stored hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(encoded)
