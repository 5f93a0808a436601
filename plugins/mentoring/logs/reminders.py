"""The day's work: weekly times are planned ahead, a missing log is asked for once, pauses and substitutes end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from intranet.api import District, Person, Refused, carry, fall_due, locked, notify, transaction
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.privacy import label_of
from plugins.mentoring.logs.rules import PLANNED
from plugins.mentoring.mentors.effects import still_there, why_not
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import Match, Meeting

REMINDER = "mentoring.reminder"
AHEAD = timedelta(days=7)
DAY = timedelta(days=1)


def work(district: District, day: date) -> Iterator[str]:
    """All of a district's day; what was done, in words of the log."""
    for what, duty in DUTIES.items():
        if count := duty(district, day):
            yield f"{what}: {count}"


def _of_matches(condition: Any, duty: Callable[[Match, date], bool]) -> Callable[[District, date], int]:
    """A duty that looks at each match by itself, in a transaction of its own."""

    def work_on(district: District, day: date) -> int:
        query = Match.select(Match.id, Match.case).where(Match.district == district, condition(day))
        return sum(_alone(*row, day, duty) for row in query.order_by(Match.id).tuples())

    return work_on


def _alone(match_id: int, case_id: int, day: date, duty: Callable[[Match, date], bool]) -> bool:
    with transaction():
        case = locked(Case, case_id)
        match = locked(Match, match_id)
        match.case = case
        return duty(match, day)


def _leave(match: Match, day: date) -> bool:
    """Who was transferred or left helps nobody there: the match waits for a decision."""
    return not still_there(match) and carry(match, "pause", person_id=None)


def _end_pause(match: Match, day: date) -> bool:
    """A pause is over: it goes on by itself where it may, else somebody has to decide."""
    try:
        return carry(match, "resume", person_id=None) if why_not(match) is None else fall_due(match)
    except Refused:
        return False


def _end(match: Match, day: date) -> bool:
    """On its last day a substitute's part is over; everybody else looks back first."""
    if match.substitute_for_id is None:
        return fall_due(match)
    return carry(match, "finish", person_id=None)


def _plan(match: Match, day: date) -> bool:
    """The weekly time within the next days, unless something was arranged or noted for that day."""
    on = day + timedelta(days=(match.weekday - day.weekday()) % 7)
    early = on < match.starts_on or (match.ends_on is not None and on > match.ends_on)
    if early or why_not(match) or Meeting.select().where(Meeting.match == match, Meeting.on == on).exists():
        return False
    Meeting.create(match=match, on=on, starts=match.starts, minutes=match.minutes, subject=match.subject)
    return True


def remind(district: District, day: date) -> int:
    """Ask for the logs of yesterday's planned times, each once; of those made up for, the last week's."""
    due = (
        Meeting.select(Meeting.id)
        .join(Match)
        .join(Person, on=(Match.mentor == Person.id))
        .where(
            *(Match.district == district, Match.state == "active", Person.active),
            *(Meeting.state == PLANNED, Meeting.on < day, Meeting.on >= day - AHEAD, Meeting.reminded_on.is_null()),
        )
    )
    return sum(_remind(id_, day) for (id_,) in due.order_by(Meeting.id).tuples())


def _remind(meeting_id: int, day: date) -> int:
    with transaction():
        meeting = locked(Meeting, meeting_id)
        if meeting.state != PLANNED or meeting.reminded_on is not None:
            return 0
        meeting.reminded_on = day
        meeting.save()
        match = meeting.match
        title = _(
            "%(code)s: buổi kèm ngày %(day)s chưa có nhật ký", code=label_of(match.case), day=f"{meeting.on:%d/%m/%Y}"
        )
        notify([match.mentor_id], REMINDER, title, f"/mentoring/matches/{match.id}/meetings/{meeting.id}")
        return 1


DUTIES: dict[str, Callable[[District, date], int]] = {
    "mentors gone": _of_matches(lambda day: Match.state == "active", _leave),
    "pauses over": _of_matches(lambda day: (Match.state == "paused") & (Match.paused_until < day), _end_pause),
    "matches over": _of_matches(lambda day: Match.state.in_(("active", "paused")) & (Match.ends_on < day), _end),
    "times planned": _of_matches(lambda day: (Match.state == "active") & Match.weekday.is_null(False), _plan),
    "reminded": remind,
}
