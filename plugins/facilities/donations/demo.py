"""Donation plans of the demo's own schools: one posted, one that receives, one that is over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from intranet.api import carry, today, working_days_after
from plugins.facilities.donations import rules
from plugins.facilities.donations.life_cycle import POSTING_DAYS
from plugins.facilities.models import DonationPlan, Gift, Opinion, Spending
from plugins.facilities.needs.demo import actor

WAY = ("submit", "approve", "post", "collect", "settle", "post_settlement", "close")
# (title, what, purpose, for whom, budget in million đồng, plan of use, how many steps, posted so many days ago)
PLANS = {
    "uh": (
        "Sửa phòng đọc, bổ sung giá sách",
        "Sửa phòng đọc 60 m², mua 8 giá sách, bổ sung sách tham khảo.",
        "Học sinh có chỗ đọc sách trong giờ nghỉ và buổi chiều.",
        "Học sinh toàn trường.",
        120,
        "Thay mái tôn, sơn tường: 70 triệu đồng.\nGiá sách: 30 triệu đồng.\nSách tham khảo: 20 triệu đồng.",
        4,
        60,
    ),
    "hm": (
        "Trồng cây bóng mát, làm vườn trường",
        "Trồng 12 cây bóng mát, làm 4 bồn cây, vườn thực hành Khoa học tự nhiên.",
        "Sân trường có bóng mát, học sinh có chỗ thực hành.",
        "Học sinh toàn trường.",
        45,
        "Cây giống và đất: 25 triệu đồng.\nBồn cây: 12 triệu đồng.\nHệ thống tưới: 8 triệu đồng.",
        3,
        9,
    ),
    "uh2": (
        "Mua máy lọc nước uống",
        "Ba máy lọc nước uống tại vòi cho ba dãy phòng học.",
        "Học sinh có nước uống sạch.",
        "Học sinh toàn trường.",
        36,
        "Ba máy lọc nước và lắp đặt: 36 triệu đồng.",
        7,
        150,
    ),
}
TEAM = "Hiệu trưởng, tổ trưởng\nKế toán\nĐại diện Ban đại diện cha mẹ học sinh"
# (kind, giver, named, item, quantity, unit, million đồng)
GIFTS = (
    ("money", "Công ty In và Sách Ứng Hòa (dữ liệu minh họa)", True, "", None, "", 30),
    ("goods", "Cựu học sinh khóa 1998 (dữ liệu minh họa)", True, "Giá sách gỗ", 4, "chiếc", 12),
    ("money", "", False, "", None, "", 5),
    ("other", "Hội phụ huynh lớp 8A (dữ liệu minh họa)", False, "Công sơn tường, hai ngày", 20, "công", 6),
)


def build() -> None:
    """Make them, each as far along as its row says."""
    for own, row in PLANS.items():
        _make(own, *row)


def _make(
    own: str, title: str, content: str, purpose: str, whom: str, millions: int, use: str, steps: int, days: int
) -> None:
    values = {"title": title, "content": content, "purpose": purpose, "beneficiaries": whom, "use": use, "team": TEAM}
    budget = Decimal(millions) * 1_000_000
    timetable = "Tháng thứ nhất: niêm yết, lấy ý kiến. Tháng thứ hai, thứ ba: tiếp nhận, thực hiện, quyết toán."
    head = actor(f"{own}.hieutruong")
    plan = rules.make_plan(head, {**values, "budget": budget, "timetable": timetable})
    for step in WAY[:steps]:
        carry(plan, step, person_id=head.person_id)
    posted = today() - timedelta(days=days)
    dates = {"posted_on": posted, "posting_ends_on": working_days_after(posted, POSTING_DAYS)}
    dates |= {"decision_number": "15/QĐ-UBND", "decided_on": posted - timedelta(days=4)}
    if steps >= WAY.index("settle") + 1:
        over = dates["posting_ends_on"] + timedelta(days=60)
        dates |= {"settled_on": over, "settlement_posted_on": over + timedelta(days=2)}
        dates |= {"settlement": "Đã lắp ba máy lọc nước, nghiệm thu và đưa vào sử dụng.", "upkeep": "Thay lõi mỗi năm."}
    DonationPlan.update(dates).where(DonationPlan.id == plan.id).execute()
    _fill(plan.id, dates["posting_ends_on"], millions, steps)


def _fill(plan_id: int, after: date, millions: int, steps: int) -> None:
    answer = "Nhà trường tiếp thu, đã ghi thêm vào kế hoạch sử dụng."
    text = "Nên ghi rõ ai chăm sóc sau khi làm xong."
    answered = min(after, today())
    given = answered - timedelta(days=3)
    Opinion.create(plan=plan_id, text=text, given_on=given, answer=answer, answered_on=answered)
    if steps < WAY.index("collect") + 1:
        return
    rows = GIFTS if steps < len(WAY) else (("money", "", False, "", None, "", millions),)
    for number, (kind, giver, named, item, quantity, unit, worth) in enumerate(rows, start=1):
        Gift.create(
            plan=plan_id,
            number=number,
            on=after + timedelta(days=number * 4),
            kind=kind,
            giver=giver,
            named=named,
            item=item,
            quantity=quantity,
            unit=unit,
            amount=worth * 1_000_000,
            document=f"PT {number:02}" if kind == "money" else f"BB {number:02}",
        )
    spent = millions if steps == len(WAY) else 28
    what = "Mua, lắp ba máy lọc nước" if steps == len(WAY) else "Thay mái tôn phòng đọc"
    Spending.create(plan=plan_id, on=after + timedelta(days=20), what=what, amount=spent * 1_000_000, document="HĐ 07")


def mark() -> None:
    """A plan of each district's first school that waits for its office: for both alone."""
    for code in ("hm", "uh"):
        head = actor(f"{code}.hieutruong")
        plan = rules.make_plan(head, {"title": "Kế hoạch chờ duyệt", "content": f"CANARY-{code.upper()}-V1"})
        carry(plan, "submit", person_id=head.person_id)
