"""Reads for self-checks of the national standard."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intranet.api import Actor, ChecklistPack, School, checklists, scoring
from plugins.facilities.models import PresentState, StandardCheck, StandardLine

MOST = 500


def checks(actor: Actor) -> list[tuple]:
    """(id, school, year, own level, checked level, target, target year, state), the newest year first."""
    query = StandardCheck.select(
        StandardCheck.id,
        School.name,
        StandardCheck.school_year,
        StandardCheck.own_level,
        StandardCheck.checked_level,
        StandardCheck.target_level,
        StandardCheck.target_year,
        StandardCheck.state,
    ).join(School)
    visible = StandardCheck.visible_to(actor)
    if visible is not None:
        query = query.where(visible)
    query = query.order_by(StandardCheck.school_year.desc(), School.sort_key, StandardCheck.id.desc())
    return list(query.limit(MOST).tuples())


def lines(check: StandardCheck) -> dict[str, StandardLine]:
    """{item: its line}, in the pack's order."""
    return scoring.in_order(check.pack.checklist, StandardLine.select().where(StandardLine.standard == check))


def missing(check: StandardCheck, rows: dict[str, StandardLine]) -> list[checklists.Lack]:
    """What keeps the target out of reach, least first."""
    return checklists.missing(check.pack.checklist, scoring.counting(rows), check.target_level)


def last_scores(check: StandardCheck) -> dict[str, Decimal]:
    """{item: score} of the school's self-check before this one, by any version of the same pack."""
    before = (
        StandardCheck.select()
        .join(ChecklistPack)
        .where(
            StandardCheck.school == check.school_id,
            StandardCheck.school_year < check.school_year,
            ChecklistPack.key == check.pack.key,
        )
        .order_by(StandardCheck.school_year.desc(), StandardCheck.id.desc())
        .first()
    )
    if before is None:
        return {}
    rows = StandardLine.select(StandardLine.item, StandardLine.own).where(StandardLine.standard == before)
    return {code: score for code, score in rows.tuples() if score is not None}


def facts(school_id: int) -> dict[str, Any] | None:
    """How many items of the present state are short or worn; None where no review was locked."""
    rows = list(
        PresentState.select(PresentState.required, PresentState.usable, PresentState.condition)
        .where(PresentState.school == school_id)
        .tuples()
    )
    if not rows:
        return None
    return {
        "missing": sum(bool(checklists.shortage(required, usable)) for required, usable, _condition in rows),
        "worn": sum(condition is not None and condition <= 2 for _required, _usable, condition in rows),
    }
