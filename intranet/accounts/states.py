"""Reads shaped for the pages about somebody else's account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from peewee import fn

from intranet.kernel.clock import now
from intranet.registry.accounts import AccountLink
from intranet.registry.people import Person, SignInSession
from intranet.registry.schools import School
from intranet.shared.access import Actor
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.authority import may_manage_account, posts_of
from intranet.shared.sessions import ABSOLUTE, IDLE

NEVER, INVITED, IN_USE, LOCKED = "never", "invited", "in_use", "locked"
# As many as are printed in one go: a school's staff, and never a page that takes long.
MOST_INVITED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """How an account stands. ``link_until`` is when the link that nobody used yet ends."""

    kind: str
    link_until: datetime | None
    last_seen: datetime | None
    devices: int
    locked_at: datetime | None = None
    locked_why: str = ""


def state_of(person: Person) -> AccountState:
    """How the person's account stands."""
    link_until = _links_of([person.id]).get(person.id)
    kind = IN_USE if person.password_hash else INVITED if link_until else NEVER
    locked_at, why = (None, "") if person.active else _lock_of(person)
    return AccountState(
        kind=kind if person.active else LOCKED,
        link_until=link_until,
        last_seen=_last_seen(person),
        devices=_devices(person),
        locked_at=locked_at,
        locked_why=why,
    )


def _links_of(person_ids: list[int]) -> dict[int, datetime]:
    rows = AccountLink.select(AccountLink.person, AccountLink.expires_at).where(
        AccountLink.person.in_(person_ids), AccountLink.used_at.is_null(), AccountLink.expires_at > now()
    )
    return dict(rows.tuples())


def _lock_of(person: Person) -> tuple[datetime | None, str]:
    entry = (
        AuditEntry.select(AuditEntry.id, AuditEntry.at)
        .where(
            AuditEntry.subject_type == "person",
            AuditEntry.subject_id == person.id,
            AuditEntry.action == "account.lock",
        )
        .order_by(AuditEntry.id.desc())
        .first()
    )
    if entry is None:
        return None, ""
    return entry.at, AuditValue.select(AuditValue.after).where(AuditValue.entry == entry.id).scalar() or ""


def _last_seen(person: Person) -> datetime | None:
    """The last page; of sessions that were ended only their beginning is known."""
    sessions = SignInSession.select(fn.MAX(SignInSession.seen_at)).where(SignInSession.person == person)
    signed_in = AuditEntry.select(fn.MAX(AuditEntry.at)).where(
        AuditEntry.subject_type == "person", AuditEntry.subject_id == person.id, AuditEntry.action == "session.open"
    )
    return max(filter(None, (sessions.scalar(), signed_in.scalar())), default=None)


def _devices(person: Person) -> int:
    moment = now()
    return (
        SignInSession.select()
        .where(
            SignInSession.person == person,
            SignInSession.seen_at > moment - IDLE,
            SignInSession.created_at > moment - ABSOLUTE,
            SignInSession.waits_for_code == False,  # noqa: E712 (SQL)
        )
        .count()
    )


class Candidate(NamedTuple):
    """Somebody without an account, and until when an invitation that nobody used is good."""

    person: Person
    invited_until: datetime | None


def without_account(actor: Actor, school_id: int) -> tuple[list[Candidate], int]:
    """People of a school who never had an account and to whom the actor may give one, and how many more there are.

    Who has no invitation stands first.
    """
    people = list(
        Person.select()
        .where(
            Person.school == school_id,
            Person.password_hash.is_null(),
            Person.active == True,  # noqa: E712 (SQL)
            Person.deleted_at.is_null(),
        )
        .order_by(Person.sort_key, Person.id)
    )
    ids = [person.id for person in people]
    posts, links = posts_of(ids), _links_of(ids)
    found = [
        Candidate(person, links.get(person.id))
        for person in people
        if may_manage_account(actor, person, posts.get(person.id, []))
    ]
    found.sort(key=lambda row: row.invited_until is not None)
    return found[:MOST_INVITED], max(0, len(found) - MOST_INVITED)


def schools_of(district_id: int | None) -> list[tuple[int, str]]:
    """(id, name) of a district's open schools."""
    return list(
        School.select(School.id, School.name)
        .where(School.district == district_id, School.closed_on.is_null(), School.deleted_at.is_null())
        .order_by(School.sort_key)
        .tuples()
    )
