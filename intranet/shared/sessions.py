"""From the cookie of a request to the actor. Reading writes nothing but the time last seen, every ten minutes."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, Cast, OperationalError, Value

from intranet.kernel.clock import now, today
from intranet.kernel.database import Statement, param
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import Function, Membership, Person, SignInSession, under_way
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, Pairing, ProgrammeDistrict
from intranet.shared.access import Actor

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=10)

log = logging.getLogger("intranet.sessions")


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_SESSION = Statement(
    lambda: (
        SignInSession.select(
            SignInSession.created_at,
            SignInSession.seen_at,
            Person.id,
            Person.name,
            Person.language,
            Person.theme,
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
            on=(SignInSession.membership == Membership.id) & under_way(Membership, param("today")),
        )
        .join(District, JOIN.LEFT_OUTER, on=(Membership.district == District.id))
        .join(School, JOIN.LEFT_OUTER, on=(Membership.school == School.id))
        .where(
            SignInSession.token_hash == param("token"),
            Person.active == True,  # noqa: E712 (SQL)
            Person.deleted_at.is_null(),
        )
    )
)


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


def _place() -> Any:
    """(kind, value) rows of what follows from a place: shared districts, modules, partner schools, duties there."""
    mine = ProgrammeDistrict.alias()
    shared = (
        ProgrammeDistrict.select(Value("district"), Cast(ProgrammeDistrict.district, "text"))
        .join(mine, on=(mine.programme == ProgrammeDistrict.programme))
        .where(mine.district == param("district"))
    )
    modules = DistrictModule.select(Value("module"), DistrictModule.module).where(
        DistrictModule.district == param("district"),
        DistrictModule.enabled == True,  # noqa: E712 (SQL)
    )
    first = Pairing.select(Value("partner"), Cast(Pairing.second_school, "text")).where(
        Pairing.state == ACTIVE, Pairing.first_school == param("school")
    )
    second = Pairing.select(Value("partner"), Cast(Pairing.first_school, "text")).where(
        Pairing.state == ACTIVE, Pairing.second_school == param("school")
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


def load_actor(token: str) -> Actor | None:
    """The actor whose session the token opens; None when it is unknown, ended, too old, or the person inactive."""
    hashed = token_hash(token)
    row = _SESSION.row(token=hashed, today=today())
    if row is None:
        return None
    created_at, seen_at, person_id, name, language, theme, *work = row
    moment = now()
    seen_at = _as_datetime(seen_at)
    if moment - seen_at > IDLE or moment - _as_datetime(created_at) > ABSOLUTE:
        return None
    if moment - seen_at > SEEN_EVERY:
        _note_seen(hashed, moment)
    if work[0] is None:
        # The work that the session was opened in is over, or there was none: what the person does now counts.
        work = _FIRST_WORK.row(person=person_id, today=today()) or work
    role, district_id, school_id, district, school = work
    return build_actor(
        person_id=person_id,
        name=name,
        role=role,
        district_id=district_id,
        school_id=school_id,
        place_name=school or district or "",
        language=language,
        theme=theme,
        session_hash=hashed,
    )


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
        SignInSession.update(seen_at=moment).where(SignInSession.token_hash == hashed).execute()
    except OperationalError:
        # A full or busy disk must not keep anybody from reading (decision D13).
        log.warning("last seen could not be written")


def _as_datetime(value: datetime | str) -> datetime:
    # A stored statement reads SQLite's text as it is.
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
