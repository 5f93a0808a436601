"""What people type into fields."""

import pytest
from wtforms.validators import InputRequired

from intranet.kernel.forms import Amount, Day, Form, Fraction, Hour, Lines, Money, Text, Whole

MISSING = "Còn thiếu."


class Everything(Form):
    """A field of each kind, all of them required."""

    text = Text(validators=[InputRequired(MISSING)])
    lines = Lines(validators=[InputRequired(MISSING)])
    whole = Whole(most=9, validators=[InputRequired(MISSING)])
    day = Day(validators=[InputRequired(MISSING)])
    hour = Hour(validators=[InputRequired(MISSING)])
    amount = Amount(validators=[InputRequired(MISSING)])
    money = Money(validators=[InputRequired(MISSING)])
    fraction = Fraction(most=1, validators=[InputRequired(MISSING)])


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0\u200b", "\t"])
def test_spaces_are_no_answer_to_what_is_required(app, typed):
    names = ("text", "lines", "whole", "day", "hour", "amount", "money", "fraction")
    with app.test_request_context(method="POST", data=dict.fromkeys(names, typed)):
        form = Everything(meta={"csrf": False})
        assert form.validate() is False
        assert {name: form.errors.get(name) for name in names} == {name: [MISSING] for name in names}
