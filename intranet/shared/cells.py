"""From a cell of an office's list to the value we keep. Parsers take what Excel gives; they return None for nothing.

They raise BadCell (or ValueError with a sentence): what is wrong, and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from intranet.kernel.dates import parse_date
from intranet.kernel.email_address import email_address
from intranet.kernel.language import gettext as _
from intranet.kernel.phone import phone_number
from intranet.kernel.text import canonical, canonical_lines
from intranet.shared.columns import BadCell
from intranet.shared.spreadsheets import cell_text, grouped, label_key

LONGEST_TEXT = 300
LONGEST_NOTE = 2_000
CODE = re.compile(r"[0-9A-Za-z.\-]{1,20}")
WHOLE_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+")
# Excel drops the leading zero of codes of 8 and of 10 digits.
SHORTENED_CODES = (7, 9)
# Excel's day 0, with its leap day of 1900 that never was; days of people's lives.
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 366, 73_050
YES = ("co", "x", "1", "true", "dung", "yes")
NO = ("khong", "0", "false", "sai", "no")


def text(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    """One line of text."""
    return _at_most(canonical(value) if isinstance(value, str) else cell_text(value), longest)


def _at_most(found: str, longest: int) -> str | None:
    if len(found) > longest:
        raise BadCell(_("Nội dung quá dài (tối đa %(most)s ký tự).", most=longest))
    return found or None


def lines(value: Any) -> str | None:
    """Several lines of text, as the form of a note takes them."""
    return _at_most(canonical_lines(value) if isinstance(value, str) else cell_text(value), LONGEST_NOTE)


def text_of(longest: int) -> Callable[[Any], str | None]:
    """A parser of text of at most so many characters."""
    return lambda value: text(value, longest)


def code(value: Any) -> str | None:
    """A code of letters and digits; Excel's lost leading zero is put back."""
    found = text(value)
    if found is None:
        return None
    is_number = isinstance(value, int | float)
    if is_number and len(found) in SHORTENED_CODES:
        found = "0" + found
    if not CODE.fullmatch(found) or (is_number and not found.isdecimal()):
        raise BadCell(_("Mã trường chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, tối đa 20 ký tự."))
    return found


def phone(value: Any) -> str | None:
    """A phone number as +84…"""
    found = text(value)
    return phone_number(found) if found else None


def email(value: Any) -> str | None:
    """An e-mail address."""
    found = text(value)
    return email_address(found) if found else None


def number(most: int, least: int = 0) -> Callable[[Any], int | None]:
    """A parser of whole numbers within bounds."""

    def parse(value: Any) -> int | None:
        found = text(value)
        if found is None:
            return None
        if not WHOLE_NUMBER.fullmatch(found):
            raise BadCell(_("Hãy ghi một số nguyên không âm, ví dụ 1250."))
        count = int(found.replace(".", "").replace(" ", ""))
        if count > most:
            raise BadCell(_("Số này quá lớn (tối đa %(most)s).", most=grouped(most)))
        if count < least:
            raise BadCell(_("Số này quá nhỏ (tối thiểu %(least)s).", least=least))
        return count

    return parse


def one_of(meanings: Mapping[str, Any], sentence: Any) -> Callable[[Any], Any]:
    """A parser of a few words; ``meanings`` maps what label_key makes of them to what they mean."""

    def parse(value: Any) -> Any:
        key = label_key(text(value) or "")
        if not key:
            return None
        if key not in meanings:
            raise BadCell(str(sentence))
        return meanings[key]

    return parse


def yes_no(value: Any) -> bool | None:
    """Có or Không."""
    key = label_key(text(value) or "")
    if not key:
        return None
    if key not in (*YES, *NO):
        raise BadCell(_("Hãy ghi “Có” hoặc “Không”."))
    return key in YES


def day(value: Any) -> date | None:
    """A day: a date cell, Excel's number of one, or text such as 5/9/1980."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not FIRST_SERIAL <= value <= LAST_SERIAL:
            raise BadCell(_("Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."))
        return EXCEL_EPOCH + timedelta(days=int(value))
    found = text(value)
    return parse_date(found) if found else None
