"""What a change of units moves, as rules and plugins are told it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Which schools came under which unit, and which office goes on with what another had; all by id.

    ``back``: a change is taken back, and everything returns. A renamed unit moves nothing.
    """

    change_id: int
    # The first day of what is new.
    on: date
    # {school: (district before, district after)}
    schools: Mapping[int, tuple[int, int]]
    # {office that ends: office that goes on with what it had}
    heirs: Mapping[int, int]
    back: bool = False

    @property
    def by_target(self) -> dict[tuple[int, int], list[int]]:
        """{(district before, district after): schools}, in the order of the ids."""
        found: dict[tuple[int, int], list[int]] = {}
        for school_id, way in sorted(self.schools.items()):
            found.setdefault(way, []).append(school_id)
        return dict(sorted(found.items()))
