"""A lesson study on paper: the minutes by the four steps of công văn 5555, and the sheet that observers fill in."""

from __future__ import annotations

from typing import Any

from intranet.api import PaperKind, issuer_of, one_body, short_day
from intranet.api import lazy_gettext as _
from plugins.professional_development.lesson_studies import queries
from plugins.professional_development.models import PRESENT, REGISTERED, LessonStudy
from plugins.professional_development.sessions.papers import lines_of
from plugins.professional_development.sessions.queries import places

ROWS_TO_FILL = 14


def _parts(study: LessonStudy, name: str, sign: str) -> dict[str, Any]:
    heading = issuer_of(study, study.taught_on).heading
    parts = one_body(heading, name=name, about=study.title, sign=sign, recipients=["Các thành viên", "Lưu: VT"])
    return parts | {
        "ten_bai": study.title,
        "mon_hoc": study.subject,
        "khoi_lop": study.grade,
        "nguoi_day": study.teacher_name,
        "truong_nhom": study.leader.name,
        "thanh_vien": lines_of(study.members),
        "ngay_day": short_day(study.taught_on) if study.taught_on else "",
        "ngay_day_lai": short_day(study.taught_again_on) if study.taught_again_on else "",
    }


def _minutes(study: LessonStudy) -> dict[str, Any]:
    plans, seen = queries.plans(study.id), queries.observations(study.id)
    first, second = plans.get(1), plans.get(2)
    return _parts(study, "Biên bản", "BB") | {
        "co_mat": _present(study),
        "muc_tieu": lines_of(first.aims if first else ""),
        "tien_trinh": lines_of(first.course if first else ""),
        "quan_sat": [_sentence(*row) for teaching, *row in seen if teaching == 1],
        "thao_luan": lines_of(study.discussion),
        "ket_luan": lines_of(study.conclusions),
        "thay_doi": lines_of((second.changes or second.course) if second else ""),
        "quan_sat_lai": [_sentence(*row) for teaching, *row in seen if teaching == 2],
        "bao_cao": lines_of(study.report),
    }


def _present(study: LessonStudy) -> list[str]:
    """Who was at the session at which the lesson was taught, if there is one."""
    if study.session_id is None:
        return []
    came = (row for row in places(study.session_id, (REGISTERED,), study.taught_on) if row[4] == PRESENT)
    return [f"{name}, {school}" if school else name for _id, name, school, *_rest in came]


def _sentence(pupil: str, minute: int | None, action: str, difficulty: str, cause: str, _observer: str) -> str:
    when = f" (phút {minute})" if minute is not None else ""
    parts = (
        action,
        f"Khó khăn: {difficulty}" if difficulty else "",
        f"Nguyên nhân, minh chứng: {cause}" if cause else "",
    )
    return f"{pupil}{when}: " + " ".join(filter(None, parts))


LESSON = (
    "Bài học: {{ ten_bai }}{% if mon_hoc %}, môn {{ mon_hoc }}{% endif %}{% if khoi_lop %}, {{ khoi_lop }}{% endif %}."
)


def _minutes_body(layout: Any) -> None:
    layout.paragraph(LESSON)
    layout.heading("I. THÀNH PHẦN")
    layout.paragraph("Trưởng nhóm: {{ truong_nhom }}.")
    with layout.when("nguoi_day"):
        layout.paragraph("Giáo viên dạy: {{ nguoi_day }}.")
    _listed(layout, "thanh_vien", "Thành viên nhóm:")
    _listed(layout, "co_mat", "Có mặt khi dự giờ, thảo luận:")
    layout.heading("II. BƯỚC 1: XÂY DỰNG BÀI HỌC MINH HỌA")
    _titled(layout, "muc_tieu", "Mục tiêu, thiết bị:")
    _titled(layout, "tien_trinh", "Tiến trình dạy học:")
    layout.heading("III. BƯỚC 2: DẠY MINH HỌA VÀ DỰ GIỜ")
    with layout.when("ngay_day"):
        layout.paragraph("Ngày dạy: {{ ngay_day }}.")
    _listed(layout, "quan_sat", "Học sinh học thế nào:")
    layout.heading("IV. BƯỚC 3: SUY NGẪM, THẢO LUẬN")
    layout.lines("thao_luan")
    _titled(layout, "ket_luan", "Kết luận, việc giao:")
    layout.heading("V. BƯỚC 4: VẬN DỤNG")
    _titled(layout, "thay_doi", "Kế hoạch bài dạy lần 2 khác lần 1:")
    with layout.when("ngay_day_lai"):
        layout.paragraph("Ngày dạy lại: {{ ngay_day_lai }}.")
    _listed(layout, "quan_sat_lai", "Học sinh học thế nào khi dạy lại:")
    _titled(layout, "bao_cao", "Điều rút ra:")
    layout.paragraph("Biên bản đã được đọc cho các thành viên cùng nghe và thống nhất./.")


def _titled(layout: Any, tag: str, words: str, **how: str) -> None:
    with layout.when(tag):
        layout.paragraph(words)
        layout.lines(tag, **how)


def _listed(layout: Any, tag: str, words: str) -> None:
    _titled(layout, tag, words, mark="- ")


def _sheet(study: LessonStudy) -> dict[str, Any]:
    empty = {"hoc_sinh": "", "phut": "", "lam_gi": "", "kho_khan": "", "nguyen_nhan": ""}
    return _parts(study, "Phiếu dự giờ", "PDG") | {"hang": [empty] * ROWS_TO_FILL}


def _sheet_body(layout: Any) -> None:
    layout.paragraph(LESSON)
    with layout.when("nguoi_day"):
        layout.paragraph("Giáo viên dạy: {{ nguoi_day }}.")
    layout.paragraph("Người dự giờ: ………………………………………………………………………………")
    layout.paragraph(
        "Ghi việc học của học sinh được phân công bằng ký hiệu (HS 1), không ghi tên; không xếp loại giáo viên.",
        italic=True,
    )
    layout.table(
        "hang",
        (
            ("Học sinh", "hoc_sinh", 20),
            ("Phút", "phut", 14),
            ("Học sinh làm gì, nói gì", "lam_gi", 58),
            ("Khó khăn", "kho_khan", 38),
            ("Nguyên nhân, minh chứng", "nguyen_nhan", 35),
        ),
    )


_HEAD = {
    "co_quan_chu_quan": "UBND QUẬN A",
    "co_quan": "TRƯỜNG THCS A",
    "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Nguyễn Văn A"},
    "so_ky_hieu": "Số: 05/BB-THCSA",
    "ky_hieu": "BB-THCSA",
    "dia_danh_ngay_thang": "Quận A, ngày 05 tháng 10 năm 2026",
    "dia_danh": "Quận A",
    "ma_tra_cuu": "",
    "ten_loai": "BIÊN BẢN",
    "trich_yeu": "Hỗn số",
    "noi_nhan": ["Các thành viên", "Lưu: VT"],
    "ten_bai": "Hỗn số",
    "mon_hoc": "Toán",
    "khoi_lop": "Lớp 6",
    "nguoi_day": "Trần Thị B",
    "truong_nhom": "Lê Thị C",
    "thanh_vien": ["Trần Thị B", "Phạm Văn D"],
    "ngay_day": "05/10/2026",
    "ngay_day_lai": "12/10/2026",
}


def _kind(key: str, label: Any, name: str, context: Any, body: Any, sample: dict[str, Any]) -> PaperKind:
    return PaperKind(
        key=f"professional_development.{key}",
        label=label,
        model=LessonStudy,
        permission="professional_development.view",
        context=context,
        file_name=lambda study: f"{name} {study.title}",
        body=body,
        sample=_HEAD | sample,
    )


MINUTES = _kind(
    "study_minutes",
    _("Biên bản nghiên cứu bài học"),
    "Biên bản",
    _minutes,
    _minutes_body,
    {
        "co_mat": ["Trần Thị B, Trường THCS A", "Phạm Văn D, Trường THCS B"],
        "muc_tieu": ["Học sinh hiểu hỗn số qua chia đều vật thật."],
        "tien_trinh": ["Khởi động, hình thành kiến thức, luyện tập, vận dụng."],
        "quan_sat": ["HS 3 (phút 12): chia băng giấy thành bốn phần không bằng nhau."],
        "thao_luan": ["Vì sao học sinh chưa rõ “phần bằng nhau”."],
        "ket_luan": ["Thêm hoạt động gấp giấy."],
        "thay_doi": ["Cho học sinh gấp giấy trước khi cắt."],
        "quan_sat_lai": ["HS 3 (phút 10): gấp đều bốn phần."],
        "bao_cao": ["Vật thật giúp học sinh tự phát hiện sai."],
    },
)
SHEET = _kind(
    "observation_sheet",
    _("Phiếu dự giờ"),
    "Phiếu dự giờ",
    _sheet,
    _sheet_body,
    {"hang": [{"hoc_sinh": "HS 3", "phut": "12", "lam_gi": "Chia băng giấy", "kho_khan": "", "nguyen_nhan": ""}]},
)
KINDS_OF_PAPER = (MINUTES, SHEET)
