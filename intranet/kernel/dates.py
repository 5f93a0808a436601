"""Dates as people write them: dd/mm/yyyy."""

from __future__ import annotations

import re
from datetime import date

from intranet.kernel.language import gettext as _

WRITTEN = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
# As machines write it, and Excel where the cell's format says so.
ISO = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$")
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_date(text: str) -> date:
    """The day meant by 5/9/2026, 05-09-2026, 05.09.2026 or 2026-09-05. Raises ValueError with a sentence."""
    text = ISO.sub(r"\3/\2/\1", text.strip())
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(_("Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."))
    day, _separator, month, year = found.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(_("Hãy nhập năm từ %(first)s đến %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(_("Ngày %(day)s không có trong lịch.", day=text)) from None


def show_date(day: date) -> str:
    """05/09/2026."""
    # strftime leaves the zeros of early years out on some systems.
    return f"{day.day:02}/{day.month:02}/{day.year:04}"
