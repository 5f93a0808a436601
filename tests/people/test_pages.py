"""A person's page, the form of the record, and the small pages on which work changes."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

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


def main_text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


def errors(answer):
    summary = BeautifulSoup(answer.text, "lxml").find(class_="errors")
    return [item.text for item in summary.find_all("li")]


def work(username):
    """(role, school code, title, first day, last day, reason) of all that somebody was and is."""
    rows = Membership.select().where(Membership.person == person(username)).order_by(Membership.id)
    return [
        (row.role, row.school and row.school.code, row.title, row.starts_on, row.ends_on, row.end_reason)
        for row in rows
    ]


def shown(day):
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def bich(app):
    """The teacher of the first school with something in every part of the page."""
    teacher = person("hm.giaovien")
    Membership.create(
        person=teacher,
        role="teacher",
        title="Tổ phó cũ",
        district=1,
        school=school(SECOND),
        starts_on=date(2012, 9, 1),
        ends_on=date(2021, 8, 31),
        end_reason="transfer",
    )
    Function.create(person=teacher, school=school(), kind="homeroom", detail="6A9", starts_on=date(2023, 9, 5))
    Leave.create(person=teacher, kind="illness", starts_on=YESTERDAY)
    teacher.email, teacher.birth_date, teacher.gender = "kin@truong.vn", date(1988, 8, 18), "F"
    teacher.subjects, teacher.note = "Toán, Tin học", "Ghi chú kín"
    teacher.set_keys()
    teacher.save()
    return teacher


# What stands in each field of the page, by which it is searched.
PLANTED = {
    "name": "Phạm Ngọc Bích",
    "work": "Giáo viên, nhân viên – Trường THCS Yên Sở",
    "work phone": "0912 001 004",
    "email": "kin@truong.vn",
    "user name": "hm.giaovien",
    "subjects": "Toán, Tin học",
    "duties": "6A9",
    "earlier work": "Tổ phó cũ",
    "being away": "Đang nghỉ",
    "birth date": "18/08/1988",
    "gender": "Nữ",
    "leaves": "Nghỉ ốm dài ngày",
    "internal note": "Ghi chú kín",
}
TABLE = tomllib.loads((Path(__file__).parents[2] / "docs" / "access.toml").read_text(encoding="utf-8"))["person"]


def granted(*relations):
    return {field for group in TABLE.values() if set(relations) & set(group["seen_by"]) for field in group["fields"]}


@pytest.mark.parametrize(
    ("username", "relations"),
    [
        ("hm.chuyenvien", ["office"]),
        ("hm.lanhdao", ["office"]),
        ("hm.hieutruong", ["own_school", "head"]),
        ("hm.dieuphoi", ["own_school"]),
        ("hm.giaovien", ["own_school", "self"]),
        ("hm2.hieutruong", ["own_district"]),
        ("hm2.giaovien", ["own_district"]),
        ("hm.xem", ["own_district"]),
        ("admin", ["office"]),
    ],
)
def test_the_page_shows_what_the_table_grants(bich, cast, username, relations):
    text = main_text(cast(username), url("hm.giaovien"))
    assert {field for field, value in PLANTED.items() if value in text} == granted(*relations)


@pytest.mark.parametrize("username", ["uh.hieutruong", "uh.giaovien", "uh.chuyenvien", "uh2.giaovien"])
def test_a_teacher_is_nobody_to_other_districts(bich, cast, username):
    assert cast(username).get(url("hm.giaovien")).status_code == 404


def test_of_a_contact_a_partner_sees_what_makes_the_contact_and_nothing_else(app, cast):
    contact = person("hm.hieutruong")
    contact.email, contact.subjects, contact.birth_date = "kin@truong.vn", "Toán kín", date(1971, 2, 3)
    contact.save()
    Membership.create(person=contact, role="teacher", district=1, school=school(SECOND))
    Membership.create(person=contact, role="teacher", district=1, school=school(), title="Việc cũ", ends_on=YESTERDAY)
    Function.create(person=contact, school=school(), kind="union")
    Leave.create(person=contact, kind="illness", starts_on=YESTERDAY)
    page = cast("uh.hieutruong").soup(url("hm.hieutruong")).find("main")
    panels = [panel.get_text(" ", strip=True) for panel in page.select("[data-panel]")]
    assert panels == ["Công việc Hiệu trưởng – Trường THCS Yên Sở", "Liên hệ Điện thoại 0912 001 002"]
    assert (page.find(class_="status"), page.select(".actions a")) == (None, [])


def test_a_page_takes_as_many_queries_whatever_stands_on_it(app, cast, queries, bich):
    browser, counts = cast("hm.chuyenvien"), []
    for username in ("hm.moi", "hm.giaovien"):
        with queries() as run:
            browser.get(url(username))
        counts.append(len(run))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 7


ALL_ACTIONS = ["duties", "edit", "end", "leave", "transfer", "work"]


@pytest.mark.parametrize(
    ("reader", "username", "actions"),
    [
        ("hm.chuyenvien", "hm.giaovien", ALL_ACTIONS),
        ("hm.lanhdao", "hm.giaovien", ALL_ACTIONS),
        ("admin", "hm.giaovien", ALL_ACTIONS),
        ("hm.chuyenvien", "hm.hieutruong", ALL_ACTIONS),
        ("hm.lanhdao", "hm.chuyenvien", ["edit", "end", "leave", "transfer", "work"]),
        ("hm.hieutruong", "hm.giaovien", ALL_ACTIONS),
        ("hm.hieutruong", "hm2.giaovien", []),
        # The own record, but not the own work.
        ("hm.hieutruong", "hm.hieutruong", ["edit"]),
        ("hm.chuyenvien", "hm.chuyenvien", ["edit"]),
        # Nobody edits who stands above.
        ("hm.chuyenvien", "hm.lanhdao", []),
        ("hm.dieuphoi", "hm.giaovien", []),
        ("hm.giaovien", "hm.giaovien", []),
        ("hm.xem", "hm.giaovien", []),
        ("hm.chuyenvien", "hm.moi", ["edit", "work"]),
    ],
)
def test_only_what_the_reader_may_do_is_offered_and_open(cast, reader, username, actions):
    browser, own = cast(reader), url(username)
    links = {link["href"] for link in browser.soup(own).find("main").select(f'a[href^="{own}/"]')}
    assert sorted({link.removeprefix(f"{own}/") for link in links} & set(ALL_ACTIONS)) == actions
    open_ = [name for name in ALL_ACTIONS if browser.get(f"{own}/{name}").status_code == 200]
    assert open_ == actions


def test_only_who_never_had_an_account_can_go_into_the_trash(cast):
    own, browser = url("hm.giaovien"), cast("hm.hieutruong")
    assert browser.soup(own).find(href=f"{own}/delete") is None
    Person.update(password_hash=None).where(Person.id == person("hm.giaovien").id).execute()
    assert browser.soup(own).find(href=f"{own}/delete") is not None


@pytest.mark.parametrize(
    ("reader", "username", "page", "sentence"),
    [
        ("hm.chuyenvien", "hm.lanhdao", "/edit", "Hồ sơ này do cấp trên của thầy/cô giữ."),
        ("hm.chuyenvien", "hm.lanhdao", "/end", "Vai trò của người này do cấp trên của thầy/cô trao"),
        ("hm.hieutruong", "hm.hieutruong", "/end", "Công việc của chính mình do người khác sửa"),
    ],
)
def test_a_refusal_says_why(cast, reader, username, page, sentence):
    answer = cast(reader).get(url(username, page))
    assert (answer.status_code, sentence in answer.text) == (403, True)


@pytest.mark.parametrize("page", [*ALL_ACTIONS, "return", "delete"])
def test_a_form_sent_by_who_may_not_changes_nothing(cast, page):
    browser, before = cast("hm.dieuphoi"), AuditEntry.select().count()
    data = {"csrf_token": browser.csrf("/account"), "on": shown(today()), "reason": "left"}
    assert browser.post(url("hm.giaovien", f"/{page}"), data=data).status_code == 403
    assert (AuditEntry.select().count(), person("hm.giaovien").deleted_at) == (before, None)


def test_history_is_linked_where_it_may_be_read(cast):
    link = f"/history{url('hm.giaovien')}".replace("people", "person")
    for username, there in (("hm.chuyenvien", True), ("hm.hieutruong", True), ("hm2.hieutruong", False)):
        assert bool(cast(username).soup(url("hm.giaovien")).find(href=link)) == there


# --- the record ---


def test_a_person_is_added_with_the_first_post(cast):
    typed = {
        "name": " Trần  Thu Hương ",
        "phone": "0912 345 678",
        "email": "huong@truong.edu.vn",
        "subjects": "Toán; Tin học",
        "birth_date": "18/8/1996",
        "gender": "F",
        "note": "Mới về",
        "role": "teacher",
        "school": school().id,
        "title": "Kế toán",
        "on": shown(TOMORROW),
    }
    answer = cast("hm.chuyenvien").submit("/people/new", "person", typed)
    created = Person.get(Person.name == "Trần Thu Hương")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{created.id}")
    assert (created.username, created.phone, created.subjects) == ("huongtt.hm", "+84912345678", "Toán, Tin học")
    assert (created.birth_date, created.gender, created.note) == (date(1996, 8, 18), "F", "Mới về")
    assert work(created.username) == [("teacher", FIRST, "Kế toán", TOMORROW, None, "")]
    text = main_text(cast("hm.chuyenvien"), f"/people/{created.id}")
    assert ("Kế toán – Trường THCS Yên Sở" in text, "Sắp tới" in text) == (True, True)


def test_a_principal_adds_people_of_the_own_school_only(cast):
    form = cast("hm.hieutruong").soup("/people/new").find("form", {"data-form": "person"})
    assert [option["value"] for option in form.select("#role option")] == ["coordinator", "teacher"]
    assert [option.text for option in form.select("#school option")] == ["Trường THCS Yên Sở"]
    assert form.find(id="note") is None
    cast("hm.hieutruong").submit("/people/new", "person", {"name": "Trần Thu Hương", "note": "lén"})
    created = Person.get(Person.name == "Trần Thu Hương")
    assert (created.note, work(created.username)) == ("", [("teacher", FIRST, "", today(), None, "")])


@pytest.mark.parametrize("fields", [{"role": "principal"}, {"school": "SECOND"}, {"role": "officer"}, {"role": "x"}])
def test_what_is_not_offered_cannot_be_given(cast, fields):
    if "school" in fields:
        fields = {"school": school(SECOND).id}
    answer = cast("hm.hieutruong").submit("/people/new", "person", {"name": "Trần Thu Hương", **fields})
    assert answer.status_code == 422
    assert "Hãy chọn một mục trong danh sách." in errors(answer)
    assert not Person.select().where(Person.name == "Trần Thu Hương").exists()


def test_every_mistake_is_named_and_what_was_typed_stays(cast):
    typed = {"name": "", "phone": "12", "email": "x@", "birth_date": "31/02/1980", "on": "mai", "title": "Kế toán"}
    answer = cast("hm.chuyenvien").submit("/people/new", "person", typed)
    assert answer.status_code == 422
    assert errors(answer) == [
        "Thầy/cô chưa nhập họ và tên.",
        "Số điện thoại chưa đúng, ví dụ 0912 345 678 hoặc 024 3861 2345.",
        "Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn.",
        "Ngày 31/02/1980 không có trong lịch.",
        "Thầy/cô chưa chọn nơi làm việc.",
        "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026.",
    ]
    fields = form_values(BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "person"}))
    assert {name: fields[name] for name in typed} == typed


@pytest.mark.parametrize(
    ("role", "place", "sentence"),
    [
        ("teacher", "0", "Vai trò này thuộc một trường; thầy/cô hãy chọn trường."),
        ("viewer", "school", "Vai trò này thuộc phòng, không thuộc trường; thầy/cô hãy chọn phòng."),
    ],
)
def test_a_role_stands_where_it_belongs(cast, role, place, sentence):
    typed = {"name": "Trần Thu Hương", "role": role, "school": place if place == "0" else school().id}
    answer = cast("hm.chuyenvien").submit("/people/new", "person", typed)
    assert (answer.status_code, errors(answer)) == (422, [sentence])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Hương 2"),
        ("name", "…"),
        ("name", "a\x00b"),
        ("name", "x" * 121),
        ("birth_date", shown(today())),
        ("birth_date", "01/01/1901"),
        ("gender", "X"),
        ("subjects", "x" * 201),
        ("email", "x" * 201 + "@b.vn"),
        ("note", "a\x1bb"),
        ("phone", "1" * 300),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(cast, field, value):
    browser, before = cast("hm.chuyenvien"), AuditEntry.select().count()
    answer = browser.submit(url("hm.giaovien", "/edit"), "person", {field: value})
    assert (answer.status_code, AuditEntry.select().count()) == (422, before)


def test_a_change_is_saved_and_no_change_says_so(cast):
    browser, own = cast("hm.hieutruong"), url("hm.giaovien")
    answer = browser.submit(f"{own}/edit", "person", {"phone": "0987654321", "birth_date": "2.3.1980"})
    assert (answer.status_code, answer.headers["Location"]) == (303, own)
    changed = person("hm.giaovien")
    assert (changed.phone, changed.birth_date, changed.note) == ("+84987654321", date(1980, 3, 2), "CANARY-HM")
    assert "Đã lưu." in browser.get(own).text
    browser.submit(f"{own}/edit", "person")
    assert "Không có gì thay đổi." in browser.get(own).text


def test_two_writers_of_other_fields_are_both_kept(cast):
    own = url("hm.giaovien", "/edit")
    old = form_values(cast("hm.hieutruong").soup(own).find("form", {"data-form": "person"}))
    cast("hm.chuyenvien").submit(own, "person", {"email": "bich@truong.edu.vn"})
    assert cast("hm.hieutruong").post(own, data=old | {"phone": "0987654321"}).status_code == 303
    assert (person("hm.giaovien").email, person("hm.giaovien").phone) == ("bich@truong.edu.vn", "+84987654321")


def test_two_writers_of_one_field_see_both_texts(cast):
    own = url("hm.giaovien", "/edit")
    old = form_values(cast("hm.hieutruong").soup(own).find("form", {"data-form": "person"}))
    cast("hm.chuyenvien").submit(own, "person", {"phone": "0912000999"})
    answer = cast("hm.hieutruong").post(own, data=old | {"phone": "0987654321"})
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status_code == 409
    assert errors(answer) == ["Điện thoại: đang lưu là “0912 000 999”, thầy/cô nhập “0987 654 321”"]
    assert page.find(id="phone")["value"] == "0987 654 321"
    again = form_values(page.find("form", {"data-form": "person"}))
    assert cast("hm.hieutruong").post(own, data=again).status_code == 303
    assert person("hm.giaovien").phone == "+84987654321"


def test_what_only_the_other_writer_changed_is_kept_by_the_form_sent_again(cast):
    own = url("hm.giaovien", "/edit")
    old = form_values(cast("hm.hieutruong").soup(own).find("form", {"data-form": "person"}))
    other = {"phone": "0912000999", "email": "bich@truong.edu.vn", "birth_date": "02/03/1980", "gender": "F"}
    cast("hm.chuyenvien").submit(own, "person", other)
    answer = cast("hm.hieutruong").post(own, data=old | {"phone": "0987654321", "subjects": "Toán"})
    again = form_values(BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "person"}))
    assert cast("hm.hieutruong").post(own, data=again).status_code == 303
    saved = person("hm.giaovien")
    assert (saved.phone, saved.subjects) == ("+84987654321", "Toán")
    assert (saved.email, saved.birth_date, saved.gender) == ("bich@truong.edu.vn", date(1980, 3, 2), "F")


def test_a_form_sent_twice_adds_one_person(cast):
    browser = cast("hm.hieutruong")
    fields = form_values(browser.soup("/people/new").find("form", {"data-form": "person"}))
    answers = [browser.post("/people/new", data=fields | {"name": "Trần Thu Hương"}) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"/people/{person('huongtt.hm').id}"}
    assert Person.select().where(Person.name == "Trần Thu Hương").count() == 1
