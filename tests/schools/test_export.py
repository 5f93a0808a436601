"""The list of schools as an Excel file: the same rows, what each reader may see, and a template to fill in."""

import io
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from intranet.imports.kinds import KINDS
from intranet.imports.rules import plan_file
from intranet.kernel.clock import today
from intranet.kernel.jobs import run_due
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.districts import Commune, District
from intranet.registry.schools import School, SchoolYearFigures
from intranet.shared.list_plans import CHANGE, CREATE
from intranet.web import exports

OWN, OTHER_OWN, PARTNER, STRANGE = "01008508", "01008401", "01281503", "01281512"
CARD = {
    *("Mã trường", "Tên trường", "Tên viết tắt", "Loại hình trường", "Loại hình đào tạo", "Phường/xã"),
    *("Vùng khó khăn", "Năm thành lập", "Đơn vị quản lý", "Ngày đóng"),
}


def sheet(answer):
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data)).worksheets[0]


def records(answer):
    """The rows as {label: value} in their order."""
    head, *rows = list(sheet(answer).iter_rows(values_only=True))[3:]
    return [dict(zip(head, row, strict=True)) for row in rows]


def by_code(answer):
    return {row["Mã trường"]: row for row in records(answer)}


def listed(browser, query=""):
    """The names on all pages of the list."""
    names, url = [], f"/schools{query}"
    while url:
        page = browser.soup(url)
        names += [link.text for link in page.select("tbody th a")]
        following = page.find(id="pager-next")
        url = following and following["href"]
    return names


def fill(code, **figures):
    """Give a school everything that a reader could see."""
    School.update(
        short_name="THCS X",
        difficult_area=True,
        founded_year=1961,
        address="Số 1",
        phone="+842438612345",
        email="a@example.edu.vn",
        website="a.example.edu.vn",
        principal_name="Đặng Minh Vinh",
        note="Nội bộ",
    ).where(School.code == code).execute()
    school = School.get(School.code == code)
    values = {"pupils": 1250, "accreditation": 2, "national_standard": 0} | figures
    SchoolYearFigures.delete().where(SchoolYearFigures.school == school).execute()
    SchoolYearFigures.insert(school=school, school_year="2023-2024", **values).execute()


@pytest.mark.parametrize(
    "query", ["", "?q=yen", "?q=thcs&level=4", "?level=2&paired=1", "?state=all", "?q=khong+co+truong+nao"]
)
def test_the_file_holds_all_pages_of_the_filtered_list_in_its_order(app, cast, query):
    names = [row["Tên trường"] for row in records(cast("hm.chuyenvien").get(f"/schools/export.xlsx{query}"))]
    assert names == listed(cast("hm.chuyenvien"), query)


def test_the_list_leads_to_its_file_and_the_fragment_brings_the_filters_along(cast):
    link = cast("hm.chuyenvien").soup("/schools?q=yen&level=4").find(id="export")
    assert (link["href"], link.text.strip()) == ("/schools/export.xlsx?q=yen&level=4", "Xuất Excel")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = cast("hm.chuyenvien").soup("/schools?q=yen", headers=headers).find(id="export")
    assert (part["href"], part["hx-swap-oob"]) == ("/schools/export.xlsx?q=yen", "outerHTML")


def test_the_file_says_of_which_year_and_unit_it_is_and_what_was_filtered(app, cast):
    place = Commune.get(Commune.name == "Phường Yên Sở")
    answer = cast("hm.chuyenvien").get(f"/schools/export.xlsx?q=yen&level=4&commune={place.id}")
    lines = [row[0].value for row in sheet(answer).iter_rows(max_row=2)]
    assert lines[0] == "Danh sách trường"
    assert lines[1].split(" · ")[:-1] == [
        "Năm học 2023-2024",
        "Quận Hoàng Mai",
        "Tìm: yen",
        "Cấp học: THCS",
        "Xã, phường: Phường Yên Sở",
    ]
    assert "Danh sách trường " in unquote(answer.headers["Content-Disposition"])


def test_values_stand_as_people_read_them_and_numbers_are_numbers(app, cast):
    fill(OWN)
    row = by_code(cast("hm.chuyenvien").get("/schools/export.xlsx"))[OWN]
    assert {label: row[label] for label in row if label not in ("STT", "Tên trường") and row[label] is not None} == {
        "Mã trường": OWN,
        "Tên viết tắt": "THCS X",
        "Loại hình trường": "THCS",
        "Loại hình đào tạo": "Công lập",
        "Phường/xã": "Phường Yên Sở",
        "Vùng khó khăn": "Có",
        "Năm thành lập": 1961,
        "Địa chỉ": "Số 1",
        "Điện thoại": "024 3861 2345",
        "Email": "a@example.edu.vn",
        "Website": "a.example.edu.vn",
        "Hiệu trưởng": "Đặng Minh Vinh",
        "Số học sinh": 1250,
        "Kiểm định chất lượng": "Cấp độ 2",
        "Chuẩn quốc gia": "Chưa đạt",
        "Ghi chú": "Nội bộ",
        "Đơn vị quản lý": "Quận Hoàng Mai",
    }


def test_the_figures_are_those_of_the_year_that_most_schools_reported(app, cast):
    school = School.get(School.code == OWN)
    SchoolYearFigures.insert(school=school, school_year="2024-2025", pupils=99).execute()
    full = SchoolYearFigures.get(SchoolYearFigures.school == school, SchoolYearFigures.school_year == "2023-2024")
    row = by_code(cast("hm.chuyenvien").get("/schools/export.xlsx"))[OWN]
    assert row["Số học sinh"] == full.pupils


@pytest.mark.parametrize(
    ("username", "shown"),
    [
        ("hm.chuyenvien", {OWN, OTHER_OWN}),
        ("hm.hieutruong", {OWN, OTHER_OWN, PARTNER}),
        ("uh.giaovien", {OWN, PARTNER, STRANGE}),
        ("uh.chuyenvien", {PARTNER, STRANGE}),
        ("admin", {OWN, OTHER_OWN, PARTNER, STRANGE}),
    ],
)
def test_figures_and_contacts_stand_only_where_the_reader_may_see_them(app, cast, username, shown):
    codes = (OWN, OTHER_OWN, PARTNER, STRANGE)
    for code in codes:
        fill(code)
    rows = by_code(cast(username).get("/schools/export.xlsx"))
    filled = {code: {label for label, value in rows[code].items() if value is not None} for code in codes}
    assert {code for code in codes if not filled[code] <= {*CARD, "STT"}} == shown


@pytest.mark.parametrize(
    ("username", "code", "note"),
    [
        ("hm.chuyenvien", OWN, "Nội bộ"),
        ("hm.giaovien", OWN, "Nội bộ"),
        ("hm2.giaovien", OWN, None),
        ("uh.hieutruong", OWN, None),
        ("hm.xem", OWN, None),
        ("admin", PARTNER, "Nội bộ"),
    ],
)
def test_internal_notes_stand_only_where_the_reader_may_see_them(app, cast, username, code, note):
    fill(code)
    assert by_code(cast(username).get("/schools/export.xlsx"))[code]["Ghi chú"] == note


def test_what_people_wrote_is_no_formula(app, cast):
    School.update(name="=1+1", address="@SUM(A1)").where(School.code == OWN).execute()
    table = sheet(cast("hm.chuyenvien").get("/schools/export.xlsx"))
    cells = {cell.value: cell for row in table.iter_rows() for cell in row if cell.value in ("=1+1", "@SUM(A1)")}
    assert {value: (cell.data_type, cell.quotePrefix) for value, cell in cells.items()} == {
        "=1+1": ("s", True),
        "@SUM(A1)": ("s", True),
    }


def test_the_number_of_queries_does_not_grow_with_the_list(app, cast, queries):
    officer = cast("hm.chuyenvien")
    with queries() as few:
        officer.get("/schools/export.xlsx?q=yen+so")
    with queries() as many:
        officer.get("/schools/export.xlsx")
    assert len(few) == len(many)


def test_a_long_list_is_made_by_a_job_that_sees_what_the_reader_sees(app, cast, monkeypatch):
    at_once = records(cast("uh.giaovien").get("/schools/export.xlsx?level=4"))
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(exports, "BATCH", 10)
    page = cast("uh.giaovien").submit("/schools/export.xlsx?level=4", "export").headers["Location"]
    with app.app_context():
        assert run_due() == 1
    assert records(cast("uh.giaovien").get(f"{page}/file")) == at_once


# --- the template ---


def template(browser):
    answer = browser.get("/schools/template.xlsx")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data))


def test_a_template_offers_the_districts_communes(app, cast):
    book = template(cast("hm.chuyenvien"))
    offered = {cell.value for row in book["Danh mục"].iter_rows() for cell in row}
    own = {row.name for row in Commune.select().where(Commune.district == District.get(District.code == "HM"))}
    other = {row.name for row in Commune.select().where(Commune.district == District.get(District.code == "UH"))}
    assert (own <= offered, bool(other & offered)) == (True, False)


@pytest.mark.parametrize(("username", "status"), [("hm.chuyenvien", 200), ("admin", 200), ("hm.hieutruong", 403)])
def test_a_template_is_for_those_who_import(cast, username, status):
    assert cast(username).get("/schools/template.xlsx").status_code == status


# --- and back again ---


def plan_of(body, district="HM"):
    """What the file would do if it were imported."""
    return plan_file(KINDS["schools"], body, "danh sach.xlsx", District.get(District.code == district))


def test_the_file_imported_again_changes_nothing(app, cast):
    fill(OWN)
    with app.app_context():
        School.update(levels=6, ownership="tu_thuc_nuoc_ngoai").where(School.code == OTHER_OWN).execute()
        School.update(note="Dòng một.\nDòng hai, rất dài: " + "x" * 400).where(School.code == OTHER_OWN).execute()
        district = District.get(District.code == "HM")
        schools = School.select().where(School.district == district).count()
        plan = plan_of(cast("hm.chuyenvien").get(f"/schools/export.xlsx?district={district.id}").data)
    assert (plan.errors, plan.skipped, plan.missing, plan.notes) == ([], (), (), ())
    assert [planned.changes for planned in plan.of(CHANGE)] == []
    assert plan.counts == {
        "read": schools,
        "created": 0,
        "changed": 0,
        "unchanged": schools,
        "to_choose": 0,
        "rejected": 0,
    }


def test_a_filtered_file_changed_in_excel_changes_what_was_changed(app, cast):
    body = cast("hm.chuyenvien").get("/schools/export.xlsx?q=yen+so&level=4").data
    book = load_workbook(io.BytesIO(body))
    table = book.worksheets[0]
    head = [cell.value for cell in table[4]]
    row = next(row for row in table.iter_rows(min_row=5) if row[head.index("Mã trường")].value == OWN)
    row[head.index("Số học sinh")].value = 1234
    changed = io.BytesIO()
    book.save(changed)
    with app.app_context():
        plan = plan_of(changed.getvalue())
    assert [(planned.name, planned.changes["pupils"][1]) for planned in plan.of(CHANGE)] == [
        ("Trường THCS Yên Sở", 1234)
    ]
    assert len(plan.of(CHANGE)[0].changes) == 1


def test_text_that_looks_like_a_formula_comes_back_as_it_was(app, cast):
    School.update(principal_name="=1+1", short_name="-A").where(School.code == OWN).execute()
    with app.app_context():
        plan = plan_of(cast("hm.chuyenvien").get("/schools/export.xlsx?q=yen+so").data)
    assert plan.of(CHANGE) == []


def test_a_filled_in_template_is_a_list(app, cast):
    book = template(cast("hm.chuyenvien"))
    for column, value in ((1, "01999999"), (2, "Trường THCS Mới"), (6, "Phường Yên Sở")):
        book.worksheets[0].cell(5, column, value)
    filled = io.BytesIO()
    book.save(filled)
    with app.app_context():
        plan = plan_of(filled.getvalue())
    assert [(planned.action, planned.name) for planned in plan.rows] == [(CREATE, "Trường THCS Mới")]
    assert (plan.errors, plan.skipped, plan.school_year) == ([], (), school_year_of(today()))


def test_an_untouched_template_is_a_list_without_a_row(app, cast):
    officer = cast("hm.chuyenvien")
    file = (io.BytesIO(officer.get("/schools/template.xlsx").data), "mau.xlsx")
    data = {"csrf_token": officer.csrf("/schools/import"), "file": file}
    page = officer.post("/schools/import", data=data).headers["Location"]
    with app.app_context():
        run_due()
    problem = "Dưới dòng tiêu đề (dòng 4) chưa có dòng nào. Thầy/cô điền danh sách rồi gửi lại."
    assert officer.soup(page).select_one(".notice.bad").text.strip() == problem
