"""What most tables of the module have in common."""

from __future__ import annotations

from typing import Any

from intranet.api import COORDINATOR, LEADER, OFFICER, PRINCIPAL, Actor

# Who runs a school's affairs here, and the office's.
KEEPERS = (PRINCIPAL, COORDINATOR, LEADER, OFFICER)


class OfSchool:
    """What belongs to a school, or to the office where ``school`` is empty."""

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.district_id, self.school_id


def own(cls: Any, actor: Actor) -> Any:
    """Condition: the own school's; for an office, those of its schools."""
    if actor.sees_all:
        return None
    return cls.school == actor.school_id if actor.school_id is not None else cls.district == actor.district_id


def kept(cls: Any, actor: Actor) -> Any:
    """Condition: as own(), for principal, coordinator and office alone."""
    return own(cls, actor) if actor.sees_all or actor.role in KEEPERS else cls.id == 0
