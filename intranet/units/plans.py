"""Where a change puts each school and each person of an office: what its lines leave no choice about, and what a person
chose. Called in the transaction of whatever altered units or lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import chunked

from intranet.kernel.database import transaction
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
from intranet.shared import audit
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
        for name, place in (("commune_id", commune_id), ("district_id", district_id)):
            source = next((u for u in self.units.values() if u.side == FROM and getattr(u, name) == place), None)
            ways = self.lines.get(source.id, ()) if place and source else ()
            if found := [way for way in ways if self.units[way[0]].tier == self.tier]:
                return sorted(found, key=_likelier)
        return []

    def proposed(self, commune_id: int | None, district_id: int) -> int | None:
        """The only unit that a school can come to; None where a person has to look."""
        found = [] if self.change.kind == TRANSFER else self.candidates(commune_id, district_id)
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


def sync(change: UnitChange) -> Plan:
    """Put schools and people where the lines leave no choice, and let go of those whom the change no longer concerns.

    What a person chose stays as long as its unit does.
    """
    plan = plan_of(change)
    _sync_schools(plan)
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


def _sync_schools(plan: Plan) -> None:
    fields = (School.id, School.commune, School.district)
    schools = {id_: place for id_, *place in School.select(*fields).where(in_scope(plan)).tuples()}
    known = {row.school_id: row for row in Placement.select().where(Placement.change == plan.change)}
    _delete(Placement, [row.id for id_, row in known.items() if id_ not in schools])
    added, moved = [], defaultdict(list)
    for id_, place in schools.items():
        target, row = plan.proposed(*place), known.get(id_)
        if row is None:
            added.append({"change": plan.change, "school": id_, "target": target})
        elif (row.chosen == BY_FILE or row.target_id is None) and row.target_id != target:
            moved[target].append(row.id)
    for some in chunked(added, MOST_ROWS):
        Placement.insert_many(some).execute()
    for target, ids in moved.items():
        for some in chunked(ids, MOST_ROWS):
            Placement.update(target=target, chosen=BY_FILE, person=None).where(Placement.id.in_(some)).execute()


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


def place_schools(
    change: UnitChange,
    targets: Mapping[int, int | None],
    *,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> int:
    """Note where a person puts schools, {school: ChangeUnit or None}; returns how many differ from before.

    Schools and units that are not of the change are passed over. Raises Refused.
    """
    with transaction():
        plan = plan_of(draft(change))
        allowed = {None, *(unit.id for unit in plan.of(TO, plan.tier))}
        rows = Placement.select().where(Placement.change == change, Placement.school.in_(list(targets) or [0]))
        changed = [row for row in rows if targets[row.school_id] in allowed and targets[row.school_id] != row.target_id]
        by_target = defaultdict(list)
        for row in changed:
            by_target[targets[row.school_id]].append(row.id)
        for target, ids in by_target.items():
            for some in chunked(ids, MOST_ROWS):
                Placement.update(target=target, chosen=BY_PERSON, person=person_id).where(
                    Placement.id.in_(some)
                ).execute()
        if changed:
            names = {None: None} | {unit.id: unit.name for unit in plan.units.values()}
            changes = {
                f"school {row.school_id}": (names[row.target_id], names[targets[row.school_id]]) for row in changed
            }
            audit.record("unit_change.schools", change, person_id=person_id, changes=changes)
        done()
        return len(changed)


def place_people(
    change: UnitChange,
    targets: Mapping[int, int | None],
    *,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> int:
    """Note where people of ending offices go, {membership: ChangeUnit, or None for nowhere}; how many differ."""
    with transaction():
        plan = plan_of(draft(change))
        known = {row.membership_id: row for row in PersonPlacement.select().where(PersonPlacement.change == change)}
        mine = _memberships_of(plan, targets)
        allowed = {None, *(unit.id for unit in plan.of(TO, MANAGING))}
        names = {None: "–"} | {unit.id: unit.name for unit in plan.units.values()}
        changes = {}
        for id_ in mine:
            row, target = known.get(id_), targets[id_]
            if target not in allowed or (row is not None and row.target_id == target):
                continue
            changes[f"membership {id_}"] = (names[row.target_id] if row else None, names[target])
            row = row or PersonPlacement(change=change, membership=id_)
            row.target = target
            row.save()
        if changes:
            audit.record("unit_change.people", change, person_id=person_id, changes=changes)
        done()
        return len(changes)


def _memberships_of(plan: Plan, ids: Collection[int]) -> list[int]:
    districts = [unit.district_id for unit in plan.ending]
    query = Membership.select(Membership.id).where(
        Membership.id.in_(list(ids) or [0]), Membership.district.in_(districts), Membership.school.is_null()
    )
    return [id_ for (id_,) in query.tuples()]


def forget_undecided(plan: Plan) -> None:
    """Where only some schools move, those without a target stay where they are."""
    if plan.change.kind == TRANSFER:
        Placement.delete().where(Placement.change == plan.change, Placement.target.is_null()).execute()
