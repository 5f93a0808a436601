"""Measure the module's pages at 20,000 sessions and 500,000 attendances, and 500 certificates; exit 1 past a goal.

``python -m benchmarks.professional_development [sqlite:///kept.db]``

A database that is kept is filled once. As in benchmarks.run, what counts is CPU time of this process, so that whatever
else this machine does is not in it; the clock is shown beside it.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.generate import CREATED, Size, build
from intranet import config
from intranet.app import create_app
from intranet.kernel import jobs
from intranet.kernel.clock import now, today
from intranet.kernel.database import database, is_postgres, transaction
from intranet.kernel.jobs import Job, JobFile
from intranet.kernel.text import fold, sort_key
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import COORDINATOR, LEADER, PRINCIPAL, TEACHER, Membership, Person
from intranet.registry.schools import School
from intranet.shared.sessions import SignInSession
from plugins.professional_development.credits import certificates
from plugins.professional_development.models import (
    CONFIRMED,
    OWN_DISTRICT,
    PRESENT,
    REGISTERED,
    Registration,
    Session,
)
from plugins.professional_development.numbers.lists import LISTS

SIZE = Size(schools=1_500, people=30_000, pairings=750, activities=0)
SESSIONS, ATTENDANCES, CERTIFICATES = 20_000, 500_000, 500
# Of a page and of a file made at once, in milliseconds; of all certificates, in seconds.
GOAL, FILE_GOAL, CERTIFICATES_GOAL = 50, 150, 60
# Numbers of a year go over some thousand rows, for one person of an office now and then.
NUMBERS_GOAL = 100
TIMES = 10
BATCH = 1000
SUBJECTS = ("Toán", "Ngữ văn", "Tiếng Anh", "Tin học", "Khoa học tự nhiên", "Lịch sử và Địa lí")
MODULE = "professional_development"
HOME = "/professional-development"


def fill(app: Flask) -> None:
    """The districts and schools of benchmarks.generate, and sessions of five years with people who came."""
    build(app, SIZE)
    with app.app_context():
        if Session.select().exists():
            return
        with transaction():
            DistrictModule.insert_many(
                [
                    {"district": id_, "module": MODULE, "enabled": True}
                    for (id_,) in District.select(District.id).tuples()
                ]
            ).execute()
            chance = random.Random(20240901)
            people = list(
                Person.select(Person.id, Person.school, Person.district).where(Person.school.is_null(False)).tuples()
            )
            _insert(Session, _sessions(chance))
            _insert(Registration, _registrations(people, chance))
            first = Session.select(Session.id).order_by(Session.id.desc()).limit(1).scalar()
            _insert(Registration, _more(first, people[-CERTIFICATES:]))
        if is_postgres():
            database.execute_sql("VACUUM ANALYZE")
        else:
            database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(model: Any, rows: Iterator[dict]) -> None:
    while batch := list(islice(rows, BATCH)):
        model.insert_many(batch).execute()


def _sessions(chance: random.Random) -> Iterator[dict]:
    hosts = list(School.select(School.id, School.district).tuples())
    coordinators = dict(
        Membership.select(Membership.school, Membership.person).where(Membership.role == COORDINATOR).tuples()
    )
    start = datetime(today().year - 5, 9, 1, 7)
    for number in range(SESSIONS):
        school, district = hosts[number % len(hosts)]
        begins = start + timedelta(hours=number * 5 * 365 * 24 // SESSIONS)
        title = f"Chuyên đề {SUBJECTS[number % len(SUBJECTS)]} số {number}"
        yield {
            "district": district,
            "school": school,
            "organiser": coordinators[school],
            "kind": "topic",
            "title": title,
            "sort_key": sort_key(title),
            "search_text": fold(f" {title} "),
            "subject": SUBJECTS[number % len(SUBJECTS)],
            "content": "Nghe báo cáo, dự giờ và thảo luận.",
            "starts_at": begins,
            "ends_at": begins + timedelta(hours=2),
            "held_on": begins.date(),
            "place": "Phòng họp",
            "audience": OWN_DISTRICT,
            "programme": "02",
            "periods": 2,
            "secret": "benchmark",
            "state": "credited" if number < SESSIONS - 40 else "open",
            "state_since": CREATED,
            "updated_at": CREATED,
        }


def _registrations(people: list[tuple], chance: random.Random) -> Iterator[dict]:
    """As many of each session, mostly of its own district."""
    by_district: dict[int, list[tuple]] = {}
    for person in people:
        by_district.setdefault(person[2], []).append(person)
    each = ATTENDANCES // SESSIONS
    for id_, district in Session.select(Session.id, Session.district).order_by(Session.id).tuples().iterator():
        for turn, person in enumerate(chance.sample(by_district[district], each), start=1):
            yield _registration(id_, turn, person)


def _registration(session_id: int, turn: int, person: tuple) -> dict:
    return {
        "session": session_id,
        "person": person[0],
        "school": person[1],
        "district": person[2],
        "state": REGISTERED,
        "turn": turn,
        "queued_at": CREATED,
        "attendance": PRESENT,
        "checked_in_at": CREATED,
        "periods": 2,
        "credit": CONFIRMED,
    }


def _more(session_id: int, people: list[tuple]) -> Iterator[dict]:
    """The last session has many."""
    known = {
        id_ for (id_,) in Registration.select(Registration.person).where(Registration.session == session_id).tuples()
    }
    for turn, person in enumerate(people, start=1000):
        if person[0] not in known:
            yield _registration(session_id, turn, person)


def _signed_in(app: Flask, role: str) -> tuple[Any, Membership]:
    """A browser of somebody with a role in the school that hosts the last session, or in its office."""
    last = Session.select().order_by(Session.id.desc()).first()
    work = Membership.get_or_none(Membership.role == role, Membership.school == last.school_id)
    if work is None:
        officer = Membership.get(Membership.district == last.district_id, Membership.school.is_null())
        Membership.update(role=role).where(Membership.id == officer.id).execute()
        work = Membership.get_by_id(officer.id)
    token = f"benchmark-{role}"
    hashed = hashlib.sha256(token.encode()).hexdigest()
    SignInSession.delete().where(SignInSession.token_hash == hashed).execute()
    SignInSession.create(token_hash=hashed, person=work.person_id, membership=work, created_at=now(), seen_at=now())
    client = app.test_client()
    client.set_cookie("ct_session", token)
    return client, work


def measure(name: str, do: Callable[[], Any], *, goal: int = GOAL) -> bool:
    """Print the median of a page's times; False where it misses the goal."""
    do()
    taken = []
    for _time in range(TIMES):
        begun, clock = time.process_time(), time.perf_counter()
        do()
        taken.append((time.process_time() - begun, time.perf_counter() - clock))
    cpu, clock = (1000 * sorted(column)[TIMES // 2] for column in zip(*taken, strict=True))
    met = cpu <= goal
    late = "" if met else f"   MISSED: the goal is {goal} ms"
    print(f"{name:44}{cpu:>9.1f} ms of CPU{clock:>9.1f} ms on the clock{late}")
    return met


def pages(app: Flask) -> bool:
    """All pages, each for whoever opens it most."""
    with app.app_context():
        last = Session.select().order_by(Session.id.desc()).first()
        coordinator, _work = _signed_in(app, COORDINATOR)
        principal, _work = _signed_in(app, PRINCIPAL)
        teacher, _work = _signed_in(app, TEACHER)
        leader, _work = _signed_in(app, LEADER)
    year = f"{today().year - 1}-{today().year}"

    def page(browser: Any, path: str, home: str = HOME) -> Callable[[], Any]:
        def send() -> None:
            answer = browser.get(f"{home}{path}")
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}")

        return send

    return all(
        [
            measure("catalogue, what is to come", page(teacher, "/")),
            measure("catalogue, all", page(teacher, "/?when=all")),
            measure("catalogue, a search", page(teacher, "/?when=all&q=tin+hoc")),
            measure("catalogue, all, of an office", page(leader, "/?when=all")),
            measure("a session's page", page(teacher, f"/sessions/{_of_school(last)}")),
            measure("attendance of 25", page(coordinator, f"/sessions/{_of_school(last)}/attendance")),
            measure("attendance of 525", page(coordinator, f"/sessions/{last.id}/attendance")),
            measure("the own record", page(teacher, "/record")),
            measure("a record as Word", page(teacher, f"/record.docx?year={year}"), goal=FILE_GOAL),
            measure("records of a school", page(principal, "/people")),
            measure("records of a district", page(leader, f"/people?year={year}")),
            measure("hours by subject of a school", page(principal, f"/hours.xlsx?year={year}"), goal=FILE_GOAL),
            measure("hours by subject of a district", page(leader, f"/hours.xlsx?year={year}"), goal=FILE_GOAL),
            measure("what is to be confirmed", page(principal, "/credits")),
            measure("what an office has to confirm", page(leader, "/credits")),
            measure("the numbers of a district", page(leader, f"/numbers?year={year}"), goal=NUMBERS_GOAL),
            *(
                measure(f"the list behind them: {key}", page(leader, f"/numbers/{key}?year={year}"), goal=NUMBERS_GOAL)
                for key in LISTS
            ),
            measure("home, with its panel", page(teacher, "", home="/")),
            measure("a school, with its panel", page(teacher, "", home=f"/schools/{last.school_id}")),
        ]
    )


def _of_school(last: Session) -> int:
    earlier = Session.select(Session.id).where(Session.school == last.school_id, Session.id != last.id)
    return earlier.order_by(Session.id.desc()).limit(1).scalar()


def issue(app: Flask) -> bool:
    """The certificates of the last session, by the queue; then once more, when there is nothing left to issue."""
    met = True
    for name in ("certificates of a session", "the same again, only packed"):
        with app.app_context():
            session = Session.select().order_by(Session.id.desc()).first()
            missing = (
                Registration.select().where(Registration.session == session, Registration.certificate == "").count()
            )
            certificates.start(session, person_id=session.organiser_id, back="/", done=lambda job: None)
            begun, clock = time.process_time(), time.perf_counter()
            jobs.run_due()
            cpu, clock = time.process_time() - begun, time.perf_counter() - clock
            job = Job.select().where(Job.kind == certificates.ISSUE).order_by(Job.id.desc()).first()
            if job.state != "done":
                raise SystemExit(f"the job is {job.state}: {job.problem}")
            size = len(bytes(JobFile.get(JobFile.job == job).body))
        late = "" if cpu <= CERTIFICATES_GOAL else f"   MISSED: the goal is {CERTIFICATES_GOAL} s"
        met = met and not late
        print(f"{f'{missing} {name}':44}{cpu:>9.1f} s of CPU{clock:>9.1f} s on the clock, {size / 1e6:.1f} MB{late}")
    return met


def main() -> None:
    """Fill, measure, and say where a goal was missed."""
    with tempfile.TemporaryDirectory() as directory:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{directory}/sessions.db"
        # Officers without a second factor: their pages are measured, not their signing in.
        settings = {"environment": {}, "database_url": url, "log_level": "ERROR", "second_factor": False}
        app = create_app(config.load(Path(directory), **settings))
        begun = time.perf_counter()
        fill(app)
        print(f"{SESSIONS} sessions and {ATTENDANCES} attendances in {time.perf_counter() - begun:.0f} s")
        met = [pages(app), issue(app)]
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
