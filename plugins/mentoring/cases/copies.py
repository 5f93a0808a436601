"""Everything known of one child, for the family; and who looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from intranet.api import Column, District, Person, School, local, opened, source_text
from plugins.mentoring.cases import queries, restricted, rules
from plugins.mentoring.cases.kinds import DECISIONS, KINDS, REACHED, RELATIONS, SCOPES, WAYS
from plugins.mentoring.cases.life_cycle import STATE_LABELS
from plugins.mentoring.cases.privacy import READS
from plugins.mentoring.mentors.free_time import decoded, in_words
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import Case, CaseRead
from plugins.mentoring.tables.mentors import Match, Meeting

COLUMNS = (
    Column(key="what", label="Mục", width=30),
    Column(key="text", label="Nội dung", width=80),
    Column(key="on", label="Ngày", kind="date"),
)
PAGE_SIZE = 50
Row = tuple[str, str, Any]
# When, who, for which place, at what.
Read = tuple[datetime, str, str, str]


def copy_of(case: Case, *, with_restricted: bool) -> Iterator[Row]:
    """(what, text, day) of everything: the case, consents, mentors and their logs, reviews, aid, who read it.

    Restricted notes only for whoever may read them: the principal hands the whole file to the family.
    """
    yield from _case(case)
    whole = queries.lineage(case)
    for consent in queries.consents(*whole):
        scope = "; ".join(str(label) for bit, label in SCOPES.items() if consent.scope & bit)
        who = f"{opened(consent, 'giver')} ({RELATIONS[consent.relation]}, {WAYS[consent.way]})"
        yield "Sự đồng ý", f"{who}: {scope}; có hạn đến {consent.expires_on:%d/%m/%Y}", consent.given_on
        if consent.withdrawn_on:
            yield "Rút sự đồng ý", who, consent.withdrawn_on
    yield from _help(whole)
    for on, decision, summary, who in queries.reviews(*whole):
        yield "Đánh giá", f"{DECISIONS[decision]} – {who}: {summary}", on
    for at, who, text in restricted.notes_of(*whole) if with_restricted else ():
        yield "Ghi chú hạn chế", f"{who}: {text}", local(at).date()
    for aid in Aid.select().where(Aid.case.in_(whole)).order_by(Aid.id):
        yield "Trao tặng", f"{aid.what}. {opened(aid, 'why')} {opened(aid, 'outcome')}".strip(), aid.delivered_on
    for at, who, place, what in reads(case)[0]:
        yield "Người đã xem", f"{who} – {place}: {READS[what]}", local(at).date()


def _case(case: Case) -> Iterator[Row]:
    known = rules.known_values(case)
    yield "Mã học sinh", case.code, None
    yield "Họ và tên", known["name"], None
    yield "Ngày sinh", "", rules.birth_date_of(case)
    yield "Lớp", case.class_name, None
    yield "Gia đình", known["guardian"], None
    yield "Vì sao cần giúp", str(KINDS[case.kind]), None
    yield "Trạng thái", str(STATE_LABELS[case.state]), local(case.state_since).date()
    yield "Hoàn cảnh, khó khăn", known["circumstances"], local(case.created_at).date()
    yield "Nhà trường đã làm gì", known["tried"], None
    yield "Môn học, việc cần kèm", case.subject, None
    yield "Giờ em rảnh", in_words(decoded(case.free)), None
    yield "Kết quả", rules.outcome_of(case), None
    for _id, text, reached in queries.goals(case, dropped=True):
        yield "Mục tiêu", f"{text} – {REACHED[reached]}" if reached else text, None


def _help(case_ids: list[int]) -> Iterator[Row]:
    matches = Match.select(Match, Person.name.alias("who")).join(Person, on=(Match.mentor == Person.id))
    for match in matches.where(Match.case.in_(case_ids)).order_by(Match.id).objects():
        yield "Người kèm", f"{match.who}. {opened(match, 'assessment')}".strip(), match.starts_on
        for meeting in Meeting.select().where(Meeting.match == match.id).order_by(Meeting.on, Meeting.id):
            yield "Buổi kèm", f"{meeting.subject}: {opened(meeting, 'done')}", meeting.on


def reads(case: Case, before: int | None = None, most: int | None = None) -> tuple[list[Read], int | None]:
    """(rows, the id to go on from) of who looked, the latest first; at the schools that the child came from, too."""
    query = (
        CaseRead.select(CaseRead.id, CaseRead.at, Person.name, School.name, District.office_name, CaseRead.what)
        .join(Person, on=(CaseRead.person == Person.id))
        .join(School, "LEFT JOIN", on=(CaseRead.school == School.id))
        .join(District, "LEFT JOIN", on=(CaseRead.district == District.id))
        .where(CaseRead.case.in_(queries.lineage(case)))
        .order_by(CaseRead.id.desc())
    )
    if before is not None:
        query = query.where(CaseRead.id < before)
    if most is not None:
        query = query.limit(most + 1)
    found = list(query.tuples())
    more = most is not None and len(found) > most
    rows = [(at, who, school or office or "", what) for _id, at, who, school, office, what in found[:most]]
    return rows, found[most - 1][0] if more else None


def known_of(person: Any) -> dict[str, list[dict[str, str]]]:
    """What the module knows of somebody who nominated children or looked at cases: by codes, for the own data."""
    nominated = Case.select(Case.code, Case.created_at).where(Case.nominated_by == person).order_by(Case.id)
    looks = CaseRead.select(Case.code, CaseRead.what, CaseRead.at).join(Case).where(CaseRead.person == person)
    return {
        "Học sinh đã đề cử": [
            {"Mã học sinh": code, "Ngày": f"{local(at):%d/%m/%Y}"} for code, at in nominated.tuples()
        ],
        "Hồ sơ học sinh đã xem": [
            {"Mã học sinh": code, "Phần đã xem": source_text(READS[what]), "Lúc": f"{local(at):%d/%m/%Y %H:%M}"}
            for code, what, at in looks.order_by(CaseRead.id).tuples()
        ],
    }
