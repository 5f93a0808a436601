"""Every change of a group: planned, pupils enrolled, days noted, summarised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from peewee import IntegrityError

from intranet.api import (
    Actor,
    Pairing,
    Refused,
    begin,
    fall_due,
    gettext,
    locked,
    put,
    record,
    take,
    today,
    transaction,
)
from plugins.mentoring.groups.life_cycle import ENROLLING, RUNNING
from plugins.mentoring.tables.groups import Group, GroupAbsence, GroupMeeting, GroupPupil

Done = Callable[[], None]


def create(actor: Actor, values: Mapping[str, Any], *, done: Callable[[Group], None] = lambda group: None) -> Group:
    """Plan a group of the actor's school; with ``pairing_id``, the partner sends pupils as well. Raises Refused."""
    if values["ends_on"] < values["starts_on"]:
        raise Refused("ends_on", gettext("Ngày kết thúc phải sau ngày bắt đầu."))
    pairing = Pairing.get_by_id(values["pairing_id"]) if values["pairing_id"] else None
    with transaction():
        group = Group.create(
            district=actor.district_id,
            school=actor.school_id,
            partner=pairing.partner_of(actor.school_id) if pairing else None,
            **values,
        )
        given = {name: (None, value) for name, value in values.items() if value}
        record("mentoring.group", group, person_id=actor.person_id, changes=given)
        begin(group, person_id=actor.person_id)
        done(group)
    return group


def fall_due_all(district: Any) -> int:
    """Groups whose last day is over wait for their summary; how many since yesterday."""
    due = Group.select().where(Group.district == district, Group.state == RUNNING, Group.ends_on < today())
    count = 0
    for group in list(due.order_by(Group.id)):
        with transaction():
            count += fall_due(group)
    return count


def enrol(
    group: Group, code: str, name: str, form_given: date | None, actor: Actor, *, done: Done = lambda: None
) -> None:
    """Enrol a pupil of the actor's school by a code; the name is sealed. Raises Refused."""
    try:
        with transaction():
            current = locked(Group, group.id)
            if current.state not in (ENROLLING, RUNNING):
                raise Refused("", gettext("Nhóm này không ghi danh nữa."))
            pupil = GroupPupil(group=current, school=actor.school_id, code=code, form_given=form_given)
            put(pupil, name=name)
            pupil.save(force_insert=True)
            record("mentoring.enrol", current, person_id=actor.person_id, changes={"code": (None, code)})
            done()
    except IntegrityError as cause:
        raise Refused("code", gettext("Mã này đã có trong nhóm.")) from cause


def leave(group: Group, pupil_id: int, actor: Actor, *, done: Done = lambda: None) -> None:
    """A pupil of the actor's school leaves; the name is forgotten, the days stay as numbers. Raises Refused."""
    with transaction():
        mine = (GroupPupil.group == group) & (GroupPupil.school == actor.school_id) & (GroupPupil.id == pupil_id)
        pupil = GroupPupil.get_or_none(mine, GroupPupil.left_on.is_null())
        if pupil is None:
            raise Refused("", gettext("Em này không còn trong nhóm."))
        put(pupil, name="")
        pupil.left_on = today()
        pupil.save()
        record("mentoring.leave", group, person_id=actor.person_id, changes={"code": (pupil.code, None)})
        done()


def meet(
    group: Group, on: date, periods: int, absent: Iterable[int], actor: Actor, *, done: Done = lambda: None
) -> None:
    """Note a day on which the group met, and who was not there; noted again, it replaces the day. Raises Refused."""
    if on > today():
        raise Refused("on", gettext("Ngày này chưa đến."))
    with transaction():
        current = locked(Group, group.id)
        if current.state != RUNNING:
            raise Refused("", gettext("Nhóm này chưa học hoặc đã tổng kết."))
        meeting = GroupMeeting.get_or_none(GroupMeeting.group == current, GroupMeeting.on == on)
        meeting = meeting or GroupMeeting(group=current, on=on)
        meeting.periods, meeting.person = periods, actor.person_id
        meeting.save()
        GroupAbsence.delete().where(GroupAbsence.meeting == meeting).execute()
        enrolled = {id_ for (id_,) in GroupPupil.select(GroupPupil.id).where(GroupPupil.group == current).tuples()}
        for pupil_id in sorted(set(absent) & enrolled):
            GroupAbsence.create(meeting=meeting, pupil=pupil_id)
        record("mentoring.group_day", current, person_id=actor.person_id, changes={"on": (None, on)})
        done()


def summarise(group: Group, values: Mapping[str, Any], actor: Actor, *, done: Done = lambda: None) -> None:
    """End a group with the numbers of all its pupils together. Raises Refused and NotYours."""
    with transaction():
        current = locked(Group, group.id)
        enrolled = GroupPupil.select().where(GroupPupil.group == current).count()
        if values["reached"] is not None and values["reached"] > enrolled:
            raise Refused("reached", gettext("Nhóm chỉ có %(count)s học sinh.", count=enrolled))
        for name, value in values.items():
            setattr(current, name, value)
        current.save()
        take(current, "summarise", actor, done=done)
