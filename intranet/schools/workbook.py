"""An office's list of schools in Excel, read row by row: what is good, and every cell that is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from intranet.kernel.language import gettext as _
from intranet.kernel.phone import phone_number
from intranet.kernel.schoolyear import find_school_year
from intranet.kernel.text import canonical, fold, match_key
from intranet.shared.spreadsheets import (
    Header,
    UnreadableFile,
    cell_text,
    find_headers,
    grouped,
    is_formula_error,
    label_key,
    read_sheets,
)

PRESCHOOL, PRIMARY, LOWER_SECONDARY, UPPER_SECONDARY = 1, 2, 4, 8

# Labels as they stand in lists of offices, of the ministry's database and of other systems.
COLUMNS = {
    "number": ("stt", "tt", "so tt", "so thu tu"),
    "code": ("ma truong", "ma so truong", "ma don vi", "ma dinh danh", "ma dinh danh bo gd dt"),
    "name": ("ten truong", "ten don vi", "ten co so giao duc", "truong", "don vi"),
    "levels": ("loai hinh truong", "cap hoc", "cap", "bac hoc", "nhom cap hoc"),
    "ownership": ("loai hinh dao tao", "loai hinh so huu", "loai hinh", "so huu"),
    "commune": ("phuong xa", "xa phuong", "xa phuong thi tran", "xa thi tran", "xa", "phuong"),
    "address": ("dia chi", "dia chi truong"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "dt", "dien thoai truong"),
    "email": ("email", "e mail", "thu dien tu", "dia chi email", "hop thu"),
    "principal_name": ("hieu truong", "ho ten hieu truong", "ho va ten hieu truong", "ten hieu truong"),
    "classes": ("so lop", "so lop hoc", "tong so lop", "lop"),
    "pupils": ("so hoc sinh", "so hs", "tong so hoc sinh", "hoc sinh", "so tre", "so hoc sinh tre"),
    "staff": ("cbql gv nv", "so cbql gv nv", "cb gv nv", "can bo giao vien nhan vien"),
    "national_standard": ("chuan quoc gia", "dat chuan quoc gia", "truong chuan quoc gia"),
    "note": ("ghi chu",),
}

LEVELS = {
    "mn": PRESCHOOL,
    "mam non": PRESCHOOL,
    "mau giao": PRESCHOOL,
    "nha tre": PRESCHOOL,
    "th": PRIMARY,
    "tieu hoc": PRIMARY,
    "thcs": LOWER_SECONDARY,
    "trung hoc co so": LOWER_SECONDARY,
    "ptcs": PRIMARY | LOWER_SECONDARY,
    "pho thong co so": PRIMARY | LOWER_SECONDARY,
    "thpt": UPPER_SECONDARY,
    "trung hoc pho thong": UPPER_SECONDARY,
}
BETWEEN_LEVELS = re.compile(r"\s*(?:[,;&+/\-\u2013]|\bva\b)\s*")
LEVEL_IN_NAME = re.compile(rf"\b(?:{'|'.join(LEVELS)})\b")

OWNERSHIP = {
    # Nothing said: a new school is public, a known one stays what it is.
    "": "",
    "cong lap": "cong_lap",
    "dan lap": "dan_lap",
    "tu thuc": "tu_thuc",
    "tu thuc nuoc ngoai": "tu_thuc_nuoc_ngoai",
    "tu thuc co yeu to nuoc ngoai": "tu_thuc_nuoc_ngoai",
    "tu thuc co von dau tu nuoc ngoai": "tu_thuc_nuoc_ngoai",
}
STANDARD_LEVEL = re.compile(r"(?:dat )?(?:chuan )?(?:muc do|muc|md) ?([12])")
NOT_REACHED = ("chua dat", "khong dat")

CODE = re.compile(r"[0-9A-Za-z.\-]{1,20}")
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(?:\.[^@\s,;.]+)+")
WHOLE_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+")
# Excel drops the leading zero of codes of 8 and of 10 digits.
SHORTENED_CODES = (7, 9)

LONGEST_NAME = 200
LONGEST_TEXT = 300
LONGEST_SHOWN = 100
MOST_CLASSES = 200
MOST_PUPILS = 20_000
MOST_STAFF = 2_000

ILLUSTRATIVE = "du lieu minh hoa"
TOTAL = re.compile(r"(?:tong cong|tong so|tong|cong)(?: [0-9]+)?(?: truong)?")
GROUP = re.compile(r"(?:(?:[ivx]+|[a-h]|[0-9]+) )?(?:khoi|cap|bac)\b.*|(?:[ivx]+|[a-h]) (?:mam non|tieu hoc|thcs|thpt)")
COLUMN_NUMBER = re.compile(r"\(?[0-9]{1,2}\)?")
# What a closing line fills at most: a date, a signer's office, a name.
MOST_CLOSING_CELLS = 3


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that keeps its row out: the sheet's row number, the column's label, what it showed, and why."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A good row. ``levels`` adds up the four constants above; ``national_standard``: 0 is "chưa đạt"."""

    row: int
    code: str | None
    name: str
    levels: int
    ownership: str
    commune: str | None
    address: str | None
    phone: str | None
    email: str | None
    principal_name: str | None
    classes: int | None
    pupils: int | None
    staff: int | None
    national_standard: int | None
    note: str | None
    illustrative: bool


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """What a file holds. ``skipped`` are lines that are no schools: (row number, reason); not in ``read``."""

    school_year: str | None
    rows: tuple[SchoolRow, ...]
    errors: tuple[CellError, ...]
    skipped: tuple[tuple[int, str], ...]
    read: int
    rejected: int


class _BadCell(Exception):
    """The cell's value cannot be used; the text says why."""


def read_school_file(content: bytes, file_name: str = "") -> SchoolFile:
    """Read a list of schools. Rows with bad cells are left out whole and named in ``errors``.

    Raises UnreadableFile when there is no such list in the file.
    """
    headers = find_headers(read_sheets(content, file_name), COLUMNS, required=("name",))
    if not headers:
        raise UnreadableFile(_("Không tìm thấy dòng tiêu đề có cột “Tên trường” trong tệp."))
    header = headers[0]
    lines = [_Line(header, number, values) for number, values in header.rows_below()]
    lines = [line for line in lines if not line.is_empty()]
    records, skipped = _sort_out(lines)
    rows, errors = _read_records(records)
    return SchoolFile(
        school_year=_school_year(header),
        rows=tuple(rows),
        errors=tuple(errors),
        skipped=(*skipped, *map(_unread_sheet, headers[1:])),
        read=len(records),
        rejected=len(records) - len(rows),
    )


def _school_year(header: Header) -> str | None:
    for _number, values in header.rows_above():
        for value in values:
            if year := find_school_year(cell_text(value)):
                return year
    return None


def _unread_sheet(header: Header) -> tuple[int, str]:
    name = header.sheet.title
    return header.row, _("Trang tính “%(name)s” cũng có danh sách trường nhưng chưa được đọc.", name=name)


class _Line:
    """A row of the sheet, seen through the header; collects what is wrong with it."""

    def __init__(self, header: Header, number: int, values: Sequence[Any]) -> None:
        self.header = header
        self.number = number
        self.values = values
        self.errors: list[CellError] = []

    def value(self, field: str) -> Any:
        """The field's cell; None when the file has no such column or the row ends before it."""
        column = self.header.columns.get(field)
        if column is None or column >= len(self.values):
            return None
        return self.values[column]

    def shown(self, field: str) -> str:
        """What the field's cell shows."""
        return cell_text(self.value(field))

    def filled(self) -> list[Any]:
        """The values of the filled cells, the running number apart."""
        number_column = self.header.columns.get("number")
        others = [value for column, value in enumerate(self.values) if column != number_column]
        return [value for value in others if cell_text(value)]

    def is_empty(self) -> bool:
        """Whether nothing but a running number stands here."""
        return not self.filled() and not re.search(r"[^\W\d]", self.shown("number"))

    def fail(self, field: str, message: str) -> None:
        """Note that the field's cell is bad."""
        label = self.header.labels.get(field) or _field_label(field)
        self.errors.append(CellError(self.number, label, self.shown(field)[:LONGEST_SHOWN], message))

    def take(self, field: str, parse: Callable[[Any], Any]) -> Any:
        """The field's parsed value; None, and an error noted, when it is bad."""
        try:
            value = self.value(field)
            if is_formula_error(value):
                raise _BadCell(_("Công thức trong ô này bị lỗi."))
            return parse(value)
        # Bad characters and phone numbers come as ValueError with a sentence.
        except (_BadCell, ValueError) as cause:
            self.fail(field, str(cause))
            return None


def _field_label(field: str) -> str:
    return {"code": _("Mã trường"), "levels": _("Loại hình trường")}[field]


def _sort_out(lines: Sequence[_Line]) -> tuple[list[_Line], list[tuple[int, str]]]:
    """Part the schools from totals, headings and signatures."""
    last = max((line.number for line in lines if _is_record(line)), default=0)
    records: list[_Line] = []
    skipped: list[tuple[int, str]] = []
    for line in lines:
        reason = _reason_to_skip(line, last)
        if reason:
            skipped.append((line.number, reason))
        else:
            records.append(line)
    return records, skipped


def _reason_to_skip(line: _Line, last_record: int) -> str | None:
    if _is_total(line):
        return _("Dòng tổng cộng.")
    if line.number > last_record:
        return _("Dòng ký tên hoặc ghi chú cuối bảng.")
    if _is_column_numbers(line):
        return _("Dòng đánh số cột.")
    if label_key(line.shown("name")) == label_key(line.header.labels["name"]):
        return _("Dòng tiêu đề lặp lại.")
    if _is_group(line):
        return _("Dòng tên nhóm trường.")
    return None


def _is_record(line: _Line) -> bool:
    if _is_total(line) or _is_group(line):
        return False
    if line.shown("code") or line.shown("levels") or line.shown("number").isdecimal():
        return True
    return len(line.filled()) > MOST_CLOSING_CELLS or _levels_in_name(line.shown("name")) != 0


def _is_total(line: _Line) -> bool:
    words = [cell_text(value) for value in line.values if cell_text(value) and not _is_number(value)]
    return len(words) == 1 and TOTAL.fullmatch(label_key(words[0])) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or WHOLE_NUMBER.fullmatch(cell_text(value)) is not None


def _is_column_numbers(line: _Line) -> bool:
    filled = line.filled()
    return len(filled) > 1 and all(COLUMN_NUMBER.fullmatch(cell_text(value)) for value in filled)


def _is_group(line: _Line) -> bool:
    words = " ".join(cell_text(value) for value in line.values)
    return len(line.filled()) <= 1 and GROUP.fullmatch(label_key(words)) is not None


def _read_records(records: Sequence[_Line]) -> tuple[list[SchoolRow], list[CellError]]:
    rows: list[SchoolRow] = []
    errors: list[CellError] = []
    seen = _Seen()
    for line in records:
        row = _read_row(line)
        seen.refuse_duplicate(line, row)
        if line.errors:
            errors.extend(line.errors)
        else:
            rows.append(row)
    return rows, errors


class _Seen:
    """The schools of the rows so far, bad ones included: which of two is right, a person decides."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.names: dict[tuple[str, int], list[tuple[int, str | None]]] = {}

    def refuse_duplicate(self, line: _Line, row: SchoolRow) -> None:
        """Note an error on the line when its school stood above, and remember it."""
        if row.code in self.codes:
            line.fail("code", _("Mã trường này đã có ở dòng %(row)s.", row=self.codes[row.code]))
            return
        if row.code:
            self.codes[row.code] = line.number
        if not row.name or not row.levels:
            return
        namesakes = self.names.setdefault((match_key(row.name), row.levels), [])
        twin = next((number for number, code in namesakes if code is None or row.code is None), None)
        if twin is not None:
            line.fail("name", _("Trường cùng tên và cấp học đã có ở dòng %(row)s.", row=twin))
        namesakes.append((line.number, row.code))


def _read_row(line: _Line) -> SchoolRow:
    """The row's values; those of bad cells are empty, and noted on the line."""
    name = line.take("name", _name) or ""
    note = line.take("note", _text)
    illustrative = note is not None and fold(note) == ILLUSTRATIVE
    return SchoolRow(
        row=line.number,
        code=line.take("code", _code),
        name=name,
        levels=_levels(line, name),
        ownership=line.take("ownership", _ownership) or "",
        commune=line.take("commune", _text),
        address=line.take("address", _text),
        phone=line.take("phone", _phone),
        email=line.take("email", _email),
        principal_name=line.take("principal_name", _text),
        classes=line.take("classes", lambda value: _number(value, MOST_CLASSES)),
        pupils=line.take("pupils", lambda value: _number(value, MOST_PUPILS)),
        staff=line.take("staff", lambda value: _number(value, MOST_STAFF)),
        national_standard=line.take("national_standard", _national_standard),
        note=None if illustrative else note,
        illustrative=illustrative,
    )


def _text(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    text = canonical(value) if isinstance(value, str) else cell_text(value)
    if len(text) > longest:
        raise _BadCell(_("Nội dung quá dài (tối đa %(most)s ký tự).", most=longest))
    return text or None


def _name(value: Any) -> str:
    name = _text(value, LONGEST_NAME)
    if name is None:
        raise _BadCell(_("Chưa có tên trường."))
    if not any(char.isalpha() for char in name):
        raise _BadCell(_("Tên trường không có chữ nào."))
    return name


def _code(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    is_number = isinstance(value, int | float)
    if is_number and len(text) in SHORTENED_CODES:
        text = "0" + text
    if not CODE.fullmatch(text) or (is_number and not text.isdecimal()):
        raise _BadCell(_("Mã trường chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, tối đa 20 ký tự."))
    return text


def _levels(line: _Line, name: str) -> int:
    levels = line.take("levels", _levels_in_cell)
    if levels is None:
        return 0
    levels = levels or _levels_in_name(name)
    if name and not levels:
        line.fail("levels", _("Chưa có cấp học, và tên trường cũng không cho biết cấp học."))
    return levels


def _levels_in_cell(value: Any) -> int:
    text = _text(value)
    if text is None:
        return 0
    levels = 0
    for part in BETWEEN_LEVELS.split(fold(text)):
        if part not in LEVELS:
            raise _BadCell(_("Hãy ghi cấp học là MN, TH, THCS hoặc THPT, cách nhau bằng dấu phẩy."))
        levels |= LEVELS[part]
    return levels


def _levels_in_name(name: str) -> int:
    levels = 0
    for word in LEVEL_IN_NAME.findall(fold(name)):
        levels |= LEVELS[word]
    return levels


def _ownership(value: Any) -> str:
    key = label_key(_text(value) or "")
    if key not in OWNERSHIP:
        raise _BadCell(_("Loại hình phải là công lập, dân lập, tư thục hoặc tư thục có yếu tố nước ngoài."))
    return OWNERSHIP[key]


def _phone(value: Any) -> str | None:
    text = _text(value)
    return phone_number(text) if text else None


def _email(value: Any) -> str | None:
    text = _text(value)
    if text and not EMAIL.fullmatch(text):
        raise _BadCell(_("Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn."))
    return text


def _number(value: Any, most: int) -> int | None:
    text = _text(value)
    if text is None:
        return None
    if not WHOLE_NUMBER.fullmatch(text):
        raise _BadCell(_("Hãy ghi một số nguyên không âm, ví dụ 1250."))
    number = int(text.replace(".", "").replace(" ", ""))
    if number > most:
        raise _BadCell(_("Số này quá lớn (tối đa %(most)s).", most=grouped(most)))
    return number


def _national_standard(value: Any) -> int | None:
    key = label_key(_text(value) or "")
    if not key:
        return None
    if key in NOT_REACHED:
        return 0
    match = STANDARD_LEVEL.fullmatch(key)
    if match is None:
        raise _BadCell(_("Hãy ghi “Chưa đạt”, “Mức độ 1” hoặc “Mức độ 2”."))
    return int(match.group(1))
