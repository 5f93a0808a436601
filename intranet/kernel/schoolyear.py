"""School years: "2026-2027", from August to July."""

from __future__ import annotations

import re
from datetime import date, timedelta

FIRST_MONTH = 8
# Lessons end by 31 May (for Hà Nội: decision 4400/QĐ-UBND of 26/8/2025).
LAST_DAY = (5, 31)
# What begins later than this before the end of a year is looked back on at the end of the next one.
TOO_SHORT = timedelta(days=60)
WRITTEN = re.compile(r"\b(20\d\d)\s*[-\u2013\u2014/]\s*(20\d\d)\b")


def school_year_of(day: date) -> str:
    """The school year that a day belongs to."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"


def next_school_year_end(day: date) -> date:
    """The last day of lessons of the school year that has at least TOO_SHORT left after ``day``."""
    end = date(int(school_year_of(day)[5:]), *LAST_DAY)
    return end if end - day >= TOO_SHORT else end.replace(year=end.year + 1)


def find_school_year(text: str) -> str | None:
    """The school year named in a text, e.g. a list's title; None when there is none."""
    for first, second in WRITTEN.findall(text):
        if int(second) == int(first) + 1:
            return f"{first}-{second}"
    return None
