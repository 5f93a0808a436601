"""Lists in every shape in which offices send them, and the page on which people say what columns mean."""

import unicodedata
from io import BytesIO

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from intranet.kernel import jobs
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.list_imports import ColumnMemory, ListImport
from intranet.testing import parse

NEW = {"sẽ thêm": "1", "sẽ sửa": "0", "giữ nguyên": "0", "cần thầy/cô chọn": "0", "chưa nhận": "0"}
LETTERHEAD = [["UBND QUẬN HOÀNG MAI"], ["PHÒNG GD&ĐT"], [], ["Số: 12/DS"], [], [], [], [], ["DANH SÁCH"], [], []]


@pytest.mark.parametrize(
    "rows",
    [
        [["Điện thoại di động", "Họ tên", "Đơn vị công tác"], ["0912 000 222", "Lý Văn Mới", "Trường THCS Yên Sở"]],
        [*LETTERHEAD, ["TT", "Họ và tên giáo viên", "Mã đơn vị"], [1, "Lý Văn Mới", "01008508"]],
        [["HỌ VÀ\nTÊN", unicodedata.normalize("NFD", "Mã trường")], ["Lý Văn Mới", 1008508]],
        [["Họ và tên", "Trường"], ["(1)", "(2)"], [unicodedata.normalize("NFD", "Lý Văn Mới"), "TRƯỜNG THCS YÊN SỞ"]],
        [
            ["Họ và tên", "Mã trường", "Số CCCD"],
            ["Trường THCS Yên Sở"],
            ["Lý Văn Mới", "01008508", "001080001234"],
            ["Tổng cộng: 1 người"],
            [],
            ["", "NGƯỜI LẬP BIỂU"],
        ],
    ],
)
def test_a_list_is_found_wherever_it_stands_and_whatever_its_headers(staff, workbook, rows):
    address = staff.upload(workbook(*rows))
    assert staff.stats(address) == NEW
    staff.submit(address, "commit")
    assert Person.get(Person.name == "Lý Văn Mới").school.code == "01008508"


def test_catalogue_sheets_before_the_list_are_passed_over(staff, workbook):
    catalogues = {"DM_ChucVu": [["Mã", "Tên"], [1, "Giáo viên"]], "DM_Mon": [["Mã", "Tên môn"], [1, "Toán"]]}
    rows = (["Họ và tên", "Mã trường"], ["Lý Văn Mới", "01008508"])
    assert staff.stats(staff.upload(workbook(*rows, before=catalogues))) == NEW


def test_merged_cells_and_formulas_are_read_as_they_look(staff):
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "DANH SÁCH CÁN BỘ")
        sheet.write_row(2, 0, ["Họ và tên", "Mã trường", "Môn dạy", "Email"])
        sheet.write_formula(3, 0, '="Lý"&" Văn Mới"', value="Lý Văn Mới")
        sheet.write_string(3, 1, "01008508")
        sheet.write_formula(3, 2, "=VLOOKUP(1,A1:A2,1)", value="Toán")
        sheet.write_formula(3, 3, "=A1", value="#N/A")
    address = staff.upload(content.getvalue())
    assert staff.cells(address) == [["4", "Email", "#N/A", "Công thức trong ô này bị lỗi."]]


def test_a_table_without_rows_is_said_to_be_empty(staff, workbook):
    address = staff.upload(workbook(["Họ và tên", "Mã trường"]))
    page = staff.browser.soup(address)
    assert page.h1.text == "Không đọc được tệp"
    assert ListImport.select().order_by(ListImport.id.desc()).get().state == "failed"


def test_a_thousand_people_come_in_with_as_few_statements_as_ten(app, staff, workbook, queries):
    rows = [
        [f"Lý Văn Mới {chr(65 + number % 26)}{'abcdefghij'[number // 26 % 10]}", "01008508", f"09{number:08}"]
        for number in range(100_000, 101_000)
    ]
    small = staff.upload(workbook(["Họ và tên", "Mã trường", "Số điện thoại"], *rows[:10]))
    staff.browser.submit(small, "commit")
    with queries() as few:
        staff.work()
    large = staff.upload(workbook(["Họ và tên", "Mã trường", "Số điện thoại"], *rows[10:]))
    staff.browser.submit(large, "commit")
    with queries() as many:
        staff.work()
    assert Person.select().where(Person.name.startswith("Lý Văn Mới")).count() == 1000
    assert len(many) <= len(few) + 5


# --- the page of columns ---

STRANGE = (["Cột A", "Cột B", "Cột C"], ["Lý Văn Mới", "01008508", "0912 000 333"], ["Lý Văn Hai", "01008508", ""])


def say_columns(staff, address, row=1, **meanings):
    page = f"{address}/columns?sheet=Danh+sách&row={row}"
    return staff.submit(page, "columns", {f"column-{place[1:]}": field for place, field in meanings.items()})


def test_where_no_header_is_understood_a_person_says_what_columns_mean(staff, workbook):
    address = staff.upload(workbook(*STRANGE))
    assert staff.browser.soup(address).h1.text == "Chưa tìm thấy bảng danh sách"
    answer = say_columns(staff, address, c0="name", c1="school_code", c2="phone")
    assert answer.status_code == 303
    assert staff.stats(address) == NEW | {"sẽ thêm": "2"}


def test_what_was_said_is_remembered_for_the_district(staff, workbook, lists):
    say_columns(staff, staff.upload(workbook(*STRANGE)), c0="name", c1="school_code", c2="phone")
    assert ColumnMemory.select().count() == 3
    assert staff.stats(staff.upload(workbook(*STRANGE))) == NEW | {"sẽ thêm": "2"}
    other = lists("people", "uh.chuyenvien")
    assert other.browser.soup(other.upload(workbook(*STRANGE))).h1.text == "Chưa tìm thấy bảng danh sách"


def test_a_wrong_guess_is_corrected(staff, workbook):
    rows = (["Họ và tên", "Mã trường", "Email"], ["Lý Văn Mới", "01008508", "0912 000 444"])
    address = staff.upload(workbook(*rows))
    assert staff.stats(address)["chưa nhận"] == "1"
    say_columns(staff, address, c0="name", c1="school_code", c2="phone")
    assert staff.stats(address) == NEW


def test_a_list_needs_the_column_of_names(staff, workbook):
    address = staff.upload(workbook(*STRANGE))
    answer = say_columns(staff, address, c1="school_code")
    assert answer.status_code == 422
    heading = parse(answer.text).select_one(".errors h2").get_text(strip=True)
    assert heading == "Thầy/cô chưa cho biết cột nào là “Họ và tên”."


# --- the work of the job ---


def test_a_job_done_twice_writes_once(app, staff, workbook):
    address = staff.upload(workbook(["Họ và tên", "Mã trường"], ["Lý Văn Mới", "01008508"]))
    staff.browser.submit(address, "commit")
    staff.work()
    with app.app_context():
        done = jobs.Job.select().where(jobs.Job.kind == "imports.write")
        jobs.Job.update(state=jobs.WAITING).where(jobs.Job.id == done.get().id).execute()
        jobs.run_due()
    assert Person.select().where(Person.name == "Lý Văn Mới").count() == 1


def test_a_list_that_cannot_be_written_whole_is_not_written_at_all(app, staff, workbook):
    """Between preview and writing, another district took the code of one of the new schools."""
    staff.upload_page = "/schools/import"
    rows = (["Mã trường", "Tên trường"], ["71", "Trường THCS Một"], ["72", "Trường THCS Hai"])
    address = staff.upload(workbook(*rows))
    staff.browser.submit(address, "commit")
    other = School.get(School.code == "01281503")
    taken = School(district=other.district_id, name="Trường THCS Khác", code="72", levels=4)
    taken.set_keys("")
    taken.save()
    staff.work()
    assert School.select().where(School.code == "71").count() == 0
    assert staff.stats(address) == NEW | {"chưa nhận": "1"}


def test_the_template_is_understood_when_it_is_filled_in(staff):
    book = load_workbook(BytesIO(staff.browser.get("/people/template.xlsx").data))
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "Họ và tên" for cell in row))
    places = {cell.value: cell.column for cell in header}
    below = header[0].row + 1
    sheet.cell(below, places["Họ và tên"], "Lý Văn Mới")
    sheet.cell(below, places["Mã trường"], "01008508")
    content = BytesIO()
    book.save(content)
    assert staff.stats(staff.upload(content.getvalue())) == NEW
