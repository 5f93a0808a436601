"""A school becomes part of another: its children, mentors, groups and gifts are the successor's from now on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    TWINNED,
    Holder,
    Pairing,
    Refused,
    School,
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
from plugins.mentoring.cases.rules import next_code, stop_handovers
from plugins.mentoring.groups.life_cycle import ENROLLING, PLANNED, RUNNING
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.rules import pairing_of
from plugins.mentoring.tables.aid import Aid, TeacherSupport
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.groups import Group, GroupPupil
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Mentor

# Columns that say whose something is. Who read what in a school's name stays as it was.
OWNERS = (
    Match.school,
    Match.mentor_school,
    Mentor.school,
    Handover.school,
    Handover.to_school,
    Group.school,
    Group.partner,
    GroupPupil.school,
    Aid.school,
    Aid.giver,
    TeacherSupport.school,
)


def take_over(school: School, successor: School) -> None:
    """Make everything the successor's. Call it in the transaction of the merger, which has locked both schools."""
    _lock_cases(school)
    moved, renamed = _take_cases(school, successor)
    for column in OWNERS:
        column.model.update({column: successor}).where(column == school).execute()
    _join(school, successor)
    for unsettled in _under_way(successor):
        refresh_waiting(unsettled)
    if moved:
        _tell(successor, moved, renamed)


def _lock_cases(school: School) -> None:
    """All cases whose matches will change, before any match does: everybody else locks a case first, too."""
    helped = Match.select(Match.case).where(Match.mentor_school == school)
    concerned = Case.select(Case.id).where((Case.school == school) | Case.id.in_(helped)).order_by(Case.id)
    for (id_,) in list(concerned.tuples()):
        locked(Case, id_)


def _take_cases(school: School, successor: School) -> tuple[int, int]:
    """(how many cases, how many of them got another code): two children of one school do not share a code."""
    ids = [id_ for (id_,) in Case.select(Case.id).where(Case.school == school).order_by(Case.id).tuples()]
    taken = {code for (code,) in Case.select(Case.code).where(Case.school == successor).tuples()}
    renamed = 0
    for id_ in ids:
        case = locked(Case, id_)
        # What knew the child by its code knows the case from now on.
        mine = GroupPupil.case.is_null() & (GroupPupil.school == school) & (GroupPupil.code == case.code)
        GroupPupil.update(case=case).where(mine).execute()
        if case.code in taken:
            before, case.code = case.code, next_code(successor, case.class_name)
            record("mentoring.case", case, person_id=None, changes={"code": (before, case.code)})
            renamed += 1
        case.school = successor
        case.save()
    return len(ids), renamed


def _join(school: School, successor: School) -> None:
    """Two schools that helped one another are one: no side gives to itself, and the own school's consent counts."""
    Group.update(partner=None).where(Group.school == successor, Group.partner == successor).execute()
    own_gifts = (Aid.school == successor) & (Aid.giver == successor)
    Aid.update(giver=None, donor=school.name).where(own_gifts).execute()
    inside = (Handover.school == successor) & (Handover.to_school == successor)
    for handover in list(Handover.select().where(inside, Handover.state == "offered")):
        stop_handovers(handover.case, None)
    _pair_anew(successor)
    here = (Match.school == successor) & (Match.mentor_school == successor) & Match.state.in_(LIVE)
    for (case_id,) in list(Match.select(Match.case).where(here).distinct().order_by(Match.case).tuples()):
        stop_what_nobody_agrees_to(locked(Case, case_id), None)


def _pair_anew(successor: School) -> None:
    """Mentors of a pair that ended because the successor has the same one come under that."""
    ended = Pairing.select(Pairing.id).where(Pairing.state.not_in(TWINNED))
    across = (Match.school == successor) | (Match.mentor_school == successor)
    for match in list(Match.select().where(across, Match.state.in_(LIVE), Match.pairing.in_(ended))):
        with suppress(Refused):
            match.pairing = pairing_of(match.school_id, match.mentor_school_id)
            match.save()


def _under_way(successor: School) -> Iterator[Any]:
    """Everything of the successor's that waits for somebody."""
    given_or_got = (Aid.school == successor) | (Aid.giver == successor)
    sent_or_coming = (Handover.school == successor) | (Handover.to_school == successor)
    yield from Case.select().where(Case.school == successor, Case.state.in_(UNDER_WAY_STATES))
    yield from Match.select().where(Match.school == successor, Match.state.in_(LIVE))
    yield from Group.select().where(Group.school == successor, Group.state.in_((PLANNED, ENROLLING, RUNNING)))
    yield from Aid.select().where(given_or_got, Aid.state.in_((*PENDING, "delivered")))
    yield from TeacherSupport.select().where(TeacherSupport.school == successor)
    yield from Handover.select().where(sent_or_coming, Handover.state == "offered")


def _tell(successor: School, moved: int, renamed: int) -> None:
    holders = [Holder(role=role, school_id=successor.id) for role in (PRINCIPAL, COORDINATOR)]
    title = _("Trường nhận %(moved)s hồ sơ học sinh khi gộp; %(renamed)s em mang mã mới", moved=moved, renamed=renamed)
    notify(people_who_hold(holders), "progress", title, "/mentoring/cases")
