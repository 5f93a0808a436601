"""The sections of a programme's year report, from the figures of the pairs that an office has in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from intranet.kernel.language import source_text
from intranet.papers.wording import short_day, written_day
from intranet.registry.agreements import Memorandum, YearPlan
from intranet.registry.districts import District
from intranet.registry.pledges import MEETING
from intranet.registry.then import offices_on
from intranet.registry.twinning import APPROVED, OVER, PAIRING_STATES, TWINNED, Programme
from intranet.reports import figures
from intranet.reports.figures import Clause, Happened, Held, Kind, Pair, Period, Scope
from intranet.reports.pair_writing import STATUS_WORDS, meetings_sentence, statuses_sentence
from intranet.reports.sections import ANNEX, DIRECTION, PLANS, PROPOSALS, RESULTS, SHORTCOMINGS, Section, Table
from intranet.reports.wording import (
    amounts,
    first_upper,
    given,
    lines,
    listed,
    period_name,
    whole,
)
from intranet.shared.pledges import DONE, DROPPED, LATE
from intranet.shared.readings import NOW, READING_LABELS, THEN, Units, unit_names

# Longer lists of names stand in the annex only.
MOST_NAMED = 10
ANNEX_COLUMNS = (
    *("Trường thứ nhất", "Đơn vị thứ nhất", "Trường thứ hai", "Đơn vị thứ hai", "Trạng thái", "Ngày ký giao ước"),
    *("Số cam kết", "Hoàn thành", "Quá hạn", "Cuộc họp, chuyến thăm", "Hoạt động", "Trường thứ nhất giúp"),
    *("Trường thứ hai giúp", "Hoạt động gần nhất", "Số nhận xét"),
)


def write(programme: Programme, district: District, school_year: str, period: Period) -> list[Section]:
    """The sections as the figures give them."""
    scope = Scope(programme.id, district.id)
    when = period_name(school_year, "")
    pairs = figures.pairs(scope, period)
    kinds = figures.kinds(scope, period)
    readings = _readings(pairs, kinds, district, period)
    names = readings[THEN]
    twinned = [pair for pair in pairs if pair.state in (*TWINNED, *OVER)]
    happened = figures.happened_by_pair(scope, period)
    clauses, meetings = _by_pair(figures.clauses(scope, period)), _by_pair(figures.meetings(scope, period))
    reviews = figures.reviews_by_pair(scope, school_year)
    every = [clause for found in clauses.values() for clause in found]
    return [
        _filled(
            *("direction", DIRECTION, "", _direction(programme, school_year, district, pairs, names, period)),
            *(_districts(pairs, units, _caption(reading, readings), reading) for reading, units in readings.items()),
        ),
        _pairs(pairs, period),
        _pledges(twinned, every, period),
        _meetings([held for found in meetings.values() for _pairing, held in found], when),
        _exchange(kinds, readings, when),
        _reviews(twinned, reviews),
        _filled("shortcomings", SHORTCOMINGS, "", _shortcomings(twinned, happened, every)),
        _filled("plans", PLANS, "", _plans(twinned, every)),
        _filled("proposals", PROPOSALS, "", "Không có."),
        _annex(twinned, names, happened, clauses, meetings, reviews),
    ]


def _readings(
    pairs: Sequence[Pair], kinds: Sequence[Kind], district: District, period: Period
) -> Mapping[str, Mapping[int, str]]:
    """{reading: {unit: its name}}, the office's own units first: of then and, where that is something else, of today.

    A report tells its year as it was; who reads it later finds the schools under those that manage them now, too.
    """
    concerned = {units for pair in pairs for units in pair.units} | {who for kind in kinds for who in kind.by if who}
    own = {units for units in concerned if units.now == district.id} or {Units(district.id, district.id)}
    found = {}
    for reading in (THEN, NOW):
        mine = {units.of(reading) for units in own}
        names = unit_names({units.of(reading) for units in (*own, *concerned)}, reading, period.last_lessons)
        found[reading] = dict(sorted(names.items(), key=lambda row: row[0] not in mine))
    changed = found[THEN] != found[NOW] or any(units.then != units.now for units in concerned)
    return found if changed else {THEN: found[THEN]}


def _caption(reading: str, readings: Mapping[str, Any]) -> str:
    """Which reading a table is, where there are two."""
    return source_text(READING_LABELS[reading]) if len(readings) > 1 else ""


def _filled(key: str, part: str, heading: str, text: str, *tables: Table) -> Section:
    return Section(key=key, part=part, heading=heading, text=text, filled=text, tables=tables)


def _by_pair(rows: Sequence[Any]) -> Mapping[int, list[Any]]:
    """Rows whose first value is a pair."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _direction(
    programme: Programme,
    school_year: str,
    district: District,
    pairs: Sequence[Pair],
    names: Mapping[int, str],
    period: Period,
) -> str:
    """Who led the schools that year: the offices of then."""
    own = {units.then for pair in pairs for units in pair.units if units.now == district.id} or {district.id}
    offices = _offices(own, period), _offices(names.keys() - own, period)
    years = f" giai đoạn {programme.starts_on.year}-{programme.ends_on.year}" if _has_years(programme) else ""
    with_others = f" đã phối hợp với {listed(offices[1])}" if offices[1] else " đã"
    return lines(
        (
            f"Thực hiện chương trình phối hợp “{programme.title}”{years}, {listed(offices[0])}{with_others} "
            "chỉ đạo các trường kết nghĩa.",
            _papers(programme, school_year),
        )
    )


def _offices(ids: Collection[int], period: Period) -> list[str]:
    units = District.select().where(District.id.in_([*ids])).order_by(District.sort_key, District.id)
    return offices_on(list(units), period.last_lessons)


def _has_years(programme: Programme) -> bool:
    return programme.starts_on is not None and programme.ends_on is not None


def _papers(programme: Programme, school_year: str) -> str:
    """The memorandum and the plan that the year was led by."""
    signed = (Memorandum.programme == programme) & Memorandum.signed_on.is_null(False)
    memorandum = Memorandum.select().where(signed, Memorandum.parent.is_null()).order_by(Memorandum.id.desc()).first()
    plan = YearPlan.get_or_none(
        YearPlan.programme == programme, YearPlan.school_year == school_year, YearPlan.issued_on.is_null(False)
    )
    found = [
        f"bản ghi nhớ{_number(memorandum.number)} {written_day(memorandum.signed_on)}" if memorandum else "",
        f"kế hoạch năm học{_number(plan.number)} {written_day(plan.issued_on)}" if plan else "",
    ]
    text = listed(filter(None, found))
    return f"Văn bản chỉ đạo: {text}." if text else ""


def _number(number: str) -> str:
    return f" số {number}" if number else ""


def _districts(pairs: Sequence[Pair], names: Mapping[int, str], caption: str, reading: str) -> Table:
    """The taking-part districts with what they bring; where they changed, with the sum, which is the same of both."""
    count, schools = Counter(), defaultdict(set)
    for pair in pairs:
        sides = [(units.of(reading), name) for units, name in zip(pair.units, (pair.first, pair.second), strict=True)]
        count.update({id_ for id_, _name in sides})
        for id_, name in sides:
            schools[id_].add(name)
    rows = [(name, len(schools[id_]), count[id_]) for id_, name in names.items() if schools[id_] or not caption]
    if caption:
        rows.append(("Cộng", sum(map(len, schools.values())), len(pairs)))
    return Table(columns=("Đơn vị tham gia", "Số trường", "Số cặp"), rows=tuple(rows), caption=caption)


def _pairs(pairs: Sequence[Pair], period: Period) -> Section:
    counts = Counter(pair.state for pair in pairs)
    twinned = sum(counts[state] for state in (*TWINNED, *OVER))
    text = f"Tính đến {written_day(period.day)}, chương trình có {whole(twinned)} cặp kết nghĩa đã được duyệt"
    waiting = len(pairs) - twinned
    text += f" và {whole(waiting)} cặp đang được đề nghị." if waiting else "."
    rows = tuple((source_text(label), counts[state]) for state, label in PAIRING_STATES.items() if counts[state])
    table = Table(columns=("Trạng thái", "Số cặp"), rows=rows)
    return _filled("pairs", RESULTS, "Các cặp kết nghĩa", text, *([table] if rows else []))


def _pledges(pairs: Sequence[Pair], clauses: Sequence[Clause], period: Period) -> Section:
    signed = [pair for pair in pairs if pair.signed_on is not None and pair.signed_on <= period.last]
    new = sum(pair.signed_on >= period.first for pair in signed)
    text = f"Có {whole(len(signed))} cặp đã ký giao ước, trong đó {whole(new)} cặp ký trong kỳ báo cáo."
    text = text if signed else "Chưa có cặp nào ký giao ước."
    if not clauses:
        return _filled("pledges", RESULTS, "Thực hiện giao ước", text)
    counts = figures.statuses(clauses)
    rows = tuple((first_upper(words), counts[status]) for status, words in STATUS_WORDS.items())
    table = Table(columns=("Kết quả thực hiện cam kết", "Số cam kết"), rows=rows)
    text = lines((text, statuses_sentence("Các giao ước", clauses)))
    return _filled("pledges", RESULTS, "Thực hiện giao ước", text, table)


def _meetings(held: Sequence[Held], when: str) -> Section:
    count = sum(one.kind == MEETING for one in held)
    sums = (sum(one.asked for one in held), sum(one.present for one in held))
    text = meetings_sentence("các cặp", when, count, len(held) - count, *sums)
    return _filled("meetings", RESULTS, "Họp, thăm và giao lưu", text)


def _exchange(kinds: Sequence[Kind], readings: Mapping[str, Mapping[int, str]], when: str) -> Section:
    names = readings[THEN]
    heading = "Hoạt động trao đổi, giúp đỡ"
    if not kinds:
        return _filled("exchange", RESULTS, heading, f"Trong {when}, chưa có hoạt động nào được ghi.")
    total = sum(kind.total.times for kind in kinds)
    gave = {id_: sum(kind.of_unit(id_, THEN).times for kind in kinds) for id_ in names}
    shares = [f"trường của {names[id_]} giúp trường bạn {whole(times)} lần" for id_, times in gave.items() if times]
    text = f"Trong {when}, các cặp có {whole(total)} hoạt động{': ' if shares else ''}{'; '.join(shares)}."
    tables = (_given(kinds, units, reading, _caption(reading, readings)) for reading, units in readings.items())
    return _filled("exchange", RESULTS, heading, text, *tables)


def _given(kinds: Sequence[Kind], names: Mapping[int, str], reading: str, caption: str) -> Table:
    rows = tuple(
        (
            *(kind.label, kind.total.times, amounts(kind.total.amounts)),
            *(given(kind.of_unit(id_, reading)) for id_ in names),
        )
        for kind in kinds
    )
    columns = ("Hoạt động", "Số lần", "Khối lượng", *(f"{name} giúp" for name in names.values()))
    return Table(columns=columns, rows=rows, caption=caption)


def _reviews(pairs: Sequence[Pair], reviews: Mapping[int, int]) -> Section:
    written = sum(reviews.get(pair.id, 0) for pair in pairs)
    both = sum(reviews.get(pair.id, 0) >= 2 for pair in pairs)
    text = f"Các trường đã viết {whole(written)} nhận xét của năm học; {whole(both)} cặp có đủ nhận xét của hai trường."
    text = text if written else "Chưa trường nào viết nhận xét của năm học."
    return _filled("reviews", RESULTS, "Nhận xét cuối năm của các cặp", text)


def under_way(pairs: Sequence[Pair]) -> list[Pair]:
    """Those that are to do something: approved and gone on from there."""
    return [pair for pair in pairs if pair.state in TWINNED and pair.state != APPROVED]


def _shortcomings(pairs: Sequence[Pair], happened: Mapping[int, Happened], clauses: Sequence[Clause]) -> str:
    silent = [pair for pair in under_way(pairs) if pair.id not in happened]
    late = sum(clause.status == LATE for clause in clauses)
    one_sided = [pair for pair in pairs if _is_one_sided(happened.get(pair.id, Happened()))]
    found = [
        f"{whole(len(silent))} cặp không có hoạt động nào trong kỳ báo cáo{_named(silent)}." if silent else "",
        f"{whole(late)} cam kết quá hạn." if late else "",
        f"{whole(len(one_sided))} cặp mới có một trường giúp trường kia{_named(one_sided)}." if one_sided else "",
    ]
    return lines(found) or "Không có."


def _is_one_sided(what: Happened) -> bool:
    return (what.first_gave > 0) != (what.second_gave > 0)


def _named(pairs: Sequence[Pair]) -> str:
    if len(pairs) > MOST_NAMED:
        return " (danh sách ở phụ lục)"
    return f": {'; '.join(f'{pair.first} – {pair.second}' for pair in pairs)}"


def _plans(pairs: Sequence[Pair], clauses: Sequence[Clause]) -> str:
    left = sum(clause.status not in (DONE, DROPPED) for clause in clauses)
    unsigned = sum(pair.signed_on is None for pair in pairs if pair.state in TWINNED)
    found = [
        f"- Chỉ đạo các cặp thực hiện tiếp {whole(left)} cam kết chưa hoàn thành." if left else "",
        f"- Hướng dẫn {whole(unsigned)} cặp thống nhất nội dung và ký giao ước." if unsigned else "",
        "- Duy trì họp định kỳ, hoạt động hai chiều giữa các trường kết nghĩa.",
    ]
    return lines(found)


def _annex(
    pairs: Sequence[Pair],
    names: Mapping[int, str],
    happened: Mapping[int, Happened],
    clauses: Mapping[int, list[Clause]],
    meetings: Mapping[int, list[Any]],
    reviews: Mapping[int, int],
) -> Section:
    rows = []
    for pair in pairs:
        what, counts = happened.get(pair.id, Happened()), figures.statuses(clauses.get(pair.id, ()))
        rows.append(
            (
                *(pair.first, names[pair.first_units.then], pair.second, names[pair.second_units.then]),
                *(source_text(PAIRING_STATES[pair.state]), short_day(pair.signed_on)),
                *(counts.total(), counts[DONE], counts[LATE], len(meetings.get(pair.id, ()))),
                *(what.times, what.first_gave, what.second_gave, short_day(what.last_on), reviews.get(pair.id, 0)),
            )
        )
    table = Table(columns=ANNEX_COLUMNS, rows=tuple(rows))
    return _filled("annex", ANNEX, "Danh sách các cặp kết nghĩa và kết quả", "", table)
