"""Carrying pairs forward from a programme into the one that goes on with it.

The offices that set the new programme up decide that these pairs go on, so nobody approves them again, and the schools
know each other: no first meeting is asked for. Yet a signature for one period does not bind in the next, and today's
principals may be others: the promises that still stand are copied without their days, and both principals agree on them
anew before they sign. Who does not want to go on does not agree, and the office ends the pair.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from intranet.kernel import jobs
from intranet.kernel.clock import now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.programmes.life_cycle import districts_of
from intranet.registry.pledges import Meeting, PledgeClause, to_come
from intranet.registry.schools import School
from intranet.registry.twinning import (
    ACTIVE,
    MET,
    OPEN,
    PAIRING_STATES,
    REVIEW,
    RUNNING,
    Pairing,
    Programme,
)
from intranet.shared import audit, pledges, steps
from intranet.shared.access import Actor
from intranet.shared.edits import Refused, locked

CARRY = "programmes.carry"
RENEWABLE = (ACTIVE, REVIEW)
# The page lists, and one transaction carries, no more; the rest stand there afterwards.
MOST_AT_ONCE = 100
COPIED = ("position", "giver", "receiver", "text", "quantity", "unit", "activity_kind", "kind_label", "evidence")


def candidates(programme: Programme, actor: Actor) -> list[tuple[int, str, str, str, str | None]]:
    """(pair, first school, second school, state, why not) of the predecessor's pairs that the actor may see."""
    first, second = School.alias(), School.alias()
    query = (
        Pairing.select(
            Pairing.id,
            first.name,
            second.name,
            Pairing.state,
            first.id,
            second.id,
            Pairing.first_district,
            Pairing.second_district,
            first.closed_on,
            second.closed_on,
        )
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(Pairing.programme == programme.predecessor_id, Pairing.state.in_(RENEWABLE))
        .order_by(first.sort_key, Pairing.id)
        .limit(MOST_AT_ONCE)
    )
    condition = Pairing.visible_to(actor)
    query = query if condition is None else query.where(condition)
    known = _Known(set(districts_of(programme.id)), _taken(programme.id))
    return [
        (id_, first_name, second_name, str(PAIRING_STATES[state]), known.refusal(*facts))
        for id_, first_name, second_name, state, *facts in query.tuples()
    ]


class _Known(NamedTuple):
    """What decides whether a pair can be carried into a programme: its districts, and the schools of its pairs."""

    districts: set[int]
    taken: set[frozenset[int]]

    def refusal(
        self,
        first_id: int,
        second_id: int,
        first_district: int,
        second_district: int,
        first_closed: date | None,
        second_closed: date | None,
    ) -> str | None:
        """Why a pair of these schools cannot be renewed, or None."""
        if not {first_district, second_district} <= self.districts:
            return _("Một trong hai đơn vị không tham gia chương trình mới.")
        if first_closed or second_closed:
            return _("Một trong hai trường đã đóng.")
        if frozenset((first_id, second_id)) in self.taken:
            return _("Hai trường đã có trong một cặp của chương trình mới.")
        return None


def _taken(programme_id: int) -> set[frozenset[int]]:
    """The schools of the pairs under way in a programme, two and two."""
    query = Pairing.select(Pairing.first_school, Pairing.second_school).where(
        Pairing.programme == programme_id, Pairing.state.in_(OPEN)
    )
    return {frozenset(row) for row in query.tuples()}


def carry_forward(pair: Pairing, programme: Programme, *, person_id: int | None) -> Pairing:
    """Renew an active pair in a programme that is running. Call it in a transaction. Raises Refused."""
    current = locked(Pairing, pair.id)
    if Programme.get_by_id(programme.id).state != RUNNING:
        raise Refused("", _("Chương trình mới chưa bắt đầu hoặc đã kết thúc."))
    if current.state not in RENEWABLE:
        raise Refused("", _("Chỉ nối tiếp được cặp đang thực hiện hoặc đang sơ kết."))
    known = _Known(set(districts_of(programme.id)), _taken(programme.id))
    refusal = known.refusal(
        *(current.first_school_id, current.second_school_id, current.first_district_id, current.second_district_id),
        *(current.first_school.closed_on, current.second_school.closed_on),
    )
    if refusal:
        raise Refused("", refusal)
    renewed = Pairing.create(
        programme=programme,
        first_school=current.first_school_id,
        first_district=current.first_district_id,
        second_school=current.second_school_id,
        second_district=current.second_district_id,
        cluster=current.cluster,
        proposal=current.proposal,
        pledge_preamble=current.pledge_preamble,
        renewed_from=current,
        state=MET,
    )
    clauses = copy_clauses(current, renewed)
    changes = {"state": (None, renewed.state), "programme": (None, programme.title), "renewed_from": (None, current.id)}
    audit.record("pairing.create", renewed, person_id=person_id, changes=changes)
    current.ended_on = today()
    current.save()
    steps.carry(current, "renew", person_id=person_id)
    steps.begin(renewed, person_id=person_id)
    _move_meetings(current, renewed, clauses, person_id)
    return renewed


def _move_meetings(old: Pairing, new: Pairing, clauses: dict[int, PledgeClause], person_id: int | None) -> None:
    """What the pair still had planned takes place in the one that goes on with it, for the same promises."""
    planned = Meeting.select().where(Meeting.pairing == old, to_come(now()))
    for meeting in list(planned.order_by(Meeting.id)):
        meeting.pairing, meeting.clause = new, clauses.get(meeting.clause_id)
        meeting.version += 1
        meeting.save()
        changes = {"programme": (old.programme.title, new.programme.title)}
        audit.record("meeting.update", meeting, person_id=person_id, changes=changes)
        steps.refresh(meeting)


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes the 28th."""
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def copy_clauses(old: Pairing, new: Pairing) -> dict[int, PledgeClause]:
    """The promises of a pair that still stand, for the pair that goes on with it. Their days were of the old period.

    Returns {the old one's id: the new one}.
    """
    copies = {}
    live = PledgeClause.select().where(PledgeClause.pairing == old, PledgeClause.dropped_on.is_null())
    for clause in live.order_by(PledgeClause.position, PledgeClause.id):
        copies[clause.id] = PledgeClause.create(pairing=new, **{name: getattr(clause, name) for name in COPIED})
    pledges.recount(new.id)
    return copies


def carry_later(
    programme: Programme, pair_ids: list[int], actor: Actor, back: str, *, done: Callable[[jobs.Job], None]
) -> None:
    """Have a job carry pairs forward; what cannot be renewed any more by then stays."""
    payload = {"programme": programme.id, "pairs": pair_ids, "back": back}
    with transaction():
        done(jobs.enqueue(CARRY, payload, district_id=actor.district_id, person_id=actor.person_id))


@jobs.handles(CARRY)
def _carry(run: jobs.Run) -> None:
    """All or nothing: who stops it finds nothing done."""
    programme = Programme.get_by_id(run.payload["programme"])
    with transaction():
        for pair_id in run.payload["pairs"]:
            run.check()
            try:
                carry_forward(Pairing.get_by_id(pair_id), programme, person_id=run.job.person_id)
            except Refused:
                # Somebody ended it or was faster; the page still lists what stayed, with the reason.
                continue
