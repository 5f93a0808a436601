"""Self-checks of the demo's own schools: last year's was checked, this year's is under way."""

from __future__ import annotations

from decimal import Decimal

from intranet.api import OFFICER, Actor, ChecklistPack, Person, carry, school_year_of, today
from plugins.facilities.models import StandardCheck, StandardLine
from plugins.facilities.needs.demo import actor
from plugins.facilities.standard import rules

KEY = "standard-57-2026"
# Scores of all criteria, in the circular's order.
SCORES = {"hm": (1, 2, 2, 1, 2, 2, 1, 2, 1, 2, 1, 1, 1, 2, 1), "uh": (1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0)}
NOTES = {
    "4.1": "Sổ theo dõi cơ sở vật chất, biên bản kiểm kê đầu năm.",
    "3.2": "Biên bản sinh hoạt chuyên môn.",
}
STATES = {"hm": "checked", "uh": "draft"}


def build() -> None:
    """Make them."""
    for code, scores in SCORES.items():
        principal = actor(f"{code}.hieutruong")
        pack = ChecklistPack.get(ChecklistPack.key == KEY)
        year = school_year_of(today())
        ahead = f"{int(year[:4]) + 2}-{int(year[:4]) + 3}"
        values = {"school_year": year, "target_level": 2 if code == "hm" else 1, "target_year": ahead}
        check = rules.begin_check(principal, pack, values)
        said = dict(zip(pack.checklist.items, map(Decimal, scores), strict=True))
        written = {f"own-{item}": score for item, score in said.items()}
        written |= {f"note-{item}": note for item, note in NOTES.items()}
        rules.save_section(check, written, version=1, person_id=principal.person_id)
        if STATES[code] == "checked":
            _check(check, said, _officer(code))


def _officer(code: str) -> Actor:
    person = Person.get(Person.username == f"{code}.chuyenvien")
    return Actor(person_id=person.id, role=OFFICER, district_id=person.district_id)


def _check(check: StandardCheck, said: dict[str, Decimal], officer: Actor) -> None:
    carry(check, "submit", person_id=None)
    sent = StandardCheck.get_by_id(check.id)
    found = {f"checked-{item}": score for item, score in said.items()}
    found |= {"checked-1.2": Decimal(1), "reason-1.2": "Chưa có hồ sơ rà soát phân công trong năm."}
    rules.save_checked(sent, found, version=sent.version, person_id=officer.person_id)
    carry(check, "approve", person_id=None)


def mark() -> None:
    """A checked one of each district's first school: for the school and its office alone."""
    for code in SCORES:
        own = actor(f"{code}.hieutruong")
        place = {"district": own.district_id, "school": own.school_id}
        check = StandardCheck.create(
            pack=ChecklistPack.get(ChecklistPack.key == KEY), school_year="2020-2021", state="checked", **place
        )
        for item in check.pack.checklist.items:
            note = f"CANARY-{code.upper()}-V1" if item == "4.1" else ""
            StandardLine.create(standard=check, item=item, own=1, checked=1, note=note, **place)
