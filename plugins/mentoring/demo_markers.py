"""Made-up pupils with marker texts, one for each school of the accounts, in the demo that tests and attacks look at.

CANARY-, the district, whose it is, and 1 or 2 for its school:

-K  what the child's keepers read: name, family, circumstances, consents, reviews, why something is given
-H  what its mentor reads as well, across the districts: goals and logs
-X  restricted notes: principal and counsellor
-A  what is given, as the giving school reads it
-G  a group of both schools
-T  a teacher's hardship: the teacher, the principal, the head of the union

Rows alone, without steps: nobody has anything to do with them, and other rooms' tests find their lists as they were.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from intranet.api import Person, put, put_file, school_year_of, today
from plugins.mentoring.mentors.rules import pairing_of
from plugins.mentoring.tables.aid import Aid, TeacherSupport
from plugins.mentoring.tables.cases import (
    AID,
    GROUP,
    OWN_SCHOOL,
    PARTNER_SCHOOL,
    Case,
    Consent,
    Goal,
    RestrictedNote,
    Review,
)
from plugins.mentoring.tables.groups import Group, GroupMeeting, GroupPupil
from plugins.mentoring.tables.mentors import Match, Meeting, Mentor

# (district and school, the user names' beginning there and in the partner school)
SCHOOLS = (("HM", 1, "hm", "uh"), ("HM", 2, "hm2", "uh2"), ("UH", 1, "uh", "hm"), ("UH", 2, "uh2", "hm2"))
AGO, AHEAD = timedelta(days=10), timedelta(days=200)


def build() -> None:
    """One pupil for each school, helped by a teacher of the partner school."""
    for code, number, own, partner in SCHOOLS:
        teacher, helper = (Person.get(Person.username == f"{name}.giaovien") for name in (own, partner))
        marks = {letter: f"CANARY-{code}-{letter}{number}" for letter in "KHXAGT"}
        case = _case(teacher, marks)
        _help(case, helper, marks)
        _aid(case, helper, marks)
        _group(case, helper, marks)
        _support(teacher, marks)


def _case(teacher: Person, marks: dict[str, str]) -> Case:
    secret = marks["K"]
    case = Case(
        district=teacher.district_id,
        school=teacher.school_id,
        code="HS 8A-01",
        class_name="8A",
        kind="results",
        subject="Toán",
        free="0-30,0-31",
        school_year=school_year_of(today()),
        nominated_by=teacher,
        homeroom=teacher,
        review_on=today() + AHEAD,
        state="active",
    )
    _sealed(case, birth_date="2013-05-01", **dict.fromkeys(("name", "guardian", "circumstances", "tried"), secret))
    _sealed(Goal(case=case), text=marks["H"])
    _sealed(RestrictedNote(case=case, person=teacher), text=marks["X"])
    _sealed(Review(case=case, on=today() - AGO, decision="go_on", person=teacher), summary=secret)
    consent = Consent(
        case=case,
        relation="mother",
        scope=OWN_SCHOOL | PARTNER_SCHOOL | GROUP | AID,
        way="paper",
        child_agrees=True,
        given_on=today() - AGO,
        expires_on=today() + AHEAD,
        recorded_by=teacher,
        scan_type="application/pdf",
    )
    put_file(consent, "scan", f"%PDF-1.4\n% {secret}\n%%EOF\n".encode())
    _sealed(consent, giver=secret)
    return case


def _sealed(row: Any, **texts: str) -> None:
    """Save a row with these secrets."""
    put(row, **texts)
    row.save(force_insert=True)


def _help(case: Case, helper: Person, marks: dict[str, str]) -> None:
    Mentor.create(person=helper, district=helper.district_id, school=helper.school_id, subjects="Toán", most=4)
    match = Match(
        case=case,
        district=case.district_id,
        school=case.school_id,
        mentor=helper,
        mentor_school=helper.school_id,
        pairing=pairing_of(case.school_id, helper.school_id),
        subject="Toán",
        starts_on=today() - AGO,
        state="active",
    )
    _sealed(match, assessment=marks["K"])
    meeting = Meeting(match=match, on=today() - timedelta(days=1), minutes=45, result="good", state="held")
    meeting.goal, meeting.person = Goal.get(Goal.case == case), helper
    _sealed(meeting, done=marks["H"])


def _aid(case: Case, helper: Person, marks: dict[str, str]) -> None:
    for number, state in enumerate(("acknowledged", "approved"), start=1):
        aid = Aid(
            district=case.district_id,
            school=case.school_id,
            case=case,
            giver=helper.school_id,
            pairing=pairing_of(case.school_id, helper.school_id),
            kind="goods",
            what=marks["A"],
            requested_by=case.nominated_by_id,
            receipt=f"TT{case.school_id}-{today().year}-{number:03d}",
            delivered_on=_day(state),
            acknowledged_on=_day(state),
            state=state,
        )
        _sealed(aid, why=marks["K"], outcome=marks["K"])


def _day(state: str) -> date | None:
    return today() - AGO if state == "acknowledged" else None


def _group(case: Case, helper: Person, marks: dict[str, str]) -> None:
    group = Group.create(
        district=case.district_id,
        school=case.school_id,
        partner=helper.school_id,
        pairing=pairing_of(case.school_id, helper.school_id),
        kind="exam",
        title=marks["G"],
        subject="Toán",
        grade=9,
        teacher=case.homeroom_id,
        starts_on=today() - AGO,
        ends_on=today() + AHEAD,
        summary=marks["G"],
        state="running",
    )
    # One who is helped as well, whose name stands in the case alone, and one who is not.
    _sealed(GroupPupil(group=group, school=case.school_id, case=case, code=case.code))
    _sealed(GroupPupil(group=group, school=case.school_id, code="HS 8A-02"), name=marks["K"])
    GroupMeeting.create(group=group, on=today() - AGO, person=case.homeroom_id)


def _support(teacher: Person, marks: dict[str, str]) -> None:
    support = TeacherSupport(
        district=teacher.district_id,
        school=teacher.school_id,
        person=teacher,
        requested_by=teacher,
        delivered_on=today() - AGO,
        state="closed",
    )
    _sealed(support, **dict.fromkeys(("circumstances", "asked", "granted", "outcome"), marks["T"]))
