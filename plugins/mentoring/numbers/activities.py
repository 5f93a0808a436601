"""What pairs do for children, as activities of months, terms or years (decision D10): at least five pupils behind each.

What fewer stand behind is carried to the end of its term, then of its school year, and is told nowhere before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from peewee import fn

from intranet.api import (
    GIVEN,
    ActivityFacts,
    ActivityKind,
    District,
    Measure,
    PledgeClause,
    School,
    days_of,
    gettext,
    keep_activities,
    school_year_of,
    source_text,
    term_of,
    today,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.logs.rules import HELD
from plugins.mentoring.numbers.suppression import LEAST
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.groups import Group, GroupPupil
from plugins.mentoring.tables.mentors import Match, Meeting
from plugins.mentoring.tables.owned import MODULE

MENTORING, AID, CLASS = "mentoring.lessons", "mentoring.aid", "mentoring.class"
KINDS = {
    MENTORING: ActivityKind(key=MENTORING, label=_("Kèm học sinh"), unit=_("buổi kèm"), direction=GIVEN),
    AID: ActivityKind(key=AID, label=_("Trao tặng học sinh"), unit=_("lần trao"), direction=GIVEN),
    CLASS: ActivityKind(key=CLASS, label=_("Nhóm bồi dưỡng, ôn thi chung"), unit=_("nhóm"), direction=GIVEN),
}
# (kind, pair, school that gives, school that receives): what is counted together.
Way = tuple[str, int, int, int]
# (the child's case, how often) by the day.
Rows = list[tuple[date, int, int]]
# The last day, its name for ever, and in words.
Period = tuple[date, str, str]


def facts(day: date | None = None, pairing_ids: Collection[int] | None = None) -> Iterator[ActivityFacts]:
    """All that can be told by now of all pairs or of these: of months, terms and years that are over."""
    day = day or today()
    ways = _done(pairing_ids)
    yield from _of_groups(pairing_ids)
    clauses = _clauses({way[1] for way in ways})
    districts = dict(School.select(School.id, School.district).where(School.id.in_({way[3] for way in ways})).tuples())
    for way, rows in sorted(ways.items()):
        kind, pairing_id, giver, receiver = way
        for (last, key, words), count in _told(rows, day):
            clause = next((id_ for id_, of, by in clauses[pairing_id] if of == kind and by in (None, giver)), None)
            yield ActivityFacts(
                source_key=f"{kind.rpartition('.')[2]}-{pairing_id}-{giver}-{key}",
                kind=kind,
                on=last,
                title=f"{source_text(KINDS[kind].label)}, {words}",
                district_id=districts[receiver],
                school_ids=(giver, receiver),
                pairing_id=pairing_id,
                giver_id=giver,
                receiver_id=receiver,
                measures=(Measure(quantity=count, unit=source_text(KINDS[kind].unit), clause_id=clause),),
            )


def _among(column: Any, pairing_ids: Collection[int] | None) -> Any:
    return column.is_null(False) if pairing_ids is None else column.in_(list(pairing_ids))


def _done(pairing_ids: Collection[int] | None) -> Mapping[Way, Rows]:
    """What was done under pairs: never who, of which subject, or why."""
    found: dict[Way, Rows] = defaultdict(list)
    held = (
        Meeting.select(Match.pairing, Match.mentor_school, Match.school, Meeting.on, Match.case, fn.COUNT(Meeting.id))
        .join(Match)
        .where(_among(Match.pairing, pairing_ids), Meeting.state == HELD)
        .group_by(Match.pairing, Match.mentor_school, Match.school, Meeting.on, Match.case)
    )
    given = (
        Aid.select(Aid.pairing, Aid.giver, Aid.school, Aid.delivered_on, Aid.case, fn.COUNT(Aid.id))
        .where(_among(Aid.pairing, pairing_ids), Aid.giver.is_null(False), Aid.delivered_on.is_null(False))
        .group_by(Aid.pairing, Aid.giver, Aid.school, Aid.delivered_on, Aid.case)
    )
    for kind, query in ((MENTORING, held), (AID, given)):
        for pairing, giver, receiver, on, case, count in query.tuples():
            found[kind, pairing, giver, receiver].append((on, case, count))
    return found


def _clauses(pairing_ids: Iterable[int]) -> Mapping[int, list[tuple[int, str, int | None]]]:
    """{pair: (clause, kind that counts for it, who gives)} of the pledges."""
    found: dict[int, list[tuple[int, str, int | None]]] = defaultdict(list)
    query = PledgeClause.select(
        PledgeClause.pairing, PledgeClause.id, PledgeClause.activity_kind, PledgeClause.giver
    ).where(PledgeClause.pairing.in_(list(pairing_ids)), PledgeClause.dropped_on.is_null())
    for pairing, id_, kind, giver in query.order_by(PledgeClause.position, PledgeClause.id).tuples():
        found[pairing].append((id_, kind, giver))
    return found


def _told(rows: Rows, day: date) -> Iterator[tuple[Period, int]]:
    """(period, how often) of each that is over and has enough pupils; the rest is carried to the next longer one."""
    for period_of in (_month, _term, _year):
        by_period: dict[Period, Rows] = defaultdict(list)
        for row in rows:
            by_period[period_of(row[0])].append(row)
        rows = []
        for period, within in sorted(by_period.items()):
            if period[0] < day and len({case for _on, case, _count in within}) >= LEAST:
                yield period, sum(count for _on, _case, count in within)
            else:
                rows.extend(within)


def _month(on: date) -> Period:
    last = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return last, f"{on:%Y-%m}", f"tháng {on:%m/%Y}"


def _term(on: date) -> Period:
    year, number = term_of(on).split("/")
    return days_of(year, number)[1], f"{year}-{number}", f"học kỳ {number} năm học {year}"


def _year(on: date) -> Period:
    year = school_year_of(on)
    return days_of(year)[1], year, f"năm học {year}"


def _of_groups(pairing_ids: Collection[int] | None) -> Iterator[ActivityFacts]:
    """Joint classes that have ended, one each."""
    enrolled = fn.COUNT(GroupPupil.id)
    query = (
        Group.select(Group, enrolled.alias("pupils"))
        .join(GroupPupil, on=(GroupPupil.group == Group.id))
        .where(Group.state == "summarised", _among(Group.pairing, pairing_ids), Group.partner.is_null(False))
        .group_by(Group)
        .having(enrolled >= LEAST)
        .order_by(Group.id)
    )
    for group in query.objects():
        yield ActivityFacts(
            source_key=f"group-{group.id}",
            kind=CLASS,
            on=group.ends_on,
            title=f"{source_text(KINDS[CLASS].label)}, tháng {group.ends_on:%m/%Y}",
            district_id=group.district_id,
            school_ids=(group.school_id, group.partner_id),
            pairing_id=group.pairing_id,
            giver_id=group.school_id,
            receiver_id=group.partner_id,
            measures=(Measure(quantity=1, unit=source_text(KINDS[CLASS].unit), clause_id=group.clause_id),),
        )


def record_all(district: District, day: date) -> Iterator[str]:
    """Write what is told of a district's pupils by now; what no longer has enough pupils becomes void.

    Whether or not the module is on: all this happened while it was.
    """
    told = [known for known in facts(max(day, today())) if known.district_id == district.id]
    if count := keep_activities(told, gettext("Số liệu đã được tính lại."), module=MODULE, district_id=district.id):
        yield f"{count} sums of what pairs did for pupils"
