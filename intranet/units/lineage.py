"""What became of a unit: its names, what it came from and went into, its schools then and now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from peewee import JOIN, fn

from intranet.registry.districts import District, of_today
from intranet.registry.schools import School
from intranet.registry.twinning import Programme
from intranet.registry.units import (
    APPLIED,
    COMMUNE,
    FROM,
    MANAGING,
    Area,
    AreaSchool,
    ChangeLine,
    ChangeUnit,
    FormerPlace,
    FormerUnit,
    Placement,
    UnitChange,
)
from intranet.shared.access import Actor

MOST_SCHOOLS = 200


def visible_to(actor: Actor) -> Any:
    """Condition for the units that the actor may see: those that share a programme with the own one, and those from
    which these or their schools came."""
    if actor.sees_all:
        return District.id.is_null(False)
    ids = sorted(actor.district_ids)
    of_schools = FormerPlace.select(FormerPlace.district).join(School).where(School.district.in_(ids))
    return District.id.in_(ids) | District.merged_into.in_(ids) | District.id.in_(of_schools)


def all_units() -> tuple[list[tuple], list[tuple]]:
    """(those of today, those of before): (id, name, code, office, first day, last day, heir, number of schools)."""
    heir = District.alias()
    schools = School.select(fn.COUNT(School.id)).where(School.district == District.id, School.deleted_at.is_null())
    fields = (
        *(District.id, District.name, District.code, District.office_name, District.valid_from, District.valid_to),
        *(heir.name, schools),
    )
    query = District.select(*fields).join(heir, JOIN.LEFT_OUTER, on=(District.merged_into == heir.id))
    today = list(query.where(of_today()).order_by(District.sort_key).tuples())
    before = list(query.where(~of_today()).order_by(District.valid_to.desc(), District.sort_key).tuples())
    return today, before


@dataclass(slots=True)
class Event:
    """What one change did to a unit. ``came`` and ``went`` are [(unit id or None, name, extent, schools)].

    ``inside`` are [(commune after, communes before)], where it only rearranged the communes within the unit.
    """

    change: UnitChange
    came: list[tuple[int | None, str, str, int]] = field(default_factory=list)
    went: list[tuple[int | None, str, str, int]] = field(default_factory=list)
    heir: str = ""
    inside: list[tuple[str, list[str]]] = field(default_factory=list)
    # The name before and after, where the unit got another.
    renamed: tuple[str, str] | None = None


def events_of(unit: District) -> list[Event]:
    """What changes did to a unit, the earliest first."""
    found: dict[int, Event] = {}
    changes = {
        change.id: change
        for change in UnitChange.select()
        .join(ChangeUnit, on=(ChangeUnit.change == UnitChange.id))
        .where(UnitChange.state == APPLIED, ChangeUnit.district == unit, ChangeUnit.tier == MANAGING)
        .distinct()
    }
    moved = _moved(changes)
    source, target = ChangeUnit.alias(), ChangeUnit.alias()
    lines = (
        ChangeLine.select(ChangeLine.change, source.district, source.name, target.district, target.name)
        .select_extend(ChangeLine.extent)
        .join(source, on=(ChangeLine.source == source.id))
        .switch(ChangeLine)
        .join(target, on=(ChangeLine.target == target.id))
        .where(ChangeLine.change.in_(list(changes) or [0]), source.tier == MANAGING, target.tier == MANAGING)
        .where((source.district == unit.id) | (target.district == unit.id))
        .order_by(ChangeLine.id)
    )
    for change_id, from_id, from_name, to_id, to_name, extent in lines.tuples():
        event = found.setdefault(change_id, Event(changes[change_id]))
        if from_id == to_id:
            continue
        schools = moved.get((change_id, from_id, to_id), 0)
        if from_id == unit.id:
            event.went.append((to_id, to_name, extent, schools))
        else:
            event.came.append((from_id, from_name, extent, schools))
    _add_names(unit, changes, found)
    _add_heirs(unit, changes, found)
    _add_communes(unit, found)
    return sorted(found.values(), key=lambda event: (event.change.effective_on, event.change.id))


def _moved(changes: dict[int, UnitChange]) -> dict[tuple[int, int, int], int]:
    """{(change, unit before, unit after): how many schools went that way}."""
    query = (
        Placement.select(Placement.change, FormerPlace.district, ChangeUnit.district, fn.COUNT(Placement.id))
        .join(
            FormerPlace,
            on=(FormerPlace.change == Placement.change) & (FormerPlace.school == Placement.school),
        )
        .switch(Placement)
        .join(ChangeUnit, on=(Placement.target == ChangeUnit.id))
        .where(Placement.change.in_(list(changes) or [0]))
        .group_by(Placement.change, FormerPlace.district, ChangeUnit.district)
    )
    return {(change, before, after): count for change, before, after, count in query.tuples()}


def _add_names(unit: District, changes: dict[int, UnitChange], found: dict[int, Event]) -> None:
    former = list(FormerUnit.select().where(FormerUnit.district == unit).order_by(FormerUnit.until))
    for before, after in pairwise([*former, unit]):
        if before.change_id in changes:
            event = found.setdefault(before.change_id, Event(changes[before.change_id]))
            event.renamed = (before.name, after.name)


def _add_heirs(unit: District, changes: dict[int, UnitChange], found: dict[int, Event]) -> None:
    heir = ChangeUnit.alias()
    query = (
        ChangeUnit.select(ChangeUnit.change, heir.name)
        .join(heir, on=(ChangeUnit.heir == heir.id))
        .where(ChangeUnit.change.in_(list(changes) or [0]), ChangeUnit.side == FROM, ChangeUnit.district == unit)
    )
    for change_id, name in query.tuples():
        found.setdefault(change_id, Event(changes[change_id])).heir = name


def _add_communes(unit: District, found: dict[int, Event]) -> None:
    source, target = ChangeUnit.alias(), ChangeUnit.alias()
    lines = (
        ChangeLine.select(ChangeLine.change, target.name, source.name)
        .join(source, on=(ChangeLine.source == source.id))
        .switch(ChangeLine)
        .join(target, on=(ChangeLine.target == target.id))
        .switch(ChangeLine)
        .join(UnitChange)
        .where(UnitChange.state == APPLIED, target.tier == COMMUNE, target.district == unit.id)
        .order_by(ChangeLine.id)
    )
    merged: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for change_id, after, before in lines.tuples():
        merged[change_id][after].append(before)
    for change in UnitChange.select().where(UnitChange.id.in_(list(merged) or [0])):
        found.setdefault(change.id, Event(change)).inside = list(merged[change.id].items())


def schools_then(unit: District, actor: Actor) -> list[tuple]:
    """(school id, name, id and name of the unit that manages it today) of schools that left a unit."""
    here = FormerPlace.select(FormerPlace.school).where(FormerPlace.district == unit)
    query = (
        School.select(School.id, School.name, District.id, District.name)
        .join(District)
        .where(School.id.in_(here), School.district != unit, School.visible_to(actor))
        .order_by(District.sort_key, School.sort_key, School.id)
        .limit(MOST_SCHOOLS + 1)
    )
    return list(query.tuples())


def schools_now(unit: District) -> int:
    """How many schools a unit manages."""
    open_ones = School.closed_on.is_null() & School.deleted_at.is_null()
    return School.select().where(School.district == unit, open_ones).count()


def areas_of(unit: District, actor: Actor) -> list[tuple]:
    """(area, programme id, its title, how many schools) of the programmes that remember a unit's schools together."""
    query = (
        Area.select(Area.name, Programme.id, Programme.title, fn.COUNT(AreaSchool.id))
        .join(Programme)
        .switch(Area)
        .join(AreaSchool, JOIN.LEFT_OUTER, on=(AreaSchool.area == Area.id))
        .where(Area.district == unit)
        .group_by(Area.id, Area.name, Programme.id, Programme.title)
        .order_by(Programme.id.desc())
    )
    visible = Area.visible_to(actor)
    return list((query if visible is None else query.where(visible)).tuples())


def grouped(rows: list[tuple]) -> dict[tuple[int, str], list[tuple]]:
    """Schools that left, by the unit that manages them today."""
    found: dict[tuple[int, str], list[tuple]] = defaultdict(list)
    for school_id, name, unit_id, unit_name in rows:
        found[unit_id, unit_name].append((school_id, name))
    return dict(found)
