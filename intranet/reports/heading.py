"""How a report is headed, named and signed: as its letterhead says, and once issued as it was then."""

from __future__ import annotations

import json
from datetime import date

from intranet.papers.days import paper_day
from intranet.papers.letterheads import Heading, issuer_of
from intranet.registry.reports import Report
from intranet.registry.then import offices_above


def head_of(report: Report) -> Heading:
    """Heading and signature of the paper; what was issued keeps its own."""
    return Heading(**json.loads(report.head)) if report.number else present_head(report)


def present_head(report: Report, day: date | None = None) -> Heading:
    """As the letterhead of the writing school or office says on the day of issue, before that today."""
    return issuer_of(report, day).heading


def about(report: Report) -> str:
    """What stands under "BÁO CÁO": the title without that word."""
    text = report.title.removeprefix("Báo cáo").strip()
    return text[:1].upper() + text[1:]


def recipients(report: Report) -> list[str]:
    """Who gets the paper: offices of the day of its issue."""
    if report.pairing_id is not None:
        schools = report.pairing.first_school, report.pairing.second_school
        offices = [f"{office} (để báo cáo)" for office in offices_above(schools, report.issued_on or paper_day())]
        return [*offices, "Hai trường kết nghĩa", "Lưu: VT"]
    return ["Các đơn vị tham gia chương trình", "Các trường kết nghĩa", "Lưu: VT"]
