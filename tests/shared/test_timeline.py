"""Timelines: who sees which line, where a link leads, filters, and earlier pages."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from notice_board import rules
from notice_board.life_cycle import facts

from intranet.registry.twinning import Pairing
from intranet.shared.activities import record_activity, void_activity

DAY = date(2026, 9, 5)


@pytest.fixture
def pair(app):
    with app.app_context():
        return Pairing.select().order_by(Pairing.id).first()


@pytest.fixture
def happened(app, pair):
    """``happened(title, day)``: something that the pair's first school gave the second."""

    def write(title, day=DAY, **values):
        with app.app_context():
            plan = rules.add_plan(pair.first_school, pair.second_school_id, title, person_id=None)
            return record_activity(replace(facts(plan), on=day, pairing_id=pair.id, **values), module="notice_board")

    return write


def titles(browser, address):
    return [line.select("p > [lang=vi]")[1].text for line in browser.soup(address).select("main ol.timeline li")]


def test_both_schools_and_both_offices_see_a_line_and_nobody_else(happened, pair, cast):
    happened("Tiết minh họa Toán 6")
    seen = {
        name: titles(cast(name), f"/timeline/school/{pair.first_school_id}")
        for name in ("hm.hieutruong", "uh.hieutruong", "hm.chuyenvien", "uh.chuyenvien", "hm2.hieutruong")
    }
    line = ["Tiết minh họa Toán 6"]
    assert seen == {
        "hm.hieutruong": line,
        "uh.hieutruong": line,
        "hm.chuyenvien": line,
        "uh.chuyenvien": line,
        "hm2.hieutruong": [],
    }


def test_a_line_says_who_gave_whom_how_much(happened, pair, cast):
    happened("Tiết minh họa")
    line = cast("hm.hieutruong").soup(f"/timeline/pairing/{pair.id}").select_one("ol.timeline li")
    assert line.select_one(".when").text == "05/09/2026"
    with_names = f"{pair.first_school.name} giúp {pair.second_school.name} · 2 buổi"
    assert line.select_one(".soft").text == with_names


def test_the_newest_comes_first_and_void_ones_are_left_out(happened, pair, cast, app):
    happened("Cũ", DAY)
    happened("Mới", DAY + timedelta(days=3))
    wrong = happened("Nhầm", DAY + timedelta(days=5))
    with app.app_context():
        void_activity(wrong.source_key, "Ghi nhầm", module="notice_board")
    assert titles(cast("hm.hieutruong"), f"/pairings/{pair.id}") == ["Mới", "Cũ"]


def test_without_its_module_a_line_stays_as_text_without_a_link(happened, pair, cast, switch):
    happened("Tiết minh họa")
    page = f"/timeline/pairing/{pair.id}"
    assert [link.text for link in cast("hm.hieutruong").soup(page).select("ol.timeline a")] == ["Tiết minh họa"]
    switch("notice_board", "HM", False)
    assert cast("hm.hieutruong").soup(page).select("ol.timeline a") == []
    assert titles(cast("hm.hieutruong"), page) == ["Tiết minh họa"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("module=notice_board", ["Ba", "Hai", "Một"]),
        ("module=core", []),
        ("start=06/09/2026", ["Ba", "Hai"]),
        ("end=06/09/2026", ["Hai", "Một"]),
        ("start=06/09/2026&end=06/09/2026", ["Hai"]),
    ],
)
def test_a_timeline_is_filtered_by_module_and_day(happened, pair, cast, query, expected):
    for number, title in enumerate(("Một", "Hai", "Ba")):
        happened(title, DAY + timedelta(days=number))
    if query == "module=core":
        # Nothing of the core's happened: then it is no choice either.
        assert cast("hm.hieutruong").get(f"/timeline/pairing/{pair.id}?{query}").status_code == 422
        return
    assert titles(cast("hm.hieutruong"), f"/timeline/pairing/{pair.id}?{query}") == expected


def test_a_wrong_day_is_answered_with_a_sentence(pair, cast):
    answer = cast("hm.hieutruong").get(f"/timeline/pairing/{pair.id}?start=31/02/2026")
    assert answer.status_code == 422
    assert "31/02/2026" in answer.text


def test_earlier_lines_are_a_page_away_and_none_comes_twice(happened, pair, cast):
    for number in range(23):
        happened(f"Việc {number:02}", DAY + timedelta(days=number // 2))
    address = f"/timeline/pairing/{pair.id}"
    first = titles(cast("hm.hieutruong"), address)
    more = cast("hm.hieutruong").soup(address).select_one("#list .actions a")["href"]
    assert first + titles(cast("hm.hieutruong"), more) == [f"Việc {number:02}" for number in range(22, -1, -1)]


@pytest.mark.parametrize("after", ["x", "2026-13-01.3", "2026-09-05.x"])
def test_a_place_that_makes_no_sense_is_not_found(pair, cast, after):
    assert cast("hm.hieutruong").get(f"/timeline/pairing/{pair.id}?after={after}").status_code == 404


def test_a_pair_that_one_may_not_see_has_no_timeline(pair, cast):
    assert cast("hm2.hieutruong").get(f"/timeline/pairing/{pair.id}").status_code == 404


def test_a_timeline_takes_the_same_queries_for_three_lines_as_for_one(happened, pair, cast, queries):
    browser, counts = cast("hm.hieutruong"), []
    for number in range(3):
        happened(f"Việc {number}")
        browser.get(f"/timeline/pairing/{pair.id}")
        with queries() as run:
            browser.get(f"/timeline/pairing/{pair.id}")
        counts.append(len(run))
    assert counts == [counts[0]] * 3
