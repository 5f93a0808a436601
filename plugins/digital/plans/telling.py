"""What plans tell in reports of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from intranet.api import Pairing, ReportSection, ReportTable, School, short_day
from plugins.digital.models import Improvement

# So many steps are listed; a longer report names their number.
MOST = 60


def report_sections(programme: Any, pairing: Any, district: Any, first: date, last: date) -> Iterator[ReportSection]:
    """What schools of pairs improved together in these days."""
    query = (
        Improvement.select(Improvement.done_on, School.name, Improvement.title)
        .join(School, on=(Improvement.school == School.id))
        .switch(Improvement)
        .join(Pairing, on=(Improvement.pairing == Pairing.id))
        .where(
            _pairs(programme, pairing, district),
            Improvement.state == "finished",
            Improvement.private == False,  # noqa: E712 (SQL)
            Improvement.done_on.between(first, last),
        )
        .order_by(Improvement.done_on, Improvement.id)
    )
    found = list(query.tuples())
    if not found:
        return
    rows = tuple((short_day(on), school, title) for on, school, title in found[:MOST])
    table = ReportTable(columns=("Ngày xong", "Trường", "Việc cùng làm"), rows=rows)
    text = f"Các trường kết nghĩa đã cùng làm xong {len(found)} việc cải tiến chuyển đổi số."
    yield ReportSection(key="improvements", heading="Chuyển đổi số", text=text, tables=(table,))


def _pairs(programme: Any, pairing: Any, district: Any) -> Any:
    if pairing is not None:
        return Improvement.pairing == pairing.id
    here = (Pairing.first_district == district.id) | (Pairing.second_district == district.id)
    return (Pairing.programme == programme.id) & here
