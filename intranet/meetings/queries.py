"""Reads of meetings: of a pair, of one with its people, and what else happens at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import JOIN

from intranet.registry.pledges import PLANNED, Meeting, MeetingAttendee, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing

MOST_MEETINGS = 200
# How long a meeting takes whose end nobody wrote.
USUAL_LENGTH = timedelta(hours=2)
# Nothing longer is looked for beside another.
LONGEST = timedelta(days=3)


def meetings_of(pairing_id: int) -> list[tuple]:
    """(id, kind, title, start, end, place, state) of a pair's meetings and visits, the latest first."""
    query = Meeting.select(
        *(Meeting.id, Meeting.kind, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.place, Meeting.state)
    ).where(Meeting.pairing == pairing_id)
    return list(query.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(MOST_MEETINGS).tuples())


class Attendee(NamedTuple):
    """Somebody asked. ``school`` is empty for guests."""

    id: int
    person_id: int | None
    name: str
    title: str
    school: str
    attendance: str


def attendees_of(meeting_id: int) -> list[Attendee]:
    """Who is asked, by school, guests last."""
    query = (
        MeetingAttendee.select(
            MeetingAttendee.id,
            MeetingAttendee.person,
            MeetingAttendee.name,
            MeetingAttendee.title,
            School.name,
            MeetingAttendee.attendance,
        )
        .join(School, JOIN.LEFT_OUTER)
        .where(MeetingAttendee.meeting == meeting_id)
    )
    rows = query.order_by(School.sort_key.asc(nulls="LAST"), MeetingAttendee.id)
    return [
        Attendee(id_, person, name, title, school or "", att) for id_, person, name, title, school, att in rows.tuples()
    ]


def clause_options(pairing_id: int) -> list[tuple[int, str, str]]:
    """(id, kind of activity, text) of the promises that a meeting or a visit can serve."""
    query = PledgeClause.select(PledgeClause.id, PledgeClause.activity_kind, PledgeClause.text).where(
        PledgeClause.pairing == pairing_id,
        PledgeClause.dropped_on.is_null(),
        PledgeClause.activity_kind.in_(("meeting", "visit")),
    )
    return list(query.order_by(PledgeClause.position, PledgeClause.id).tuples())


def clashes(meeting: Meeting) -> list[tuple[str, datetime]]:
    """(school or person, start) of what one of them has at the same time. What it is, only its own pair may know."""
    pairing = meeting.pairing
    names = {pairing.first_school_id: pairing.first_school.name, pairing.second_school_id: pairing.second_school.name}
    ends_at = meeting.ends_at or meeting.starts_at + USUAL_LENGTH
    asked = MeetingAttendee.select(MeetingAttendee.person).where(
        MeetingAttendee.meeting == meeting, MeetingAttendee.person.is_null(False)
    )
    busy = MeetingAttendee.select(MeetingAttendee.meeting).where(MeetingAttendee.person.in_(asked))
    ids = list(names)
    query = (
        Meeting.select(Meeting.id, Meeting.starts_at, Meeting.ends_at, Pairing.first_school, Pairing.second_school)
        .join(Pairing)
        .where(
            Meeting.id != meeting.id,
            Meeting.state == PLANNED,
            Meeting.starts_at > meeting.starts_at - LONGEST,
            Meeting.starts_at < ends_at,
            Pairing.first_school.in_(ids) | Pairing.second_school.in_(ids) | Meeting.id.in_(busy),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found = [row for row in query.tuples() if (row[2] or row[1] + USUAL_LENGTH) > meeting.starts_at]
    starts = {id_: starts_at for id_, starts_at, *_rest in found}
    schools = [(names[id_], row[1]) for row in found for id_ in row[3:] if id_ in names]
    return list(dict.fromkeys([*schools, *_busy_people(meeting, starts)]))


def _busy_people(meeting: Meeting, starts: dict[int, datetime]) -> Iterator[tuple[str, datetime]]:
    asked = MeetingAttendee.select(MeetingAttendee.person).where(MeetingAttendee.meeting == meeting)
    rows = MeetingAttendee.select(MeetingAttendee.meeting, MeetingAttendee.name).where(
        MeetingAttendee.meeting.in_(list(starts)), MeetingAttendee.person.in_(asked)
    )
    yield from ((name, starts[id_]) for id_, name in rows.order_by(MeetingAttendee.id).tuples())
