"""Excel files that we write: lists as offices print and send them, and templates to fill in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from intranet.kernel.clock import now
from intranet.kernel.language import gettext as _
from intranet.shared.columns import DATE, NUMBER, TEXT, Column
from intranet.shared.spreadsheets import MOST_ROWS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

HEADER_ROW = 3
# Elsewhere such a cell becomes a formula as soon as somebody edits it, and runs.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
LONGEST_HINT = 255
LONGEST_HINT_TITLE = 32
A4 = 9
NUMBER_WIDTH = 6
# Wider tables go over several sheets of paper instead of shrinking until nobody can read them.
WIDEST_ON_ONE_PAGE = 200
LONGEST_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "--------")
PART_WIDTH = 26
NUMBER_FORMATS = {TEXT: "@", NUMBER: "General", DATE: "dd/mm/yyyy"}


def write_table(title: str, subtitle: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """An .xlsx file with a title, a line that says what the list is, and the table with a running number.

    Each row has one value for each column: text, a number or a date as the column's ``kind`` says, or None. Text stays
    text: codes keep their zeros, and nothing that people wrote is ever a formula.
    """
    buffer = io.BytesIO()
    with _workbook(buffer, title) as book:
        cells = {kind: _cell_format(book, kind) for kind in NUMBER_FORMATS}
        quoted = _cell_format(book, TEXT, quote_prefix=True)
        sheet = book.add_worksheet(_("Danh sách"))
        _begin(book, sheet, title, subtitle, ["STT", *(column.header for column in columns)])
        _set_widths(sheet, [NUMBER_WIDTH, *(column.width for column in columns)])
        if sum(column.width for column in columns) > WIDEST_ON_ONE_PAGE:
            required = [place for place, column in enumerate(columns, start=1) if column.required]
            sheet.repeat_columns(0, required[0] if required else 1)
        else:
            sheet.fit_to_pages(1, 0)
        line = HEADER_ROW
        for line, row in enumerate(rows, start=HEADER_ROW + 1):
            sheet.write_number(line, 0, line - HEADER_ROW, cells[NUMBER])
            for place, (column, value) in enumerate(zip(columns, row, strict=True), start=1):
                _write(sheet, line, place, value, cells[column.kind], quoted)
        sheet.autofilter(HEADER_ROW, 0, line, len(columns))
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{line + 1}"})
    return buffer.getvalue()


def write_parts(title: str, subtitle: str, parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """An .xlsx file with a sheet for each part; its rows are {label: value}, and the labels of all make the header."""
    buffer = io.BytesIO()
    with _workbook(buffer, title) as book:
        cells = {kind: _cell_format(book, kind) for kind in NUMBER_FORMATS}
        quoted = _cell_format(book, TEXT, quote_prefix=True)
        for number, (name, rows) in enumerate(parts.items(), start=1):
            labels = list(dict.fromkeys(label for row in rows for label in row))
            sheet = book.add_worksheet(f"{number}. {name.translate(NOT_IN_SHEET_NAMES)}"[:LONGEST_SHEET_NAME])
            _begin(book, sheet, name, f"{title} · {subtitle}", labels)
            _set_widths(sheet, [PART_WIDTH] * len(labels))
            for line, row in enumerate(rows, start=HEADER_ROW + 1):
                for place, label in enumerate(labels):
                    value = row.get(label)
                    _write(sheet, line, place, value, cells[DATE if isinstance(value, date) else TEXT], quoted)
    return buffer.getvalue()


def _workbook(buffer: io.BytesIO, title: str) -> Workbook:
    """A book of which only one row is in memory at a time."""
    # Loaded with the first list: few processes write any.
    from xlsxwriter import Workbook

    book = Workbook(buffer, {"constant_memory": True})
    book.set_properties({"title": title, "created": now()})
    return book


def _cell_format(book: Workbook, kind: str, **more: Any) -> Format:
    return book.add_format(
        {"num_format": NUMBER_FORMATS[kind], "border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
        | more
    )


def _begin(book: Workbook, sheet: Worksheet, title: str, subtitle: str, labels: Sequence[str]) -> None:
    """Title, subtitle and header row, and how the sheet scrolls and prints."""
    header = book.add_format(
        {"bold": True, "border": 1, "bg_color": "#E7EEF7", "text_wrap": True, "align": "center", "valign": "vcenter"}
    )
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, subtitle, book.add_format({"italic": True}))
    for place, label in enumerate(labels):
        sheet.write_string(HEADER_ROW, place, label, header)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    _set_print(sheet)
    sheet.repeat_rows(HEADER_ROW)


def _set_print(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_footer("&C&P/&N")


def _set_widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _write(sheet: Worksheet, row: int, place: int, value: Any, form: Format, quoted: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, form)
    elif isinstance(value, date | datetime):
        sheet.write_datetime(row, place, value, form)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, float(value), form)
    else:
        text = str(value)[:LONGEST_CELL]
        sheet.write_string(row, place, text, quoted if text.startswith(DANGEROUS) else form)


def write_template(
    title: str, subtitle: str, columns: Sequence[Column], choices: Mapping[str, Sequence[str]] | None = None
) -> bytes:
    """An empty list to fill in: each cell says what it accepts, some offer choices, a second sheet explains all.

    ``choices`` adds to the columns' own, by key: names that only this district has.
    """
    buffer = io.BytesIO()
    offered = {column.key: list((choices or {}).get(column.key, column.choices)) for column in columns}
    with _workbook(buffer, title) as book:
        sheet = book.add_worksheet(_("Danh sách"))
        _begin(book, sheet, title, subtitle, [column.header for column in columns])
        for place, column in enumerate(columns):
            # Set for the whole column: what is typed into an empty cell keeps its zeros too.
            sheet.set_column(place, place, column.width, book.add_format({"num_format": NUMBER_FORMATS[column.kind]}))
        _write_guide(book, columns)
        lists = _write_choices(book, columns, offered)
        for place, column in enumerate(columns):
            rule = _rule(column, lists.get(column.key))
            sheet.data_validation(HEADER_ROW + 1, place, MOST_ROWS - 1, place, rule)
    return buffer.getvalue()


def _rule(column: Column, source: str | None) -> dict[str, Any]:
    """What Excel checks in a column, and the hint that it shows. It only warns: we read more than it can know."""
    hint = str(column.hint)[:LONGEST_HINT]
    shown = {
        "input_title": column.header[:LONGEST_HINT_TITLE],
        "input_message": hint,
        "error_type": "warning",
        "error_title": _("Cần kiểm tra lại"),
        "error_message": hint,
    }
    if source is not None:
        return shown | {"validate": "list", "source": source}
    if column.kind == DATE:
        return shown | {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1)}
    if column.kind == NUMBER:
        return shown | {"validate": "decimal", "criteria": ">=", "value": 0}
    return shown | {"validate": "any"}


def _write_guide(book: Workbook, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(_("Hướng dẫn"))
    _set_print(sheet)
    sheet.fit_to_pages(1, 0)
    _set_widths(sheet, [32, 12, 80, 32])
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, label in enumerate((_("Cột"), _("Bắt buộc"), _("Nhận gì"), _("Ví dụ"))):
        sheet.write_string(0, place, label, bold)
    for line, column in enumerate(columns, start=1):
        # With a number in front: a lone label would look like the header of another list to whoever reads the file.
        name = _("Cột %(number)s: %(label)s", number=line, label=column.header)
        for place, text in enumerate((name, _("có") if column.required else "", str(column.hint), column.example)):
            sheet.write_string(line, place, text, wrapped)


def _write_choices(book: Workbook, columns: Sequence[Column], offered: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Put all choices on a hidden sheet, side by side (Excel takes 255 characters in place), and say where they are."""
    sheet = book.add_worksheet(_("Danh mục"))
    sheet.hide()
    keys = [column.key for column in columns if offered[column.key]]
    for line in range(max((len(offered[key]) for key in keys), default=0)):
        for place, key in enumerate(keys):
            if line < len(offered[key]):
                sheet.write_string(line, place, offered[key][line])
    from xlsxwriter.utility import xl_range_abs

    return {
        key: f"='{sheet.get_name()}'!{xl_range_abs(0, place, len(offered[key]) - 1, place)}"
        for place, key in enumerate(keys)
    }
