"""Signing in and out. Limits count wrong passwords so that nobody can lock somebody else out of a known device."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta

from intranet.kernel import passwords
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.text import fold
from intranet.registry.people import KnownDevice, Person, SignInFailure, SignInSession
from intranet.shared import audit
from intranet.shared.sessions import ABSOLUTE, first_membership, token_hash

log = logging.getLogger("intranet.accounts")

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 100
LONGEST_PASSWORD = 200


class TooManyTries(Exception):
    """Too many wrong passwords; try again after WINDOW."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser keeps: the session's token and the device's."""

    token: str
    device: str


def sign_in(username: str, password: str, *, device: str | None, agent: str, address: str) -> SignedIn | None:
    """Check the password and open a session; None when the pair is wrong or the account is closed.

    Unknown and known names take the same time and the same answer. Raises TooManyTries.
    """
    username = fold(username)
    person = Person.get_or_none(Person.username == username)
    known = _knows(person, device)
    keys = _limit_keys(username, address, device if known else None)
    for key, limit in keys.items():
        if _failures(key) >= limit:
            log.warning("sign-in refused: too many tries")
            raise TooManyTries
    encoded = person.password_hash if person else None
    right = len(password) <= LONGEST_PASSWORD and passwords.verify(encoded, password)
    if not right or not person.active:
        log.warning("sign-in failed")
        _note_failure(list(keys))
        return None
    return _open_session(person, password, device if known else None, agent, address, list(keys))


def _knows(person: Person | None, device: str | None) -> bool:
    if person is None or not device:
        return False
    return (
        KnownDevice.select().where(KnownDevice.token_hash == token_hash(device), KnownDevice.person == person).exists()
    )


def _limit_keys(username: str, address: str, device: str | None) -> dict[str, int]:
    if device is not None:
        return {f"device:{token_hash(device)}": PER_ACCOUNT}
    account = hashlib.sha256(username.encode()).hexdigest()
    return {f"account:{account}": PER_ACCOUNT, f"address:{address[:60]}": PER_ADDRESS}


def _failures(key: str) -> int:
    return SignInFailure.select().where(SignInFailure.key == key, SignInFailure.at > now() - WINDOW).count()


def _note_failure(keys: list[str]) -> None:
    moment = now()
    with transaction():
        SignInFailure.insert_many([{"key": key, "at": moment} for key in keys]).execute()
        SignInFailure.delete().where(SignInFailure.at < moment - timedelta(days=1)).execute()


def _open_session(
    person: Person, password: str, device: str | None, agent: str, address: str, keys: list[str]
) -> SignedIn:
    token, moment = secrets.token_urlsafe(32), now()
    own_keys = [key for key in keys if not key.startswith("address:")]
    with transaction():
        if passwords.needs_rehash(person.password_hash):
            Person.update(password_hash=passwords.hash_password(password)).where(Person.id == person.id).execute()
        if device is None:
            device = secrets.token_urlsafe(32)
            KnownDevice.create(token_hash=token_hash(device), person=person, created_at=moment)
        SignInFailure.delete().where(SignInFailure.key.in_(own_keys)).execute()
        SignInSession.delete().where(
            SignInSession.person == person, SignInSession.created_at < moment - ABSOLUTE
        ).execute()
        SignInSession.create(
            token_hash=token_hash(token),
            person=person,
            membership=first_membership(person.id),
            created_at=moment,
            seen_at=moment,
            device=agent[:200],
            address=address[:60],
        )
        audit.record("session.open", person, person_id=person.id)
    log.info("signed in", extra={"facts": {"person": person.id}})
    return SignedIn(token, device)


def sign_out(session_hash: str) -> None:
    """End one session on the server."""
    SignInSession.delete().where(SignInSession.token_hash == session_hash).execute()


def sign_out_everywhere(person_id: int, *, except_hash: str | None = None) -> int:
    """End all sessions of a person (but the given one) and return how many ended."""
    person = Person.get_by_id(person_id)
    ended = SignInSession.delete().where(SignInSession.person == person_id)
    if except_hash:
        ended = ended.where(SignInSession.token_hash != except_hash)
    with transaction():
        count = ended.execute()
        audit.record("session.end_all", person, person_id=person_id)
    return count


def change_password(person_id: int, current: str, new: str, *, session_hash: str) -> bool:
    """Set a new password and end all other sessions. False when the current one is wrong."""
    person = Person.get_by_id(person_id)
    if len(current) > LONGEST_PASSWORD or not passwords.verify(person.password_hash, current):
        return False
    with transaction():
        Person.update(password_hash=passwords.hash_password(new)).where(Person.id == person_id).execute()
        SignInSession.delete().where(
            SignInSession.person == person_id, SignInSession.token_hash != session_hash
        ).execute()
        KnownDevice.delete().where(KnownDevice.person == person_id).execute()
        audit.record("password.change", person, person_id=person_id)
    return True


def set_preferences(person_id: int, *, language: str, theme: str) -> None:
    """Set the language and the look of the person's pages."""
    Person.update(language=language, theme=theme).where(Person.id == person_id).execute()
