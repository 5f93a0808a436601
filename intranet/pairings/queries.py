"""Reads shaped for the pairing screens."""

from __future__ import annotations

from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme
from intranet.shared.access import Actor

LIMIT = 200


def pairing_rows(actor: Actor) -> list[tuple]:
    """(id, first school, its district, second school, its district, state, programme) of what the actor may see."""
    first, second = School.alias(), School.alias()
    first_district, second_district = District.alias(), District.alias()
    query = (
        Pairing.select(
            Pairing.id,
            first.name,
            first_district.name,
            second.name,
            second_district.name,
            Pairing.state,
            Programme.title,
        )
        .join(Programme)
        .switch(Pairing)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .switch(Pairing)
        .join(first_district, on=(Pairing.first_district == first_district.id))
        .switch(Pairing)
        .join(second_district, on=(Pairing.second_district == second_district.id))
        .order_by(Pairing.state, first.sort_key, Pairing.id)
        .limit(LIMIT)
    )
    condition = Pairing.visible_to(actor)
    if condition is not None:
        query = query.where(condition)
    return list(query.tuples())
