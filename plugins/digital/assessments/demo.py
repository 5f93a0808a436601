"""Two rounds of each district: last year's is published, this year's under way. The scores are made up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from intranet.api import (
    OFFICER,
    PRINCIPAL,
    Actor,
    ChecklistPack,
    Person,
    School,
    carry,
    checklists,
    office_rounds,
    school_year_of,
    today,
)
from plugins.digital.assessments import rules
from plugins.digital.models import Assessment, Round, Score
from plugins.digital.plans import rules as plans

KEY = "decision-4725"
STEPS = {
    "draft": (),
    "confirming": ("hand_in",),
    "submitted": ("hand_in", "confirm"),
    "returned": ("hand_in", "confirm", "send_back"),
    "approved": ("hand_in", "confirm", "approve"),
    "published": ("hand_in", "confirm", "approve", "publish"),
}
# This year's states: the own school's, then those of others in the order of their names.
OWN = {"hm": "submitted", "uh": "draft"}
OTHERS = ("approved", "submitted", "approved", "draft")
NOTES = {
    "1.4": "Kho học liệu của trường, có danh mục theo môn.",
    "2.3.3": "Sổ điểm, học bạ điện tử từ năm học 2023.",
}


def actor(username: str, role: str) -> Actor:
    """Somebody of the demo's accounts."""
    person = Person.get(Person.username == username)
    return Actor(person_id=person.id, role=role, district_id=person.district_id, school_id=person.school_id)


def build() -> None:
    """Make them."""
    for code in ("hm", "uh"):
        officer, principal = actor(f"{code}.chuyenvien", OFFICER), actor(f"{code}.hieutruong", PRINCIPAL)
        first = int(school_year_of(today())[:4])
        last = _round(officer, "Đánh giá chuyển đổi số năm trước", first - 1, -timedelta(days=200))
        this = _round(officer, "Đánh giá chuyển đổi số năm nay", first, timedelta(days=25))
        asked = School.select().where(School.id.in_(office_rounds.schools_asked(this)))
        asked = asked.where(School.id != principal.school_id)
        schools = [School.get_by_id(principal.school_id), *asked.order_by(School.sort_key).limit(len(OTHERS))]
        for number, (school, state) in enumerate(zip(schools, (OWN[code], *OTHERS), strict=False)):
            _assessment(last, school, "published", number)
            made = _assessment(this, school, state, number + 1)
            if number == 0 and code == "hm":
                _plan(made, principal)


def _round(officer: Actor, title: str, year: int, away: timedelta) -> Round:
    values = {"title": title, "school_year": f"{year}-{year + 1}", "note": "Nêu minh chứng cho từng điểm tự chấm."}
    values |= {"due_on": today() + away, "publish_on": today() + away + timedelta(days=20)}
    return rules.open_round(officer, ChecklistPack.get(ChecklistPack.key == KEY), values)


def _assessment(opened: Round, school: School, state: str, number: int) -> Assessment:
    made = rules.begin_assessment(opened, school, opened.opened_by_id)
    checklist = opened.pack.checklist
    own = {code: _score(item, place, number) for place, (code, item) in enumerate(checklist.items.items())}
    if state == "draft":
        own = dict(list(own.items())[:16])
    checked = own if state in ("approved", "published") else {}
    place = {"district": made.district_id, "school": made.school_id}
    Score.delete().where(Score.assessment == made).execute()
    Score.insert_many(
        [
            {
                "assessment": made.id,
                "item": code,
                "own": own.get(code),
                "checked": checked.get(code),
                "note": NOTES.get(code, ""),
                **place,
            }
            for code in checklist.items
        ]
    ).execute()
    made.own_level = checklists.level(checklist, own)
    made.checked_level = checklists.level(checklist, checked) if checked else None
    made.save()
    for step in STEPS[state]:
        carry(made, step, person_id=None)
    return Assessment.get_by_id(made.id)


def _score(item: checklists.Item, place: int, number: int) -> Decimal:
    """Somewhat less than the most, here and there, and the same in each demo."""
    if item.kind == checklists.MET:
        return Decimal(1)
    return max(Decimal(0), item.maximum - (place * 3 + number) % (5 - number % 4))


def _plan(made: Assessment, principal: Actor) -> None:
    teacher = Person.get(Person.username == "hm.giaovien")
    values = {"title": "Bổ sung học liệu số của tổ Toán, tổ Ngữ văn", "responsible": teacher.id, "pairing": None}
    values |= {"due_on": today() + timedelta(days=60), "note": ""}
    plans.plan(made, "1.4", values, principal.signed_in_id)


def mark() -> None:
    """A published one of each district's first school, and practice that is the school's alone."""
    pack = ChecklistPack.get(ChecklistPack.key == KEY)
    for code in ("hm", "uh"):
        own = actor(f"{code}.hieutruong", PRINCIPAL)
        place = {"district": own.district_id, "school": own.school_id}
        opened = Round.create(
            district=own.district_id,
            pack=pack,
            title="Đánh giá đã công bố",
            school_year="2020-2021",
            levels=4,
            due_on=today() - timedelta(days=900),
        )
        for more, marker in (
            ({"round": opened, "state": "published", "checked_level": 2}, f"CANARY-{code.upper()}-V1"),
            ({"private": True}, f"CANARY-{code.upper()}-D1"),
        ):
            made = Assessment.create(pack=pack, school_year="2020-2021", own_level=2, **more, **place)
            for item in pack.checklist.items:
                note = marker if item == "1.4" else ""
                Score.create(assessment=made, item=item, own=1, note=note, private=made.private, **place)
