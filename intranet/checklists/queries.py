"""Reads for the screens of checklists."""

from __future__ import annotations

from intranet.registry.people import Person
from intranet.shared import modules
from intranet.shared.access import Actor
from intranet.shared.checklists import ChecklistPack, newest, uses


def open_uses(actor: Actor) -> dict[str, str]:
    """{use: label} of what packs are for, of the modules that the actor has; administrators have all."""
    on = modules.plugins().cards if actor.sees_all else actor.modules & modules.plugins().cards.keys()
    return {use: str(label) for use, label in uses().items() if use.partition(".")[0] in on}


def packs(actor: Actor) -> dict[str, list[ChecklistPack]]:
    """{use: the newest versions of its packs}; those of all districts first."""
    query = ChecklistPack.select().where(ChecklistPack.use.in_(sorted(open_uses(actor))))
    visible = ChecklistPack.visible_to(actor)
    if visible is not None:
        query = query.where(visible)
    found: dict[str, list[ChecklistPack]] = {}
    for pack in newest(query.order_by(ChecklistPack.district.is_null(False), ChecklistPack.title, ChecklistPack.id)):
        found.setdefault(pack.use, []).append(pack)
    return found


def versions(key: str) -> list[tuple]:
    """(id, version, first day, last day, who wrote it, when) of all versions, the newest first."""
    query = ChecklistPack.select(
        ChecklistPack.id,
        ChecklistPack.version,
        ChecklistPack.starts_on,
        ChecklistPack.ends_on,
        Person.name,
        ChecklistPack.created_at,
    )
    query = query.left_outer_join(Person, on=(Person.id == ChecklistPack.person)).where(ChecklistPack.key == key)
    return list(query.order_by(ChecklistPack.version.desc()).tuples())
