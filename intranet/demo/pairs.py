"""The demo's pairs that are on their way or over, one or more in every state: made up, between real schools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from intranet.kernel.clock import now, today
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.districts import District
from intranet.registry.people import OFFICER, Membership
from intranet.registry.pledges import CONFIRMED, Meeting, PairReview, PledgeClause
from intranet.registry.schools import Level, School
from intranet.registry.twinning import (
    ACCEPTED,
    AGREED,
    APPROVED,
    DECLINED,
    ENDED,
    MET,
    PROPOSED,
    REVIEW,
    SIGNED,
    SUGGESTED,
    Pairing,
    Programme,
)
from intranet.shared import pledges, steps
from intranet.shared.activities import record_activity
from intranet.shared.meetings import facts

CLUSTER = "Cụm Tiếng Anh tiểu học"
SAME_LEVEL = "Hai trường cùng cấp học, quy mô tương đương; trường thứ nhất mạnh về đội ngũ cốt cán, trường thứ hai cần."
ENGLISH = "Trường thứ nhất có giáo viên tiếng Anh cốt cán, nhận giúp các trường thiếu giáo viên trong cụm."


@dataclass(frozen=True, slots=True)
class Plan:
    """A pair to be made: where it stands, for how many days, of which level."""

    state: str
    days: int
    level: Level
    proposal: str = SAME_LEVEL
    cluster: str = ""
    outcome: str = ""


PLANS = (
    Plan(SUGGESTED, 3, Level.LOWER_SECONDARY),
    Plan(SUGGESTED, 41, Level.PRIMARY),
    Plan(PROPOSED, 5, Level.LOWER_SECONDARY),
    Plan(PROPOSED, 19, Level.PRESCHOOL),
    Plan(ACCEPTED, 6, Level.PRIMARY),
    Plan(APPROVED, 12, Level.PRIMARY, ENGLISH, CLUSTER),
    Plan(MET, 9, Level.PRIMARY, ENGLISH, CLUSTER),
    Plan(MET, 4, Level.LOWER_SECONDARY),
    Plan(AGREED, 8, Level.PRESCHOOL),
    Plan(SIGNED, 2, Level.LOWER_SECONDARY),
    Plan(REVIEW, 10, Level.LOWER_SECONDARY),
    Plan(DECLINED, 60, Level.PRESCHOOL, outcome="Trường đã kết nghĩa với một trường khác trong năm học này."),
    Plan(ENDED, 200, Level.PRIMARY, outcome="Hai trường đã hoàn thành các cam kết, không nối tiếp."),
)
# Whose schools have met and written down what they promise; whose pledge is signed.
MET_ONCE = (MET, AGREED, SIGNED, REVIEW, ENDED)
KEPT = (SIGNED, REVIEW, ENDED)
# (first gives, text, quantity, unit, due in days)
CLAUSES = (
    (True, "Tổ chức tiết dạy minh họa để giáo viên trường bạn dự giờ", 4, "tiết", 120),
    (True, "Tập huấn sử dụng học liệu số, bảng tương tác", 2, "buổi", 90),
    (False, "Đón trường bạn về trải nghiệm tại địa phương", 1, "chuyến", 150),
)


def build(programme: Programme) -> None:
    """Make the pairs of PLANS among schools that no pair has yet; a cluster has one first school."""
    leads: dict[str, School] = {}
    free = {code: _free(code) for code in ("HM", "UH")}
    for number, plan in enumerate(PLANS):
        first = leads.get(plan.cluster) or _take(free["HM"], plan.level)
        if plan.cluster:
            leads[plan.cluster] = first
        _fill(_pair(programme, plan, first, _take(free["UH"], plan.level)), plan, number)


def _free(code: str) -> list[School]:
    taken = {id_ for row in Pairing.select(Pairing.first_school, Pairing.second_school).tuples() for id_ in row}
    query = School.select().where(School.district == District.get(District.code == code))
    return [school for school in query.order_by(School.sort_key, School.id) if school.id not in taken]


def _take(free: list[School], level: Level) -> School:
    return free.pop(next(place for place, school in enumerate(free) if school.levels & level))


def _pair(programme: Programme, plan: Plan, first: School, second: School) -> Pairing:
    since = now() - timedelta(plan.days)
    kept = plan.state in KEPT
    pairing = Pairing.create(
        programme=programme,
        first_school=first,
        first_district=first.district_id,
        second_school=second,
        second_district=second.district_id,
        state=plan.state,
        state_since=since,
        updated_at=since,
        proposal=plan.proposal,
        cluster=plan.cluster,
        outcome=plan.outcome,
        ended_on=since.date() if plan.outcome else None,
    )
    if kept:
        pairing.signed_on = since.date() - timedelta(1 if plan.state == SIGNED else 300)
        pairing.signed_place = "Hà Nội"
        pairing.pledge_number = f"{pairing.id:02}/GƯKN"
        pairing.started_on = None if plan.state == SIGNED else pairing.signed_on
        pairing.save()
    return pairing


def _fill(pairing: Pairing, plan: Plan, number: int) -> None:
    if plan.state in MET_ONCE:
        _meeting(pairing, pairing.state_since - timedelta(310 if plan.state in (REVIEW, ENDED) else 7 + number))
        for position, clause in enumerate(_clauses(pairing), start=1):
            PledgeClause.create(pairing=pairing, position=position, **clause)
        pledges.recount(pairing.id)
    if plan.state == REVIEW:
        _review(pairing)
    steps.refresh(Pairing.get_by_id(pairing.id))


def _clauses(pairing: Pairing) -> Iterator[dict]:
    for by_first, text, quantity, unit, days in CLAUSES:
        giver = pairing.first_school_id if by_first else pairing.second_school_id
        yield {
            "giver": giver,
            "receiver": pairing.partner_of(giver),
            "text": text,
            "quantity": quantity,
            "unit": unit,
            "due_on": today() + timedelta(days),
        }


def _meeting(pairing: Pairing, moment: datetime) -> None:
    meeting = Meeting.create(
        pairing=pairing,
        title="Cuộc họp đầu tiên của hai trường",
        starts_at=moment,
        ends_at=moment + timedelta(hours=2),
        place=pairing.second_school.name,
        host=pairing.second_school,
        minutes="Hai trường giới thiệu thế mạnh, khó khăn và trao đổi nội dung giao ước.",
        conclusions="Thống nhất lập giao ước kết nghĩa.",
        state=CONFIRMED,
        state_since=moment,
    )
    record_activity(facts(meeting))


def _review(pairing: Pairing) -> None:
    """The first school has looked back, the second has not yet."""
    officer = Membership.get(Membership.role == OFFICER, Membership.district == pairing.first_district_id)
    PairReview.create(
        pairing=pairing,
        school=pairing.first_school,
        school_year=school_year_of(today()),
        achieved="Bốn tiết dạy minh họa, một buổi tập huấn học liệu số; hai tổ chuyên môn trao đổi hằng tháng.",
        difficulties="Khoảng cách giữa hai trường xa, lịch dạy khó khớp.",
        proposals="Tăng sinh hoạt chuyên môn trực tuyến, giữ một buổi gặp trực tiếp mỗi học kỳ.",
        person=officer.person_id,
        at=pairing.state_since + timedelta(days=1),
    )
