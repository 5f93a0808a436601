"""From the cookie of a request to the actor. Reading writes nothing but the time last seen, every ten minutes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, Cast, OperationalError, Value, fn

from intranet.kernel.clock import now, today
from intranet.kernel.database import without_waiting
from intranet.kernel.statements import Statement, param
from intranet.registry.accounts import SecondFactor
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import ADMINISTRATOR, Function, Membership, Person, SignInSession, under_way
from intranet.registry.schools import School
from intranet.registry.twinning import TWINNED, UNSTARTED, Pairing, Programme, ProgrammeDistrict, takes_part
from intranet.shared.access import Actor
from intranet.shared.notices import unread_of

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=10)

log = logging.getLogger("intranet.sessions")


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _session() -> Any:
    """The session of a token with its person, the work it acts in, and what else each request asks of the person."""
    day, other = param("today"), Membership.alias()
    memberships = other.select(fn.COUNT(other.id)).where(other.person == Person.id, under_way(other, day))
    return (
        SignInSession.select(
            SignInSession.created_at,
            SignInSession.seen_at,
            SignInSession.seen_as,
            Person.id,
            Person.name,
            Person.language,
            Person.theme,
            memberships,
            unread_of(Person.id, day),
            SecondFactor.confirmed_at.is_null(False),
            Membership.role,
            Membership.district,
            Membership.school,
            District.name,
            School.name,
        )
        .join(Person)
        .join(
            Membership,
            JOIN.LEFT_OUTER,
            on=(SignInSession.membership == Membership.id) & under_way(Membership, day),
        )
        .join(District, JOIN.LEFT_OUTER, on=(Membership.district == District.id))
        .join(School, JOIN.LEFT_OUTER, on=(Membership.school == School.id))
        .join(SecondFactor, JOIN.LEFT_OUTER, on=(SecondFactor.person == Person.id))
        .where(
            SignInSession.token_hash == param("token"),
            SignInSession.waits_for_code == False,  # noqa: E712 (SQL)
            Person.active == True,  # noqa: E712 (SQL)
            Person.deleted_at.is_null(),
        )
    )


_SESSION = Statement(_session)


_FIRST_WORK = Statement(
    lambda: (
        Membership.select(Membership.role, Membership.district, Membership.school, District.name, School.name)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.person == param("person"), under_way(Membership, param("today")))
        .order_by(Membership.id)
        .limit(1)
    )
)


# Whose pages an administrator looks at. Work that is over opens nothing; the look itself goes on, so that nothing
# that was meant for reading is suddenly done in the administrator's own name.
_SEEN = Statement(
    lambda: (
        Membership.select(
            Person.id,
            Person.name,
            Person.language,
            Person.theme,
            unread_of(Person.id, param("today")),
            (Person.active == True) & Person.deleted_at.is_null() & under_way(Membership, param("today")),  # noqa: E712
            Membership.role,
            Membership.district,
            Membership.school,
            District.name,
            School.name,
        )
        .join(Person)
        .switch(Membership)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.id == param("membership"))
    )
)


def _place() -> Any:
    """(kind, value) rows of what follows from a place: shared districts, modules, partner schools, duties there."""
    mine = ProgrammeDistrict.alias()
    shared = (
        ProgrammeDistrict.select(Value("district"), Cast(ProgrammeDistrict.district, "text"))
        .join(mine, on=(mine.programme == ProgrammeDistrict.programme))
        .switch(ProgrammeDistrict)
        .join(Programme, on=(Programme.id == ProgrammeDistrict.programme))
        .where(mine.district == param("district"), takes_part(mine, param("today")))
        .where(takes_part(ProgrammeDistrict, param("today")), Programme.state.not_in(UNSTARTED))
    )
    modules = DistrictModule.select(Value("module"), DistrictModule.module).where(
        DistrictModule.district == param("district"),
        DistrictModule.enabled == True,  # noqa: E712 (SQL)
    )
    first = Pairing.select(Value("partner"), Cast(Pairing.second_school, "text")).where(
        Pairing.state.in_(TWINNED), Pairing.first_school == param("school")
    )
    second = Pairing.select(Value("partner"), Cast(Pairing.first_school, "text")).where(
        Pairing.state.in_(TWINNED), Pairing.second_school == param("school")
    )
    duties = Function.select(Value("function"), Function.kind).where(
        Function.person == param("person"), Function.school == param("school"), under_way(Function, param("today"))
    )
    return shared.union_all(modules).union_all(first).union_all(second).union_all(duties)


_PLACE = Statement(_place)


def first_membership(person_id: int) -> Membership | None:
    """The membership to act in after signing in: the earliest of those under way."""
    return (
        Membership.select().where(Membership.person == person_id, under_way(Membership)).order_by(Membership.id).first()
    )


def load_actor(token: str, *, at_work: bool = True) -> Actor | None:
    """The actor whose session the token opens. A page that only asks by itself is no sign that somebody is ``at_work``.

    None when it is unknown, ended, too old or still waits for its code, or when the person is inactive.
    """
    hashed, day = token_hash(token), today()
    row = _SESSION.row(token=hashed, today=day)
    if row is None:
        return None
    created_at, seen_at, seen_as, person_id, name, language, theme, memberships, unread, has_factor, *work = row
    moment = now()
    seen_at = _as_datetime(seen_at)
    if moment - seen_at > IDLE or moment - _as_datetime(created_at) > ABSOLUTE:
        return None
    if at_work and moment - seen_at > SEEN_EVERY:
        _note_seen(hashed, moment)
    if work[0] is None:
        # The work that the session was opened in is over, or there was none: what the person does now counts.
        work = _FIRST_WORK.row(person=person_id, today=day) or work
    if seen_as is not None and work[0] == ADMINISTRATOR:
        return _seen_actor(seen_as, seen_by=person_id, session_hash=hashed)
    return _acting(
        work,
        person_id=person_id,
        name=name,
        language=language,
        theme=theme,
        session_hash=hashed,
        memberships=memberships,
        unread=unread,
        has_factor=bool(has_factor),
    )


def _seen_actor(membership_id: int, *, seen_by: int, session_hash: str) -> Actor:
    """The person of a membership, with exactly the rights of that work, marked as looked at by an administrator."""
    person_id, name, language, theme, unread, counts, *work = _SEEN.row(membership=membership_id, today=today())
    return _acting(
        work if counts else [None] * len(work),
        person_id=person_id,
        name=name,
        language=language,
        theme=theme,
        session_hash=session_hash,
        unread=unread,
        seen_by=seen_by,
    )


def _acting(work: Sequence[Any], **fields: Any) -> Actor:
    """An actor in work given as role, district, school and their names; all None where there is none."""
    role, district_id, school_id, district, school = work
    place_name = school or district or ""
    return build_actor(role=role, district_id=district_id, school_id=school_id, place_name=place_name, **fields)


def build_actor(*, person_id: int, district_id: int | None, school_id: int | None, **fields: Any) -> Actor:
    """An actor with what follows from the place: shared programmes, partner schools, modules, duties."""
    if district_id is None:
        return Actor(person_id=person_id, district_id=None, school_id=None, **fields)
    found: dict[str, list[str]] = {"district": [], "module": [], "partner": [], "function": []}
    # No school has the id 0: the office has no partner schools, and no duties.
    for kind, value in _PLACE.rows(person=person_id, district=district_id, school=school_id or 0, today=today()):
        found[kind].append(value)
    return Actor(
        person_id=person_id,
        district_id=district_id,
        school_id=school_id,
        district_ids=frozenset({district_id, *map(int, found["district"])}),
        partner_school_ids=frozenset(map(int, found["partner"])),
        functions=frozenset(found["function"]),
        modules=frozenset(found["module"]),
        **fields,
    )


def _note_seen(hashed: str, moment: datetime) -> None:
    try:
        with without_waiting():
            SignInSession.update(seen_at=moment).where(SignInSession.token_hash == hashed).execute()
    except OperationalError:
        # A full disk, or a long list being written, must not keep anybody from reading (decision D13).
        log.warning("last seen could not be written")


def _as_datetime(value: datetime | str) -> datetime:
    # A stored statement reads SQLite's text as it is.
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
