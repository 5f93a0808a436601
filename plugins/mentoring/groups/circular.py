"""The circular on extra lessons as dated data: it warns and cites, and never blocks.

The file says where its text was checked against, and what could not be.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from intranet.api import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at: numbers, never a pupil."""

    kind: str
    subject: str
    grade: int
    periods_a_week: int
    starts_on: date
    ends_on: date
    pupils: int = 0
    without_form: int = 0


@cache
def pack() -> dict[str, Any]:
    """The rules with document, days and citations, as the file has them."""
    return json.loads(files(__package__).joinpath("circular.json").read_text(encoding="utf-8"))


def warnings(facts: Facts) -> Sequence[tuple[str, str]]:
    """(sentence, citation) of each rule that a group does not seem to keep; none of one outside the circular's days."""
    known = pack()
    first, last = known["in_force_from"], known["in_force_until"]
    if facts.ends_on.isoformat() < first or (last is not None and facts.starts_on.isoformat() > last):
        return []
    rules = known["rules"]
    broken = {
        "primary": facts.grade <= rules["primary"]["last_grade"] and not _allowed(facts.subject, rules),
        "final_year": facts.kind == "exam" and facts.grade not in rules["final_year"]["grades"],
        "periods": facts.periods_a_week > rules["periods"]["most"],
        "size": facts.pupils > rules["size"]["most"],
        "form": facts.without_form > 0,
    }
    return [(rules[key]["text"], f"{rules[key]['citation']} {known['document']}") for key, bad in broken.items() if bad]


def _allowed(subject: str, rules: dict[str, Any]) -> bool:
    folded = fold(subject)
    return any(fold(word) in folded for word in rules["primary"]["allowed"])
