"""Two rounds of each district: last year's is locked, this year's under way in every state. The numbers are made up."""

from __future__ import annotations

import json
from datetime import timedelta

from intranet.api import (
    OFFICER,
    Actor,
    ChecklistPack,
    District,
    Person,
    School,
    carry,
    now,
    office_rounds,
    today,
)
from plugins.facilities.models import PresentState, Review, ReviewLine, Round
from plugins.facilities.needs.demo import actor
from plugins.facilities.reviews import rules
from plugins.facilities.reviews.forms import MOST

YEAR = timedelta(days=365)
KEY = "review-lower-secondary"
# Norms that the districts of the demo set for lines that the shipped pack only counts: {item: (factor, per)}.
NORMS = {
    **{f"2.{number}": ("1", "school") for number in range(2, 9)},
    **{f"3.{number}": ("1", "school") for number in range(1, 5)},
    "4.4": ("1/60", "pupil"),
    "4.5": ("1/60", "pupil"),
    "4.6": ("1/40", "pupil"),
    "4.7": ("1", "class"),
    "5.3": ("1", "room"),
    "5.4": ("35", "school"),
}
# What this year's reviews of the other schools of the level are like: (state, how many sections are filled in).
OTHERS = (("locked", 5), ("locked", 5), ("submitted", 5), ("submitted", 5), ("draft", 3), ("draft", 1))
OWN = {"hm": "returned", "uh": "submitted"}
STEPS = {"draft": (), "submitted": ("submit",), "returned": ("submit",), "locked": ("submit", "lock")}


def build() -> None:
    """Make them."""
    for code in ("hm", "uh"):
        officer = _officer(code)
        pack = _own_pack(officer)
        last, this = _round(officer, pack, "Rà soát năm học trước", -YEAR), _round(officer, pack, "Rà soát năm nay")
        own = actor(f"{code}.hieutruong")
        _review(last, School.get_by_id(own.school_id), "locked", 5, number=0, worse=2)
        PresentState.update(on=today() - YEAR).where(PresentState.school == own.school_id).execute()
        rules.set_closed(last, True, officer.person_id)
        review = _review(this, School.get_by_id(own.school_id), OWN[code], 5, number=1)
        if OWN[code] == "returned":
            remarks = {"4.4": "Có tính khu vệ sinh dãy nhà mới chưa?", "5.4": "Số máy dùng được nhiều hơn đợt trước."}
            rules.send_back(review, remarks, "Trường xem lại hai mục có nhận xét.", officer)
        others = School.select().where(School.id.in_(office_rounds.schools_asked(this)), School.id != own.school_id)
        for number, (school, how) in enumerate(zip(others.order_by(School.sort_key), OTHERS, strict=False), start=2):
            _review(this, school, *how, number=number)


def _officer(code: str) -> Actor:
    person = Person.get(Person.username == f"{code}.chuyenvien")
    return Actor(person_id=person.id, role=OFFICER, district_id=person.district_id)


def _own_pack(officer: Actor) -> ChecklistPack:
    shipped, district = ChecklistPack.get(ChecklistPack.key == KEY), District.get_by_id(officer.district_id)
    body = json.loads(shipped.body)
    for group in body["groups"]:
        for item in group["items"]:
            if item["code"] in NORMS:
                item["factor"], item["per"] = NORMS[item["code"]]
    return ChecklistPack.create(
        use=shipped.use,
        key=f"{KEY}~{district.code.lower()}-1",
        district=district,
        copied_from=shipped,
        title=f"{shipped.title} (bản của đơn vị)",
        source=shipped.source,
        note="Định mức thêm vào bản này là minh họa cho bản dùng thử.",
        levels=shipped.levels,
        starts_on=today() - 2 * YEAR,
        body=json.dumps(body, ensure_ascii=False),
        person=officer.person_id,
    )


def _round(officer: Actor, pack: ChecklistPack, title: str, ago: timedelta = timedelta()) -> Round:
    values = {"title": title, "due_on": today() + timedelta(days=20) + ago, "note": "Đếm tại chỗ, chụp ảnh chỗ hỏng."}
    opened = rules.open_round(officer, pack, values)
    Round.update(created_at=now() - timedelta(days=10) + ago).where(Round.id == opened.id).execute()
    return opened


def _review(opened: Round, school: School, state: str, sections: int, *, number: int, worse: int = 0) -> Review:
    review = rules.begin_review(opened, school, opened.opened_by_id)
    filled = [group.code for group in opened.pack.checklist.groups][:sections]
    lines = ReviewLine.select().where(ReviewLine.review == review, ReviewLine.section.in_(filled))
    for line in lines.order_by(ReviewLine.position):
        need = line.required if line.required is not None else 2 + number % 3
        line.have = min(MOST, need - _fewer(need, line.position * 7 + number))
        line.usable = line.have - _fewer(line.have, line.position * 5 + number + worse)
        line.condition = 1 + (line.position * 3 + number) % 5 if line.have else None
        line.save()
    for step in STEPS[state]:
        carry(review, step, person_id=None)
    return Review.get_by_id(review.id)


def _fewer(of: int, seed: int) -> int:
    """How many are missing, here and there, and the same in each demo: of few seldom one, of many up to three."""
    return seed % 4 if of > 4 else min(of, int(seed % 4 == 3))


def mark() -> None:
    """A locked review of each district's first school: for the school and its office alone."""
    for code in ("hm", "uh"):
        officer, own = _officer(code), actor(f"{code}.hieutruong")
        opened = Round.create(
            district=officer.district_id,
            pack=ChecklistPack.get(ChecklistPack.key == KEY),
            title="Rà soát đã khóa",
            levels=4,
            due_on=today() - YEAR,
        )
        place = {"district": own.district_id, "school": own.school_id}
        review = Review.create(round=opened, state="locked", **place)
        ReviewLine.create(
            review=review,
            section="2",
            item="2.1",
            position=0,
            required=1,
            have=1,
            usable=0,
            note=f"CANARY-{code.upper()}-V1",
            **place,
        )
