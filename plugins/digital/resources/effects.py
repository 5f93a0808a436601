"""What follows from a step of a resource, in the step's own transaction."""

from __future__ import annotations

from intranet.api import now
from plugins.digital.models import Flag, Resource


def settled(resource: Resource, person_id: int | None) -> None:
    """What readers reported was looked at."""
    Flag.update(settled_at=now()).where(Flag.resource == resource, Flag.settled_at.is_null()).execute()
