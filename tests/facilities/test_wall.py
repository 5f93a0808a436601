"""Where whoever can help looks for what is lacking."""

from decimal import Decimal

import pytest

from plugins.facilities.models import Need


def shown(browser, query=""):
    return [card.text for card in browser.soup(f"/facilities/wall{query}").select("#list .card h2")]


def test_the_wall_shows_what_is_published_and_lacking_the_most_urgent_first(cast, make_need, promise):
    make_need("draft", item="Nháp")
    make_need("verified", item="Chưa công bố")
    make_need(item="Ít gấp", priority=3)
    make_need(item="Gấp", priority=1)
    promise(make_need(item="Đã đủ người hứa"), 20)
    assert shown(cast("uh.giaovien")) == ["Gấp", "Ít gấp"]
    assert "Đã đủ người hứa" in shown(cast("uh.giaovien"), "?still=")


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ("q=ban+ghe", ["Bộ bàn ghế"]),
        ("q=May+in", ["Máy in"]),
        ("priority=3", ["Máy in"]),
        ("whose=partner", ["Bộ bàn ghế", "Máy in"]),
        ("q=khong+co", []),
    ],
)
def test_the_wall_is_searched_without_marks_and_filtered(cast, make_need, query, items):
    make_need(item="Bộ bàn ghế", priority=1)
    make_need(item="Máy in", why="Phòng văn thư", priority=3)
    assert shown(cast("uh.hieutruong"), f"?{query}") == items


def test_partner_schools_alone_are_asked_for(cast, make_need):
    make_need(item="Của trường kết nghĩa với trường khác")
    assert shown(cast("uh2.hieutruong"), "?whose=partner") == []
    assert len(shown(cast("uh2.hieutruong"))) == 1


def test_the_wall_goes_on_by_keys(app, cast, make_need):
    need = make_need(item="Số 00")
    row = {name: value for name, value in need.__data__.items() if name != "id"}
    with app.app_context():
        Need.insert_many(
            [{**row, "item": f"Số {number:02}", "priority": 1 + number % 3} for number in range(1, 60)]
        ).execute()
    browser, address, seen = cast("uh.hieutruong"), "/facilities/wall", []
    while address:
        page = browser.soup(address)
        seen += [card.text for card in page.select("#list .card h2")]
        link = page.find(id="pager-next")
        address = link and link["href"]
    assert sorted(seen) == [f"Số {number:02}" for number in range(60)]


def test_the_wall_shows_photos_and_asks_as_often_for_three_needs_as_for_one(cast, make_need, picture, queries):
    counts, browser = [], cast("hm.hieutruong")
    reader = cast("uh.hieutruong")
    for number in (1, 2, 3):
        need = make_need(item=f"Nhu cầu {number}", quantity=Decimal(number))
        browser.submit(f"/files/facilities_need/{need.id}", "files", {"files": picture("anh.jpg")})
        reader.get("/facilities/wall")
        with queries() as asked:
            page = reader.get("/facilities/wall").text
        counts.append(len(asked))
    assert (counts[0], page.count("/preview")) == (counts[2], 3)


@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.giaovien", 200), ("hm2.giaovien", 404), ("hm.xem", 200), ("uh.hieutruong", 404), ("uh.chuyenvien", 404)],
)
def test_a_need_that_is_not_published_is_its_schools_and_offices_alone(cast, make_need, username, status):
    assert cast(username).get(f"/facilities/needs/{make_need('submitted').id}").status_code == status


@pytest.mark.parametrize("username", ["hm2.giaovien", "uh.hieutruong", "uh2.giaovien", "uh.chuyenvien"])
def test_others_read_a_published_need_without_its_estimate(cast, make_need, username):
    need = make_need(estimate=Decimal(77_000_000))
    page = cast(username).get(f"/facilities/needs/{need.id}").text
    assert ("77.000.000" in page, "Bàn ghế phòng 6A" in page) == (False, True)


def test_a_need_of_a_district_that_switched_off_is_gone_for_others(cast, switch, make_need):
    need = make_need()
    switch("facilities", "HM", False)
    assert cast("uh.hieutruong").get(f"/facilities/needs/{need.id}").status_code == 404
    assert shown(cast("uh.hieutruong")) == []
    switch("facilities", "HM", True)
    assert shown(cast("uh.hieutruong")) == [need.item]
