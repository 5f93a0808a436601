"""The numbers of a school year, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from peewee import Case, fn

from intranet.api import Actor, Person, midnight
from plugins.professional_development.feedback.queries import CLOSED, LEAST
from plugins.professional_development.models import (
    CONFIRMED,
    PRESENT,
    UNPUBLISHED,
    Adoption,
    FeedbackAnswer,
    Practice,
    Registration,
    Session,
)
from plugins.professional_development.sessions.effects import FEEDBACK_DAYS

# Minutes are to be there within so many days.
IN_TIME = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Span:
    """What a district's schools and office do between two days."""

    district_id: int
    start: date
    end: date

    @property
    def sessions(self) -> list[Any]:
        """Conditions: the sessions that are published and not cancelled."""
        return [
            Session.district == self.district_id,
            *(Session.starts_at >= midnight(self.start), Session.starts_at < midnight(self.end + timedelta(days=1))),
            Session.state.not_in((*UNPUBLISHED, "cancelled")),
        ]

    @property
    def adoptions(self) -> list[Any]:
        """Conditions: what other schools took over of its practices."""
        return [Practice.district == self.district_id, Adoption.adopted_on.between(self.start, self.end)]


def span_of(actor: Actor, year: str) -> Span:
    """The school year ("2026-2027") of the actor's district."""
    return Span(actor.district_id, date(int(year[:4]), 8, 1), date(int(year[5:]), 7, 31))


@dataclass(frozen=True, slots=True)
class Share:
    """Some of all."""

    some: int
    every: int

    @property
    def percent(self) -> int | None:
        """Of a hundred; None of none."""
        return round(100 * self.some / self.every) if self.every else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What those who lead an office ask for. Mean and median are None where there is nothing to take them of."""

    held: Share
    minuted_in_time: Share
    reached: Share
    median_periods: Decimal | None
    from_partner: Share
    across: Share
    mean: float | None
    answered: Share
    adoptions: int
    practices: int


def numbers(span: Span) -> Numbers:
    """The numbers of a time."""
    planned, held, in_time = _held(span)
    people, median_periods = _people(span)
    every, across, invited, from_partner, asked = _came(span)
    mean, answers = _feedback(span)
    adoptions, practices = _adoptions(span)
    return Numbers(
        held=Share(held, planned),
        minuted_in_time=Share(in_time, held),
        reached=Share(people, _staff(span)),
        median_periods=median_periods,
        from_partner=Share(from_partner, invited),
        across=Share(across, every),
        mean=mean,
        answered=Share(answers, asked),
        adoptions=adoptions,
        practices=practices,
    )


def _held(span: Span) -> tuple[int, int, int]:
    """How many sessions were planned, were held, and had their minutes in time."""
    days = Session.held_on, Session.feedback_until
    rows = list(Session.select(*days, fn.COUNT(Session.id)).where(*span.sessions).group_by(*days).tuples())
    held = [row for row in rows if row[0] is not None]
    minuted = [row for row in held if row[1] is not None and row[1] - FEEDBACK_DAYS - row[0] <= IN_TIME]
    return tuple(sum(row[2] for row in some) for some in (rows, held, minuted))


def _people(span: Span) -> tuple[int, Decimal | None]:
    """How many people of the district's schools were there, and the median of the periods of those who have any."""
    periods = fn.SUM(Case(None, ((Registration.credit == CONFIRMED, Registration.periods),), 0))
    query = (
        Registration.select(periods)
        .join(Session)
        .where(Registration.attendance == PRESENT, *of_schools(span), *span.sessions)
        .group_by(Registration.person)
    )
    found = [total for (total,) in query.tuples()]
    some = [Decimal(total) for total in found if total]
    return len(found), median(some) if some else None


def of_schools(span: Span) -> list[Any]:
    """Conditions: places of people who worked in a school of the district then."""
    return [Registration.school.is_null(False), Registration.district == span.district_id]


def _staff(span: Span) -> int:
    """How many people work in the schools."""
    here = Person.district == span.district_id
    return Person.select().where(here, Person.school.is_null(False), Person.active == True).count()  # noqa: E712 (SQL)


def _came(span: Span) -> tuple[int, ...]:
    """Who was there: all, from other districts, at sessions of pairs, there from the partner, where feedback closed."""
    conditions = (
        Registration.district != Session.district,
        Session.partner.is_null(False),
        Registration.school == Session.partner,
        Session.state.in_(CLOSED),
    )
    counts = [fn.COALESCE(fn.SUM(Case(None, ((condition, 1),), 0)), 0) for condition in conditions]
    query = (
        Registration.select(fn.COUNT(Registration.id), *counts)
        .join(Session)
        .where(Registration.attendance == PRESENT, *span.sessions)
    )
    return tuple(map(int, next(iter(query.tuples()))))


def _feedback(span: Span) -> tuple[float | None, int]:
    """The mean (1 to 4) of sessions with enough answers to hide everybody, and how many answered in all of them."""
    marks = fn.SUM(FeedbackAnswer.useful + FeedbackAnswer.clear + FeedbackAnswer.applicable)
    query = (
        FeedbackAnswer.select(fn.COUNT(FeedbackAnswer.key), marks)
        .join(Session)
        .where(Session.state.in_(CLOSED), *span.sessions)
        .group_by(FeedbackAnswer.session)
    )
    rows = list(query.tuples())
    shown = [(count, total) for count, total in rows if count >= LEAST]
    answers = sum(count for count, _total in shown)
    mean = sum(int(total) for _count, total in shown) / answers / 3 if answers else None
    return mean, sum(count for count, _total in rows)


def _adoptions(span: Span) -> tuple[int, int]:
    """How often other schools took over a practice, and how many different ones."""
    query = Adoption.select(fn.COUNT(Adoption.id), fn.COUNT(fn.DISTINCT(Adoption.practice)))
    return tuple(next(iter(query.join(Practice).where(*span.adoptions).tuples())))
