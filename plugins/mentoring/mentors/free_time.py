"""Free half-hours of a week: as people write them, as the database keeps them, and what two have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intranet.api import gettext
from intranet.api import lazy_gettext as _

# (weekday, half-hour): Monday is 0, the half-hour from 15:00 is 30.
Slots = frozenset[tuple[int, int]]
WEEKDAYS = (
    _("Thứ Hai"),
    _("Thứ Ba"),
    _("Thứ Tư"),
    _("Thứ Năm"),
    _("Thứ Sáu"),
    _("Thứ Bảy"),
    _("Chủ nhật"),
)
# Nobody helps a pupil at night.
EARLIEST, LATEST = 12, 44
CLOCK = r"([01]?[0-9]|2[0-3])\s*(?:(?::|h|giờ)\s*([0-5][0-9])?)?"
SPAN = re.compile(rf"{CLOCK}\s*(?:-|–|đến)\s*{CLOCK}", re.IGNORECASE)


def read_day(text: str) -> frozenset[int]:
    """The half-hours of a day that "15:00-16:30, 19h-20h" names; what is cut off at either end does not count.

    Raises ValueError with a sentence.
    """
    found: set[int] = set()
    for part in re.split(r"[,;\n]", text):
        if part.strip():
            found.update(_read_span(part.strip()))
    return frozenset(found)


def _read_span(text: str) -> range:
    match = SPAN.fullmatch(text)
    if match is None:
        raise ValueError(gettext("Giờ rảnh có dạng 15:00-16:30; nhiều khoảng cách nhau bằng dấu phẩy."))
    first = int(match[1]) * 60 + int(match[2] or 0)
    last = int(match[3]) * 60 + int(match[4] or 0)
    if last <= first:
        raise ValueError(gettext("Giờ kết thúc phải sau giờ bắt đầu."))
    if first < EARLIEST * 30 or last > LATEST * 30:
        raise ValueError(gettext("Giờ rảnh nằm trong khoảng từ 6:00 đến 22:00."))
    return range(-(-first // 30), last // 30)


def day_text(slots: Slots, weekday: int) -> str:
    """A day's free half-hours as people write them: "15:00-16:30, 19:00-20:00"."""
    return ", ".join(f"{clock(first * 30)}-{clock(last * 30)}" for first, last in _spans(slots, weekday))


def _spans(slots: Slots, weekday: int) -> list[tuple[int, int]]:
    """(first half-hour, the one after the last) of what hangs together."""
    spans: list[tuple[int, int]] = []
    for half in sorted(half for day, half in slots if day == weekday):
        if spans and spans[-1][1] == half:
            spans[-1] = (spans[-1][0], half + 1)
        else:
            spans.append((half, half + 1))
    return spans


def in_words(slots: Slots) -> str:
    """The whole week: "Thứ Hai 15:00-16:30; Thứ Tư 19:00-20:00"."""
    days = ((day, day_text(slots, number)) for number, day in enumerate(WEEKDAYS))
    return "; ".join(f"{day} {text}" for day, text in days if text)


def clock(minutes: int) -> str:
    """Minutes after midnight as a time of the day: "15:30"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def encoded(slots: Iterable[tuple[int, int]]) -> str:
    """As the database keeps them: "0-30,0-31"."""
    return ",".join(f"{day}-{half}" for day, half in sorted(slots))


def decoded(text: str) -> Slots:
    """What encoded() wrote."""
    pairs = (part.split("-") for part in text.split(",") if part)
    return frozenset((int(day), int(half)) for day, half in pairs)


def fits(slots: Slots, weekday: int, starts: int, minutes: int) -> bool:
    """Whether a time of the week lies wholly within the free half-hours."""
    halves = range(starts // 30, -(-(starts + minutes) // 30))
    return all((weekday, half) in slots for half in halves)


def first_fitting(slots: Slots, minutes: int) -> tuple[int, int] | None:
    """(weekday, minutes after midnight) of the first time of the week that is free for so long."""
    for day, half in sorted(slots):
        if fits(slots, day, half * 30, minutes):
            return day, half * 30
    return None
