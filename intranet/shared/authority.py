"""Who stands above whom: which roles each role gives, and whose account somebody may open, lock and end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intranet.kernel.clock import today
from intranet.registry.people import (
    ADMINISTRATOR,
    COORDINATOR,
    LEADER,
    OFFICER,
    PRINCIPAL,
    ROLE_LABELS,
    TEACHER,
    VIEWER,
    Membership,
    Person,
)
from intranet.shared.access import Actor, may

SCHOOL_ROLES = (PRINCIPAL, COORDINATOR, TEACHER)

# Each gives these roles, as far as its permission reaches. A role that is not named gives none.
GIVES = {
    ADMINISTRATOR: tuple(ROLE_LABELS),
    LEADER: (OFFICER, *SCHOOL_ROLES, VIEWER),
    OFFICER: (*SCHOOL_ROLES, VIEWER),
    PRINCIPAL: (COORDINATOR, TEACHER),
}
# The highest first.
RANKS = list(ROLE_LABELS)
# Beside the roles that each gives: leaders of one office stand in for each other. Officers do not.
OPENS_ALSO = {LEADER: (LEADER,)}


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


def posts_held(person_id: int) -> list[Post]:
    """The posts that a person has or will have."""
    return posts_of([person_id]).get(person_id, [])


def posts_of(person_ids: Iterable[int]) -> dict[int, list[Post]]:
    """The posts that each of some people has or will have."""
    found: dict[int, list[Post]] = {}
    rows = Membership.select(Membership.person, Membership.role, Membership.district, Membership.school).where(
        Membership.person.in_(list(person_ids)), Membership.ends_on.is_null() | (Membership.ends_on >= today())
    )
    for person_id, *post in rows.tuples():
        found.setdefault(person_id, []).append(Post(*post))
    return found


def may_manage_account(actor: Actor, person: Person, posts: Iterable[Any]) -> bool:
    """Whether the actor may open, lock and end the person's account: never the own, nor one that may do more.

    ``posts`` are all that the person has or will have: rows with ``role`` and ``owner()``.
    """
    if person.id == actor.person_id or not may(actor, "accounts.manage", person):
        return False
    roles = (*GIVES.get(actor.role, ()), *OPENS_ALSO.get(actor.role, ()))
    return all(post.role in roles and may(actor, "accounts.manage", post) for post in posts)
