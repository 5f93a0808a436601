"""Dates as people write them."""

import re
from datetime import date

import pytest

from intranet.kernel.dates import parse_date, show_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/09/2026", date(2026, 9, 5)),
        ("5/9/2026", date(2026, 9, 5)),
        ("5-9-2026", date(2026, 9, 5)),
        ("05.09.2026", date(2026, 9, 5)),
        ("2026-09-05", date(2026, 9, 5)),
        (" 29/02/2024 ", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read_in_the_order_of_day_month_year(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/02/1980", "Ngày 31/02/1980 không có trong lịch."),
        ("29/02/2023", "Ngày 29/02/2023 không có trong lịch."),
        ("05/13/2026", "Ngày 05/13/2026 không có trong lịch."),
        ("00/01/2026", "Ngày 00/01/2026 không có trong lịch."),
        ("05/09/1026", "Hãy nhập năm từ 1900 đến 2100."),
        ("2026-9-5", "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."),
        ("5/9-2026", "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."),
        ("5/9/26", "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."),
        ("mai", "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."),
        ("٠٥/٠٩/٢٠٢٦", "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."),
    ],
)
def test_what_is_no_day_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_date(text)


def test_a_day_is_shown_with_its_zeros():
    assert show_date(date(1985, 3, 4)) == "04/03/1985"
