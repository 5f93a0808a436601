"""Where a person puts schools, and the people of offices that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from peewee import chunked

from intranet.kernel.database import transaction
from intranet.registry.people import Membership
from intranet.registry.units import BY_PERSON, MANAGING, TO, PersonPlacement, Placement, UnitChange
from intranet.shared import audit
from intranet.units.plans import MOST_ROWS, Plan, draft, plan_of


def choose_schools(
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


def choose_people(
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
