"""The numbers of the leaders' overview, each counted as the list behind it counts. Three statements, no scan of what
happened: pairs carry their counters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from peewee import SQL, Case, Select, fn

from intranet.kernel.clock import now
from intranet.kernel.statements import Statement, param
from intranet.pairings import flags
from intranet.pairings.flags import FLAG_LABELS
from intranet.pairings.lists import of_area
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import PAIRING_STATES, TWINNED, Pairing
from intranet.shared.access import Actor
from intranet.shared.tasks import as_datetime


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many pairs stand in a state, and for how many days the one that has stood there longest."""

    state: str
    count: int
    oldest: int


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """How many open schools a district has, and how many of them are twinned."""

    district_id: int
    name: str
    schools: int
    paired: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What a leader sees: states in the order of a pair's life, flags by key, districts by name, the own one first."""

    states: list[StateCount]
    flags: dict[str, int]
    districts: list[DistrictCount]

    def sum_of(self, states: tuple[str, ...]) -> int:
        """How many pairs stand in these states."""
        return sum(row.count for row in self.states if row.state in states)


def overview(actor: Actor, programme_id: int | None = None, area_id: int | None = None) -> Overview:
    """The numbers of the pairs that the actor may see: of one programme or of all, of those with a school of an area.

    Schools are counted over all.
    """
    rows = _pairs(actor.sees_all, programme_id is not None, area_id is not None).rows(
        district=actor.district_id, programme=programme_id, area=area_id, **flags.values()
    )
    found = {state: StateCount(state, count, (now() - as_datetime(since)).days) for state, count, since, *_ in rows}
    sums = [sum(numbers) for numbers in zip(*(row[3:] for row in rows), strict=True)] or [0] * len(FLAG_LABELS)
    return Overview(
        states=[found.get(state, StateCount(state, 0, 0)) for state in PAIRING_STATES],
        flags=dict(zip(FLAG_LABELS, sums, strict=True)),
        districts=_districts(actor),
    )


@cache
def _pairs(all_districts: bool, one_programme: bool, one_area: bool) -> Statement:
    """(state, pairs, when the oldest began to stand in it, pairs with each flag)."""

    def build() -> Select:
        sums = [fn.SUM(Case(None, ((flags.condition(flag), 1),), 0)) for flag in FLAG_LABELS]
        query = Pairing.select(Pairing.state, fn.COUNT(Pairing.id), fn.MIN(Pairing.state_since), *sums)
        if not all_districts:
            own = (Pairing.first_district == param("district")) | (Pairing.second_district == param("district"))
            query = query.where(own)
        if one_programme:
            query = query.where(Pairing.programme == param("programme"))
        if one_area:
            query = query.where(of_area(Pairing))
        return query.group_by(Pairing.state)

    return Statement(build)


def _districts(actor: Actor) -> list[DistrictCount]:
    """The districts whose schools' cards the actor sees (decision D1)."""
    ids = None if actor.sees_all else sorted(actor.district_ids)
    values = {f"district{i}": id_ for i, id_ in enumerate(ids or ())}
    number = None if ids is None else len(ids)
    paired = dict(_paired(number).rows(**values))
    counts = [DistrictCount(*row, paired.get(row[0], 0)) for row in _schools(number).rows(**values)]
    return sorted(counts, key=lambda count: count.district_id != actor.district_id)


def _in(field: Any, number: int | None) -> Any:
    return SQL("1 = 1") if number is None else field.in_([param(f"district{i}") for i in range(number)])


@cache
def _schools(number: int | None) -> Statement:
    """(district, its name, its open schools)."""
    return Statement(
        lambda: (
            School.select(School.district, District.name, fn.COUNT(School.id))
            .join(District)
            .where(School.closed_on.is_null(), School.deleted_at.is_null(), _in(School.district, number))
            .group_by(School.district, District.name, District.sort_key)
            .order_by(District.sort_key)
        )
    )


@cache
def _paired(number: int | None) -> Statement:
    """(district, its twinned schools): a school counts once, however many pairs it has."""

    def build() -> Select:
        twinned = Pairing.state.in_(TWINNED)
        first = Pairing.select(Pairing.first_district.alias("district"), Pairing.first_school.alias("school"))
        second = Pairing.select(Pairing.second_district, Pairing.second_school)
        schools = first.where(twinned, _in(Pairing.first_district, number)).union(
            second.where(twinned, _in(Pairing.second_district, number))
        )
        schools = schools.alias("twinned")
        return Pairing.select(schools.c.district, fn.COUNT(SQL("*"))).from_(schools).group_by(schools.c.district)

    return Statement(build)
