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
import hashlib
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask

from benchmarks.generate import ADMIN_NAME, OFFICER_NAME, SIZES, build, open_app
from benchmarks.worker import TOKENS
from intranet.kernel.clock import now
from intranet.kernel.database import database
from intranet.kernel.text import fold
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import Membership, Person, SignInSession
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.modules import plugins

ROOT = Path(__file__).parent.parent
SMALL, LARGE = SIZES

FLOOR_GOAL = 1.5
GROWTH_GOAL = 1.3
BYTES_GOAL = 14 * 1024
MEMORY_GOAL = 90
START_GOAL = 1.0
# Milliseconds on the clock, for those who see one district and for those who see all.
SEARCH_GOAL = 20.0
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
    Scenario("pairings, filtered", "officer", "/pairings?state=twinned&flag=late", fragment=True, floor=False),
    Scenario("pairings, searched", "officer", "/pairings?q={ward}", fragment=True, floor=False),
    Scenario("pairs of all, filtered", "admin", "/pairings?flag=one_sided&level=4", fragment=True, floor=False),
    Scenario("pairs of all, searched", "admin", "/pairings?q={ward}", fragment=True, floor=False),
    Scenario("pair's page", "officer", "/pairings/{pairing}", floor=False),
    Scenario("overview", "officer", "/overview", floor=False),
    Scenario("overview, all districts", "admin", "/overview", floor=False),
    Scenario("site search", "officer", "/search?q=nguyen+thi", floor=False),
    Scenario("search of a common word", "admin", "/schools?q=thcs", fragment=True, floor=False),
    Scenario("school form", "officer", "/schools/{saved}/edit", floor=False),
)
# Names that many people share, in families and given; several words; beginnings of words; words of most schools; one
# frequent word and one of a single person; a code, a phone number's beginning; nothing at all.
SEARCHES = (
    "nguyễn", "nguyen", "trần", "hoa", "Hoà", "linh", "nguyen van", "nguyen hoa", "li", "h",
    "truong", "Trường Tiểu học", "thcs", "nguyen u4711", "00004711", "0912", "xyzxyz",
)  # fmt: skip


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


def switch_on(app: Flask) -> None:
    """Switch every installed module on in every district."""
    with app.app_context():
        rows = [
            {"district": id_, "module": module, "enabled": True}
            for (id_,) in District.select(District.id).order_by(District.id).tuples()
            for module in sorted(plugins().cards)
        ]
        DistrictModule.insert_many(rows).on_conflict_ignore().execute()
        database.close()


def places(app: Flask) -> dict[str, dict[str, Any]]:
    """What to ask of this database, for each side: a ward's name, deep rows, schools of the officer's district.

    It also signs the two readers in: the sessions of an older run may have ended.
    """
    with app.app_context():
        officer = Person.get(Person.username == OFFICER_NAME)
        own = list(School.select().where(School.district == officer.district_id).order_by(School.id).limit(30))
        visible = School.select().where(School.district.in_([officer.district_id, officer.district_id + 1]))
        shared = {
            "ward": next(ward for ward in map(_ward, own) if _found(ward) == 3).replace(" ", "+"),
            "officer_deep": _deep(visible),
            "admin_deep": _deep(School.select()),
            "school": own[4].id,
            "pairing": Pairing.get(Pairing.first_school == own[4].id).id,
        }
        for who, username in (("officer", OFFICER_NAME), ("admin", ADMIN_NAME)):
            _sign_in(who, username)
        database.close()
    # Both sides save again and again: each its own school, or they would be in each other's way.
    return {"ours": {**shared, "saved": own[7].id}, "floor": {**shared, "saved": own[10].id}}


def _ward(school: School) -> str:
    return fold(school.commune.name.removeprefix("Xã "))


def _found(ward: str) -> int:
    """How many schools a search for the ward finds: it shall be the same on both sizes."""
    return School.select().where(*(School.search_text ** f"% {word}%" for word in ward.split())).count()


def _deep(schools: Any) -> int:
    """The school before the page that begins after six tenths of the list."""
    return schools.order_by(School.sort_key, School.id).offset(schools.count() * 6 // 10).first().id


def _sign_in(who: str, username: str) -> None:
    token_hash = hashlib.sha256(TOKENS[who].encode()).hexdigest()
    person = Person.get(Person.username == username)
    membership = Membership.get(Membership.person == person)
    SignInSession.delete().where(SignInSession.token_hash == token_hash).execute()
    SignInSession.create(token_hash=token_hash, person=person, membership=membership, created_at=now(), seen_at=now())


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
            ratio = measured.ratio(size)
            if ratio is not None and ratio > FLOOR_GOAL:
                found.append(f"{name} ({size}): {ratio:.2f} times the floor's CPU, the goal is {FLOOR_GOAL}")
        growth = measured.growth()
        if growth is not None and growth > GROWTH_GOAL:
            found.append(f"{name}: {growth:.2f} times as much on the large database, the goal is {GROWTH_GOAL}")
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


@dataclass(frozen=True, slots=True)
class Server:
    """What a real server with one worker showed."""

    first_answer: float
    memory: float


def serve(url: str, instance: Path, requests: int = 200) -> Server:
    """Start ``intranet serve``; the seconds until it answered a page, and the worker's memory after some requests."""
    (instance / "intranet.toml").write_text(f'database_url = "{url}"\nsecond_factor = false\n', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "intranet", "serve", "--workers", "1", "--port", str(port), "--instance", instance]
    quiet = subprocess.DEVNULL
    begun = time.perf_counter()
    server = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)
    try:
        while not _answers(port, "/schools"):
            if server.poll() is not None or time.perf_counter() - begun > 30:
                raise SystemExit("intranet serve did not start")
            time.sleep(0.005)
        first_answer = time.perf_counter() - begun
        for number in range(requests):
            _answers(port, ("/schools", "/schools?q=thcs", "/people", "/", "/pairings")[number % 5])
        return Server(first_answer, _worker_memory(server.pid))
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(port: int, path: str) -> bool:
    headers = {"Cookie": f"ct_session={TOKENS['officer']}", "Accept-Encoding": "gzip"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status == 200 and bool(answer.read())
    except OSError:
        return False


def _worker_memory(server: int) -> float:
    """Resident megabytes of the server's largest child."""
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return max(int(rss) for parent, rss in rows if int(parent) == server) / 1024


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
    failures = missed(results)
    for (query, who), taken in searches.items():
        if taken > SEARCH_GOAL:
            failures.append(f"the search for {query} ({who}) took {taken:.1f} ms, the goal is {SEARCH_GOAL:.0f}")
    if server.memory > MEMORY_GOAL:
        failures.append(f"a worker takes {server.memory:.0f} MB, the goal is {MEMORY_GOAL}")
    if server.first_answer > START_GOAL:
        failures.append(f"the first answer came after {server.first_answer:.2f} s, the goal is {START_GOAL}")
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
