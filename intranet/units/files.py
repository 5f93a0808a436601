"""The conversion tables that the state publishes: which unit became part of which, read by what their headings mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intranet.kernel.language import gettext as _
from intranet.kernel.text import BadText, canonical, fold, match_key
from intranet.registry.units import PART, WHOLE
from intranet.shared.spreadsheets import (
    MEGABYTE,
    MOST_COLUMNS,
    MOST_ROWS,
    ZIP_MAGIC,
    Sheet,
    UnreadableFile,
    cell_text,
    is_formula_error,
    label_key,
    read_sheets,
)

LARGEST = 5 * MEGABYTE
LAST_HEADER_ROW = 20
LONGEST_NAME, LONGEST_CODE, LONGEST_NOTE = 200, 20, 120
MOST_SENTENCES = 5
YEAR = re.compile(r"20[0-9]{2}(?: [0-9]{2})?")
# "Huyện Ứng Hòa (281)": the office that makes the table puts the code behind the name.
WITH_CODE = re.compile(r"(.+?) *\(([0-9]{1,10})\)")
NEW_WORDS, OLD_WORDS = {"moi", "sau"}, {"cu", "truoc"}
# What stands before a name, longest first.
KIND_WORDS = {
    "thành phố": "thanh_pho",
    "thị trấn": "thi_tran",
    "đặc khu": "dac_khu",
    "thị xã": "thi_xa",
    "phường": "phuong",
    "huyện": "huyen",
    "quận": "quan",
    "xã": "xa",
}


@dataclass(frozen=True, slots=True)
class ConversionRow:
    """A line of the table: the unit before, the one after, and how the one went into the other."""

    number: int
    old_name: str
    old_code: str
    district: str
    new_name: str
    new_code: str
    note: str

    @property
    def stays(self) -> bool:
        """Whether nothing happens to the unit."""
        return "giu nguyen" in fold(self.note) and match_key(self.old_name) == match_key(self.new_name)

    @property
    def extent(self) -> str:
        """All of it, or a part. "Một phần diện tích, toàn bộ dân số" is a part: a school is a place."""
        return PART if "mot phan" in fold(self.note) else WHOLE


def kind_of(name: str) -> str:
    """The kind that a name begins with, as DISTRICT_KINDS has it; empty for none."""
    return next((kind for words, kind in KIND_WORDS.items() if match_key(name).startswith(match_key(words) + " ")), "")


def bare_name(name: str) -> str:
    """The name without its kind: "Huyện Ứng Hòa" and "Xã Ứng Hoà" are both this, as a key to compare by."""
    key = match_key(name)
    prefix = next((match_key(words) for words in KIND_WORDS if key.startswith(match_key(words) + " ")), "")
    return key.removeprefix(prefix).strip()


def read_conversion(body: bytes, file_name: str) -> list[ConversionRow]:
    """The lines of an .xlsx or .csv file. Raises UnreadableFile with a sentence; then nothing of it is used."""
    columns, lines = find_columns(tables_of(body, file_name))
    rows, wrong = [], []
    for number, values in lines:
        try:
            row = _row(number, {part: _cell(values, place) for part, place in columns.items()})
        except ValueError as cause:
            wrong.append(_("Dòng %(number)s: %(problem)s", number=number, problem=str(cause)))
            continue
        if row is not None:
            rows.append(row)
    if wrong:
        raise UnreadableFile(" ".join(shortened(wrong)))
    if not rows:
        raise UnreadableFile(_("Dưới dòng tiêu đề chưa có dòng nào."))
    return rows


def shortened(sentences: Sequence[str]) -> list[str]:
    """The first sentences about a file, and how many more there are."""
    more = len(sentences) - MOST_SENTENCES
    shown = list(sentences[:MOST_SENTENCES])
    return [*shown, _("Còn %(count)s lỗi khác.", count=more)] if more > 0 else shown


def tables_of(body: bytes, file_name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or the one table of a CSV file. Raises UnreadableFile."""
    if body.startswith(ZIP_MAGIC) or not file_name.lower().endswith((".csv", ".txt")):
        return read_sheets(body, file_name, largest=LARGEST)
    if len(body) > LARGEST:
        raise UnreadableFile(_("Tệp lớn hơn %(limit)s MB. Thầy/cô hãy chỉ giữ các dòng cần dùng.", limit=5))
    return (_csv_sheet(body),)


def _csv_sheet(body: bytes) -> Sheet:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise UnreadableFile(
            _("Tệp CSV không theo bảng mã UTF-8. Thầy/cô hãy lưu lại thành loại CSV UTF-8 hoặc .xlsx.")
        ) from cause
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    if "\0" in text or not first.count(delimiter):
        raise UnreadableFile(_("Tệp không phải là bảng: không thấy các cột ngăn bởi dấu phẩy hoặc dấu chấm phẩy."))
    try:
        lines = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1))
    except csv.Error as cause:
        raise UnreadableFile(_("Tệp CSV bị hỏng, không đọc được.")) from cause
    if len(lines) > MOST_ROWS:
        raise UnreadableFile(_("Tệp có quá nhiều dòng. Thầy/cô hãy chỉ giữ các dòng cần dùng."))
    return Sheet("CSV", tuple((number, tuple(values[:MOST_COLUMNS])) for number, values in lines if any(values)))


def find_columns(sheets: Sequence[Sheet]) -> tuple[dict[str, int], list[tuple[int, tuple[Any, ...]]]]:
    """{what a column means: its place}, and the lines below the heading. Raises UnreadableFile without both names."""
    for sheet in sheets:
        for number, values in sheet.rows[:LAST_HEADER_ROW]:
            columns = _meanings([label_key(cell_text(value)) for value in values])
            if {"old_name", "new_name"} <= columns.keys():
                return columns, [row for row in sheet.rows if row[0] > number]
    raise UnreadableFile(
        _(
            "Không tìm thấy dòng tiêu đề. Bảng cần có cột tên đơn vị cũ và cột tên đơn vị mới, "
            "ví dụ: ten_xa_cu, ma_xa_cu, ten_xa_moi, ma_xa_moi, ghi_chu."
        )
    )


def _meanings(labels: Sequence[str]) -> dict[str, int]:
    years = sorted({year for label in labels for year in YEAR.findall(label)})
    found: dict[str, int] = {}
    for place, label in enumerate(labels):
        if meaning := _meaning(label, years):
            found.setdefault(meaning, place)
    return found


def _meaning(label: str, years: Sequence[str]) -> str:
    words = set(label.split())
    if label.startswith(("ghi chu", "noi dung", "hinh thuc")):
        return "note"
    if "huyen" in words or "quan" in words:
        return "" if "ma" in words or words & NEW_WORDS else "district"
    era = _era(label, words, years)
    if not era or ("tinh" in words and not words & {"xa", "phuong"}):
        return ""
    if "ma" in words:
        return f"{era}_code"
    return f"{era}_name" if words & {"ten", "xa", "phuong", "vi"} else ""


def _era(label: str, words: set[str], years: Sequence[str]) -> str:
    if words & NEW_WORDS:
        return "new"
    if words & OLD_WORDS:
        return "old"
    named = YEAR.findall(label)
    if not named or len(years) < 2:
        return ""
    # Of two years, the later one is of what is new.
    return {years[0]: "old", years[-1]: "new"}.get(named[0], "")


def _cell(values: Sequence[Any], place: int) -> str:
    value = values[place] if place < len(values) else None
    text = cell_text(value)
    if is_formula_error(value) or text.startswith("="):
        raise ValueError(_("Ô “%(value)s” là công thức; hãy thay bằng giá trị.", value=text[:40]))
    try:
        return canonical(text)
    except BadText as cause:
        raise ValueError(str(cause)) from cause


def _row(number: int, cells: dict[str, str]) -> ConversionRow | None:
    if not cells["old_name"] and not cells["new_name"]:
        return None
    for part, sentence in (("old_name", _("thiếu tên đơn vị cũ.")), ("new_name", _("thiếu tên đơn vị mới."))):
        if not cells[part]:
            raise ValueError(sentence)
    old_name, old_code = _apart(cells["old_name"], cells.get("old_code", ""))
    new_name, new_code = _apart(cells["new_name"], cells.get("new_code", ""))
    if max(len(old_name), len(new_name)) > LONGEST_NAME or max(len(old_code), len(new_code)) > LONGEST_CODE:
        raise ValueError(_("tên hoặc mã quá dài."))
    district = _apart(cells.get("district", ""), "")[0]
    return ConversionRow(number, old_name, old_code, district, new_name, new_code, cells.get("note", "")[:LONGEST_NOTE])


def _apart(name: str, code: str) -> tuple[str, str]:
    found = WITH_CODE.fullmatch(name)
    return (found[1], code or found[2]) if found else (name, code)
