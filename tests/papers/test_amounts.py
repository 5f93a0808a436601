"""Money written out, as it stands behind the figures of official papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.papers.amounts import DIGITS, money_in_words, number_in_words, written_money


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (35, "ba mươi lăm"),
        (40, "bốn mươi"),
        (100, "một trăm"),
        (105, "một trăm linh năm"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (2_025, "hai nghìn không trăm hai mươi lăm"),
        (1_000_000, "một triệu"),
        (1_200_500, "một triệu hai trăm nghìn năm trăm"),
        (12_050_000, "mười hai triệu không trăm năm mươi nghìn"),
        (1_000_000_000, "một tỷ"),
        (3_000_000_007, "ba tỷ không trăm linh bảy"),
        (1_234_567_890, "một tỷ hai trăm ba mươi bốn triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi"),
        (25_000_000_000_000, "hai mươi lăm nghìn tỷ"),
        (2_000_000_000_000_000_000, "hai tỷ tỷ"),
    ],
)
def test_numbers_are_read_as_people_read_them(number, words):
    assert number_in_words(number) == words


def test_money_begins_with_a_capital_and_names_its_unit():
    assert (money_in_words(120_000_000), written_money(120_000_000)) == (
        "Một trăm hai mươi triệu đồng",
        "120.000.000 đồng",
    )


VALUES = {word: value for value, word in enumerate(DIGITS)} | {"mốt": 1, "lăm": 5}


def read(words):
    """The number that words name: the way back, written independently."""
    total = part = group = 0
    for word in words.split():
        if word in VALUES:
            group += VALUES[word]
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group += group % 10 * 9
        elif word == "trăm":
            group *= 100
        elif word in ("nghìn", "triệu"):
            part, group = part + group * {"nghìn": 1000, "triệu": 10**6}[word], 0
        elif word == "tỷ":
            total, part, group = (total + part + group) * 10**9, 0, 0
    return total + part + group


@given(st.integers(0, 10**18 - 1))
def test_the_words_name_exactly_the_number(number):
    assert read(number_in_words(number)) == number


def test_a_debt_has_no_words():
    with pytest.raises(ValueError, match="from 0 on"):
        number_in_words(-1)
