"""Every change of meetings: planned, noted, called off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from intranet.api import (
    COORDINATOR,
    PRINCIPAL,
    Actor,
    Holder,
    Refused,
    gettext,
    local,
    locked,
    notify,
    now,
    people_who_hold,
    put,
    record,
    today,
    transaction,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.privacy import label_of
from plugins.mentoring.mentors.effects import why_not
from plugins.mentoring.tables.cases import Case, Goal
from plugins.mentoring.tables.mentors import Match, Meeting

IMPORTANT = "mentoring.important"
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
# A log is written while one remembers, and corrected within a week.
OLDEST, CORRECTED = timedelta(days=60), timedelta(days=7)
PLAIN = ("on", "starts", "minutes", "goal_id", "subject", "result", "state", "important")


class Closed(Refused):
    """Nothing may be written about the child now: the family withdrew, or the match is paused or over."""


def _open_match(match_id: int, case_id: int) -> Match:
    """The match, while nobody else can withdraw the consent or pause it. Raises Closed."""
    case = locked(Case, case_id)
    match = locked(Match, match_id)
    match.case = case
    if match.state != "active" or why_not(match):
        raise Closed("", gettext("Việc kèm này đang tạm dừng hoặc đã kết thúc nên không lưu được gì thêm."))
    return match


def write_log(
    match: Match, meeting: Meeting | None, values: Mapping[str, Any], actor: Actor, *, done: Callable[[], None]
) -> Meeting:
    """Note how a time with a child went, or that it was called off. Raises Closed and Refused.

    ``meeting`` is a planned one, or one of which the log is corrected. ``values`` are PLAIN and ``done``, a text.
    """
    with transaction():
        current = _open_match(match.id, match.case_id)
        noted = locked(Meeting, meeting.id) if meeting else _planned_for(current, values["on"])
        if not may_write(noted):
            raise Refused("", gettext("Nhật ký này ghi đã lâu nên không sửa được nữa."))
        _check(current, values)
        news = values["important"] and not noted.important
        for name in PLAIN:
            setattr(noted, name, values[name])
        put(noted, done=values["done"])
        noted.person, noted.at = actor.person_id, now()
        noted.save()
        # What was done is sealed, and the trail needs no more than that somebody wrote.
        record("mentoring.log", noted, person_id=actor.person_id, changes={"state": (None, noted.state)})
        if news:
            _tell(current, actor.person_id)
        done()
    return noted


def _planned_for(match: Match, on: date) -> Meeting:
    """The time planned for that day, which the log then is of; else a new one."""
    planned = Meeting.get_or_none(Meeting.match == match, Meeting.on == on, Meeting.state == PLANNED)
    return planned or Meeting(match=match)


def may_write(meeting: Meeting) -> bool:
    """Whether a log can be written, or still be corrected."""
    return meeting.id is None or meeting.state == PLANNED or now() - meeting.at <= CORRECTED


def _check(match: Match, values: Mapping[str, Any]) -> None:
    if values["state"] == HELD and values["on"] > today():
        raise Refused("on", gettext("Ngày này chưa đến; thầy/cô dùng “Hẹn buổi kèm”."))
    if values["on"] < max(today() - OLDEST, local(match.state_since).date() - OLDEST):
        raise Refused("on", gettext("Chỉ ghi được buổi trong %(days)s ngày gần đây.", days=OLDEST.days))
    if values["state"] == HELD and not values["done"]:
        raise Refused("done", gettext("Thầy/cô chưa ghi đã làm gì."))
    goal = values["goal_id"]
    if goal is not None and not Goal.select().where(Goal.id == goal, Goal.case == match.case).exists():
        raise Refused("goal", gettext("Hãy chọn một mục trong danh sách."))


def _tell(match: Match, person_id: int) -> None:
    keepers = [Holder(role=role, school_id=match.school_id) for role in (PRINCIPAL, COORDINATOR)]
    title = _("%(code)s: nhật ký kèm có việc cần xem ngay", code=label_of(match.case))
    notify(people_who_hold(keepers), IMPORTANT, title, f"/mentoring/matches/{match.id}", but=person_id)


def plan(
    match: Match, on: date, starts: int | None, minutes: int, actor: Actor, *, done: Callable[[], None] = lambda: None
) -> None:
    """Arrange a time with a child. Raises Closed and Refused."""
    with transaction():
        current = _open_match(match.id, match.case_id)
        if not today() <= on <= today() + OLDEST:
            raise Refused("on", gettext("Chỉ hẹn được từ hôm nay đến %(days)s ngày tới.", days=OLDEST.days))
        if current.ends_on is not None and on > current.ends_on:
            raise Refused("on", gettext("Việc kèm kết thúc trước ngày này."))
        if Meeting.select().where(Meeting.match == current, Meeting.on == on, Meeting.state == PLANNED).exists():
            raise Refused("on", gettext("Ngày này đã có một buổi hẹn."))
        meeting = Meeting.create(match=current, on=on, starts=starts, minutes=minutes, subject=current.subject)
        record("mentoring.plan", meeting, person_id=actor.person_id, changes={"on": (None, on)})
        done()
