"""Where sums of children stand beside other things: in reports, and on the pages of schools and pairs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from peewee import fn

from intranet.api import (
    Actor,
    Pairing,
    Panel,
    ReportSection,
    ReportTable,
    School,
    Statement,
    days_of,
    divided_since,
    may,
    param,
    school_year_of,
    today,
    told_of_pair,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.kinds import KINDS
from plugins.mentoring.numbers import activities
from plugins.mentoring.numbers.queries import STAGES, stage_of
from plugins.mentoring.numbers.suppression import SUM, shown_list, shown_table
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.owned import MODULE

MOST = 6


def report_sections(programme: Any, pairing: Any, district: Any, first: date, last: date) -> Iterator[ReportSection]:
    """What pairs did for pupils in these days, as far as it can be told."""
    told = [
        known for known in activities.facts(None, _pairs(programme, pairing, district)) if first <= known.on <= last
    ]
    if not told:
        return
    ids = {id_ for known in told for id_ in known.school_ids}
    schools = dict(School.select(School.id, School.name).where(School.id.in_(ids)).tuples())
    rows = tuple(
        (known.title, schools[known.giver_id], schools[known.receiver_id], int(measure.quantity), measure.unit)
        for known in sorted(told, key=lambda known: (known.on, known.source_key))
        for measure in known.measures
    )
    yield ReportSection(
        key="pupils",
        heading="Giúp đỡ học sinh",
        text="Số liệu cộng chung, mỗi dòng có từ 5 học sinh trở lên; không nêu tên, mã hay hoàn cảnh của em nào.",
        tables=(ReportTable(columns=("Nội dung", "Trường giúp", "Trường nhận", "Số lượng", "Đơn vị"), rows=rows),),
    )


def _pairs(programme: Any, pairing: Any, district: Any) -> list[int]:
    if pairing is not None:
        return [pairing.id]
    here = (Pairing.first_district == district.id) | (Pairing.second_district == district.id)
    return [id_ for (id_,) in Pairing.select(Pairing.id).where(Pairing.programme == programme.id, here).tuples()]


_BY_SCHOOL = Statement(
    lambda: (
        Case.select(Case.school, fn.COUNT(Case.id))
        .where(Case.district == param("district"), Case.school_year == param("year"))
        .group_by(Case.school)
    )
)
_BY_STAGE = Statement(
    lambda: (
        Case.select(Case.kind, Case.state, Case.ending, fn.COUNT(Case.id))
        .where(Case.district == param("district"), Case.school_year == param("year"))
        .group_by(Case.kind, Case.state, Case.ending)
    )
)


def of_school(school: School) -> int | None:
    """How many children a school looks after this year, as its district's table tells it."""
    year = school_year_of(today())
    if divided_since(school.district_id, days_of(year)[0]):
        return None
    return shown_list(dict(_BY_SCHOOL.rows(district=school.district_id, year=year))).get(school.id)


def of_office(actor: Actor) -> tuple[int | None, int | None]:
    """How many children of a district were nominated this year, and how many are helped now, as the table tells it."""
    year = school_year_of(today())
    if divided_since(actor.district_id, days_of(year)[0]):
        return None, None
    counts = dict.fromkeys(product(KINDS, STAGES), 0)
    for kind, state, ending, count in _BY_STAGE.rows(district=actor.district_id, year=year):
        counts[kind, stage_of(state, ending)] += count
    table = shown_table([[counts[kind, stage] for stage in STAGES] for kind in KINDS])
    return table[SUM][SUM], table[SUM][list(STAGES).index("helped")]


def panels(place: str, subject: Any, actor: Actor) -> Iterator[Panel]:
    """Sums, of which each is told elsewhere as well: a panel gives nothing away that the tables keep back."""
    if place == "pairing" and (rows := told_of_pair(subject.id, module=MODULE, most=MOST)):
        yield Panel(
            key="told",
            title=_("Giúp đỡ học sinh"),
            template="mentoring/numbers/_pair.html",
            context={"rows": rows},
        )
    if not may(actor, "mentoring.numbers"):
        return
    stats = []
    if place == "school":
        stats = [(of_school(subject), _("học sinh được đề cử giúp đỡ năm học này"), None)]
    elif place == "home" and actor.school_id is None and actor.district_id is not None:
        nominated, helped = of_office(actor)
        stats = [
            (nominated, _("học sinh được đề cử giúp đỡ năm học này"), "/mentoring/numbers"),
            (helped, _("học sinh đang được kèm"), "/mentoring/numbers"),
        ]
    if shown := [row for row in stats if row[0] is not None]:
        yield Panel(
            key="numbers",
            title=_("Giúp đỡ học sinh"),
            template="mentoring/numbers/_panel.html",
            context={"stats": shown},
        )
