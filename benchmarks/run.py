"""Measure Chung Tay against its floor and a large database against a small one; exit 1 where a goal is missed.

``python -m benchmarks.run [--quick] [--modules] [--keep DIR] [--database-url postgresql://…]``

Four processes (product and floor, small and large) wait for orders; the rounds go from one to the next, so that
whatever else this machine does meets them all alike. What is compared is CPU time per request, medians of all rounds.
Numbers of different machines say nothing; the ratios do. On PostgreSQL there is no floor, only sizes are compared, and
the server's own CPU time is not in them.

Searches over everything are timed by the clock, in the large database only, and without the page around them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks.generate import SIZES, build, open_app
from benchmarks.results import LARGE, Measured, missed, missed_by, missed_searches, outdated_floor, search_table, table
from benchmarks.scenarios import SCENARIOS, SEARCHES, Scenario, places, switch_on
from benchmarks.server import ROOT, serve
from benchmarks.worker import TOKENS

# The C library gives memory at the heap's end back after a request and takes it anew for the next one, or does not,
# as chance has laid out the heap: 200 µs. Both sides keep theirs.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**28), "MALLOC_MMAP_THRESHOLD_": str(2**28)}


class Process:
    """A worker process (benchmarks.worker)."""

    def __init__(self, side: str, url: str, instance: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", side, url, str(instance)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, env={**os.environ, **KEEP_MEMORY}, **pipes)

    def ask(self, order: dict[str, Any]) -> Any:
        """One order, one answer."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a worker ended at {order}; its message stands above")
        return json.loads(line)

    def close(self) -> None:
        """End it by closing its input."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=10)


def measure(
    processes: dict[tuple[str, str], Process], found: dict[tuple[str, str], dict], rounds: int, times: int
) -> list[Measured]:
    """Every scenario on every side and size: one look, then the rounds in turn."""
    results = [Measured(scenario) for scenario in SCENARIOS]
    for measured in results:
        for key, process in processes.items():
            if key[0] == "ours" or measured.scenario.floor:
                measured.looks[key] = _look(measured.scenario, key, process, processes["ours", key[1]], found[key])
                measured.times[key] = []
    for turn in range(rounds):
        print(f"\rround {turn + 1} of {rounds} ", end="", file=sys.stderr, flush=True)
        for measured in results:
            for key, taken in measured.times.items():
                order = _order(measured.scenario, found[key])
                taken += processes[key].ask({**order, "do": "time", "times": times})
    print(file=sys.stderr)
    return results


def time_searches(process: Process, rounds: int, times: int) -> dict[tuple[str, str], float]:
    """The median milliseconds of each search, by query and reader."""
    taken: dict[tuple[str, str], list[float]] = {(query, who): [] for query in SEARCHES for who in TOKENS}
    for _ in range(rounds):
        for (query, who), found in taken.items():
            found += process.ask({"do": "search", "query": query, "who": who, "times": times})
    return {key: statistics.median(found) for key, found in taken.items()}


def _order(scenario: Scenario, found: dict[str, Any]) -> dict[str, Any]:
    path = scenario.path.format_map(found)
    return {"who": scenario.who, "path": path, "fragment": scenario.fragment, "post": scenario.post}


def _look(scenario: Scenario, key: tuple[str, str], process: Process, ours: Process, found: dict) -> dict[str, Any]:
    order = _order(scenario, found)
    if scenario.post and key[0] == "floor":
        # The floor shows no form: what it is sent is what the product's form holds.
        order["fields"] = ours.ask({**order, "do": "fields"})
    look = process.ask({**order, "do": "look"})
    expected = "303" if scenario.post else "200"
    if not look["status"].startswith(expected):
        raise SystemExit(f"{scenario.name} on {key}: answered {look['status']}")
    return look


def run(arguments: argparse.Namespace, directory: Path) -> int:
    """Build, measure, print; the exit code."""
    processes: dict[tuple[str, str], Process] = {}
    found: dict[tuple[str, str], dict] = {}
    postgres = bool(arguments.database_url)
    with ExitStack() as stack:
        for size in SIZES:
            url = _postgres(arguments.database_url, size) if postgres else f"sqlite:///{directory / size}.db"
            instance = directory / f"instance-{size}"
            begun = time.perf_counter()
            app = open_app(url, instance)
            build(app, SIZES[size])
            if arguments.modules:
                switch_on(app)
            print(f"{size}: ready after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
            asked = places(app)
            for side in ("ours",) if postgres else ("floor", "ours"):
                found[side, size] = asked[side]
                processes[side, size] = stack.enter_context(closing(Process(side, url, instance)))
        rounds, times = (4, 10) if arguments.quick else (15, 30)
        results = measure(processes, found, rounds, times)
        searches = time_searches(processes["ours", LARGE], rounds, times // 5)
    server = serve(url, instance)
    print(table(results))
    print(f"\n{search_table(searches)}")
    print(f"\nworker: {server.memory:.0f} MB after 200 requests; first answer after {server.first_answer:.2f} s")
    failures = missed(results) + missed_searches(searches) + missed_by(server)
    for text in outdated_floor(results):
        print(f"the floor's templates are out of date: {text}")
    for text in failures:
        print(f"MISSED {text}")
    return 1 if failures else 0


def _postgres(url: str, size: str) -> str:
    """The address of the database for a size, beside the one named; made when it is missing."""
    import psycopg

    parts = urlsplit(url)
    name = f"{parts.path.removeprefix('/')}_{size}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return urlunsplit(parts._replace(path=f"/{name}"))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds: enough to see what is far off")
    parser.add_argument("--modules", action="store_true", help="with every installed module on in every district")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the databases, or use those of a run before")
    parser.add_argument("--database-url", default="", metavar="URL", help="PostgreSQL; makes NAME_small and NAME_large")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        directory = arguments.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sys.exit(run(arguments, directory.resolve()))


if __name__ == "__main__":
    main()
