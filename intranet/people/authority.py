"""Who may give which role, and whose record and work somebody may change. GIVES is the table; nothing else decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intranet.people.profile import Work, still
from intranet.registry.people import (
    ADMINISTRATOR,
    COORDINATOR,
    LEADER,
    OFFICER,
    PRINCIPAL,
    ROLE_LABELS,
    TEACHER,
    VIEWER,
    Person,
)
from intranet.shared.access import Actor, may

SCHOOL_ROLES = (PRINCIPAL, COORDINATOR, TEACHER)
OFFICE_ROLES = (LEADER, OFFICER)

# Each gives these roles, as far as its "people.edit" reaches. A role that is not named gives none.
GIVES = {
    ADMINISTRATOR: tuple(ROLE_LABELS),
    LEADER: (OFFICER, *SCHOOL_ROLES, VIEWER),
    OFFICER: (*SCHOOL_ROLES, VIEWER),
    PRINCIPAL: (COORDINATOR, TEACHER),
}
# The highest first.
RANKS = list(ROLE_LABELS)


@dataclass(frozen=True, slots=True)
class Post:
    """A role to hold in a school or, without one, in a district's office. Only administrators have neither.

    ``title`` is the office as papers name it ("Phó Hiệu trưởng"); empty means the role's own label.
    """

    role: str
    district_id: int | None = None
    school_id: int | None = None
    title: str = ""

    def owner(self) -> tuple[int | None, int | None]:
        """Where it is: (district id, school id)."""
        return self.district_id, self.school_id


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
