"""The numbers of a school year, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from peewee import Case, fn

from intranet.api import Actor, School, days_of, local, midnight, office_rounds, today
from plugins.facilities.models import (
    DonationPlan,
    Gift,
    Need,
    Offer,
    PresentState,
    Proposal,
    Review,
    Round,
    StandardCheck,
)
from plugins.facilities.offers.effects import ARRIVED, NOT_TAKEN
from plugins.facilities.proposals.life_cycle import APPRAISAL, GRANTED, REFUSED, RETURNED, SENT

# What is asked for and not there.
OPEN = ("verified", "published", "proposal")
OLD = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Scope:
    """The schools of a district, or one of them, in a school year."""

    district_id: int
    school_id: int | None
    year: str

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return days_of(self.year)

    def of(self, model: Any) -> Any:
        """Condition: what belongs to the schools meant."""
        if self.school_id is not None:
            return model.school == self.school_id
        return model.district == self.district_id

    def within(self, column: Any) -> Any:
        """Condition: a day of the year."""
        return column.between(*self.days)

    def made_within(self, column: Any) -> Any:
        """Condition: a moment of the year."""
        first, last = self.days
        return (column >= midnight(first)) & (column < midnight(last + timedelta(days=1)))


def scope_of(actor: Actor, year: str) -> Scope:
    """What the actor leads: a school, or a district."""
    return Scope(actor.district_id, actor.school_id, year)


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
    """What those who lead ask for. The median is None where nothing was delivered."""

    reviews: Share
    unmet: Share
    open_needs: int
    old_needs: int
    offers: Share
    promised: Decimal
    arrived: Decimal
    median_days: int | None
    donated: Decimal
    proposals: Share
    granted: Decimal
    standard: Share
    aiming: int


def numbers(scope: Scope) -> Numbers:
    """The numbers of a year."""
    open_needs, old_needs = _needs(scope)
    offers, arrived_offers, promised, arrived = _offers(scope)
    sent, granted_count, granted = _proposals(scope)
    reached, schools, aiming = _standard(scope)
    return Numbers(
        reviews=_reviews(scope),
        unmet=_unmet(scope),
        open_needs=open_needs,
        old_needs=old_needs,
        offers=Share(arrived_offers, offers),
        promised=promised,
        arrived=arrived,
        median_days=_median_days(scope),
        donated=_donated(scope),
        proposals=Share(granted_count, sent),
        granted=granted,
        standard=Share(reached, schools),
        aiming=aiming,
    )


def _count(condition: Any) -> Any:
    return fn.COALESCE(fn.SUM(Case(None, ((condition, 1),), 0)), 0)


def _sum(condition: Any, column: Any) -> Any:
    return fn.COALESCE(fn.SUM(Case(None, ((condition, column),), 0)), 0)


def asked_schools(scope: Scope) -> list[Any]:
    """Conditions: the schools that a round asks."""
    asked = [School.deleted_at.is_null(), School.closed_on.is_null(), Round.district == scope.district_id]
    return [*asked, scope.within(Round.due_on), *([School.id == scope.school_id] if scope.school_id else [])]


def _reviews(scope: Scope) -> Share:
    """How many reviews are locked, of those that the year's rounds ask for."""
    every = Round.select(fn.COUNT(School.id)).join(School, on=office_rounds.asked_by_any(Round))
    locked = Review.select(fn.COUNT(Review.id)).join(Round).where(scope.of(Review), scope.within(Round.due_on))
    return Share(locked.where(Review.state == "locked").scalar(), every.where(*asked_schools(scope)).scalar())


def _unmet(scope: Scope) -> Share:
    """How many lines of the minimum are not met, by the last locked reviews."""
    known = PresentState.required.is_null(False) & PresentState.usable.is_null(False)
    lines = PresentState.select(_count(PresentState.required > PresentState.usable), fn.COUNT(PresentState.id))
    some, every = next(iter(lines.where(scope.of(PresentState), known).tuples()))
    return Share(int(some), every)


def _needs(scope: Scope) -> tuple[int, int]:
    rows = Need.select(fn.COUNT(Need.id), _count(Need.created_at < midnight(today() - OLD)))
    count, old = next(iter(rows.where(scope.of(Need), Need.state.in_(OPEN)).tuples()))
    return count, int(old)


def _offers(scope: Scope) -> tuple[int, int, Decimal, Decimal]:
    """How many promises to the schools, how many arrived; what both are worth as far as somebody said so."""
    came = Offer.state.in_(ARRIVED)
    rows = Offer.select(fn.COUNT(Offer.id), _count(came), fn.COALESCE(fn.SUM(Offer.worth), 0), _sum(came, Offer.worth))
    made = scope.of(Offer), Offer.state.not_in(NOT_TAKEN), scope.made_within(Offer.created_at)
    count, arrived, promised, worth = next(iter(rows.where(*made).tuples()))
    return count, int(arrived), Decimal(promised), Decimal(worth)


def _median_days(scope: Scope) -> int | None:
    """Half of what arrived did so within so many days after its need was written."""
    rows = Offer.select(Offer.received_on, Need.created_at).join(Need, on=(Offer.need == Need.id))
    found = rows.where(scope.of(Offer), Offer.state.in_(ARRIVED), scope.within(Offer.received_on)).tuples()
    days = [(received - local(created).date()).days for received, created in found]
    return round(median(days)) if days else None


def _donated(scope: Scope) -> Decimal:
    rows = Gift.select(fn.COALESCE(fn.SUM(Gift.amount), 0)).join(DonationPlan)
    return Decimal(rows.where(scope.of(DonationPlan), scope.within(Gift.on), Gift.struck_at.is_null()).scalar())


def proposals_of(scope: Scope) -> list[Any]:
    """Conditions: the dossiers that were sent in the year; schools have none."""
    states = (SENT, APPRAISAL, *GRANTED, RETURNED, REFUSED)
    return [
        Proposal.district == (scope.district_id if scope.school_id is None else 0),
        scope.within(Proposal.sent_on),
        Proposal.state.in_(states),
    ]


def _proposals(scope: Scope) -> tuple[int, int, Decimal]:
    granted = Proposal.state.in_(GRANTED)
    rows = Proposal.select(fn.COUNT(Proposal.id), _count(granted), _sum(granted, Proposal.approved))
    count, some, money = next(iter(rows.where(*proposals_of(scope)).tuples()))
    return count, int(some), Decimal(money)


def latest_checks(scope: Scope) -> Any:
    """Condition: each school's last self-check."""
    last = StandardCheck.select(fn.MAX(StandardCheck.id)).where(scope.of(StandardCheck)).group_by(StandardCheck.school)
    return StandardCheck.id.in_(last)


def _standard(scope: Scope) -> tuple[int, int, int]:
    """Schools that reach a level by the office, schools that checked themselves, those that aim at this year."""
    rows = StandardCheck.select(
        _count(StandardCheck.checked_level >= 1),
        fn.COUNT(StandardCheck.id),
        _count((StandardCheck.target_year <= scope.year) & (StandardCheck.target_year != "")),
    )
    reached, schools, aiming = next(iter(rows.where(latest_checks(scope)).tuples()))
    return int(reached), schools, int(aiming)
