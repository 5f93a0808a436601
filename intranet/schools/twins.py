"""What becomes of a school's pairs when the school changes: they keep up with its name, and end when it closes."""

from __future__ import annotations

from collections.abc import Collection

from intranet.registry.pledges import HELD_STATES, Meeting, PledgeClause
from intranet.registry.reports import ISSUED, VOID, Report
from intranet.registry.schools import School
from intranet.registry.twinning import OPEN, TWINNED, Pairing
from intranet.shared import steps

# Kept with the pair as data: in Vietnamese, whoever acts.
CLOSED = "Trường đã đóng: {name}."
BECAME_ONE = "Hai trường đã gộp thành một."
DOUBLE = "Trường nhận gộp đã có cặp này trong cùng chương trình."


def pairs_of(school: School) -> list[Pairing]:
    """All pairs of a school."""
    of_school = (Pairing.first_school == school.id) | (Pairing.second_school == school.id)
    return list(Pairing.select().where(of_school).order_by(Pairing.id))


def open_pairs(school: School) -> list[Pairing]:
    """The school's pairs that are not over."""
    return [pairing for pairing in pairs_of(school) if pairing.state in OPEN]


def open_titles(school_ids: Collection[int]) -> list[tuple[int, str, str]]:
    """(id, first school, second school) of the pairs of some schools that are not over: what closing them ends."""
    first, second = School.alias(), School.alias()
    ids = list(school_ids)
    query = (
        Pairing.select(Pairing.id, first.name, second.name)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(Pairing.state.in_(OPEN), Pairing.first_school.in_(ids) | Pairing.second_school.in_(ids))
    )
    return list(query.order_by(first.sort_key, second.sort_key, Pairing.id).tuples())


def keep_up(school: School, changed: Collection[str], person_id: int | None) -> None:
    """After a school's fields changed: a closed school gives nothing, and tasks name schools as they are called now.

    Call it in the transaction of the change.
    """
    if "closed_on" in changed and school.closed_on is not None:
        for pairing in open_pairs(school):
            stop(pairing, CLOSED.format(name=school.name), person_id)
    elif "name" in changed:
        for pairing in open_pairs(school):
            steps.refresh(pairing)


def stop(pairing: Pairing, reason: str, person_id: int | None) -> bool:
    """End a pair by a rule; one that is not twinned yet comes to nothing. False where it is over already."""
    key = "end" if pairing.state in TWINNED else "withdraw"
    return steps.carry(pairing, key, person_id=person_id, reason=reason)


def hand_over(pairing: Pairing, school: School, successor: School) -> None:
    """The pair is the successor's: its promises, its open steps. What was done and agreed stays as it was."""
    side = "first_school" if pairing.first_school_id == school.id else "second_school"
    Pairing.update({side: successor}).where(Pairing.id == pairing.id).execute()
    for key in (PledgeClause.giver, PledgeClause.receiver):
        PledgeClause.update({key: successor}).where(PledgeClause.pairing == pairing, key == school).execute()
    steps.refresh(Pairing.get_by_id(pairing.id))
    _go_on(pairing, school, successor)


def _go_on(pairing: Pairing, school: School, successor: School) -> None:
    """The pair's meetings and the school's reports that are in hand are the successor's people's next steps."""
    # A meeting that was held keeps the names of then.
    to_come = (Meeting.pairing == pairing) & Meeting.state.not_in(HELD_STATES)
    for key in (Meeting.host, Meeting.giver):
        Meeting.update({key: successor}).where(to_come, key == school).execute()
    written = (Report.pairing == pairing) & (Report.school == school) & Report.state.not_in((ISSUED, VOID))
    reports = [id_ for (id_,) in Report.select(Report.id).where(written).tuples()]
    Report.update(school=successor).where(Report.id.in_(reports)).execute()
    for meeting in Meeting.select().where(Meeting.pairing == pairing).order_by(Meeting.id):
        steps.refresh(meeting)
    for report in Report.select().where(Report.id.in_(reports)).order_by(Report.id):
        steps.refresh(report)
