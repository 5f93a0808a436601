"""The form on which a family agrees, as a Word file; the child signs as well from the age of seven."""

from __future__ import annotations

from typing import Any

from intranet.api import heading_of, one_body, short_day, signature, source_text, today
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases import consents, queries, rules
from plugins.mentoring.cases.kinds import SCOPES, TOLD
from plugins.mentoring.pages import file_code
from plugins.mentoring.papers import FAMILY, SAMPLE_CHILD, SAMPLE_HEAD, SCHOOL_SIDE, child, in_rows, private
from plugins.mentoring.tables.cases import Case

LAWS = [
    "Căn cứ Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15;",
    "Căn cứ Nghị định số 356/2025/NĐ-CP.",
]
LABEL = _("Phiếu đồng ý của gia đình")


def _consent(case: Case) -> dict[str, Any]:
    known, born = rules.known_values(case), rules.birth_date_of(case)
    signs = consents.child_signs(case, today())
    parts = one_body(
        heading_of(case.district, case.school),
        name="Phiếu đồng ý",
        about="Để nhà trường giúp đỡ học sinh",
        sign="PĐY",
        recipients=["Gia đình học sinh", "Lưu: hồ sơ của nhà trường"],
        signatures=[signature(title, "") for title in (FAMILY, *(["Học sinh"] if signs else []), SCHOOL_SIDE)],
    )
    return (
        parts
        | child(case, known["name"])
        | {
            "can_cu": LAWS,
            "ngay_sinh": short_day(born),
            "gia_dinh": known["guardian"],
            "muc_tieu": [text for _id, text, _reached in queries.goals(case)],
            "pham_vi": [source_text(label) for label in SCOPES.values()],
            "can_biet": [line.format(code=case.code) for line in TOLD],
            "hoc_sinh_ky": signs,
        }
    )


def _consent_body(layout: Any) -> None:
    layout.lines("can_cu", italic=True)
    layout.heading("I. HỌC SINH")
    layout.paragraph("Họ và tên: {{ ho_ten }}. Ngày sinh: {{ ngay_sinh }}.")
    layout.paragraph("Lớp: {{ lop }}, {{ truong }}. Mã học sinh: {{ ma }}.")
    layout.paragraph("Cha, mẹ hoặc người giám hộ: {{ gia_dinh }}")
    layout.heading("II. VÌ SAO NHÀ TRƯỜNG XIN SỰ ĐỒNG Ý")
    layout.paragraph("Để có người kèm em, với các mục tiêu sau:")
    layout.lines("muc_tieu", mark="- ")
    layout.heading("III. GIA ĐÌNH VÀ HỌC SINH ĐỒNG Ý (ĐÁNH DẤU VÀO Ô)")
    layout.lines("pham_vi", mark="☐ ")
    layout.heading("IV. GIA ĐÌNH VÀ HỌC SINH CẦN BIẾT")
    layout.lines("can_biet", mark="- ")
    layout.paragraph("Sự đồng ý có hạn từ ngày ký đến hết ngày ...... tháng ...... năm ............")
    layout.paragraph(f"Người đồng ý (họ và tên): {'.' * 60}")
    layout.paragraph(f"Quan hệ với học sinh: {'.' * 60}")
    with layout.when("hoc_sinh_ky"):
        layout.paragraph("Học sinh từ đủ 7 tuổi cùng đồng ý và cùng ký.", italic=True)


CONSENT = private(
    "consent",
    LABEL,
    model=Case,
    permission="mentoring.nominate",
    context=_consent,
    file_name=lambda case: f"{file_code(case)} phiếu đồng ý",
    body=_consent_body,
    side_by_side=True,
    sample=SAMPLE_HEAD
    | SAMPLE_CHILD
    | {
        "ten_loai": "PHIẾU ĐỒNG Ý",
        "trich_yeu": "Để nhà trường giúp đỡ học sinh",
        "noi_nhan": ["Gia đình học sinh", "Lưu: hồ sơ của nhà trường"],
        "hang_ky": in_rows((FAMILY, ""), ("Học sinh", ""), (SCHOOL_SIDE, "")),
        "can_cu": LAWS,
        "ngay_sinh": "01/05/2014",
        "gia_dinh": "Bà Trần Thị C, 0912 345 678",
        "muc_tieu": ["Cộng trừ được phân số"],
        "pham_vi": ["Giáo viên của trường kèm em, biết tên và mục tiêu"],
        "can_biet": ["Gia đình có quyền rút sự đồng ý bất cứ lúc nào."],
        "hoc_sinh_ky": True,
    },
)
