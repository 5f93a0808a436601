"""The offices' real lists of staff: who is who, what a person must say, and what a list never does."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.demo.build import DATA
from intranet.imports import rules
from intranet.imports.kinds import KINDS
from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry

HM = (DATA / "danh_sach_can_bo_HM.xlsx").read_bytes()
HEADER = ["Mã trường", "Trường", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Môn dạy", "Số điện thoại", "Email"]
FIRST, SECOND = "01008508", "01008401"
YESTERDAY = today() - timedelta(days=1)


def counts(created=0, changed=0, unchanged=0, to_choose=0, rejected=0):
    words = ("sẽ thêm", "sẽ sửa", "giữ nguyên", "cần thầy/cô chọn", "chưa nhận")
    return dict(zip(words, map(str, (created, changed, unchanged, to_choose, rejected)), strict=True))


def row(name, school=FIRST, **cells):
    """A line of a list under HEADER."""
    values = {"Mã trường": school, "Họ và tên": name} | cells
    return [values.get(label) for label in HEADER]


def person(**found):
    return Person.get(*(getattr(Person, name) == value for name, value in found.items()))


def work(who):
    """(role, title, school code) of what somebody is today."""
    rows = Membership.select().where(Membership.person == who, under_way(Membership)).order_by(Membership.id)
    return [(item.role, item.title, item.school and item.school.code) for item in rows]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("HM", {"read": 304, "created": 300, "changed": 0, "unchanged": 0, "to_choose": 2, "rejected": 2}),
        ("UH", {"read": 579, "created": 575, "changed": 0, "unchanged": 0, "to_choose": 2, "rejected": 2}),
    ],
)
def test_the_offices_lists_come_in_but_for_two_rows_and_two_principals(app, code, expected):
    district = District.get(District.code == code)
    body = (DATA / f"danh_sach_can_bo_{code}.xlsx").read_bytes()
    with app.app_context():
        plan = rules.plan_file(KINDS["staff"], body, "a.xlsx", district)
        assert plan.counts == expected
        rules.write(plan, KINDS["staff"], district, person_id=None, batch="t")
        again = rules.plan_file(KINDS["staff"], body, "a.xlsx", district)
    added = expected["created"]
    assert again.counts == expected | {"created": 0, "unchanged": added}


def test_every_bad_cell_is_named(staff):
    assert staff.cells(staff.upload(HM)) == [
        ["307", "Ngày sinh", "31/02/1980", "Ngày 31/02/1980 không có trong lịch."],
        ["307", "Số điện thoại", "12345", "Số điện thoại chưa đúng, ví dụ 0912 345 678 hoặc 024 3861 2345."],
        ["307", "Email", "sai-email", "Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn."],
        [
            "308",
            "Mã trường",
            "99999999",
            "Đơn vị không có trường này. Hãy sửa lại mã, tên trường, hoặc nhập danh sách trường trước.",
        ],
    ]


def test_a_written_list_fills_the_directory(staff):
    address = staff.upload(HM)
    assert staff.stats(address) == counts(created=300, to_choose=2, rejected=2)
    staff.submit(address, "commit")
    found = person(email="gv0003.hm@example.edu.vn")
    known = (found.name, found.username, found.birth_date, found.gender, found.subjects, found.phone, found.school.code)
    assert known == (
        "Võ Phương Lan", "lanvp.hm", date(1969, 6, 16), "F", "Mĩ thuật", "+84368389742", SECOND,
    )  # fmt: skip
    assert work(found) == [("teacher", "Giáo viên", SECOND)]
    assert work(person(phone="+84983658245")) == [("teacher", "Phó Hiệu trưởng", SECOND)]
    batch = address.replace("/imports/", "import-")
    entries = AuditEntry.select().where(AuditEntry.request_id == batch, AuditEntry.action == "person.import")
    assert entries.count() == 300
    assert (found.password_hash, found.active) == (None, True)


def test_the_rows_that_were_not_taken_are_corrected_and_sent_again(staff):
    address = staff.upload(HM)
    staff.submit(address, "commit")
    book = load_workbook(BytesIO(staff.browser.get(f"{address}/rejected.xlsx").data))
    sheet = book.active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=4)]
    header = lines[0]
    assert header[-1] == "Lý do chưa nhận"
    assert [line[header.index("Họ và tên")] for line in lines[1:]] == [
        "Trần Thu Hương", "Hồ Thị Yến", "Trần Thu Hương", "Nguyễn Văn Lạc",
    ]  # fmt: skip
    corrected = {"Ngày sinh": "28/02/1980", "Số điện thoại": "0912 999 001", "Email": None}
    for label, value in corrected.items():
        sheet.cell(7, header.index(label) + 1).value = value
    sheet.cell(8, header.index("Mã trường") + 1).value = FIRST
    content = BytesIO()
    book.save(content)
    again = staff.upload(content.getvalue())
    assert staff.stats(again) == counts(created=2, to_choose=2)
    staff.submit(again, "commit")
    assert person(phone="+84912999001").birth_date == date(1980, 2, 28)
    assert person(name="Nguyễn Văn Lạc").school.code == FIRST


def test_a_principal_takes_over_or_comes_as_a_member_as_a_person_says(staff, workbook):
    former = person(username="hm.hieutruong")
    content = workbook(HEADER, row("Hồ Thị Yến", **{"Chức vụ": "Hiệu trưởng", "Số điện thoại": "0912 000 111"}))
    address = staff.upload(content)
    assert staff.stats(address) == counts(to_choose=1)
    staff.submit(address, "choices", {"row-2": "member"})
    assert staff.stats(address) == counts(created=1)
    staff.submit(address, "choices", {"row-2": "takeover"})
    staff.submit(address, "commit")
    assert work(person(phone="+84912000111")) == [("principal", "", FIRST)]
    assert [role for role, _title, _school in work(former)] == ["teacher"]
    assert School.get(School.code == FIRST).principal_name == "Hồ Thị Yến"


def test_a_list_does_not_take_a_principals_place_away(staff, workbook):
    known = person(username="hm.hieutruong")
    same = {"Số điện thoại": known.phone}
    content = workbook(HEADER, row(known.name, **same, **{"Chức vụ": "Giáo viên"}))
    assert [cells[1] for cells in staff.cells(staff.upload(content))] == ["Chức vụ"]
    moved = workbook(HEADER, row(known.name, school=SECOND, **same))
    assert [cells[1] for cells in staff.cells(staff.upload(moved))] == ["Chức vụ"]


def test_a_list_does_not_touch_people_of_the_office(staff, workbook):
    known = person(username="hm.lanhdao")
    content = workbook(HEADER, row(known.name, **{"Số điện thoại": known.phone, "Email": "moi@truong.vn"}))
    assert staff.stats(staff.upload(content)) == counts(rejected=1)


def test_a_person_who_stands_under_another_school_is_moved_there(staff, workbook):
    known = person(username="hm.giaovien")
    content = workbook(HEADER, row(known.name, school=SECOND, **{"Số điện thoại": known.phone}))
    address = staff.upload(content)
    assert staff.stats(address) == counts(changed=1)
    staff.submit(address, "commit")
    assert work(known) == [("teacher", "", SECOND)]
    assert person(id=known.id).school.code == SECOND
    old = Membership.get(Membership.person == known, Membership.ends_on.is_null(False))
    assert (old.school.code, old.ends_on, old.end_reason) == (FIRST, YESTERDAY, "transfer")


def test_the_phone_of_somebody_with_another_name_is_asked_about_and_the_answer_is_kept(staff, workbook):
    known = person(username="hm.giaovien")
    content = workbook(HEADER, row("Phạm Ngọc Bích Hà", **{"Số điện thoại": known.phone}))
    address = staff.upload(content)
    assert staff.stats(address) == counts(to_choose=1)
    staff.submit(address, "choices", {"row-2": str(known.id)})
    staff.submit(address, "commit")
    assert person(id=known.id).name == "Phạm Ngọc Bích Hà"
    other = workbook(HEADER, row("Phạm Thị Hà", **{"Số điện thoại": known.phone}))
    address = staff.upload(other)
    staff.submit(address, "choices", {"row-2": "new"})
    staff.submit(address, "commit")
    assert Person.select().where(Person.phone == known.phone).count() == 2
    assert staff.stats(staff.upload(other)) == counts(unchanged=1)


def test_an_answer_is_remembered_for_the_next_list(staff, workbook):
    known = person(username="hm.giaovien")
    content = workbook(HEADER, row("Phạm Bích", **{"Số điện thoại": known.phone, "Ngày sinh": "1/2/1980"}))
    address = staff.upload(content)
    staff.submit(address, "choices", {"row-2": str(known.id)})
    staff.submit(address, "commit")
    Person.update(name="Phạm Ngọc Bích").where(Person.id == known.id).execute()
    assert staff.stats(staff.upload(content)) == counts(changed=1)


def test_the_second_row_of_one_person_is_bad(staff, workbook):
    twice = row("Lý Văn Mới", **{"Ngày sinh": "01/02/1990"})
    assert staff.cells(staff.upload(workbook(HEADER, twice, twice))) == [
        ["3", "Họ và tên", "Lý Văn Mới", "Người này đã có ở dòng 2."]
    ]


def test_the_second_principal_of_a_school_is_bad(staff, workbook):
    title = {"Chức vụ": "Hiệu trưởng"}
    rows = [row("Lý Văn A", "01008402", **title), row("Lý Văn B", "01008402", **title)]
    assert [cells[:2] for cells in staff.cells(staff.upload(workbook(HEADER, *rows)))] == [["3", "Chức vụ"]]


def test_an_empty_cell_erases_nothing(staff, workbook):
    known = person(username="hm.giaovien")
    assert staff.stats(staff.upload(workbook(HEADER, row(known.name, **{"Số điện thoại": known.phone})))) == counts(
        unchanged=1
    )


@pytest.mark.parametrize(
    ("label", "cell", "field", "value"),
    [
        ("Ngày sinh", 29446, "birth_date", date(1980, 8, 13)),
        ("Ngày sinh", "5.9.1980", "birth_date", date(1980, 9, 5)),
        ("Ngày sinh", "05-09-1980", "birth_date", date(1980, 9, 5)),
        ("Ngày sinh", "1980-09-05", "birth_date", date(1980, 9, 5)),
        ("Giới tính", "M", "gender", "M"),
        ("Giới tính", "01", "gender", "M"),
        ("Giới tính", 2, "gender", "F"),
        ("Giới tính", "nữ", "gender", "F"),
        ("Số điện thoại", 912345678, "phone", "+84912345678"),
        ("Số điện thoại", "+84 912.345.678", "phone", "+84912345678"),
        ("Số điện thoại", "0084912345678", "phone", "+84912345678"),
        ("Email", " an@truong.edu.vn ", "email", "an@truong.edu.vn"),
        ("Môn dạy", "Toán; Tin học", "subjects", "Toán, Tin học"),
    ],
)
def test_a_cell_is_read_as_people_write_it(staff, workbook, label, cell, field, value):
    staff.submit(staff.upload(workbook(HEADER, row("Lý Văn Mới", **{label: cell}))), "commit")
    assert getattr(person(name="Lý Văn Mới"), field) == value


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("Ngày sinh", "31/02/1980"),
        ("Ngày sinh", "1980"),
        ("Ngày sinh", "1/1/2026"),
        ("Ngày sinh", 99999999),
        ("Giới tính", "khác"),
        ("Họ và tên", "12345"),
        ("Email", "a@b"),
        ("Số điện thoại", "0999"),
        ("Số điện thoại", "#REF!"),
    ],
)
def test_a_bad_cell_keeps_its_row_out(staff, workbook, label, cell):
    content = workbook(HEADER, row("Lý Văn Mới", **{label: cell}), row("Lý Văn Tốt"))
    address = staff.upload(content)
    assert ([found[1] for found in staff.cells(address)], staff.stats(address)) == ([label], counts(1, rejected=1))
