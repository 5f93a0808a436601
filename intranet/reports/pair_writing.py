"""The sections of a pair's report, from its figures: official Vietnamese, to be edited by people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from intranet.kernel.clock import local
from intranet.papers.wording import short_day, written_day
from intranet.registry.pledges import MEETING, VISIT
from intranet.registry.twinning import Pairing
from intranet.reports import figures
from intranet.reports.figures import Clause, Held, Kind, Period, Review, Scope
from intranet.reports.sections import DIRECTION, PLANS, PROPOSALS, RESULTS, SHORTCOMINGS, Section, Table
from intranet.reports.wording import (
    amount,
    amounts,
    first_upper,
    given,
    lines,
    listed,
    period_name,
    whole,
)
from intranet.shared.pledges import DONE, DROPPED, LATE, PLANNED, UNDER_WAY, target_of

# How promises are counted in a sentence, in this order.
STATUS_WORDS = {
    DONE: "hoàn thành",
    UNDER_WAY: "đang thực hiện",
    PLANNED: "chưa thực hiện",
    LATE: "quá hạn",
    DROPPED: "không thực hiện",
}
KIND_WORDS = {MEETING: "Họp", VISIT: "Thăm, giao lưu"}
BOTH = "Hai trường"


def write(pairing: Pairing, school_year: str, term: str, period: Period) -> list[Section]:
    """The sections as the figures give them."""
    scope = Scope(pairing.programme_id, pairing.first_district_id, pairing.id)
    when = period_name(school_year, term)
    names = {pairing.first_school_id: pairing.first_school.name, pairing.second_school_id: pairing.second_school.name}
    clauses = figures.clauses(scope, period)
    kinds = figures.kinds(scope, period)
    reviews = figures.reviews(pairing.id, school_year)
    return [
        _filled("direction", DIRECTION, "", _direction(pairing, period)),
        _meetings([held for _pairing, held in figures.meetings(scope, period)], when),
        _pledge(clauses, names, period),
        _exchange(kinds, names, when),
        *_achieved(reviews),
        _filled("shortcomings", SHORTCOMINGS, "", _shortcomings(clauses, kinds, names, reviews, term)),
        _filled("plans", PLANS, "", _plans(clauses)),
        _filled("proposals", PROPOSALS, "", _said(reviews, "proposals") or "Không có."),
    ]


def _filled(key: str, part: str, heading: str, text: str, *tables: Table) -> Section:
    return Section(key=key, part=part, heading=heading, text=text, filled=text, tables=tables)


def _direction(pairing: Pairing, period: Period) -> str:
    first = f"{pairing.first_school.name} ({pairing.first_district.name})"
    second = f"{pairing.second_school.name} ({pairing.second_district.name})"
    since = f" từ {written_day(pairing.started_on)}" if pairing.started_on else ""
    return lines(
        (
            f"Thực hiện chương trình phối hợp “{pairing.programme.title}”, {first} và {second} kết nghĩa{since}.",
            _signing(pairing, period.last),
        )
    )


def _signing(pairing: Pairing, last: date) -> str:
    if pairing.signed_on is None or pairing.signed_on > last:
        return "Đến hết kỳ báo cáo, hai trường chưa ký giao ước kết nghĩa."
    number = f" số {pairing.pledge_number}" if pairing.pledge_number else ""
    place = f" tại {pairing.signed_place}" if pairing.signed_place else ""
    return f"Hai trường đã ký giao ước kết nghĩa{number} {written_day(pairing.signed_on)}{place}."


def meetings_sentence(who: str, when: str, held: int, visits: int, asked: int, present: int) -> str:
    """How often people met, and how many came."""
    if not held and not visits:
        return f"Trong {when}, {who} chưa tổ chức cuộc họp hay chuyến thăm nào."
    counted = [f"{whole(held)} cuộc họp"] if held else []
    counted += [f"{whole(visits)} chuyến thăm, giao lưu"] if visits else []
    came = f", với {whole(present)} lượt người dự trên {whole(asked)} lượt người được mời" if asked else ""
    return f"Trong {when}, {who} đã tổ chức {listed(counted)}{came}."


def _meetings(held: Sequence[Held], when: str) -> Section:
    count = sum(one.kind == MEETING for one in held)
    sums = (sum(one.asked for one in held), sum(one.present for one in held))
    text = meetings_sentence("hai trường", when, count, len(held) - count, *sums)
    rows = tuple(
        (
            short_day(local(one.on).date()),
            KIND_WORDS.get(one.kind, one.kind),
            one.title,
            one.place,
            f"{whole(one.present)}/{whole(one.asked)}" if one.asked else "",
        )
        for one in held
    )
    table = Table(columns=("Ngày", "Hình thức", "Nội dung", "Địa điểm", "Có mặt/được mời"), rows=rows)
    return _filled("meetings", RESULTS, "Họp, thăm và giao lưu", text, *([table] if rows else []))


def statuses_sentence(what: str, clauses: Sequence[Clause]) -> str:
    """How many promises stand how."""
    counts = figures.statuses(clauses)
    counted = [f"{whole(counts[status])} {words}" for status, words in STATUS_WORDS.items() if counts[status]]
    return f"{what} có {whole(len(clauses))} cam kết: {', '.join(counted)}."


def _pledge(clauses: Sequence[Clause], names: dict[int, str], period: Period) -> Section:
    if not clauses:
        return _filled("pledge", RESULTS, "Thực hiện giao ước", "Hai trường chưa có cam kết nào trong giao ước.")
    text = statuses_sentence(f"Tính đến {written_day(period.day)}, giao ước", clauses)
    rows = tuple(
        (
            clause.text,
            names.get(clause.giver_id, BOTH),
            short_day(clause.due_on),
            f"{amount(target_of(clause.quantity))} {clause.unit}".strip(),
            amount(clause.done),
            first_upper(STATUS_WORDS[clause.status]),
        )
        for clause in clauses
    )
    columns = ("Cam kết", "Bên thực hiện", "Thời hạn", "Chỉ tiêu", "Đã thực hiện", "Kết quả")
    return _filled("pledge", RESULTS, "Thực hiện giao ước", text, Table(columns=columns, rows=rows))


def _exchange(kinds: Sequence[Kind], names: dict[int, str], when: str) -> Section:
    heading = "Hoạt động trao đổi, giúp đỡ"
    if not kinds:
        return _filled("exchange", RESULTS, heading, f"Trong {when}, chưa có hoạt động nào được ghi.")
    first, second = names
    gave = {id_: sum(kind.by[id_].times for kind in kinds) for id_ in (first, second)}
    total = sum(kind.total.times for kind in kinds)
    together = total - sum(gave.values())
    shares = [
        f"{names[id_]} giúp {names[other]} {whole(gave[id_])} lần"
        for id_, other in ((first, second), (second, first))
        if gave[id_]
    ]
    shares += [f"hai trường cùng thực hiện {whole(together)} hoạt động"] if together else []
    text = f"Trong {when}, hai trường có {whole(total)} hoạt động: {'; '.join(shares)}."
    rows = tuple(
        (
            kind.label,
            kind.total.times,
            amounts(kind.total.amounts),
            *(given(kind.by[id_]) for id_ in (first, second)),
        )
        for kind in kinds
    )
    columns = ("Hoạt động", "Số lần", "Khối lượng", f"{names[first]} giúp", f"{names[second]} giúp")
    return _filled("exchange", RESULTS, heading, text, Table(columns=columns, rows=rows))


def _said(reviews: Sequence[Review], field: str) -> str:
    return lines(f"{review.school}: {getattr(review, field)}" for review in reviews if getattr(review, field))


def _achieved(reviews: Sequence[Review]) -> list[Section]:
    said = _said(reviews, "achieved")
    return [_filled("achieved", RESULTS, "Hai trường tự nhận xét", said)] if said else []


def _shortcomings(
    clauses: Sequence[Clause], kinds: Sequence[Kind], names: dict[int, str], reviews: Sequence[Review], term: str
) -> str:
    late = [clause.text for clause in clauses if clause.status == LATE]
    first, second = names
    gave = {id_: sum(kind.by[id_].times for kind in kinds) for id_ in names}
    one_sided = next((pair for pair in ((first, second), (second, first)) if gave[pair[0]] and not gave[pair[1]]), None)
    found = [
        f"Còn {whole(len(late))} cam kết quá hạn: {'; '.join(late)}." if late else "",
        f"Sự giúp đỡ mới đi một chiều: {names[one_sided[1]]} chưa giúp lại {names[one_sided[0]]} hoạt động nào."
        if one_sided
        else "",
        "Hai trường chưa viết đủ nhận xét của năm học." if len(reviews) < len(names) and not term else "",
        _said(reviews, "difficulties"),
    ]
    return lines(found) or "Không có."


def _plans(clauses: Sequence[Clause]) -> str:
    left = [clause for clause in clauses if clause.status in (UNDER_WAY, PLANNED, LATE)]
    if not left:
        return "Hai trường thống nhất nội dung giúp đỡ, trao đổi của thời gian tới và đưa vào giao ước."
    return lines(("Tiếp tục thực hiện các cam kết chưa hoàn thành:", *(f"- {_left(clause)}" for clause in left)))


def _left(clause: Clause) -> str:
    if clause.quantity is None:
        return f"{clause.text}."
    return f"{clause.text} (còn {amount(target_of(clause.quantity) - clause.done)} {clause.unit}".rstrip() + ")."
