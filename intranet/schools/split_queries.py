"""Reads for the page on which a school is split, and for where schools come from."""

from __future__ import annotations

from peewee import Select

from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, param
from intranet.registry.people import HOMEROOM, Function, Membership, Person, under_way
from intranet.registry.schools import School, SchoolSplit, Tag
from intranet.registry.twinning import OPEN, PAIRING_STATES
from intranet.schools.queries import pairings_of

_PEOPLE = Statement(
    lambda: (
        Membership.select(Membership.id, Person.name, Membership.role, Membership.title)
        .join(Person)
        .where(
            Membership.school == param("school"),
            Membership.ends_on.is_null() | (Membership.ends_on >= param("today")),
            Person.deleted_at.is_null(),
        )
        .order_by(Person.sort_key, Membership.id)
    )
)


def people_of(school_id: int) -> list[tuple]:
    """(membership id, name, role, title) of the work at a school that is not over."""
    return _PEOPLE.rows(school=school_id, today=today())


_CLASSES = Statement(
    lambda: (
        Membership.select(Membership.id, Function.detail)
        .join(Function, on=((Function.person == Membership.person) & (Function.school == Membership.school)))
        .where(
            Membership.school == param("school"),
            Function.kind == HOMEROOM,
            under_way(Function, param("today")),
            Function.detail != "",
        )
        .order_by(Function.detail)
    )
)


def classes_of(school_id: int) -> dict[int, str]:
    """{membership: class} of those who are homeroom teachers there today."""
    return dict(_CLASSES.rows(school=school_id, today=today()))


_TAGS = Statement(
    lambda: Tag.select(Tag.id, Tag.label, Tag.kind).where(Tag.school == param("school")).order_by(Tag.kind, Tag.id)
)


def tags_of(school_id: int) -> list[tuple]:
    """(id, label, kind) of a school's strengths and needs."""
    return _TAGS.rows(school=school_id)


def open_pairs_of(school_id: int) -> list[tuple]:
    """(pairing id, partner's name, its district, state in words) of a school's pairs that are not over."""
    rows = pairings_of(school_id)
    return [
        (id_, partner, place, PAIRING_STATES[state]) for id_, _id, partner, place, state, _d in rows if state in OPEN
    ]


def _splits() -> Select:
    new, old = School.alias(), School.alias()
    paper = (SchoolSplit.decision_number, SchoolSplit.decided_on, SchoolSplit.split_on)
    return (
        SchoolSplit.select(new.id, new.name, old.id, old.name, *paper)
        .join(new, on=(SchoolSplit.school == new.id))
        .switch(SchoolSplit)
        .join(old, on=(SchoolSplit.origin == old.id))
        .where((SchoolSplit.school == param("school")) | (SchoolSplit.origin == param("school")))
        .order_by(SchoolSplit.split_on, SchoolSplit.id)
    )


_SPLITS = Statement(_splits)


def splits_of(school_id: int) -> list[tuple]:
    """(whether it was split off there, the other school's id and name, decision number, its day, day of the split)."""
    return [
        (new_id == school_id, *((old_id, old) if new_id == school_id else (new_id, new)), *paper)
        for new_id, new, old_id, old, *paper in _SPLITS.rows(school=school_id)
    ]
