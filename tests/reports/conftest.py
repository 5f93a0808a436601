"""A pair with a school year behind it: its figures are written here by hand, and counted by the reports."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from intranet.contributions import ActivityFacts, Measure
from intranet.registry.pledges import ClauseCorrection, Meeting, MeetingAttendee, PairReview, PledgeClause
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.activities import record_activity

YEAR = "2023-2024"
HM, UH = "01008508", "01281503"
# (key, kind, day, which side gives or None, quantity, unit, clause or None)
HAPPENED = (
    ("a1", "notice_board.plan", date(2023, 11, 10), HM, 3, "tiết", 0),
    ("a2", "notice_board.plan", date(2024, 1, 20), HM, 2, "tiết", 0),
    ("a3", "notice_board.plan", date(2024, 3, 5), UH, 120, "quyển", 1),
    ("a4", "visit", date(2024, 4, 1), None, 1, "chuyến", None),
    # After the year, and of another year: neither counts.
    ("a5", "notice_board.plan", date(2024, 9, 10), HM, 7, "tiết", 0),
    ("a6", "notice_board.plan", date(2023, 5, 10), UH, 50, "quyển", None),
)
# (text, which side gives or None, quantity, unit, due on, dropped on)
PROMISES = (
    ("Dạy minh họa môn Toán", HM, 5, "tiết", date(2024, 5, 31), None),
    ("Tặng sách cho thư viện", UH, 200, "quyển", date(2024, 4, 30), None),
    ("Thi viết chữ đẹp", None, None, "", None, None),
    ("Sửa sân trường", HM, 1, "lần", date(2024, 5, 1), date(2024, 2, 1)),
)
# (title, kind, moment in UTC, state, attendance of those asked)
MEETINGS = (
    ("Họp đầu năm", "meeting", datetime(2023, 10, 25, 7, 0), "held", ("present", "present", "absent")),
    ("Thăm lớp học", "visit", datetime(2024, 4, 1, 1, 0), "confirmed", ("present", "excused")),
    ("Họp bị hủy", "meeting", datetime(2024, 2, 1, 7, 0), "cancelled", ("present",)),
    # 1 August in Vietnam: of the next school year.
    ("Họp năm sau", "meeting", datetime(2024, 7, 31, 17, 30), "held", ("present",)),
)


@dataclass
class Story:
    """The pair, and its promises."""

    pairing: Pairing
    clauses: list[PledgeClause]


@pytest.fixture
def story(app):
    """The pair of the first schools after the school year 2023-2024."""
    schools = {code: School.get(School.code == code) for code in (HM, UH)}
    pairing = Pairing.get(Pairing.first_school == schools[HM])
    clear(pairing)
    Pairing.update(signed_on=date(2023, 11, 1), pledge_number="05/GƯ", signed_place="Yên Sở").where(
        Pairing.id == pairing.id
    ).execute()
    clauses = [
        PledgeClause.create(
            pairing=pairing,
            position=position,
            text=text,
            giver=schools.get(giver),
            quantity=quantity,
            unit=unit,
            due_on=due_on,
            dropped_on=dropped_on,
        )
        for position, (text, giver, quantity, unit, due_on, dropped_on) in enumerate(PROMISES)
    ]
    with app.app_context():
        for key, kind, day, giver, quantity, unit, clause in HAPPENED:
            happen(pairing, key, kind, day, giver, quantity, unit, clauses[clause] if clause is not None else None)
    for title, kind, moment, state, attendance in MEETINGS:
        meeting = Meeting.create(pairing=pairing, title=title, kind=kind, starts_at=moment, state=state)
        for number, how in enumerate(attendance):
            MeetingAttendee.create(meeting=meeting, name=f"Người {number}", attendance=how)
    ClauseCorrection.create(
        clause=clauses[1], quantity=20, reason="Ghi thiếu", person=person_id(), at=datetime(2024, 3, 6)
    )
    ClauseCorrection.create(
        clause=clauses[1], quantity=60, reason="Tặng thêm", person=person_id(), at=datetime(2024, 9, 6)
    )
    PairReview.create(
        pairing=pairing,
        school=schools[HM],
        school_year=YEAR,
        achieved="Giáo viên đã quen nhau.",
        difficulties="Đường xa.",
        proposals="Hỗ trợ xe đưa đón.",
        person=person_id(),
    )
    return Story(Pairing.get_by_id(pairing.id), clauses)


def clear(pairing):
    """Take away whatever the demo tells of the pair."""
    from intranet.registry.activities import Activity

    meetings = Meeting.select(Meeting.id).where(Meeting.pairing == pairing)
    MeetingAttendee.delete().where(MeetingAttendee.meeting.in_(meetings)).execute()
    Meeting.delete().where(Meeting.pairing == pairing).execute()
    Activity.delete().where(Activity.pairing == pairing).execute()
    PairReview.delete().where(PairReview.pairing == pairing).execute()
    PledgeClause.delete().where(PledgeClause.pairing == pairing).execute()
    Report.delete().where(Report.pairing == pairing).execute()


def person_id():
    """Somebody who may have written it."""
    from intranet.registry.people import Person

    return Person.get(Person.username == "hm.hieutruong").id


def happen(pairing, key, kind, day, giver, quantity, unit, clause=None):
    """Write down what one school gave the other, or what both did."""
    sides = (pairing.first_school_id, pairing.second_school_id)
    giving = {HM: sides, UH: sides[::-1]}.get(giver, (None, None))
    return record_activity(
        ActivityFacts(
            source_key=key,
            kind=kind,
            on=day,
            title=key,
            district_id=pairing.first_district_id,
            school_ids=sides,
            pairing_id=pairing.id,
            giver_id=giving[0],
            receiver_id=giving[1],
            measures=(Measure(quantity=quantity, unit=unit, clause_id=clause.id if clause else None),),
        ),
        module="notice_board" if "." in kind else "",
    )


@pytest.fixture
def report(story, cast):
    """The address of the pair's year report, made by the principal of Hoàng Mai."""
    answer = cast("hm.hieutruong").submit("/reports/new", "report", {"school_year": YEAR})
    assert answer.status_code == 303
    return answer.headers["Location"]
