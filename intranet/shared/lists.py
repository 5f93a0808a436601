"""Reading an office's list: where its table stands, which lines are records, and every cell that is not good."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intranet.kernel.language import gettext as _
from intranet.kernel.schoolyear import find_school_year
from intranet.shared.cells import WHOLE_NUMBER
from intranet.shared.columns import BadCell, Column
from intranet.shared.spreadsheets import (
    Header,
    Sheet,
    UnreadableFile,
    cell_text,
    find_headers,
    is_formula_error,
    label_key,
)

NUMBER_LABELS = ("stt", "tt", "so tt", "so thu tu")
TOTAL = re.compile(r"(?:tong cong|tong so|tong|cong)(?: [0-9]+)?(?: (?:truong|nguoi|can bo|giao vien))?")
COLUMN_NUMBER = re.compile(r"\(?[0-9]{1,2}\)?")
# What a closing line fills at most: a date, a signer's office, a name.
MOST_CLOSING_CELLS = 3
LONGEST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that keeps its row out: the sheet's row number, the column's label, what it showed, and why."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells the records of one kind of list from its other lines.

    ``marks`` are columns that only a record fills; ``is_named`` says of the text in the column ``sign`` whether it is
    one, ``is_group`` of the folded text of a line with one filled cell whether it is a heading in the table.
    """

    columns: tuple[Column, ...]
    name: str
    marks: tuple[str, ...]
    sign: str
    is_named: Callable[[str], bool]
    is_group: Callable[[str], bool]

    def aliases(self, remembered: Mapping[str, str] | None = None) -> dict[str, Sequence[str]]:
        """The labels understood of each column, as find_headers wants them; what was remembered comes first."""
        known = dict(remembered or {})
        found: dict[str, list[str]] = {"number": [label for label in NUMBER_LABELS if label not in known]}
        for column in self.columns:
            own = (label_key(column.header), *column.aliases)
            found[column.key] = [label for label in own if known.get(label, column.key) == column.key]
        for label, key in known.items():
            if key in found and label not in found[key]:
                found[key].append(label)
        return found


@dataclass(slots=True)
class Row:
    """A line that is a record: its number in the sheet, its values by column (None for nothing), its bad cells."""

    number: int
    values: dict[str, Any]
    shown: tuple[str, ...]
    errors: list[CellError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. ``skipped`` are lines that are no records: (row number, reason)."""

    header: Header
    school_year: str | None
    rows: tuple[Row, ...]
    skipped: tuple[tuple[int, str], ...]


def find_table(
    sheets: Sequence[Sheet], shape: Shape, remembered: Mapping[str, str] | None = None
) -> tuple[Header | None, tuple[tuple[int, str], ...]]:
    """The list's header row, None when no sheet has one; and which other sheets also have such a list."""
    headers = find_headers(sheets, shape.aliases(remembered), required=(shape.name,))
    if not headers:
        return None, ()
    return headers[0], tuple(map(_unread_sheet, headers[1:]))


def _unread_sheet(header: Header) -> tuple[int, str]:
    return header.row, _("Trang tính “%(name)s” cũng có danh sách nhưng chưa được đọc.", name=header.sheet.title)


def read_table(header: Header, shape: Shape, others: tuple[tuple[int, str], ...] = ()) -> Table:
    """Read the records under a header row; lines with bad cells keep what is good, and name what is not.

    Raises UnreadableFile when there is none.
    """
    lines = [_Line(header, shape, number, values) for number, values in header.rows_below()]
    lines = [line for line in lines if not line.is_empty()]
    last = max((line.number for line in lines if line.is_record()), default=0)
    rows, skipped = [], []
    for line in lines:
        reason = line.reason_to_skip(last)
        if reason:
            skipped.append((line.number, reason))
        else:
            rows.append(line.read())
    if not rows:
        raise UnreadableFile(
            _("Dưới dòng tiêu đề (dòng %(row)s) chưa có dòng nào. Thầy/cô điền danh sách rồi gửi lại.", row=header.row)
        )
    return Table(header, _school_year(header), tuple(rows), (*skipped, *others))


def _school_year(header: Header) -> str | None:
    for _number, values in header.rows_above():
        for value in values:
            if year := find_school_year(cell_text(value)):
                return year
    return None


class _Line:
    """A row of the sheet, seen through the header."""

    def __init__(self, header: Header, shape: Shape, number: int, values: Sequence[Any]) -> None:
        self.header = header
        self.shape = shape
        self.number = number
        self.values = values
        self.filled = self._filled()

    def _value(self, key: str) -> Any:
        column = self.header.columns.get(key)
        if column is None or column >= len(self.values):
            return None
        return self.values[column]

    def _shown(self, key: str) -> str:
        return cell_text(self._value(key))

    def _filled(self) -> list[Any]:
        number_column = self.header.columns.get("number")
        others = [value for column, value in enumerate(self.values) if column != number_column]
        return [value for value in others if cell_text(value)]

    def is_empty(self) -> bool:
        """Whether nothing but a running number stands here."""
        return not self.filled and not re.search(r"[^\W\d]", self._shown("number"))

    def is_record(self) -> bool:
        """Whether this surely is one: the last of them ends the table."""
        if self._is_total() or self._is_group():
            return False
        if self._shown("number").isdecimal() or any(self._shown(key) for key in self.shape.marks):
            return True
        return len(self.filled) > MOST_CLOSING_CELLS or self.shape.is_named(self._shown(self.shape.sign))

    def reason_to_skip(self, last_record: int) -> str | None:
        """Why the line is no record; None for one."""
        if self._is_total():
            return _("Dòng tổng cộng.")
        if self.number > last_record:
            return _("Dòng ký tên hoặc ghi chú cuối bảng.")
        if self._is_column_numbers():
            return _("Dòng đánh số cột.")
        if label_key(self._shown(self.shape.name)) == label_key(self.header.labels[self.shape.name]):
            return _("Dòng tiêu đề lặp lại.")
        if self._is_group():
            return _("Dòng tên nhóm.")
        return None

    def _is_total(self) -> bool:
        words = [cell_text(value) for value in self.values if cell_text(value) and not _is_number(value)]
        return len(words) == 1 and TOTAL.fullmatch(label_key(words[0])) is not None

    def _is_column_numbers(self) -> bool:
        return len(self.filled) > 1 and all(COLUMN_NUMBER.fullmatch(cell_text(value)) for value in self.filled)

    def _is_group(self) -> bool:
        words = " ".join(cell_text(value) for value in self.values)
        return len(self.filled) <= 1 and self.shape.is_group(label_key(words))

    def read(self) -> Row:
        """The record's values; those of bad cells are None, and noted."""
        row = Row(self.number, {}, tuple(map(cell_text, self.values)))
        for column in self.shape.columns:
            if column.key in self.header.columns or column.required:
                row.values[column.key] = self._take(column, row)
        return row

    def _take(self, column: Column, row: Row) -> Any:
        try:
            value = self._value(column.key)
            if is_formula_error(value):
                raise BadCell(_("Công thức trong ô này bị lỗi."))
            return column.parse(value)
        # Bad characters, phone numbers and days come as ValueError with a sentence; BadCell is one.
        except ValueError as cause:
            label = self.header.labels.get(column.key) or str(column.label)
            row.errors.append(CellError(self.number, label, self._shown(column.key)[:LONGEST_SHOWN], str(cause)))
            return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or WHOLE_NUMBER.fullmatch(cell_text(value)) is not None


def fail(row: Row, header: Header, column: Column, message: str) -> None:
    """Note that a cell of the row is bad, where only the whole list can tell."""
    place = header.columns.get(column.key)
    shown = row.shown[place] if place is not None and place < len(row.shown) else ""
    label = header.labels.get(column.key) or str(column.label)
    row.errors.append(CellError(row.number, label, shown[:LONGEST_SHOWN], message))
