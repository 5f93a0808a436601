"""What the module's Word files share: they are made when somebody asks, sent, and kept nowhere (decision D9).

None of them is ever issued: an issued paper is stored for good, and these tell of children.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response

from intranet.api import PaperKind, Refused, go, render_paper, say, school_name_on, send_word, signature
from plugins.mentoring.tables.cases import Case

FAMILY, SCHOOL_SIDE = "Cha, mẹ hoặc người giám hộ", "Đại diện nhà trường"
# The parts that a school's paper has, for samples.
SAMPLE_HEAD = {
    "co_quan_chu_quan": "UBND QUẬN A",
    "co_quan": "TRƯỜNG THCS MẪU A",
    "so_ky_hieu": "Số:      /NKK-THCSMA",
    "ky_hieu": "NKK-THCSMA",
    "dia_danh_ngay_thang": "Mẫu A, ngày 05 tháng 12 năm 2026",
    "dia_danh": "Mẫu A",
    "ma_tra_cuu": "",
}
SAMPLE_CHILD = {"ma": "HS 6A-01", "ho_ten": "Nguyễn Văn B", "lop": "6A", "truong": "Trường THCS Mẫu A"}


def in_rows(*blocks: tuple[str, str]) -> list[dict[str, Any]]:
    """(office, name) of those who sign, two in a row, as samples have them."""
    signed = [signature(title, name) for title, name in blocks]
    return [
        {"trai": signed[start], "phai": signed[start + 1] if start + 1 < len(signed) else None}
        for start in range(0, len(signed), 2)
    ]


def private(key: str, label: Any, **parts: Any) -> PaperKind:
    """A kind of paper that the module's own pages give, and that nobody can issue."""
    return PaperKind(key=f"mentoring.{key}", label=label, own_issue=True, own_pages=True, **parts)


def child(case: Case, name: str, day: date | None = None) -> Mapping[str, str]:
    """Whom a paper is about; of a ``day``, the school is called as it was then."""
    return {"ma": case.code, "ho_ten": name, "lop": case.class_name, "truong": school_name_on(case.school, day)}


def send(kind: PaperKind, record: Any, district_id: int, back: str) -> Response:
    """The file, made now; where the district's own template is faulty, its sentence instead."""
    try:
        paper = render_paper(kind, record, district_id)
    except Refused as fault:
        say(str(fault), "bad")
        return go(back)
    return send_word(paper.body, paper.file_name)
