"""Reads shaped for the screens of what is given. A giving school gets no column that tells of the child."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from peewee import JOIN, fn
from peewee import Case as When

from intranet.api import Actor, School
from plugins.mentoring.aid.life_cycle import APPROVED, DELIVERED, GIVEN
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, MOVED, Case, covered

PAGE_SIZE = 30


def ledger(actor: Actor, kind: str, state: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the latest first.

    Rows: id, number, kind, what, quantity, unit, worth, donor, giving school, receiving school, state, day of delivery,
    the child's code in the own school's rows only.
    """
    giver, code = School.alias(), When(None, [(Aid.school == actor.school_id, Case.code)], "")
    rows = (
        Aid.select(
            *(Aid.id, Aid.receipt, Aid.kind, Aid.what, Aid.quantity, Aid.unit, Aid.worth, Aid.donor),
            *(giver.name, School.name, Aid.state, Aid.delivered_on, code),
        )
        .join(School, on=(Aid.school == School.id))
        .switch(Aid)
        .join(giver, JOIN.LEFT_OUTER, on=(Aid.giver == giver.id))
        .switch(Aid)
        .join(Case, on=(Aid.case == Case.id))
        .where(Aid.visible_to(actor))
        .order_by(Aid.id.desc())
    )
    if kind:
        rows = rows.where(Aid.kind == kind)
    if state:
        rows = rows.where(Aid.state == state)
    if before is not None:
        rows = rows.where(Aid.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def totals(actor: Actor) -> list[tuple[str, int, Decimal]]:
    """(kind, how many, worth together) of what was received and given, as far as the actor sees it."""
    rows = (
        Aid.select(Aid.kind, fn.COUNT(Aid.id), fn.SUM(Aid.worth))
        .where(Aid.visible_to(actor), Aid.state.in_(GIVEN))
        .group_by(Aid.kind)
    )
    return [(kind, count, worth or Decimal(0)) for kind, count, worth in rows.tuples()]


def of_case(case: Case) -> list[tuple]:
    """(id, number, kind, what, quantity, unit, state) of what a child was given, the latest first."""
    rows = Aid.select(Aid.id, Aid.receipt, Aid.kind, Aid.what, Aid.quantity, Aid.unit, Aid.state)
    return list(rows.where(Aid.case == case).order_by(Aid.id.desc()).tuples())


def to_hand_over(school_id: int) -> list[Any]:
    """What the school hands over now, with the case of each; none whose family does not agree today."""
    query = Aid.select(Aid, Case).join(Case).where(Aid.school == school_id, Aid.state.in_((APPROVED, DELIVERED)))
    here = query.where(Aid.case.in_(covered(AID)), Case.state != MOVED)
    return list(here.order_by(Case.class_name, Case.code, Aid.id))
