"""What the module's screens share."""

from __future__ import annotations

from typing import Any

from flask import g

from intranet.api import demand, fetch

MODULE = "digital"
HOME = "/digital"


def record_for(model: Any, record_id: int, verb: str) -> Any:
    """The record if the actor may see it (else 404) and may do this with it (else 403)."""
    record = fetch(model, record_id, g.actor)
    demand(g.actor, f"{MODULE}.{verb}", record)
    return record
