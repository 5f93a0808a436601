"""A review on paper: the minutes that the school signs, and the list of what it lacks."""

from __future__ import annotations

from typing import Any

from intranet.api import PaperKind, issuer_of, one_body, settled_on, source_text
from intranet.api import lazy_gettext as _
from plugins.facilities.models import Review
from plugins.facilities.papers import HEAD
from plugins.facilities.reviews.forms import CONDITIONS
from plugins.facilities.reviews.life_cycle import UNDER_WAY
from plugins.facilities.reviews.queries import lines
from plugins.facilities.shortage.queries import of_review


def _parts(review: Review, name: str, about: str, sign: str) -> dict[str, Any]:
    issuer = issuer_of(review, settled_on(review, UNDER_WAY))
    recipients = [issuer.office, "Lưu: VT"]
    return one_body(issuer.heading, name=name, about=about, sign=sign, recipients=recipients) | {
        "truong": issuer.name,
        "dot": review.round.title,
        "nam_hoc": review.school_year,
        "so_lop": _text(review.classes),
        "so_hoc_sinh": _text(review.pupils),
        "so_phong": _text(review.rooms),
        "so_diem_truong": _text(review.sites),
    }


def _text(number: int | None) -> str:
    return "" if number is None else f"{number:,}".replace(",", ".")


def _minutes(review: Review) -> dict[str, Any]:
    items = review.round.pack.checklist.items
    rows = [
        {
            "muc": f"{line.item}. {items[line.item].title}",
            "can": _text(line.required),
            "co": _text(line.have),
            "dung": _text(line.usable),
            "tinh_trang": source_text(CONDITIONS[line.condition]) if line.condition in CONDITIONS else "",
            "ghi_chu": line.note,
        }
        for line in lines(review.id)
    ]
    return _parts(review, "Biên bản", f"Rà soát cơ sở vật chất: {review.round.title}", "BB") | {"cac_muc": rows}


def _school(layout: Any) -> None:
    layout.paragraph(
        "{{ truong }}{% if nam_hoc %}, năm học {{ nam_hoc }}{% endif %}{% if so_lop %}; {{ so_lop }} lớp{% endif %}"
        "{% if so_hoc_sinh %}, {{ so_hoc_sinh }} học sinh{% endif %}{% if so_phong %}, {{ so_phong }} phòng học"
        "{% endif %}{% if so_diem_truong %}, {{ so_diem_truong }} điểm trường{% endif %}."
    )


def _minutes_body(layout: Any) -> None:
    _school(layout)
    layout.paragraph("Kết quả rà soát theo {{ dot }}:")
    layout.table(
        "cac_muc",
        (
            ("Mục", "muc", 62),
            ("Cần", "can", 16),
            ("Hiện có", "co", 16),
            ("Dùng được", "dung", 18),
            ("Tình trạng", "tinh_trang", 25),
            ("Ghi chú", "ghi_chu", 28),
        ),
    )
    layout.paragraph("Biên bản đã được các thành viên tham gia rà soát thống nhất./.")


def _shortage(review: Review) -> dict[str, Any]:
    short = [lack for lack in of_review(review) if lack.missing]
    rows = [
        {
            "so": str(number),
            "muc": f"{lack.item.code}. {lack.item.title}",
            "don_vi": lack.item.unit,
            "can": _text(lack.line.required),
            "dung": _text(lack.line.usable),
            "thieu": _text(lack.missing),
        }
        for number, lack in enumerate(short, start=1)
    ]
    return _parts(review, "Danh mục", f"Cơ sở vật chất còn thiếu: {review.round.title}", "DM") | {
        "thieu": rows,
        "so_muc": str(len(rows)),
    }


def _shortage_body(layout: Any) -> None:
    _school(layout)
    layout.paragraph("Số còn thiếu so với định mức: {{ so_muc }} mục.")
    with layout.when("thieu"):
        layout.table(
            "thieu",
            (
                ("TT", "so", 12),
                ("Mục", "muc", 73),
                ("Đơn vị", "don_vi", 22),
                ("Cần", "can", 18),
                ("Dùng được", "dung", 20),
                ("Thiếu", "thieu", 18),
            ),
        )


_SAMPLE = HEAD | {
    "ten_loai": "BIÊN BẢN",
    "trich_yeu": "Rà soát cơ sở vật chất: Đợt 1 năm học 2026-2027",
    "truong": "Trường THCS A",
    "dot": "Đợt 1 năm học 2026-2027",
    "nam_hoc": "2026-2027",
    "so_lop": "24",
    "so_hoc_sinh": "1.050",
    "so_phong": "20",
    "so_diem_truong": "1",
}
MINUTES = PaperKind(
    key="facilities.review_minutes",
    label=_("Biên bản rà soát"),
    model=Review,
    permission="facilities.view",
    context=_minutes,
    file_name=lambda review: f"Biên bản rà soát {review.school.name}",
    body=_minutes_body,
    sample=_SAMPLE
    | {
        "cac_muc": [
            {
                "muc": "1. Phòng học",
                "can": "24",
                "co": "20",
                "dung": "18",
                "tinh_trang": "Cần sửa nhỏ",
                "ghi_chu": "Hai phòng dột.",
            }
        ]
    },
)
SHORTAGE = PaperKind(
    key="facilities.shortage_list",
    label=_("Danh mục còn thiếu"),
    model=Review,
    permission="facilities.view",
    context=_shortage,
    file_name=lambda review: f"Danh mục còn thiếu {review.school.name}",
    body=_shortage_body,
    sample=_SAMPLE
    | {
        "ten_loai": "DANH MỤC",
        "so_muc": "1",
        "thieu": [
            {"so": "1", "muc": "1. Phòng học", "don_vi": "phòng", "can": "24", "dung": "18", "thieu": "6"},
        ],
    },
)
