"""Signing in and out, and the own account."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from intranet.accounts import factor, names, policy, telling, throttle
from intranet.kernel import passwords
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.registry.people import KnownDevice, Person, SignInSession
from intranet.shared import audit
from intranet.shared.edits import Refused
from intranet.shared.sessions import ABSOLUTE, first_membership, token_hash

log = logging.getLogger("intranet.accounts")

LONGEST_PASSWORD = 200
# How long a right password waits for its code.
CODE_WAITS = timedelta(minutes=10)


class NotWaiting(Exception):
    """No sign-in waits for a code: it took too long, or the factor was taken away."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser keeps: the session's token and the device's. While a code is awaited there is no device yet."""

    person_id: int
    token: str
    device: str | None

    @property
    def waits_for_code(self) -> bool:
        """Whether the session opens nothing before a code was given."""
        return self.device is None


def sign_in(typed: str, password: str, *, device: str | None, agent: str, address: str) -> SignedIn | None:
    """Check the password of whom ``typed`` names (see names.find), and open a session.

    None when the pair is wrong, the account is closed or tried too often under other names. Unknown and known names
    take the same time and the same answer. Raises throttle.TooManyTries.
    """
    spelling, person = names.find(typed)
    known = device if throttle.knows(person, device) else None
    told = throttle.of_password(spelling, address, known)
    # An account's own limit is kept, but not told: who tries a number would learn to which user name it belongs.
    silent = throttle.of_account(person.username if person else spelling, known)
    throttle.check(told)
    refused = throttle.is_reached(silent)
    limits = {**told, **silent}
    if not _is_right(person, password) or refused or not person.active or person.deleted_at:
        log.warning("sign-in failed")
        throttle.note_failure(limits)
        return None
    with transaction():
        if passwords.needs_rehash(person.password_hash):
            Person.update(password_hash=passwords.hash_password(password)).where(Person.id == person.id).execute()
        throttle.forget(limits)
        return open_session(person, device=device, agent=agent, address=address)


def _is_right(person: Person | None, password: str) -> bool:
    encoded = person.password_hash if person else None
    return len(password) <= LONGEST_PASSWORD and passwords.verify(encoded, password)


def open_session(person: Person, *, device: str | None, agent: str, address: str) -> SignedIn:
    """A session for somebody who gave the password, or came by a link as good as one.

    With a second factor in force it opens nothing before give_code(). ``device`` is what the browser's cookie says.
    """
    waits = factor.in_force(person.id)
    with transaction():
        token = _new_session(person, agent, address, waits_for_code=waits)
        if waits:
            return SignedIn(person.id, token, None)
        return SignedIn(person.id, token, _enter(person, device))


def waiting_person(token: str) -> Person | None:
    """Whose sign-in waits for a code under this token."""
    return (
        Person.select()
        .join(SignInSession, on=(SignInSession.person == Person.id))
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.waits_for_code == True,  # noqa: E712 (SQL)
            SignInSession.created_at > now() - CODE_WAITS,
            Person.active == True,  # noqa: E712 (SQL)
            Person.deleted_at.is_null(),
        )
        .first()
    )


def give_code(token: str, code: str, *, device: str | None, agent: str, address: str) -> SignedIn | None:
    """Finish a sign-in by a code or a recovery code, under a new token; None when the code is wrong.

    Raises NotWaiting, throttle.TooManyTries and factor.Unreadable.
    """
    person = waiting_person(token)
    if person is None:
        raise NotWaiting

    def enter() -> SignedIn | None:
        if not factor.accept(person, code):
            return None
        sign_out(token_hash(token))
        return SignedIn(person.id, _new_session(person, agent, address), _enter(person, device))

    return throttle.attempt(_code_limits(person, address, device), enter)


def _code_limits(person: Person, address: str, device: str | None) -> throttle.Limits:
    return throttle.of_code(person.id, address, device if throttle.knows(person, device) else None)


def switch_factor_off(
    person: Person, code: str, *, session_hash: str, device: str | None, address: str, done: Callable[[], None]
) -> bool:
    """As factor.switch_off(), with the tries counted. Raises throttle.TooManyTries and factor.Unreadable."""
    limits = _code_limits(person, address, device)
    return bool(throttle.attempt(limits, lambda: factor.switch_off(person, code, session_hash=session_hash, done=done)))


def _new_session(person: Person, agent: str, address: str, *, waits_for_code: bool = False) -> str:
    """The token of a new session. Those of the person that are over are forgotten."""
    token, moment = secrets.token_urlsafe(32), now()
    too_late = SignInSession.waits_for_code & (SignInSession.created_at < moment - CODE_WAITS)
    SignInSession.delete().where(
        SignInSession.person == person, (SignInSession.created_at < moment - ABSOLUTE) | too_late
    ).execute()
    SignInSession.create(
        token_hash=token_hash(token),
        person=person,
        membership=first_membership(person.id),
        created_at=moment,
        seen_at=moment,
        device=agent[:200],
        address=address[:60],
        waits_for_code=waits_for_code,
    )
    return token


def _enter(person: Person, device: str | None) -> str:
    """Note that the person is in; the token of the device, a new one where it was not known."""
    if not throttle.knows(person, device):
        device = secrets.token_urlsafe(32)
        KnownDevice.create(token_hash=token_hash(device), person=person, created_at=now())
        telling.new_device(person.id)
    audit.record("session.open", person, person_id=person.id)
    log.info("signed in", extra={"facts": {"person": person.id}})
    return device


def prove(person_id: int, password: str, *, session_hash: str) -> bool:
    """Whether somebody signed in knows the account's password. Raises throttle.TooManyTries."""
    limits = throttle.of_session(session_hash)
    throttle.check(limits)
    if _is_right(Person.get_by_id(person_id), password):
        throttle.forget(limits)
        return True
    throttle.note_failure(limits)
    return False


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


def end_session(person_id: int, label: str, *, done: Callable[[], None]) -> str | None:
    """End the session of a label; its hash, or None where the person has no such session."""
    session = SignInSession.get_or_none(SignInSession.person == person_id, SignInSession.label == label)
    if session is None:
        return None
    with transaction():
        sign_out(session.token_hash)
        audit.record("session.end", Person.get_by_id(person_id), person_id=person_id)
        done()
    return session.token_hash


def change_password(person_id: int, current: str, new: str, *, session_hash: str) -> bool:
    """Set a new password and end all other sessions. False when the current one is wrong.

    Raises throttle.TooManyTries, and Refused when the new one is too easy to guess.
    """
    if not prove(person_id, current, session_hash=session_hash):
        return False
    person = Person.get_by_id(person_id)
    if problem := policy.problem_of(new, person):
        raise Refused("new", problem)
    with transaction():
        Person.update(password_hash=passwords.hash_password(new)).where(Person.id == person_id).execute()
        SignInSession.delete().where(
            SignInSession.person == person_id, SignInSession.token_hash != session_hash
        ).execute()
        KnownDevice.delete().where(KnownDevice.person == person_id).execute()
        audit.record("password.change", person, person_id=person_id)
        telling.password_changed(person_id)
    return True


def set_preferences(person_id: int, *, language: str, theme: str) -> None:
    """Set the language and the look of the person's pages."""
    Person.update(language=language, theme=theme).where(Person.id == person_id).execute()
