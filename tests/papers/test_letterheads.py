"""How offices and schools head their papers: from the data, until somebody writes it otherwise."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from intranet.papers.letterheads import Heading, default_heading, heading_of, initials
from intranet.papers.wording import number_line, place_and_day, split_bases, written_day
from intranet.registry.agreements import Signatory
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.papers import Letterhead
from intranet.testing import form_values


@pytest.fixture
def district(app):
    with app.app_context():
        return District.get(District.code == "HM")


@pytest.fixture
def school(app):
    with app.app_context():
        return School.get(School.code == "01008508")


def test_an_offices_heading_follows_from_its_names_and_its_leader(app, district):
    with app.app_context():
        assert heading_of(district) == Heading(
            parent_body="UBND QUẬN HOÀNG MAI",
            body="PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
            place="Hoàng Mai",
            symbol="PGDĐT",
            signer_title="TRƯỞNG PHÒNG",
            signer_name="Nguyễn Thị Ánh",
        )


def test_a_schools_heading_follows_from_its_names_and_its_principal(app, district, school):
    with app.app_context():
        assert heading_of(district, school) == Heading(
            parent_body="PHÒNG GD&ĐT QUẬN HOÀNG MAI",
            body="TRƯỜNG THCS YÊN SỞ",
            place="Yên Sở",
            symbol="THCSYS",
            signer_title="HIỆU TRƯỞNG",
            signer_name="Đặng Minh Vinh",
        )


def test_since_july_2025_a_communes_office_heads_its_papers_in_two_lines(app, district, school):
    district.kind, district.name = "phuong", "Phường Hoàng Liệt"
    district.office_name = "Phòng Văn hóa - Xã hội phường Hoàng Liệt"
    with app.app_context():
        office = default_heading(district)
        assert (office.parent_body, office.body) == ("UBND PHƯỜNG HOÀNG LIỆT", "PHÒNG VĂN HÓA - XÃ HỘI")
        assert (office.place, office.symbol) == ("Hoàng Liệt", "PVHXH")
        assert default_heading(district, school).parent_body == "UBND PHƯỜNG HOÀNG LIỆT"


def test_without_a_principal_nobody_is_named_but_whom_the_record_names(app, district, school):
    with app.app_context():
        Membership.delete().where(Membership.school == school).execute()
        school.principal_name = "Lê Văn Tạm"
        assert heading_of(district, school).signer_name == "Lê Văn Tạm"


@pytest.mark.parametrize(
    ("name", "sign"),
    [("THCS Yên Sở", "THCSYS"), ("Tiểu học Chu Văn An", "THCVA"), ("Mầm non Hoa Sữa 2", "MNHS2"), ("", "")],
)
def test_a_sign_is_made_of_initials(name, sign):
    assert initials(name) == sign


@pytest.fixture
def address(district, school):
    return {
        "office": f"/papers/letterheads/office/{district.id}",
        "school": f"/papers/letterheads/school/{school.id}",
    }


def test_what_is_saved_stands_on_the_papers_and_what_is_left_empty_follows_from_the_data(
    cast, address, paper, pledge, app, district, school
):
    values = {"body": "TRƯỜNG TRUNG HỌC CƠ SỞ\nYÊN SỞ", "signer_name": "ThS. Đặng Minh Vinh"}
    answer = cast("hm.hieutruong").submit(address["school"], "letterhead", values)
    assert (answer.status_code, answer.headers["Location"]) == (303, address["school"])
    texts = paper("uh.giaovien", "pledge", pledge)
    assert texts[0] == "TRƯỜNG TRUNG HỌC CƠ SỞYÊN SỞ"
    assert texts[texts.index("ĐẠI DIỆN BÊN A") :][1:3] == ["HIỆU TRƯỞNG", "ThS. Đặng Minh Vinh"]
    entry = AuditEntry.get(AuditEntry.action == "letterhead.update")
    changes = {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}
    assert changes == {name: ("", value) for name, value in values.items()}


def test_saving_nothing_new_says_so_and_keeps_no_row(cast, address):
    browser = cast("hm.chuyenvien")
    browser.submit(address["office"], "letterhead", {})
    assert browser.soup(address["office"]).find(id="flash").text.strip().startswith("Không có gì thay đổi")
    assert not Letterhead.select().where(Letterhead.school.is_null()).exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("body", "a\nb\nc", "Nhiều nhất 2 dòng."),
        ("symbol", "P GD", "Ký hiệu không có dấu cách và dấu gạch chéo, ví dụ PGDĐT."),
        ("symbol", "P/GD", "Ký hiệu không có dấu cách và dấu gạch chéo, ví dụ PGDĐT."),
        ("place", "x" * 121, "Nội dung quá dài (tối đa 120 ký tự)."),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(cast, address, field, value, sentence):
    answer = cast("hm.chuyenvien").submit(address["office"], "letterhead", {field: value})
    shown = BeautifulSoup(answer.text, "lxml").select(".errors li")
    assert (answer.status_code, [item.text for item in shown]) == (422, [sentence])


def test_two_people_at_once_lose_nothing(cast, address):
    first, second = cast("hm.chuyenvien"), cast("hm.lanhdao")
    first.submit(address["office"], "letterhead", {"place": "Hà Nội"})
    stale = form_values(second.soup(address["office"]).find("form", {"data-form": "letterhead"}))
    first.submit(address["office"], "letterhead", {"place": "Hoàng Mai", "symbol": "GD"})
    answer = second.post(address["office"], data=stale | {"place": "Thanh Trì", "signer_name": "Lê A"})
    assert answer.status_code == 409
    shown = BeautifulSoup(answer.text, "lxml")
    assert "đang lưu là “Hoàng Mai”, thầy/cô nhập “Thanh Trì”" in shown.select_one(".errors").text
    again = form_values(shown.find("form", {"data-form": "letterhead"}))
    assert second.post(address["office"], data=again).status_code == 303
    row = Letterhead.get(Letterhead.school.is_null())
    assert (row.place, row.symbol, row.signer_name) == ("Thanh Trì", "GD", "Lê A")


@pytest.mark.parametrize(
    ("username", "office", "own_school"),
    [
        ("hm.chuyenvien", 200, 200),
        ("admin", 200, 200),
        ("hm.hieutruong", 403, 200),
        ("hm2.hieutruong", 403, 403),
        ("hm.giaovien", 403, 403),
        ("uh.chuyenvien", 404, 403),
        ("", 303, 303),
    ],
)
def test_a_letterhead_is_its_own_offices_or_schools(cast, address, username, office, own_school):
    browser = cast(username)
    assert (browser.get(address["office"]).status_code, browser.get(address["school"]).status_code) == (
        office,
        own_school,
    )


def test_a_principal_is_led_to_the_own_school_alone(cast, address):
    links = [a["href"] for a in cast("hm.hieutruong").soup("/papers/letterheads").main.select(".lines a")]
    assert links == [address["school"]]


def test_the_list_takes_the_same_number_of_queries_however_many_schools(app, cast, queries, district):
    browser = cast("hm.chuyenvien")
    browser.get("/papers/letterheads")
    with queries() as many:
        browser.get("/papers/letterheads")
    with app.app_context():
        School.update(closed_on=date(2020, 1, 1)).where(School.id > 3).execute()
    with queries() as few:
        browser.get("/papers/letterheads")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 9, 5), "ngày 05 tháng 9 năm 2026"),
        (date(2026, 1, 12), "ngày 12 tháng 01 năm 2026"),
        (date(2026, 2, 1), "ngày 01 tháng 02 năm 2026"),
        (date(2026, 3, 31), "ngày 31 tháng 3 năm 2026"),
        (date(2026, 12, 10), "ngày 10 tháng 12 năm 2026"),
    ],
)
def test_days_are_written_as_the_decree_asks(day, text):
    assert written_day(day) == text
    assert place_and_day("Hà Nội", day) == f"Hà Nội, {text}"


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("", "Số:\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/KH-PGDĐT"),
        ("5", "Số: 05/KH-PGDĐT"),
        ("125", "Số: 125/KH-PGDĐT"),
        ("5/KH-UBND", "Số: 05/KH-UBND"),
        ("15/2026/KH", "Số: 15/2026/KH"),
    ],
)
def test_numbers_are_written_as_the_decree_asks(number, line):
    assert number_line(number, "KH-PGDĐT") == line


def test_legal_bases_end_with_semicolons_and_the_last_with_a_full_stop():
    assert split_bases("Căn cứ A.\n\ncăn cứ B\nMong muốn.\nCăn cứ sau") == (
        ["Căn cứ A;", "căn cứ B."],
        ["Mong muốn.", "Căn cứ sau"],
    )


def test_a_person_in_the_trash_signs_nothing(app, district):
    with app.app_context():
        Person.update(deleted_at="2024-01-01 00:00:00").where(Person.username == "hm.lanhdao").execute()
        assert heading_of(district).signer_name == ""


def test_who_signs_for_the_head_is_introduced_by_the_own_office(cast, address, paper, memorandum):
    values = {"signer_title": "KT. TRƯỞNG PHÒNG\nPHÓ TRƯỞNG PHÒNG", "signer_name": "Vũ Thị Phó"}
    cast("hm.chuyenvien").submit(address["office"], "letterhead", values)
    Signatory.update(name="", title="").execute()
    texts = paper("hm.chuyenvien", "memorandum", memorandum)
    assert "Đại diện: Ông (bà) Vũ Thị Phó; chức vụ: Phó trưởng phòng." in texts
    start = texts.index("ĐẠI DIỆN BÊN A")
    assert texts[start + 1 : start + 3] == ["KT. TRƯỞNG PHÒNGPHÓ TRƯỞNG PHÒNG", "Vũ Thị Phó"]
