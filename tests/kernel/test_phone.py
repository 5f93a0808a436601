import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.kernel.phone import phone_number, show_phone


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("0084 912345678", "+84912345678"),
        ("912345678", "+84912345678"),
        ("(024) 38612345", "+842438612345"),
        ("024-3861-2345", "+842438612345"),
        ("+84 (0)24 3861 2345", "+842438612345"),
    ],
)
def test_the_ways_people_write_a_number_are_understood(written, kept):
    assert phone_number(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", "không có", "0112345678", "091234567", "09123456789", "024386123", "0912345678 máy 2", "٠٩١٢٣٤٥٦٧٨"],
)
def test_what_is_no_number_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match=r"^Số điện thoại chưa đúng, ví dụ .+\.$"):
        phone_number(written)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842438612345", "024 3861 2345"),
        ("113", "113"),
        ("", ""),
        (None, ""),
    ],
)
def test_numbers_are_shown_as_people_write_them(kept, shown):
    assert show_phone(kept) == shown


@given(st.from_regex(r"0[35789][0-9]{8}|02[0-9]{9}", fullmatch=True))
def test_a_shown_number_is_read_back_the_same(written):
    kept = phone_number(written)
    assert phone_number(show_phone(kept)) == phone_number(kept) == kept


@given(st.text(max_size=30))
def test_no_text_crashes(text):
    try:
        assert phone_number(text).startswith("+84")
    except ValueError as refused:
        assert str(refused)
