import io
import unicodedata
from importlib.resources import files

import pytest
import xlsxwriter

from intranet.schools.columns import SCHOOL_COLUMNS, levels_in_name
from intranet.schools.imports import SHAPE
from intranet.shared.lists import CellError, find_table, read_table
from intranet.shared.spreadsheets import read_sheets

HEADER = (
    "STT",
    "Mã trường",
    "Tên\ntrường",
    "Loại hình trường",
    "Loại hình đào tạo",
    "Phường/xã",
    "Địa chỉ",
    "Điện thoại",
    "Email",
    "Hiệu trưởng",
    "Số lớp",
    "Số học\nsinh",
    "CBQL, GV, NV",
    "Chuẩn quốc gia",
    "Ghi chú",
)
LABELS = {
    "number": "STT",
    "code": "Mã trường",
    "name": "Tên\ntrường",
    "levels": "Loại hình trường",
    "ownership": "Loại hình đào tạo",
    "commune": "Phường/xã",
    "address": "Địa chỉ",
    "phone": "Điện thoại",
    "email": "Email",
    "principal_name": "Hiệu trưởng",
    "classes": "Số lớp",
    "pupils": "Số học\nsinh",
    "staff": "CBQL, GV, NV",
    "national_standard": "Chuẩn quốc gia",
    "note": "Ghi chú",
}
SCHOOL = {"name": "Trường THCS Phương Tú", "levels": "THCS"}
WHOLE_NUMBER = "Hãy ghi một số nguyên không âm, ví dụ 1250."


def read_file(content):
    """The table in a file."""
    header, others = find_table(read_sheets(content), SHAPE)
    return read_table(header, SHAPE, others)


def good(table):
    """The rows without a bad cell."""
    return [row for row in table.rows if not row.errors]


def bad_cells(table):
    return [error for row in table.rows for error in row.errors]


def workbook(*rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def cells(**values):
    return [values.get(field) for field in LABELS]


def read(*schools):
    """Read a list with the usual header in row 1 and the given rows below; a dict is a school's cells."""
    rows = [cells(**row) if isinstance(row, dict) else row for row in schools]
    return read_file(workbook(HEADER, *rows))


def read_one(**values):
    """The values of the good row that the cells make."""
    table = read(SCHOOL | values)
    assert bad_cells(table) == []
    return table.rows[0].values


def errors_of(**values):
    return [(error.column, error.value, error.message) for error in bad_cells(read(SCHOOL | values))]


def demo(name):
    return (files("intranet.demo") / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "read", "total"), [("danh_sach_truong_UH.xlsx", 94, 100), ("danh_sach_truong_HM.xlsx", 51, 57)]
)
def test_every_school_of_the_offices_lists_is_read_and_the_year(name, read, total):
    table = read_file(demo(name))
    assert (len(table.rows), table.skipped) == (read, ((total, "Dòng tổng cộng."),))
    assert table.school_year == "2023-2024"


def test_every_bad_cell_of_an_offices_list_is_named():
    assert bad_cells(read_file(demo("danh_sach_truong_UH.xlsx"))) == [
        CellError(97, "Tên trường", "", "Chưa có tên trường."),
        CellError(98, "Số học sinh", "khoảng 500", WHOLE_NUMBER),
    ]


def test_texts_of_an_offices_list_are_clean_and_its_codes_whole():
    rows = [row.values for row in good(read_file(demo("danh_sach_truong_UH.xlsx")))]
    texts = [row[key] for row in rows for key in ("name", "commune", "principal_name")]
    assert all(text == unicodedata.normalize("NFC", " ".join(text.split())) for text in texts)
    assert {len(row["code"]) for row in rows} == {8}


def test_a_full_row_is_read():
    row = cells(
        number=1,
        code="01281501",
        name="  Trường  THCS Phương Tú ",
        levels="THCS",
        ownership="Công lập",
        commune="Xã  Phương Tú",
        address="Thôn Hậu Xá",
        phone="(024) 38612345",
        email="thcs@truong.edu.vn",
        principal_name=unicodedata.normalize("NFD", "Hồ Minh Tâm"),
        classes=21,
        pupils="1.250",
        staff=38.0,
        national_standard="MĐ1",
        note="mới sửa mái",
    )
    (read_row,) = read(row).rows
    assert (read_row.number, read_row.errors) == (2, [])
    assert read_row.values == {
        "code": "01281501",
        "name": "Trường THCS Phương Tú",
        "levels": 4,
        "ownership": "cong_lap",
        "commune": "Xã Phương Tú",
        "address": "Thôn Hậu Xá",
        "phone": "+842438612345",
        "email": "thcs@truong.edu.vn",
        "principal_name": "Hồ Minh Tâm",
        "classes": 21,
        "pupils": 1250,
        "staff": 38,
        "national_standard": 1,
        "note": "mới sửa mái",
    }


def test_empty_cells_are_nothing():
    known = {"name": "Trường THCS Phương Tú", "levels": 4}
    assert read_one() == dict.fromkeys(set(LABELS) - {"number"}) | known


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1281502, "01281502"),
        (1281502.0, "01281502"),
        (220668500, "0220668500"),
        (12815020, "12815020"),
        ("1281502", "1281502"),
        (" 195DL090 ", "195DL090"),
        ("01.281-502", "01.281-502"),
        ("  ", None),
    ],
)
def test_a_code_is_kept_and_gets_back_the_zero_that_excel_dropped(cell, code):
    assert read_one(code=cell)["code"] == code


@pytest.mark.parametrize("cell", ["0128 1502", "mã01", "0" * 21, "01281502;", -1281502, 128.5])
def test_a_code_with_other_characters_is_named(cell):
    message = "Mã trường chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, tối đa 20 ký tự."
    assert errors_of(code=cell) == [("Mã trường", str(cell), message)]


@pytest.mark.parametrize(
    ("cell", "levels"),
    [
        ("MN", 1),
        ("Mầm non", 1),
        ("TH", 2),
        ("tiểu học", 2),
        ("THCS", 4),
        ("THPT", 8),
        ("PTCS", 6),
        ("TH-THCS", 6),
        ("TH&THCS", 6),
        ("THCS & THPT", 12),
        ("Tiểu học, THCS", 6),
        ("Tiểu học và Trung học cơ sở", 6),
        ("MN, TH, THCS, THPT", 15),
    ],
)
def test_the_level_column_adds_up_levels(cell, levels):
    assert read_one(levels=cell)["levels"] == levels


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("Trường Mầm non Hoa Sơn", 1),
        ("Trường mẫu giáo Hoa Sen", 1),
        ("Trường Tiểu học Viên An", 2),
        ("Trung học cơ sở Cao Thành", 4),
        ("Trường TH&THCS Hòa Xá", 6),
        ("Trường Tiểu học, THCS và THPT Ngôi Sao", 14),
    ],
)
def test_a_name_tells_the_level(name, levels):
    assert levels_in_name(name) == levels


def test_an_unknown_level_is_named():
    message = "Hãy ghi cấp học là MN, TH, THCS hoặc THPT, cách nhau bằng dấu phẩy."
    assert errors_of(levels="GDTX") == [("Loại hình trường", "GDTX", message)]


@pytest.mark.parametrize(
    ("cell", "ownership"),
    [
        ("Công lập", "cong_lap"),
        ("DÂN LẬP", "dan_lap"),
        ("Tư thục", "tu_thuc"),
        ("Tư thục có yếu tố nước ngoài", "tu_thuc_nuoc_ngoai"),
    ],
)
def test_ownership_is_known_by_its_words(cell, ownership):
    assert read_one(ownership=cell)["ownership"] == ownership


def test_an_unknown_ownership_is_named():
    message = "Loại hình phải là công lập, dân lập, tư thục hoặc tư thục có yếu tố nước ngoài."
    assert errors_of(ownership="hợp tác xã") == [("Loại hình đào tạo", "hợp tác xã", message)]


@pytest.mark.parametrize(
    ("cell", "number"),
    [(0, 0), (1250.0, 1250), ("1.250", 1250), ("1 250", 1250), ("1\u00a0250", 1250), ("609", 609)],
)
def test_numbers_are_read_as_people_write_them(cell, number):
    assert read_one(pupils=cell)["pupils"] == number


@pytest.mark.parametrize("cell", ["khoảng 500", "năm trăm", "-5", "1,5", "12.50", "٥٠٠", "5e2", "1_000"])
def test_what_is_no_whole_number_is_named(cell):
    assert errors_of(pupils=cell) == [("Số học sinh", cell, WHOLE_NUMBER)]


@pytest.mark.parametrize(("cell", "shown"), [(-5, "-5"), (30.5, "30.5"), (True, "TRUE")])
def test_negative_and_broken_numbers_are_named(cell, shown):
    assert errors_of(classes=cell) == [("Số lớp", shown, WHOLE_NUMBER)]


@pytest.mark.parametrize(
    ("field", "most", "shown"),
    [("classes", 200, "200"), ("pupils", 20_000, "20.000"), ("staff", 2_000, "2.000")],
)
def test_an_absurd_number_is_named_with_its_limit(field, most, shown):
    assert read_one(**{field: most})[field] == most
    ((_column, value, message),) = errors_of(**{field: most + 1})
    assert (value, message) == (str(most + 1), f"Số này quá lớn (tối đa {shown}).")


@pytest.mark.parametrize(
    ("cell", "level"),
    [("Chưa đạt", 0), ("MĐ1", 1), ("Mức độ 1", 1), ("Đạt chuẩn mức độ 2", 2), ("MĐ 2", 2), (None, None)],
)
def test_the_national_standard_is_a_level(cell, level):
    assert read_one(national_standard=cell)["national_standard"] == level


def test_an_unknown_national_standard_is_named():
    message = "Hãy ghi “Chưa đạt”, “Mức độ 1” hoặc “Mức độ 2”."
    assert errors_of(national_standard="Mức độ 3") == [("Chuẩn quốc gia", "Mức độ 3", message)]


@pytest.mark.parametrize("cell", ["không có", "a@b", "a b@truong.vn", "a@truong.vn; b@truong.vn", "@truong.vn"])
def test_a_wrong_email_is_named(cell):
    assert errors_of(email=cell) == [("Email", cell, "Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn.")]


def test_a_phone_that_lost_its_zero_is_read():
    assert read_one(phone=912345678)["phone"] == "+84912345678"


def test_a_wrong_phone_is_named():
    ((column, value, message),) = errors_of(phone="hỏi văn phòng")
    assert (column, value) == ("Điện thoại", "hỏi văn phòng")
    assert message.startswith("Số điện thoại chưa đúng")


@pytest.mark.parametrize("field", ["name", "address", "code", "pupils"])
def test_a_formula_error_is_named(field):
    ((_column, value, message),) = errors_of(**{field: "#REF!"})
    assert (value, message) == ("#REF!", "Công thức trong ô này bị lỗi.")


def test_texts_over_their_limit_are_named_and_shown_cut():
    assert read_one(name="Trường THCS " + "a" * 188, address="b" * 300)["name"].endswith("a")
    assert errors_of(name="a" * 201, address="b" * 301) == [
        ("Tên trường", "a" * 100, "Nội dung quá dài (tối đa 200 ký tự)."),
        ("Địa chỉ", "b" * 100, "Nội dung quá dài (tối đa 300 ký tự)."),
    ]


def test_every_bad_cell_of_a_row_is_named_and_the_row_stays_out():
    table = read(SCHOOL | {"name": None, "phone": "x", "classes": "x", "pupils": -1, "staff": 9999}, SCHOOL)
    assert [error.column for error in bad_cells(table)] == [
        "Tên trường",
        "Điện thoại",
        "Số lớp",
        "Số học sinh",
        "CBQL, GV, NV",
    ]
    assert {error.row for error in bad_cells(table)} == {2}
    assert (len(table.rows), len(good(table))) == (2, 1)


@pytest.mark.parametrize(
    "total",
    [
        cells(name="Tổng cộng"),
        cells(number="TỔNG SỐ", classes=20, pupils="1.250"),
        cells(code="Cộng:", pupils=500),
        cells(name="Tổng cộng: 94 trường", pupils=5),
    ],
)
def test_a_total_is_skipped_and_not_counted(total):
    table = read(SCHOOL, total)
    assert (len(table.rows), table.skipped, bad_cells(table)) == (1, ((3, "Dòng tổng cộng."),), [])


def test_a_school_named_like_a_total_is_a_school():
    assert read_one(name="Trường THCS Cộng Hòa", number=1)["name"] == "Trường THCS Cộng Hòa"


def test_signatures_under_the_table_are_skipped():
    file = read(
        SCHOOL,
        cells(name="Tổng cộng"),
        [],
        cells(principal_name="Ứng Hòa, ngày 5 tháng 9 năm 2023"),
        cells(name="Người lập biểu", principal_name="TRƯỞNG PHÒNG"),
        cells(name="Nguyễn Văn An", principal_name="Lê Thị Bình"),
    )
    closing = "Dòng ký tên hoặc ghi chú cuối bảng."
    assert file.skipped == ((3, "Dòng tổng cộng."), (5, closing), (6, closing), (7, closing))
    assert (len(file.rows), bad_cells(file)) == (1, [])


def test_headings_column_numbers_and_repeated_headers_are_skipped():
    file = read(
        [f"({number})" for number in range(1, 16)],
        cells(number="I. Khối mầm non"),
        {"number": 1, "name": "Trường Mầm non Hoa Sơn"},
        HEADER,
        cells(number="II", name="TIỂU HỌC"),
        {"number": 2, "name": "Trường Tiểu học Hoa Sơn"},
    )
    assert [row.values["name"] for row in file.rows] == ["Trường Mầm non Hoa Sơn", "Trường Tiểu học Hoa Sơn"]
    assert bad_cells(file) == []
    assert file.skipped == (
        (2, "Dòng đánh số cột."),
        (3, "Dòng tên nhóm."),
        (5, "Dòng tiêu đề lặp lại."),
        (6, "Dòng tên nhóm."),
    )


def test_empty_rows_and_rows_with_only_a_running_number_are_ignored():
    file = read(SCHOOL, [], {"number": 2}, {"number": 3, "name": "  "}, SCHOOL | {"levels": "TH"})
    assert (len(file.rows), bad_cells(file), file.skipped) == (2, [], ())


def test_a_list_in_another_form_is_read():
    file = read_file(
        workbook(
            ["UBND HUYỆN ỨNG HÒA"],
            [],
            ["Biểu số 1 – Năm học 2024 – 2025"],
            ["Cấp học", "Ghi thêm", "Xã/phường", "TÊN TRƯỜNG", "TT", "Số HS"],
            ["TH, THCS", "x", "Xã Hòa Xá", "Trường Hòa Xá", 1, 500],
        )
    )
    assert file.school_year == "2024-2025"
    (row,) = file.rows
    assert (row.number, row.values) == (
        5,
        {"levels": 6, "commune": "Xã Hòa Xá", "name": "Trường Hòa Xá", "pupils": 500},
    )


def test_a_second_list_in_the_file_is_mentioned():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, school in (("Mầm non", "Trường Mầm non A"), ("Tiểu học", "Trường Tiểu học B")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Tên trường"])
            sheet.write_row(1, 0, [school])
    file = read_file(buffer.getvalue())
    assert [row.values["name"] for row in file.rows] == ["Trường Mầm non A"]
    assert file.skipped == ((1, "Trang tính “Tiểu học” cũng có danh sách nhưng chưa được đọc."),)


def test_a_file_without_a_list_of_schools_has_no_table():
    content = workbook(["Họ tên", "Ngày sinh"], ["Nguyễn Văn An", "1/1/1990"])
    assert find_table(read_sheets(content), SHAPE) == (None, ())


def test_every_column_is_understood_under_the_name_that_we_give_it():
    table = read_file(workbook([str(column.label) for column in SCHOOL_COLUMNS], ["1", "Trường THCS A"]))
    assert set(table.header.columns) == {column.key for column in SCHOOL_COLUMNS}
