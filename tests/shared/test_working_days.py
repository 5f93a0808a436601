"""Working days: without weekends and public holidays, with the Saturdays that are worked for them."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intranet.shared.working_days import (
    SpecialDay,
    is_working_day,
    working_days_after,
    working_days_between,
    years_without_calendar,
)

DAYS = st.dates(date(2023, 1, 1), date(2028, 6, 30))
# The database is only read: one copy serves every example.
READS_ONLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        # An ordinary week: Friday to Monday.
        (date(2026, 10, 9), 1, date(2026, 10, 12)),
        # Tết of 2026: off from the 14th to the 22nd of February.
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        # A Saturday that is worked, for the Friday before it.
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        # Fifteen days across the national day and the worked Saturday before it.
        (date(2026, 8, 17), 15, date(2026, 9, 9)),
        (date(2026, 2, 1), 15, date(2026, 2, 27)),
        (date(2023, 4, 28), 1, date(2023, 5, 4)),
        (date(2026, 10, 10), 0, date(2026, 10, 10)),
    ],
)
def test_days_are_counted_by_the_calendar(app, day, count, expected):
    assert working_days_after(day, count) == expected


@READS_ONLY
@given(day=DAYS, count=st.integers(1, 60))
def test_the_last_day_is_a_working_day_and_counting_back_gives_the_number(app, day, count):
    last = working_days_after(day, count)
    assert (is_working_day(last), working_days_between(day, last)) == (True, count)


@READS_ONLY
@given(day=DAYS, one=st.integers(0, 40), more=st.integers(1, 40))
def test_counting_on_is_counting_all_at_once(app, day, one, more):
    assert working_days_after(working_days_after(day, one), more) == working_days_after(day, one + more)


@READS_ONLY
@given(start=DAYS, length=st.integers(-30, 400))
def test_a_time_is_the_sum_of_its_days(app, start, length):
    end = start + timedelta(days=length)
    days = [start + timedelta(days=number) for number in range(1, length + 1)]
    special = dict(SpecialDay.select(SpecialDay.on, SpecialDay.working).tuples())
    expected = sum(special.get(day, day.weekday() < 5) for day in days)
    assert working_days_between(start, end) == expected


def test_a_year_without_a_calendar_leaves_out_only_weekends_and_is_named(app):
    SpecialDay.delete().where(SpecialDay.on >= date(2027, 1, 1)).execute()
    assert working_days_after(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert years_without_calendar(date(2026, 12, 1), date(2028, 1, 5)) == [2027, 2028]
    assert years_without_calendar(date(2024, 1, 1), date(2026, 12, 1)) == []


def test_a_count_reads_the_calendar_once(app, queries):
    with queries() as run:
        working_days_after(date(2026, 1, 1), 15)
    assert len(run) == 1


def test_no_weekday_of_the_calendar_is_worked_instead_of_another(app):
    """What is shipped: only weekends are worked, and each such day has a day off in the same year."""
    worked = SpecialDay.select().where(SpecialDay.working)
    assert {day.on.weekday() for day in worked} == {5}
    assert {day.name.split()[-1] for day in worked} == {"29/04/2024", "02/05/2025", "02/01/2026", "31/08/2026"}
