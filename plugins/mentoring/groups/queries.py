"""Reads shaped for the screens of groups. A name is opened only for the pupil's own school."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from peewee import JOIN, fn

from intranet.api import TWINNED, Actor, Pairing, Person, School, opened
from plugins.mentoring.groups.circular import Facts
from plugins.mentoring.tables.cases import GROUP, KEEPERS, Case, Consent, covered
from plugins.mentoring.tables.groups import Group, GroupAbsence, GroupMeeting, GroupPupil

PAGE_SIZE = 30


def groups(actor: Actor, page: int) -> tuple[list[tuple], bool]:
    """(rows, whether more follow): id, title, kind, subject, grade, school, teacher, state, pupils."""
    enrolled = GroupPupil.select(fn.COUNT(GroupPupil.id)).where(GroupPupil.group == Group.id)
    rows = (
        Group.select(
            *(Group.id, Group.title, Group.kind, Group.subject, Group.grade, School.name, Person.name, Group.state),
            enrolled.where(GroupPupil.left_on.is_null()).alias("pupils"),
        )
        .join(School, on=(Group.school == School.id))
        .switch(Group)
        .join(Person, on=(Group.teacher == Person.id))
        .where(Group.visible_to(actor))
        .order_by(Group.id.desc())
    )
    found = list(rows.limit(PAGE_SIZE + 1).offset(PAGE_SIZE * page).tuples())
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def pairs(actor: Actor) -> list[tuple[int, str]]:
    """(id, name of the partner) of the pairs that the actor's school has under way."""
    if actor.school_id is None:
        return []
    twinned = list(Pairing.select().where(Pairing.visible_to(actor), Pairing.state.in_(TWINNED)).order_by(Pairing.id))
    partners = [pairing.partner_of(actor.school_id) for pairing in twinned]
    names = dict(School.select(School.id, School.name).where(School.id.in_(partners)).tuples())
    return [(pairing.id, names[partner]) for pairing, partner in zip(twinned, partners, strict=True)]


class Place(NamedTuple):
    """A pupil in a group: by the code for all, by name for those of the own school who keep or teach the group."""

    id: int
    code: str
    name: str
    case_id: int | None
    form_given: date | None
    absent: int
    own: bool


def pupils(group: Group, actor: Actor) -> list[Place]:
    """Those who are in the group now. Write down that their cases are read before any is shown."""
    away = GroupAbsence.select(fn.COUNT(GroupAbsence.id)).where(GroupAbsence.pupil == GroupPupil.id)
    query = (
        GroupPupil.select(GroupPupil, Case, away.alias("absent"))
        .join(Case, JOIN.LEFT_OUTER, on=(GroupPupil.case == Case.id))
        .where(GroupPupil.group == group, GroupPupil.left_on.is_null())
        .order_by(GroupPupil.code, GroupPupil.id)
    )
    enrolled = list(query)
    agreed = agreed_cases(enrolled)
    return [
        Place(
            id=pupil.id,
            code=pupil.code,
            name=name_of(pupil, group, actor, agreed),
            case_id=pupil.case_id,
            form_given=pupil.form_given,
            absent=pupil.absent,
            own=pupil.school_id == actor.school_id,
        )
        for pupil in enrolled
    ]


def sent_by(group: Group, pupil_id: int, actor: Actor) -> bool:
    """Whether the actor's school sent the pupil, who may have left since."""
    mine = (GroupPupil.group == group) & (GroupPupil.school == actor.school_id) & (GroupPupil.id == pupil_id)
    return GroupPupil.select().where(mine).exists()


def own_pupil(group: Group, pupil_id: int, actor: Actor) -> GroupPupil | None:
    """A pupil of the group whom the actor's school sent and who is still there."""
    mine = (GroupPupil.group == group) & (GroupPupil.school == actor.school_id) & GroupPupil.left_on.is_null()
    return GroupPupil.get_or_none(mine, GroupPupil.id == pupil_id)


def agreed_cases(pupils: Collection[GroupPupil]) -> set[int]:
    """The cases among them whose family agrees to groups today."""
    theirs = Consent.case.in_([pupil.case_id for pupil in pupils if pupil.case_id is not None])
    return {id_ for (id_,) in covered(GROUP).where(theirs).tuples()}


def name_of(pupil: GroupPupil, group: Group, actor: Actor, agreed: Collection[int]) -> str:
    """A pupil's name for keepers and the teacher of the pupil's own school; empty for all others.

    Where the pupil has a case, it is the case's, as long as that is among ``agreed``.
    """
    knows = actor.role in KEEPERS or actor.person_id == group.teacher_id
    if not knows or actor.school_id != pupil.school_id:
        return ""
    if pupil.case_id is None:
        return opened(pupil, "name")
    return opened(pupil.case, "name") if pupil.case_id in agreed else ""


def attendance(group: Group) -> int | None:
    """How many of a hundred were there, of those enrolled now at all meetings; None before the first."""
    meetings = GroupMeeting.select(fn.COUNT(GroupMeeting.id)).where(GroupMeeting.group == group).scalar()
    pupils = GroupPupil.select(fn.COUNT(GroupPupil.id)).where(GroupPupil.group == group, GroupPupil.left_on.is_null())
    places = meetings * pupils.scalar()
    away = GroupAbsence.select().join(GroupPupil).where(GroupPupil.group == group, GroupPupil.left_on.is_null())
    return round(100 * (places - away.count()) / places) if places else None


def facts_of(group: Group) -> Facts:
    """What the circular looks at."""
    enrolled = GroupPupil.select().where(GroupPupil.group == group, GroupPupil.left_on.is_null())
    return Facts(
        kind=group.kind,
        subject=group.subject,
        grade=group.grade,
        periods_a_week=group.periods_a_week,
        starts_on=group.starts_on,
        ends_on=group.ends_on,
        pupils=enrolled.count(),
        without_form=enrolled.where(GroupPupil.form_given.is_null()).count(),
    )


def meetings(group: Group) -> list[tuple]:
    """(day, periods, how many absent), the latest first."""
    rows = (
        GroupMeeting.select(GroupMeeting.on, GroupMeeting.periods, fn.COUNT(GroupAbsence.id))
        .join(GroupAbsence, JOIN.LEFT_OUTER, on=(GroupAbsence.meeting == GroupMeeting.id))
        .where(GroupMeeting.group == group)
        .group_by(GroupMeeting.on, GroupMeeting.periods)
        .order_by(GroupMeeting.on.desc())
    )
    return list(rows.limit(60).tuples())
