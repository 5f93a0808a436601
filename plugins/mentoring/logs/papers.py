"""What was done with a child, as Word files: the diary of all times, and what the family is told of a term."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.api import (
    Person,
    School,
    days_of,
    heading_of,
    issuer_of,
    one_body,
    opened,
    school_name_at,
    short_day,
    signature,
    source_text,
    term_of,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases import queries, rules
from plugins.mentoring.cases.kinds import REACHED
from plugins.mentoring.logs.queries import RESULTS
from plugins.mentoring.logs.rules import HELD, PLANNED
from plugins.mentoring.mentors.free_time import clock
from plugins.mentoring.pages import file_code
from plugins.mentoring.papers import FAMILY, SAMPLE_CHILD, SAMPLE_HEAD, child, in_rows, private
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import Match, Meeting

NOT_HELD = "Không thực hiện được"
HOMEROOM, PRINCIPAL = "Giáo viên chủ nhiệm", "Hiệu trưởng"


@dataclass(frozen=True, slots=True)
class TermSummary:
    """A child's term, as its paper takes it: "2026-2027/1"."""

    case: Case
    term: str

    @property
    def id(self) -> int:
        """Of the case."""
        return self.case.id

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the case's."""
        return self.case.owner()

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return days_of(*self.term.split("/"))

    @property
    def words(self) -> str:
        """The term in words."""
        year, number = self.term.split("/")
        return f"học kỳ {number} năm học {year}"


def terms_of(case: Case) -> list[str]:
    """The terms in which somebody met the child or was called off, the latest first."""
    days = Meeting.select(Meeting.on).join(Match).where(Match.case == case, Meeting.state != PLANNED).tuples()
    return sorted({term_of(on) for (on,) in days}, reverse=True)


def _meetings(case: Case) -> list[Any]:
    """All times that were noted, the first first, each with the names of the mentor and of the mentor's school then."""
    query = (
        Meeting.select(Meeting, Person.name.alias("mentor"), school_name_at(Meeting.on).alias("place"))
        .join(Match)
        .join(Person, on=(Match.mentor == Person.id))
        .join(School, on=(Match.mentor_school == School.id))
        .where(Match.case == case, Meeting.state != PLANNED)
        .order_by(Meeting.on, Meeting.starts, Meeting.id)
    )
    return list(query.objects())


def _result(meeting: Any) -> str:
    return source_text(RESULTS.get(meeting.result, "")) if meeting.state == HELD else NOT_HELD


def _diary(case: Case) -> dict[str, Any]:
    goals = {id_: text for id_, text, _reached in queries.goals(case, dropped=True)}
    meetings = _meetings(case)
    parts = one_body(
        heading_of(case.district, case.school),
        name="Nhật ký kèm",
        about=f"Học sinh mang mã {case.code}",
        sign="NKK",
        recipients=["Lưu: hồ sơ của nhà trường"],
    )
    return (
        parts
        | child(case, rules.name_of(case))
        | {
            "muc_tieu": [text for _id, text, _reached in queries.goals(case)],
            "so_buoi": sum(meeting.state == HELD for meeting in meetings),
            "so_buoi_hoan": sum(meeting.state != HELD for meeting in meetings),
            "buoi": [
                {
                    "stt": number,
                    "ngay": _when(meeting),
                    "nguoi_kem": f"{meeting.mentor}, {meeting.place}",
                    "noi_dung": ". ".join(
                        filter(None, (meeting.subject, goals.get(meeting.goal_id, ""), opened(meeting, "done")))
                    ),
                    "ket_qua": _result(meeting),
                }
                for number, meeting in enumerate(meetings, start=1)
            ],
        }
    )


def _when(meeting: Any) -> str:
    hour = f"{clock(meeting.starts)}, " if meeting.starts is not None else ""
    length = f" ({meeting.minutes} phút)" if meeting.minutes else ""
    return f"{hour}{short_day(meeting.on)}{length}"


def _diary_body(layout: Any) -> None:
    layout.paragraph("Tài liệu hạn chế: không sao chụp, không gửi ra ngoài trường.", italic=True)
    layout.paragraph("Họ và tên: {{ ho_ten }}. Lớp: {{ lop }}, {{ truong }}. Mã học sinh: {{ ma }}.")
    with layout.when("muc_tieu"):
        layout.paragraph("Mục tiêu:")
        layout.lines("muc_tieu", mark="- ")
    layout.paragraph("Số buổi đã kèm: {{ so_buoi }}; số buổi không thực hiện được: {{ so_buoi_hoan }}.")
    with layout.when("buoi"):
        columns = (
            *(("TT", "stt", 11), ("Thời gian", "ngay", 28), ("Người kèm", "nguoi_kem", 36)),
            *(("Nội dung", "noi_dung", 64), ("Kết quả", "ket_qua", 26)),
        )
        layout.table("buoi", columns)
    with layout.when("not buoi"):
        layout.paragraph("Chưa có buổi kèm nào được ghi.")


DIARY = private(
    "diary",
    _("Nhật ký kèm"),
    model=Case,
    permission="mentoring.nominate",
    context=_diary,
    file_name=lambda case: f"{file_code(case)} nhật ký kèm",
    body=_diary_body,
    sample=SAMPLE_HEAD
    | SAMPLE_CHILD
    | {
        "ten_loai": "NHẬT KÝ KÈM",
        "trich_yeu": "Học sinh mang mã HS 6A-01",
        "noi_nhan": ["Lưu: hồ sơ của nhà trường"],
        "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Lê Văn C"},
        "muc_tieu": ["Cộng trừ được phân số"],
        "so_buoi": 1,
        "so_buoi_hoan": 0,
        "buoi": [
            {
                "stt": 1,
                "ngay": "14:00, 05/12/2026 (45 phút)",
                "nguoi_kem": "Trần Thị D, Trường THCS Mẫu B",
                "noi_dung": "Toán. Làm mười bài phân số",
                "ket_qua": "Tiến bộ",
            }
        ],
    },
)


def _summary(summary: TermSummary) -> dict[str, Any]:
    case, (first, last) = summary.case, summary.days
    # A term that is over is told of by the names that it ended with.
    heading = issuer_of(case, last).heading
    meetings = [meeting for meeting in _meetings(case) if first <= meeting.on <= last]
    held = [meeting for meeting in meetings if meeting.state == HELD]
    parts = one_body(
        heading,
        name="Phiếu thông báo",
        about=f"Kết quả giúp đỡ học sinh {summary.words}",
        sign="PTB",
        recipients=["Gia đình học sinh", "Lưu: hồ sơ của nhà trường"],
        signatures=[
            signature(HOMEROOM, case.homeroom.name),
            signature(heading.signer_title, heading.signer_name),
            signature(FAMILY, ""),
        ],
    )
    return (
        parts
        | child(case, rules.name_of(case), last)
        | {
            "hoc_ky": summary.words,
            "nguoi_kem": list(dict.fromkeys(f"{meeting.mentor}, {meeting.place}" for meeting in held)),
            "so_buoi": len(held),
            "so_buoi_hoan": len(meetings) - len(held),
            "ket_qua": [
                f"{source_text(RESULTS[result])}: {count} buổi"
                for result, count in sorted(Counter(meeting.result for meeting in held).items())
                if result in RESULTS
            ],
            "muc_tieu": [
                {
                    "stt": number,
                    "noi_dung": text,
                    "muc_dat": source_text(REACHED[reached]) if reached else "Chưa đánh giá",
                }
                for number, (_id, text, reached) in enumerate(queries.goals(case), start=1)
            ],
            "nhan_xet": [text for on, _decision, text, _who in queries.reviews(case.id) if first <= on <= last],
        }
    )


def _summary_body(layout: Any) -> None:
    layout.paragraph("Kính gửi: Gia đình em {{ ho_ten }}, lớp {{ lop }}.", bold=True)
    layout.paragraph("{{ truong }} thông báo kết quả giúp đỡ em trong {{ hoc_ky }} như sau:")
    layout.heading("1. Buổi kèm")
    layout.paragraph("Số buổi đã kèm: {{ so_buoi }}; số buổi không thực hiện được: {{ so_buoi_hoan }}.")
    layout.lines("ket_qua", mark="- ")
    with layout.when("nguoi_kem"):
        layout.paragraph("Người kèm:")
        layout.lines("nguoi_kem", mark="- ")
    layout.heading("2. Mục tiêu")
    layout.table("muc_tieu", (("TT", "stt", 12), ("Mục tiêu", "noi_dung", 108), ("Mức đạt", "muc_dat", 45)))
    with layout.when("nhan_xet"):
        layout.heading("3. Nhận xét của nhà trường")
        layout.lines("nhan_xet")
    layout.heading("Ý kiến của gia đình")
    for _line in range(2):
        layout.paragraph("." * 100, indent=False)


SUMMARY = private(
    "term_summary",
    _("Phiếu thông báo kết quả học kỳ"),
    # What it is made of is a TermSummary: the case and the term.
    model=Case,
    permission="mentoring.nominate",
    context=_summary,
    file_name=lambda summary: f"{file_code(summary.case)} phiếu thông báo {summary.words}",
    body=_summary_body,
    side_by_side=True,
    sample=SAMPLE_HEAD
    | SAMPLE_CHILD
    | {
        "ten_loai": "PHIẾU THÔNG BÁO",
        "trich_yeu": "Kết quả giúp đỡ học sinh học kỳ 1 năm học 2026-2027",
        "noi_nhan": ["Gia đình học sinh", "Lưu: hồ sơ của nhà trường"],
        "hang_ky": in_rows((HOMEROOM, "Phạm Thị E"), (PRINCIPAL, "Lê Văn C"), (FAMILY, "")),
        "hoc_ky": "học kỳ 1 năm học 2026-2027",
        "nguoi_kem": ["Trần Thị D, Trường THCS Mẫu B"],
        "so_buoi": 12,
        "so_buoi_hoan": 1,
        "ket_qua": ["Tiến bộ: 9 buổi", "Bình thường: 3 buổi"],
        "muc_tieu": [{"stt": 1, "noi_dung": "Cộng trừ được phân số", "muc_dat": "Gần đạt"}],
        "nhan_xet": ["Em theo kịp hơn, cần giữ nếp học ở nhà."],
    },
)
