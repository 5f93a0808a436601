import io
import random
import zipfile
from datetime import date
from itertools import pairwise

import pytest
import xlsxwriter
from openpyxl.cell.cell import ERROR_CODES

from intranet.shared import spreadsheets
from intranet.shared.spreadsheets import UnreadableFile, cell_text, find_headers, label_key, read_sheets

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
FIELDS = {"name": ("ten truong",), "code": ("ma truong",), "pupils": ("so hoc sinh",)}


def workbook(*sheets, prepare=lambda book: None):
    """An .xlsx file of the given sheets, each a list of rows."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        prepare(book)
    return buffer.getvalue()


def package(parts, start=b""):
    """A zip file with the given parts, deflated; ``start`` is a workbook whose other parts stay."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        if start:
            with zipfile.ZipFile(io.BytesIO(start)) as old:
                for name in old.namelist():
                    if name not in parts:
                        out.writestr(name, old.read(name))
        for name, content in parts.items():
            out.writestr(name, content)
    return buffer.getvalue()


def sheet_xml(data, before="", dimension=""):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{main}">{dimension}<sheetData>{data}</sheetData></worksheet>'
    )


def with_sheet(data, **options):
    """A workbook whose only sheet holds the given XML rows."""
    return package({"xl/worksheets/sheet1.xml": sheet_xml(data, **options)}, start=workbook([["a"]]))


def entity_bomb():
    entities = '<!ENTITY a "x">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
    row = '<row r="1"><c r="A1" t="str"><v>&i;</v></c></row>'
    return with_sheet(row, before=f"<!DOCTYPE w [{entities}]>")


def encrypted_part():
    content = bytearray(workbook([["a"]]))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


PASSWORD = "Tệp có mật khẩu. Thầy/cô hãy bỏ mật khẩu rồi gửi lại."
NOT_EXCEL = "Tệp không phải tệp Excel (.xlsx). Thầy/cô hãy chọn tệp khác."
BROKEN = "Tệp bị hỏng, không đọc được. Thầy/cô hãy mở bằng Excel, lưu lại rồi gửi lại."
TOO_MUCH = "Nội dung tệp quá lớn. Thầy/cô hãy bỏ bớt dòng và trang tính thừa rồi gửi lại."
WEB_PAGE = "Tệp là trang web hoặc XML, không phải Excel. Thầy/cô hãy lưu lại thành loại .xlsx."
TEXT = "Tệp là văn bản hoặc CSV, không phải Excel. Thầy/cô hãy lưu lại thành loại .xlsx."
OLD = "Tệp theo định dạng Excel cũ (.xls). Thầy/cô hãy mở bằng Excel và lưu thành loại .xlsx."
MACRO = "Tệp có macro nên không nhận được. Thầy/cô hãy lưu thành loại .xlsx."
NOTHING = "Tệp không có dữ liệu nào."

BAD_FILES = {
    "empty": (b"", "Tệp rỗng. Thầy/cô hãy chọn lại tệp."),
    "old .xls renamed": (OLE2 + "Workbook".encode("utf-16-le"), OLD),
    "password": (OLE2 + "EncryptedPackage".encode("utf-16-le"), PASSWORD),
    "password on a zip part": (encrypted_part(), PASSWORD),
    "html renamed": ("\ufeff\r\n<html><table><tr><td>Mã trường".encode(), WEB_PAGE),
    "csv renamed": ("STT;Mã trường;Tên trường\r\n1;01281501;".encode(), TEXT),
    "csv in utf-16": ("STT\tMã trường".encode("utf-16"), TEXT),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", NOT_EXCEL),
    "garbage": (random.Random(1).randbytes(5000), NOT_EXCEL),
    "garbage after the zip mark": (b"PK\x03\x04" + random.Random(1).randbytes(5000), BROKEN),
    "cut in half": (workbook([["a"] * 50] * 50)[:3000], BROKEN),
    "word document": (package({"word/document.xml": "<w/>"}), NOT_EXCEL),
    "binary workbook": (package({"xl/workbook.bin": b"\x00"}), NOT_EXCEL),
    "macro": (package({"xl/vbaProject.bin": b"\x00"}, start=workbook([["a"]])), MACRO),
    "zip bomb": (package({"xl/media/a.png": bytes(201 * 1024 * 1024)}, start=workbook([["a"]])), TOO_MUCH),
    "too many parts": (
        package({f"xl/media/{n}": "" for n in range(2001)}, start=workbook([["a"]])),
        TOO_MUCH,
    ),
    "too many sheets": (workbook(*[[["a"]]] * 51), TOO_MUCH),
    "element bomb": (with_sheet("<row>" + "<c/>" * 2_000_000 + "</row>"), TOO_MUCH),
    "entity bomb": (entity_bomb(), BROKEN),
    "external entity": (
        with_sheet("<row><c><v>&a;</v></c></row>", before='<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
        BROKEN,
    ),
    "broken XML": (with_sheet("<row><c></row>"), BROKEN),
    "forged column": (with_sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'), BROKEN),
    "no cells": (workbook([]), NOTHING),
    "only blank cells": (workbook([["  ", "\n"]]), NOTHING),
}


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_refused_with_its_sentence(content, sentence):
    with pytest.raises(UnreadableFile) as refused:
        read_sheets(content)
    assert str(refused.value) == sentence


def test_a_file_over_the_size_limit_is_refused():
    with pytest.raises(UnreadableFile, match=r"^Tệp lớn hơn 1 MB\."):
        read_sheets(bytes(1024 * 1024 + 1), largest=1024 * 1024)


@pytest.mark.parametrize("file_name", ["danh sách.xls", "danh sách.xlsm", "danh sách"])
def test_another_file_type_in_the_name_is_refused(file_name):
    with pytest.raises(UnreadableFile, match=r"^Tên tệp phải có đuôi \.xlsx\."):
        read_sheets(workbook([["a"]]), file_name)


def test_the_file_type_in_the_name_may_be_in_capitals():
    assert len(read_sheets(workbook([["a"]]), "DANH SÁCH.XLSX")) == 1


def test_a_broken_file_is_never_another_error():
    good = workbook([["Mã trường", "Tên trường"], ["01281501", "Trường THCS Phương Tú"]])
    chance = random.Random(2)
    for _round in range(200):
        broken = bytearray(good)
        for _byte in range(chance.randint(1, 20)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        try:
            read_sheets(bytes(broken))
        except UnreadableFile as refused:
            assert str(refused).endswith(".")


def test_rows_carry_the_numbers_that_excel_shows():
    (sheet,) = read_sheets(workbook([["a"], [], [" "], ["", "b", 2, ""]]))
    assert sheet.rows == ((1, ("a",)), (4, (None, "b", 2)))


def test_a_formula_gives_its_last_value():
    def prepare(book):
        book.worksheets()[0].write_formula("B1", "=21*2", None, 42)

    (sheet,) = read_sheets(workbook([["a"]], prepare=prepare))
    assert sheet.rows == ((1, ("a", 42)),)


def test_a_merged_cell_has_its_value_once():
    def prepare(book):
        book.worksheets()[0].merge_range("A1:C1", "Danh sách trường")

    (sheet,) = read_sheets(workbook([[], ["a", "b", "c"]], prepare=prepare))
    assert sheet.rows == ((1, ("Danh sách trường",)), (2, ("a", "b", "c")))


def test_hidden_and_empty_sheets_are_left_out():
    content = workbook([["a"]], [["b"]], [], prepare=lambda book: book.worksheets()[1].hide())
    assert [sheet.rows for sheet in read_sheets(content)] == [((1, ("a",)),)]


def test_wrong_stated_dimensions_hide_no_rows():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>0</v></c></row>' for n in (1, 2, 3))
    (sheet,) = read_sheets(with_sheet(rows, dimension='<dimension ref="A1"/>'))
    assert sheet.rows == ((1, (1, 0)), (2, (2, 0)), (3, (3, 0)))


def test_columns_beyond_the_hundredth_are_left_out():
    (sheet,) = read_sheets(workbook([["a"] * 120]))
    assert sheet.rows == ((1, ("a",) * 100),)


@pytest.mark.parametrize("number", [50_001, 1_048_576])
def test_a_filled_row_beyond_the_limit_refuses_the_file(number):
    with pytest.raises(UnreadableFile, match=r"^Trang tính có hơn 50\.000 dòng\."):
        read_sheets(with_sheet(f'<row r="{number}"><c><v>1</v></c></row>'))


def test_an_impossible_row_number_ends_the_reading():
    (sheet,) = read_sheets(with_sheet('<row r="1"><c><v>1</v></c></row><row r="99999999999"><c><v>1</v></c></row>'))
    assert sheet.rows == ((1, (1,)),)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (1281502, "1281502"),
        (1281502.0, "1281502"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (date(2023, 9, 5), "05/09/2023"),
        ("Số học\n sinh\x00", "Số học sinh"),
    ],
)
def test_a_cell_shows_its_value_on_one_line(value, shown):
    assert cell_text(value) == shown


def test_a_label_is_known_by_its_folded_words():
    assert label_key("CBQL, GV,\n NV (người)") == "cbql gv nv nguoi"


def test_the_header_is_found_on_another_sheet_under_titles_in_another_order():
    sheets = read_sheets(
        workbook(
            [["Hướng dẫn"], ["Nhập Tên trường ở trang sau"]],
            [["DANH SÁCH"], [], ["STT", "Số học\nsinh", "Vùng", "TÊN  TRƯỜNG"], [1, 20, "", "Trường A"]],
        )
    )
    (header,) = find_headers(sheets, FIELDS, required=("name",))
    assert (header.sheet.title, header.row) == ("Sheet2", 3)
    assert header.columns == {"pupils": 1, "name": 3}
    assert header.labels == {"pupils": "Số học sinh", "name": "TÊN TRƯỜNG"}
    assert header.rows_above() == [(1, ("DANH SÁCH",))]
    assert header.rows_below() == [(4, (1, 20, None, "Trường A"))]


def test_the_row_with_most_fields_is_the_header():
    sheets = read_sheets(
        workbook([["Tên trường", "Mã trường", "Số học sinh"]], [["Tên trường"], ["Tên trường", "Mã trường"]])
    )
    headers = find_headers(sheets, FIELDS, required=("name",))
    assert [(header.sheet.title, header.row) for header in headers] == [("Sheet1", 1), ("Sheet2", 2)]


def test_without_a_required_field_there_is_no_header():
    sheets = read_sheets(workbook([["Mã trường", "Số học sinh"]]))
    assert find_headers(sheets, FIELDS, required=("name",)) == []


def test_of_two_columns_with_one_label_the_first_counts():
    (header,) = find_headers(read_sheets(workbook([["Tên trường", "Tên trường"]])), FIELDS, required=("name",))
    assert header.columns == {"name": 0}


def test_the_limits_are_those_written_down():
    limits = (spreadsheets.LARGEST_FILE, spreadsheets.LARGEST_UNPACKED, spreadsheets.MOST_PARTS)
    assert limits == (10 * 1024 * 1024, 200 * 1024 * 1024, 2000)


def test_the_errors_of_formulas_are_those_that_the_library_knows():
    assert set(spreadsheets.FORMULA_ERRORS) == set(ERROR_CODES)
