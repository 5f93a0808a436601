"""Planned times as dates in the mentor's calendar, which say nothing about the child: calendars travel by telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from intranet.api import Actor, CalendarItem, Statement, param, stored, where_on
from intranet.api import lazy_gettext as _
from plugins.mentoring.logs.forms import hour_of
from plugins.mentoring.logs.rules import PLANNED
from plugins.mentoring.tables.mentors import Match, Meeting
from plugins.mentoring.tables.owned import MODULE

TITLE = _("Buổi kèm học sinh")


def items(actor: Actor, start: date, end: date) -> Iterator[CalendarItem]:
    """The actor's own planned times between two days, both included."""
    if actor.school_id is None or actor.seen_by is not None:
        return
    rows = _PLANNED.tuples(mentor=actor.person_id, school=actor.school_id, start=start, end=end)
    for id_, on, starts, minutes, match_id in rows:
        first, last = _span(on, hour_of(starts), minutes)
        url = f"/mentoring/matches/{match_id}"
        yield CalendarItem(title=str(TITLE), start=first, end=last, url=url, key=f"meeting-{id_}")


def _planned() -> Any:
    return (
        Meeting.select(Meeting.id, Meeting.on, Meeting.starts, Meeting.minutes, Match.id)
        .join(Match)
        .where(
            *(Match.mentor == param("mentor"), Match.mentor_school == param("school"), Match.state == "active"),
            *(Meeting.state == PLANNED, Meeting.on >= param("start"), Meeting.on <= param("end")),
            where_on(Match.district, MODULE),
        )
        .order_by(Meeting.on, Meeting.id)
    )


_PLANNED = Statement(_planned)


def _span(on: date, hour: time | None, minutes: int | None) -> tuple[datetime | date, datetime | date | None]:
    if hour is None:
        return on, None
    start = stored(datetime.combine(on, hour))
    return start, start + timedelta(minutes=minutes) if minutes else None
