"""Reads shaped for the directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, SQL, EnclosedNodeList, Expression, Select, fn

from intranet.kernel import fulltext
from intranet.kernel.clock import today
from intranet.kernel.database import Statement
from intranet.kernel.text import search_tiers
from intranet.registry.districts import District
from intranet.registry.people import CONTACT_ROLES, ROLE_LABELS, Membership, Person
from intranet.registry.schools import School
from intranet.shared.access import Actor

PAGE_SIZE = 50
COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A page of the directory. ``rows`` are (id, name, phone, [(role, place)])."""

    rows: list[tuple]
    count: int
    previous_id: int | None
    next_id: int | None


def person_page(actor: Actor, query: str, after: int | None = None, before: int | None = None) -> PersonPage:
    """The people whom the actor may see, by given name; with a query, those whose name has its words."""
    tiers = search_tiers(query)
    if query and not tiers:
        return PersonPage([], 0, None, None)
    people = Person.select(Person.id, Person.name, Person.phone)
    condition = Person.visible_to(actor)
    if condition is not None:
        people = people.where(condition)
    values: dict[str, Any] = {}
    if tiers:
        people = people.where(fulltext.contains(Person.search_text, "words"))
        values["words"] = fulltext.words(tiers[-1])
    found = people.clone().limit(COUNT_LIMIT + 1)
    count = Statement(lambda: Select([found.alias("found")], [fn.COUNT(SQL("*"))]).bind(Person._meta.database))
    return _page(people, values, after, before, count.value(**values))


def _page(people: Select, values: dict[str, Any], after: int | None, before: int | None, count: int) -> PersonPage:
    backwards = after is None and before is not None
    keys = [Person.sort_key, Person.id]
    cursor = Person.get_or_none(Person.id == (after or before)) if after or before else None
    if cursor is not None:
        place = EnclosedNodeList([cursor.sort_key, cursor.id])
        people = people.where(Expression(EnclosedNodeList(keys), "<" if backwards else ">", place))
    order = [key.desc() if backwards else key.asc() for key in keys]
    rows = Statement(lambda: people.order_by(*order).limit(PAGE_SIZE + 1)).rows(**values)
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if backwards:
        rows.reverse()
    places = work_of([row[0] for row in rows])
    has_previous = more if backwards else cursor is not None
    return PersonPage(
        rows=[(*row, places.get(row[0], [])) for row in rows],
        count=count,
        previous_id=rows[0][0] if rows and has_previous else None,
        next_id=rows[-1][0] if rows and (backwards or more) else None,
    )


def memberships(person_ids: list[int]) -> list[tuple]:
    """(person id, role, district id, district, school id, school) of what the people are today."""
    if not person_ids:
        return []
    query = (
        Membership.select(Membership.person, Membership.role, District.id, District.name, School.id, School.name)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.person.in_(person_ids), Membership.ends_on.is_null() | (Membership.ends_on >= today()))
        .order_by(Membership.id)
    )
    return list(query.tuples())


def work_of(person_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """What each person is today, as (role, place), e.g. ("Hiệu trưởng", "Trường THCS Yên Sở")."""
    found: dict[int, list[tuple[str, str]]] = {}
    for person_id, role, _district_id, district, _school_id, school in memberships(person_ids):
        found.setdefault(person_id, []).append((str(ROLE_LABELS[role]), school or district or ""))
    return found


def contacts_of_schools(school_ids: Sequence[int]) -> dict[int, list[tuple]]:
    """(name, phone, role) of each school's principal and coordinator, by school."""
    found: dict[int, list[tuple]] = {school_id: [] for school_id in school_ids}
    query = (
        Membership.select(Membership.school, Person.name, Person.phone, Membership.role)
        .join(Person)
        .where(
            Membership.school.in_(list(school_ids)),
            Membership.role.in_(CONTACT_ROLES),
            Membership.ends_on.is_null() | (Membership.ends_on >= today()),
        )
        .order_by(Membership.role.desc(), Person.sort_key)
    )
    for school_id, *contact in query.tuples():
        found[school_id].append(tuple(contact))
    return found
