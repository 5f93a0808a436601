"""The directory of people."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.kernel.text import name_sort_key
from intranet.people.lists import PAGE_SIZE, Filters, filtered_ids
from intranet.registry.districts import District
from intranet.registry.people import Leave, Membership, Person
from intranet.registry.schools import School
from intranet.shared.access import Actor

HX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#list"}
FIRST, SECOND, PARTNER = "01008508", "01008401", "01281503"


def names(page):
    return [link.text for link in page.select("#list th a")]


def person(username):
    return Person.get(Person.username == username)


def school(code=FIRST):
    return School.get(School.code == code)


def teach(username, subjects):
    teacher = person(username)
    teacher.subjects = subjects
    teacher.set_keys()
    teacher.save()
    return teacher


def found(browser, **filters):
    return names(browser.soup("/people", query_string=filters))


def test_people_stand_in_the_order_of_given_names(cast):
    assert names(cast("hm.lanhdao").soup("/people")) == [
        "Nguyễn Thị Ánh",
        "Trần Văn Ân",
        "Phạm Ngọc Bích",
        "Vũ Quang Đạt",
        "Lê Thu Hòa",
        "Hoàng Văn Khoa",
        "Đoàn Minh Lan",
        "Bùi Thị Mới",
        "Đặng Minh Vinh",
        "Đỗ Thị Yến",
    ]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("hoa", "Lê Thu Hòa"),
        ("Hoà", "Lê Thu Hòa"),
        ("dat vu", "Vũ Quang Đạt"),
        ("0912 001 003", "Lê Thu Hòa"),
        ("+84912001003", "Lê Thu Hòa"),
        ("0912.001.0", "Nguyễn Thị Ánh"),
    ],
)
def test_people_are_found_without_marks_in_any_order_of_words_and_by_their_phone(cast, query, first):
    assert found(cast("hm.giaovien"), q=query)[0] == first


@pytest.mark.parametrize("query", ["Hòa", "Hoà"])
def test_a_whole_name_stands_before_one_that_only_begins_so(cast, query):
    renamed = {"name": "Hoàng Văn An", "sort_key": name_sort_key("Hoàng Văn An")}
    Person.update(**renamed).where(Person.name == "Hoàng Văn Khoa").execute()
    assert found(cast("hm.giaovien"), q=query) == ["Lê Thu Hòa", "Hoàng Văn An"]


def test_the_list_says_what_each_is_and_where_what_they_teach_and_their_phone(cast):
    teach("hm.dieuphoi", "Âm nhạc")
    row = cast("hm.giaovien").soup("/people?q=hoa").select_one("#list tbody tr")
    cells = [cell.text for cell in row.find_all("td")]
    assert cells == ["Điều phối viên – Trường THCS Yên Sở", "Âm nhạc", "0912 001 003"]


def test_a_closed_account_is_marked(cast):
    closed = Person.get(Person.username == "hm.khoa")
    assert cast("hm.chuyenvien").soup(f"/people/{closed.id}").find(class_="status").text == "Tài khoản đã khóa"


def test_the_number_of_queries_does_not_grow_with_the_rows(app, cast, queries):
    browser, counts = cast("hm.giaovien"), []
    for query in ("khoa", ""):
        with queries() as run:
            browser.get("/people", query_string={"q": query} if query else None)
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_the_count_is_said_and_follows_the_search(cast):
    texts = [cast("hm.giaovien").soup(url).find(id="count").text for url in ("/people", "/people?q=bich")]
    assert texts == ["12 người", "2 người"]


def test_a_school_shows_who_works_there(cast):
    shown = found(cast("hm.chuyenvien"), school=school().id)
    assert shown == ["Phạm Ngọc Bích", "Lê Thu Hòa", "Hoàng Văn Khoa", "Đặng Minh Vinh"]


def test_school_and_role_speak_of_the_same_work(cast):
    Membership.create(person=person("hm2.giaovien"), role="teacher", district=1, school=school())
    browser = cast("hm.chuyenvien")
    assert found(browser, school=school().id, role="principal") == ["Đặng Minh Vinh"]
    assert found(browser, role="principal") == ["Đoàn Minh Lan", "Đặng Minh Vinh"]
    assert "Đỗ Thị Yến" in found(browser, school=school().id)


def test_a_subject_is_found_however_it_is_written(cast):
    Person.update(subjects="", subjects_key="").execute()
    teach("hm.giaovien", "Toán, Tin học")
    teach("hm2.giaovien", "Toán học")
    browser = cast("hm.chuyenvien")
    assert found(browser, subject="Tin  HỌC") == ["Phạm Ngọc Bích"]
    assert found(browser, subject="Toán") == ["Phạm Ngọc Bích"]
    assert found(browser, subject="%") == []
    options = [option.text for option in browser.soup("/people").select("#subject option")]
    assert options == ["Tất cả", "Tin học", "Toán", "Toán học"]


def test_who_is_away_and_who_left_is_told_apart(cast):
    away, gone = person("hm.giaovien"), person("hm2.giaovien")
    Leave.create(person=away, kind="birth", starts_on=today() - timedelta(days=1))
    Membership.update(ends_on=today() - timedelta(days=1), end_reason="retired").where(
        Membership.person == gone
    ).execute()
    browser = cast("hm.chuyenvien")
    assert found(browser, state="away") == [away.name]
    assert found(browser, state="left") == [gone.name]
    assert {away.name, gone.name} & set(found(browser)) == {away.name}
    assert {away.name, gone.name} & set(found(browser, state="working")) == set()
    assert {away.name, gone.name} & set(found(browser, state="all")) == {away.name, gone.name}
    marked = browser.soup("/people?state=all").select("tr:has(.status)")
    marks = {row.a.text: row.find(class_="status").text for row in marked}
    assert marks == {away.name: "Đang nghỉ", gone.name: "Đã thôi"}
    assert found(cast("admin"), state="away") == [away.name]
    assert found(cast("admin"), state="left") == [gone.name]


def test_who_has_no_work_yet_and_who_begins_tomorrow_did_not_leave(cast):
    Membership.update(starts_on=today() + timedelta(days=1)).where(
        Membership.person == person("hm2.giaovien")
    ).execute()
    assert found(cast("hm.chuyenvien"), state="left") == []
    assert {"Bùi Thị Mới", "Đỗ Thị Yến"} <= set(found(cast("hm.chuyenvien")))


def test_filters_stand_as_chips_that_take_them_away(cast):
    page = cast("hm.chuyenvien").soup(f"/people?q=bich&school={school().id}&role=teacher&state=working")
    chips = [chip.get_text(" ", strip=True).split(" ,")[0] for chip in page.select(".chip")]
    assert chips == [
        "Tìm: bich",
        "Trường: Trường THCS Yên Sở",
        "Vai trò: Giáo viên, nhân viên",
        "Tình trạng: Đang làm việc",
    ]
    assert page.select(".chip")[2]["href"] == f"/people?q=bich&school={school().id}&state=working"
    assert page.find(id="export")["href"].startswith("/people/export.xlsx?q=bich&school=")


def test_the_fragment_brings_the_count_and_the_export_with_it(cast):
    page = BeautifulSoup(cast("hm.chuyenvien").get("/people?q=bich", headers=HX).text, "html.parser")
    assert ([link.text for link in page.select("th a")], page.find(id="count").text) == (["Phạm Ngọc Bích"], "1 người")
    assert page.find(id="export")["href"] == "/people/export.xlsx?q=bich"
    assert page.find("select") is None


@pytest.mark.parametrize("query", ["role=x", "state=x", "school=x", "after=-1", "district=１"])
def test_filters_that_do_not_exist_are_refused(cast, query):
    assert cast("hm.chuyenvien").get(f"/people?{query}").status_code == 400


def test_the_pages_of_a_long_list_hold_everybody_once_in_both_directions(cast):
    for number in range(PAGE_SIZE + 20):
        one = Person(username=f"x{number}", name=f"Trần Thị Lan {chr(65 + number % 26)}", district=1)
        one.set_keys()
        one.save()
    browser = cast("hm.chuyenvien")
    for query in ("", "q=lan", "q=Th%E1%BB%8B"):
        first = browser.soup(f"/people?{query}")
        second = browser.soup(first.find(id="pager-next")["href"])
        back = browser.soup(second.find(id="pager-prev")["href"])
        assert names(back) == names(first)
        assert len(names(first)) == PAGE_SIZE
        ids = [link["href"] for page in (first, second) for link in page.select("#list th a")]
        actor = Actor(person_id=0, role="officer", district_id=1)
        wanted = filtered_ids(actor, Filters(query={"": "", "q=lan": "lan"}.get(query, "Thị")), 1000)
        assert ids == [f"/people/{id_}" for id_ in wanted]


# --- decision D1 ---


def test_of_a_partner_school_only_the_contacts_stand_there_with_work_and_phone(cast):
    teach("uh.hieutruong", "Toán")
    Leave.create(person=person("uh.hieutruong"), kind="illness", starts_on=today())
    Membership.create(person=person("uh.hieutruong"), role="teacher", district=2, school=school("01281402"))
    page = cast("hm.hieutruong").soup("/people", query_string={"school": school(PARTNER).id})
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in page.select("tbody tr")]
    assert rows == [
        ["Huỳnh Bích Tâm", "Hiệu trưởng – Trường THCS Hồng Quang", "–", "0912 002 002"],
        ["Ngô Đức Thủy", "Điều phối viên – Trường THCS Hồng Quang", "–", "0912 002 003"],
    ]


@pytest.mark.parametrize(
    "filters", [{"subject": "Toán"}, {"state": "away"}, {"state": "left"}, {"role": "teacher"}, {"q": "Lý Thị Ú"}]
)
def test_no_filter_tells_more_of_a_partner_school(cast, filters):
    contact = teach("uh.hieutruong", "Toán")
    Leave.create(person=contact, kind="illness", starts_on=today())
    Membership.create(person=contact, role="teacher", district=2, school=school(PARTNER))
    shown = found(cast("hm.hieutruong"), **filters)
    assert {"Huỳnh Bích Tâm", "Lý Thị Ú"} & set(shown) == set()


def test_a_school_of_another_district_shows_nobody_and_does_not_name_itself(cast):
    page = cast("hm.chuyenvien").soup("/people", query_string={"school": school(PARTNER).id})
    assert (names(page), page.select_one(".chip b").text) == ([], "?")


def test_an_office_sees_nobody_of_another_district(cast):
    assert found(cast("hm.chuyenvien"), q="Huỳnh Bích Tâm", state="all") == []


def test_the_choices_are_the_own_district_s(cast):
    page = cast("hm.hieutruong").soup("/people")
    schools = {option.text for option in page.select("#school option")}
    assert "Trường THCS Hồng Quang" in schools
    assert len(schools) == 2 + School.select().where(School.district == 1).count()
    assert page.find(id="district") is None


def test_an_administrator_chooses_a_district_first(cast):
    district = District.get(District.code == "UH")
    page = cast("admin").soup("/people", query_string={"district": district.id, "role": "leader"})
    assert names(page) == ["Nguyễn Hữu Ơn"]
    assert page.find(href=f"/people/new?district={district.id}") is not None
    answer = cast("admin").submit(
        f"/people/new?district={district.id}", "person", {"name": "Trần Thu Hương", "role": "officer", "school": "0"}
    )
    assert Person.get(Person.username == "huongtt.uh").district == district
    assert answer.status_code == 303
    assert "Trường THCS Hồng Quang" in {option.text for option in page.select("#school option")}


def test_a_person_in_the_trash_is_not_there(cast):
    Person.update(deleted_at="2024-01-01").where(Person.id == person("hm.giaovien").id).execute()
    assert found(cast("hm.chuyenvien"), q="bich", state="all") == []


@pytest.mark.parametrize(
    ("username", "offered"),
    [
        ("hm.chuyenvien", ["/people/accounts", "/people/import", "/people/new"]),
        ("hm.lanhdao", ["/people/accounts", "/people/new"]),
        ("hm.hieutruong", ["/people/accounts", "/people/new"]),
        ("hm.dieuphoi", []),
        ("hm.giaovien", []),
        ("admin", ["/people/accounts", "/people/import"]),
    ],
)
def test_only_who_may_is_offered_to_add_people(cast, username, offered):
    links = cast(username).soup("/people").select(".page-title .actions a")
    assert [link["href"] for link in links] == offered
