"""A proposal on paper: the submission to the People's Committee (tờ trình)."""

from __future__ import annotations

from typing import Any

from intranet.api import (
    PaperKind,
    Pictured,
    format_quantity,
    issuer_of,
    money_in_words,
    one_body,
    small_pictures,
    source_text,
    written_money,
)
from intranet.api import lazy_gettext as _
from plugins.facilities.models import FundingSource, Proposal
from plugins.facilities.papers import HEAD, lines_of
from plugins.facilities.proposals import queries
from plugins.facilities.proposals.forms import SOURCES

ABOUT = "Về việc "
MOST_PICTURES, PICTURE_HEIGHT = 12, 70


def _submission(proposal: Proposal) -> dict[str, Any]:
    issuer = issuer_of(proposal, proposal.sent_on)
    rows = queries.lines(proposal, day=proposal.sent_on)
    cost = int(queries.total(rows))
    about = (
        proposal.title if proposal.title.startswith(ABOUT) else ABOUT + proposal.title[:1].lower() + proposal.title[1:]
    )
    parts = one_body(
        issuer.heading,
        name="Tờ trình",
        about=about,
        sign="TTr",
        number=proposal.number,
        day=proposal.sent_on,
        recipients=["Như trên", "Các trường có tên", "Lưu: VT"],
    )
    return parts | {
        "kinh_gui": proposal.addressee,
        "can_cu": _bases(proposal.bases),
        "su_can_thiet": lines_of(proposal.reasons),
        "tien_do": lines_of(proposal.course),
        "hieu_qua": lines_of(proposal.effects),
        "so_truong": str(len({row[3] for row in rows})),
        "so_muc": str(len(rows)),
        "cac_muc": [_line(row) for row in rows],
        "tong_kinh_phi": written_money(cost),
        "tong_kinh_phi_bang_chu": money_in_words(cost),
        "nguon_von": [_source(source) for source in queries.sources(proposal)],
        "don_vi": issuer.office,
        "anh": _pictures(rows),
    }


def _pictures(rows: list[tuple]) -> list[dict[str, str]]:
    """The photos of the needs, each with the line that it belongs to."""
    names = {need: f"{position}. {item}, {school}" for _id, position, need, school, item, *_rest in rows}
    found = small_pictures("facilities_need", list(names), MOST_PICTURES)
    return [{"cua": names[need], "hinh": Pictured("", picture, PICTURE_HEIGHT)} for need, picture in found]


def _bases(text: str) -> list[str]:
    lines = [line.rstrip(" .;,") + ";" for line in lines_of(text)]
    return [*lines[:-1], lines[-1][:-1] + ","] if lines else []


def _line(row: tuple) -> dict[str, str]:
    _id, position, _need, school, item, quantity, unit, _pupils, _why, cost = row
    return {
        "so": str(position),
        "truong": school,
        "gi": item,
        "so_luong": f"{format_quantity(quantity)} {unit}",
        "tien": _money(cost),
    }


def _money(amount: Any) -> str:
    return "" if amount is None else f"{amount:,.0f}".replace(",", ".")


def _source(source: FundingSource) -> dict[str, str]:
    name = source_text(SOURCES[source.kind])
    return {"ten": f"{name}: {source.label}" if source.label else name, "tien": written_money(int(source.amount))}


def _submission_body(layout: Any) -> None:
    layout.paragraph("Kính gửi: {{ kinh_gui }}.")
    layout.lines("can_cu", italic=True)
    layout.paragraph("{{ don_vi }} kính trình như sau:")
    layout.heading("1. SỰ CẦN THIẾT")
    layout.lines("su_can_thiet")
    layout.heading("2. NỘI DUNG ĐỀ XUẤT")
    layout.paragraph(
        "Đề nghị đầu tư {{ so_muc }} nội dung cho {{ so_truong }} trường, theo thứ tự ưu tiên dưới đây; phụ lục "
        "kinh phí kèm theo."
    )
    layout.table(
        "cac_muc",
        (
            ("TT", "so", 12),
            ("Trường", "truong", 48),
            ("Nội dung", "gi", 50),
            ("Số lượng", "so_luong", 25),
            ("Kinh phí (đồng)", "tien", 28),
        ),
    )
    layout.heading("3. KINH PHÍ VÀ NGUỒN VỐN")
    layout.paragraph("Tổng kinh phí: {{ tong_kinh_phi }} (bằng chữ: {{ tong_kinh_phi_bang_chu }}), gồm:")
    with layout.each("nguon", "nguon_von"):
        layout.paragraph("- {{ nguon.ten }}: {{ nguon.tien }}{% if loop.last %}.{% else %};{% endif %}")
    with layout.when("tien_do"):
        layout.heading("4. TIẾN ĐỘ THỰC HIỆN")
        layout.lines("tien_do")
    with layout.when("hieu_qua"):
        layout.heading("5. HIỆU QUẢ DỰ KIẾN")
        layout.lines("hieu_qua")
    layout.paragraph("{{ don_vi }} kính trình {{ kinh_gui }} xem xét, quyết định./.")


def _submission_annex(layout: Any) -> None:
    with layout.when("anh"):
        layout.new_page("PHỤ LỤC ẢNH HIỆN TRẠNG")
        with layout.each("muc", "anh"):
            layout.heading("{{ muc.cua }}")
            layout.paragraph("{{ muc.hinh }}")


SUBMISSION = PaperKind(
    key="facilities.submission",
    label=_("Tờ trình"),
    model=Proposal,
    permission="facilities.propose",
    context=_submission,
    file_name=lambda proposal: f"Tờ trình {proposal.title}",
    body=_submission_body,
    annex=_submission_annex,
    sample=HEAD
    | {
        "ten_loai": "TỜ TRÌNH",
        "trich_yeu": "Về việc bổ sung thiết bị dạy học",
        "kinh_gui": "Ủy ban nhân dân xã A",
        "can_cu": ["Căn cứ Nghị quyết số 12/NQ-HĐND;", "Căn cứ kết quả rà soát năm học 2026-2027,"],
        "su_can_thiet": ["Nhiều phòng học chưa đủ bàn ghế."],
        "tien_do": ["Quý I năm 2027."],
        "hieu_qua": ["Đủ thiết bị tối thiểu."],
        "so_truong": "2",
        "so_muc": "2",
        "cac_muc": [
            {"so": "1", "truong": "Trường THCS A", "gi": "Bàn ghế", "so_luong": "20 bộ", "tien": "30.000.000"},
            {"so": "2", "truong": "Trường THCS B", "gi": "Máy tính", "so_luong": "5 bộ", "tien": "70.000.000"},
        ],
        "tong_kinh_phi": "100.000.000 đồng",
        "tong_kinh_phi_bang_chu": "Một trăm triệu đồng",
        "nguon_von": [
            {"ten": "Ngân sách xã, phường", "tien": "80.000.000 đồng"},
            {"ten": "Xã hội hóa, tài trợ", "tien": "20.000.000 đồng"},
        ],
        "don_vi": "Phòng Văn hóa - Xã hội xã A",
        "anh": [{"cua": "1. Bàn ghế, Trường THCS A", "hinh": ""}],
    },
)
