"""Meetings and dates to look at."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from intranet.kernel.clock import midnight
from intranet.registry.pledges import Meeting, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from plugins.professional_development.models import Session

DAY = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def without_the_demos_sessions(app: Any) -> None:
    """Of the modules' dates only those that a test plans stand in the calendar."""
    with app.app_context():
        Session.update(starts_at=None, ends_at=None).execute()


def pair_of(code: str) -> Pairing:
    """The demo's pair whose first school has the code."""
    return Pairing.get(Pairing.first_school == School.get(School.code == code))


@pytest.fixture
def pair(app: Any) -> Pairing:
    """The pair of the accounts' first schools."""
    with app.app_context():
        return pair_of("01008508")


@pytest.fixture
def other_pair(app: Any) -> Pairing:
    """The pair of the accounts' second schools."""
    with app.app_context():
        return pair_of("01008401")


@pytest.fixture
def meet(app: Any, pair: Pairing) -> Callable[..., Meeting]:
    """``meet("Họp", day, 8, 10)``: a meeting of the pair from eight to ten in Vietnam; without ``till``, no end."""

    def plan(title: str, day: date = DAY, hour: float = 8, till: float | None = None, **values: Any) -> Meeting:
        start = midnight(day) + timedelta(hours=hour)
        end: datetime | None = None if till is None else midnight(day) + timedelta(hours=till)
        with app.app_context():
            return Meeting.create(**{"pairing": pair, "title": title, "starts_at": start, "ends_at": end, **values})

    return plan


@pytest.fixture
def promise(app: Any, pair: Pairing) -> Callable[..., PledgeClause]:
    """``promise("20 tiết", day)``: a clause of the pair's pledge that is due on a day."""

    def write(text: str, day: date = DAY, **values: Any) -> PledgeClause:
        with app.app_context():
            return PledgeClause.create(**{"pairing": pair, "position": 1, "text": text, "due_on": day, **values})

    return write
