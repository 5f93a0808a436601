"""Who may give which role, and whose record and work somebody may change. GIVES is the table; nothing else decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from intranet.people.profile import Work, still
from intranet.registry.people import Person
from intranet.shared.access import Actor, may
from intranet.shared.authority import GIVES, RANKS, SCHOOL_ROLES, Post

__all__ = ["GIVES", "RANKS", "SCHOOL_ROLES", "Post", "may_change_work", "may_edit", "may_give"]


def may_give(actor: Actor, post: Post | Work) -> bool:
    """Whether the actor may give (and take) a role there."""
    if post.role not in GIVES.get(actor.role, ()):
        return False
    return may(actor, "people.edit", Post(post.role, post.district_id, post.school_id))


def may_edit(actor: Actor, person: Person, work: Iterable[Work]) -> bool:
    """Whether the actor may edit the record: as people.edit reaches, and of nobody above. ``work`` is work_of()."""
    if not may(actor, "people.edit", person):
        return False
    return all(RANKS.index(actor.role) <= RANKS.index(row.role) for row in still(work))


def may_change_work(actor: Actor, person: Person, work: Iterable[Work]) -> bool:
    """Whether the actor may change what the person is: each role held must be the actor's to give; never the own."""
    rows: list[Any] = still(work)
    return person.id != actor.person_id and may_edit(actor, person, rows) and all(may_give(actor, row) for row in rows)
