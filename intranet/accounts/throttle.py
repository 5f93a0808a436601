"""How often a secret may be guessed. Wrong tries are counted by account and address, or by a device that is known.

Who signs in on a known device is counted there alone, so nobody can lock somebody else out of it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.registry.people import KnownDevice, Person, SignInFailure
from intranet.shared.sessions import token_hash

log = logging.getLogger("intranet.accounts")

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 100
# Forms without an account; a whole school may stand behind one address.
FORMS_PER_ADDRESS = 20

# {key: how many wrong tries within WINDOW}
Limits = Mapping[str, int]
Result = TypeVar("Result")


class TooManyTries(Exception):
    """Too many wrong tries; try again after WINDOW."""


def knows(person: Person | None, device: str | None) -> bool:
    """Whether the person has signed in with this device before."""
    if person is None or not device:
        return False
    return (
        KnownDevice.select().where(KnownDevice.token_hash == token_hash(device), KnownDevice.person == person).exists()
    )


def of_password(spelling: str, address: str, device: str | None) -> Limits:
    """The limits of a password under what was typed beside it; ``device`` only if it is known."""
    if device is not None:
        return {f"device:{token_hash(device)}": PER_ACCOUNT}
    return {f"typed:{_digest(spelling)}": PER_ACCOUNT, **_of_address(address)}


def of_account(username: str, device: str | None) -> Limits:
    """The limit of an account, whichever of its names is typed; ``device`` only if it is known."""
    return {} if device is not None else {f"account:{_digest(username)}": PER_ACCOUNT}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def of_code(person_id: int, address: str, device: str | None) -> Limits:
    """The limits of the code after the password; ``device`` only if it is known."""
    if device is not None:
        return {f"code-device:{token_hash(device)}": PER_ACCOUNT}
    return {f"code:{person_id}": PER_ACCOUNT, **_of_address(address)}


def of_session(session_hash: str) -> Limits:
    """The limit of what a signed-in person proves once more: a borrowed browser must not find the password out."""
    return {f"again:{session_hash}": PER_ACCOUNT}


def of_link(address: str) -> Limits:
    """The limit of links and setup codes that are not ours; a right one cannot be guessed and is never refused."""
    return {f"link:{address[:60]}": PER_ADDRESS}


def of_paper(address: str) -> Limits:
    """The limit of codes of papers that are not ours; a right one is never refused."""
    return {f"paper:{address[:60]}": PER_ADDRESS}


def of_public_form(address: str) -> Limits:
    """The limit of forms that are sent without an account."""
    return {f"form:{address[:60]}": FORMS_PER_ADDRESS}


def _of_address(address: str) -> Limits:
    return {f"address:{address[:60]}": PER_ADDRESS}


def check(limits: Limits) -> None:
    """Raises TooManyTries."""
    if is_reached(limits):
        log.warning("refused: too many tries")
        raise TooManyTries


def is_reached(limits: Limits) -> bool:
    """Whether one of the limits is."""
    return any(_failures(key) >= limit for key, limit in limits.items())


def _failures(key: str) -> int:
    return SignInFailure.select().where(SignInFailure.key == key, SignInFailure.at > now() - WINDOW).count()


def attempt(limits: Limits, run: Callable[[], Result | None]) -> Result | None:
    """What ``run`` gives, all in one transaction; nothing counts as a wrong try. Raises TooManyTries."""
    check(limits)
    with transaction():
        result = run()
        if result:
            forget(limits)
        else:
            log.warning("code refused")
            note_failure(limits)
    return result


def note_failure(keys: Iterable[str]) -> None:
    """Count a wrong try."""
    moment = now()
    with transaction():
        SignInFailure.insert_many([{"key": key, "at": moment} for key in keys]).execute()
        SignInFailure.delete().where(SignInFailure.at < moment - timedelta(days=1)).execute()


def forget(keys: Iterable[str]) -> None:
    """A right try clears the wrong ones, but those of the address: others try from there, too."""
    own = [key for key in keys if not key.startswith("address:")]
    SignInFailure.delete().where(SignInFailure.key.in_(own)).execute()
