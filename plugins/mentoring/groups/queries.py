"""Reads shaped for the screens of groups. A name is opened only for the pupil's own school."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, fn

from intranet.api import TWINNED, Actor, Pairing, Person, School, opened
from plugins.mentoring.groups.circular import Facts
from plugins.mentoring.tables.cases import KEEPERS, Case
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


def pupils(group: Group, actor: Actor) -> list[tuple[int, str, str, Any, int, bool]]:
    """(id, code, name or empty, day of the form, days absent, whether of the actor's school) of those enrolled."""
    query = (
        GroupPupil.select(GroupPupil, fn.COUNT(GroupAbsence.id).alias("absent"))
        .join(GroupAbsence, JOIN.LEFT_OUTER, on=(GroupAbsence.pupil == GroupPupil.id))
        .where(GroupPupil.group == group, GroupPupil.left_on.is_null())
        .group_by(GroupPupil)
        .order_by(GroupPupil.code)
    )
    return [
        (
            *(pupil.id, pupil.code, name_of(pupil, group, actor), pupil.form_given, pupil.absent),
            pupil.school_id == actor.school_id,
        )
        for pupil in query.objects()
    ]


def own_pupil(group: Group, pupil_id: int, actor: Actor) -> GroupPupil | None:
    """A pupil of the group whom the actor's school sent and who is still there."""
    mine = (GroupPupil.group == group) & (GroupPupil.school == actor.school_id) & GroupPupil.left_on.is_null()
    return GroupPupil.get_or_none(mine, GroupPupil.id == pupil_id)


def cases_of(pupil: GroupPupil) -> list[int]:
    """The ids of the pupil's case, if there is one: codes are the school's own."""
    rows = Case.select(Case.id).where(Case.school == pupil.school_id, Case.code == pupil.code)
    return [id_ for (id_,) in rows.tuples()]


def name_of(pupil: GroupPupil, group: Group, actor: Actor) -> str:
    """A pupil's name for keepers and the teacher of the pupil's own school; empty for all others."""
    knows = actor.role in KEEPERS or actor.person_id == group.teacher_id
    return opened(pupil, "name") if knows and actor.school_id == pupil.school_id else ""


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
