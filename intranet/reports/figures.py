"""The figures of reports: grouped queries over what happened in some days, for one pair or for all of a programme."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, fn

from intranet.kernel.clock import midnight, today
from intranet.kernel.schoolyear import LAST_DAY, days_of
from intranet.registry.activities import Activity, ActivityMeasure
from intranet.registry.pledges import (
    HELD_STATES,
    PRESENT,
    ClauseCorrection,
    Meeting,
    MeetingAttendee,
    PairReview,
    PledgeClause,
)
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, DECLINED, ENDED, RENEWED, REVIEW, SIGNED, Pairing
from intranet.shared.pledges import CENT, status_of
from intranet.shared.readings import THEN, Units, unit_of

# The pledge is signed: before, its promises are a draft.
PLEDGED = (SIGNED, ACTIVE, REVIEW, RENEWED, ENDED)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: one pair's, or those of the pairs that a district has in a programme."""

    programme_id: int
    district_id: int
    pairing_id: int | None = None

    def pairs(self) -> Any:
        """Condition on Pairing."""
        if self.pairing_id is not None:
            return Pairing.id == self.pairing_id
        own = (Pairing.first_district == self.district_id) | (Pairing.second_district == self.district_id)
        return (Pairing.programme == self.programme_id) & own

    def covers(self, column: Any) -> Any:
        """Condition on a column that names a pair."""
        if self.pairing_id is not None:
            return column == self.pairing_id
        return column.in_(Pairing.select(Pairing.id).where(self.pairs()))


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a report is about, both included."""

    first: date
    last: date

    @property
    def day(self) -> date:
        """The day as of which it tells how things stand."""
        return min(self.last, today())

    @property
    def last_lessons(self) -> date:
        """The day as of which the schools of a school year stand under a unit: units change in summer."""
        return min(date(self.last.year, *LAST_DAY), self.day)

    def moments(self, column: Any) -> Any:
        """Condition on a column of moments, which are stored in UTC."""
        return (column >= midnight(self.first)) & (column < midnight(self.last + timedelta(days=1)))


def school_year_period(school_year: str) -> Period:
    """The days of a school year."""
    return Period(*days_of(school_year))


def decimal(value: Any) -> Decimal:
    """A sum as either engine gives it."""
    return Decimal(str(value)).quantize(CENT)


# --- What happened ---


@dataclass(slots=True)
class Given:
    """How often, and how much of what: {unit: quantity}."""

    times: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, other: Given) -> None:
        """Count the other in."""
        self.times += other.times
        for unit, quantity in other.amounts.items():
            self.amounts[unit] = self.amounts.get(unit, Decimal(0)) + quantity


@dataclass(slots=True)
class Kind:
    """Activities of one kind, by who gave: a school's id (of a pair), its units (of a programme), None for all who did
    it together."""

    label: str
    by: dict[int | Units | None, Given] = field(default_factory=lambda: defaultdict(Given))

    @property
    def total(self) -> Given:
        """Whoever gave."""
        return self._sum(self.by)

    def of_unit(self, unit: int, reading: str) -> Given:
        """What a unit's schools gave."""
        return self._sum(who for who in self.by if isinstance(who, Units) and who.of(reading) == unit)

    def _sum(self, whose: Iterable[int | Units | None]) -> Given:
        found = Given()
        for who in whose:
            found.add(self.by[who])
        return found


def kinds(scope: Scope, period: Period) -> list[Kind]:
    """What happened by kind, the most frequent first."""
    of_pair = scope.pairing_id is not None
    then = unit_of(THEN, Activity.giver, Activity.on, School.district).alias("unit_then")
    giver = (Activity.giver, Activity.giver) if of_pair else (then, School.district)
    groups = (Activity.kind, Activity.giver) if of_pair else (Activity.kind, SQL("unit_then"), School.district)
    found: dict[str, Kind] = {}
    rows = _happened(scope, period, Activity.kind, fn.MAX(Activity.kind_label), *giver, fn.COUNT(Activity.id))
    for kind, label, *who, times in rows.group_by(*groups).tuples():
        found.setdefault(kind, Kind(label)).by[_who(of_pair, *who)].times = times
    rows = _happened(scope, period, Activity.kind, *giver, ActivityMeasure.unit, fn.SUM(ActivityMeasure.quantity))
    rows = rows.join(ActivityMeasure, on=(ActivityMeasure.activity == Activity.id))
    for kind, *who, unit, quantity in rows.group_by(*groups, ActivityMeasure.unit).tuples():
        found[kind].by[_who(of_pair, *who)].amounts[unit] = decimal(quantity)
    return sorted(found.values(), key=lambda kind: (-kind.total.times, kind.label))


def _who(of_pair: bool, then: int | None, now: int | None) -> int | Units | None:
    return now if of_pair or now is None else Units(then, now)


def _happened(scope: Scope, period: Period, *fields: Any) -> Any:
    return (
        Activity.select(*fields)
        .join(School, JOIN.LEFT_OUTER, on=(Activity.giver == School.id))
        .switch(Activity)
        .where(
            scope.covers(Activity.pairing), Activity.void_at.is_null(), Activity.on.between(period.first, period.last)
        )
    )


class Happened(NamedTuple):
    """What happened between the schools of a pair: how often, how often each side gave, and when last."""

    times: int = 0
    first_gave: int = 0
    second_gave: int = 0
    last_on: date | None = None


def happened_by_pair(scope: Scope, period: Period) -> Mapping[int, Happened]:
    """{pair: what happened}, for those where anything did."""
    gave = [
        fn.SUM(Case(None, ((Activity.giver == school, 1),), 0))
        for school in (Pairing.first_school, Pairing.second_school)
    ]
    rows = (
        Activity.select(Activity.pairing, fn.COUNT(Activity.id), *gave, fn.MAX(Activity.on))
        .join(Pairing)
        .where(scope.pairs(), Activity.void_at.is_null(), Activity.on.between(period.first, period.last))
        .group_by(Activity.pairing)
    )
    return {pairing_id: Happened(*facts) for pairing_id, *facts in rows.tuples()}


# --- Pledges ---


class Clause(NamedTuple):
    """A promise and how far it was kept by the end of the period."""

    pairing_id: int
    text: str
    giver_id: int | None
    quantity: Decimal | None
    unit: str
    due_on: date | None
    done: Decimal
    status: str


def clauses(scope: Scope, period: Period) -> list[Clause]:
    """The promises in their order, with what had been done of them by the last day: later deeds do not count."""
    happened = (
        ActivityMeasure.select(
            ActivityMeasure.clause_id.alias("clause"), fn.SUM(ActivityMeasure.quantity).alias("done")
        )
        .join(Activity)
        .join(
            PledgeClause, on=(PledgeClause.id == ActivityMeasure.clause_id) & (PledgeClause.pairing == Activity.pairing)
        )
        .where(scope.covers(Activity.pairing), Activity.void_at.is_null(), Activity.on <= period.last)
        .group_by(ActivityMeasure.clause_id)
    )
    corrected = (
        ClauseCorrection.select(
            ClauseCorrection.clause.alias("clause"), fn.SUM(ClauseCorrection.quantity).alias("done")
        )
        .join(PledgeClause)
        .where(scope.covers(PledgeClause.pairing), ClauseCorrection.at < midnight(period.last + timedelta(days=1)))
        .group_by(ClauseCorrection.clause)
    )
    clause = PledgeClause
    fields = (clause.pairing, clause.text, clause.giver, clause.quantity, clause.unit, clause.due_on, clause.dropped_on)
    rows = (
        clause.select(*fields, fn.COALESCE(happened.c.done, 0), fn.COALESCE(corrected.c.done, 0))
        .join(happened, JOIN.LEFT_OUTER, on=(happened.c.clause == clause.id))
        .switch(clause)
        .join(corrected, JOIN.LEFT_OUTER, on=(corrected.c.clause == clause.id))
        .switch(clause)
        .join(Pairing)
        .where(scope.pairs(), _pledged(period))
        .order_by(clause.pairing, clause.position, clause.id)
    )
    return [_clause(period, *row) for row in rows.tuples()]


def _pledged(period: Period) -> Any:
    """Condition on Pairing: the pledge was in force by the last day, and not over before the first."""
    signed = Pairing.signed_on.is_null() | (Pairing.signed_on <= period.last)
    return Pairing.state.in_(PLEDGED) & signed & there(period)


def there(period: Period) -> Any:
    """Condition on Pairing: the pair was there in the period. One that has not begun is there since its last step."""
    suggested = Pairing.started_on.is_null() & (Pairing.state_since < midnight(period.last + timedelta(days=1)))
    begun = suggested | (Pairing.started_on <= period.last)
    return begun & (Pairing.ended_on.is_null() | (Pairing.ended_on >= period.first))


def _clause(
    period: Period,
    pairing_id: int,
    text: str,
    giver_id: int | None,
    quantity: Decimal | None,
    unit: str,
    due_on: date | None,
    dropped_on: date | None,
    *sums: Any,
) -> Clause:
    done = max(Decimal(0), sum(map(decimal, sums), Decimal(0)))
    dropped_by_then = dropped_on if dropped_on is not None and dropped_on <= period.last else None
    status = status_of(quantity, done, due_on, dropped_by_then, period.day)
    return Clause(pairing_id, text, giver_id, quantity, unit, due_on, done, status)


def statuses(found: Sequence[Clause]) -> Counter[str]:
    """{status: how many promises}."""
    return Counter(clause.status for clause in found)


# --- Meetings and reviews ---


class Held(NamedTuple):
    """A meeting or visit that took place."""

    kind: str
    on: Any
    title: str
    place: str
    asked: int
    present: int


def meetings(scope: Scope, period: Period) -> list[tuple[int, Held]]:
    """(pair, meeting) of what took place, in order of time."""
    present = fn.COALESCE(fn.SUM(Case(None, ((MeetingAttendee.attendance == PRESENT, 1),), 0)), 0)
    fields = (Meeting.kind, Meeting.starts_at, Meeting.title, Meeting.place)
    rows = (
        Meeting.select(Meeting.pairing, *fields, fn.COUNT(MeetingAttendee.id), present)
        .join(MeetingAttendee, JOIN.LEFT_OUTER, on=(MeetingAttendee.meeting == Meeting.id))
        .where(scope.covers(Meeting.pairing), Meeting.state.in_(HELD_STATES), period.moments(Meeting.starts_at))
        .group_by(Meeting.id, Meeting.pairing, *fields)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [(pairing_id, Held(*facts)) for pairing_id, *facts in rows.tuples()]


class Review(NamedTuple):
    """How a school of a pair looks back."""

    school: str
    achieved: str
    difficulties: str
    proposals: str


def reviews(pairing_id: int, school_year: str) -> list[Review]:
    """What the schools of a pair wrote about a school year."""
    rows = (
        PairReview.select(School.name, PairReview.achieved, PairReview.difficulties, PairReview.proposals)
        .join(School)
        .where(PairReview.pairing == pairing_id, PairReview.school_year == school_year)
        .order_by(PairReview.id)
    )
    return [Review(*row) for row in rows.tuples()]


def reviews_by_pair(scope: Scope, school_year: str) -> Mapping[int, int]:
    """{pair: how many of its schools looked back on the school year}."""
    rows = PairReview.select(PairReview.pairing, fn.COUNT(PairReview.id)).where(
        scope.covers(PairReview.pairing), PairReview.school_year == school_year
    )
    return dict(rows.group_by(PairReview.pairing).tuples())


# --- Pairs ---


class Pair(NamedTuple):
    """A pair of a programme."""

    id: int
    first: str
    first_units: Units
    second: str
    second_units: Units
    state: str
    signed_on: date | None

    @property
    def units(self) -> tuple[Units, Units]:
        """Both sides' units."""
        return self.first_units, self.second_units


def pairs(scope: Scope, period: Period) -> list[Pair]:
    """The pairs that were there in the period, as the lists have them. What never became one is left out."""
    first, second = School.alias(), School.alias()
    day = period.last_lessons
    rows = (
        Pairing.select(
            *(Pairing.id, first.name, unit_of(THEN, Pairing.first_school, day, Pairing.first_district)),
            *(Pairing.first_district, second.name),
            *(unit_of(THEN, Pairing.second_school, day, Pairing.second_district), Pairing.second_district),
            *(Pairing.state, Pairing.signed_on),
        )
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(scope.pairs(), Pairing.state != DECLINED, there(period))
        .order_by(first.sort_key, second.sort_key, Pairing.id)
    )
    return [Pair(row[0], row[1], Units(*row[2:4]), row[4], Units(*row[5:7]), *row[7:]) for row in rows.tuples()]
