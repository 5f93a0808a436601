"""Where a change puts each school and each person of an office: what its lines leave no choice about, and what a person
chose. Called in the transaction of whatever altered units or lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import chunked

from intranet.kernel.language import gettext as _
from intranet.kernel.text import sort_key
from intranet.registry.people import Membership
from intranet.registry.schools import School
from intranet.registry.units import (
    BY_FILE,
    BY_PERSON,
    COMMUNE,
    DRAFT,
    FROM,
    MANAGING,
    RENAME,
    TO,
    TRANSFER,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    PersonPlacement,
    Placement,
    UnitChange,
)
from intranet.shared.edits import Refused, locked

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """The units of a change as placing needs them. ``lines`` are {source: [(target, extent, note)]}, ids of units."""

    change: UnitChange
    units: Mapping[int, ChangeUnit]
    lines: Mapping[int, Sequence[tuple[int, str, str]]]

    def of(self, side: str, tier: str) -> list[ChangeUnit]:
        """The units of one side and tier, in the order of their names."""
        found = (unit for unit in self.units.values() if (unit.side, unit.tier) == (side, tier))
        return sorted(found, key=lambda unit: (sort_key(unit.name), unit.id))

    @property
    def tier(self) -> str:
        """Whether schools get another managing unit, or another commune inside the same one."""
        return MANAGING if self.of(FROM, MANAGING) else COMMUNE

    @property
    def ending(self) -> list[ChangeUnit]:
        """The managing units that are there no more afterwards."""
        if self.change.kind in (RENAME, TRANSFER):
            return []
        stay = {unit.district_id for unit in self.of(TO, MANAGING) if unit.district_id}
        return [unit for unit in self.of(FROM, MANAGING) if unit.district_id not in stay]

    def candidates(self, commune_id: int | None, district_id: int) -> list[tuple[int, str, str]]:
        """(target, extent, note) where the lines of a school's commune lead, else those of its managing unit."""
        for tier, name, place in ((COMMUNE, "commune_id", commune_id), (MANAGING, "district_id", district_id)):
            source = next((unit for unit in self.of(FROM, tier) if place and getattr(unit, name) == place), None)
            ways = self.lines.get(source.id, ()) if source else ()
            if found := [way for way in ways if self.units[way[0]].tier == self.tier]:
                return sorted(found, key=_likelier)
        return []

    def proposed(self, commune_id: int | None, district_id: int) -> int | None:
        """The only unit that a school can come to; None where a person has to look."""
        if self.change.kind == TRANSFER:
            return None
        found, targets = self.candidates(commune_id, district_id), self.of(TO, self.tier)
        if not found:
            return targets[0].id if len(targets) == 1 else None
        return found[0][0] if len(found) == 1 and found[0][1] == WHOLE else None


def _likelier(way: tuple[int, str, str]) -> tuple[bool, bool]:
    """What took all of the people stands before what took some land."""
    return way[1] != WHOLE, "toàn bộ" not in way[2]


def plan_of(change: UnitChange) -> Plan:
    """The units and lines of a change, in two queries."""
    units = {unit.id: unit for unit in ChangeUnit.select().where(ChangeUnit.change == change).order_by(ChangeUnit.id)}
    lines: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    fields = (ChangeLine.source, ChangeLine.target, ChangeLine.extent, ChangeLine.note)
    for source, *way in ChangeLine.select(*fields).where(ChangeLine.change == change).order_by(ChangeLine.id).tuples():
        lines[source].append(tuple(way))
    return Plan(change, units, lines)


def units_of(change: UnitChange, side: str, tier: str) -> list[ChangeUnit]:
    """The units of one side and tier of a change, in the order in which they were entered."""
    mine = (ChangeUnit.change == change) & (ChangeUnit.side == side) & (ChangeUnit.tier == tier)
    return list(ChangeUnit.select().where(mine).order_by(ChangeUnit.id))


def unplaced(change: UnitChange) -> int:
    """How many schools still need somebody to say where they go; those that a transfer leaves stay where they are."""
    if change.kind == TRANSFER:
        return 0
    return Placement.select().where(Placement.change == change, Placement.target.is_null()).count()


def sync(change: UnitChange) -> Plan:
    """Put schools and people where the lines leave no choice, and let go of those whom the change no longer concerns.

    What a person chose stays as long as its unit does.
    """
    plan = plan_of(change)
    _place_schools(plan)
    _propose_heirs(plan)
    _place_trash(plan)
    _sync_people(plan)
    return plan


def in_scope(plan: Plan) -> Any:
    """Condition for the schools that a change concerns, closed ones and those in the trash too."""
    if plan.change.kind == RENAME:
        return School.id.is_null()
    if plan.tier == MANAGING:
        return School.district.in_([unit.district_id for unit in plan.of(FROM, MANAGING)])
    return School.commune.in_([unit.commune_id for unit in plan.of(FROM, COMMUNE) if unit.commune_id])


def _place_schools(plan: Plan) -> None:
    """Bring the placements of schools up to date; what a person chose stays. A rename places nobody."""
    fields = (School.id, School.merged_into, School.commune, School.district)
    schools = {id_: rest for id_, *rest in School.select(*fields).where(in_scope(plan)).tuples()}
    known = {row.school_id: row for row in Placement.select().where(Placement.change == plan.change)}
    _delete(Placement, [row.id for id_, row in known.items() if id_ not in schools])
    added, moved = [], defaultdict(list)
    for id_ in schools:
        target, row = _target(plan, id_, schools, known), known.get(id_)
        if row is None:
            added.append({"change": plan.change, "school": id_, "target": target})
        elif row.target_id != target:
            moved[target].append(row.id)
    for some in chunked(added, MOST_ROWS):
        Placement.insert_many(some).execute()
    for target, ids in moved.items():
        for some in chunked(ids, MOST_ROWS):
            Placement.update(target=target, chosen=BY_FILE, person=None).where(Placement.id.in_(some)).execute()


def _target(plan: Plan, school_id: int, schools: Mapping[int, list], known: Mapping[int, Placement]) -> int | None:
    """What a person chose, else what the lines say; a school that is part of another goes where that goes."""
    row, (successor, *place) = known.get(school_id), schools[school_id]
    if row is not None and row.chosen == BY_PERSON and row.target_id is not None:
        return row.target_id
    if successor in schools:
        return _target(plan, successor, schools, known)
    return plan.proposed(*place)


def _propose_heirs(plan: Plan) -> None:
    """An office goes on where most of its schools go, as long as nobody said otherwise."""
    targets = plan.of(TO, MANAGING)
    for unit in plan.ending:
        if unit.heir_id is None and targets:
            score = _schools_by_target(plan, unit.district_id)
            unit.heir = max(targets, key=lambda target: (score[target.id], -target.id))
            unit.save()


def _place_trash(plan: Plan) -> None:
    """Nobody is asked about schools in the trash: they go along with their office."""
    trash = School.select(School.id, School.district).where(in_scope(plan), School.deleted_at.is_null(False))
    heirs = {unit.district_id: unit.heir_id for unit in plan.ending}
    for id_, district in trash.tuples():
        here = (Placement.change == plan.change) & (Placement.school == id_)
        Placement.update(target=heirs.get(district)).where(here, Placement.target.is_null()).execute()


def _schools_by_target(plan: Plan, district_id: int) -> Counter[int]:
    """How many schools of a unit each target gets; one that a person has to place counts for each of its candidates."""
    fields = (Placement.target, School.commune)
    rows = Placement.select(*fields).join(School).where(Placement.change == plan.change, School.district == district_id)
    score: Counter[int] = Counter()
    for target, commune in rows.tuples():
        found = [target] if target else [way[0] for way in plan.candidates(commune, district_id)]
        for one in found:
            score[one] += 1 / len(found)
    return score


def _sync_people(plan: Plan) -> None:
    heirs = {unit.district_id: unit.heir_id for unit in plan.ending}
    lasting = Membership.ends_on.is_null() | (Membership.ends_on >= plan.change.effective_on)
    of_office = Membership.district.in_(list(heirs)) & Membership.school.is_null() & lasting
    people = dict(Membership.select(Membership.id, Membership.district).where(of_office).tuples())
    known = {row.membership_id: row.id for row in PersonPlacement.select().where(PersonPlacement.change == plan.change)}
    _delete(PersonPlacement, [row_id for id_, row_id in known.items() if id_ not in people])
    # Without an heir there is no row, and so somebody has to say where these people go.
    added = [
        {"change": plan.change, "membership": id_, "target": heirs[district]}
        for id_, district in people.items()
        if id_ not in known and heirs[district]
    ]
    for some in chunked(added, MOST_ROWS):
        PersonPlacement.insert_many(some).execute()


def _delete(model: Any, ids: Sequence[int]) -> None:
    for some in chunked(ids, MOST_ROWS):
        model.delete().where(model.id.in_(some)).execute()


def draft(change: UnitChange) -> UnitChange:
    """The change, kept from other writers until the transaction ends. Raises Refused unless it is being prepared."""
    current = locked(UnitChange, change.id)
    if current.state != DRAFT:
        raise Refused("", _("Chỉ sửa được khi thay đổi còn là bản nháp."))
    return current
