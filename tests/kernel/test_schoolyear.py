from datetime import date

import pytest

from intranet.kernel.schoolyear import find_school_year, school_year_of


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 7, 31), "2025-2026"),
        (date(2026, 8, 1), "2026-2027"),
        (date(2026, 12, 31), "2026-2027"),
        (date(2027, 1, 1), "2026-2027"),
    ],
)
def test_a_school_year_starts_in_august(day, year):
    assert school_year_of(day) == year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("DANH SÁCH TRƯỜNG HỌC NĂM HỌC 2023-2024", "2023-2024"),
        ("năm học 2023 – 2024, học kỳ I", "2023-2024"),
        ("2024/2025", "2024-2025"),
        ("giai đoạn 2020-2025, năm học 2023-2024", "2023-2024"),
        ("giai đoạn 2020-2025", None),
        ("năm 2023", None),
        ("01281502", None),
        ("", None),
    ],
)
def test_the_school_year_named_in_a_text_is_found(text, year):
    assert find_school_year(text) == year
