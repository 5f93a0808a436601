"""Working days of offices and schools: without weekends and public holidays, with Saturdays that are worked instead.

The days stand in a table that administrators keep: each year's are known only when the government has announced them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from peewee import BooleanField, CharField, DateField

from intranet.kernel.tables import Table

SATURDAY = 5
ONE_DAY = timedelta(days=1)
# A count never has to read the table twice: no holidays are longer than this.
LONGEST_BREAK = timedelta(days=30)


class SpecialDay(Table):
    """A day that is not what its weekday says: off although it may be a weekday, or worked although it is a weekend's.

    ``source`` is the text by which it is so; ``checked`` is false while that text was not read, or is not out yet.
    """

    on = DateField(unique=True)
    working = BooleanField(default=False)
    name = CharField(max_length=120)
    source = CharField(max_length=300, default="")
    checked = BooleanField(default=True)

    class Meta:
        table_name = "special_day"

    def owner(self) -> tuple[None, None]:
        """Whose record this is: nobody's, days are the same for all."""
        return None, None


MODELS = (SpecialDay,)


def working_days_after(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``, which itself does not count; with 0, the day itself."""
    if count <= 0:
        return day
    return next(on for number, on in enumerate(_working_days(day, count), start=1) if number == count)


def working_days_between(start: date, end: date) -> int:
    """How many working days there are after ``start``, up to and with ``end``; 0 where the end comes first."""
    if end <= start:
        return 0
    known = _special(start, end)
    days = (start + ONE_DAY * number for number in range(1, (end - start).days + 1))
    return sum(_works(day, known) for day in days)


def is_working_day(day: date) -> bool:
    """Whether offices and schools work on a day."""
    return _works(day, _special(day - ONE_DAY, day))


def years_without_calendar(start: date, end: date) -> list[int]:
    """The years of a time whose holidays nobody has entered yet: there, only weekends are left out."""
    whole = SpecialDay.on.between(date(start.year, 1, 1), date(end.year, 12, 31))
    known = {day.year for (day,) in SpecialDay.select(SpecialDay.on).where(whole).tuples()}
    return [year for year in range(start.year, end.year + 1) if year not in known]


def _working_days(start: date, count: int) -> Iterator[date]:
    """The working days after a day, without end; what is known of special days is read in pieces."""
    piece = ONE_DAY * count * 2 + LONGEST_BREAK
    while True:
        known = _special(start, start + piece)
        for number in range(1, piece.days + 1):
            day = start + ONE_DAY * number
            if _works(day, known):
                yield day
        start += piece


def _special(after: date, until: date) -> dict[date, bool]:
    """{day: whether it is worked} of the special days after one day, up to and with another."""
    rows = SpecialDay.select(SpecialDay.on, SpecialDay.working).where(SpecialDay.on > after, SpecialDay.on <= until)
    return dict(rows.tuples())


def _works(day: date, known: dict[date, bool]) -> bool:
    return known.get(day, day.weekday() < SATURDAY)
