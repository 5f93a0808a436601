"""Self-assessment, evidence and plan of a school, and the results of a round, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from intranet.api import PaperKind, checklists, count_files, issuer_of, one_body, scoring, settled_on, short_day
from intranet.api import lazy_gettext as _
from plugins.digital.assessments import queries
from plugins.digital.assessments.life_cycle import UNDER_WAY
from plugins.digital.models import Assessment, Round, Score
from plugins.digital.numbers.queries import results
from plugins.digital.plans.life_cycle import STATE_LABELS
from plugins.digital.plans.queries import of_assessment

PERMISSION = "digital.numbers"
# The head and foot that every sample has.
HEAD = {
    "co_quan_chu_quan": "UBND XÃ A",
    "co_quan": "TRƯỜNG THCS A",
    "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Nguyễn Văn A"},
    "so_ky_hieu": "Số: 05/BC-THCSA",
    "ky_hieu": "BC-THCSA",
    "dia_danh_ngay_thang": "Xã A, ngày 05 tháng 5 năm 2027",
    "dia_danh": "Xã A",
    "ma_tra_cuu": "",
    "ten_loai": "BÁO CÁO",
    "trich_yeu": "Tự đánh giá mức độ chuyển đổi số năm học 2026-2027",
    "noi_nhan": ["Lưu: VT"],
    "bo_tieu_chi": "Bộ chỉ số đánh giá mức độ chuyển đổi số",
    "van_ban": "Quyết định 4725/QĐ-BGDĐT",
}


def _head(assessment: Assessment, name: str, about: str, sign: str, day: date | None = None) -> dict[str, Any]:
    issuer = issuer_of(assessment, day)
    parts = one_body(
        issuer.heading,
        name=name,
        about=f"{about} năm học {assessment.school_year}",
        sign=sign,
        recipients=[issuer.office, "Lưu: VT"],
    )
    return parts | {"bo_tieu_chi": assessment.pack.title, "van_ban": assessment.pack.source}


def _report(assessment: Assessment) -> dict[str, Any]:
    rows, checklist = queries.lines(assessment), assessment.pack.checklist
    return _head(assessment, "Báo cáo", "Tự đánh giá mức độ chuyển đổi số", "BC", settled_on(assessment, UNDER_WAY)) | {
        "muc_tu_xep": scoring.level_label(assessment.own_level),
        "muc_kiem_tra": scoring.level_label(assessment.checked_level),
        "quy_tac": checklists.rule_in_words(checklist),
        "cac_nhom": list(_sums(checklist, rows)),
        "cac_muc": [
            {
                "ma": code,
                "ten": item.title,
                "tu_cham": scoring.said(item, rows[code].own),
                "kiem_tra": "" if rows[code].checked is None else scoring.said(item, rows[code].checked),
                "ly_do": rows[code].reason,
            }
            for code, item in checklist.items.items()
            if code in rows
        ],
    }


def _sums(checklist: checklists.Checklist, rows: dict[str, Score]) -> Iterator[dict[str, str]]:
    """Each group with its sums, and below it its parts, whose sums have levels of their own."""
    own, checked = scoring.column(rows, "own"), scoring.column(rows, "checked")
    sums = {"tu_cham": checklists.totals(checklist, own), "kiem_tra": {}}
    if any(score is not None for score in checked.values()):
        sums["kiem_tra"] = checklists.totals(checklist, checked)
    parts = scoring.part_sums(checklist, tu_cham=own, kiem_tra=checked)
    for group in checklist.groups:
        said = {name: checklists.show_number(of[group.code]) if of else "" for name, of in sums.items()}
        yield {"ten": f"{group.code}. {group.title}", **said}
        for part in group.parts:
            yield {"ten": f"{part.code}. {part.title}", **parts[part.code]}


def _report_body(layout: Any) -> None:
    layout.paragraph("Căn cứ: {{ van_ban }}. Bộ tiêu chí: {{ bo_tieu_chi }}.")
    layout.heading("1. KẾT QUẢ CHUNG")
    layout.paragraph("Trường tự xếp: {{ muc_tu_xep }}.")
    with layout.when("muc_kiem_tra"):
        layout.paragraph("Kết quả kiểm tra: {{ muc_kiem_tra }}.")
    layout.table("cac_nhom", (("Nhóm", "ten", 90), ("Tự chấm", "tu_cham", 35), ("Kiểm tra", "kiem_tra", 35)))
    layout.heading("2. QUY TẮC XẾP MỨC")
    layout.lines("quy_tac")
    layout.heading("3. TỪNG TIÊU CHÍ")
    columns = (("Mã", "ma", 15), ("Tiêu chí", "ten", 70), ("Tự chấm", "tu_cham", 20), ("Kiểm tra", "kiem_tra", 20))
    layout.table("cac_muc", (*columns, ("Lý do nếu khác", "ly_do", 38)))


def _evidence(assessment: Assessment) -> dict[str, Any]:
    rows, items = queries.lines(assessment), assessment.pack.checklist.items
    files = count_files(Score, [line.id for line in rows.values()])
    about = "Minh chứng tự đánh giá mức độ chuyển đổi số"
    return _head(assessment, "Danh mục", about, "DM", settled_on(assessment, UNDER_WAY)) | {
        "minh_chung": [
            {
                "ma": code,
                "ten": items[code].title,
                "hien_trang": line.note,
                "so_tep": str(files[line.id]) if line.id in files else "",
            }
            for code, line in rows.items()
        ]
    }


def _evidence_body(layout: Any) -> None:
    layout.paragraph("Bộ tiêu chí: {{ bo_tieu_chi }}. Tệp minh chứng lưu trên hệ thống, theo từng tiêu chí.")
    columns = (("Mã", "ma", 15), ("Tiêu chí", "ten", 60), ("Hiện trạng, minh chứng", "hien_trang", 68))
    layout.table("minh_chung", (*columns, ("Số tệp", "so_tep", 20)))


def _plan(assessment: Assessment) -> dict[str, Any]:
    rows, items = queries.lines(assessment), assessment.pack.checklist.items
    lacks = queries.missing(assessment, rows)
    return _head(assessment, "Kế hoạch", "Cải tiến chuyển đổi số", "KH") | {
        "muc_hien_tai": scoring.level_label(checklists.level(assessment.pack.checklist, scoring.counting(rows))),
        "con_thieu": [
            f"{lack.item.code}. {lack.item.title}"
            + (f": còn {checklists.show_number(lack.gap)} điểm" if lack.item.kind == checklists.POINTS else "")
            for lack in lacks
        ],
        "cac_viec": [
            {
                "tieu_chi": f"{item}. {items[item].title}",
                "viec": title,
                "nguoi": person,
                "han": short_day(due_on),
                "trang_thai": str(STATE_LABELS[state]),
            }
            for _id, item, title, person, due_on, state in of_assessment(assessment.id)
        ],
    }


def _plan_body(layout: Any) -> None:
    layout.paragraph("Hiện trạng theo {{ bo_tieu_chi }}: {{ muc_hien_tai }}.")
    with layout.when("con_thieu"):
        layout.heading("1. CÒN THIẾU ĐỂ LÊN MỨC SAU")
        layout.lines("con_thieu")
    layout.heading("2. VIỆC CẦN LÀM")
    columns = (("Tiêu chí", "tieu_chi", 45), ("Việc", "viec", 50), ("Phụ trách", "nguoi", 30), ("Hạn", "han", 20))
    layout.table("cac_viec", (*columns, ("Tình trạng", "trang_thai", 18)))


def _results(opened: Round) -> dict[str, Any]:
    parts = one_body(
        issuer_of(opened, opened.publish_on).heading,
        name="Danh sách",
        about=f"Kết quả đánh giá mức độ chuyển đổi số năm học {opened.school_year}",
        sign="DS",
        recipients=["Các trường có tên", "Lưu: VT"],
    )
    return parts | {
        "bo_tieu_chi": opened.pack.title,
        "van_ban": opened.pack.source,
        "cac_truong": [
            {
                "so": str(number),
                "truong": name,
                "diem": "; ".join(map(checklists.show_number, sums)),
                "muc": scoring.level_label(checked),
            }
            for number, (name, _own, checked, *sums) in enumerate(results(opened, opened.publish_on), start=1)
        ],
    }


def _results_body(layout: Any) -> None:
    layout.paragraph("Căn cứ: {{ van_ban }}. Bộ tiêu chí: {{ bo_tieu_chi }}.")
    columns = (("TT", "so", 12), ("Trường", "truong", 80), ("Điểm các nhóm", "diem", 40), ("Mức", "muc", 30))
    layout.table("cac_truong", columns)


SCHOOLS_PAPERS = ("digital.report", "digital.evidence", "digital.plan")
KINDS = (
    PaperKind(
        key="digital.report",
        label=_("Báo cáo tự đánh giá"),
        model=Assessment,
        permission=PERMISSION,
        context=_report,
        file_name=lambda assessment: f"Tự đánh giá chuyển đổi số {assessment.school_year}",
        body=_report_body,
        sample=HEAD
        | {
            "muc_tu_xep": "Mức 2",
            "muc_kiem_tra": "Mức 2",
            "quy_tac": ["Mức 2: mỗi nhóm từ 50 điểm."],
            "cac_nhom": [{"ten": "1. Chuyển đổi số trong dạy, học", "tu_cham": "60", "kiem_tra": "55"}],
            "cac_muc": [{"ma": "1.4", "ten": "Học liệu số", "tu_cham": "8/10", "kiem_tra": "3/10", "ly_do": "Có 40."}],
        },
    ),
    PaperKind(
        key="digital.evidence",
        label=_("Danh mục minh chứng"),
        model=Assessment,
        permission=PERMISSION,
        context=_evidence,
        file_name=lambda assessment: f"Minh chứng chuyển đổi số {assessment.school_year}",
        body=_evidence_body,
        sample=HEAD
        | {
            "ten_loai": "DANH MỤC",
            "minh_chung": [{"ma": "1.4", "ten": "Học liệu số", "hien_trang": "Kho 80 học liệu", "so_tep": "2"}],
        },
    ),
    PaperKind(
        key="digital.plan",
        label=_("Kế hoạch cải tiến"),
        model=Assessment,
        permission=PERMISSION,
        context=_plan,
        file_name=lambda assessment: f"Kế hoạch cải tiến chuyển đổi số {assessment.school_year}",
        body=_plan_body,
        sample=HEAD
        | {
            "ten_loai": "KẾ HOẠCH",
            "muc_hien_tai": "Mức 2",
            "con_thieu": ["1.4. Học liệu số: còn 5 điểm"],
            "cac_viec": [
                {
                    "tieu_chi": "1.4. Học liệu số",
                    "viec": "Số hóa 40 học liệu",
                    "nguoi": "Nguyễn Văn B",
                    "han": "31/12/2027",
                    "trang_thai": "Đang làm",
                }
            ],
        },
    ),
    PaperKind(
        key="digital.results",
        label=_("Danh sách kết quả"),
        model=Round,
        permission="digital.check",
        context=_results,
        file_name=lambda opened: f"Kết quả chuyển đổi số {opened.school_year}",
        body=_results_body,
        sample=HEAD
        | {
            "ten_loai": "DANH SÁCH",
            "co_quan": "PHÒNG VĂN HÓA - XÃ HỘI",
            "cac_truong": [{"so": "1", "truong": "Trường THCS A", "diem": "60; 55", "muc": "Mức 2"}],
        },
    ),
)
