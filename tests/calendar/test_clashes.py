"""Two things of one school at the same time."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import midnight
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.calendar import Clash, clashes

from .conftest import DAY


@pytest.fixture
def third(app, pair, other_pair):
    """A second pair of the first pair's first school."""
    with app.app_context():
        partner = School.get(School.code == "01281402")
        return Pairing.create(
            programme=pair.programme,
            first_school=pair.first_school,
            first_district=pair.first_district,
            second_school=partner,
            second_district=partner.district_id,
            state="active",
        )


def at(hour):
    return midnight(DAY) + timedelta(hours=hour)


def said(cast, username):
    page = cast(username).soup(f"/calendar/day/{DAY}")
    return [" ".join(note.text.split()) for note in page.select("main .notice.warn p")]


SENTENCE = "Trùng giờ: Một (08:00–10:00) và Hai (09:00–11:00)."


def test_a_school_with_two_things_at_once_is_told_so_with_its_office(cast, meet, third):
    meet("Một", hour=8, till=10)
    meet("Hai", hour=9, till=11, pairing=third)
    told = {
        name: said(cast, name)
        for name in ("hm.hieutruong", "hm.chuyenvien", "uh.hieutruong", "uh2.hieutruong", "admin")
    }
    assert told == {
        "hm.hieutruong": [SENTENCE],
        "hm.chuyenvien": [SENTENCE],
        # The partners have one thing each.
        "uh.hieutruong": [],
        "uh2.hieutruong": [],
        "admin": [SENTENCE],
    }
    month = cast("hm.hieutruong").soup("/calendar?month=2026-12")
    [marked] = month.select(".month td:has(.status)")
    assert marked.select_one("a.day")["href"] == f"/calendar/day/{DAY}"


def test_two_pairs_that_share_no_school_may_meet_at_the_same_time(cast, meet, other_pair):
    meet("Một", hour=8, till=10)
    meet("Hai", hour=8, till=10, pairing=other_pair)
    assert said(cast, "hm.chuyenvien") == []


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ((8, 10), (10, 11), 0),
        ((8, 10), (9.75, 11), 1),
        # Without an end, an hour.
        ((8, None), (8.5, None), 1),
        ((8, None), (9, None), 0),
        ((8, 12), (9, 10), 1),
    ],
)
def test_what_begins_when_the_other_is_over_does_not_clash(cast, meet, third, first, second, count):
    meet("Một", DAY, *first)
    meet("Hai", DAY, *second, pairing=third)
    assert len(said(cast, "hm.hieutruong")) == count


def test_a_long_one_clashes_with_each_that_falls_into_it(cast, meet, third):
    meet("Cả ngày", hour=7, till=17)
    for hour in (8, 14):
        meet(f"Lúc {hour}", hour=hour, till=hour + 1, pairing=third)
    assert len(said(cast, "hm.hieutruong")) == 2


def test_before_something_is_fixed_one_can_ask_whether_a_school_is_free(app, meet, pair, third, other_pair):
    first = pair.first_school_id
    meeting = meet("Một", hour=8, till=10)
    meet("Không hẹn giờ về", hour=14, pairing=third)
    meet("Hoãn", hour=8, till=10, pairing=third, state="cancelled")
    meet("Trường khác", hour=8, till=10, pairing=other_pair)
    taken = [Clash(first, at(8), at(10))]
    with app.app_context():
        assert clashes([first], at(9), at(11)) == taken
        assert clashes([first], at(7), None) == []
        assert clashes([first], at(7.5), None) == taken
        assert clashes([first], at(10), at(11)) == []
        assert clashes([first], at(9), at(11), but=meeting.id) == []
        assert clashes([first], at(14.5)) == [Clash(first, at(14), at(15))]
        assert clashes([], at(9), at(11)) == []
        both = clashes([first, pair.second_school_id], at(9), at(11))
        assert {clash.school_id for clash in both} == {first, pair.second_school_id}
