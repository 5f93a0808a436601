"""What the module's screens share."""

from __future__ import annotations

from typing import Any

from flask import abort, g

from intranet.api import demand, fetch
from plugins.mentoring.cases.privacy import keeps, see
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


def kept_case(case_id: int, what: str, verb: str = "view") -> Case:
    """A case that the actor looks after in the child's school, as case_for(); else 403."""
    case = record_for(Case, case_id, verb)
    if not keeps(g.actor, case):
        abort(403)
    see(case, what)
    return case


def address_of(case_id: int) -> str:
    """A case's page."""
    return f"{HOME}/cases/{case_id}"


def file_code(case: Case) -> str:
    """A case's code as it may stand in the name of a file."""
    return case.code.replace(" ", "-").replace("/", "-").replace("#", "")
