"""Vietnamese text: one canonical form at the door, and keys by which both databases search and sort alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from intranet.kernel.language import gettext as _

GRAVE, HOOK, TILDE, ACUTE, DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
TONES = {GRAVE, HOOK, TILDE, ACUTE, DOT}
# The order of dictionaries (and of ICU "vi"): ngang, huyền, hỏi, ngã, sắc, nặng.
TONE_ORDER = {"": "0", GRAVE: "1", HOOK: "2", TILDE: "3", ACUTE: "4", DOT: "5"}
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# 33 letters onto "A" … "a": bytes in the alphabet's order, above space and digits.
LETTER_CODES = {letter: chr(ord("A") + place) for place, letter in enumerate(ALPHABET)}

# Look-alikes of đ that other keyboards and old files bring: eth and the African d.
D_VARIANTS = str.maketrans("ĐÐƉðɖ", "đđđđđ")
# Control characters (Unicode's category Cc) and halves of surrogate pairs (Cs) but for what separates words or lines.
BAD_IN_LINE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
BAD_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
WORD = re.compile(r"[0-9a-z]+")
# Shapes of letters and tones as digits, in the manner of the VNI keyboard: ASCII, which every engine's index takes.
MARK_DIGITS = {"\u0302": "6", "\u031b": "7", "\u0306": "8", ACUTE: "1", GRAVE: "2", HOOK: "3", TILDE: "4", DOT: "5"}
MARKED_WORD = re.compile(f"[0-9a-zđ{''.join(MARK_DIGITS)}]+")
# What the words with marks begin with in an index: no Vietnamese word does.
WITH_MARKS, AS_WRITTEN = "zq", "zx"
# PostgreSQL indexes no more than 2,700 bytes of a row.
LONGEST_KEY = 1000
LONGEST_TOKEN = 40
MOST_TOKENS = 8
# Numbers that papers write in groups: 0912 345 678, 01-008-508, and the school named 20-10.
GROUPED = re.compile(r"[0-9]+(?:[ .\-/\u2013][0-9]+)+")
NUMBER = re.compile(r"\(?\+?[0-9][0-9 .\-/()\u2013]*")
SHORTEST_NUMBER = 4
# 0084 and nine digits.
ABROAD = 12


class BadText(ValueError):
    """Text that holds what no keyboard types: control characters or half a surrogate pair."""


def canonical(value: str) -> str:
    """One line in NFC, single spaces, no invisible characters. Raises BadText."""
    return " ".join(_composed(value, BAD_IN_LINE).split())


def canonical_lines(value: str) -> str:
    """Several lines in NFC: each trimmed, at most one empty line in a row. Raises BadText."""
    text = _composed(value.replace("\r\n", "\n").replace("\r", "\n"), BAD_IN_LINES)
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _composed(value: str, bad: re.Pattern[str]) -> str:
    if bad.search(value):
        raise BadText(_("Nội dung có ký tự không hợp lệ."))
    return unicodedata.normalize("NFC", INVISIBLE.sub("", value))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text.translate(D_VARIANTS).casefold().translate(D_VARIANTS))


def fold(text: str) -> str:
    """Lower case without marks, đ as d, single spaces: the form in which everything is searched."""
    letters = "".join(char for char in _decomposed(text) if not unicodedata.combining(char))
    return " ".join(letters.replace("đ", "d").split())


def match_key(text: str) -> str:
    """Lower case with each syllable's tone at its end: Hòa and Hoà are one, Hoa is another."""
    return " ".join(_tone_last(word) for word in _decomposed(text).split())


def _tone_last(word: str) -> str:
    letters = "".join(char for char in word if char not in TONES)
    return unicodedata.normalize("NFC", letters) + "".join(char for char in word if char in TONES)


def has_marks(text: str) -> bool:
    """Whether the text carries any Vietnamese mark, or đ."""
    decomposed = _decomposed(text)
    return "đ" in decomposed or any(unicodedata.combining(char) for char in decomposed)


def sort_key(text: str) -> str:
    """Printable ASCII whose order byte by byte is the Vietnamese order of the text.

    Letters first, then tones, then the text's own code points, so that equal keys mean equal text.
    """
    words = unicodedata.normalize("NFC", text).split()
    return f"{_order(words)} {_as_written(words)}"[:LONGEST_KEY]


def _order(words: list[str]) -> str:
    lower = [word.translate(D_VARIANTS).casefold() for word in words]
    # A space, the lowest byte used, ends each level: what is shorter stands first.
    letters = "!".join("".join(map(_letter_code, word)) for word in lower)
    return f"{letters} {''.join(map(_tone_code, lower))}"


def _as_written(words: list[str]) -> str:
    return "!".join(words).encode("ascii", "backslashreplace").decode()


def _letter_code(char: str) -> str:
    base = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", char) if c not in TONES))
    if base in LETTER_CODES:
        return LETTER_CODES[base]
    if base.isascii() and base.isdigit():
        return base
    # Anything else stands before digits and letters, in the order of its code points.
    return "".join(f"#{ord(c):05x}" for c in base)


def _tone_code(word: str) -> str:
    return next((TONE_ORDER[char] for char in unicodedata.normalize("NFD", word) if char in TONES), "0")


def name_sort_key(full_name: str) -> str:
    """As sort_key, for people: by given name (the last word), then family name (the first), then the middle."""
    words = unicodedata.normalize("NFC", full_name).split()
    if len(words) < 2:
        return sort_key(full_name)
    parts = (words[-1:], words[:1], words[1:-1])
    # The spelling counts last: Hòa and Hoà are one given name, ordered by family name.
    return f"{' '.join(map(_order, parts))} {_as_written(words)}"[:LONGEST_KEY]


def _marked_tokens(text: str) -> list[str]:
    """A token for each word with its marks, wherever its tone stands: Hòa and Hoà are both zqhoa2."""
    words = [word for word in MARKED_WORD.findall(_decomposed(text)) if not word.isdecimal()]
    return [WITH_MARKS + _digits(_tone_last(word)) for word in words]


def _written_tokens(text: str) -> list[str]:
    """A token for each word exactly as it is written: Hòa is zxho2a, Hoà zxhoa2."""
    return [AS_WRITTEN + _digits(word) for word in MARKED_WORD.findall(_decomposed(text)) if not word.isdecimal()]


def _digits(word: str) -> str:
    # A digit that was a digit is kept apart: the user name hoa2 is not hoà.
    kept = re.sub(r"([0-9])", r"z\1", unicodedata.normalize("NFD", word)).replace("đ", "d9")
    return "".join(MARK_DIGITS.get(char, char) for char in kept)


def search_text(*texts: str | None) -> str:
    """What an index holds of some texts: each word without marks, with them, and as written, between spaces.

    Numbers written in groups are there in one piece, too.
    """
    text = " ".join(filter(None, texts))
    grouped = [_digits_of(number) for part in filter(None, texts) for number in GROUPED.findall(fold(part))]
    tokens = [*WORD.findall(fold(text)), *grouped, *_marked_tokens(text), *_written_tokens(text)]
    return f" {' '.join(dict.fromkeys(tokens))} "


def _digits_of(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def searched_number(query: str) -> str:
    """The digits of a search for a code or a phone number, however they are grouped; nothing for other searches.

    +84 912 345 678 is 0912345678, as phone numbers are indexed.
    """
    written = fold(query)
    digits = _digits_of(written)
    if len(digits) < SHORTEST_NUMBER or not NUMBER.fullmatch(written):
        return ""
    if "+84" in written:
        return "0" + digits.removeprefix("84").removeprefix("0")
    if len(digits) >= ABROAD and digits.startswith("0084"):
        return "0" + digits.removeprefix("0084").removeprefix("0")
    return digits


def search_tiers(query: str) -> list[tuple[str, ...]]:
    """The tokens of a search, the strictest reading first; every token stands for the start of a word.

    As written, with marks wherever the tone stands, without marks. The first two only where the query has marks.
    """
    plain = search_tokens(query)
    if not plain or not has_marks(query):
        return [plain] if plain else []
    numbers = [word for word in plain if word.isdecimal()]
    return [
        (*numbers, *(token[:LONGEST_TOKEN] for token in tokens[:MOST_TOKENS]))
        for tokens in (_written_tokens(query), _marked_tokens(query))
    ] + [plain]


def begin_words(tokens: Sequence[str], text: str) -> bool:
    """Whether each of search_tokens() begins a word of a text."""
    words = WORD.findall(fold(text))
    return all(any(word.startswith(token) for word in words) for token in tokens)


def search_tokens(query: str) -> tuple[str, ...]:
    """The folded words of a search, letters and digits only: nothing in them can be an operator.

    A search for a number is one word.
    """
    if number := searched_number(query):
        return (number[:LONGEST_TOKEN],)
    # A lone z would stand for every word with marks.
    words = [word for word in WORD.findall(fold(query)) if word != "z" and word[:2] not in (WITH_MARKS, AS_WRITTEN)]
    return tuple(word[:LONGEST_TOKEN] for word in words[:MOST_TOKENS])
