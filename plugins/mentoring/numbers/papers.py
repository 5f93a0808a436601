"""The year in numbers, as an annex that names nobody and from which nobody can be found out.

A school's has its number of children, as its district's list tells it, and shares. Its own table beside the district's
would tell how few there are in the schools that are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from intranet.api import District, School, heading_of, one_body, source_text
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.kinds import KINDS
from plugins.mentoring.numbers.queries import SHARES, STAGES, Figure, Numbers, names_of
from plugins.mentoring.numbers.suppression import SUM
from plugins.mentoring.papers import SAMPLE_HEAD, private

KEPT_BACK = "Ô ghi dấu – là số dưới 5, hoặc số mà từ đó suy ra được số dưới 5."
WITHHELD = (
    "Năm học này đã có số liệu công bố theo đơn vị trước khi sắp xếp; số liệu theo đơn vị hiện nay không được nêu, "
    "vì đối chiếu hai số liệu có thể suy ra số dưới 5."
)


@dataclass(frozen=True, slots=True)
class Annex:
    """A school year of a district, or of one of its schools."""

    district: District
    school: School | None
    year: str

    @property
    def id(self) -> int:
        """Of the school or district."""
        return (self.school or self.district).id

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is."""
        return self.district.id, self.school and self.school.id


def _annex(annex: Annex) -> dict[str, Any]:
    whole = Numbers(annex.year, annex.district.id)
    parts = one_body(
        heading_of(annex.district, annex.school),
        name="Phụ lục",
        about=f"Số liệu giúp đỡ học sinh năm học {annex.year}",
        sign="PL",
        recipients=["Lưu: VT"],
    )
    return parts | {
        "nam_hoc": annex.year,
        "ghi_chu": WITHHELD if whole.withheld else KEPT_BACK,
        "bang": _of_school(annex, whole) if annex.school else _of_district(whole),
    }


def _of_school(annex: Annex, whole: Numbers) -> list[dict[str, Any]]:
    own = Numbers(annex.year, annex.district.id, annex.school.id)
    rows = [["Học sinh được đề cử giúp đỡ", _shown(whole.by_school().get(annex.school.id))]]
    rows += [_row(figure) for figure in own.figures() if figure.key in SHARES]
    return [{"ten": "Số liệu chung", "cot": ["Nội dung", "Số liệu"], "hang": rows}]


def _of_district(whole: Numbers) -> list[dict[str, Any]]:
    schools = whole.by_school()
    rows = [[name, _shown(schools[id_])] for id_, name in names_of(schools)]
    kinds = [*map(source_text, KINDS.values()), "Cộng"]
    return [
        {
            "ten": "Số liệu chung",
            "cot": ["Nội dung", "Số liệu"],
            "hang": [_row(figure) for figure in whole.figures()],
        },
        {
            "ten": "Học sinh theo lý do giúp đỡ và theo bước",
            "cot": ["Lý do giúp đỡ", *map(source_text, STAGES.values()), "Cộng"],
            "hang": [[kind, *map(_shown, row)] for kind, row in zip(kinds, whole.published, strict=True)],
        },
        {
            "ten": "Học sinh theo trường",
            "cot": ["Trường", "Học sinh"],
            "hang": [*rows, ["Cộng", _shown(schools[SUM])]],
        },
    ]


def _row(figure: Figure) -> list[str]:
    return [figure.label[:1].upper() + figure.label[1:], _shown(figure.published)]


def _shown(value: Any) -> str:
    return "–" if value is None else str(value)


def _annex_body(layout: Any) -> None:
    layout.paragraph("Phụ lục chỉ có số liệu cộng chung, không nêu tên, mã, hoàn cảnh của em nào. {{ ghi_chu }}")
    with layout.each("bang", "bang"):
        layout.free_table("bang")


ANNEX = private(
    "annex",
    _("Phụ lục số liệu giúp đỡ học sinh"),
    # What it is made of is an Annex: a district or school, and the year.
    model=School,
    permission="mentoring.numbers",
    context=_annex,
    file_name=lambda annex: f"Phụ lục số liệu giúp đỡ học sinh {annex.year}",
    body=_annex_body,
    sample=SAMPLE_HEAD
    | {
        "ten_loai": "PHỤ LỤC",
        "trich_yeu": "Số liệu giúp đỡ học sinh năm học 2026-2027",
        "noi_nhan": ["Lưu: VT"],
        "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Lê Văn C"},
        "nam_hoc": "2026-2027",
        "ghi_chu": KEPT_BACK,
        "bang": [{"ten": "Số liệu chung", "cot": ["Nội dung", "Số liệu"], "hang": [["Học sinh được đề cử", "12"]]}],
    },
)
