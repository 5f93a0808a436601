"""What the module's screens share."""

from __future__ import annotations

from typing import Any

from flask import g

from intranet.api import demand, fetch
from plugins.mentoring.cases.privacy import see
from plugins.mentoring.tables.cases import Case

MODULE = "mentoring"
HOME = "/mentoring"


def record_for(model: Any, record_id: int, verb: str) -> Any:
    """The record if the actor may see it (else 404) and may do this with it (else 403)."""
    record = fetch(model, record_id, g.actor)
    demand(g.actor, f"{MODULE}.{verb}", record)
    return record


def case_for(case_id: int, what: str, verb: str = "view") -> Case:
    """A case, as record_for(); that the actor reads ``what`` of it is written down first."""
    case = record_for(Case, case_id, verb)
    see(case, what)
    return case
