"""Measure the module's pages: a round of 300 schools with 60 lines each, 20,000 needs; exit 1 past a goal.

``python -m benchmarks.facilities [sqlite:///kept.db]``

As benchmarks.professional_development: a kept database is filled once, and CPU time of this process counts.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.generate import Size, build
from benchmarks.professional_development import FILE_GOAL, measure
from intranet import config
from intranet.app import create_app
from intranet.kernel import checklist_bodies
from intranet.kernel.clock import now, today
from intranet.kernel.database import database, is_postgres, transaction
from intranet.kernel.text import fold
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import COORDINATOR, Membership
from intranet.registry.schools import School
from intranet.shared.attachments import Attachment, StoredFile
from intranet.shared.checklists import ChecklistPack, body_of
from intranet.shared.sessions import SignInSession
from plugins.facilities.models import Need, PresentState, Review, ReviewLine, Round

SIZE = Size(schools=1_500, people=15_000, pairings=750, activities=0)
SCHOOLS, SECTIONS, LINES = 300, 5, 12
NEEDS = 20_000
THINGS = ("Bộ bàn ghế học sinh", "Máy chiếu", "Máy tính để bàn", "Kính hiển vi", "Tủ sách", "Quạt trần", "Bảng từ")
MODULE = "facilities"
HOME = "/facilities"
BATCH = 1000


def fill(app: Flask) -> None:
    """The districts and schools of benchmarks.generate, and what the module keeps of them."""
    build(app, SIZE)
    with app.app_context():
        if Round.select().exists():
            return
        with transaction():
            rows = [
                {"district": id_, "module": MODULE, "enabled": True} for (id_,) in District.select(District.id).tuples()
            ]
            DistrictModule.insert_many(rows).on_conflict_ignore().execute()
            fill_reviews()
            fill_needs()
        database.execute_sql("VACUUM ANALYZE" if is_postgres() else "PRAGMA wal_checkpoint(TRUNCATE)")


def fill_reviews() -> None:
    """A round that asks every school of the first district, moved there until it has so many."""
    district = District.select().order_by(District.id).get()
    schools = [id_ for (id_,) in School.select(School.id).order_by(School.id).limit(SCHOOLS).tuples()]
    School.update(district=district, closed_on=None).where(School.id.in_(schools)).execute()
    School.update(closed_on=today()).where(School.district == district, School.id.not_in(schools)).execute()
    opened = Round.create(district=district, pack=_pack(), title="Rà soát", levels=15, due_on=today())
    lines, states = [], []
    for number, school in enumerate(schools):
        place = {"district": district.id, "school": school}
        state = ("draft", "submitted", "locked")[number % 3]
        review = Review.create(round=opened, state=state, classes=20, pupils=800, rooms=20, **place)
        for position, item in enumerate(opened.pack.checklist.items.values()):
            blank = state == "draft" and position % 2
            line = {
                "review": review.id,
                "section": item.code.partition(".")[0],
                "item": item.code,
                "position": position,
                "required": 20,
                "have": None if blank else 20,
                "usable": None if blank else (number + position) % 21,
                "condition": None if blank else 1 + position % 5,
                **place,
            }
            lines.append(line)
            if state == "locked":
                known = {name: line[name] for name in ("review", "item", "required", "have", "usable", "condition")}
                states.append({**known, **place, "pack_key": "benchmark", "title": item.title, "on": today()})
    for model, rows in ((ReviewLine, lines), (PresentState, states)):
        for start in range(0, len(rows), BATCH):
            model.insert_many(rows[start : start + BATCH]).execute()


def fill_needs() -> None:
    """Needs of all open schools, most of them published, each tenth with a photo, each third with what is promised."""
    schools = list(School.select(School.id, School.district).where(School.closed_on.is_null()).tuples())
    person = Membership.select(Membership.person).order_by(Membership.id).limit(1).scalar()
    preview = StoredFile.create(sha256="0" * 64, size=9_000, media_type="image/jpeg", width=480, height=320)
    photo = StoredFile.create(sha256="1" * 64, size=400_000, media_type="image/jpeg", preview=preview)
    needs, files = [], []
    for number in range(NEEDS):
        school, district = schools[number % len(schools)]
        item = f"{THINGS[number % len(THINGS)]} số {number}"
        needs.append(
            {
                "district": district,
                "school": school,
                "item": item,
                "search_text": fold(f" {item} phòng học còn thiếu "),
                "quantity": 20,
                "unit": "bộ",
                "why": "Phòng học còn thiếu.",
                "priority": 1 + number % 3,
                "pledged": (number % 3) * 10,
                "state": ("published", "published", "published", "verified", "fulfilled")[number % 5],
                "created_by": person,
            }
        )
        if number % 10 == 0:
            at = {"district": district, "school": school, "person": person}
            files.append(
                {"file": photo, "name": "anh.jpg", "subject_type": "facilities_need", "subject_id": number + 1, **at}
            )
    for model, rows in ((Need, needs), (Attachment, files)):
        for start in range(0, len(rows), BATCH):
            model.insert_many(rows[start : start + BATCH]).execute()


def _pack() -> ChecklistPack:
    groups = [
        {
            "code": str(section),
            "title": f"Phần thứ {section}",
            "items": [
                {
                    "code": f"{section}.{line}",
                    "title": f"Phòng chức năng số {section}.{line}",
                    "kind": "count",
                    "unit": "phòng",
                    "factor": "1",
                    "per": "class",
                }
                for line in range(1, LINES + 1)
            ],
        }
        for section in range(1, SECTIONS + 1)
    ]
    body = body_of(checklist_bodies.read({"groups": groups}))
    head = {"use": "facilities.review", "key": "benchmark", "title": "Bộ thử tải", "starts_on": today()}
    return ChecklistPack.create(body=body, **head)


def signed_in(app: Flask, work: Membership) -> Any:
    """A browser of somebody who works there."""
    token = f"benchmark-facilities-{work.id}"
    hashed = hashlib.sha256(token.encode()).hexdigest()
    SignInSession.delete().where(SignInSession.token_hash == hashed).execute()
    SignInSession.create(token_hash=hashed, person=work.person_id, membership=work, created_at=now(), seen_at=now())
    client = app.test_client()
    client.set_cookie("ct_session", token)
    return client


def opens(browser: Any, address: str) -> Callable[[], Any]:
    """What fetches a page, which must be there."""

    def send() -> None:
        answer = browser.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    return send


def review_pages(app: Flask) -> bool:
    """Rounds and reviews, each for whoever opens it most."""
    with app.app_context():
        opened = Round.get()
        office = signed_in(app, Membership.get(Membership.district == opened.district_id, Membership.school.is_null()))
        review = Review.get(Review.round == opened, Review.state == "draft")
        work = Membership.get(Membership.school == review.school_id, Membership.role == COORDINATOR)
        Membership.update(district=opened.district_id).where(Membership.id == work.id).execute()
        school, locked = signed_in(app, work), Review.get(Review.round == opened, Review.state == "locked")
    board, own = f"{HOME}/rounds/{opened.id}", f"{HOME}/reviews/{review.id}"
    return all(
        [
            measure(f"board of {SCHOOLS} schools × {SECTIONS * LINES} lines", opens(office, board)),
            measure("what all schools lack", opens(office, f"{board}/shortage")),
            measure("the same as Excel, offered as a job", opens(office, f"{board}/shortage.xlsx"), goal=FILE_GOAL),
            measure("a school's review", opens(school, own)),
            measure("a section to fill in", opens(school, f"{own}/sections/1")),
            measure("a school's shortages", opens(school, f"{own}/shortage")),
            measure("a school's page, with its panel", opens(office, f"/schools/{locked.school_id}")),
        ]
    )


def need_pages(app: Flask) -> bool:
    """The wall and needs, for a school and its office."""
    with app.app_context():
        work = Membership.get(Membership.role == COORDINATOR)
        school = signed_in(app, work)
        office = signed_in(app, Membership.get(Membership.district == work.district_id, Membership.school.is_null()))
        need = Need.select(Need.id).where(Need.school == work.school_id, Need.state == "published").limit(1).scalar()
        explain()
    return all(
        [
            measure(f"wall of {NEEDS} needs", opens(school, f"{HOME}/wall")),
            measure("the wall, far down", opens(school, f"{HOME}/wall?still=&after=3-{NEEDS * 9 // 10}")),
            measure("the wall, a common word", opens(school, f"{HOME}/wall?q=phong+hoc")),
            measure("the wall, a rare word", opens(school, f"{HOME}/wall?q=so+777")),
            measure("the wall, partner schools", opens(school, f"{HOME}/wall?whose=partner")),
            measure("the own needs", opens(school, f"{HOME}/")),
            measure("the needs of an office", opens(office, f"{HOME}/")),
            measure("the needs of an office, a search", opens(office, f"{HOME}/?q=ban+ghe")),
            measure("a need", opens(school, f"{HOME}/needs/{need}")),
            measure("home, with its panel", opens(school, "/")),
            measure("the search of all", opens(school, "/search?q=ban+ghe")),
        ]
    )


def explain() -> None:
    """Say which index the wall goes by."""
    query = Need.select(Need.id).where(Need.state == "published", Need.pledged < Need.quantity)
    sql, values = query.order_by(Need.priority, Need.id).limit(25).sql()
    plan = database.execute_sql(("EXPLAIN " if is_postgres() else "EXPLAIN QUERY PLAN ") + sql, values).fetchall()
    print("the wall goes by:", "; ".join(str(row[-1]).strip() for row in plan))


def main() -> None:
    """Fill, measure, and say where a goal was missed."""
    with tempfile.TemporaryDirectory() as directory:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{directory}/facilities.db"
        # Officers without a second factor: their pages are measured, not their signing in.
        settings = {"environment": {}, "database_url": url, "log_level": "ERROR", "second_factor": False}
        app = create_app(config.load(Path(directory), **settings))
        begun = time.perf_counter()
        fill(app)
        print(f"{NEEDS} needs and {SCHOOLS} reviews of {SECTIONS * LINES} lines in {time.perf_counter() - begun:.0f} s")
        met = [review_pages(app), need_pages(app)]
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
