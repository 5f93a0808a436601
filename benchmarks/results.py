"""What the scenarios showed: the goals that were missed, and the tables."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any

from benchmarks.generate import SIZES
from benchmarks.scenarios import SEARCHES, Scenario
from benchmarks.server import Server
from benchmarks.worker import TOKENS

SMALL, LARGE = SIZES

BYTES_GOAL = 14 * 1024
MEMORY_GOAL = 90
START_GOAL = 1.0
# Milliseconds on the clock, for those who see one district and for those who see all.
SEARCH_GOAL = 20.0
# The floor's HTML may differ this much from the product's, as a share; more means that its templates are out of date.
DRIFT = 0.03


@dataclass(slots=True)
class Measured:
    """What one scenario showed. Keys of the mappings are (side, size)."""

    scenario: Scenario
    times: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    looks: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def cpu(self, side: str, size: str) -> float | None:
        """The median CPU time in microseconds, if it was measured."""
        times = self.times.get((side, size))
        return statistics.median(times) if times else None

    def ratio(self, size: str) -> float | None:
        """The product's CPU time as a multiple of the floor's."""
        ours, floor = self.cpu("ours", size), self.cpu("floor", size)
        return ours / floor if ours and floor else None

    def growth(self, side: str = "ours") -> float | None:
        """The large database's CPU time as a multiple of the small one's."""
        large, small = self.cpu(side, LARGE), self.cpu(side, SMALL)
        return large / small if large and small else None

    def queries(self) -> list[int]:
        """Statements per page, small and large."""
        return [self.looks["ours", size]["queries"] for size in SIZES]

    def sent(self) -> int:
        """The bytes of the larger answer."""
        return max(self.looks["ours", size]["sent"] for size in SIZES)


def missed(results: list[Measured]) -> list[str]:
    """The goals that these results miss, in words."""
    found = []
    for measured in results:
        name = measured.scenario.name
        if measured.sent() > BYTES_GOAL:
            found.append(f"{name}: {measured.sent()} bytes compressed, the goal is {BYTES_GOAL}")
        if len(set(measured.queries())) > 1:
            found.append(f"{name}: {measured.queries()} statements on the small and the large database")
        if not measured.scenario.floor:
            continue
        for size in SIZES:
            ratio, goal = measured.ratio(size), measured.scenario.goal
            if ratio is not None and ratio > goal:
                found.append(f"{name} ({size}): {ratio:.2f} times the floor's CPU, the goal is {goal}")
        growth = measured.growth()
        if growth is not None and growth > measured.scenario.growth:
            goal = measured.scenario.growth
            found.append(f"{name}: {growth:.2f} times as much on the large database, the goal is {goal}")
    return found


def missed_searches(searches: dict[tuple[str, str], float]) -> list[str]:
    """The searches that took too long, in words."""
    return [
        f"the search for {query} ({who}) took {taken:.1f} ms, the goal is {SEARCH_GOAL:.0f}"
        for (query, who), taken in searches.items()
        if taken > SEARCH_GOAL
    ]


def missed_by(server: Server) -> list[str]:
    """The goals that the server misses, in words."""
    found = []
    if server.memory > MEMORY_GOAL:
        found.append(f"a worker takes {server.memory:.0f} MB, the goal is {MEMORY_GOAL}")
    if server.first_answer > START_GOAL:
        found.append(f"the first answer came after {server.first_answer:.2f} s, the goal is {START_GOAL}")
    return found


def outdated_floor(results: list[Measured]) -> list[str]:
    """Where the floor's HTML is no longer of the size of the product's: then its templates must follow."""
    found = []
    for measured in results:
        for size in SIZES:
            looks = [measured.looks.get((side, size)) for side in ("ours", "floor")]
            ours, floor = (len(look["html"]) if look else 0 for look in looks)
            if floor and not measured.scenario.post and abs(ours - floor) > DRIFT * ours:
                found.append(f"{measured.scenario.name} ({size}): {ours} characters, the floor {floor}")
    return found


def table(results: list[Measured]) -> str:
    """All results, one line for each scenario."""
    lines = [
        f"{'':26}{'small':>22}{'large':>25}",
        f"{'CPU per request in µs':26}{'floor':>8}{'ours':>8}{'ratio':>6}   {'floor':>8}{'ours':>8}{'ratio':>6}"
        f"{'growth':>9}{'floor’s':>8}{'queries':>9}{'bytes':>8}",
    ]
    for measured in results:
        cells = [f"{measured.scenario.name:26}"]
        for size in SIZES:
            floor, ours, ratio = measured.cpu("floor", size), measured.cpu("ours", size), measured.ratio(size)
            cells.append(f"{_number(floor, 8, 0)}{_number(ours, 8, 0)}{_number(ratio, 6, 2)}   ")
        cells.append(f"{_number(measured.growth(), 6, 2)}{_number(measured.growth('floor'), 8, 2)}")
        small, large = measured.queries()
        cells.append(f"{small if small == large else f'{small}/{large}':>9}{measured.sent():>8}")
        lines.append("".join(cells))
    return "\n".join(lines)


def search_table(searches: dict[tuple[str, str], float]) -> str:
    """A line for each search."""
    lines = [f"{'search, ms on the clock':26}" + "".join(f"{who:>10}" for who in TOKENS)]
    for query in SEARCHES:
        lines.append(f"{query:26}" + "".join(f"{searches[query, who]:>10.1f}" for who in TOKENS))
    return "\n".join(lines)


def _number(value: float | None, width: int, digits: int) -> str:
    return f"{'–':>{width}}" if value is None else f"{value:>{width}.{digits}f}"
