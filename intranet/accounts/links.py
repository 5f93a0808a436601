"""One-time links: an invitation to an account, or a way back into it. Somebody hands them over; no mail is needed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from intranet.accounts import telling
from intranet.kernel import passwords
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.jobs import daily
from intranet.kernel.language import gettext as _
from intranet.registry.accounts import INVITE, RESET, SETUP, AccountLink
from intranet.registry.people import KnownDevice, Person, SignInSession
from intranet.shared import audit
from intranet.shared.edits import Refused, locked
from intranet.shared.sessions import token_hash

GOOD_FOR = {INVITE: timedelta(days=14), RESET: timedelta(hours=24)}
KEEP_SPENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Issued:
    """A link just made. The token stands nowhere else."""

    person: Person
    kind: str
    token: str
    expires_at: datetime


def kind_for(person: Person) -> str:
    """What a link of this person is for: an invitation until a first password is set, then a reset."""
    return INVITE if person.password_hash is None else RESET


def issue(person: Person, *, issued_by: int | None, done: Callable[[], None] = lambda: None) -> Issued:
    """Make a link, and earlier ones of this person worthless. ``done`` runs last in the transaction. Raises Refused."""
    with transaction():
        issued = _issue(person.id, issued_by)
        done()
    return issued


def invite_many(people: Sequence[Person], *, issued_by: int, done: Callable[[], None] = lambda: None) -> list[Issued]:
    """Make an invitation for each of some people. Raises Refused, and then has made none."""
    with transaction():
        # Always in one order: two who invite the same people wait for each other instead of blocking each other.
        issued = {person_id: _issue(person_id, issued_by) for person_id in sorted(person.id for person in people)}
        done()
    return [issued[person.id] for person in people]


def _issue(person_id: int, issued_by: int | None) -> Issued:
    person = locked(Person, person_id)
    if person.deleted_at is not None or not person.active:
        raise Refused("", _("Tài khoản này đang khóa. Thầy/cô mở lại trước khi cấp liên kết."))
    kind, token, moment = kind_for(person), secrets.token_urlsafe(32), now()
    expires_at = moment + GOOD_FOR[kind]
    end_links(person)
    AccountLink.create(
        token_hash=token_hash(token),
        person=person,
        kind=kind,
        issued_by=issued_by,
        issued_at=moment,
        expires_at=expires_at,
    )
    audit.record(f"account.{kind}", person, person_id=issued_by)
    return Issued(person, kind, token, expires_at)


def end_links(person: Person) -> None:
    """Make the links of a person that nobody used worthless. Call inside the transaction."""
    moment = now()
    AccountLink.update(expires_at=moment).where(
        AccountLink.person == person, AccountLink.used_at.is_null(), AccountLink.expires_at > moment
    ).execute()


def end_sessions(person: Person) -> None:
    """Sign a person out everywhere and forget the devices. Call inside the transaction."""
    for table in (SignInSession, KnownDevice):
        table.delete().where(table.person == person).execute()


def open_link(token: str) -> tuple[Person, str] | None:
    """Whom a link is for, and its kind; None when it is unknown, used, replaced, too old or the account is closed."""
    link = AccountLink.get_or_none(
        AccountLink.token_hash == token_hash(token), AccountLink.used_at.is_null(), AccountLink.expires_at > now()
    )
    if link is None or link.kind == SETUP or not link.person.active or link.person.deleted_at is not None:
        return None
    return link.person, link.kind


def use(token: str, password: str) -> Person | None:
    """Set the password, once, and end all that was open with the old one. None when the link is good for nothing.

    A second factor stays as it is: who lost both asks for that as well. ``password`` has passed policy.problem_of().
    """
    hashed = passwords.hash_password(password)
    with transaction():
        found = open_link(token)
        if found is None:
            return None
        # The person first, as everywhere: whoever issues the next link or closes the account waits, or has won.
        person = locked(Person, found[0].id)
        if not person.active or not spend(token):
            return None
        Person.update(password_hash=hashed).where(Person.id == person.id).execute()
        end_sessions(person)
        audit.record("account.password", person, person_id=person.id)
        if found[1] == RESET:
            telling.password_changed(person.id)
    return person


def spend(token: str) -> bool:
    """Use a link or code up; False when it is already, for one of two who try at the same moment."""
    moment = now()
    spent = AccountLink.update(used_at=moment).where(
        AccountLink.token_hash == token_hash(token), AccountLink.used_at.is_null(), AccountLink.expires_at > moment
    )
    return spent.execute() == 1


@daily
def forget_spent_links(day: date) -> None:
    """What nobody can use any more goes after three months."""
    AccountLink.delete().where(AccountLink.expires_at < datetime.combine(day, time()) - KEEP_SPENT).execute()
