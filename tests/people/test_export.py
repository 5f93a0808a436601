"""The directory as an Excel file: the same people, what each reader may see, back again, and a template."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from intranet.imports.kinds import KINDS
from intranet.imports.rules import plan_file
from intranet.kernel.jobs import run_due
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.shared.list_plans import CHANGE, CREATE
from intranet.web import exports

OWN = "01008508"


def sheet(answer):
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data)).worksheets[0]


def records(answer):
    """The rows as {label: value} in their order."""
    head, *rows = list(sheet(answer).iter_rows(values_only=True))[3:]
    return [dict(zip(head, row, strict=True)) for row in rows]


def listed(browser, query=""):
    """The names on all pages of the list."""
    names, url = [], f"/people{query}"
    while url:
        page = browser.soup(url)
        names += [link.text for link in page.select("tbody th a")]
        following = page.find(id="pager-next")
        url = following and following["href"]
    return names


def fill(username):
    Person.update(
        birth_date=date(1980, 5, 9),
        gender="F",
        subjects="Toán, Tin học",
        phone="+84912345678",
        email="a@example.edu.vn",
        note="Nội bộ",
    ).where(Person.username == username).execute()
    return Person.get(Person.username == username)


def row_of(answer, name):
    (row,) = [row for row in records(answer) if row["Họ và tên"] == name]
    return {label: value for label, value in row.items() if label != "STT" and value is not None}


@pytest.mark.parametrize(
    ("username", "query"),
    [
        ("hm.chuyenvien", ""),
        ("hm.chuyenvien", "?role=teacher"),
        ("hm.chuyenvien", "?q=nguyen"),
        ("uh.giaovien", ""),
        ("admin", "?q=tran"),
    ],
)
def test_the_file_holds_all_pages_of_the_filtered_list_in_its_order(app, cast, username, query):
    names = [row["Họ và tên"] for row in records(cast(username).get(f"/people/export.xlsx{query}"))]
    assert names == listed(cast(username), query)
    assert names


def test_the_list_leads_to_its_file_and_the_fragment_brings_the_filters_along(cast):
    link = cast("hm.chuyenvien").soup("/people?q=an").find(id="export")
    assert (link["href"], link.text.strip()) == ("/people/export.xlsx?q=an", "Xuất Excel")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = cast("hm.chuyenvien").soup("/people?q=binh", headers=headers).find(id="export")
    assert (part["href"], part["hx-swap-oob"]) == ("/people/export.xlsx?q=binh", "outerHTML")


def test_the_own_districts_people_stand_with_everything_but_notes(app, cast):
    person = fill("hm.hieutruong")
    answer = cast("hm.giaovien").get("/people/export.xlsx")
    row = row_of(answer, person.name)
    assert row.pop("Ngày sinh").date() == date(1980, 5, 9)
    assert row == {
        "Mã trường": OWN,
        "Trường": "Trường THCS Yên Sở",
        "Họ và tên": person.name,
        "Giới tính": "Nữ",
        "Chức vụ": "Hiệu trưởng",
        "Môn dạy": "Toán, Tin học",
        "Số điện thoại": "0912 345 678",
        "Email": "a@example.edu.vn",
        "Đơn vị quản lý": "Quận Hoàng Mai",
    }


def test_of_a_partners_people_only_name_role_school_and_phone_stand(app, cast):
    person = fill("hm.hieutruong")
    assert row_of(cast("uh.giaovien").get("/people/export.xlsx"), person.name) == {
        "Mã trường": OWN,
        "Trường": "Trường THCS Yên Sở",
        "Họ và tên": person.name,
        "Chức vụ": "Hiệu trưởng",
        "Số điện thoại": "0912 345 678",
        "Đơn vị quản lý": "Quận Hoàng Mai",
    }


def test_the_title_that_papers_give_stands_before_the_role(app, cast):
    person = fill("hm.giaovien")
    Membership.update(title="Kế toán").where(Membership.person == person).execute()
    assert row_of(cast("hm.chuyenvien").get("/people/export.xlsx"), person.name)["Chức vụ"] == "Kế toán"


def test_people_of_the_office_stand_without_a_school(app, cast):
    officer = Person.get(Person.username == "hm.chuyenvien")
    row = row_of(cast("hm.chuyenvien").get("/people/export.xlsx"), officer.name)
    assert (row.get("Trường"), row["Chức vụ"]) == (None, "Chuyên viên phòng")


def test_the_file_says_of_which_unit_it_is_and_what_was_filtered(app, cast):
    answer = cast("hm.chuyenvien").get("/people/export.xlsx?q=nguyen&role=teacher")
    lines = [row[0].value for row in sheet(answer).iter_rows(max_row=2)]
    assert (lines[0], lines[1].split(" · ")[:-1]) == (
        "Danh sách cán bộ",
        ["Quận Hoàng Mai", "Tìm: nguyen", "Vai trò: Giáo viên, nhân viên"],
    )


def test_the_number_of_queries_does_not_grow_with_the_list(app, cast, queries):
    officer = cast("hm.chuyenvien")
    with queries() as few:
        officer.get("/people/export.xlsx?q=tran")
    with queries() as many:
        officer.get("/people/export.xlsx")
    assert len(few) == len(many)


def test_a_long_list_is_made_by_a_job_that_sees_what_the_reader_sees(app, cast, monkeypatch):
    at_once = records(cast("uh.giaovien").get("/people/export.xlsx"))
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(exports, "BATCH", 2)
    page = cast("uh.giaovien").submit("/people/export.xlsx", "export").headers["Location"]
    with app.app_context():
        assert run_due() == 1
    assert records(cast("uh.giaovien").get(f"{page}/file")) == at_once


# --- and back again ---


def plan_of(body):
    """What the file would do if it were imported."""
    return plan_file(KINDS["staff"], body, "can bo.xlsx", District.get(District.code == "HM"))


def test_the_staff_of_a_school_imported_again_changes_nothing(app, cast):
    fill("hm.giaovien")
    Person.update(phone="").where(Person.username == "hm.dieuphoi").execute()
    school = School.get(School.code == OWN)
    with app.app_context():
        plan = plan_of(cast("hm.chuyenvien").get(f"/people/export.xlsx?school={school.id}").data)
    assert (plan.errors, plan.skipped, [planned.changes for planned in plan.of(CHANGE)]) == ([], (), [])
    assert plan.counts["unchanged"] == plan.counts["read"] == len(listed(cast("hm.chuyenvien"), f"?school={school.id}"))


def test_a_whole_districts_list_changes_nobody_and_leaves_the_office_alone(app, cast):
    with app.app_context():
        plan = plan_of(cast("hm.chuyenvien").get("/people/export.xlsx").data)
    office = Membership.select(Membership.person).where(
        Membership.school.is_null(), Membership.district == District.get(District.code == "HM")
    )
    assert (plan.of(CHANGE), plan.of(CREATE)) == ([], [])
    assert plan.counts["rejected"] >= office.count()
    assert {error.message for error in plan.errors} == {"Chưa có mã trường hoặc tên trường."}


# --- the template ---


def template(browser):
    answer = browser.get("/people/template.xlsx")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data))


def test_a_template_offers_the_districts_schools_and_is_text_where_zeros_count(app, cast):
    book = template(cast("hm.chuyenvien"))
    offered = {cell.value for row in book["Danh mục"].iter_rows() for cell in row}
    names = {school.name for school in School.select().where(School.district == District.get(District.code == "HM"))}
    formats = {
        label.value: book.worksheets[0].column_dimensions[label.column_letter].number_format
        for label in book.worksheets[0][4]
    }
    assert names <= offered
    assert (formats["Mã trường"], formats["Số điện thoại"], formats["Ngày sinh"]) == ("@", "@", "dd/mm/yyyy")


def test_a_filled_in_template_is_a_list(app, cast):
    book = template(cast("hm.chuyenvien"))
    for column, value in ((2, "Trường THCS Yên Sở"), (3, "Trần Văn Mới"), (4, date(1990, 1, 2)), (8, "0987654321")):
        book.worksheets[0].cell(5, column, value)
    filled = io.BytesIO()
    book.save(filled)
    with app.app_context():
        plan = plan_of(filled.getvalue())
    assert [(planned.action, planned.name) for planned in plan.rows] == [(CREATE, "Trần Văn Mới")]
    assert (plan.errors, plan.skipped) == ([], ())


@pytest.mark.parametrize(("username", "status"), [("hm.chuyenvien", 200), ("admin", 200), ("hm.hieutruong", 403)])
def test_a_template_is_for_those_who_import(cast, username, status):
    assert cast(username).get("/people/template.xlsx").status_code == status
