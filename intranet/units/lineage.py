"""What became of a unit: its names, what it came from and went into, its schools then and now."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, fn

from intranet.registry.districts import District, of_today
from intranet.registry.schools import School
from intranet.registry.units import FormerPlace
from intranet.shared.access import Actor


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
