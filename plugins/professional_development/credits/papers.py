"""On paper: the certificate of having been there, and a person's record of a school year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.api import (
    District,
    PaperKind,
    Person,
    School,
    heading_of,
    issuer_of,
    local,
    one_body,
    short_day,
    source_text,
    written_day,
)
from intranet.api import lazy_gettext as _
from plugins.professional_development.credits import queries
from plugins.professional_development.models import Registration
from plugins.professional_development.sessions.kinds import KINDS, PERIODS_A_YEAR, PROGRAMMES, written_periods


def _certificate(place: Registration) -> dict[str, Any]:
    session = place.session
    issuer = issuer_of(session)
    parts = one_body(
        issuer.heading,
        name="Giấy chứng nhận",
        about=f"{place.person.name} tham gia “{session.title}”",
        sign="GCN",
        recipients=["Người được cấp", "Lưu: VT"],
    )
    return parts | {
        "don_vi_cap": issuer.name,
        "ho_ten": place.person.name,
        "don_vi_cong_tac": issuer_of(place).name,
        "loai": source_text(KINDS[session.kind].label),
        "ten_buoi": session.title,
        "mon_hoc": session.subject,
        "ngay": written_day(session.held_on or local(session.starts_at).date()),
        "dia_diem": session.place,
        "so_tiet": written_periods(place.periods or 0),
        "chuong_trinh": source_text(PROGRAMMES[session.programme]) if session.programme else "",
    }


def _certificate_body(layout: Any) -> None:
    layout.paragraph("{{ don_vi_cap }} chứng nhận:")
    layout.paragraph("Ông (bà): {{ ho_ten }}", bold=True)
    layout.paragraph("Đơn vị công tác: {{ don_vi_cong_tac }}.")
    layout.paragraph("Đã tham gia: {{ loai }} “{{ ten_buoi }}”{% if mon_hoc %}, {{ mon_hoc }}{% endif %}.")
    layout.paragraph("Thời gian: {{ ngay }}.")
    with layout.when("dia_diem"):
        layout.paragraph("Địa điểm: {{ dia_diem }}.")
    layout.paragraph(
        "Số tiết được xác nhận: {{ so_tiet }} tiết"
        "{% if chuong_trinh %}, bồi dưỡng thường xuyên {{ chuong_trinh }}{% endif %}./."
    )


_HEAD = {
    "co_quan_chu_quan": "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO QUẬN A",
    "co_quan": "TRƯỜNG THCS MẪU A",
    "dia_danh_ngay_thang": "Mẫu A, ngày 05 tháng 9 năm 2026",
    "dia_danh": "Mẫu A",
    "ma_tra_cuu": "Mã tra cứu: ABCDE-23456",
    "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Lê Văn C"},
    "noi_nhan": ["Người được cấp", "Lưu: VT"],
}

CERTIFICATE = PaperKind(
    key="professional_development.certificate",
    label=_("Giấy chứng nhận tham gia"),
    model=Registration,
    permission="professional_development.view",
    context=_certificate,
    file_name=lambda place: f"Giấy chứng nhận {place.person.name}",
    body=_certificate_body,
    own_issue=True,
    own_pages=True,
    sample=_HEAD
    | {
        "so_ky_hieu": "Số: 12/GCN-THCSMA",
        "ky_hieu": "GCN-THCSMA",
        "ten_loai": "GIẤY CHỨNG NHẬN",
        "trich_yeu": "Nguyễn Thị B tham gia “Dạy học phân hóa”",
        "don_vi_cap": "Trường THCS Mẫu A",
        "ho_ten": "Nguyễn Thị B",
        "don_vi_cong_tac": "Trường THCS Mẫu B",
        "loai": "Chuyên đề",
        "ten_buoi": "Dạy học phân hóa",
        "mon_hoc": "Toán",
        "ngay": "ngày 05 tháng 9 năm 2026",
        "dia_diem": "Phòng họp",
        "so_tiet": "2",
        "chuong_trinh": "Chương trình 02",
    },
)


@dataclass(frozen=True, slots=True)
class YearRecord:
    """A person's sessions of a school year, as the record's paper takes them."""

    person: Person
    year: str
    start: date
    end: date

    @property
    def id(self) -> int:
        """Of the person, whose record it is."""
        return self.person.id

    def owner(self) -> tuple[int | None, int | None]:
        """Whose record this is: of the place where the person works."""
        return self.person.owner()


def _record(record: YearRecord) -> dict[str, Any]:
    district_id, school_id = record.owner()
    school = School.get_by_id(school_id) if school_id else None
    district = District.get_by_id(district_id)
    parts = one_body(
        heading_of(district, school),
        name="Hồ sơ bồi dưỡng",
        about=f"Của {record.person.name}, năm học {record.year}",
        sign="HSBD",
        recipients=["Người có tên", "Lưu: VT"],
    )
    totals = queries.totals(record.person.id, record.start, record.end)
    return parts | {
        "ho_ten": record.person.name,
        "don_vi_cong_tac": school.name if school else district.office_name,
        "nam_hoc": record.year,
        "buoi": [
            {
                "stt": number,
                "ten_buoi": row.title,
                "loai": source_text(KINDS[row.kind].label),
                "ngay": short_day(row.held_on),
                "don_vi": row.host or "",
                "so_tiet": written_periods(row.periods),
                "chuong_trinh": row.programme or "–",
            }
            for number, row in enumerate(reversed(queries.confirmed_of(record)), start=1)
        ],
        "tong": [
            f"{source_text(PROGRAMMES[key])}: {written_periods(totals.get(key, 0))} trên {PERIODS_A_YEAR} tiết."
            for key in PROGRAMMES
            if key
        ],
    }


def _record_body(layout: Any) -> None:
    layout.paragraph("Họ và tên: {{ ho_ten }}.")
    layout.paragraph("Đơn vị công tác: {{ don_vi_cong_tac }}.")
    layout.heading("1. Số tiết đã xác nhận trong năm học {{ nam_hoc }}")
    layout.lines("tong", mark="- ")
    layout.heading("2. Các buổi đã tham gia và được xác nhận số tiết")
    with layout.when("buoi"):
        columns = (
            *(("TT", "stt", 10), ("Tên buổi", "ten_buoi", 54), ("Loại", "loai", 28), ("Ngày", "ngay", 25)),
            *(("Đơn vị tổ chức", "don_vi", 28), ("Số tiết", "so_tiet", 12), ("CT", "chuong_trinh", 10)),
        )
        layout.table("buoi", columns)
    with layout.when("not buoi"):
        layout.paragraph("Chưa có buổi nào.")


RECORD = PaperKind(
    key="professional_development.record",
    label=_("Hồ sơ bồi dưỡng"),
    # What it is made of is a YearRecord: the person and the school year.
    model=Person,
    permission="professional_development.records",
    context=_record,
    file_name=lambda record: f"Hồ sơ bồi dưỡng {record.person.name} {record.year}",
    body=_record_body,
    own_issue=True,
    own_pages=True,
    sample=_HEAD
    | {
        "so_ky_hieu": "Số:      /HSBD-THCSMA",
        "ky_hieu": "HSBD-THCSMA",
        "ten_loai": "HỒ SƠ BỒI DƯỠNG",
        "trich_yeu": "Của Nguyễn Thị B, năm học 2026-2027",
        "ho_ten": "Nguyễn Thị B",
        "don_vi_cong_tac": "Trường THCS Mẫu A",
        "nam_hoc": "2026-2027",
        "buoi": [
            {
                "stt": 1,
                "ten_buoi": "Dạy học phân hóa",
                "loai": "Chuyên đề",
                "ngay": "05/9/2026",
                "don_vi": "Trường THCS Mẫu A",
                "so_tiet": "2",
                "chuong_trinh": "02",
            }
        ],
        "tong": ["Chương trình 02: 2 trên 40 tiết."],
    },
)
