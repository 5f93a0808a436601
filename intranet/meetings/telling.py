"""What the people of a meeting are told, and what is sent to a group of them by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from intranet.kernel.clock import local
from intranet.kernel.dates import show_date
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.language import source_text
from intranet.registry.pledges import Meeting, MeetingAttendee
from intranet.shared.notifying import MEETING, Recipients, count_recipients, notify

INVITED = _("Mời dự")
MOVED = _("Đổi lịch")
TODAY = _("Hôm nay")
POSTPONED = _("Tạm hoãn")
CANCELLED = _("Đã hủy")
CONFIRMED = _("Đã có biên bản")

WEEKDAYS = (
    _("Thứ Hai"),
    _("Thứ Ba"),
    _("Thứ Tư"),
    _("Thứ Năm"),
    _("Thứ Sáu"),
    _("Thứ Bảy"),
    _("Chủ nhật"),
)


def when(starts_at: datetime, ends_at: datetime | None) -> tuple[str, Any, str, str]:
    """(hours, weekday, day, last day or empty) of stored times: ("14:30–16:30", "Thứ Sáu", "05/12/2026", "")."""
    start, end = local(starts_at), local(ends_at) if ends_at else None
    hours = f"{start:%H:%M}–{end:%H:%M}" if end else f"{start:%H:%M}"
    last = show_date(end.date()) if end and end.date() != start.date() else ""
    return hours, WEEKDAYS[start.weekday()], show_date(start.date()), last


def when_in_words(meeting: Meeting) -> str:
    """14:30–16:30, Thứ Sáu 05/12/2026; in Vietnamese whatever the language of the page."""
    hours, weekday, day, last = when(meeting.starts_at, meeting.ends_at)
    return f"{hours}, {source_text(weekday)} {day}" + (f" – {last}" if last else "")


def people_of(meeting: Meeting) -> list[int]:
    """The ids of those asked who have an account here."""
    query = MeetingAttendee.select(MeetingAttendee.person)
    rows = query.where(MeetingAttendee.meeting == meeting, MeetingAttendee.person.is_null(False))
    return [id_ for (id_,) in rows.tuples()]


def members(meeting: Meeting, text: Any, person_id: int | None, people: Iterable[int] | None = None) -> int:
    """Tell everybody asked, or some of them, one of the words above. Returns how many were told."""
    title = f"{source_text(text)}: {meeting.title}, {when_in_words(meeting)}"
    chosen = people_of(meeting) if people is None else people
    return notify(chosen, MEETING, title, f"/meetings/{meeting.id}", but=person_id)


def recipients(meeting: Meeting, person_id: int) -> Recipients:
    """How many an invitation would reach."""
    return count_recipients(people_of(meeting), MEETING, but=person_id)


def message(meeting: Meeting, address: str) -> str:
    """A short text for a group: what, when, where, and where to read more. In Vietnamese."""
    pairing = meeting.pairing
    lines = (
        meeting.title,
        f"{pairing.first_school.name} – {pairing.second_school.name}",
        f"Thời gian: {when_in_words(meeting)}",
        f"Địa điểm: {meeting.place}" if meeting.place else "",
        f"Họp trực tuyến: {meeting.link}" if meeting.link else "",
        f"Xem chi tiết: {address}",
    )
    return "\n".join(line for line in lines if line)
