"""Programmes go on with those who came in place of a unit, and remember its schools as an area."""

from __future__ import annotations

from intranet.papers.letterheads import unit_place
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import DRAFT, RUNNING, Programme, ProgrammeDistrict, takes_part
from intranet.registry.units import Area, AreaSchool, FormerPlace, UnitChange
from intranet.shared import audit
from intranet.shared.unit_moves import Moves


def follow(change: UnitChange, moves: Moves, *, person_id: int | None) -> None:
    """In each programme under way, who received a unit's schools comes in, and a unit that ended leaves."""
    for district in _giving(moves):
        successors = {after for (before, after) in moves.by_target if before == district.id}
        if district.id in moves.heirs:
            successors.add(moves.heirs[district.id])
        for programme in _under_way(district, change):
            _come_in(programme, successors, change, person_id)
            if district.id in moves.heirs:
                _leave(programme, district, change, person_id)
                _remember(programme, district, change, person_id)


def _giving(moves: Moves) -> list[District]:
    ids = {before for before, _after in moves.schools.values()} | moves.heirs.keys()
    return list(District.select().where(District.id.in_(sorted(ids))).order_by(District.id))


def _under_way(district: District, change: UnitChange) -> list[Programme]:
    query = (
        Programme.select()
        .join(ProgrammeDistrict)
        .where(
            ProgrammeDistrict.district == district,
            takes_part(ProgrammeDistrict, change.effective_on),
            Programme.state.in_((DRAFT, RUNNING)),
        )
    )
    return list(query.order_by(Programme.id))


def _come_in(programme: Programme, districts: set[int], change: UnitChange, person_id: int | None) -> None:
    for district_id in sorted(districts):
        row, made = ProgrammeDistrict.get_or_create(
            programme=programme, district=district_id, defaults={"joined_on": change.effective_on}
        )
        if not made and row.left_on is None:
            continue
        row.left_on, row.left_reason = None, ""
        row.save()
        name = row.district.name
        audit.record("programme.join", programme, person_id=person_id, changes={"joined": (None, name)})


def _leave(programme: Programme, district: District, change: UnitChange, person_id: int | None) -> None:
    mine = (ProgrammeDistrict.programme == programme) & (ProgrammeDistrict.district == district)
    reason = named(change)
    ProgrammeDistrict.update(left_on=change.effective_on, left_reason=reason).where(mine).execute()
    changes = {
        "left": (None, district.name),
        "left_on": (None, change.effective_on),
        "reason": (None, reason),
    }
    audit.record("programme.leave", programme, person_id=person_id, changes=changes)


def named(change: UnitChange) -> str:
    """The change with its decree, for records: they are Vietnamese."""
    return f"{change.title} ({change.decree_number})" if change.decree_number else change.title


def _remember(programme: Programme, district: District, change: UnitChange, person_id: int | None) -> None:
    """The schools that it had, as an area: no administrative unit, but people go on speaking of it."""
    name = f"Cụm {unit_place(district)} cũ"
    if Area.select().where(Area.programme == programme, Area.name == name).exists():
        return
    area = Area.create(programme=programme, name=name, district=district, change=change)
    mine = FormerPlace.select(FormerPlace.school).where(FormerPlace.change == change, FormerPlace.district == district)
    open_ones = School.select(School.id).where(
        School.id.in_(mine), School.closed_on.is_null(), School.deleted_at.is_null()
    )
    rows = [(area.id, school_id) for (school_id,) in open_ones.order_by(School.id).tuples()]
    if rows:
        AreaSchool.insert_many(rows, (AreaSchool.area, AreaSchool.school)).execute()
    audit.record("area.create", area, person_id=person_id, changes={"name": (None, name)})
