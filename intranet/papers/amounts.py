"""Numbers and amounts of money as official papers write them out: always Vietnamese."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
# Of three digits each, from the right; above them everything begins anew with "tỷ".
STEPS = ("", "nghìn", "triệu")
BILLION = 10**9


def number_in_words(number: int) -> str:
    """một trăm linh năm: a whole number from 0 on."""
    if number < 0:
        raise ValueError("only numbers from 0 on have words here")
    return " ".join(_words(number)) if number else DIGITS[0]


def money_in_words(amount: int) -> str:
    """Một trăm hai mươi triệu đồng: an amount in whole đồng, as it stands behind the figures."""
    words = f"{number_in_words(amount)} đồng"
    return words[0].upper() + words[1:]


def written_money(amount: int) -> str:
    """120.000.000 đồng."""
    return f"{amount:,} đồng".replace(",", ".")


def _words(number: int, *, follows: bool = False) -> list[str]:
    """The words of a number; where it ``follows`` a larger part, its leading zeros are read."""
    billions, rest = divmod(number, BILLION)
    words = [*_words(billions, follows=follows), "tỷ"] if billions else []
    for place in (2, 1, 0):
        group = rest // 1000**place % 1000
        if group:
            words += _group(group, whole=follows or bool(words))
            words += [STEPS[place]] if place else []
    return words


def _group(number: int, *, whole: bool) -> list[str]:
    """Up to three digits; ``whole`` reads "không trăm", too."""
    hundreds, rest = divmod(number, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or whole else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        link = ["linh"] if words and ones else []
        return [*words, *link, *([DIGITS[ones]] if ones else [])]
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    return [*words, *_ones(tens, ones)]


def _ones(tens: int, ones: int) -> list[str]:
    if ones == 0:
        return []
    if ones == 5:
        return ["lăm"]
    return ["mốt"] if ones == 1 and tens > 1 else [DIGITS[ones]]
