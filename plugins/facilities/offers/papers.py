"""A delivery on paper: the hand-over record that both sides sign, and the letter of thanks."""

from __future__ import annotations

from typing import Any

from intranet.api import (
    PaperKind,
    format_quantity,
    issuer_of,
    money_in_words,
    one_body,
    school_name_on,
    signature,
    source_text,
    written_day,
    written_money,
)
from intranet.api import lazy_gettext as _
from plugins.facilities.models import Offer
from plugins.facilities.offers.effects import ARRIVED
from plugins.facilities.offers.forms import CONDITIONS
from plugins.facilities.offers.life_cycle import KINDS, TRANSFER
from plugins.facilities.papers import HEAD, lines_of

UNNAMED = "Nhà tài trợ không nêu tên"
GIVES, GETS = "ĐẠI DIỆN BÊN GIAO", "ĐẠI DIỆN BÊN NHẬN"


def may_read(_actor: Any, offer: Offer) -> bool:
    """There is nothing to sign or to thank for before it has arrived."""
    return offer.state in ARRIVED


def _giver(offer: Offer) -> str:
    if offer.giver_school_id is not None:
        return school_name_on(offer.giver_school, offer.received_on)
    return UNNAMED if offer.donor_id is None or offer.donor.anonymous else offer.donor.name


def _parts(offer: Offer, name: str, about: str, sign: str, **more: Any) -> dict[str, Any]:
    heading = issuer_of(offer, offer.received_on).heading
    text = {"name": name, "about": about, "sign": sign, "day": offer.received_on, "recipients": _told(offer)}
    return one_body(heading, **text, **more) | {
        "ben_giao": _giver(offer),
        "ben_nhan": school_name_on(offer.school, offer.received_on),
        "gi": offer.item,
        "so_luong": f"{format_quantity(offer.received or 0)} {offer.unit}",
        "ngay_nhan": written_day(offer.received_on) if offer.received_on else "",
    }


def _told(offer: Offer) -> list[str]:
    return ["Hai bên giao nhận" if offer.giver_school_id else "Bên tài trợ", "Lưu: VT"]


def _hand_over(offer: Offer) -> dict[str, Any]:
    worth = int(offer.worth) if offer.worth is not None else None
    parts = _parts(offer, "Biên bản", f"Bàn giao {offer.item}", "BB", signatures=_both_sides(offer))
    return parts | {
        "nguoi_giao": offer.giver_name,
        "nguoi_nhan": offer.receiver_name,
        "hinh_thuc": source_text(KINDS[offer.kind]),
        "so_quyet_dinh": offer.decision_number if offer.kind == TRANSFER else "",
        "so_da_giao": f"{format_quantity(offer.dispatched)} {offer.unit}" if offer.dispatched is not None else "",
        "so_hong": f"{format_quantity(offer.broken)} {offer.unit}" if offer.broken else "",
        "tinh_trang": source_text(CONDITIONS[offer.condition]) if offer.condition in CONDITIONS else "",
        "tri_gia": written_money(worth) if worth is not None else "",
        "tri_gia_bang_chu": money_in_words(worth) if worth is not None else "",
        "ngay_tra": written_day(offer.due_back_on) if offer.due_back_on else "",
        "ghi_chu": lines_of(offer.receipt_note),
    }


def _both_sides(offer: Offer) -> list[dict[str, str]]:
    """Who signs: the heads of both schools; who gives from outside has no office, and signs with the name given."""
    head = issuer_of(offer, offer.received_on).heading
    gets = signature(head.signer_title, head.signer_name, GETS)
    if offer.giver_school_id is None:
        return [signature("Người giao", offer.giver_name, GIVES), gets]
    head = issuer_of(offer, offer.received_on, side="giver_").heading
    return [signature(head.signer_title, head.signer_name, GIVES), gets]


def _hand_over_body(layout: Any) -> None:
    layout.paragraph("Hôm nay, {{ ngay_nhan }}, tại {{ ben_nhan }}, chúng tôi gồm:")
    layout.heading("I. BÊN GIAO")
    layout.paragraph("{{ ben_giao }}{% if nguoi_giao %}; người giao: {{ nguoi_giao }}{% endif %}.")
    layout.heading("II. BÊN NHẬN")
    layout.paragraph("{{ ben_nhan }}{% if nguoi_nhan %}; người nhận: {{ nguoi_nhan }}{% endif %}.")
    layout.heading("III. NỘI DUNG BÀN GIAO")
    layout.paragraph("{{ gi }}; hình thức: {{ hinh_thuc }}.")
    with layout.when("so_quyet_dinh"):
        layout.paragraph("Theo Quyết định điều chuyển tài sản số {{ so_quyet_dinh }}.")
    with layout.when("so_da_giao"):
        layout.paragraph("Số lượng giao: {{ so_da_giao }}.")
    layout.paragraph("Số lượng nhận, nguyên vẹn, dùng được: {{ so_luong }}.")
    with layout.when("so_hong"):
        layout.paragraph("Số lượng hỏng, không dùng được: {{ so_hong }}.")
    with layout.when("tinh_trang"):
        layout.paragraph("Tình trạng: {{ tinh_trang }}.")
    with layout.when("tri_gia"):
        layout.paragraph("Trị giá ước tính: {{ tri_gia }} ({{ tri_gia_bang_chu }}).")
    with layout.when("ngay_tra"):
        layout.paragraph("Hẹn trả lại: {{ ngay_tra }}.")
    with layout.when("ghi_chu"):
        layout.paragraph("Ghi chú:")
        layout.lines("ghi_chu")
    layout.paragraph(
        "Hai bên đã kiểm tra, đếm đủ và cùng ký biên bản; biên bản lập thành 02 (hai) bản có giá trị như nhau, mỗi bên "
        "giữ 01 (một) bản./."
    )


def _thanks(offer: Offer) -> dict[str, Any]:
    return _parts(offer, "Thư cảm ơn", "", "TCO") | {"loi_cam_on": lines_of(offer.thanks)}


def _thanks_body(layout: Any) -> None:
    layout.paragraph("Kính gửi: {{ ben_giao }}.")
    layout.paragraph(
        "{{ ben_nhan }} xin báo: {{ ngay_nhan }}, nhà trường đã nhận {{ so_luong }}, {{ gi }}, do quý vị trao tặng."
    )
    layout.lines("loi_cam_on")
    layout.paragraph(
        "Tập thể cán bộ, giáo viên, nhân viên và học sinh nhà trường trân trọng cảm ơn tấm lòng của quý vị; nhà trường "
        "sẽ sử dụng, giữ gìn đúng mục đích./."
    )


_SAMPLE = {
    **{key: value for key, value in HEAD.items() if key != "chu_ky"},
    "ten_loai": "BIÊN BẢN",
    "trich_yeu": "Bàn giao bàn ghế học sinh",
    "ben_giao": "Trường THCS A",
    "ben_nhan": "Trường THCS B",
    "gi": "Bàn ghế học sinh",
    "so_luong": "18 bộ",
    "ngay_nhan": "ngày 05 tháng 10 năm 2026",
}


def _kind(key: str, label: Any, name: str, context: Any, body: Any, sample: dict[str, Any], **more: Any) -> PaperKind:
    return PaperKind(
        key=f"facilities.{key}",
        label=label,
        model=Offer,
        permission="facilities.view",
        context=context,
        file_name=lambda offer: f"{name} {offer.item}",
        body=body,
        sample=_SAMPLE | sample,
        may_read=may_read,
        **more,
    )


HAND_OVER = _kind(
    "hand_over",
    _("Biên bản bàn giao"),
    "Biên bản bàn giao",
    _hand_over,
    _hand_over_body,
    {
        "nguoi_giao": "Nguyễn Văn A",
        "nguoi_nhan": "Trần Thị B",
        "hinh_thuc": "Tặng",
        "so_quyet_dinh": "12/QĐ-UBND",
        "so_da_giao": "20 bộ",
        "so_hong": "2 bộ",
        "tinh_trang": "Tốt",
        "tri_gia": "27.000.000 đồng",
        "tri_gia_bang_chu": "Hai mươi bảy triệu đồng",
        "ngay_tra": "ngày 31 tháng 5 năm 2027",
        "ghi_chu": ["Hai bộ gãy chân khi vận chuyển."],
        "hang_ky": [
            {
                "trai": signature("Hiệu trưởng", "Lê Văn C", GIVES),
                "phai": signature("Hiệu trưởng", "Phạm Thị D", GETS),
            }
        ],
    },
    side_by_side=True,
)
THANK_YOU = _kind(
    "thank_you",
    _("Thư cảm ơn"),
    "Thư cảm ơn",
    _thanks,
    _thanks_body,
    {
        "ten_loai": "THƯ CẢM ƠN",
        "trich_yeu": "",
        "loi_cam_on": ["Bàn ghế đã được kê ở phòng 6A."],
        "chu_ky": HEAD["chu_ky"],
    },
)
