"""Vietnamese phone numbers: kept as +84…, shown as people write them."""

from __future__ import annotations

import re

from intranet.kernel.language import gettext as _

# Mobile: ten digits, 03 05 07 08 09. Landline: 02 and an area, eleven digits (024 3861 2345).
NUMBER = re.compile(r"(?:0[35789]\d{8}|02\d{9})")
SEPARATORS = re.compile(r"[\s.\-()/\u2013]+")


def phone_number(text: str) -> str:
    """The number as +84…; spaces, dots, brackets, +84 and 0084 are understood, and a leading 0 lost in Excel.

    Raises ValueError with a sentence.
    """
    digits = SEPARATORS.sub("", text)
    for prefix in ("+84", "0084"):
        if digits.startswith(prefix):
            digits = "0" + digits.removeprefix(prefix).removeprefix("0")
    if not digits.startswith("0"):
        digits = "0" + (digits.removeprefix("84") if len(digits) > 10 else digits)
    if not digits.isascii() or not NUMBER.fullmatch(digits):
        raise ValueError(_("Số điện thoại chưa đúng, ví dụ 0912 345 678 hoặc 024 3861 2345."))
    return "+84" + digits[1:]


def national_digits(number: str | None) -> str:
    """0912345678, as people type it in a search; nothing for what is no such number."""
    return "0" + number.removeprefix("+84") if number and number.startswith("+84") else ""


def show_phone(number: str | None) -> str:
    """0912 345 678 or 024 3861 2345; what is no such number stays as it is."""
    if not number or not number.startswith("+84"):
        return number or ""
    digits = national_digits(number)
    if len(digits) == 10:
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
