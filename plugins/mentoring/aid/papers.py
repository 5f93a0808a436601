"""The list that families sign at a hand-over, as a Word file for the school's own folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from intranet.api import School, format_quantity, heading_of, one_body, signature
from intranet.api import lazy_gettext as _
from plugins.mentoring.aid import queries
from plugins.mentoring.cases.rules import name_of
from plugins.mentoring.papers import SAMPLE_HEAD, in_rows, private
from plugins.mentoring.tables.aid import Aid

WRITER, PRINCIPAL = "Người lập", "Hiệu trưởng"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a school hands over now; ``rows`` are of aid.queries.to_hand_over()."""

    school: School
    rows: tuple[Aid, ...]

    @property
    def id(self) -> int:
        """Of the school."""
        return self.school.id

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the school's."""
        return self.school.owner()


def hand_over(school_id: int) -> HandOver:
    """The list of a school as it is now."""
    return HandOver(School.get_by_id(school_id), tuple(queries.to_hand_over(school_id)))


def _hand_over(record: HandOver) -> dict[str, Any]:
    heading = heading_of(record.school.district, record.school)
    parts = one_body(
        heading,
        name="Danh sách ký nhận",
        about="Trao tặng học sinh",
        sign="DS",
        recipients=["Lưu: hồ sơ hạn chế của nhà trường"],
        signatures=[signature(WRITER, ""), signature(heading.signer_title, heading.signer_name)],
    )
    return parts | {
        "trao": [
            {
                "stt": number,
                "so": aid.receipt,
                "hoc_sinh": f"{name_of(aid.case)} ({aid.case.code})",
                "noi_dung": aid.what,
                "so_luong": f"{format_quantity(aid.quantity)} {aid.unit}".strip(),
                "ky_nhan": "",
            }
            for number, aid in enumerate(record.rows, start=1)
        ]
    }


def _hand_over_body(layout: Any) -> None:
    layout.paragraph(
        "Tài liệu hạn chế: không sao chụp, không gửi ra ngoài trường, không đưa cho người tặng.", italic=True
    )
    with layout.when("trao"):
        columns = (
            *(("TT", "stt", 11), ("Số", "so", 28), ("Học sinh", "hoc_sinh", 42), ("Nội dung", "noi_dung", 36)),
            *(("Số lượng", "so_luong", 20), ("Ký nhận", "ky_nhan", 28)),
        )
        layout.table("trao", columns)
    with layout.when("not trao"):
        layout.paragraph("Chưa có gì chờ trao.")


HAND_OVER = private(
    "hand_over",
    _("Danh sách ký nhận"),
    # What it is made of is a HandOver: the school and what waits there.
    model=School,
    permission="mentoring.coordinate",
    context=_hand_over,
    file_name=lambda record: f"Danh sách ký nhận {record.school.name}",
    body=_hand_over_body,
    side_by_side=True,
    sample=SAMPLE_HEAD
    | {
        "ten_loai": "DANH SÁCH KÝ NHẬN",
        "trich_yeu": "Trao tặng học sinh",
        "noi_nhan": ["Lưu: hồ sơ hạn chế của nhà trường"],
        "hang_ky": in_rows((WRITER, ""), (PRINCIPAL, "Lê Văn C")),
        "trao": [
            {
                "stt": 1,
                "so": "TT1-2026-001",
                "hoc_sinh": "Nguyễn Văn B (HS 6A-01)",
                "noi_dung": "Xe đạp",
                "so_luong": "1 chiếc",
                "ky_nhan": "",
            }
        ],
    },
)
