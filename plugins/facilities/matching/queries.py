"""Reads shaped for the screens of what could be given."""

from __future__ import annotations

from peewee import JOIN

from intranet.api import Actor, School
from plugins.facilities.models import Supply

PAGE_SIZE = 30


def supplies(actor: Actor, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from) of what can still be had, the newest first.

    Rows: id, item, how much is left, unit, kind, school, until when.
    """
    query = (
        Supply.select(Supply.id, Supply.item, Supply.left, Supply.unit, Supply.kind, School.name, Supply.until)
        .join(School, JOIN.LEFT_OUTER, on=(Supply.school == School.id))
        .where(Supply.state == "open", Supply.left > 0)
        .order_by(Supply.id.desc())
    )
    condition = Supply.visible_to(actor)
    if condition is not None:
        query = query.where(condition)
    if before is not None:
        query = query.where(Supply.id < before)
    found = list(query.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None
