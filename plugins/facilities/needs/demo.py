"""Needs of the demo's own schools, in every state."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from intranet.api import PRINCIPAL, Actor, District, Person, carry, now, today
from plugins.facilities.models import Need, PublicWall
from plugins.facilities.needs import rules

# The steps that lead to each state.
WAYS = {
    "draft": (),
    "submitted": ("submit",),
    "verified": ("submit", "verify"),
    "published": ("submit", "verify", "publish"),
    "withdrawn": ("submit", "withdraw"),
    "expired": ("submit", "verify", "publish", "expire"),
}
# (item, quantity, unit, why, pupils, priority, days until it is needed), (estimate in million đồng, state, age in days)
NEEDS = {
    "uh": (
        (
            (
                "Bộ bàn ghế học sinh cỡ V",
                40,
                "bộ",
                "Hai phòng học khối 8 còn dùng bàn dài bốn chỗ, gỗ đã mục.",
                80,
                1,
                60,
            ),
            (48, "published", 70),
        ),
        (
            ("Máy tính để bàn cho phòng Tin học", 15, "bộ", "Phòng máy có 20 máy, 9 máy hỏng bo mạch chủ.", 320, 1, 90),
            (150, "published", 200),
        ),
        (
            ("Sách tham khảo cho thư viện", 200, "cuốn", "Tủ sách bổ trợ thi vào lớp 10 còn ít.", 410, 2, None),
            (14, "published", 40),
        ),
        (
            ("Máy chiếu phòng bộ môn Khoa học tự nhiên", 2, "chiếc", "Phòng bộ môn chưa có máy chiếu.", 260, 2, 45),
            (24, "published", 20),
        ),
        (
            ("Kính hiển vi quang học", 8, "chiếc", "Danh mục tối thiểu cần 8 chiếc, trường có 1.", 260, 2, 120),
            (28, "verified", 12),
        ),
        (
            ("Bồn rửa tay ngoài trời", 3, "bộ", "Khu vệ sinh học sinh thiếu chỗ rửa tay.", 410, 1, 50),
            (18, "submitted", 4),
        ),
        (
            ("Mái che sân khấu ngoài trời", 1, "công trình", "Giờ chào cờ ngày mưa không có chỗ trú.", 410, 3, None),
            (120, "published", 150),
        ),
        (
            ("Quạt trần phòng học", 24, "chiếc", "Quạt cũ rung lắc, không bảo đảm an toàn.", 410, 2, 30),
            (20, "draft", 1),
        ),
        (
            ("Đàn organ dạy Âm nhạc", 1, "chiếc", "Đàn cũ đã sửa được, trường không cần nữa.", 410, 3, None),
            (8, "withdrawn", 35),
        ),
    ),
    "hm": (
        (
            ("Cây xanh bóng mát cho sân trường", 12, "cây", "Sân mới lát, chưa có bóng mát.", 1900, 3, 100),
            (12, "published", 55),
        ),
        (
            ("Kệ sách thư viện mở", 10, "chiếc", "Thư viện mở ở hành lang cần thêm kệ.", 1900, 2, None),
            (15, "published", 25),
        ),
        (("Tủ thuốc phòng y tế", 2, "chiếc", "Thay tủ cũ gãy khóa.", 1900, 2, 40), (6, "submitted", 3)),
    ),
    "hm2": (
        (("Bảng tương tác phòng học", 2, "chiếc", "Hai phòng khối 9 chưa có.", 90, 2, 80), (160, "published", 30)),
    ),
    "uh2": (
        (
            ("Nhà để xe học sinh", 1, "công trình", "Xe đạp để ngoài trời, mưa nắng hỏng nhanh.", 350, 1, None),
            (95, "verified", 90),
        ),
        (
            ("Bộ dụng cụ thí nghiệm Hóa học lớp 8", 6, "bộ", "Mỗi nhóm bốn em một bộ.", 120, 1, 70),
            (12, "published", 15),
        ),
    ),
}


def actor(username: str) -> Actor:
    """A principal of the demo's own schools."""
    person = Person.get(Person.username == username)
    return Actor(person_id=person.id, role=PRINCIPAL, district_id=person.district_id, school_id=person.school_id)


def build() -> None:
    """Make them, the oldest first, and open a district's public page."""
    for own, rows in NEEDS.items():
        for row in sorted(rows, key=lambda row: -row[1][-1]):
            _make(actor(f"{own}.hieutruong"), *row[0], *row[1])
    PublicWall.create(
        district=District.get(District.code == "UH"), shown=True, contact="Văn phòng phòng giáo dục, giờ hành chính"
    )


def _make(
    principal: Actor,
    item: str,
    quantity: int,
    unit: str,
    why: str,
    pupils: int,
    priority: int,
    days: int | None,
    millions: int,
    state: str,
    age: int,
) -> None:
    values = {
        "item": item,
        "quantity": Decimal(quantity),
        "unit": unit,
        "why": why,
        "pupils": pupils,
        "priority": priority,
        "due_on": today() + timedelta(days=days) if days else None,
        "estimate": Decimal(millions) * 1_000_000,
    }
    need = rules.make_need(principal, values)
    for step in WAYS[state]:
        carry(need, step, person_id=None, reason="Đã tự khắc phục được." if step == "withdraw" else "")
    since = now() - timedelta(days=age)
    Need.update(created_at=since, state_since=since + timedelta(days=min(age, 6))).where(Need.id == need.id).execute()


def mark() -> None:
    """A draft of each district's first school: for the school alone."""
    for code in ("hm", "uh"):
        values = {"item": "Nhu cầu còn nháp", "quantity": Decimal(1), "unit": "chiếc"}
        rules.make_need(actor(f"{code}.hieutruong"), {**values, "why": f"CANARY-{code.upper()}-V1"})
