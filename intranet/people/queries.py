"""Reads shaped for the directory and for the forms of people, as stored statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peewee import JOIN

from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, among, param
from intranet.kernel.text import fold, sort_key
from intranet.people.lists import PAGE_SIZE, filtered_ids, person_page  # noqa: F401 (a file of its own)
from intranet.registry.districts import District
from intranet.registry.people import CONTACT_ROLES, PRINCIPAL, ROLE_LABELS, Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared.access import Actor
from intranet.shared.audit import AuditEntry

_WORK = Statement(
    lambda: (
        Membership.select(
            Membership.person,
            Membership.role,
            Membership.title,
            Membership.school,
            School.name,
            Membership.district,
            District.name,
        )
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(
            Membership.person.in_([param(f"id{i}") for i in range(PAGE_SIZE)]), under_way(Membership, param("today"))
        )
        .order_by(Membership.id)
    )
)


def work_of(actor: Actor, person_ids: Sequence[int]) -> dict[int, list[tuple[str, str, str]]]:
    """What each of some people (PAGE_SIZE at most) is today, as (title, role in words, place).

    Of people of partner schools only what makes them the contact (decision D1).
    """
    ids = {f"id{i}": id_ for i, id_ in enumerate([*person_ids, *[0] * (PAGE_SIZE - len(person_ids))])}
    found: dict[int, list[tuple[str, str, str]]] = {}
    for person_id, role, title, school_id, school, district_id, district in _WORK.rows(**ids, today=today()):
        if actor.sees_all or district_id == actor.district_id or is_contact(actor, role, school_id):
            found.setdefault(person_id, []).append((title, str(ROLE_LABELS[role]), school or district or ""))
    return found


def is_contact(actor: Actor, role: str, school_id: int | None) -> bool:
    """Whether such work makes somebody the one who stands for a partner school."""
    return role in CONTACT_ROLES and school_id in actor.partner_school_ids


_SCHOOLS = Statement(
    lambda: (
        School.select(School.id, School.name)
        .where(School.district == param("district"), School.deleted_at.is_null(), School.closed_on.is_null())
        .order_by(School.sort_key)
    )
)


def school_options(district_id: int | None) -> list[tuple[int, str]]:
    """(id, name) of a district's open schools; nothing without a district."""
    return _SCHOOLS.rows(district=district_id) if district_id is not None else []


def partner_options(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the schools twinned with the actor's."""
    if not actor.partner_school_ids:
        return []
    names = School.select(School.id, School.name).where(School.id.in_(sorted(actor.partner_school_ids)))
    return list(names.where(School.deleted_at.is_null()).order_by(School.sort_key).tuples())


_SUBJECTS = Statement(
    lambda: (
        Person.select(Person.subjects)
        .distinct()
        .where(Person.district == param("district"), Person.subjects != "", Person.deleted_at.is_null())
        .order_by(Person.subjects)
    )
)


def subject_options(district_id: int | None) -> list[str]:
    """The subjects that a district's people teach, each once, in the first spelling; nothing without a district."""
    if district_id is None:
        return []
    found: dict[str, str] = {}
    for (subjects,) in _SUBJECTS.rows(district=district_id):
        for name in subjects.split(","):
            found.setdefault(fold(name), name.strip())
    return [found[key] for key in sorted(found, key=lambda key: sort_key(found[key])) if key]


_SCHOOL_NAME = Statement(lambda: School.select(School.name, School.district).where(School.id == param("id")))


def school_name(actor: Actor, school_id: int) -> str:
    """A school of the own district or a partner, by name; a question mark for others."""
    name, district_id = _SCHOOL_NAME.row(id=school_id) or ("?", None)
    return name if actor.sees_all or district_id == actor.district_id or school_id in actor.partner_school_ids else "?"


def contacts_of_schools(school_ids: Sequence[int]) -> dict[int, list[tuple]]:
    """(name, phone, role) of each school's principal and coordinator, by school."""
    found: dict[int, list[tuple]] = {school_id: [] for school_id in school_ids}
    for school_id, *contact in _CONTACTS.rows(schools=found, today=today()):
        found[school_id].append(tuple(contact))
    return found


_CONTACTS = Statement(
    lambda: (
        Membership.select(Membership.school, Person.name, Person.phone, Membership.role)
        .join(Person)
        .where(
            among(Membership.school, "schools"),
            Membership.role.in_(CONTACT_ROLES),
            Person.deleted_at.is_null(),
            under_way(Membership, param("today")),
        )
        .order_by(Membership.role.desc(), Person.sort_key)
    )
)


_PRINCIPALS = Statement(
    lambda: (
        Membership.select(Person.id, Person.name)
        .join(Person)
        .where(
            Membership.school == param("school"),
            Membership.role == PRINCIPAL,
            under_way(Membership, param("today")),
            Person.deleted_at.is_null(),
        )
        .order_by(Person.sort_key)
    )
)


def principals_of(school_id: int) -> list[tuple[int, str]]:
    """(id, name) of who leads a school today: one, or nobody, or several where a list said so."""
    return _PRINCIPALS.rows(school=school_id, today=today())


def changed_at(person_id: int) -> datetime | None:
    """When the record was last changed."""
    own = (AuditEntry.subject_type == "person") & (AuditEntry.subject_id == person_id)
    return AuditEntry.select(AuditEntry.at).where(own).order_by(AuditEntry.id.desc()).limit(1).scalar()
