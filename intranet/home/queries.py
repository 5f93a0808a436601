"""Numbers of the first screen."""

from __future__ import annotations

from typing import Any

from peewee import Case, fn

from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, param
from intranet.registry.people import Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, REVIEW, SIGNED, TWINNED, Pairing
from intranet.shared.access import Actor, for_each_actor, visible


def stats(actor: Actor) -> dict[str, int]:
    """Schools and people of the own district, and the pairs that the actor may see; everything for administrators."""
    if actor.role is None:
        return {}
    counts = {"schools": _schools(actor), "people": _people(actor), "pairs": _pairs(actor)}
    return {name: statement.value() for name, statement in counts.items()}


@for_each_actor
def _schools(actor: Actor) -> Any:
    query = School.select(fn.COUNT(School.id)).where(School.deleted_at.is_null(), School.closed_on.is_null())
    return query if actor.sees_all else query.where(School.district == actor.district_id)


@for_each_actor
def _people(actor: Actor) -> Any:
    query = Person.select(fn.COUNT(Person.id))
    # Of all districts, those in the trash count as well: telling them apart means to read every row.
    return query if actor.sees_all else query.where(Person.district == actor.district_id, Person.deleted_at.is_null())


@for_each_actor
def _pairs(actor: Actor) -> Any:
    return visible(Pairing.select(fn.COUNT(Pairing.id)).where(Pairing.state.in_(TWINNED)), Pairing, actor)


def own_school(actor: Actor) -> tuple | None:
    """(id, name) of the actor's school."""
    return None if actor.school_id is None else _OWN_SCHOOL.row(school=actor.school_id)


_OWN_SCHOOL = Statement(lambda: School.select(School.id, School.name).where(School.id == param("school")))


def promises(school_id: int) -> dict[int, tuple[int, int, int]]:
    """{pairing: (promises kept, promises in all, promises late)} of a school's signed pledges."""
    return {id_: tuple(numbers) for id_, *numbers in _PROMISES.rows(first=school_id, second=school_id, day=today())}


def _promises():
    kept = PledgeClause.done >= fn.COALESCE(PledgeClause.quantity, 1)
    late = ~kept & (PledgeClause.due_on < param("day"))
    of_school = (Pairing.first_school == param("first")) | (Pairing.second_school == param("second"))
    return (
        PledgeClause.select(
            PledgeClause.pairing,
            fn.SUM(Case(None, ((kept, 1),), 0)),
            fn.COUNT(PledgeClause.id),
            fn.SUM(Case(None, ((late, 1),), 0)),
        )
        .join(Pairing)
        .where(of_school, Pairing.state.in_((SIGNED, ACTIVE, REVIEW)), PledgeClause.dropped_on.is_null())
        .group_by(PledgeClause.pairing)
    )


_PROMISES = Statement(_promises)
