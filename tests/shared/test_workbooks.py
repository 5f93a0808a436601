"""Files that we write: what Excel would show, and that nothing in them is ever a formula."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from intranet.shared import workbooks
from intranet.shared.columns import DATE, NUMBER, Column
from intranet.shared.spreadsheets import find_headers, read_sheets
from intranet.shared.workbooks import write_table, write_template

COLUMNS = (
    Column(key="name", label="Tên trường", width=30, required=True, hint="Tên đầy đủ.", example="Trường THCS Yên Sở"),
    Column(key="code", label="Mã trường", hint="Chữ số."),
    Column(key="level", label="Cấp học", choices=("Mầm non", "Tiểu học")),
    Column(key="commune", label="Xã, phường"),
    Column(key="pupils", label="Số học sinh", kind=NUMBER),
    Column(key="since", label="Từ ngày", kind=DATE),
)
ROW = ("Trường THCS Yên Sở", "01008508", "Tiểu học", "Yên Sở", 1250, date(2024, 9, 5))


def opened(body):
    return load_workbook(io.BytesIO(body))


def table(*rows, columns=COLUMNS):
    return opened(write_table("Danh sách trường", "Năm học 2023-2024", columns, rows)).worksheets[0]


def texts(*values):
    """A list of one column, written and read."""
    sheet = table(*([value] for value in values), columns=COLUMNS[:1])
    return [sheet.cell(5 + place, 2) for place in range(len(values))]


def test_a_table_has_title_subtitle_header_and_a_running_number():
    values = [[cell.value for cell in row] for row in table(ROW, ROW).iter_rows()]
    assert values[:3] == [
        ["Danh sách trường", *[None] * 6],
        ["Năm học 2023-2024", *[None] * 6],
        [None] * 7,
    ]
    assert values[3] == ["STT", "Tên trường", "Mã trường", "Cấp học", "Xã, phường", "Số học sinh", "Từ ngày"]
    assert [row[:3] for row in values[4:]] == [
        [1, "Trường THCS Yên Sở", "01008508"],
        [2, "Trường THCS Yên Sở", "01008508"],
    ]


def test_codes_are_text_numbers_are_numbers_and_dates_are_dates():
    code, pupils, since = (table(ROW).cell(5, place) for place in (3, 6, 7))
    assert (code.value, code.data_type, code.number_format) == ("01008508", "s", "@")
    assert (pupils.value, pupils.data_type) == (1250, "n")
    assert (since.value.date(), since.is_date, since.number_format) == (date(2024, 9, 5), True, "dd/mm/yyyy")


def test_what_is_unknown_is_an_empty_cell_and_zero_is_a_number():
    sheet = table(("A", "", None, None, 0, None))
    assert [cell.value for cell in sheet[5]] == [1, "A", None, None, None, 0, None]


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_what_could_run_as_a_formula_stays_the_text_that_it_was(text):
    (cell,) = texts(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_plain_text_carries_no_mark_and_an_address_is_no_link():
    plain, link = texts("Yên Sở", "https://example.edu.vn")
    assert (plain.quotePrefix, link.value, link.hyperlink) == (False, "https://example.edu.vn", None)


def test_the_head_stays_in_sight_filters_and_is_repeated_on_paper():
    sheet = table(ROW, ROW)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A5", "A4:G6", "$4:$4")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet.oddFooter.center.text == "&P/&N"
    assert sheet.column_dimensions["B"].width == pytest.approx(30, abs=1)
    assert sheet["B4"].font.bold


def test_a_wide_table_does_not_shrink_but_repeats_its_names():
    wide = table(columns=[Column(key=str(place), label="Cột", required=place == 1, width=30) for place in range(9)])
    fits = [sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in (wide, table())]
    assert (fits, wide.print_title_cols, table().print_title_cols) == ([None, True], "$A:$C", None)


def test_a_list_without_rows_is_a_head():
    assert [cell.value for cell in table()[4]][:2] == ["STT", "Tên trường"]
    assert table().max_row == 4


def test_the_same_list_is_the_same_file(monkeypatch):
    monkeypatch.setattr(workbooks, "now", lambda: datetime(2026, 10, 15))
    assert write_table("A", "", COLUMNS, [ROW]) == write_table("A", "", COLUMNS, [ROW])


def test_a_long_text_is_cut_where_excel_ends():
    (cell,) = texts("x" * 40_000)
    assert len(cell.value) == 32_767


def test_our_own_reader_understands_the_table():
    sheets = read_sheets(write_table("Danh sách trường", "", COLUMNS, [ROW]), "a.xlsx")
    (header,) = find_headers(sheets, {"name": ("ten truong",), "code": ("ma truong",)}, ("name",))
    assert header.rows_below() == [(5, (1, *ROW[:5], header.rows_below()[0][1][6]))]


# --- templates ---


@pytest.fixture
def template():
    return opened(write_template("Danh sách trường", "", COLUMNS, {"commune": ["Yên Sở", "Lĩnh Nam"]}))


def test_a_template_is_a_head_without_a_row(template):
    sheet = template.worksheets[0]
    assert [cell.value for cell in sheet[4]] == [str(column.label) for column in COLUMNS]
    assert sheet.max_row == 4


def test_a_template_offers_choices_from_a_hidden_sheet_and_shows_hints(template):
    rules = {str(rule.sqref).split(":")[0]: rule for rule in template.worksheets[0].data_validations.dataValidation}
    assert (rules["A5"].promptTitle, rules["A5"].prompt) == ("Tên trường", "Tên đầy đủ.")
    assert (rules["C5"].type, rules["C5"].formula1) == ("list", "'Danh mục'!$A$1:$A$2")
    assert (rules["D5"].formula1, rules["D5"].errorStyle) == ("'Danh mục'!$B$1:$B$2", "warning")
    lists = template["Danh mục"]
    assert lists.sheet_state == "hidden"
    assert [[cell.value for cell in row] for row in lists.iter_rows()] == [
        ["Mầm non", "Yên Sở"],
        ["Tiểu học", "Lĩnh Nam"],
    ]


def test_what_is_typed_into_a_template_keeps_its_zeros_and_dates(template):
    formats = [template.worksheets[0].column_dimensions[letter].number_format for letter in "BF"]
    assert formats == ["@", "dd/mm/yyyy"]


def test_a_second_sheet_explains_each_column(template):
    rows = [[cell.value for cell in row] for row in template["Hướng dẫn"].iter_rows()]
    assert rows[:2] == [
        ["Cột", "Bắt buộc", "Nhận gì", "Ví dụ"],
        ["Cột 1: Tên trường", "có", "Tên đầy đủ.", "Trường THCS Yên Sở"],
    ]
    assert len(rows) == 1 + len(COLUMNS)


def test_only_the_list_of_a_template_looks_like_a_list():
    sheets = read_sheets(write_template("Danh sách trường", "", COLUMNS), "mau.xlsx")
    headers = find_headers(sheets, {"name": ("ten truong",), "code": ("ma truong",)}, ("name",))
    assert [header.sheet.title for header in headers] == ["Danh sách"]


def test_a_file_of_ours_holds_no_macro_and_no_link():
    with zipfile.ZipFile(io.BytesIO(write_table("A", "", COLUMNS, [ROW]))) as package:
        assert [name for name in package.namelist() if "vba" in name or "externalLink" in name] == []
