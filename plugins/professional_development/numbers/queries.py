"""The numbers of a school year, and the rows that each of them counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any

from intranet.api import Actor, Person, midnight
from plugins.professional_development.models import CONFIRMED, PRESENT, UNPUBLISHED, Registration, Session
from plugins.professional_development.sessions.effects import FEEDBACK_DAYS

IN_TIME = timedelta(days=3)
MOST_ROWS = 500


@dataclass(frozen=True)
class Numbers:
    """What a district's schools and office did between two days; ``actor`` is of its office."""

    actor: Actor
    start: date
    end: date

    def _here(self) -> list[Any]:
        return [
            Session.district == self.actor.district_id,
            *(Session.starts_at >= midnight(self.start), Session.starts_at < midnight(self.end + timedelta(days=1))),
            Session.state.not_in((*UNPUBLISHED, "cancelled")),
        ]

    @cached_property
    def sessions(self) -> list[tuple]:
        """(id, title, start, day held, feedback until, school, partner, district), the latest first."""
        query = Session.select(
            *(Session.id, Session.title, Session.starts_at, Session.held_on, Session.feedback_until),
            *(Session.school, Session.partner, Session.district),
        ).where(*self._here())
        return list(query.order_by(Session.starts_at.desc(), Session.id.desc()).tuples())

    @cached_property
    def _came(self) -> list[tuple]:
        """(session, person, person's school then, district, periods if confirmed) of who was there."""
        query = (
            Registration.select(
                *(Registration.session, Registration.person, Registration.school, Registration.district),
                *(Registration.periods, Registration.credit),
            )
            .join(Session)
            .where(Registration.attendance == PRESENT, *self._here())
        )
        return list(query.order_by(Registration.id).tuples())

    @property
    def held(self) -> list[tuple]:
        """The sessions that took place."""
        return [row for row in self.sessions if row[3] is not None]

    @property
    def minuted(self) -> list[tuple[tuple, int]]:
        """(session, days from the session to its minutes) of those that have them."""
        return [(row, (row[4] - FEEDBACK_DAYS - row[3]).days) for row in self.held if row[4] is not None]

    @property
    def minuted_in_time(self) -> int:
        """How many minutes were there within three days."""
        return sum(days <= IN_TIME.days for _row, days in self.minuted)

    @cached_property
    def periods(self) -> dict[int, Decimal]:
        """{person: periods confirmed} of those who have any."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for _session, person, _school, _district, periods, credit in self._came:
            if credit == CONFIRMED and periods:
                found[person] += periods
        return dict(found)

    @property
    def median_periods(self) -> Decimal | None:
        """Half of them have more."""
        return median(self.periods.values()) if self.periods else None

    @cached_property
    def reached(self) -> Counter:
        """{person of the own schools: times there}."""
        return Counter(
            person
            for _session, person, school, district, _periods, _credit in self._came
            if school is not None and district == self.actor.district_id
        )

    @cached_property
    def staff(self) -> int:
        """How many people work in the schools."""
        here = Person.district == self.actor.district_id
        return Person.select().where(here, Person.school.is_null(False), Person.active == True).count()  # noqa: E712

    def _shares(self, of_partner: bool) -> dict[int, tuple[int, int]]:
        """{session: (from the partner or from another district, all)} who were there."""
        rows = {row[0]: row for row in self.sessions}
        found: dict[int, tuple[int, int]] = {}
        for session, _person, school, district, _periods, _credit in self._came:
            row = rows[session]
            if of_partner and row[6] is None:
                continue
            other = school == row[6] if of_partner else district != row[7]
            some, everybody = found.get(session, (0, 0))
            found[session] = some + other, everybody + 1
        return found

    @cached_property
    def from_partner(self) -> dict[int, tuple[int, int]]:
        """Of the sessions of pairs: how many came from the partner school."""
        return self._shares(True)

    @cached_property
    def across(self) -> dict[int, tuple[int, int]]:
        """Of all sessions: how many came from another district."""
        return self._shares(False)

    def people(self) -> list[tuple[int, str, int, Decimal]]:
        """(id, name, times there, periods confirmed) of the people reached, by given name."""
        query = Person.select(Person.id, Person.name).where(Person.id.in_(list(self.reached)[:MOST_ROWS]))
        return [
            (id_, name, self.reached[id_], self.periods.get(id_, Decimal(0)))
            for id_, name in query.order_by(Person.sort_key, Person.id).tuples()
        ]


def share(pairs: Sequence[tuple[int, int]]) -> int | None:
    """Of a hundred; None of none."""
    everybody = sum(count for _some, count in pairs)
    return round(100 * sum(some for some, _count in pairs) / everybody) if everybody else None
