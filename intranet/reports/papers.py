"""Reports as Word files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from intranet.contributions import PaperKind
from intranet.kernel.language import lazy_gettext as _
from intranet.papers import bodies, samples
from intranet.papers.kinds import register_kind
from intranet.papers.parts import one_body
from intranet.papers.wording import paragraphs
from intranet.registry.reports import Report
from intranet.reports.heading import about, head_of, recipients
from intranet.reports.sections import ANNEX, Part, Section, Table, annex, load, on_paper, parts

SIGN = "BC"
# A longer list stands in the Excel annex only.
MOST_ANNEX_ROWS = 300
PAIR_REPORT, PROGRAMME_REPORT = "pair_report", "programme_report"


def kind_of(report: Report) -> str:
    """The kind of paper that a report is."""
    return PROGRAMME_REPORT if report.pairing_id is None else PAIR_REPORT


def context(report: Report) -> dict[str, Any]:
    """The report as its paper says it."""
    sections = load(report.sections)
    common = one_body(
        head_of(report),
        name="Báo cáo",
        about=about(report),
        sign=SIGN,
        number=report.number,
        day=report.issued_on,
        recipients=recipients(report),
    )
    told = [piece for part in parts(sections, report.term) for piece in _part(part)]
    return common | {"nam_hoc": report.school_year, "cac_phan": [*told, *_annex(annex(sections))]}


def facts(report: Report) -> dict[str, Any]:
    """What is kept beside the paper: its sections and figures. The annex stays in the report."""
    told = [asdict(section) for section in load(report.sections) if section.part != ANNEX and not section.removed]
    return {"school_year": report.school_year, "term": report.term, "sections": told}


def _part(part: Part) -> list[dict[str, Any]]:
    """A part and its sections, as headings with what stands under them."""
    pieces = [{"tieu_de": part.title.upper(), "doan": [], "bang": []}]
    for number, section in part.sections:
        if section.heading:
            pieces.append({"tieu_de": f"{number}{section.heading}", "doan": [], "bang": []})
        pieces[-1]["doan"] += paragraphs(section.text)
        pieces[-1]["bang"] += _tables(section)
    return pieces


def _tables(section: Section) -> list[dict[str, Any]]:
    return [_table(table) for table in section.tables]


def _table(table: Table) -> dict[str, Any]:
    return {"ten": table.caption, "cot": list(table.columns), "hang": [_cells(row) for row in table.rows]}


def _cells(row: Sequence[str | int]) -> list[str]:
    return [str(cell) for cell in row]


def _annex(table: Table | None) -> list[dict[str, Any]]:
    """The list of pairs."""
    if table is None:
        return []
    title = "PHỤ LỤC: DANH SÁCH CÁC CẶP KẾT NGHĨA"
    if len(table.rows) > MOST_ANNEX_ROWS:
        return [{"tieu_de": title, "doan": ["Danh sách kèm theo ở tệp Excel."], "bang": []}]
    return [{"tieu_de": title, "doan": [], "bang": [_table(on_paper(table))]}]


register_kind(
    PaperKind(
        key=PAIR_REPORT,
        label=_("Báo cáo của cặp"),
        model=Report,
        permission="pairings.view",
        context=context,
        file_name=lambda report: report.title,
        body=bodies.report,
        own_issue=True,
        sample=one_body(
            samples.SCHOOLS[0],
            name="Báo cáo",
            about="Kết quả thực hiện giao ước kết nghĩa năm học 2026-2027",
            sign=SIGN,
            number="7",
            day=samples.DAY,
            recipients=["Phòng GD&ĐT quận A", "Lưu: VT"],
        )
        | {"nam_hoc": "2026-2027", "cac_phan": samples.REPORT_SECTIONS},
    )
)
register_kind(
    PaperKind(
        key=PROGRAMME_REPORT,
        label=_("Báo cáo của chương trình"),
        model=Report,
        permission="pairings.view",
        context=context,
        file_name=lambda report: report.title,
        body=bodies.report,
        own_issue=True,
        sample=samples.PROGRAMME_REPORT,
    )
)
