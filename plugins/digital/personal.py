"""What the module knows of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from intranet.api import Person
from plugins.digital.desk import personal as desk
from plugins.digital.models import Improvement


def known_of(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """For the file that people get of their own data."""
    steps = Improvement.select(Improvement.title, Improvement.due_on, Improvement.done_on)
    rows = [
        {"Việc": title, "Hạn": due_on, "Xong ngày": done_on}
        for title, due_on, done_on in steps.where(Improvement.responsible == person).order_by(Improvement.id).tuples()
    ]
    return desk.known_of(person) | ({"Việc cải tiến chuyển đổi số": rows} if rows else {})


def forget(person: Person) -> None:
    """What only the person's own words tell goes."""
    desk.forget(person)
