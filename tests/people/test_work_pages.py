"""The small pages on which work changes, and the whole takeover of a school."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.people import Function, Leave, Membership, Person
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry
from intranet.testing import form_values

FIRST, SECOND, PARTNER = "01008508", "01008401", "01281503"
YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


def person(username):
    return Person.get(Person.username == username)


def school(code=FIRST):
    return School.get(School.code == code)


def url(username, page=""):
    return f"/people/{person(username).id}{page}"


def shown(day):
    return f"{day:%d/%m/%Y}"


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def work(username):
    """(role, school code, first day, last day, reason) of all that somebody was and is."""
    rows = Membership.select().where(Membership.person == person(username)).order_by(Membership.id)
    return [(row.role, row.school and row.school.code, row.starts_on, row.ends_on, row.end_reason) for row in rows]


def send(browser, username, page, **fields):
    """Fill the small form and send it."""
    own = url(username, f"/{page}")
    name = browser.soup(own).find("main").find("form", {"method": "post"})["data-form"]
    return browser.submit(own, name, fields)


def text(browser, username):
    return browser.soup(url(username)).find("main").get_text(" ", strip=True)


def test_a_transfer_ends_the_work_here_begins_it_there_and_keeps_both(cast):
    browser = cast("hm.chuyenvien")
    answer = send(browser, "hm.giaovien", "transfer", school=school(SECOND).id, title="Tổ trưởng")
    assert (answer.status_code, answer.headers["Location"]) == (303, url("hm.giaovien"))
    assert work("hm.giaovien") == [
        ("teacher", FIRST, None, YESTERDAY, "transfer"),
        ("teacher", SECOND, today(), None, ""),
    ]
    page = text(browser, "hm.giaovien")
    assert "Tổ trưởng – Trường Tiểu học Hoàng Liệt" in page
    assert f"đến {shown(YESTERDAY)} Giáo viên, nhân viên – Trường THCS Yên Sở Chuyển công tác" in page
    assert person("hm.giaovien").school.code == SECOND
    assert cast("hm.giaovien").get("/account").status_code == 200


def test_a_transfer_needs_a_place_and_a_day(cast):
    browser = cast("hm.chuyenvien")
    assert errors(send(browser, "hm.giaovien", "transfer")) == ["Thầy/cô chưa chọn nơi làm việc."]
    answer = send(browser, "hm.giaovien", "transfer", school=school(SECOND).id, on="32/1/2024", title="Kế toán")
    assert (answer.status_code, errors(answer)) == (422, ["Ngày 32/1/2024 không có trong lịch."])
    fields = form_values(BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "transfer"}))
    assert (fields["on"], fields["title"]) == ("32/1/2024", "Kế toán")
    assert len(work("hm.giaovien")) == 1


def test_a_principal_changes_the_office_within_the_own_school_only(cast):
    browser = cast("hm.hieutruong")
    page = browser.soup(url("hm.giaovien", "/transfer"))
    assert [option.text for option in page.select("#school option")] == ["Trường THCS Yên Sở"]
    assert send(browser, "hm.giaovien", "transfer", title="Phó Hiệu trưởng").status_code == 303
    assert work("hm.giaovien") == [("teacher", FIRST, None, YESTERDAY, "role"), ("teacher", FIRST, today(), None, "")]
    assert "Phó Hiệu trưởng – Trường THCS Yên Sở" in text(browser, "hm.giaovien")
    assert send(browser, "hm.giaovien", "transfer", school=school(SECOND).id).status_code == 422


def test_the_choices_end_at_the_own_district(cast):
    page = cast("hm.chuyenvien").soup(url("hm.giaovien", "/transfer"))
    assert "Trường THCS Hồng Quang" not in {option.text for option in page.select("#school option")}


def test_a_role_more_stands_beside_the_first_and_ends_alone(cast):
    browser = cast("hm.chuyenvien")
    send(browser, "hm.giaovien", "work", school=school(SECOND).id, role="teacher", title="Tăng cường")
    assert [row[:2] for row in work("hm.giaovien")] == [("teacher", FIRST), ("teacher", SECOND)]
    last = Membership.select().where(Membership.person == person("hm.giaovien")).order_by(Membership.id.desc()).get()
    assert f'href="{url("hm.giaovien", f"/work/{last.id}/end")}"' in browser.get(url("hm.giaovien")).text
    answer = send(browser, "hm.giaovien", f"work/{last.id}/end", reason="mistake")
    assert answer.status_code == 303
    assert work("hm.giaovien")[1] == ("teacher", SECOND, today(), today(), "mistake")


def test_work_of_somebody_else_has_no_page_here(cast):
    other = Membership.get(Membership.person == person("hm.dieuphoi"))
    assert cast("hm.chuyenvien").get(url("hm.giaovien", f"/work/{other.id}/end")).status_code == 404


def test_a_leave_is_marked_and_ends_with_the_return(cast):
    browser = cast("hm.hieutruong")
    answer = send(browser, "hm.giaovien", "leave", kind="birth", starts_on=shown(YESTERDAY))
    assert answer.status_code == 303
    assert "Nghỉ thai sản" in text(browser, "hm.giaovien")
    assert "Đang nghỉ" in browser.soup("/people?q=bich").find(id="list").text
    assert send(browser, "hm.giaovien", "return").status_code == 303
    leave = Leave.get(Leave.person == person("hm.giaovien"))
    assert (leave.kind, leave.ends_on) == ("birth", YESTERDAY)
    assert "Đang nghỉ" not in browser.soup("/people?q=bich").find(id="list").text
    assert work("hm.giaovien") == [("teacher", FIRST, None, None, "")]


def test_a_leave_does_not_end_before_it_begins(cast):
    fields = {"starts_on": shown(today()), "ends_on": shown(YESTERDAY)}
    answer = send(cast("hm.hieutruong"), "hm.giaovien", "leave", **fields)
    assert (answer.status_code, errors(answer)) == (422, ["Ngày cuối không thể trước ngày đầu."])
    assert Leave.select().count() == 0


@pytest.mark.parametrize("field", ["starts_on", "ends_on"])
def test_a_slip_in_the_year_is_noticed(cast, field):
    answer = send(cast("hm.hieutruong"), "hm.giaovien", "leave", **{"starts_on": shown(today()), field: "01/09/2062"})
    assert (answer.status_code, errors(answer)[0]) == (422, "Năm 2062 quá xa; thầy/cô xem lại ngày.")


def test_nobody_returns_who_is_not_away(cast):
    assert cast("hm.chuyenvien").get(url("hm.giaovien", "/return")).status_code == 404


def test_a_duty_begins_and_ends(cast):
    browser = cast("hm.hieutruong")
    assert send(browser, "hm.giaovien", "duties", kind="homeroom", detail="6A9").status_code == 303
    duty = Function.get(Function.detail == "6A9")
    assert (duty.person, duty.kind, duty.school.code) == (person("hm.giaovien"), "homeroom", FIRST)
    assert duty.starts_on == today()
    assert "Giáo viên chủ nhiệm 6A9 – Trường THCS Yên Sở" in text(browser, "hm.giaovien")
    assert send(browser, "hm.giaovien", f"duties/{duty.id}/end", on=shown(today())).status_code == 303
    assert Function.get_by_id(duty.id).ends_on == today()


@pytest.mark.parametrize(
    "fields", [{"kind": "x"}, {"school": "999999"}, {"school": "x"}, {"detail": "x" * 61}, {"on": ""}]
)
def test_a_duty_that_is_none_is_refused(cast, fields):
    before = Function.select().count()
    assert send(cast("hm.hieutruong"), "hm.giaovien", "duties", **fields).status_code == 422
    assert Function.select().count() == before


def test_who_leaves_for_good_stays_in_the_books(cast):
    browser = cast("hm.chuyenvien")
    answer = send(browser, "hm.giaovien", "end", on=shown(YESTERDAY), reason="retired")
    assert answer.status_code == 303
    assert work("hm.giaovien") == [("teacher", FIRST, None, YESTERDAY, "retired")]
    assert "Đã thôi" in text(browser, "hm.giaovien")
    assert "Nghỉ hưu" in text(browser, "hm.giaovien")
    assert browser.soup("/people?q=bich").find(id="count").text == "0 người"
    assert browser.soup("/people?q=bich&state=left").find(id="count").text == "1 người"


def test_a_person_entered_by_mistake_goes_into_the_trash(cast):
    browser = cast("hm.chuyenvien")
    browser.submit("/people/new", "person", {"name": "Trần Thu Hương", "school": school().id})
    answer = send(browser, "huongtt.hm", "delete")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert person("huongtt.hm").deleted_at is not None
    assert browser.get(url("huongtt.hm")).status_code == 404


def test_a_rule_that_names_no_field_speaks_over_the_form(cast):
    answer = send(cast("hm.chuyenvien"), "hm.giaovien", "delete")
    assert (answer.status_code, len(errors(answer))) == (422, 1)
    assert "Người này đã có tài khoản" in errors(answer)[0]


def test_a_rule_that_names_a_field_speaks_at_it(cast):
    answer = send(cast("hm.chuyenvien"), "hm.giaovien", "work", school=school().id, role="teacher")
    page = BeautifulSoup(answer.text, "lxml")
    assert (answer.status_code, page.find(id="role")["aria-invalid"]) == (422, "true")
    assert len(work("hm.giaovien")) == 1


# --- a new principal ---


def appoint_url(code=FIRST, **query):
    return f"/people/appoint?{urlencode({'school': school(code).id, **query})}"


def candidates(page):
    return [link.text for link in page.select("[data-panel='people.candidates'] a")]


def test_the_school_s_own_people_are_offered_first_and_the_district_s_by_search(cast):
    browser = cast("hm.chuyenvien")
    page = browser.soup(appoint_url())
    assert candidates(page) == ["Phạm Ngọc Bích", "Lê Thu Hòa", "Hoàng Văn Khoa"]
    assert "Hiệu trưởng hiện nay: Đặng Minh Vinh" in page.find("main").get_text(" ", strip=True)
    assert candidates(browser.soup(appoint_url(q="yen"))) == ["Đỗ Thị Yến"]
    assert candidates(browser.soup(appoint_url(q="tâm"))) == []


def take_over(browser, username, **fields):
    own = appoint_url(person=person(username).id)
    return browser.submit(own, "appoint", fields)


def test_a_teacher_of_the_school_takes_over_and_the_former_principal_stays(cast):
    browser, former = cast("hm.chuyenvien"), cast("hm.hieutruong")
    assert former.get(url("hm.dieuphoi", "/edit")).status_code == 200
    answer = take_over(browser, "hm.giaovien")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/schools/{school().id}")
    assert work("hm.hieutruong") == [
        ("principal", FIRST, None, YESTERDAY, "role"),
        ("teacher", FIRST, today(), None, ""),
    ]
    assert work("hm.giaovien") == [
        ("teacher", FIRST, None, YESTERDAY, "role"),
        ("principal", FIRST, today(), None, ""),
    ]
    assert school().principal_name == "Phạm Ngọc Bích"
    # The former principal's open session no longer edits; the new one's does, and the partner finds whom to call.
    assert former.get(url("hm.dieuphoi", "/edit")).status_code in (303, 403)
    assert cast("hm.giaovien").get(url("hm.dieuphoi", "/edit")).status_code == 200
    partner = cast("uh.hieutruong").soup(f"/people?school={school().id}&role=principal")
    assert [link.text for link in partner.select("#list th a")] == ["Phạm Ngọc Bích"]


def test_somebody_from_another_school_takes_over_and_the_former_principal_goes(cast):
    browser, own = cast("hm.chuyenvien"), appoint_url(person=person("hm2.giaovien").id)
    fields = form_values(browser.soup(own).find("form", {"data-form": "appoint"}))
    fields.pop("stay")
    assert browser.post(own, data=fields).status_code == 303
    assert work("hm.hieutruong") == [("principal", FIRST, None, YESTERDAY, "role")]
    assert work("hm2.giaovien")[-1] == ("principal", FIRST, today(), None, "")
    assert person("hm2.giaovien").school.code == FIRST


def test_somebody_new_is_added_and_takes_over(cast):
    browser = cast("hm.lanhdao")
    link = browser.soup(appoint_url()).select_one('a[href^="/people/new"]')
    answer = browser.submit(link["href"], "person", {"name": "Trần Thu Hương"})
    new = person("huongtt.hm")
    assert (answer.status_code, answer.headers["Location"]) == (303, appoint_url(person=new.id))
    assert work("huongtt.hm") == []
    assert browser.submit(answer.headers["Location"], "appoint").status_code == 303
    assert work("huongtt.hm") == [("principal", FIRST, today(), None, "")]


def test_a_takeover_sent_twice_happens_once(cast):
    browser, own = cast("hm.chuyenvien"), appoint_url(person=person("hm.dieuphoi").id)
    fields = form_values(browser.soup(own).find("form", {"data-form": "appoint"}))
    for _ in range(2):
        assert browser.post(own, data=fields).status_code == 303
    assert len(work("hm.hieutruong")) == 2
    assert AuditEntry.select().where(AuditEntry.action == "person.appoint").count() <= 2


@pytest.mark.parametrize(
    ("reader", "code", "status"),
    [
        ("hm.chuyenvien", FIRST, 200),
        ("hm.lanhdao", FIRST, 200),
        ("admin", FIRST, 200),
        ("hm.hieutruong", FIRST, 403),
        ("hm.hieutruong", SECOND, 403),
        ("hm.dieuphoi", FIRST, 403),
        ("hm.chuyenvien", PARTNER, 403),
    ],
)
def test_the_office_appoints(cast, reader, code, status):
    assert cast(reader).get(appoint_url(code)).status_code == status


@pytest.mark.parametrize("username", ["hm.chuyenvien", "hm.lanhdao"])
def test_nobody_appoints_oneself_or_a_superior(cast, username):
    assert cast("hm.chuyenvien").get(appoint_url(person=person(username).id)).status_code == 403


def test_somebody_of_another_district_cannot_be_appointed(cast):
    assert cast("hm.chuyenvien").get(appoint_url(person=person("uh.giaovien").id)).status_code == 404
