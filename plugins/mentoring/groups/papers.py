"""The wish to take part in a group, which the family signs: empty, or with what the own school knows of a pupil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from intranet.api import heading_of, letter, short_day, signature, source_text
from intranet.api import lazy_gettext as _
from plugins.mentoring.groups.circular import pack
from plugins.mentoring.groups.forms import KINDS
from plugins.mentoring.papers import FAMILY, in_rows, private
from plugins.mentoring.tables.groups import Group

DOTS = "." * 40
PUPIL = "Học sinh"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A group's form: for a pupil by code and name, or for whoever fills it in by hand."""

    group: Group
    code: str = ""
    name: str = ""

    @property
    def id(self) -> int:
        """Of the group."""
        return self.group.id

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the group's."""
        return self.group.owner()


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    group, known = enrolment.group, pack()
    cited = [known["rules"][key] for key in ("form", "free", "periods")]
    parts = letter(
        name="Đơn đăng ký",
        about="Tham gia nhóm bồi dưỡng, ôn thi",
        place=heading_of(group.district, group.school).place,
        signatures=[signature(PUPIL, ""), signature(FAMILY, "")],
    )
    return parts | {
        "kinh_gui": f"Hiệu trưởng {group.school.name}",
        "ho_ten": enrolment.name or DOTS,
        "ma": enrolment.code or DOTS,
        "nhom": group.title,
        "loai": source_text(KINDS[group.kind]),
        "mon_hoc": f"{group.subject}, khối {group.grade}",
        "giao_vien": group.teacher.name,
        "thoi_gian": f"từ {short_day(group.starts_on)} đến {short_day(group.ends_on)}",
        "so_tiet": group.periods_a_week,
        "lich": group.timetable,
        "dia_diem": group.place,
        "can_biet": [f"{rule['text']} ({rule['citation']} {known['document']})" for rule in cited],
    }


def _enrolment_body(layout: Any) -> None:
    layout.paragraph("Kính gửi: {{ kinh_gui }}", bold=True)
    layout.paragraph(f"Tôi là: {DOTS * 2}")
    layout.paragraph("Cha, mẹ hoặc người giám hộ của em: {{ ho_ten }}. Mã: {{ ma }}. Lớp: ..................")
    layout.paragraph("Gia đình và em tự nguyện đăng ký cho em tham gia nhóm sau:")
    layout.paragraph("- {{ nhom }} ({{ loai }}); môn {{ mon_hoc }}; giáo viên dạy: {{ giao_vien }}.")
    layout.paragraph("- Thời gian: {{ thoi_gian }}, mỗi tuần {{ so_tiet }} tiết{% if lich %}, {{ lich }}{% endif %}.")
    with layout.when("dia_diem"):
        layout.paragraph("- Địa điểm: {{ dia_diem }}.")
    layout.paragraph("Gia đình được biết:")
    layout.lines("can_biet", mark="- ")
    layout.paragraph("Gia đình có thể cho em thôi học nhóm bất cứ lúc nào. Xin trân trọng cảm ơn nhà trường./.")


ENROLMENT = private(
    "enrolment",
    _("Đơn đăng ký tham gia nhóm"),
    # What it is made of is an Enrolment: the group and perhaps a pupil.
    model=Group,
    permission="mentoring.view",
    context=_enrolment,
    file_name=lambda enrolment: f"Đơn đăng ký nhóm {enrolment.id} {enrolment.code}".strip(),
    body=_enrolment_body,
    bodies=0,
    sample={
        "dia_danh_ngay_thang": "Mẫu A, ngày 05 tháng 12 năm 2026",
        "ma_tra_cuu": "",
        "ten_loai": "ĐƠN ĐĂNG KÝ",
        "trich_yeu": "Tham gia nhóm bồi dưỡng, ôn thi",
        "noi_nhan": [],
        "hang_ky": in_rows((PUPIL, ""), (FAMILY, "")),
        "kinh_gui": "Hiệu trưởng Trường THCS Mẫu A",
        "ho_ten": "Nguyễn Văn B",
        "ma": "HS 9A-01",
        "nhom": "Ôn thi Toán 9",
        "loai": "Ôn thi vào lớp 10",
        "mon_hoc": "Toán, khối 9",
        "giao_vien": "Phạm Thị E",
        "thoi_gian": "từ 01/12/2026 đến 31/05/2027",
        "so_tiet": 2,
        "lich": "chiều thứ Ba",
        "dia_diem": "Phòng 12",
        "can_biet": ["Học sinh có đơn tự nguyện với ý kiến của cha mẹ trước khi học."],
    },
)
