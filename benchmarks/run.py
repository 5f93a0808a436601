"""Measure Chung Tay against its floor and a large database against a small one; exit 1 where a goal is missed.

``python -m benchmarks.run [--quick] [--keep DIR] [--database-url postgresql://…]``

Four processes (product and floor, small and large) wait for orders; the rounds go from one to the next, so that
whatever else this machine does meets them all alike. What is compared is CPU time per request, medians of all rounds.
Numbers of different machines say nothing; the ratios do. On PostgreSQL there is no floor: only sizes are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.generate import ADMIN_NAME, OFFICER_NAME, SIZES, build, open_app
from benchmarks.worker import TOKENS
from intranet.kernel.clock import now
from intranet.kernel.database import database
from intranet.registry.people import Membership, Person, SignInSession
from intranet.registry.schools import School

ROOT = Path(__file__).parent.parent
LARGE = "large"
SMALL = "small"

FLOOR_GOAL = 1.5
GROWTH_GOAL = 1.3
BYTES_GOAL = 14 * 1024
MEMORY_GOAL = 90
START_GOAL = 1.0
# The floor's HTML may differ this much from the product's, as a share; more means that its templates are out of date.
DRIFT = 0.03


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request. ``path`` is filled with what a database holds (see ``places``)."""

    name: str
    who: str
    path: str
    fragment: bool = False
    post: bool = False
    # Pages beyond the goals have no floor: they are measured to find the next slow one.
    floor: bool = True


SCENARIOS = (
    Scenario("list", "officer", "/schools"),
    Scenario("filtered fragment", "officer", "/schools?level=4", fragment=True),
    Scenario("search", "officer", "/schools?q={ward}", fragment=True),
    Scenario("deep page", "officer", "/schools?after={officer_deep}"),
    Scenario("school page", "officer", "/schools/{school}"),
    Scenario("form POST", "officer", "/schools/{saved}/edit", post=True),
    Scenario("list, all districts", "admin", "/schools"),
    Scenario("search, all districts", "admin", "/schools?q={ward}", fragment=True),
    Scenario("deep page, all districts", "admin", "/schools?after={admin_deep}"),
    Scenario("home", "officer", "/", floor=False),
    Scenario("home, all districts", "admin", "/", floor=False),
    Scenario("people", "officer", "/people", floor=False),
    Scenario("people, all districts", "admin", "/people", floor=False),
    Scenario("pairings", "officer", "/pairings", floor=False),
    Scenario("pairings, all districts", "admin", "/pairings", floor=False),
    Scenario("site search", "officer", "/search?q={ward}", floor=False),
    Scenario("search of a common word", "admin", "/schools?q=thcs", fragment=True, floor=False),
    Scenario("school form", "officer", "/schools/{saved}/edit", floor=False),
)


class Process:
    """A worker process (benchmarks.worker)."""

    def __init__(self, side: str, url: str, instance: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", side, url, str(instance)]
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

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


def places(app: Flask) -> dict[str, Any]:
    """What to ask of this database: a ward's name, a deep row for each reader, schools of the officer's district."""
    with app.app_context():
        officer = Person.get(Person.username == OFFICER_NAME)
        school = School.select().where(School.district == officer.district_id).order_by(School.id).limit(9)
        mine = School.select(School.id).where(School.district.in_([officer.district_id, officer.district_id + 1]))
        found = {
            "ward": next(ward for ward in map(_ward, school) if _schools_of(ward) == 3).replace(" ", "+"),
            "officer_deep": _deep(mine),
            "admin_deep": _deep(School.select(School.id)),
            "school": school[4].id,
            "saved": school[7].id,
        }
        for who, username in (("officer", OFFICER_NAME), ("admin", ADMIN_NAME)):
            _sign_in(who, username)
        if not database.is_closed():
            database.close()
    return found


def _ward(school: School) -> str:
    return school.commune.name.removeprefix("Xã ")


def _schools_of(ward: str) -> int:
    """How many rows a search for the ward finds: the pages of both sizes shall be of one length."""
    return School.select().where(*(School.search_text ** f"% {word}%" for word in _folded(ward))).count()


def _folded(ward: str) -> list[str]:
    from intranet.kernel.text import fold

    return fold(ward).split()


def _deep(schools: Any) -> int:
    return schools.order_by(School.sort_key, School.id).offset(schools.count() * 6 // 10).first().id


def _sign_in(who: str, username: str) -> None:
    token_hash = hashlib.sha256(TOKENS[who].encode()).hexdigest()
    person = Person.get(Person.username == username)
    membership = Membership.get(Membership.person == person)
    SignInSession.delete().where(SignInSession.token_hash == token_hash).execute()
    SignInSession.create(
        token_hash=token_hash, person=person, membership=membership, created_at=now(), seen_at=now()
    )


def measure(processes: dict[tuple[str, str], Process], found: dict[str, dict], rounds: int, times: int) -> list[Measured]:
    """Every scenario on every side and size: a look, then rounds in turn."""
    results = [Measured(scenario) for scenario in SCENARIOS]
    for measured in results:
        for key, process in processes.items():
            if key[0] == "ours" or measured.scenario.floor:
                order = _order(measured.scenario, found[key[1]])
                if key[0] == "floor" and order["post"]:
                    order["fields"] = processes["ours", key[1]].ask({**order, "do": "fields"})
                measured.looks[key] = process.ask({**order, "do": "look"})
                _check_status(measured, key)
                measured.times[key] = []
                if order["post"]:
                    # The other side changes the same row's version: each has a school of its own from here on.
                    continue
    for turn in range(rounds):
        print(f"\rround {turn + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        for measured in results:
            order = _order(measured.scenario, {})
            for key in measured.times:
                order = _order(measured.scenario, found[key[1]])
                measured.times[key] += processes[key].ask({**order, "do": "time", "times": times})
    print("\r", end="", file=sys.stderr)
    return results
