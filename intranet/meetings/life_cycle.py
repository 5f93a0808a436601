"""The life of a meeting or a visit: planned, held, its minutes confirmed by both schools; or put off, or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from intranet.kernel.clock import local, now, today
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.workflow import DONE, STOPPED, Holder, Party, State, Transition, Workflow
from intranet.meetings import telling
from intranet.registry.people import COORDINATOR, OFFICER, PRINCIPAL
from intranet.registry.pledges import (
    CANCELLED,
    CONFIRMED,
    HELD,
    MEETING_STATES,
    PLANNED,
    POSTPONED,
    Meeting,
    MeetingAttendee,
)
from intranet.shared.activities import record_activity, void_activity
from intranet.shared.meetings import facts, source_key

FOR_SCHOOLS = (PRINCIPAL, COORDINATOR)


def minutes_text(meeting: Meeting) -> str:
    """Everything that both sides confirm: what was said, by whom, when and where, and who was there."""
    rows = MeetingAttendee.select().where(MeetingAttendee.meeting == meeting).order_by(MeetingAttendee.id)
    people = [f"{row.name}|{row.title}|{row.attendance}" for row in rows]
    head = (meeting.title, meeting.starts_at, meeting.ends_at, meeting.place, meeting.chair, meeting.secretary)
    return "\n".join([*map(str, head), meeting.minutes, meeting.conclusions, *people])


def _side(side: str) -> Any:
    def holders(meeting: Meeting) -> Sequence[Holder]:
        school_id = getattr(meeting.pairing, f"{side}_school_id")
        return [Holder(role=role, school_id=school_id) for role in FOR_SCHOOLS]

    return holders


def _schools(meeting: Meeting) -> Sequence[Holder]:
    return [*_side("first")(meeting), *_side("second")(meeting)]


def _offices(meeting: Meeting) -> Sequence[Holder]:
    places = dict.fromkeys((meeting.pairing.first_district_id, meeting.pairing.second_district_id))
    return [Holder(role=OFFICER, district_id=id_) for id_ in places]


PARTIES = (
    Party(key="first", label=_("Trường thứ nhất"), holders=_side("first")),
    Party(key="second", label=_("Trường thứ hai"), holders=_side("second")),
    Party(key="schools", label=_("Hiệu trưởng, điều phối viên hai trường"), holders=_schools),
    Party(key="offices", label=_("Chuyên viên phòng"), holders=_offices),
)

STATES = (
    State(
        key=PLANNED,
        label=MEETING_STATES[PLANNED],
        step=_("Điểm danh, xác nhận đã diễn ra"),
        # Before its day, nobody has to do anything.
        waits=lambda meeting: local(meeting.starts_at).date() <= today(),
    ),
    State(key=POSTPONED, label=MEETING_STATES[POSTPONED], step=_("Chọn thời gian mới"), days=30),
    State(key=HELD, label=MEETING_STATES[HELD], step=_("Ghi biên bản, xác nhận biên bản"), days=14),
    State(key=CONFIRMED, label=MEETING_STATES[CONFIRMED], kind=DONE),
    State(key=CANCELLED, label=MEETING_STATES[CANCELLED], kind=STOPPED),
)


def _too_early(meeting: Meeting) -> str | None:
    return gettext("Chưa đến giờ bắt đầu.") if meeting.starts_at > now() else None


def _no_minutes(meeting: Meeting) -> str | None:
    return None if meeting.minutes else gettext("Biên bản chưa có nội dung.")


def _hold(meeting: Meeting, person_id: int | None) -> None:
    record_activity(facts(meeting))


def _cancel(meeting: Meeting, person_id: int | None) -> None:
    void_activity(source_key(meeting), meeting.outcome)
    telling.members(meeting, telling.CANCELLED, person_id)


def _postpone(meeting: Meeting, person_id: int | None) -> None:
    telling.members(meeting, telling.POSTPONED, person_id)


def _confirm(meeting: Meeting, person_id: int | None) -> None:
    telling.members(meeting, telling.CONFIRMED, person_id)


LIFE_CYCLE = Workflow(
    model=Meeting,
    label=_("Cuộc họp, chuyến thăm"),
    parties=PARTIES,
    states=STATES,
    transitions=(
        Transition(
            key="hold",
            label=_("Xác nhận đã diễn ra"),
            sources=(PLANNED,),
            target=HELD,
            by=("schools",),
            guard=_too_early,
            effect=_hold,
        ),
        Transition(
            key="confirm",
            label=_("Xác nhận biên bản"),
            sources=(HELD,),
            target=CONFIRMED,
            by=("first", "second"),
            joint=True,
            guard=_no_minutes,
            effect=_confirm,
        ),
        Transition(
            key="reopen",
            label=_("Sửa lại biên bản"),
            sources=(CONFIRMED,),
            target=HELD,
            by=("schools",),
            exit=True,
            reason=True,
        ),
        Transition(
            key="replan",
            label=_("Chọn thời gian mới"),
            sources=(POSTPONED,),
            target=PLANNED,
            by=("schools",),
            page=lambda meeting: f"/meetings/{meeting.id}/edit",
        ),
        Transition(
            key="postpone",
            label=_("Tạm hoãn"),
            sources=(PLANNED,),
            target=POSTPONED,
            by=("schools", "offices"),
            exit=True,
            reason=True,
            effect=_postpone,
            keeps_reason="outcome",
        ),
        Transition(
            key="cancel",
            label=_("Hủy"),
            sources=(PLANNED, POSTPONED, HELD),
            target=CANCELLED,
            by=("schools", "offices"),
            exit=True,
            reason=True,
            danger=True,
            effect=_cancel,
            keeps_reason="outcome",
        ),
    ),
    title=lambda meeting: meeting.title,
    url=lambda meeting: f"/meetings/{meeting.id}",
    text=minutes_text,
)
