"""The day of a paper, whose names it prints."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from intranet.kernel.clock import local

_issue_day: ContextVar[date | None] = ContextVar("issue_day", default=None)


@contextmanager
def issued_on(day: date | None) -> Iterator[None]:
    """The paper that is made within is issued on this day; None while it is made to be read only."""
    token = _issue_day.set(day)
    try:
        yield
    finally:
        _issue_day.reset(token)


def paper_day(day: date | None = None) -> date | None:
    """The day whose names a paper prints: that of its issue, else ``day``, on which happened what it tells.

    None is today. What was signed keeps the names under which it was signed, and asks for that day alone.
    """
    return _issue_day.get() or day


def settled_on(record: Any, under_way: Container[str]) -> date | None:
    """The day since which a record with a life cycle is what it is; None, today, in states in which it is worked on."""
    return None if record.state in under_way else local(record.state_since).date()
