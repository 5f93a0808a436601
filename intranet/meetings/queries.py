"""Reads of meetings: of a pair, of one with its people, and what else happens at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN

from intranet.kernel.statements import Statement, param
from intranet.kernel.text import begin_words, search_tokens
from intranet.registry.pledges import Meeting, MeetingAttendee, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.access import Actor, for_each_actor, visible
from intranet.shared.calendar import clashes

MOST_MEETINGS = 200
# So many of the latest are looked through by a search.
MOST_SEARCHED = 500


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
    rows = _ATTENDEES.rows(meeting=meeting_id)
    return [Attendee(id_, person, name, title, school or "", att) for id_, person, name, title, school, att in rows]


_ATTENDEES = Statement(
    lambda: (
        MeetingAttendee.select(
            MeetingAttendee.id,
            MeetingAttendee.person,
            MeetingAttendee.name,
            MeetingAttendee.title,
            School.name,
            MeetingAttendee.attendance,
        )
        .join(School, JOIN.LEFT_OUTER)
        .where(MeetingAttendee.meeting == param("meeting"))
        .order_by(School.sort_key.asc(nulls="LAST"), MeetingAttendee.id)
    )
)


def clause_options(pairing_id: int) -> list[tuple[int, str, str]]:
    """(id, kind of activity, text) of the promises that a meeting or a visit can serve."""
    query = PledgeClause.select(PledgeClause.id, PledgeClause.activity_kind, PledgeClause.text).where(
        PledgeClause.pairing == pairing_id,
        PledgeClause.dropped_on.is_null(),
        PledgeClause.activity_kind.in_(("meeting", "visit")),
    )
    return list(query.order_by(PledgeClause.position, PledgeClause.id).tuples())


def clashes_of(meeting: Meeting, people: Sequence[Attendee]) -> list[tuple[str, datetime]]:
    """(school or person, start) of what one of them has at the same time. What it is, only its own pair may know."""
    both = (meeting.pairing.first_school, meeting.pairing.second_school)
    schools = {school.id: school.name for school in both}
    asked = {row.person_id: row.name for row in people if row.person_id is not None}
    found = clashes(list(schools), meeting.starts_at, meeting.ends_at, but=meeting.id, person_ids=list(asked))
    return list(dict.fromkeys((schools.get(one.school_id) or asked[one.person_id], one.start) for one in found))


def titled(actor: Actor, query: str) -> list[tuple[int, str, datetime, str, str]]:
    """(id, title, start, first school, second school) of the latest meetings that the actor may see and in whose title
    each word of a search begins one.

    Titles repeat ("Giao ban học kỳ"), so only the latest are looked through and need no index.
    """
    tokens = search_tokens(query)
    return [row for row in _latest(actor).tuples() if begin_words(tokens, row[1])] if tokens else []


@for_each_actor
def _latest(actor: Actor) -> Any:
    first, second = School.alias(), School.alias()
    latest = (
        Meeting.select(Meeting.id, Meeting.title, Meeting.starts_at, first.name, second.name)
        .join(Pairing)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(MOST_SEARCHED)
    )
    return visible(latest, Pairing, actor)
