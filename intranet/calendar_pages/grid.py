"""Months and days as they stand in addresses and on paper: weeks begin on Monday."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from flask import abort

from intranet.kernel.dates import show_date
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.schoolyear import FIRST_MONTH, find_school_year

# As far as one may leaf.
FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEKDAYS = (
    (_("Thứ Hai"), _("T2")),
    (_("Thứ Ba"), _("T3")),
    (_("Thứ Tư"), _("T4")),
    (_("Thứ Năm"), _("T5")),
    (_("Thứ Sáu"), _("T6")),
    (_("Thứ Bảy"), _("T7")),
    (_("Chủ nhật"), _("CN")),
)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    def after(self, months: int) -> Month:
        """The month so many later."""
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def weeks(self) -> list[list[date]]:
        """Its weeks from Monday to Sunday, with the days of its neighbours that fill them."""
        return calendar.Calendar(calendar.MONDAY).monthdatescalendar(self.year, self.number)

    @property
    def text(self) -> str:
        """9/2026."""
        return f"{self.number}/{self.year}"

    def __str__(self) -> str:
        """As it stands in addresses: 2026-09."""
        return f"{self.year}-{self.number:02}"


def day_of(text: str) -> date:
    """The day named in an address; 404 for what is none or too far away."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    # fromisoformat reads 20260905 and 2026-W36-6 as well: one day has one address.
    if day.isoformat() != text or not FIRST_YEAR <= day.year < LAST_YEAR:
        abort(404)
    return day


def month_of(text: str) -> Month:
    """The month named in an address; else 404."""
    return Month.of(day_of(f"{text}-01"))


def school_year(text: str) -> list[Month]:
    """The twelve months of the school year named in an address, from August on; else 404."""
    if find_school_year(text) != text or int(text[:4]) >= LAST_YEAR - 1:
        abort(404)
    first = Month(int(text[:4]), FIRST_MONTH)
    return [first.after(months) for months in range(12)]


def written(day: date) -> str:
    """Thứ Bảy, 05/09/2026."""
    return f"{WEEKDAYS[day.weekday()][0]}, {show_date(day)}"
