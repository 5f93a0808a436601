"""Numbers of the first screen."""

from __future__ import annotations

from peewee import Case, fn

from intranet.kernel.clock import today
from intranet.kernel.database import Statement, param
from intranet.registry.people import Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, REVIEW, SIGNED, TWINNED, Pairing
from intranet.shared.access import Actor


def stats(actor: Actor) -> dict[str, int]:
    """Schools and people of the own district, and the pairs that the actor may see; everything for administrators."""
    if actor.role is None:
        return {}
    schools = School.select().where(School.deleted_at.is_null(), School.closed_on.is_null())
    people = Person.select()
    pairs = Pairing.select().where(Pairing.state.in_(TWINNED))
    if not actor.sees_all:
        schools = schools.where(School.district == actor.district_id)
        # Of all districts, those in the trash count as well: telling them apart means to read every row.
        people = people.where(Person.district == actor.district_id, Person.deleted_at.is_null())
        pairs = pairs.where(Pairing.visible_to(actor))
    return {"schools": schools.count(), "people": people.count(), "pairs": pairs.count()}


def own_school(actor: Actor) -> tuple | None:
    """(id, name) of the actor's school."""
    if actor.school_id is None:
        return None
    return School.select(School.id, School.name).where(School.id == actor.school_id).tuples().first()


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
