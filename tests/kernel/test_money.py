"""Amounts of money as people type them."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from intranet.kernel.forms import Form, Money


def read(app, text):
    class Typed(Form):
        worth = Money("Trị giá")

    with app.test_request_context("/", method="POST", data=MultiDict({"worth": text})):
        field = Typed().worth
        return field.data, list(field.errors) or list(field.process_errors)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12500000", 12_500_000),
        ("12.500.000", 12_500_000),
        ("12,500,000", 12_500_000),
        ("12 500 000 đồng", 12_500_000),
        ("12.500.000đ", 12_500_000),
        ("12,5 triệu", 12_500_000),
        ("12.5 triệu", 12_500_000),
        ("12,5TR", 12_500_000),
        # A comma before a word is decimal, a dot between thousands.
        ("1,234 triệu", 1_234_000),
        ("1.250 triệu", 1_250_000_000),
        ("1 tỷ 200 triệu", 1_200_000_000),
        ("500k", 500_000),
        ("500 nghìn", 500_000),
    ],
)
def test_money_is_read_as_people_write_it(app, text, value):
    assert read(app, text) == (Decimal(value), [])


def test_money_may_be_left_out(app):
    assert read(app, "") == (None, [])


@pytest.mark.parametrize(
    "text", ["abc", "-5", "1,5", "12.50", "12..5 triệu", "2 triệu 3 tỷ", "1,0005 nghìn", "٣ triệu"]
)
def test_what_is_no_amount_is_told(app, text):
    assert read(app, text) == (None, ["Hãy nhập số tiền, ví dụ 12.500.000 hoặc 12,5 triệu."])


@pytest.mark.parametrize("text", ["0", "999.999 tỷ"])
def test_absurd_amounts_are_told(app, text):
    assert read(app, text)[1] == ["Số tiền phải lớn hơn 0 và không quá 99.999.999.999.999 đồng."]
