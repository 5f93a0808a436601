"""Donations on paper: the plan of use that is posted, and the settlement that is posted afterwards.

Nobody who does not wish it is named: a posted sheet hangs where everybody reads it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from intranet.api import (
    PaperKind,
    format_quantity,
    issuer_of,
    money_in_words,
    one_body,
    short_day,
    source_text,
    written_day,
    written_money,
)
from intranet.api import lazy_gettext as _
from plugins.facilities.donations import queries
from plugins.facilities.donations.circular import DOCUMENT, VOLUNTARY
from plugins.facilities.donations.forms import KINDS
from plugins.facilities.donations.life_cycle import POSTING_DAYS
from plugins.facilities.models import DonationPlan, Gift, Spending
from plugins.facilities.papers import HEAD, lines_of

UNNAMED = "Nhà tài trợ không nêu tên"


def _parts(plan: DonationPlan, name: str, about: str, sign: str, day: date | None) -> dict[str, Any]:
    issuer = issuer_of(plan, day)
    recipients = [issuer.office, "Niêm yết tại trường", "Lưu: VT"]
    return one_body(issuer.heading, name=name, about=about, sign=sign, recipients=recipients) | {
        "ten_ke_hoach": plan.title,
        "truong": issuer.name,
        "van_ban_duyet": plan.decision_number,
        "ngay_duyet": short_day(plan.decided_on),
    }


def _use(plan: DonationPlan) -> dict[str, Any]:
    texts = {"noi_dung": plan.content, "muc_dich": plan.purpose, "thu_huong": plan.beneficiaries}
    texts |= {"trien_khai": plan.timetable, "su_dung": plan.use, "to_tiep_nhan": plan.team}
    return (
        _parts(plan, "Kế hoạch", f"Sử dụng tài trợ: {plan.title}", "KH", plan.posted_on)
        | {name: lines_of(text) for name, text in texts.items()}
        | {
            "du_toan": written_money(int(plan.budget)) if plan.budget is not None else "",
            "du_toan_bang_chu": money_in_words(int(plan.budget)) if plan.budget is not None else "",
            "so_ngay": str(POSTING_DAYS),
            "tu_ngay": written_day(plan.posted_on) if plan.posted_on else "",
            "den_ngay": written_day(plan.posting_ends_on) if plan.posting_ends_on else "",
            "nguyen_tac": VOLUNTARY,
            "thong_tu": DOCUMENT,
        }
    )


def _use_body(layout: Any) -> None:
    layout.paragraph("Căn cứ {{ thong_tu }};", italic=True)
    with layout.when("van_ban_duyet"):
        layout.paragraph(
            "Căn cứ văn bản {{ van_ban_duyet }} ngày {{ ngay_duyet }} về việc phê duyệt kế hoạch vận động,"
        )
    layout.paragraph("{{ truong }} công khai kế hoạch sử dụng tài trợ như sau:")
    for number, (heading, tag) in enumerate(
        (
            ("NỘI DUNG VẬN ĐỘNG", "noi_dung"),
            ("MỤC ĐÍCH", "muc_dich"),
            ("ĐỐI TƯỢNG THỤ HƯỞNG", "thu_huong"),
            ("KẾ HOẠCH SỬ DỤNG", "su_dung"),
            ("KẾ HOẠCH TRIỂN KHAI", "trien_khai"),
        ),
        start=1,
    ):
        layout.heading(f"{number}. {heading}")
        layout.lines(tag)
    layout.heading("6. DỰ TOÁN")
    with layout.when("du_toan"):
        layout.paragraph("Tổng chi phí: {{ du_toan }} ({{ du_toan_bang_chu }}).")
    layout.heading("7. TỔ TIẾP NHẬN TÀI TRỢ")
    layout.lines("to_tiep_nhan", mark="- ")
    layout.heading("8. NGUYÊN TẮC VÀ LẤY Ý KIẾN")
    layout.paragraph("{{ nguyen_tac }}")
    with layout.when("tu_ngay"):
        layout.paragraph(
            "Kế hoạch được niêm yết công khai {{ so_ngay }} ngày làm việc, từ {{ tu_ngay }} đến hết {{ den_ngay }}, để "
            "lấy ý kiến. Ý kiến góp ý gửi về nhà trường trong thời gian này./."
        )


def _settlement(plan: DonationPlan) -> dict[str, Any]:
    sums = queries.sums(plan)
    return _parts(plan, "Báo cáo", f"Quyết toán tài trợ: {plan.title}", "BC", plan.settled_on) | {
        "da_lam": lines_of(plan.settlement),
        "bao_tri": lines_of(plan.upkeep),
        "so_luot": str(sums.gifts),
        "tong_tien": written_money(int(sums.money)),
        "tong_tien_bang_chu": money_in_words(int(sums.money)),
        "tong_hien_vat": written_money(int(sums.goods)),
        "da_chi": written_money(int(sums.spent)),
        "con_lai": written_money(int(sums.left)),
        "tiep_nhan": [_gift(gift) for gift in queries.gifts(plan, struck=False)],
        "khoan_chi": [_spending(n, line) for n, line in enumerate(queries.spendings(plan, struck=False), start=1)],
    }


def _gift(gift: Gift) -> dict[str, str]:
    amount = f"{format_quantity(gift.quantity) if gift.quantity is not None else ''} {gift.unit}".strip()
    return {
        "so": str(gift.number),
        "ngay": short_day(gift.on),
        "nguoi": gift.giver if gift.named and gift.giver else UNNAMED,
        "gi": ", ".join(filter(None, (gift.item or source_text(KINDS[gift.kind]), amount))),
        "tien": f"{gift.amount:,.0f}".replace(",", ".") if gift.amount is not None else "",
    }


def _spending(number: int, line: Spending) -> dict[str, str]:
    money = f"{line.amount:,.0f}".replace(",", ".")
    return {"so": str(number), "ngay": short_day(line.on), "gi": line.what, "tien": money, "chung_tu": line.document}


def _settlement_body(layout: Any) -> None:
    layout.heading("1. TIẾP NHẬN TÀI TRỢ")
    layout.paragraph(
        "Nhà trường đã tiếp nhận {{ so_luot }} lượt tài trợ: {{ tong_tien }} bằng tiền ({{ tong_tien_bang_chu }}); "
        "hiện vật, công trình và đóng góp khác trị giá {{ tong_hien_vat }}."
    )
    with layout.when("tiep_nhan"):
        layout.table(
            "tiep_nhan",
            (
                ("Dòng sổ", "so", 15),
                ("Ngày", "ngay", 25),
                ("Nhà tài trợ", "nguoi", 50),
                ("Nội dung", "gi", 45),
                ("Số tiền, trị giá (đồng)", "tien", 28),
            ),
        )
    layout.heading("2. SỬ DỤNG")
    layout.paragraph("Đã chi {{ da_chi }}, còn lại {{ con_lai }}.")
    with layout.when("khoan_chi"):
        layout.table(
            "khoan_chi",
            (
                ("TT", "so", 12),
                ("Ngày", "ngay", 25),
                ("Nội dung chi", "gi", 63),
                ("Số tiền (đồng)", "tien", 28),
                ("Chứng từ", "chung_tu", 35),
            ),
        )
    layout.heading("3. KẾT QUẢ")
    layout.lines("da_lam")
    with layout.when("bao_tri"):
        layout.heading("4. BẢO TRÌ, BẢO DƯỠNG")
        layout.lines("bao_tri")
    layout.paragraph("Báo cáo này được niêm yết công khai tại trường./.")


_SAMPLE = HEAD | {
    "ten_ke_hoach": "Sửa phòng đọc",
    "truong": "Trường THCS A",
    "van_ban_duyet": "15/QĐ-UBND",
    "ngay_duyet": "05/10/2026",
}
USE_PLAN = PaperKind(
    key="facilities.use_plan",
    label=_("Kế hoạch sử dụng tài trợ"),
    model=DonationPlan,
    permission="facilities.view",
    context=_use,
    file_name=lambda plan: f"Kế hoạch sử dụng tài trợ {plan.title}",
    body=_use_body,
    sample=_SAMPLE
    | {
        "noi_dung": ["Sửa phòng đọc 60 m²."],
        "muc_dich": ["Học sinh có chỗ đọc sách."],
        "thu_huong": ["Học sinh toàn trường."],
        "trien_khai": ["Tháng 11: tiếp nhận.", "Tháng 12: sửa."],
        "su_dung": ["Sơn tường, thay mái."],
        "to_tiep_nhan": ["Nguyễn Văn A, hiệu trưởng", "Trần Thị B, kế toán"],
        "du_toan": "120.000.000 đồng",
        "du_toan_bang_chu": "Một trăm hai mươi triệu đồng",
        "so_ngay": "15",
        "tu_ngay": "ngày 05 tháng 10 năm 2026",
        "den_ngay": "ngày 26 tháng 10 năm 2026",
        "nguyen_tac": VOLUNTARY,
        "thong_tu": DOCUMENT,
    },
)
SETTLEMENT = PaperKind(
    key="facilities.settlement",
    label=_("Quyết toán tài trợ"),
    model=DonationPlan,
    permission="facilities.view",
    context=_settlement,
    file_name=lambda plan: f"Quyết toán tài trợ {plan.title}",
    body=_settlement_body,
    sample=_SAMPLE
    | {
        "da_lam": ["Đã sửa xong phòng đọc."],
        "bao_tri": ["Kiểm tra mái mỗi năm."],
        "so_luot": "2",
        "tong_tien": "80.000.000 đồng",
        "tong_tien_bang_chu": "Tám mươi triệu đồng",
        "tong_hien_vat": "20.000.000 đồng",
        "da_chi": "75.000.000 đồng",
        "con_lai": "5.000.000 đồng",
        "tiep_nhan": [
            {"so": "1", "ngay": "28/10/2026", "nguoi": UNNAMED, "gi": "Tiền", "tien": "80.000.000"},
            {"so": "2", "ngay": "30/10/2026", "nguoi": "Công ty A", "gi": "Giá sách, 4 cái", "tien": "20.000.000"},
        ],
        "khoan_chi": [
            {"so": "1", "ngay": "20/11/2026", "gi": "Thay mái", "tien": "75.000.000", "chung_tu": "HĐ 12"},
        ],
    },
)
