"""Whose turn it is, in words."""

import pytest

from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.workflow import Holder
from intranet.registry.districts import District
from intranet.registry.people import LEADER
from intranet.shared.holders import names_of


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (
            6,
            "Lãnh đạo phòng Xã 1, Lãnh đạo phòng Xã 2, Lãnh đạo phòng Xã 3, Lãnh đạo phòng Xã 4, Lãnh đạo phòng Xã 5, "
            "Lãnh đạo phòng Xã 6",
        ),
        (
            9,
            "Lãnh đạo phòng Xã 1, Lãnh đạo phòng Xã 2, Lãnh đạo phòng Xã 3, Lãnh đạo phòng Xã 4, Lãnh đạo phòng Xã 5 "
            "và 4 nơi khác",
        ),
    ],
)
def test_of_many_holders_the_first_are_named_and_the_others_counted(app, units, words):
    with app.app_context(), speaking(SOURCE):
        made = [
            District.create(code=str(n), kind="xa", name=f"Xã {n}", office_name=f"UBND xã {n}", sort_key=str(n))
            for n in range(1, units + 1)
        ]
        assert names_of([Holder(role=LEADER, district_id=unit.id) for unit in made]) == words
