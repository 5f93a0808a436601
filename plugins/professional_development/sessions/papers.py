"""A session on paper: the plan, the invitation, and the minutes with attendance filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from intranet.api import PaperKind, issuer_of, local, one_body, school_name_on, source_text
from intranet.api import lazy_gettext as _
from plugins.professional_development.models import ABSENT, EXCUSED, OWN_SCHOOL, PARTNER, PRESENT, REGISTERED, Session
from plugins.professional_development.sessions import queries
from plugins.professional_development.sessions.kinds import KINDS, written_periods


def _parts(session: Session, name: str, sign: str, recipients: list[str]) -> dict[str, Any]:
    heading = issuer_of(session, day_of(session)).heading
    return one_body(heading, name=name, about=session.title, sign=sign, recipients=[*recipients, "Lưu: VT"])


def day_of(session: Session) -> date | None:
    """The day on which it was or will be held; None while it has none."""
    return session.held_on or (local(session.starts_at).date() if session.starts_at else None)


def _common(session: Session) -> dict[str, Any]:
    return {
        "ten_buoi": session.title,
        "loai": source_text(KINDS[session.kind].label),
        "chu_de": session.theme.label if session.theme_id else "",
        "mon_hoc": session.subject,
        "khoi_lop": session.grade,
        "thoi_gian": _time(session),
        "dia_diem": session.place,
        "lien_ket": session.link,
        "nguoi_day": session.presenters,
        "don_vi": issuer_of(session, day_of(session)).name,
        "thanh_phan": _invited(session),
    }


def _time(session: Session) -> str:
    return f"{local(session.starts_at):%H giờ %M, ngày %d/%m/%Y}" if session.starts_at else ""


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _invited(session: Session) -> str:
    host = issuer_of(session, day_of(session)).name
    if session.audience == PARTNER and session.partner_id:
        return f"Cán bộ quản lý, giáo viên {host} và {school_name_on(session.partner, day_of(session))}"
    if session.audience == OWN_SCHOOL:
        return f"Cán bộ quản lý, giáo viên {host}"
    return "Cán bộ quản lý, giáo viên các trường được mời"


def _plan(session: Session) -> dict[str, Any]:
    parts = _parts(session, "Kế hoạch", "KH", ["Các đơn vị tham gia"])
    return (
        parts | _common(session) | {"noi_dung": lines_of(session.content), "so_tiet": written_periods(session.periods)}
    )


def _plan_body(layout: Any) -> None:
    layout.heading("I. MỤC ĐÍCH, NỘI DUNG")
    with layout.when("chu_de"):
        layout.paragraph("Chủ đề: {{ chu_de }}.")
    layout.lines("noi_dung")
    layout.heading("II. THỜI GIAN, ĐỊA ĐIỂM, THÀNH PHẦN")
    layout.paragraph("Hình thức: {{ loai }}.")
    _when_and_where(layout)
    with layout.when("nguoi_day"):
        layout.paragraph("Người dạy, báo cáo viên: {{ nguoi_day }}.")
    layout.paragraph("Thành phần tham dự: {{ thanh_phan }}.")
    layout.heading("III. TỔ CHỨC THỰC HIỆN")
    layout.paragraph("{{ don_vi }} chủ trì, phối hợp với các đơn vị tham gia tổ chức thực hiện kế hoạch này./.")


def _when_and_where(layout: Any) -> None:
    with layout.when("thoi_gian"):
        layout.paragraph("Thời gian: {{ thoi_gian }}.")
    with layout.when("dia_diem"):
        layout.paragraph("Địa điểm: {{ dia_diem }}.")
    with layout.when("lien_ket"):
        layout.paragraph("Họp trực tuyến tại: {{ lien_ket }}")


def _invitation(session: Session) -> dict[str, Any]:
    parts = _parts(session, "Giấy mời", "GM", ["Như thành phần mời"])
    return parts | _common(session) | {"noi_dung": lines_of(session.content)}


def _invitation_body(layout: Any) -> None:
    layout.paragraph("{{ don_vi }} trân trọng kính mời: {{ thanh_phan }}.")
    layout.paragraph("Tới dự: {{ ten_buoi }} ({{ loai }}).")
    _when_and_where(layout)
    with layout.when("noi_dung"):
        layout.paragraph("Nội dung:")
        layout.lines("noi_dung")
    layout.paragraph("Rất mong thầy, cô sắp xếp thời gian tới dự./.")


def _minutes(session: Session) -> dict[str, Any]:
    places = queries.places(session.id, (REGISTERED,), day_of(session))

    def people(attendance: str) -> list[str]:
        found = [(name, school) for _id, name, school, _state, mark, *_rest in places if mark == attendance]
        return [f"{name}, {school}" if school else name for name, school in found]

    parts = _parts(session, "Biên bản", "BB", ["Các thành viên dự họp"])
    return (
        parts
        | _common(session)
        | {
            "chu_tri": session.chair,
            "thu_ky": session.secretary,
            "so_co_mat": str(len(people(PRESENT))),
            "co_mat": people(PRESENT),
            "vang_co_ly_do": people(EXCUSED),
            "vang": people(ABSENT),
            "dien_bien": lines_of(session.minutes),
            "ket_luan": lines_of(session.conclusions),
        }
    )


def _minutes_body(layout: Any) -> None:
    _when_and_where(layout)
    layout.heading("I. THÀNH PHẦN")
    with layout.when("chu_tri"):
        layout.paragraph("Chủ trì: {{ chu_tri }}.")
    with layout.when("thu_ky"):
        layout.paragraph("Thư ký: {{ thu_ky }}.")
    layout.paragraph("Có mặt ({{ so_co_mat }} người):")
    layout.lines("co_mat", mark="- ")
    for tag, words in (("vang_co_ly_do", "Vắng có lý do:"), ("vang", "Vắng:")):
        with layout.when(tag):
            layout.paragraph(words)
            layout.lines(tag, mark="- ")
    layout.heading("II. DIỄN BIẾN, Ý KIẾN")
    layout.lines("dien_bien")
    with layout.when("ket_luan"):
        layout.heading("III. KẾT LUẬN, VIỆC GIAO")
        layout.lines("ket_luan")
    layout.paragraph("Biên bản đã được đọc cho các thành viên cùng nghe và thống nhất./.")


_HEAD = {
    "co_quan_chu_quan": "UBND QUẬN A",
    "co_quan": "TRƯỜNG THCS A",
    "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Nguyễn Văn A"},
    "so_ky_hieu": "Số: 05/KH-THCSA",
    "ky_hieu": "KH-THCSA",
    "dia_danh_ngay_thang": "Quận A, ngày 05 tháng 10 năm 2026",
    "dia_danh": "Quận A",
    "ma_tra_cuu": "",
    "ten_loai": "KẾ HOẠCH",
    "trich_yeu": "Dạy minh họa Tin học 6",
    "noi_nhan": ["Các đơn vị tham gia", "Lưu: VT"],
    "ten_buoi": "Dạy minh họa Tin học 6",
    "loai": "Tiết dạy minh họa",
    "chu_de": "Đổi mới phương pháp dạy học",
    "mon_hoc": "Tin học",
    "khoi_lop": "Khối 6",
    "thoi_gian": "14 giờ 00, ngày 12/10/2026",
    "dia_diem": "Phòng Tin học",
    "lien_ket": "https://hop.vi.du/1",
    "nguoi_day": "Trần Thị B",
    "don_vi": "Trường THCS A",
    "thanh_phan": "Cán bộ quản lý, giáo viên Trường THCS A và Trường THCS B",
}


def _kind(key: str, label: Any, name: str, context: Any, body: Any, sample: dict[str, Any], **more: Any) -> PaperKind:
    return PaperKind(
        key=f"professional_development.{key}",
        label=label,
        model=Session,
        permission="professional_development.view",
        context=context,
        file_name=lambda session: f"{name} {session.title}",
        body=body,
        sample=_HEAD | sample,
        **more,
    )


CONTENT = ["Dự giờ và thảo luận về việc học của học sinh."]
PLAN = _kind("plan", _("Kế hoạch"), "Kế hoạch", _plan, _plan_body, {"noi_dung": CONTENT, "so_tiet": "2"})
INVITATION = _kind("invitation", _("Giấy mời"), "Giấy mời", _invitation, _invitation_body, {"noi_dung": CONTENT})
MINUTES = _kind(
    "minutes",
    _("Biên bản"),
    "Biên bản",
    _minutes,
    _minutes_body,
    {
        "chu_tri": "Nguyễn Văn A",
        "thu_ky": "Lê Thị C",
        "so_co_mat": "2",
        "co_mat": ["Trần Thị B, Trường THCS A", "Phạm Văn D, Trường THCS B"],
        "vang_co_ly_do": ["Lê Văn E, Trường THCS B"],
        "vang": ["Vũ Thị G, Trường THCS A"],
        "dien_bien": ["Nhóm chia sẻ điều quan sát được ở học sinh."],
        "ket_luan": ["Mỗi trường dạy lại bài này ở một lớp."],
    },
    may_read=queries.reads_minutes,
)
KINDS_OF_PAPER = (PLAN, INVITATION, MINUTES)
