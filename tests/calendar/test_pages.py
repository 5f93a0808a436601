"""The month, the school year, the list and the day: what stands where, for whom."""

from datetime import date, timedelta

import pytest
from notice_board import rules

from intranet.kernel.clock import midnight, today
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.agreements import Memorandum, YearPlan, YearPlanItem
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.pledges import MeetingAttendee
from intranet.registry.schools import School
from intranet.registry.twinning import DRAFT, ENDED, Pairing, Programme, ProgrammeDistrict

from .conftest import DAY

MONTH = "/calendar?month=2026-12"


def titles(page):
    """The titles of all entries of a list or a day."""
    return [link.text for link in page.select(".dates div > a:not(.small)")]


def cell(page, day):
    """The cell of a day in a month."""
    return page.select_one(f".month a.day[href^='/calendar/day/{day}']").find_parent("td")


def in_cell(page, day):
    return [link.select_one("[lang=vi]").text for link in cell(page, day).select("li a:has([lang])")]


def on(cast, day, username="hm.hieutruong"):
    return titles(cast(username).soup(f"/calendar/day/{day}"))


# --- the shape ---


def test_a_week_begins_on_monday(cast):
    page = cast("hm.hieutruong").soup(MONTH)
    assert [head.select_one("[aria-hidden]").text for head in page.select(".month th")] == [
        *("T2", "T3", "T4", "T5", "T6", "T7", "CN")
    ]
    first = [link["href"] for link in page.select(".month tbody tr:first-child a.day")]
    assert first[:2] == ["/calendar/day/2026-11-30", "/calendar/day/2026-12-01"]
    last = page.select(".month tbody td")[-1]
    assert (last.select_one("a.day")["href"], last["class"]) == ("/calendar/day/2027-01-03", ["beyond"])


@pytest.mark.parametrize(
    ("month", "weeks"), [("2027-02", 4), ("2026-12", 5), ("2026-08", 6), ("2028-02", 5), ("2027-01", 5)]
)
def test_a_month_has_the_weeks_that_its_days_touch(cast, month, weeks):
    page = cast("hm.hieutruong").soup(f"/calendar?month={month}")
    assert len(page.select(".month tbody tr")) == weeks


def test_one_leafs_to_the_months_before_and_after_over_the_turn_of_the_year(cast):
    page = cast("hm.hieutruong").soup(MONTH)
    links = {link["rel"][0]: link["href"] for link in page.select(".pager a[rel]")}
    assert links == {"prev": "/calendar?month=2026-11", "next": "/calendar?month=2027-01"}


def test_a_school_year_is_twelve_months_from_august_with_their_counts(cast, meet):
    meet("Họp", date(2026, 8, 1))
    meet("Họp nữa", date(2027, 7, 31))
    meet("Năm sau", date(2027, 8, 1))
    page = cast("hm.hieutruong").soup("/calendar/year?year=2026-2027")
    months = {card.h2.text: card.select_one("p").text for card in page.select(".year .card")}
    assert list(months)[0::11] == ["Tháng 8/2026", "Tháng 7/2027"]
    assert (len(months), months["Tháng 8/2026"], months["Tháng 9/2026"]) == (12, "1 mục", "Không có gì")
    assert [link["href"] for link in page.select(".small-month a")] == [
        "/calendar/day/2026-08-01",
        "/calendar/day/2027-07-31",
    ]


def test_a_list_holds_thirty_days_and_leads_to_the_next(cast, meet):
    for days in (-1, 0, 29, 30):
        meet(f"Ngày {days}", DAY + timedelta(days=days))
    page = cast("hm.hieutruong").soup(f"/calendar/list?start={DAY}")
    following = page.select_one(".pager a[rel=next]")["href"]
    assert titles(page) == ["Ngày 0", "Ngày 29"]
    assert titles(cast("hm.hieutruong").soup(following)) == ["Ngày 30"]


@pytest.mark.parametrize(
    "address",
    [
        "?month=2026-13",
        "?month=x",
        "?month=0000-01",
        "?month=9999-12",
        "?month=",
        "?show=secret",
        "/year?year=2026-2028",
        "/year?year=2099-2100",
        "/list?start=31/12/2026",
        "/list?start=20261231",
        "/day/2026-02-30",
        "/day/2026-W49-3",
        "/day/1999-12-31",
    ],
)
def test_a_day_that_is_none_is_not_found(cast, address):
    assert cast("hm.hieutruong").get(f"/calendar{address}").status_code == 404


@pytest.mark.parametrize("address", ["?month=2000-01", "?month=2099-12", "/year?year=2000-2001", "/day/2099-12-31"])
def test_the_ends_of_the_calendar_open(cast, address):
    assert cast("hm.hieutruong").get(f"/calendar{address}").status_code == 200


# --- where things stand ---


@pytest.mark.parametrize(
    ("hour", "till", "days"),
    [
        # 17:30 UTC of the day before.
        (0.5, 2, [DAY]),
        (23.5, 23.75, [DAY]),
        (6.9, 7.1, [DAY]),
        (22, 24, [DAY]),
        (22, 25, [DAY, DAY + timedelta(days=1)]),
        (8, 24 * 2 + 17, [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]),
        (0, None, [DAY]),
    ],
)
def test_a_meeting_stands_on_its_days_in_vietnam(cast, meet, hour, till, days):
    meet("Họp", DAY, hour, till)
    page = cast("hm.hieutruong").soup(MONTH)
    around = [DAY + timedelta(days=offset) for offset in range(-2, 5)]
    assert [day for day in around if in_cell(page, day)] == days
    assert [day for day in around if on(cast, day)] == days


def test_the_last_and_the_first_day_stand_in_their_own_months_and_beside_them(cast, meet):
    meet("Cuối năm", date(2026, 12, 31), 23, 23.5)
    meet("Đầu năm", date(2027, 1, 1), 0.25)
    for month in ("2026-12", "2027-01"):
        page = cast("hm.hieutruong").soup(f"/calendar?month={month}")
        assert in_cell(page, "2026-12-31") + in_cell(page, "2027-01-01") == ["Cuối năm", "Đầu năm"]
    below = cast("hm.hieutruong").soup("/calendar?month=2027-01").select_one(".below")
    assert titles(below) == ["Đầu năm"]


def test_whole_days_come_first_and_the_rest_by_the_hour(cast, meet, promise):
    meet("Chiều", hour=14)
    meet("Sáng", hour=8, till=9.5)
    promise("20 tiết")
    page = cast("hm.hieutruong").soup(f"/calendar/day/{DAY}")
    assert titles(page) == ["20 tiết", "Sáng", "Chiều"]
    assert [when.text for when in page.select(".dates .when")] == ["Cả ngày", "08:00–09:30", "14:00"]


@pytest.fixture
def dated(app, pair, meet, promise):
    """One of each kind on the same day."""
    with app.app_context():
        programme = pair.programme
        meet("Họp đầu năm")
        meet("Thăm trường bạn", hour=13, kind="visit")
        promise("20 tiết dạy minh họa")
        Pairing.update(review_on=DAY).where(Pairing.id == pair.id).execute()
        memorandum = Memorandum.create(programme=programme, title="Bản ghi nhớ", state="in_force", ends_on=DAY)
        plan = YearPlan.create(programme=programme, school_year="2026-2027", issued_on=today())
        YearPlanItem.create(plan=plan, position=1, task="Hội thảo chung", due_on=DAY)
        Programme.update(ends_on=DAY).where(Programme.id == programme.id).execute()
        following = Programme.create(title="Giai đoạn hai", starts_on=DAY, state="running")
        for district in District.select():
            ProgrammeDistrict.create(programme=following, district=district)
        return programme, memorandum, following


KINDS = {
    "Biên bản ghi nhớ hết hạn:",
    "Chương trình bắt đầu:",
    "Chương trình kết thúc:",
    "Chuyến thăm:",
    "Cuộc họp:",
    "Hạn cam kết:",
    "Hạn sơ kết:",
    "Hạn việc của kế hoạch năm:",
}


@pytest.mark.parametrize("username", ["hm.hieutruong", "uh.giaovien", "hm.chuyenvien", "uh.lanhdao", "admin"])
def test_all_that_has_a_date_stands_in_the_calendar(cast, dated, username):
    page = cast(username).soup(f"/calendar/day/{DAY}")
    assert {kind.text for kind in page.select(".dates div > .soft:first-child")} == KINDS


def test_every_line_leads_to_its_record(cast, dated, pair):
    programme, memorandum, following = dated
    page = cast("hm.hieutruong").soup(f"/calendar/day/{DAY}")
    links = {line.div.span.text: line.div.a["href"] for line in page.select(".dates li")}
    assert links["Hạn cam kết:"] == links["Hạn sơ kết:"] == f"/pairings/{pair.id}"
    assert links["Biên bản ghi nhớ hết hạn:"] == f"/programmes/memoranda/{memorandum.id}"
    assert links["Chương trình bắt đầu:"] == f"/programmes/{following.id}"
    assert links["Hạn việc của kế hoạch năm:"] == f"/programmes/{programme.id}"
    assert links["Cuộc họp:"].startswith("/meetings/")


def test_what_is_settled_or_called_off_stands_nowhere(app, cast, pair, meet, promise):
    meet("Hoãn", state="cancelled")
    promise("Đã đủ", quantity=2, done=2)
    promise("Đã đủ, không ghi số", done=1)
    promise("Thôi", dropped_on=today())
    promise("Còn thiếu", quantity=2, done="1.5")
    with app.app_context():
        Memorandum.create(programme=pair.programme, title="Nháp", state="draft", ends_on=DAY)
        Programme.update(state=DRAFT, ends_on=DAY).where(Programme.id == pair.programme_id).execute()
    assert on(cast, DAY) == ["Còn thiếu"]


def test_a_pair_that_is_over_has_nothing_due(app, cast, pair, promise):
    promise("20 tiết")
    Pairing.update(state=ENDED, review_on=DAY).where(Pairing.id == pair.id).execute()
    assert on(cast, DAY) == []


# --- who sees what ---


@pytest.mark.parametrize("address", [MONTH, "/calendar/year?year=2026-2027", f"/calendar/list?start={DAY}", "/"])
def test_another_pairs_dates_are_nowhere_to_be_seen(cast, meet, promise, other_pair, address):
    meet("Họp kín của cặp khác", pairing=other_pair, place="Phòng kín")
    promise("Cam kết kín của cặp khác", pairing=other_pair)
    seen = {}
    for name in ("hm.hieutruong", "uh.giaovien", "hm.moi", "hm2.hieutruong"):
        text = cast(name).get(address).text
        seen[name] = "kín" in text or "3 mục" in text or "2 mục" in text
    assert seen == {"hm.hieutruong": False, "uh.giaovien": False, "hm.moi": False, "hm2.hieutruong": True}


def test_another_districts_dates_are_nowhere_to_be_seen(app, cast, pair, meet, promise):
    with app.app_context():
        stranger = District.create(code="XX", kind="huyen", name="Huyện Lạ", office_name="Phòng Lạ", sort_key="x")
        schools = [School.get(School.code == code) for code in ("01281301", "01281303")]
        School.update(district=stranger).where(School.id.in_(schools)).execute()
        far = Pairing.create(
            programme=pair.programme,
            first_school=schools[0],
            second_school=schools[1],
            first_district=stranger,
            second_district=stranger,
            state="active",
            review_on=DAY,
        )
        alone = Programme.create(title="Chương trình kín", starts_on=DAY, state="running", owner_district=stranger)
        ProgrammeDistrict.create(programme=alone, district=stranger)
        Memorandum.create(programme=alone, title="Ghi nhớ kín", state="in_force", ends_on=DAY)
        plan = YearPlan.create(programme=alone, school_year="2026-2027")
        YearPlanItem.create(plan=plan, position=1, task="Việc kín", due_on=DAY)
    meet("Họp kín", pairing=far)
    promise("Cam kết kín", pairing=far)
    for name in ("hm.lanhdao", "hm.chuyenvien", "uh.lanhdao", "hm.hieutruong", "hm.xem"):
        assert on(cast, DAY, name) == []
    assert len(on(cast, DAY, "admin")) == 6


def test_strangers_and_people_without_a_place_have_no_calendar(cast):
    assert cast("").get("/calendar").headers["Location"] == "/login?next=%2Fcalendar"
    assert cast("hm.moi").get("/calendar").status_code == 403


def test_one_sees_all_or_only_what_one_is_asked_to_or_what_is_the_pairs_or_the_programmes(app, cast, meet, dated):
    teacher = Person.get(Person.username == "hm.giaovien")
    meeting = meet("Có tôi", hour=18)
    with app.app_context():
        MeetingAttendee.create(meeting=meeting, person=teacher, name=teacher.name)
    browser, counts = cast("hm.giaovien"), {}
    page = browser.soup(f"/calendar/day/{DAY}")
    for link in page.select(".chip"):
        chosen = browser.soup(link["href"])
        assert chosen.select_one(".chip[aria-current]").text == link.text
        counts[link.text] = len(titles(chosen))
    assert counts == {"Tất cả": 9, "Tôi được mời": 1, "Trường và các cặp": 5, "Chương trình, đơn vị": 4}


def test_what_one_chose_to_see_stays_while_leafing(cast):
    page = cast("hm.hieutruong").soup(f"{MONTH}&show=pairs")
    links = [*page.select(".pager a"), *page.select(".tabs a"), page.select_one(".month a.day")]
    assert {("show=pairs" in link["href"]) for link in links} == {True}


# --- many ---


def test_three_hundred_dates_leave_a_month_readable(cast, meet):
    for number in range(300):
        meet(f"Họp {number:03}", DAY if number < 60 else date(2026, 12, 1 + number % 28), 7 + number % 10)
    page = cast("hm.chuyenvien").soup(MONTH)
    lines = [len(one.select("li")) for one in page.select(".month td")]
    assert max(lines) == 4
    more = cell(page, DAY).select("li a")[-1]
    count = len(on(cast, DAY, "hm.chuyenvien"))
    assert (more.text, more["href"]) == (f"+{count - 3} mục nữa", f"/calendar/day/{DAY}")
    assert count > 60


def test_more_than_can_be_shown_is_said(cast, meet, monkeypatch):
    monkeypatch.setattr("intranet.shared.calendar.span.__kwdefaults__", {"since": None, "most": 2})
    for number in range(3):
        meet(f"Họp {number}", hour=8 + number)
    page = cast("hm.hieutruong").soup(f"/calendar/day/{DAY}")
    assert titles(page) == ["Họp 0", "Họp 1"]
    assert "quá nhiều mục" in page.select_one(".notice.info").text


@pytest.mark.parametrize(
    "address", [MONTH, "/calendar/year?year=2026-2027", f"/calendar/list?start={DAY}", f"/calendar/day/{DAY}", "/"]
)
def test_a_page_takes_the_same_queries_for_three_of_each_as_for_one(app, cast, meet, promise, queries, address):
    browser, counts = cast("hm.chuyenvien"), []
    first, second = School.get(School.code == "01008508"), School.get(School.code == "01281503")
    for number in range(3):
        meet(f"Họp {number}", hour=8 + number)
        promise(f"Cam kết {number}")
        with app.app_context():
            start = midnight(DAY) + timedelta(hours=number)
            rules.add_plan(first, second.id, f"Kế hoạch {number}", starts_at=start, person_id=None)
        browser.get(address)
        with queries() as run:
            assert browser.get(address).status_code == 200
        counts.append(len(run))
    assert counts == [counts[0]] * 3


# --- modules ---


@pytest.fixture
def plan(app, pair):
    """A plan of the pair, which the tests' own module has in the calendar."""
    with app.app_context():
        start = midnight(DAY) + timedelta(hours=8)
        return rules.add_plan(pair.first_school, pair.second_school_id, "Dạy chung", starts_at=start, person_id=None)


def test_a_modules_dates_vanish_where_it_is_off_and_stay_elsewhere(cast, switch, plan):
    assert on(cast, DAY) == ["Dạy chung"]
    switch("notice_board", "HM", False)
    assert (on(cast, DAY), on(cast, DAY, "uh.hieutruong")) == ([], ["Dạy chung"])


@pytest.mark.parametrize("broken", ["raises", "no item"])
def test_a_module_that_fails_costs_its_own_dates_only(app, cast, meet, monkeypatch, broken):
    def fail(**_arguments):
        if broken == "raises":
            raise RuntimeError("boom")
        return [["không phải mục lịch"]]

    meet("Họp")
    plugins = app.extensions["plugins"]
    monkeypatch.setattr(plugins, "reraise", False)
    monkeypatch.setitem(plugins._callers, ("notice_board", "calendar_items"), fail)
    page = cast("hm.hieutruong").soup(f"/calendar/day/{DAY}")
    assert titles(page) == ["Họp"]
    assert page.select_one("main .notice.warn").text.strip() == "Chưa lấy được lịch của mô-đun Bảng tin."


def test_what_a_module_gives_beyond_the_days_asked_for_is_left_out(app, cast, plan, monkeypatch):
    from intranet.contributions import CalendarItem

    item = CalendarItem(title="Ngày khác", start=DAY + timedelta(days=40), url="/")
    plugins = app.extensions["plugins"]
    monkeypatch.setitem(plugins._callers, ("notice_board", "calendar_items"), lambda **_: [[item]])
    assert on(cast, DAY) == []
    assert titles(cast("hm.hieutruong").soup(f"/calendar/list?start={DAY}")) == []


# --- the home page ---


def test_the_first_screen_shows_the_next_five_dates(app, cast, meet, promise):
    day = today()
    meet("Đã xong", day - timedelta(days=1))
    for days in (3, 1, 5, 4):
        meet(f"Họp sau {days} ngày", day + timedelta(days=days))
    promise("Hôm nay", day)
    promise("Sau 6 ngày", day + timedelta(days=6))
    panel = cast("hm.hieutruong").soup("/").find(attrs={"data-panel": "home.calendar"})
    assert titles(panel) == ["Hôm nay", *(f"Họp sau {days} ngày" for days in (1, 3, 4, 5))]


def test_an_administrator_is_not_shown_everybodys_next_dates(cast, meet):
    meet("Họp", today() + timedelta(days=1))
    assert cast("admin").soup("/").find(attrs={"data-panel": "home.calendar"}) is None


def test_without_dates_the_first_screen_has_no_such_part(cast):
    assert cast("hm.hieutruong").soup("/").find(attrs={"data-panel": "home.calendar"}) is None


def test_the_school_year_of_today_is_the_one_that_opens(cast):
    assert cast("hm.hieutruong").soup("/calendar/year").h1.text == f"Lịch năm học {school_year_of(today())}"
