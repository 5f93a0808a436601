"""What the screens of changes show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import JOIN, Case, fn

from intranet.registry.districts import Commune, District
from intranet.registry.people import ROLE_LABELS, Membership, Person
from intranet.registry.schools import School
from intranet.registry.units import (
    COMMUNE,
    DRAFT,
    FROM,
    MANAGING,
    SCHEDULED,
    TO,
    ChangeLine,
    ChangeUnit,
    PersonPlacement,
    Placement,
    UnitChange,
)
from intranet.units.plans import Plan

PAGE_SIZE = 50
LIST_SIZE = 30


def changes(before: int | None) -> tuple[list[tuple], int | None]:
    """A page of changes, the newest first, and the id to go on from, if more follow."""
    fields = (
        *(UnitChange.id, UnitChange.title, UnitChange.kind, UnitChange.state, UnitChange.decree_number),
        *(UnitChange.decree_on, UnitChange.effective_on, UnitChange.hindrance),
    )
    query = UnitChange.select(*fields).order_by(UnitChange.id.desc()).limit(LIST_SIZE + 1)
    rows = list((query.where(UnitChange.id < before) if before else query).tuples())
    return rows[:LIST_SIZE], rows[LIST_SIZE - 1][0] if len(rows) > LIST_SIZE else None


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a change is prepared."""

    sources: int
    targets: int
    schools: int
    unplaced: int
    people: int


def counts_of(change: UnitChange) -> Counts:
    """How many units, schools and people a change has, and how many schools nobody placed yet."""
    sides = dict(
        ChangeUnit.select(ChangeUnit.side, fn.COUNT(ChangeUnit.id))
        .where(ChangeUnit.change == change)
        .group_by(ChangeUnit.side)
        .tuples()
    )
    unplaced = fn.COALESCE(fn.SUM(Case(None, [(Placement.target.is_null(), 1)], 0)), 0)
    schools = Placement.select(fn.COUNT(Placement.id), unplaced).where(Placement.change == change).tuples().get()
    people = PersonPlacement.select().where(PersonPlacement.change == change).count()
    return Counts(sides.get(FROM, 0), sides.get(TO, 0), schools[0], schools[1], people)


@dataclass(frozen=True, slots=True)
class Source:
    """A unit that changes, with where it goes: ``ways`` are (line id, target, extent, note)."""

    unit: ChangeUnit
    place: str
    ways: list[tuple[int, ChangeUnit, str, str]]

    @property
    def unknown(self) -> bool:
        """Whether the table names it and we have none like it."""
        return self.unit.commune_id is None and self.unit.district_id is None


def sources_of(plan: Plan) -> list[Source]:
    """The units that change, managing ones first, then by managing unit and name."""
    ids = [unit.commune_id for unit in plan.units.values() if unit.commune_id]
    found = Commune.select(Commune.id, District.name).join(District).where(Commune.id.in_(ids or [0]))
    places = dict(found.tuples())
    lines: dict[int, list] = {}
    fields = (ChangeLine.id, ChangeLine.source, ChangeLine.target, ChangeLine.extent, ChangeLine.note)
    for id_, source, target, extent, note in (
        ChangeLine.select(*fields).where(ChangeLine.change == plan.change).order_by(ChangeLine.id).tuples()
    ):
        lines.setdefault(source, []).append((id_, plan.units[target], extent, note))
    rows = []
    for tier in (MANAGING, COMMUNE):
        for unit in plan.of(FROM, tier):
            rows.append(Source(unit, places.get(unit.commune_id, ""), lines.get(unit.id, [])))
    return rows


def codes_of_today(plan: Plan) -> dict[str, str]:
    """{code: name} of the communes and managing units that have one of the new units' codes today, under another
    name: the state gives codes anew."""
    codes = {unit.code: unit.name for unit in plan.units.values() if unit.side == TO and unit.code}
    found: dict[str, str] = {}
    for model in (Commune, District):
        for code, name in model.select(model.code, model.name).where(model.code.in_(list(codes) or [""])).tuples():
            if name != codes[code]:
                found[code] = name
    return found


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school of a change."""

    id: int
    name: str
    address: str
    commune: str
    district: str
    target: int | None
    chosen: str
    closed: bool
    options: tuple[tuple[int, str], ...]

    @property
    def ids(self) -> set[int]:
        """The units to which its commune leads."""
        return {id_ for id_, _name in self.options}


def school_rows(
    plan: Plan, *, waiting: bool, commune: int | None, after: int | None, most: int = PAGE_SIZE
) -> tuple[list[SchoolRow], int | None]:
    """A page of the change's schools by managing unit, commune and name, and the id to go on from."""
    ward, name = fn.COALESCE(Commune.sort_key, ""), School.sort_key
    fields = (
        *(School.id, School.name, School.address, School.commune, School.district, Commune.name, District.name),
        *(Placement.target, Placement.chosen, School.closed_on),
    )
    query = (
        Placement.select(*fields)
        .join(School)
        .join(District)
        .switch(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(Placement.change == plan.change, School.deleted_at.is_null())
        .order_by(District.sort_key, ward, name, School.id)
    )
    query = query.where(_filter(waiting, commune))
    if after:
        ids = [id_ for id_, *_rest in query.tuples()]
        query = query.offset(ids.index(after) + 1 if after in ids else 0)
    found = list(query.limit(most + 1).tuples())
    rows = [
        SchoolRow(
            id_,
            name_,
            address,
            ward_ or "",
            district,
            target,
            chosen,
            closed is not None,
            _options(plan, commune_id, district_id),
        )
        for id_, name_, address, commune_id, district_id, ward_, district, target, chosen, closed in found[:most]
    ]
    return rows, rows[-1].id if len(found) > most else None


def _filter(waiting: bool, commune: int | None) -> Any:
    condition = Placement.id.is_null(False)
    if waiting:
        condition &= Placement.target.is_null()
    if commune is not None:
        condition &= School.commune == commune if commune else School.commune.is_null()
    return condition


def _options(plan: Plan, commune_id: int | None, district_id: int) -> tuple[tuple[int, str], ...]:
    return tuple((way[0], plan.units[way[0]].name) for way in plan.candidates(commune_id, district_id))


def wards_of(change: UnitChange) -> list[tuple[int, str, int]]:
    """The communes of the change's schools: (id, or 0 for none, name, how many schools nobody placed)."""
    unplaced = fn.SUM(Case(None, [(Placement.target.is_null(), 1)], 0))
    query = (
        Placement.select(School.commune, Commune.name, unplaced)
        .join(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(Placement.change == change, School.deleted_at.is_null())
        .group_by(School.commune, Commune.name, Commune.sort_key)
        .order_by(Commune.sort_key)
    )
    return sorted(((id_ or 0, name or "", count) for id_, name, count in query.tuples()), key=lambda row: row[0] == 0)


def people_rows(plan: Plan) -> list[tuple]:
    """The people of the offices that end: (membership, person, role, office, target, whether placed).

    Once the change took effect, those whom it placed: their work there is over.
    """
    placed = PersonPlacement.alias()
    query = (
        Membership.select(
            *(Membership.id, Person.name, Membership.role, Membership.title, District.name, placed.target, placed.id)
        )
        .join(Person)
        .switch(Membership)
        .join(District)
        .switch(Membership)
        .join(placed, JOIN.LEFT_OUTER, on=(placed.membership == Membership.id) & (placed.change == plan.change.id))
        .order_by(District.sort_key, Person.sort_key, Membership.id)
    )
    if plan.change.state in (DRAFT, SCHEDULED):
        lasting = Membership.ends_on.is_null() | (Membership.ends_on >= plan.change.effective_on)
        districts = [unit.district_id for unit in plan.ending]
        query = query.where(Membership.district.in_(districts or [0]), Membership.school.is_null(), lasting)
    else:
        query = query.where(placed.id.is_null(False))
    return [
        (id_, name, title or str(ROLE_LABELS[role]), office, target, row is not None)
        for id_, name, role, title, office, target, row in query.tuples()
    ]
