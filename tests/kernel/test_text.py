import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.kernel.text import (
    BadText,
    canonical,
    canonical_lines,
    fold,
    has_marks,
    match_key,
    name_sort_key,
    search_text,
    search_tiers,
    search_tokens,
    searched_number,
    sort_key,
)

# The order of ICU's Vietnamese collation.
ORDERED = [
    "An",
    "Anh",
    "Ánh",
    "Ăn",
    "Ân",
    "Ẩn",
    "Ấn",
    "Bình",
    "Dũng",
    "Dương",
    "Đặng",
    "Đỗ",
    "Đức",
    "Em",
    "Êm",
    "Hoa",
    "Hòa",
    "Hoan",
    "Hoàn",
    "Oanh",
    "Ông",
    "Ơn",
    "Thủy",
    "Thúy",
    "Út",
    "Uyên",
    "Ư",
    "Ương",
    "Ý",
    "Yên",
]

anything = st.text(st.characters(exclude_categories=()), max_size=60)
vietnamese = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyAĐÊƯàảãáạùủũúụ ẻộựỹ1", max_size=30)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Trường  THCS Phương Tú ", "Trường THCS Phương Tú"),
        ("Số học\nsinh", "Số học sinh"),
        ("Xã\u00a0Hòa\u200b Xá\ufeff", "Xã Hòa Xá"),
        (unicodedata.normalize("NFD", "Trường Tiểu học Viên Nội"), "Trường Tiểu học Viên Nội"),
        ("Hoà", "Hoà"),
        ("", ""),
    ],
)
def test_canonical_is_one_line_in_nfc_with_single_spaces(written, kept):
    assert canonical(written) == kept


@pytest.mark.parametrize("text", ["a\x00b", "chuông\x07", "\x1b[31m", "\ud800"])
@pytest.mark.parametrize("clean", [canonical, canonical_lines])
def test_control_characters_are_refused_with_a_sentence(clean, text):
    with pytest.raises(BadText, match=r"^Nội dung có ký tự không hợp lệ\.$"):
        clean(text)


def test_canonical_lines_keeps_lines_and_one_empty_line():
    assert canonical_lines(" Kính gửi:\r\n\r\n\n\n  thầy   cô \n") == "Kính gửi:\n\nthầy cô"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đặng Thị Ðào", "dang thi dao"),
        ("TRƯỜNG  TIỂU HỌC", "truong tieu hoc"),
        (unicodedata.normalize("NFD", "Ứng Hòa"), "ung hoa"),
    ],
)
def test_fold_drops_marks_and_case(text, folded):
    assert fold(text) == folded


def test_match_key_ignores_where_the_tone_stands():
    assert match_key("Hòa Xá") == match_key("HOÀ XÁ") == match_key(unicodedata.normalize("NFD", "hòa  xá"))


def test_match_key_tells_words_with_other_marks_apart():
    assert len({match_key(word) for word in ("Hoa", "Hòa", "Hóa", "Hoả", "Hoã", "Hoạ", "Hơa", "Đoa")}) == 8


@pytest.mark.parametrize(
    ("text", "marked"), [("Ung Hoa 2", False), ("Ứng", True), ("da", False), ("đa", True), ("", False)]
)
def test_has_marks_finds_any_mark(text, marked):
    assert has_marks(text) is marked


@pytest.mark.parametrize(
    "ordered",
    [
        ORDERED,
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Hoa", "Hòa Bình", "Hoa Mai", "Hoa Sơn", "Hòa Xá"],
        ["Trường 1", "Trường A"],
        ["Dũng", "\u00d0ào", "Đặng", "Em"],
    ],
)
def test_sort_key_gives_the_vietnamese_order(ordered):
    shuffled = random.Random(1).sample(ordered, len(ordered))
    assert sorted(shuffled, key=sort_key) == ordered


def test_equal_sort_keys_mean_equal_text():
    written = ["Đạt", "đạt", "Ðạt", "Hòa", "Hoà"]
    assert len({sort_key(word) for word in written}) == len(written)


def test_people_stand_by_given_name_then_family_then_middle_name():
    ordered = [
        "Lê Thị An",
        "Nguyễn Thị An",
        "Nguyễn Văn An",
        "Trần Văn Ánh",
        "Bùi Thu Hòa",
        "Đỗ Thu Hoà",
        "Vũ Thu Hòa",
        "Đỗ Văn Yên",
    ]
    assert sorted(reversed(ordered), key=name_sort_key) == ordered


def test_search_tokens_are_folded_words_without_operators():
    assert search_tokens('  "Hòa Xá" OR (đông*) -x ') == ("hoa", "xa", "or", "dong", "x")


def test_search_tokens_are_limited_in_number_and_length():
    assert search_tokens("a " * 50 + "b" * 50) == ("a",) * 8
    assert search_tokens("b" * 500) == ("b" * 40,)


def test_the_index_holds_each_word_plain_with_its_marks_and_as_written():
    assert search_text("Hòa Hoà", "Đỗ").split() == ["hoa", "do", "zqhoa2", "zqd9o64", "zxho2a", "zxhoa2", "zxd9o64"]


def test_digits_of_the_index_are_not_taken_for_marks():
    name, username = (set(search_text(text).split()) for text in ("hoà", "hoa2"))
    assert name & username == set()


def test_numbers_in_groups_are_indexed_in_one_piece_too():
    assert search_text("Trường 20-10", "0100 8508", "12").split()[:8] == [
        "truong", "20", "10", "0100", "8508", "12", "2010", "01008508",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("(+84) 0912.345", "0912345"),
        ("0084 912 345 678", "0912345678"),
        ("00840123", "00840123"),
        ("01-008-508", "01008508"),
        ("0912", "0912"),
        ("091", ""),
        ("+84", ""),
        ("19/5", ""),
        ("thcs 0912", ""),
        ("hoa", ""),
        ("", ""),
    ],
)
def test_a_search_for_a_number_is_told_however_it_is_grouped(query, number):
    assert searched_number(query) == number


def test_a_search_for_a_number_is_one_word():
    assert [search_tokens(query) for query in ("+84 912 345", "19/5", "thcs 0912 345")] == [
        ("0912345",),
        ("19", "5"),
        ("thcs", "0912", "345"),
    ]


def test_a_search_with_marks_is_read_in_three_ways_the_strictest_first():
    assert search_tiers("Hoà 2") == [("2", "zxhoa2"), ("2", "zqhoa2"), ("hoa", "2")]
    assert search_tiers("hoa") == [("hoa",)]
    assert search_tiers(" ?! ") == []


@given(anything)
def test_every_reading_of_a_text_finds_that_text(text):
    index = search_text(text).split()
    for tokens in search_tiers(text):
        assert all(any(word.startswith(token) for word in index) for token in tokens)


@given(anything)
def test_no_text_crashes_a_key(text):
    keys = (sort_key(text), name_sort_key(text), search_text(text), *search_tokens(text))
    assert all(key.isascii() for key in keys)
    fold(text), match_key(text), has_marks(text)


@given(anything)
def test_canonical_is_idempotent(text):
    try:
        once = canonical(text)
    except BadText:
        return
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(vietnamese)
def test_fold_is_idempotent_and_ascii_for_vietnamese(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@given(vietnamese)
def test_keys_are_the_same_for_both_unicode_forms(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert (fold(text), match_key(text), sort_key(text)) == (
        fold(decomposed),
        match_key(decomposed),
        sort_key(decomposed),
    )
