"""The first run: a code from the command line makes the first district and the first administrator, once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from intranet.accounts import links
from intranet.kernel import passwords
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.text import canonical, fold, sort_key
from intranet.registry.accounts import SETUP, AccountLink
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR, Membership, Person
from intranet.shared import audit
from intranet.shared.sessions import token_hash

# Without letters that look like others: somebody types it. Sixteen of them hold 79 random bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH, GROUP = 16, 4
GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What an installation begins with."""

    code: str
    kind: str
    name: str
    office: str
    administrator: str
    username: str


def is_waiting() -> bool:
    """Whether nobody is there yet."""
    return not Person.select().exists()


def sign_in_help() -> dict[str, bool]:
    """What the sign-in page says while nobody can sign in."""
    return {"setup_waits": is_waiting()}


def new_code() -> str:
    """A code as it is printed, good for a week; earlier ones are worthless."""
    letters = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
    with transaction():
        AccountLink.delete().where(AccountLink.kind == SETUP, AccountLink.used_at.is_null()).execute()
        AccountLink.create(token_hash=token_hash(letters), kind=SETUP, expires_at=now() + GOOD_FOR)
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _plain(code: str) -> str:
    return re.sub(r"[^0-9a-z]", "", code.lower())


def is_code(code: str) -> bool:
    """Whether the code, however it was typed, is the one that waits."""
    return (
        AccountLink.select()
        .where(
            AccountLink.token_hash == token_hash(_plain(code)),
            AccountLink.kind == SETUP,
            AccountLink.used_at.is_null(),
            AccountLink.expires_at > now(),
        )
        .exists()
    )


def set_up(code: str, beginning: Beginning, password: str, *, done: Callable[[], None]) -> Person | None:
    """Begin, and use the code up; None when another was quicker. ``password`` has passed policy.problem()."""
    hashed = passwords.hash_password(password)
    with transaction():
        if not is_code(code) or not is_waiting() or not links.spend(_plain(code)):
            return None
        person = begin(beginning, hashed)
        done()
    return person


def begin(beginning: Beginning, password_hash: str) -> Person:
    """Make the first district and its administrator. Call inside the transaction."""
    name = canonical(beginning.name)
    district = District.create(
        code=canonical(beginning.code),
        kind=beginning.kind,
        name=name,
        office_name=canonical(beginning.office),
        sort_key=sort_key(name),
    )
    person = Person(
        username=fold(beginning.username), name=canonical(beginning.administrator), password_hash=password_hash
    )
    person.set_keys()
    person.save()
    Membership.create(person=person, role=ADMINISTRATOR)
    audit.record("district.create", district, person_id=person.id)
    audit.record("person.create", person, person_id=person.id)
    return person
