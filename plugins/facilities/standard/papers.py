"""A self-check of the national standard on paper: scores by criterion, the level, the rule, what is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intranet.api import PaperKind, format_quantity, issuer_of, one_body, settled_on
from intranet.api import lazy_gettext as _
from plugins.facilities.models import StandardCheck
from plugins.facilities.papers import HEAD
from plugins.facilities.standard.life_cycle import UNDER_WAY
from plugins.facilities.standard.queries import lines, missing


def _report(check: StandardCheck) -> dict[str, Any]:
    issuer = issuer_of(check, settled_on(check, UNDER_WAY))
    about = f"Tự đánh giá trường chuẩn quốc gia năm học {check.school_year}"
    recipients = [issuer.office, "Lưu: VT"]
    rows, items = lines(check), check.pack.checklist.items
    lacks = missing(check, rows)
    return one_body(issuer.heading, name="Báo cáo", about=about, sign="BC", recipients=recipients) | {
        "truong": issuer.name,
        "bo_tieu_chi": check.pack.title,
        "van_ban": check.pack.source,
        "muc_tu_xep": _level(check.own_level),
        "muc_kiem_tra": _level(check.checked_level) if check.checked_level is not None else "",
        "muc_tieu": _level(check.target_level),
        "nam_muc_tieu": check.target_year,
        "tieu_chi": [
            {
                "ma": code,
                "ten": items[code].title + (" (bắt buộc)" if items[code].compulsory else ""),
                "tu_cham": _score(line.own),
                "kiem_tra": _score(line.checked),
                "minh_chung": line.note,
            }
            for code, line in rows.items()
        ],
        "con_thieu": [f"{lack.item.code}. {lack.item.title}" for lack in lacks],
    }


def _level(level: int) -> str:
    return f"Mức {level}" if level else "Chưa đạt mức 1"


def _score(score: Decimal | None) -> str:
    return "" if score is None else format_quantity(score)


def _report_body(layout: Any) -> None:
    layout.paragraph("{{ truong }} tự đánh giá theo {{ bo_tieu_chi }} ({{ van_ban }}).")
    layout.heading("I. KẾT QUẢ")
    layout.paragraph("Trường tự xếp: {{ muc_tu_xep }}.")
    with layout.when("muc_kiem_tra"):
        layout.paragraph("Kết quả kiểm tra của phòng: {{ muc_kiem_tra }}.")
    layout.paragraph("Mục tiêu: {{ muc_tieu }}{% if nam_muc_tieu %}, năm học {{ nam_muc_tieu }}{% endif %}.")
    layout.heading("II. TỪNG TIÊU CHÍ")
    layout.table(
        "tieu_chi",
        (
            ("Mã", "ma", 14),
            ("Tiêu chí", "ten", 66),
            ("Tự chấm", "tu_cham", 20),
            ("Kiểm tra", "kiem_tra", 20),
            ("Minh chứng", "minh_chung", 45),
        ),
    )
    layout.heading("III. CÒN THIẾU ĐỂ ĐẠT MỤC TIÊU")
    with layout.when("con_thieu"):
        layout.lines("con_thieu", mark="- ")
    with layout.when("not con_thieu"):
        layout.paragraph("Nhà trường đã đạt mức đề ra.")


REPORT = PaperKind(
    key="facilities.standard_report",
    label=_("Báo cáo tự đánh giá"),
    model=StandardCheck,
    permission="facilities.view",
    context=_report,
    file_name=lambda check: f"Báo cáo tự đánh giá {check.school.name} {check.school_year}",
    body=_report_body,
    sample=HEAD
    | {
        "ten_loai": "BÁO CÁO",
        "trich_yeu": "Tự đánh giá trường chuẩn quốc gia năm học 2026-2027",
        "truong": "Trường THCS A",
        "bo_tieu_chi": "Tiêu chuẩn trường phổ thông",
        "van_ban": "Thông tư 57/2026/TT-BGDĐT",
        "muc_tu_xep": "Mức 1",
        "muc_kiem_tra": "Mức 1",
        "muc_tieu": "Mức 2",
        "nam_muc_tieu": "2028-2029",
        "tieu_chi": [
            {
                "ma": "4.1",
                "ten": "Cơ sở vật chất (bắt buộc)",
                "tu_cham": "1",
                "kiem_tra": "1",
                "minh_chung": "Biên bản rà soát",
            },
        ],
        "con_thieu": ["4.1. Cơ sở vật chất"],
    },
)
