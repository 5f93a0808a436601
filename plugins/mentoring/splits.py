"""A school is split: the cases of children who go to the new school go there whole, and their mentors stay if they may.

The family's consent goes along and ends when it would have ended: by the decision the new school does for the child
what the old one did. But whoever stayed behind is another school's mentor now, for which there must be a pair and a
consent of its own; without them, nobody goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    Holder,
    OpenWork,
    Pairing,
    Person,
    Refused,
    School,
    carry,
    locked,
    notify,
    people_who_hold,
    record,
    refresh_waiting,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.aid.life_cycle import PENDING
from plugins.mentoring.cases.consents import stop_what_nobody_agrees_to
from plugins.mentoring.cases.life_cycle import UNDER_WAY_STATES
from plugins.mentoring.groups.leaving import leave_all
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.rules import pairing_of
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Mentor

CASE = "case"


def open_work(school: School) -> Iterator[OpenWork]:
    """Cases under way, by their codes: no child's name leaves the school."""
    query = Case.select(Case.id, Case.code).where(Case.school == school, Case.state.in_(UNDER_WAY_STATES))
    for id_, code in query.order_by(Case.code).tuples():
        yield OpenWork(kind=CASE, id=id_, kind_label=_("Hồ sơ giúp đỡ học sinh"), label=code, of_child=True)


def hand_over(school: School, successor: School, chosen: Mapping[str, Collection[int]]) -> None:
    """Make the cases the new school's. Call it in the transaction of the split, after people and pairs went there."""
    moving = set(chosen.get(CASE, ()))
    for id_ in _concerned(school, moving):
        case = locked(Case, id_)
        if id_ in moving:
            _move(case, school, successor)
    here = Person.select(Person.id).where(Person.school == successor)
    Mentor.update(school=successor).where(Mentor.school == school, Mentor.person.in_(here)).execute()
    came = Match.state.in_(LIVE) & (Match.mentor_school == school) & Match.mentor.in_(here)
    Match.update(mentor_school=successor).where(came).execute()
    for case_id in _helped_at(school, successor):
        _look_at_mentors(case_id)
    for id_ in sorted(moving):
        _refresh(Case.get_by_id(id_))
    _take_promises(school, successor)
    if moving:
        _tell(school, successor, len(moving))


def _take_promises(school: School, successor: School) -> None:
    """What was promised to a partner's children under a pair that went over is the new school's to give."""
    pairs = Pairing.select(Pairing.id).where((Pairing.first_school == successor) | (Pairing.second_school == successor))
    promised = (Aid.giver == school) & Aid.pairing.in_(pairs) & Aid.state.in_(PENDING)
    for aid in list(Aid.select().where(promised).order_by(Aid.id)):
        aid.giver = successor
        aid.save()
        refresh_waiting(aid)


def _concerned(school: School, moving: Collection[int]) -> list[int]:
    """All cases whose matches may change, in the order in which everybody locks them."""
    of = (Match.school == school) | (Match.mentor_school == school)
    helped = Match.select(Match.case).where(of, Match.state.in_(LIVE))
    query = Case.select(Case.id).where(Case.id.in_(sorted(moving)) | Case.id.in_(helped)).order_by(Case.id)
    return [id_ for (id_,) in query.tuples()]


def _move(case: Case, school: School, successor: School) -> None:
    """The case with its matches, gifts and handovers; the groups of the old school go on without the child."""
    case.school = successor
    case.save()
    for model in (Match, Aid, Handover):
        model.update(school=successor).where(model.case == case).execute()
    leave_all(case.id, None)
    record("mentoring.case", case, person_id=None, changes={"school": (school.name, successor.name)})


def _helped_at(*schools: School) -> list[int]:
    """Cases with a mentor, of which child or mentor is at one of these schools."""
    ids = [school.id for school in schools]
    of = Match.school.in_(ids) | Match.mentor_school.in_(ids)
    query = Match.select(Match.case).where(of, Match.state.in_(LIVE)).distinct().order_by(Match.case)
    return [id_ for (id_,) in query.tuples()]


def _look_at_mentors(case_id: int) -> None:
    """Each mentor comes under the pair of the two schools; without one, the match is over."""
    for match in list(Match.select().where(Match.case == case_id, Match.state.in_(LIVE)).order_by(Match.id)):
        try:
            pairing_id = pairing_of(match.school_id, match.mentor_school_id)
        except Refused:
            carry(match, "stop" if match.state in ("proposed", "accepted") else "finish", person_id=None)
            continue
        if pairing_id != match.pairing_id:
            match.pairing = pairing_id
            match.save()
    stop_what_nobody_agrees_to(locked(Case, case_id), None)


def _refresh(case: Case) -> None:
    """What waits for somebody about the case waits for the new school's people."""
    refresh_waiting(case)
    for waiting in _waiting_of(case):
        refresh_waiting(waiting)


def _waiting_of(case: Case) -> Iterator[Any]:
    yield from Match.select().where(Match.case == case, Match.state.in_(LIVE))
    yield from Aid.select().where(Aid.case == case, Aid.state.in_((*PENDING, "delivered")))
    yield from Handover.select().where(Handover.case == case, Handover.state == "offered")


def _tell(school: School, successor: School, count: int) -> None:
    holders = [Holder(role=role, school_id=at.id) for at in (school, successor) for role in (PRINCIPAL, COORDINATOR)]
    names = {"school": school.name, "new": successor.name}
    title = _("%(count)s hồ sơ học sinh của %(school)s sang %(new)s", count=count, **names)
    notify(people_who_hold(holders), "progress", title, "/mentoring/cases")
