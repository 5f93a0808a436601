"""Reads for plans of improvement."""

from __future__ import annotations

from peewee import JOIN

from intranet.api import TWINNED, Pairing, Person, School
from plugins.digital.models import Improvement

MOST = 500


def of_assessment(assessment_id: int) -> list[tuple]:
    """(id, item, title, responsible, due on, state) of a plan, the earliest first."""
    columns = (Improvement.id, Improvement.item, Improvement.title, Person.name, Improvement.due_on, Improvement.state)
    query = Improvement.select(*columns).join(Person).where(Improvement.assessment == assessment_id)
    return list(query.order_by(Improvement.due_on, Improvement.id).limit(MOST).tuples())


def people_of(school_id: int) -> list[tuple[int, str]]:
    """(id, name) of the people of a school."""
    query = Person.select(Person.id, Person.name).where(Person.school == school_id, Person.deleted_at.is_null())
    return list(query.order_by(Person.sort_key).limit(MOST).tuples())


def partners_of(school_id: int) -> list[tuple[int, str]]:
    """(pair, the other school's name) of the pairs of a school."""
    first, second = School.alias(), School.alias()
    here = (Pairing.first_school == school_id) | (Pairing.second_school == school_id)
    rows = (
        Pairing.select(Pairing.id, Pairing.first_school, first.name, second.name)
        .join(first, JOIN.INNER, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, JOIN.INNER, on=(Pairing.second_school == second.id))
        .where(here, Pairing.state.in_(TWINNED))
        .order_by(Pairing.id)
    )
    return [(id_, two if first_id == school_id else one) for id_, first_id, one, two in rows.tuples()]
