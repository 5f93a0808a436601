"""Every change of a meeting: one transaction, with audit. Its steps are in life_cycle.py.

What several people edit goes by the meeting's version (decision D15); a person's attendance is a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from intranet.kernel.clock import local, now, today
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.language import source_text
from intranet.meetings import telling
from intranet.registry.people import CONTACT_ROLES, ROLE_LABELS, Membership, Person, under_way
from intranet.registry.pledges import (
    HELD,
    PLANNED,
    POSTPONED,
    Meeting,
    MeetingAttendee,
    PledgeClause,
)
from intranet.registry.twinning import TWINNED, Pairing
from intranet.shared import audit, steps
from intranet.shared.activities import record_activity
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged
from intranet.shared.meetings import facts

FIELDS = ("kind", "title", "starts_at", "ends_at", "place", "link", "host", "giver", "clause", "agenda")
MINUTES = ("chair", "secretary", "minutes", "conclusions")
# What people have to know who were asked already.
ANNOUNCED = {"starts_at", "ends_at", "place", "link"}
# Until both sides have confirmed the minutes.
OPEN = (PLANNED, POSTPONED, HELD)
MOST_ATTENDEES = 300


def _nothing() -> None: ...


def values_of(meeting: Meeting) -> dict[str, Any]:
    """FIELDS of a meeting as its form holds them: schools and the clause by id."""
    return {name: getattr(meeting, f"{name}_id" if name in ("host", "giver", "clause") else name) for name in FIELDS}


def plan_meeting(
    pairing: Pairing,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    done: Callable[[Meeting], None] = lambda meeting: None,
) -> Meeting:
    """Plan a meeting or a visit of FIELDS; those who stand for the two schools are asked. Raises Refused."""
    with transaction():
        current = locked(Pairing, pairing.id)
        if current.state not in TWINNED:
            raise Refused("", _("Cặp này chưa được duyệt hoặc đã kết thúc nên không lên lịch được."))
        _refuse_values(current, values)
        meeting = Meeting.create(pairing=current, **values)
        for school_id in (current.first_school_id, current.second_school_id):
            _ask(meeting, _contacts(school_id), school_id)
        given = {name: (None, value) for name, value in values.items() if value}
        audit.record("meeting.create", meeting, person_id=person_id, changes=given)
        steps.begin(meeting, person_id=person_id)
        done(meeting)
    return meeting


def _contacts(school_id: int) -> list[tuple[int, str, str]]:
    """(person, name, title) of who stands for a school."""
    return [(id_, name, title) for id_, name, title, role in people_of(school_id) if role in CONTACT_ROLES]


def people_of(school_id: int) -> list[tuple[int, str, str, str]]:
    """(person, name, title in words, role) of everybody who works at a school today, each once."""
    query = (
        Membership.select(Person.id, Person.name, Membership.title, Membership.role)
        .join(Person)
        .where(Membership.school == school_id, under_way(Membership), Person.deleted_at.is_null())
        .order_by(Person.sort_key, Person.id, Membership.id)
    )
    found: dict[int, tuple[int, str, str, str]] = {}
    for id_, name, title, role in query.tuples():
        found.setdefault(id_, (id_, name, title or source_text(ROLE_LABELS[role]), role))
    return list(found.values())


def update_meeting(
    meeting: Meeting,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> str:
    """Change what was planned, from a form made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    A meeting that was put off gets a new time. Who was asked learns of another time or place; what took place is
    recorded anew. Raises Refused and Conflict.
    """
    with transaction():
        current = _open(meeting)
        known = values_of(current)
        mine = merged(current, known, values, version)
        if current.state == POSTPONED and "starts_at" not in mine:
            raise Refused("day", _("Thầy/cô chưa chọn thời gian mới."))
        if not mine:
            return UNCHANGED
        _refuse_values(current.pairing, known | mine)
        if current.state == HELD and (known | mine)["starts_at"] > now():
            raise Refused("day", _("Cuộc này đã diễn ra nên không thể ở tương lai."))
        for name, value in mine.items():
            setattr(current, name, value)
        _save(current, "meeting.update", {name: (known[name], value) for name, value in mine.items()}, person_id)
        outcome = SAVED if current.version == version + 1 else MERGED
        _after_update(current, mine, person_id)
        done()
        return outcome


def _after_update(meeting: Meeting, changed: Mapping[str, Any], person_id: int | None) -> None:
    if meeting.state == POSTPONED:
        steps.carry(meeting, "replan", person_id=person_id)
    if meeting.invited_at and meeting.state != HELD and ANNOUNCED & changed.keys():
        telling.members(meeting, telling.MOVED, person_id)
    if meeting.state == HELD:
        record_activity(facts(meeting))
    steps.text_changed(Meeting.get_by_id(meeting.id), person_id=person_id)


def _open(meeting: Meeting) -> Meeting:
    current = locked(Meeting, meeting.id)
    if current.state not in OPEN:
        state = steps.workflow_of(current).state[current.state].label
        raise Refused("", _("Không sửa được nữa: %(state)s.", state=state))
    return current


def _refuse_values(pairing: Pairing, values: Mapping[str, Any]) -> None:
    if values["ends_at"] and values["ends_at"] <= values["starts_at"]:
        raise Refused("end", _("Giờ kết thúc phải sau giờ bắt đầu."))
    if values["clause"] is None:
        return
    clause = PledgeClause.get_or_none(PledgeClause.id == values["clause"], PledgeClause.pairing == pairing)
    if clause is None or clause.activity_kind != values["kind"]:
        raise Refused("clause", _("Cam kết này không tính theo loại hoạt động đã chọn."))


def _save(meeting: Meeting, action: str, changes: Mapping[str, tuple[Any, Any]], person_id: int | None) -> None:
    meeting.version += 1
    meeting.updated_at = now()
    meeting.save()
    audit.record(action, meeting, person_id=person_id, changes=changes)


def save_minutes(
    meeting: Meeting,
    values: Mapping[str, str],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> str:
    """Write MINUTES, from a form made from ``version``. A word given to another text is void.

    Returns UNCHANGED, SAVED or MERGED; raises Refused and Conflict.
    """
    with transaction():
        current = _open(meeting)
        known = {name: getattr(current, name) for name in MINUTES}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        for name, value in mine.items():
            setattr(current, name, value)
        _save(current, "meeting.minutes", {name: (known[name], value) for name, value in mine.items()}, person_id)
        steps.text_changed(current, person_id=person_id)
        done()
        return SAVED if current.version == version + 1 else MERGED


def choose_people(
    meeting: Meeting,
    school_id: int,
    person_ids: Iterable[int],
    *,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Whom of a school's people to ask: exactly these; who is no longer among them is taken off. Raises Refused."""
    with transaction():
        current = _open(meeting)
        offered = {id_: (id_, name, title) for id_, name, title, _role in people_of(school_id)}
        wanted = set(person_ids) & offered.keys()
        own = (MeetingAttendee.meeting == current) & (MeetingAttendee.school == school_id)
        rows = MeetingAttendee.select(MeetingAttendee.person).where(own, MeetingAttendee.person.is_null(False))
        asked = {id_ for (id_,) in rows.tuples()}
        gone = sorted(asked - wanted)
        MeetingAttendee.delete().where(own, MeetingAttendee.person.in_(gone)).execute()
        _ask(current, [person for id_, person in offered.items() if id_ in wanted - asked], school_id)
        if asked != wanted:
            _finish_people(current, {"attendees": (len(asked), len(wanted))}, person_id)
        done()


def _ask(meeting: Meeting, people: Iterable[tuple[int | None, str, str]], school_id: int | None) -> None:
    rows = [
        {"meeting": meeting, "person": id_, "school": school_id, "name": name, "title": title}
        for id_, name, title in people
    ]
    count = MeetingAttendee.select().where(MeetingAttendee.meeting == meeting).count()
    if count + len(rows) > MOST_ATTENDEES:
        raise Refused("", _("Mỗi cuộc có nhiều nhất %(most)s người dự.", most=MOST_ATTENDEES))
    if rows:
        MeetingAttendee.insert_many(rows).execute()


def _finish_people(meeting: Meeting, changes: Mapping[str, tuple[Any, Any]], person_id: int | None) -> None:
    """The audit line, without names: the list itself has them. What was confirmed of another list is void."""
    audit.record("meeting.people", meeting, person_id=person_id, changes=changes)
    steps.text_changed(meeting, person_id=person_id)


def add_guest(
    meeting: Meeting, name: str, title: str, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Ask somebody who has no account here. Raises Refused."""
    with transaction():
        current = _open(meeting)
        _ask(current, [(None, name, title)], None)
        _finish_people(current, {"guest": (None, 1)}, person_id)
        done()


def remove_attendee(
    meeting: Meeting, attendee: MeetingAttendee, *, person_id: int | None, done: Callable[[], None] = _nothing
) -> None:
    """Take somebody off the list. Raises Refused."""
    with transaction():
        current = _open(meeting)
        if MeetingAttendee.delete().where(MeetingAttendee.id == attendee.id).execute():
            _finish_people(current, {f"attendance {attendee.id}": (attendee.attendance or "", None)}, person_id)
        done()


def note_attendance(meeting: Meeting, attendee: MeetingAttendee, attendance: str, *, person_id: int | None) -> None:
    """Note whether somebody came; noting the same again changes nothing. Raises Refused."""
    with transaction():
        current = _open(meeting)
        if local(current.starts_at).date() > today():
            raise Refused("", _("Điểm danh được khi đến ngày."))
        before = MeetingAttendee.select(MeetingAttendee.attendance).where(MeetingAttendee.id == attendee.id).scalar()
        if before is None or before == attendance:
            return
        MeetingAttendee.update(attendance=attendance).where(MeetingAttendee.id == attendee.id).execute()
        _finish_people(current, {f"attendance {attendee.id}": (before or None, attendance)}, person_id)


def invite(meeting: Meeting, *, person_id: int, done: Callable[[int], None] = lambda told: None) -> int:
    """Send the invitation, or send it again. Returns how many were told. Raises Refused."""
    with transaction():
        current = locked(Meeting, meeting.id)
        if current.state != PLANNED:
            raise Refused("", _("Chỉ mời dự khi đã lên lịch và chưa diễn ra."))
        current.invited_at = now()
        current.save()
        told = telling.members(current, telling.INVITED, person_id)
        audit.record("meeting.invite", current, person_id=person_id, changes={"recipients": (None, told)})
        done(told)
    return told
