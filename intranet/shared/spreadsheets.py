"""Excel files from outside: opened within limits, read row by row, their header found wherever it stands."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intranet.kernel.language import gettext as _
from intranet.kernel.text import fold

MEGABYTE = 1024 * 1024
FORMULA_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
LARGEST_FILE = 10 * MEGABYTE
LARGEST_UNPACKED = 200 * MEGABYTE
MOST_PARTS = 2_000
MOST_TAGS = 2_000_000
MOST_SHEETS = 50
MOST_ROWS = 50_000
MOST_COLUMNS = 100
# Excel's own last row: a forged row number beyond it must not keep us counting.
LAST_POSSIBLE_ROW = 1_048_576
LAST_HEADER_ROW = 100
LONGEST_LABEL = 100

ZIP_MAGIC = b"PK\x03\x04"
OLE2_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED_FLAG = 1
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
NOT_A_WORD = re.compile(r"[^0-9a-z]+")


class UnreadableFile(Exception):
    """The file cannot be used; the text is a sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its filled rows as (row number, values); values end with the last filled cell."""

    title: str
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table starts: per field its column (from 0) and its label as written, on one line."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    labels: Mapping[str, str]

    def rows_above(self) -> list[tuple[int, tuple[Any, ...]]]:
        """The filled rows over the table: titles, dates."""
        return [row for row in self.sheet.rows if row[0] < self.row]

    def rows_below(self) -> list[tuple[int, tuple[Any, ...]]]:
        """The filled rows of the table, and whatever stands under it."""
        return [row for row in self.sheet.rows if row[0] > self.row]


def read_sheets(content: bytes, file_name: str = "", *, largest: int = LARGEST_FILE) -> tuple[Sheet, ...]:
    """The visible sheets of an .xlsx file that have any filled row; formulas as their last computed values.

    Raises UnreadableFile.
    """
    check_file(content, file_name, largest=largest)
    sheets = tuple(sheet for sheet in _parse(content) if sheet.rows)
    if not sheets:
        raise UnreadableFile(_("Tệp không có dữ liệu nào."))
    return sheets


def check_file(content: bytes, file_name: str = "", *, largest: int = LARGEST_FILE) -> None:
    """Refuse what is no workbook, or one that would hurt, without reading its cells. Raises UnreadableFile."""
    _check_size(content, largest)
    _check_kind(content)
    _check_package(content)
    if file_name and not file_name.lower().endswith(".xlsx"):
        raise UnreadableFile(_("Tên tệp phải có đuôi .xlsx. Thầy/cô hãy lưu lại thành loại .xlsx."))


def _check_size(content: bytes, largest: int) -> None:
    if not content:
        raise UnreadableFile(_("Tệp rỗng. Thầy/cô hãy chọn lại tệp."))
    if len(content) > largest:
        sentence = _(
            "Tệp lớn hơn %(limit)s MB. Thầy/cô hãy bỏ bớt hình ảnh và trang tính thừa rồi gửi lại.",
            limit=largest // MEGABYTE,
        )
        raise UnreadableFile(sentence)


def _check_kind(content: bytes) -> None:
    if content.startswith(ZIP_MAGIC):
        return
    if content.startswith(OLE2_MAGIC):
        if ENCRYPTED_STREAM in content:
            raise _has_password()
        raise UnreadableFile(
            _("Tệp theo định dạng Excel cũ (.xls). Thầy/cô hãy mở bằng Excel và lưu thành loại .xlsx.")
        )
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableFile(_("Tệp là trang web hoặc XML, không phải Excel. Thầy/cô hãy lưu lại thành loại .xlsx."))
    if _is_text(content):
        raise UnreadableFile(_("Tệp là văn bản hoặc CSV, không phải Excel. Thầy/cô hãy lưu lại thành loại .xlsx."))
    raise _not_excel()


def _is_text(content: bytes) -> bool:
    # Excel writes "Unicode text" as UTF-16 with this mark; other text has no such control characters.
    return content.startswith(b"\xff\xfe") or min(content) >= ord("\t")


def _check_package(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_parts(package.infolist())
            _check_tags(package)
    except UnreadableFile:
        raise
    # As in _parse: damage shows in many ways.
    except Exception as cause:
        raise _broken() from cause


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    # The declared sizes can be trusted: zipfile never unpacks more than a part declares.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _too_much()
    if any(part.flag_bits & ENCRYPTED_FLAG for part in parts):
        raise _has_password()
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(_("Tệp có macro nên không nhận được. Thầy/cô hãy lưu thành loại .xlsx."))
    if "xl/workbook.xml" not in names:
        raise _not_excel()


def _check_tags(package: zipfile.ZipFile) -> None:
    """Count the tags before any parser does: four bytes become hundreds in memory."""
    tags = 0
    for part in package.infolist():
        with package.open(part) as stream:
            while chunk := stream.read(MEGABYTE):
                tags += chunk.count(b"<")
    if tags > MOST_TAGS:
        raise _too_much()


def _parse(content: bytes) -> list[Sheet]:
    # Only jobs read lists: web workers do without 20 MB for openpyxl and the numpy that it loads where there is one.
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if len(visible) > MOST_SHEETS:
            raise _too_much()
        return [_read(sheet) for sheet in visible]
    except UnreadableFile:
        raise
    # A forged or damaged file can fail anywhere inside openpyxl, and with any exception.
    except Exception as cause:
        raise _broken() from cause


def _read(worksheet: Any) -> Sheet:
    rows = []
    # Bounds of our own: the dimensions that a file states are often wrong.
    cells = worksheet.iter_rows(max_row=LAST_POSSIBLE_ROW, max_col=MOST_COLUMNS, values_only=True)
    for number, values in enumerate(cells, start=1):
        # The quick way out counts: a file can make us pass a million empty rows.
        if values.count(None) == len(values) or not (trimmed := _trimmed(values)):
            continue
        if number > MOST_ROWS:
            most = grouped(MOST_ROWS)
            raise UnreadableFile(_("Trang tính có hơn %(most)s dòng. Thầy/cô hãy chia nhỏ tệp.", most=most))
        rows.append((number, trimmed))
    return Sheet(worksheet.title, tuple(rows))


def _trimmed(values: Sequence[Any]) -> tuple[Any, ...]:
    last = max((place for place, value in enumerate(values, start=1) if cell_text(value)), default=0)
    return tuple(values[:last])


def _broken() -> UnreadableFile:
    return UnreadableFile(_("Tệp bị hỏng, không đọc được. Thầy/cô hãy mở bằng Excel, lưu lại rồi gửi lại."))


def _has_password() -> UnreadableFile:
    return UnreadableFile(_("Tệp có mật khẩu. Thầy/cô hãy bỏ mật khẩu rồi gửi lại."))


def _too_much() -> UnreadableFile:
    return UnreadableFile(_("Nội dung tệp quá lớn. Thầy/cô hãy bỏ bớt dòng và trang tính thừa rồi gửi lại."))


def _not_excel() -> UnreadableFile:
    return UnreadableFile(_("Tệp không phải tệp Excel (.xlsx). Thầy/cô hãy chọn tệp khác."))


def grouped(number: int) -> str:
    """The number as people write it: 50.000."""
    return f"{number:,}".replace(",", ".")


def cell_text(value: Any) -> str:
    """What a cell shows, on one line; empty for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    return " ".join("".join(char if char.isprintable() else " " for char in str(value)).split())


def is_formula_error(value: Any) -> bool:
    """Whether the cell shows #N/A, #REF! and the like."""
    return isinstance(value, str) and value in FORMULA_ERRORS


def label_key(text: str) -> str:
    """The folded words of a label, without punctuation: "Phường/xã" is "phuong xa"."""
    return NOT_A_WORD.sub(" ", fold(text)).strip()


def find_headers(sheets: Sequence[Sheet], fields: Mapping[str, Sequence[str]], required: Sequence[str]) -> list[Header]:
    """The header row of each sheet that has one with all ``required`` fields, the one with most fields first.

    ``fields`` gives each field's labels as label_key writes them. Other columns and any order are fine.
    """
    names = {alias: field for field, aliases in fields.items() for alias in aliases}
    found = [header for sheet in sheets if (header := _find_header(sheet, names, required))]
    return sorted(found, key=lambda header: len(header.columns), reverse=True)


def _find_header(sheet: Sheet, names: Mapping[str, str], required: Sequence[str]) -> Header | None:
    candidates = [
        _as_header(sheet, number, values, names) for number, values in sheet.rows if number <= LAST_HEADER_ROW
    ]
    complete = [header for header in candidates if all(field in header.columns for field in required)]
    return max(complete, key=lambda header: len(header.columns), default=None)


def _as_header(sheet: Sheet, number: int, values: Sequence[Any], names: Mapping[str, str]) -> Header:
    columns: dict[str, int] = {}
    labels: dict[str, str] = {}
    for column, value in enumerate(values):
        text = cell_text(value)
        field = names.get(label_key(text)) if len(text) <= LONGEST_LABEL else None
        # Of two columns with one label the first counts.
        if field is not None and field not in columns:
            columns[field], labels[field] = column, text
    return Header(sheet, number, columns, labels)
