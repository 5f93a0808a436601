"""Who confirms whose periods: the principal those of the school where somebody worked, and nobody the own ones.

What a principal attended, the office's leader confirms, and what a leader attended, an officer: it is somebody else who
keeps the person's records. A school that has closed since is the office's, too.
"""

from __future__ import annotations

from typing import Any

from intranet.api import LEADER, OFFICER, PRINCIPAL, Actor, Holder, School, people_with_role
from plugins.professional_development.models import Registration


def leads() -> Any:
    """Condition: the person of a place leads, today, the school or the office where the person worked then."""
    principals = people_with_role(PRINCIPAL, school_ids=[Registration.school])
    leaders = people_with_role(LEADER, district_ids=[Registration.district])
    return Registration.person.in_(principals) | (Registration.school.is_null() & Registration.person.in_(leaders))


def decided_by(actor: Actor) -> Any:
    """Condition: the places about which the actor decides."""
    return _in_charge(actor) & (Registration.person != actor.person_id)


def _in_charge(actor: Actor) -> Any:
    if actor.school_id is not None:
        return (Registration.school == actor.school_id) & ~leads()
    here = Registration.district == actor.district_id
    of_office = Registration.school.is_null()
    if actor.role == OFFICER:
        return here & of_office & leads()
    schools = School.select(School.id).where(School.district == actor.district_id)
    closed = Registration.school.in_(schools.where(School.closed_on.is_null(False)))
    # Named first, so that an index finds the few principals' places among all.
    principals = Registration.person.in_(people_with_role(PRINCIPAL, school_ids=schools))
    return here & ((of_office & ~leads()) | closed | (principals & Registration.school.is_null(False) & leads()))


def holder(school_id: int | None, district_id: int, *, leading: bool) -> Holder:
    """For whom it waits that somebody of a school, or of the office, is decided about."""
    if school_id is None:
        return Holder(role=OFFICER if leading else LEADER, district_id=district_id)
    closed = School.select().where(School.id == school_id, School.closed_on.is_null(False))
    if leading or closed.exists():
        return Holder(role=LEADER, district_id=district_id)
    return Holder(role=PRINCIPAL, school_id=school_id)
