"""How official papers write numbers, days and names (Decree 30/2020/NĐ-CP, annex I). Always Vietnamese."""

from __future__ import annotations

import re
from datetime import date, datetime

from intranet.kernel.clock import local, today

# Room to write by hand what is not known yet; a plain space would be swallowed at the end of a line.
BLANK = "\u00a0" * 6
NUMBER_MARK = "Số: "
NUMBER_ALONE = re.compile(r"[0-9]+")
ONE_DIGIT = re.compile(r"^([1-9])(?=/|$)")


def written_day(day: date | None) -> str:
    """ngày 05 tháng 9 năm 2026: a zero stands before days under 10 and before the months 1 and 2 only."""
    if day is None:
        return f"ngày{BLANK}tháng{BLANK}năm {today().year}"
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def place_and_day(place: str, day: date | None) -> str:
    """Hoàng Mai, ngày 05 tháng 9 năm 2026."""
    return f"{place}, {written_day(day)}" if place else written_day(day).replace("ngày", "Ngày", 1)


def short_day(day: date | None) -> str:
    """05/9/2026, for tables; empty when unknown."""
    return "" if day is None else f"{day.day:02}/{day.month:02}/{day.year}"


def hour_and_day(moment: datetime) -> str:
    """08 giờ 30 phút, ngày 05 tháng 9 năm 2026, of a stored UTC time."""
    here = local(moment)
    return f"{clock_time(moment)}, {written_day(here.date())}"


def clock_time(moment: datetime) -> str:
    """08 giờ 30 phút, of a stored UTC time."""
    here = local(moment)
    return f"{here.hour:02} giờ {here.minute:02} phút"


def number_line(number: str, *signs: str) -> str:
    """Số: 05/KH-PGDĐT. A number alone gets the signs of its kind and bodies; without one, room is left for it."""
    sign = joined(*signs)
    if not number:
        return f"Số:{BLANK}/{sign}"
    if NUMBER_ALONE.fullmatch(number):
        return f"{NUMBER_MARK}{number:0>2}/{sign}"
    return NUMBER_MARK + ONE_DIGIT.sub(r"0\1", number)


def joined(*signs: str) -> str:
    """KH-PGDĐT, of the sign of a kind and those of the bodies; of a body that stands twice, once."""
    return "-".join(dict.fromkeys(filter(None, signs)))


def one_line(text: str) -> str:
    """The name of a body that stands in two lines, in one."""
    return " ".join(text.split())


def paragraphs(text: str) -> list[str]:
    """The lines of a text, without empty ones."""
    return [line for line in text.splitlines() if line.strip()]


def split_bases(text: str) -> tuple[list[str], list[str]]:
    """(legal bases, what follows): the leading lines that begin with "Căn cứ", ended by ";" and the last by "."."""
    lines = paragraphs(text)
    count = next((place for place, line in enumerate(lines) if not line.lower().startswith("căn cứ")), len(lines))
    bases = [line.rstrip(" .;,") + ";" for line in lines[:count]]
    if bases:
        bases[-1] = bases[-1][:-1] + "."
    return bases, lines[count:]
