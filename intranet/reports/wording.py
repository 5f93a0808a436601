"""Numbers, days and sentences as official papers write them: Vietnamese, whatever the language of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from intranet.registry.reports import FIRST_TERM, SECOND_TERM, WHOLE_YEAR
from intranet.reports.figures import Given

TERM_NAMES = {FIRST_TERM: "học kỳ I", SECOND_TERM: "học kỳ II", WHOLE_YEAR: ""}


def period_name(school_year: str, term: str) -> str:
    """ "năm học 2023-2024" or "học kỳ I năm học 2023-2024"."""
    return " ".join(filter(None, (TERM_NAMES[term], f"năm học {school_year}")))


def whole(number: int) -> str:
    """1.250."""
    return f"{number:,}".replace(",", ".")


def amount(quantity: Decimal) -> str:
    """12 or 1.250,5: without the zeros that a database adds."""
    units, _point, cents = f"{quantity:,.2f}".partition(".")
    cents = cents.rstrip("0")
    return units.replace(",", ".") + (f",{cents}" if cents else "")


def amounts(quantities: Mapping[str, Decimal]) -> str:
    """ "12 tiết, 120 quyển"."""
    return ", ".join(f"{amount(quantity)} {unit}".strip() for unit, quantity in sorted(quantities.items()))


def given(what: Given) -> str:
    """ "5 lần (12 tiết)"; empty for nothing."""
    if not what.times:
        return ""
    how_much = amounts(what.amounts)
    return f"{whole(what.times)} lần ({how_much})" if how_much else f"{whole(what.times)} lần"


def listed(texts: Iterable[str]) -> str:
    """ "a, b và c"."""
    *most, last = [*texts] or [""]
    return f"{', '.join(most)} và {last}" if most else last


def lines(texts: Iterable[str]) -> str:
    """Paragraphs, the empty ones left out."""
    return "\n".join(text for text in texts if text)


def first_upper(text: str) -> str:
    """The sentence begins with a capital; the rest stays."""
    return text[:1].upper() + text[1:]
