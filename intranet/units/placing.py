"""What taking effect asks of the units and placements of a change."""

from __future__ import annotations

from intranet.registry.units import TRANSFER, ChangeUnit, Placement, UnitChange
from intranet.units import plans


def units_of(change: UnitChange, side: str, tier: str) -> list[ChangeUnit]:
    """The units of one side and tier of a change, in the order in which they were entered."""
    mine = (ChangeUnit.change == change) & (ChangeUnit.side == side) & (ChangeUnit.tier == tier)
    return list(ChangeUnit.select().where(mine).order_by(ChangeUnit.id))


def place_schools(change: UnitChange) -> None:
    """Bring the placements up to date: schools may have come or gone since somebody looked."""
    plans.place_schools(plans.plan_of(change))


def unplaced(change: UnitChange) -> int:
    """How many schools still need somebody to say where they go; those that a transfer leaves stay where they are."""
    if change.kind == TRANSFER:
        return 0
    return Placement.select().where(Placement.change == change, Placement.target.is_null()).count()
