"""Pupils leave groups: of themselves, with a consent that ends, with a child that moves."""

from __future__ import annotations

from datetime import date
from typing import Any

from intranet.api import locked, put, record, today, transaction
from plugins.mentoring.tables.cases import GROUP, Case, covered
from plugins.mentoring.tables.groups import GroupPupil


def let_go(pupil: GroupPupil, person_id: int | None) -> None:
    """A pupil leaves: the name is forgotten, the days stay as numbers. Call it in a transaction."""
    put(pupil, name="")
    pupil.left_on = today()
    pupil.save()
    record("mentoring.leave", pupil.group, person_id=person_id, changes={"code": (pupil.code, None)})


def leave_all(case_id: int, person_id: int | None) -> int:
    """A child leaves all groups; how many. Call it in a transaction that has locked the case."""
    places = list(GroupPupil.select().where(GroupPupil.case == case_id, GroupPupil.left_on.is_null()))
    for pupil in places:
        let_go(pupil, person_id)
    return len(places)


def leave_unagreed(district: Any, day: date) -> int:
    """Children whose family no longer agrees to groups leave them; how many. A day made up for asks for today's."""
    agreed = covered(GROUP, max(day, today()))
    there = (Case.district == district, GroupPupil.left_on.is_null(), GroupPupil.case.not_in(agreed))
    due = GroupPupil.select(GroupPupil.case).join(Case, on=(GroupPupil.case == Case.id)).where(*there).distinct()
    count = 0
    for (case_id,) in list(due.order_by(GroupPupil.case).tuples()):
        with transaction():
            locked(Case, case_id)
            count += leave_all(case_id, None)
    return count
