"""In which work a signed-in person acts, by the day."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import now, today
from intranet.registry.people import OFFICER, TEACHER, Function, Membership, Person
from intranet.registry.schools import School


def work_of(username):
    return Membership.get(Membership.person == Person.get(Person.username == username))


def days(number):
    return today() + timedelta(days=number)


def change(membership, **values):
    Membership.update(**values).where(Membership.id == membership.id).execute()


def acting_as(browser):
    """What stands in the header."""
    return browser.soup("/account").select_one(".menu-who").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [(None, None, 200), (0, None, 200), (None, 0, 200), (0, 0, 200), (1, None, 403), (None, -1, 403), (1, 5, 403)],
)
def test_work_counts_from_its_first_day_to_its_last(app, cast, starts, ends, status):
    browser = cast("hm.chuyenvien")
    change(
        work_of("hm.chuyenvien"),
        starts_on=None if starts is None else days(starts),
        ends_on=None if ends is None else days(ends),
    )
    assert browser.get("/schools/new").status_code == status


def test_who_signs_in_acts_in_the_work_under_way(app, cast):
    officer = Person.get(Person.username == "hm.chuyenvien")
    change(work_of("hm.chuyenvien"), starts_on=days(1))
    school = School.get(School.code == "01008508")
    Membership.create(person=officer, role=TEACHER, district=school.district_id, school=school)
    assert acting_as(cast("hm.chuyenvien")) == "Trần Văn Ân Giáo viên, nhân viên – Trường THCS Yên Sở"


def test_a_session_goes_on_in_the_next_work_when_its_own_is_over(app, cast):
    browser, principal = cast("hm.hieutruong"), Person.get(Person.username == "hm.hieutruong")
    former = work_of("hm.hieutruong")
    change(former, ends_on=days(-1))
    Membership.create(
        person=principal, role=TEACHER, district=former.district_id, school=former.school_id, starts_on=today()
    )
    assert acting_as(browser) == "Đặng Minh Vinh Giáo viên, nhân viên – Trường THCS Yên Sở"
    assert browser.get(f"/schools/{former.school_id}/edit").status_code == 403


def test_who_gets_work_while_signed_in_can_act_at_once(app, cast):
    browser, newcomer = cast("hm.moi"), Person.get(Person.username == "hm.moi")
    assert browser.get("/schools").status_code == 403
    Membership.create(person=newcomer, role=OFFICER, district=newcomer.district_id)
    assert browser.get("/schools/new").status_code == 200


def test_nobody_in_the_trash_is_signed_in(app, cast):
    browser = cast("hm.giaovien")
    Person.update(deleted_at=now()).where(Person.username == "hm.giaovien").execute()
    assert browser.get("/schools").headers["Location"].startswith("/login")


def test_duties_cost_no_query(app, cast, queries):
    browser, teacher, counts = cast("hm.giaovien"), Person.get(Person.username == "hm.giaovien"), []
    for _turn in range(2):
        with queries() as run:
            browser.get("/account")
        counts.append(len(run))
        Function.create(person=teacher, school=work_of("hm.giaovien").school_id, kind="homeroom", detail="6A")
    assert counts[0] == counts[1]
