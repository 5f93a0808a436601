"""School years: "2026-2027", from August to July."""

from __future__ import annotations

import re
from datetime import date, timedelta

FIRST_MONTH = 8
# Lessons end by 31 May (for Hà Nội: decision 4400/QĐ-UBND of 26/8/2025).
LAST_DAY = (5, 31)
# What begins later than this before the end of a year is looked back on at the end of the next one.
TOO_SHORT = timedelta(days=60)
# The first term ends before 18 January (the same decision).
FIRST_TERM_END = (1, 17)
WRITTEN = re.compile(r"\b(20\d\d)\s*[-\u2013\u2014/]\s*(20\d\d)\b")


def school_year_of(day: date) -> str:
    """The school year that a day belongs to."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"


def days_of(year: str, term: str = "") -> tuple[date, date]:
    """The first and the last day of a school year, or of its term "1" or "2"."""
    first, last = date(int(year[:4]), FIRST_MONTH, 1), date(int(year[5:]), FIRST_MONTH, 1) - timedelta(days=1)
    first_term_end = date(last.year, *FIRST_TERM_END)
    if term == "1":
        return first, first_term_end
    return (first_term_end + timedelta(days=1), last) if term == "2" else (first, last)


def term_of(day: date) -> str:
    """The term that a day belongs to: "2026-2027/1"."""
    year = school_year_of(day)
    return f"{year}/{1 if day <= days_of(year, '1')[1] else 2}"


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
