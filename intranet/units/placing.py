"""Where a change puts each school: by the lines where they leave no choice, else where a person says."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from intranet.registry.schools import School
from intranet.registry.units import (
    BY_FILE,
    BY_PERSON,
    COMMUNE,
    FROM,
    MANAGING,
    RENAME,
    TO,
    TRANSFER,
    WHOLE,
    ChangeLine,
    ChangeUnit,
    Placement,
    UnitChange,
)


def units_of(change: UnitChange, side: str, tier: str) -> list[ChangeUnit]:
    """The units of one side and tier of a change, in the order in which they were entered."""
    mine = (ChangeUnit.change == change) & (ChangeUnit.side == side) & (ChangeUnit.tier == tier)
    return list(ChangeUnit.select().where(mine).order_by(ChangeUnit.id))


def schools_concerned(change: UnitChange) -> Any:
    """Query for the schools that a change places: of the units that it takes, closed ones too.

    Where only communes change, those in them.
    """
    districts = [unit.district_id for unit in units_of(change, FROM, MANAGING)]
    if districts:
        return School.select().where(School.district.in_(districts))
    communes = [unit.commune_id for unit in units_of(change, FROM, COMMUNE)]
    return School.select().where(School.commune.in_(communes))


def place_schools(change: UnitChange) -> None:
    """Bring the placements up to date; what a person chose stays. A rename places nobody."""
    schools = [] if change.kind == RENAME else list(schools_concerned(change))
    placed = {row.school_id: row for row in Placement.select().where(Placement.change == change)}
    ids = {school.id for school in schools}
    gone = [row.id for school_id, row in placed.items() if school_id not in ids]
    Placement.delete().where(Placement.id.in_(gone)).execute()
    ways, only = _ways(change), _only(change)
    # A school that is part of another goes where that goes, so it comes after it.
    for school in sorted(schools, key=lambda school: (school.merged_into_id is not None, school.id)):
        row = placed.get(school.id) or Placement(change=change, school=school)
        if row.chosen == BY_PERSON and row.target_id is not None:
            continue
        row.target = _target(school, ways, only, placed)
        row.chosen = BY_FILE
        row.save()
        placed[school.id] = row


def _ways(change: UnitChange) -> dict[int, list[tuple[int, str]]]:
    """{commune: [(target, extent)]}"""
    found = defaultdict(list)
    lines = (
        ChangeLine.select(ChangeUnit.commune, ChangeLine.target, ChangeLine.extent)
        .join(ChangeUnit, on=(ChangeLine.source == ChangeUnit.id))
        .where(ChangeLine.change == change, ChangeUnit.tier == COMMUNE)
        .order_by(ChangeLine.id)
    )
    for commune_id, target_id, extent in lines.tuples():
        found[commune_id].append((target_id, extent))
    return dict(found)


def _only(change: UnitChange) -> int | None:
    """The one unit that a change leads to, if it is one; who is only transferred was chosen one by one."""
    targets = units_of(change, TO, MANAGING)
    return targets[0].id if len(targets) == 1 and change.kind != TRANSFER else None


def _target(
    school: School, ways: dict[int, list[tuple[int, str]]], only: int | None, placed: dict[int, Placement]
) -> int | None:
    if school.merged_into_id in placed:
        return placed[school.merged_into_id].target_id
    lines = ways.get(school.commune_id, [])
    if len(lines) == 1 and lines[0][1] == WHOLE:
        return lines[0][0]
    return None if lines else only


def unplaced(change: UnitChange) -> int:
    """How many schools still need somebody to say where they go; those that a transfer leaves stay where they are."""
    if change.kind == TRANSFER:
        return 0
    return Placement.select().where(Placement.change == change, Placement.target.is_null()).count()
