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
    refresh_waiting,
    take,
    today,
    transaction,
    write_merged,
)
from plugins.mentoring.cases.consents import covers
from plugins.mentoring.cases.rules import OVER
from plugins.mentoring.groups.leaving import let_go
from plugins.mentoring.groups.life_cycle import ENROLLING, PLANNED, RUNNING
from plugins.mentoring.tables.cases import GROUP, MOVED, Case
from plugins.mentoring.tables.groups import Group, GroupAbsence, GroupMeeting, GroupPupil

Done = Callable[[], None]
# Where a group can still be changed.
OPEN = (PLANNED, ENROLLING, RUNNING)


def create(actor: Actor, values: Mapping[str, Any], *, done: Callable[[Group], None] = lambda group: None) -> Group:
    """Plan a group of the actor's school; with ``pairing_id``, the partner sends pupils as well. Raises Refused."""
    _refuse_days(values["starts_on"], values["ends_on"])
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


def _refuse_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused("ends_on", gettext("Ngày kết thúc phải sau ngày bắt đầu."))


def update(group: Group, values: Mapping[str, Any], *, version: int, person_id: int, done: Done = lambda: None) -> str:
    """Change a group whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    Raises Refused once it is over, and Conflict.
    """
    with transaction():
        current = locked(Group, group.id)
        if current.state not in OPEN:
            raise Refused("", gettext("Nhóm này đã tổng kết hoặc đã hủy nên không sửa được nữa."))

        def complete(given: dict[str, Any]) -> dict[str, Any]:
            _refuse_days(given["starts_on"], given["ends_on"])
            return given

        def follow() -> None:
            # The new teacher has the next step, and a later last day is no reason to wait.
            refresh_waiting(current)
            done()

        return write_merged(
            current,
            values,
            version=version,
            action="mentoring.group",
            person_id=person_id,
            complete=complete,
            done=follow,
        )


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
    """Enrol a pupil of the actor's school: by the code of the case, or by another one with a name that is sealed.

    A name is kept only where the family has asked in writing. Raises Refused.
    """
    try:
        with transaction():
            # The case before the group, as a merger and a move lock them.
            case = _agreed_case(actor.school_id, code)
            if case is None and name and form_given is None:
                sentence = gettext("Chỉ ghi họ tên khi đã nhận đơn tự nguyện của gia đình; thầy/cô ghi ngày nhận đơn.")
                raise Refused("form_given", sentence)
            current = locked(Group, group.id)
            if current.state not in (ENROLLING, RUNNING):
                raise Refused("", gettext("Nhóm này không ghi danh nữa."))
            pupil = GroupPupil(group=current, school=actor.school_id, case=case, code=code, form_given=form_given)
            put(pupil, name="" if case else name)
            pupil.save(force_insert=True)
            record("mentoring.enrol", current, person_id=actor.person_id, changes={"code": (None, code)})
            done()
    except IntegrityError as cause:
        raise Refused("code", gettext("Mã này đã có trong nhóm.")) from cause


def _agreed_case(school_id: int, code: str) -> Case | None:
    """The case of this code, if the school has one. Raises Refused where the family does not agree to groups."""
    found = Case.get_or_none(Case.school == school_id, Case.code == code, Case.state != MOVED)
    if found is None:
        return None
    # Nobody takes the consent back between this look and the enrolment.
    case = locked(Case, found.id)
    if case.state in OVER or not covers(case, GROUP):
        raise Refused(
            "code",
            gettext(
                "Gia đình chưa đồng ý cho em tham gia nhóm. Giáo viên chủ nhiệm xin ý kiến gia đình, rồi ghi ở mục "
                "“Sự đồng ý” của hồ sơ với phần “Em tham gia nhóm bồi dưỡng, ôn thi”."
            ),
        )
    return case


def leave(group: Group, pupil_id: int, actor: Actor, *, done: Done = lambda: None) -> None:
    """A pupil of the actor's school leaves; the name is forgotten, the days stay as numbers. Raises Refused."""
    with transaction():
        locked(Group, group.id)
        mine = (GroupPupil.group == group) & (GroupPupil.school == actor.school_id) & (GroupPupil.id == pupil_id)
        pupil = GroupPupil.get_or_none(mine, GroupPupil.left_on.is_null())
        if pupil is None:
            raise Refused("", gettext("Em này không còn trong nhóm."))
        let_go(pupil, actor.person_id)
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
        there = (GroupPupil.group == current) & GroupPupil.left_on.is_null()
        enrolled = {id_ for (id_,) in GroupPupil.select(GroupPupil.id).where(there).tuples()}
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
