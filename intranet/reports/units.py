"""The numbers of a programme by unit: read once, then summed under the units of then or under those of today.

What a school did on a day counts for exactly one unit in either reading, so both have the same sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from peewee import SQL, Case, fn

from intranet.kernel.statements import Statement, param
from intranet.registry.activities import Activity, ActivityMeasure, ActivitySchool
from intranet.registry.schools import School
from intranet.registry.twinning import DECLINED, UNSTARTED, Pairing, Programme
from intranet.registry.units import AreaSchool
from intranet.reports.figures import Given, Period, decimal, there
from intranet.shared.access import Actor
from intranet.shared.readings import NOW, THEN, Units, unit_of, units_of_merged

GAVE, GOT, TOGETHER = "gave", "got", "together"
WAYS = (GAVE, GOT, TOGETHER)


class Side(NamedTuple):
    """A school in a pair."""

    units: Units
    school_id: int


class Happened(NamedTuple):
    """How often schools took part in something in one way, or how much of what it was (then ``unit`` says of what)."""

    units: Units
    kind: str
    way: str
    number: Any
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there was of a programme in a period."""

    sides: Sequence[Side]
    pairs: int
    happened: Sequence[Happened]
    amounts: Sequence[Happened]
    # {kind: its label}
    labels: Mapping[str, str]

    @property
    def differ(self) -> bool:
        """Whether anything counts for another unit today."""
        return any(row.units.then != row.units.now for row in (*self.sides, *self.happened))


@dataclass(slots=True)
class Line:
    """A unit's numbers: its schools that have a pair, how many pairs they have, and what they did, by kind and way."""

    schools: int = 0
    sides: int = 0
    kinds: dict[str, dict[str, Given]] = field(default_factory=dict)

    def way(self, kind: str, way: str) -> Given:
        """What was done of a kind in one way; a place to count it."""
        if kind not in self.kinds:
            self.kinds[kind] = {name: Given() for name in WAYS}
        return self.kinds[kind][way]

    def times(self, way: str) -> int:
        """How often something was done in one way."""
        return sum(ways[way].times for ways in self.kinds.values())

    def add(self, other: Line) -> None:
        """Count the other in."""
        self.schools += other.schools
        self.sides += other.sides
        for kind, ways in other.kinds.items():
            for name, given in ways.items():
                self.way(kind, name).add(given)


def by_unit(facts: Facts, reading: str) -> dict[int, Line]:
    """{unit: its numbers} in a reading."""
    found: dict[int, Line] = {}
    for unit, _school_id in {(side.units.of(reading), side.school_id) for side in facts.sides}:
        found.setdefault(unit, Line()).schools += 1
    for side in facts.sides:
        found[side.units.of(reading)].sides += 1
    for row in facts.happened:
        found.setdefault(row.units.of(reading), Line()).way(row.kind, row.way).times += row.number
    for row in facts.amounts:
        found[row.units.of(reading)].way(row.kind, row.way).add(Given(0, {row.unit: row.number}))
    return found


def total(lines: Iterable[Line]) -> Line:
    """The sum of all units."""
    found = Line()
    for line in lines:
        found.add(line)
    return found


# --- Reading ---


def facts_of(programme_id: int, actor: Actor, period: Period, day: date, area_id: int | None = None) -> Facts:
    """What there was in the pairs of the programme that the actor may see, of all their schools or of an area's.

    Schools and pairs stand under their unit on ``day``, what happened under that of its own day.
    """
    pairs = _pairs(programme_id, actor, period, day, area_id)
    shape = actor.sees_all, area_id is not None
    values = {"programme": programme_id, "district": actor.district_id, "area": area_id}
    values |= {"first": period.first, "last": period.last}
    merged = units_of_merged()
    happened = _happened(*shape).rows(**values)
    return Facts(
        sides=[side for sides in pairs for side in sides],
        pairs=len(pairs),
        happened=[
            Happened(Units(then, merged.get(school, now)), kind, way, times)
            for then, now, school, kind, way, times, _label in happened
        ],
        amounts=[
            Happened(Units(then, merged.get(school, now)), kind, way, decimal(quantity), unit)
            for then, now, school, kind, way, unit, quantity in _amounts(*shape).rows(**values)
        ],
        labels={row[3]: row[6] for row in happened},
    )


def _pairs(programme_id: int, actor: Actor, period: Period, day: date, area_id: int | None) -> list[list[Side]]:
    """The sides that are asked for of each pair that has any."""
    fields = []
    for school, district in (
        (Pairing.first_school, Pairing.first_district),
        (Pairing.second_school, Pairing.second_district),
    ):
        fields += [unit_of(THEN, school, day, district), unit_of(NOW, school, day, district), school]
    conditions = [
        Pairing.programme == programme_id,
        Pairing.state != DECLINED,
        there(period),
        Pairing.visible_to(actor),
    ]
    rows = Pairing.select(*fields).where(*(condition for condition in conditions if condition is not None)).tuples()
    wanted = None if area_id is None else schools_of(area_id)
    pairs = [
        [Side(Units(*units), school) for *units, school in (row[:3], row[3:]) if wanted is None or school in wanted]
        for row in rows
    ]
    return [sides for sides in pairs if sides]


def _way() -> Any:
    """How a school took part: what one gave, everybody else got."""
    gave = ActivitySchool.school == Activity.giver
    got = Activity.giver.is_null(False) | (ActivitySchool.school == Activity.receiver)
    return Case(None, ((gave, GAVE), (got, GOT)), TOGETHER).alias("way")


def _merged() -> Any:
    """The school where it became part of another one, else 0: only of those the unit of today is another's."""
    merged = School.select(School.id).where(School.merged_into.is_null(False))
    return Case(None, ((ActivitySchool.school.in_(merged), ActivitySchool.school),), 0).alias("merged")


# By the columns' names: a value in an expression is another parameter each time it stands in a statement.
_GROUPS = SQL("unit_then"), ActivitySchool.district, SQL("merged"), Activity.kind, SQL("way")


def _rows(all_districts: bool, one_area: bool, *fields: Any) -> Any:
    then = unit_of(THEN, ActivitySchool.school, ActivitySchool.on, ActivitySchool.district).alias("unit_then")
    query = (
        ActivitySchool.select(then, ActivitySchool.district, _merged(), Activity.kind, _way(), *fields)
        .join(Activity)
        .join(Pairing, on=(Activity.pairing == Pairing.id))
        .where(
            Pairing.programme == param("programme"),
            Activity.void_at.is_null(),
            Activity.on.between(param("first"), param("last")),
        )
    )
    if not all_districts:
        own = (Pairing.first_district == param("district")) | (Pairing.second_district == param("district"))
        query = query.where(own)
    if one_area:
        schools = AreaSchool.select(AreaSchool.school).where(AreaSchool.area == param("area"))
        query = query.where(ActivitySchool.school.in_(schools))
    return query


@cache
def _happened(all_districts: bool, one_area: bool) -> Statement:
    def build() -> Any:
        rows = _rows(all_districts, one_area, fn.COUNT(Activity.id), fn.MAX(Activity.kind_label))
        return rows.group_by(*_GROUPS)

    return Statement(build)


@cache
def _amounts(all_districts: bool, one_area: bool) -> Statement:
    def build() -> Any:
        rows = _rows(all_districts, one_area, ActivityMeasure.unit, fn.SUM(ActivityMeasure.quantity))
        rows = rows.switch(Activity).join(ActivityMeasure, on=(ActivityMeasure.activity == Activity.id))
        return rows.group_by(*_GROUPS, ActivityMeasure.unit)

    return Statement(build)


# --- What one chooses from ---


def programmes(actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the programmes that the actor sees and that have begun, the newest first."""
    query = Programme.select(Programme.id, Programme.title).where(Programme.state.not_in(UNSTARTED))
    condition = Programme.visible_to(actor)
    query = query if condition is None else query.where(condition)
    return list(query.order_by(Programme.id.desc()).tuples())


def schools_of(area_id: int) -> set[int]:
    """An area's schools."""
    rows = AreaSchool.select(AreaSchool.school).where(AreaSchool.area == area_id).tuples()
    return {id_ for (id_,) in rows}
