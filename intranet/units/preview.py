"""What a change will move, before it does: every school, person, pair, programme, module, heading and open step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from flask import current_app
from peewee import JOIN, fn

from intranet.kernel.language import gettext as _
from intranet.papers.letterheads import Heading, default_heading, heading_of
from intranet.registry.districts import Commune, District, DistrictModule
from intranet.registry.people import Membership, Person, under_way
from intranet.registry.schools import School
from intranet.registry.twinning import DRAFT, OPEN, RUNNING, Pairing, Programme, ProgrammeDistrict, takes_part
from intranet.registry.units import FROM, MANAGING, RENAME, TO, ChangeUnit, PersonPlacement, Placement
from intranet.shared import modules
from intranet.shared.waiting import Waiting
from intranet.units.plans import Plan

# A list on the page; the rest is counted.
MOST_SHOWN = 300


class Moving(NamedTuple):
    """A school that goes into another unit."""

    id: int
    name: str
    before: str
    after: str


class Side(NamedTuple):
    """One school of a pair: its name, its unit before and after."""

    school: str
    before: str
    after: str

    @property
    def moves(self) -> bool:
        """Whether it gets another unit."""
        return self.before != self.after


class Paired(NamedTuple):
    """A pair of which at least one school moves."""

    id: int
    first: Side
    second: Side


class Joining(NamedTuple):
    """What becomes of a programme: which units leave it, and which come in."""

    id: int
    title: str
    leaving: list[str]
    coming: list[str]


class Headed(NamedTuple):
    """How somebody's papers are headed before and after."""

    name: str
    before: Heading
    after: Heading


@dataclass(frozen=True)
class Preview:
    """Everything that moves; each part asks the database once, however much there is."""

    plan: Plan

    @cached_property
    def schools(self) -> list[Moving]:
        """The schools with a new place, by it and their name."""
        before = Commune.name if self.plan.tier != MANAGING else District.name
        query = (
            Placement.select(School.id, School.name, fn.COALESCE(before, ""), ChangeUnit.name)
            .join(School)
            .join(District)
            .switch(School)
            .join(Commune, JOIN.LEFT_OUTER)
            .switch(Placement)
            .join(ChangeUnit, on=(Placement.target == ChangeUnit.id))
            .where(Placement.change == self.plan.change, School.deleted_at.is_null())
            .where(
                ChangeUnit.district.is_null() | (ChangeUnit.district != School.district) | (ChangeUnit.tier != MANAGING)
            )
            .order_by(ChangeUnit.id, School.sort_key, School.id)
        )
        return [Moving(*row) for row in query.tuples()]

    @cached_property
    def by_target(self) -> dict[str, list[Moving]]:
        """{unit after: its schools}."""
        found: dict[str, list[Moving]] = defaultdict(list)
        for moving in self.schools:
            found[moving.after].append(moving)
        return dict(found)

    @cached_property
    def after(self) -> dict[int, str]:
        """{school: its unit after}, where that is another."""
        return {moving.id: moving.after for moving in self.schools} if self.plan.tier == MANAGING else {}

    @cached_property
    def _placed(self) -> Any:
        """Query for the schools of the change that have a place."""
        return Placement.select(Placement.school).where(
            Placement.change == self.plan.change, Placement.target.is_null(False)
        )

    @cached_property
    def staff(self) -> list[tuple[str, int]]:
        """(person, school) of the people of schools who come under another unit with them; some work in two."""
        if not self.after:
            return []
        here = Membership.school.in_(self._placed) & under_way(Membership)
        query = Membership.select(Person.id, Person.name, Membership.school).join(Person)
        rows = query.where(here, Person.deleted_at.is_null()).order_by(Person.sort_key, Person.id, Membership.school)
        # Who has two posts in one school is one person there.
        return [(name, school_id) for _id, name, school_id in dict.fromkeys(rows.tuples())]

    @cached_property
    def staff_by_target(self) -> dict[str, list[tuple[str, str]]]:
        """{unit after: (person, school)}."""
        schools = {moving.id: moving for moving in self.schools}
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in self.by_target}
        for person, school_id in self.staff:
            if school_id in schools:
                found[schools[school_id].after].append((person, schools[school_id].name))
        return {name: people for name, people in found.items() if people}

    @cached_property
    def office_people(self) -> list[tuple[str, str, str]]:
        """(person, office before, unit after or nothing) of the offices that end."""
        target = ChangeUnit.alias()
        query = (
            PersonPlacement.select(Person.name, District.name, fn.COALESCE(target.name, ""))
            .join(Membership)
            .join(Person)
            .switch(Membership)
            .join(District)
            .switch(PersonPlacement)
            .join(target, JOIN.LEFT_OUTER, on=(PersonPlacement.target == target.id))
            .where(PersonPlacement.change == self.plan.change)
            .order_by(District.sort_key, Person.sort_key)
        )
        return list(query.tuples())

    @cached_property
    def pairs(self) -> list[Paired]:
        """The open pairs of schools that move."""
        if not self.after:
            return []
        first, second, first_unit, second_unit = School.alias(), School.alias(), District.alias(), District.alias()
        query = (
            Pairing.select(Pairing.id, first.id, first.name, first_unit.name, second.id, second.name, second_unit.name)
            .join(first, on=(Pairing.first_school == first.id))
            .switch(Pairing)
            .join(second, on=(Pairing.second_school == second.id))
            .switch(Pairing)
            .join(first_unit, on=(Pairing.first_district == first_unit.id))
            .switch(Pairing)
            .join(second_unit, on=(Pairing.second_district == second_unit.id))
            .where(Pairing.state.in_(OPEN), first.id.in_(self._placed) | second.id.in_(self._placed))
            .order_by(Pairing.id)
        )
        return [
            Paired(
                id_,
                Side(first_name, first_place, self.after.get(first_id, first_place)),
                Side(second_name, second_place, self.after.get(second_id, second_place)),
            )
            for id_, first_id, first_name, first_place, second_id, second_name, second_place in query.tuples()
        ]

    @cached_property
    def programmes(self) -> list[Joining]:
        """The programmes under way of units that give schools away or end."""
        giving, ending = self._giving, {unit.district_id for unit in self.plan.ending}
        query = (
            ProgrammeDistrict.select(Programme.id, Programme.title, ProgrammeDistrict.district, District.name)
            .join(Programme)
            .switch(ProgrammeDistrict)
            .join(District)
            .where(ProgrammeDistrict.district.in_(sorted(giving) or [0]), takes_part(ProgrammeDistrict))
            .where(Programme.state.in_((DRAFT, RUNNING)))
            .order_by(Programme.id, District.sort_key)
        )
        found: dict[int, Joining] = {}
        for id_, title, district, name in query.tuples():
            joining = found.setdefault(id_, Joining(id_, title, [], []))
            joining.coming.extend(unit for unit in giving[district] if unit not in joining.coming)
            if district in ending:
                joining.leaving.append(name)
        return list(found.values())

    @cached_property
    def _giving(self) -> dict[int, list[str]]:
        """{unit before: the units that get its schools, or go on with its work}."""
        if self.plan.tier != MANAGING or self.plan.change.kind == RENAME:
            return {}
        query = (
            Placement.select(School.district, ChangeUnit.name, ChangeUnit.id)
            .join(School)
            .switch(Placement)
            .join(ChangeUnit, on=(Placement.target == ChangeUnit.id))
            .where(Placement.change == self.plan.change)
            .where(_elsewhere())
            .distinct()
            .order_by(ChangeUnit.id)
        )
        found: dict[int, list[str]] = defaultdict(list)
        for district, name, _id in query.tuples():
            found[district].append(name)
        for unit in self.plan.ending:
            if unit.heir_id and (heir := self.plan.units[unit.heir_id].name) not in found[unit.district_id]:
                found[unit.district_id].append(heir)
        return found

    @cached_property
    def switches(self) -> list[tuple[str, list[str]]]:
        """(unit after, the modules that are switched on for it): all that its schools had before."""
        rows = DistrictModule.select(DistrictModule.district, DistrictModule.module).where(
            DistrictModule.enabled == True,  # noqa: E712 (SQL)
            DistrictModule.district.in_(sorted(self._giving) or [0]),
        )
        on: dict[int, set[str]] = defaultdict(set)
        for district, module in rows.tuples():
            on[district].add(module)
        wanted: dict[str, set[str]] = defaultdict(set)
        for district, names in self._giving.items():
            for name in names:
                wanted[name] |= on[district]
        return [(name, list(_labels(keys))) for name, keys in sorted(wanted.items()) if keys]

    @cached_property
    def headings(self) -> list[Headed]:
        """How an office's papers and those of one of its schools are headed, for each managing unit that changes."""
        if self.plan.tier != MANAGING:
            return []
        found = []
        for unit in self.plan.of(FROM, MANAGING):
            target = self._successor(unit)
            if target is None:
                continue
            after = District(kind=target.kind, name=target.name, code=target.code, office_name=target.office_name)
            found.append(Headed(unit.name, heading_of(unit.district), default_heading(after)))
            school = self._school_of(unit)
            if school:
                found.append(Headed(school.name, heading_of(unit.district, school), default_heading(after, school)))
        return found

    def _successor(self, unit: ChangeUnit) -> ChangeUnit | None:
        if unit.heir_id:
            return self.plan.units[unit.heir_id]
        return next((u for u in self.plan.of(TO, MANAGING) if u.district_id == unit.district_id), None)

    def _school_of(self, unit: ChangeUnit) -> School | None:
        """A school whose papers show what changes: one that goes to the heir, or of a unit that is renamed."""
        query = School.select().where(School.district == unit.district_id, School.deleted_at.is_null())
        if unit.heir_id:
            query = query.join(Placement).where(Placement.change == self.plan.change, Placement.target == unit.heir_id)
        return query.order_by(School.sort_key, School.id).first()

    @cached_property
    def open_steps(self) -> list[tuple[str, int]]:
        """(kind of record, how many) of what waits for somebody in a place that moves."""
        offices = sorted({*self._giving, *(unit.district_id for unit in self.plan.ending)}) or [0]
        there = Waiting.district.in_(offices)
        if self.after:
            there |= Waiting.school.in_(self._placed)
        query = (
            Waiting.select(Waiting.subject_type, Waiting.module, fn.COUNT(Waiting.subject_id.distinct()))
            .where(there)
            .group_by(Waiting.subject_type, Waiting.module)
        )
        found: Counter[str] = Counter()
        for kind, module, count in query.tuples():
            found[_kind_label(kind, module)] += count
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _elsewhere() -> Any:
    """Condition: the target is another managing unit than the school's."""
    return ChangeUnit.district.is_null() | (ChangeUnit.district != School.district)


def _labels(keys: Iterable[str]) -> Iterator[str]:
    """What modules are called; of one that is not installed, its key."""
    cards = modules.plugins().cards
    return (str(cards[key].label) if key in cards else key for key in sorted(keys))


def _kind_label(kind: str, module: str) -> str:
    found = current_app.extensions["workflows"].find(kind)
    if found:
        return str(found[1].label)
    return next(_labels([module])) if module else _("Việc khác")
