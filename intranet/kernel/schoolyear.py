"""School years: "2026-2027", from August to July."""

from __future__ import annotations

import re
from datetime import date

FIRST_MONTH = 8
WRITTEN = re.compile(r"\b(20\d\d)\s*[-\u2013\u2014/]\s*(20\d\d)\b")


def school_year_of(day: date) -> str:
    """The school year that a day belongs to."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"


def find_school_year(text: str) -> str | None:
    """The school year named in a text, e.g. a list's title; None when there is none."""
    for first, second in WRITTEN.findall(text):
        if int(second) == int(first) + 1:
            return f"{first}-{second}"
    return None
