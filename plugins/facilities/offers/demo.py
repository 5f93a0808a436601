"""Promises and deliveries of the demo's own schools and some made-up donors."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from intranet.api import Pairing, School, carry, now, today
from plugins.facilities.matching.rules import make_supply
from plugins.facilities.models import Need, Offer
from plugins.facilities.needs.demo import actor
from plugins.facilities.offers import rules
from plugins.facilities.offers.donors import make_donor

STEPS = ("accept", "schedule", "dispatch", "receive", "thank")
STATES = ("offered", "accepted", "scheduled", "dispatched", "received", "thanked")
DONORS = {
    "alumni": ("Hội cựu học sinh khóa 1998–2002", "alumni", "024 3333 0101", False),
    "company": ("Công ty Nội thất Hòa Bình", "company", "024 3333 0102", False),
    "unnamed": ("Một gia đình ở xã", "person", "024 3333 0103", True),
}
# (need, giver: an account or a donor, quantity, kind, worth in million đồng, state, days since)
OFFERS = (
    ("Bộ bàn ghế học sinh cỡ V", "hm.hieutruong", 15, "gift", 18, "thanked", 40),
    ("Bộ bàn ghế học sinh cỡ V", "company", 10, "gift", 12, "dispatched", 2),
    ("Máy tính để bàn cho phòng Tin học", "hm.hieutruong", 5, "transfer", 40, "scheduled", 6),
    ("Máy tính để bàn cho phòng Tin học", "alumni", 4, "gift", 44, "received", 9),
    ("Sách tham khảo cho thư viện", "unnamed", 60, "gift", 4, "offered", 1),
    ("Máy chiếu phòng bộ môn Khoa học tự nhiên", "hm.hieutruong", 1, "loan", 12, "received", 12),
    ("Cây xanh bóng mát cho sân trường", "uh.hieutruong", 12, "gift", 8, "thanked", 20),
    ("Bảng tương tác phòng học", "hm.hieutruong", 1, "gift", 80, "offered", 3),
)

# (account, item, quantity, unit, note)
SUPPLIES = (
    ("hm.hieutruong", "Bàn ghế học sinh hai chỗ", 30, "bộ", "Còn tốt, trường vừa thay bàn đơn. Trường đến lấy."),
    ("hm2.hieutruong", "Máy chiếu", 2, "chiếc", "Đã thay bóng đèn năm trước."),
    ("uh2.hieutruong", "Chậu hoa cây cảnh", 40, "chậu", "Học sinh trồng trong vườn trường."),
)


def build() -> None:
    """Make them and bring each as far as it is."""
    for row in OFFERS:
        _make(*row)
    for giver, item, quantity, unit, note in SUPPLIES:
        values = {"item": item, "quantity": Decimal(quantity), "unit": unit, "kind": "gift", "note": note}
        make_supply(actor(giver), values)


def _make(item: str, giver: str, quantity: int, kind: str, millions: int, state: str, age: int) -> None:
    need = Need.get(Need.item == item)
    values = {
        "quantity": Decimal(quantity),
        "kind": kind,
        "worth": Decimal(millions) * 1_000_000,
        "due_back_on": today() + timedelta(days=5) if kind == "loan" else None,
    }
    if giver in DONORS:
        name, of, contact, anonymous = DONORS[giver]
        person = {"name": name, "kind": of, "contact": contact, "anonymous": anonymous}
        donor = make_donor(person, school=need.school, district=need.district_id, person_id=None)
        offer = rules.offer_for_need(need, values, person_id=None, donor=donor)
    else:
        school = School.get_by_id(actor(giver).school_id)
        offer = rules.offer_for_need(need, values, person_id=actor(giver).person_id, giver=school)
    for step in STEPS[: STATES.index(state)]:
        _write(offer, step, age)
        carry(offer, step, person_id=None)
    Offer.update(created_at=now() - timedelta(days=age + 10)).where(Offer.id == offer.id).execute()


def _write(offer: Offer, step: str, age: int) -> None:
    """What each step's form asks for."""
    day = today() - timedelta(days=age)
    given: dict[str, Any] = {
        "accept": {},
        # A visit that is due is seen as late.
        "schedule": {"scheduled_on": day + timedelta(days=3) if age == 6 else day, "decision_number": ""},
        "dispatch": {"dispatched": offer.quantity, "dispatched_on": day, "giver_name": "Tổ hành chính"},
        "receive": {
            "received": offer.quantity,
            "broken": Decimal(0),
            "received_on": day,
            "condition": "good",
            "giver_name": "Tổ hành chính",
            "receiver_name": "Tổ thiết bị",
        },
        "thank": {"thanks": rules.first_words(Offer.get_by_id(offer.id))},
    }[step]
    if given:
        Offer.update(**given).where(Offer.id == offer.id).execute()


def mark() -> None:
    """A donor of each district's first school, and what one school of the second pair gives the other."""
    for code in ("hm", "uh"):
        school = School.get_by_id(actor(f"{code}.hieutruong").school_id)
        contact = f"CANARY-{code.upper()}-S1"
        donor = make_donor(
            {"name": "Người tài trợ", "kind": "person", "contact": contact, "anonymous": True},
            school=school,
            district=school.district_id,
            person_id=None,
        )
        _promise(school, donor=donor)
    pair = Pairing.select().order_by(Pairing.id).offset(1).first()
    _promise(pair.first_school, giver=pair.second_school, note="CANARY-HM-P2")


def _promise(school: School, **how: Any) -> None:
    note = how.pop("note", "")
    values = {"item": "Máy in", "quantity": Decimal(1), "unit": "chiếc", "kind": "gift", "note": note}
    rules.offer_to_school(school, values, person_id=None, **how)
