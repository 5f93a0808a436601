"""How a report is headed, named and signed: as its letterhead says, and once issued as it was then."""

from __future__ import annotations

import json

from intranet.papers.letterheads import Heading, heading_of
from intranet.registry.reports import Report


def head_of(report: Report) -> Heading:
    """Heading and signature of the paper; what was issued keeps its own."""
    return Heading(**json.loads(report.head)) if report.number else present_head(report)


def present_head(report: Report) -> Heading:
    """As the letterhead of the writing school or office says today."""
    return heading_of(report.district, report.school)


def about(report: Report) -> str:
    """What stands under "BÁO CÁO": the title without that word."""
    text = report.title.removeprefix("Báo cáo").strip()
    return text[:1].upper() + text[1:]


def recipients(report: Report) -> list[str]:
    """Who gets the paper."""
    if report.pairing_id is not None:
        return ["Phòng GD&ĐT hai đơn vị (để báo cáo)", "Hai trường kết nghĩa", "Lưu: VT"]
    return ["Các đơn vị tham gia chương trình", "Các trường kết nghĩa", "Lưu: VT"]
