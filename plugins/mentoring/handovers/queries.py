"""Reads shaped for the screens of handovers."""

from __future__ import annotations

from intranet.api import Actor, District, School, where_on
from plugins.mentoring.handovers.life_cycle import OFFERED
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.owned import MODULE

PAGE_SIZE = 30


def handovers(actor: Actor, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from) of those sent and, for a principal, those coming: the latest first.

    Rows: id, code at the old school, old school, new school, when it was offered, state.
    """
    old, new = School.alias(), School.alias()
    rows = (
        Handover.select(Handover.id, Case.code, old.name, new.name, Handover.created_at, Handover.state)
        .join(Case, on=(Handover.case == Case.id))
        .switch(Handover)
        .join(old, on=(Handover.school == old.id))
        .switch(Handover)
        .join(new, on=(Handover.to_school == new.id))
        .where(Handover.visible_to(actor))
        .order_by(Handover.id.desc())
    )
    if before is not None:
        rows = rows.where(Handover.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def schools_for(actor: Actor) -> list[tuple[int, str]]:
    """(id, name with district) of the schools of the actor's programmes that can take a case."""
    query = (
        School.select(School.id, School.name, District.name)
        .join(District)
        .where(
            School.visible_to(actor),
            School.closed_on.is_null(),
            School.id != actor.school_id,
            where_on(School.district, MODULE),
        )
    )
    rows = query.order_by(District.id != actor.district_id, District.sort_key, School.sort_key, School.id).tuples()
    return [(id_, f"{name} – {district}") for id_, name, district in rows]


def waiting_for(case: Case) -> tuple[int, str] | None:
    """(handover, school) of the answer for which a case waits."""
    rows = Handover.select(Handover.id, School.name).join(School, on=(Handover.to_school == School.id))
    return rows.where(Handover.case == case, Handover.state == OFFERED).tuples().first()


def arrival_of(case: Case) -> Handover | None:
    """The handover by which a case came to its school, with the school that it came from."""
    if case.came_from_id is None:
        return None
    rows = Handover.select(Handover, School).join(School, on=(Handover.school == School.id))
    return rows.where(Handover.arrived == case).first()
