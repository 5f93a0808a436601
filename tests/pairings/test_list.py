"""The list of pairs: what it shows, how it is narrowed, and how its pages follow each other."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import now, today
from intranet.pairings import lists
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import (
    ACTIVE,
    DECLINED,
    ENDED,
    MET,
    PROPOSED,
    SIGNED,
    Pairing,
    Programme,
)

HX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#list"}


@pytest.fixture(autouse=True)
def only_seven(app):
    """Only the seven pairs of the accounts' schools and of schools like them, all active, of which nothing is known."""
    with app.app_context():
        Pairing.update(
            state=ACTIVE,
            state_since=now(),
            started_on=today(),
            last_activity_on=None,
            next_due_on=None,
            first_gave=0,
            second_gave=0,
            signed_on=None,
            review_on=None,
            cluster="",
        ).where(Pairing.id.in_(first_seven())).execute()
        Pairing.update(state=DECLINED, cluster="").where(Pairing.id.not_in(first_seven())).execute()


def first_seven():
    return [pairing.id for pairing in Pairing.select().order_by(Pairing.id).limit(7)]


def change(place=0, **values):
    """Change one of the seven."""
    Pairing.update(**values).where(Pairing.id == first_seven()[place]).execute()


def shown(browser, query=""):
    """The ids of the pairs on the page."""
    return [int(link["href"].rpartition("/")[2]) for link in browser.soup(f"/pairings{query}").select("#list th a")]


def cells(browser, query=""):
    """The cells of the first line, without the school names."""
    (row, *_rest) = browser.soup(f"/pairings{query}").select("#list tbody tr")
    return [cell.get_text(" ", strip=True) for cell in row.select("td")]


def test_a_line_shows_offices_state_with_its_age_last_activity_and_next_day(cast):
    change(
        state=MET,
        state_since=now() - timedelta(12),
        last_activity_on=date(2023, 11, 5),
        next_due_on=date(2031, 1, 31),
    )
    assert cells(cast("hm.giaovien")) == [
        "Quận Hoàng Mai – Huyện Ứng Hòa",
        "Đã họp, đang thống nhất nội dung 12 ngày",
        "05/11/2023",
        "31/01/2031",
    ]


def test_a_cluster_carries_its_name(cast):
    change(cluster="Cụm Ngoại ngữ")
    assert cast("hm.giaovien").soup("/pairings").select_one("#list th .mark-note").text == "Cụm Ngoại ngữ"


@pytest.mark.parametrize("query", ["yen so", "Yên Sở", "hong quang", "THCS yen", "HONG"])
def test_a_pair_is_found_by_either_school_without_marks(cast, query):
    page = cast("hm.chuyenvien").soup("/pairings", query_string={"q": query})
    assert "Trường THCS Yên Sở – Trường THCS Hồng Quang" in [a.text for a in page.select("#list th a")]


@pytest.mark.parametrize("query", ['"', "'", "*", "( OR )", "-", "%", "không có trường này"])
def test_what_names_no_school_finds_nothing(cast, query):
    page = cast("hm.chuyenvien").soup("/pairings", query_string={"q": query})
    assert page.select("#list tbody tr") == []


@pytest.mark.parametrize(
    ("state", "of_which"),
    [
        ("active", [ACTIVE]),
        ("preparing", [PROPOSED]),
        ("twinned", [ACTIVE, MET, SIGNED]),
        ("over", [ENDED]),
    ],
)
def test_states_and_their_groups_narrow_the_list(cast, state, of_which):
    for place, value in enumerate((ACTIVE, PROPOSED, MET, SIGNED, ENDED)):
        change(place, state=value)
    Pairing.delete().where(Pairing.id.in_(first_seven()[5:])).execute()
    expected = {p.id for p in Pairing.select().where(Pairing.state.in_(of_which), Pairing.id.in_(first_seven()))}
    assert set(shown(cast("hm.chuyenvien"), f"?state={state}")) & set(first_seven()) == expected


LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("flag", "values", "has"),
    [
        ("silent", {"last_activity_on": today() - timedelta(61)}, True),
        ("silent", {"last_activity_on": today() - timedelta(60)}, False),
        ("silent", {"started_on": today() - timedelta(61)}, True),
        ("silent", {"started_on": LONG_AGO, "last_activity_on": today()}, False),
        ("silent", {"last_activity_on": LONG_AGO, "state": ENDED}, False),
        ("late", {"next_due_on": today() - timedelta(1)}, True),
        ("late", {"next_due_on": today()}, False),
        ("late", {"next_due_on": LONG_AGO, "state": MET}, False),
        ("one_sided", {"first_gave": 3}, True),
        ("one_sided", {"second_gave": 5}, True),
        ("one_sided", {"first_gave": 2}, False),
        ("one_sided", {"first_gave": 9, "second_gave": 1}, False),
        ("stuck", {"state": PROPOSED, "state_since": now() - timedelta(16)}, True),
        ("stuck", {"state": PROPOSED, "state_since": now() - timedelta(13)}, False),
        ("stuck", {"state_since": now() - timedelta(400)}, False),
        ("review_due", {"review_on": today()}, True),
        ("review_due", {"review_on": today() + timedelta(1)}, False),
        ("pledged", {"signed_on": LONG_AGO}, True),
        ("pledged", {"signed_on": LONG_AGO, "state": ENDED}, False),
    ],
)
def test_flags_find_what_needs_a_look(cast, flag, values, has):
    change(**values)
    assert (first_seven()[0] in shown(cast("hm.chuyenvien"), f"?flag={flag}")) is has


def test_what_is_late_or_silent_is_marked_in_its_line(cast):
    change(started_on=LONG_AGO, last_activity_on=date(2023, 11, 5), next_due_on=date(2023, 12, 1))
    page = cast("hm.giaovien").soup("/pairings")
    assert [mark.get_text(" ", strip=True) for mark in page.select("#list td .status.warn, #list td .status.bad")] == [
        "05/11/2023",
        "01/12/2023 quá hạn",
    ]


def test_filters_stand_as_chips_and_a_chip_takes_its_filter_away(cast):
    browser, district = cast("hm.chuyenvien"), District.get(District.code == "UH")
    page = browser.soup(
        f"/pairings?state=twinned&district={district.id}&level=4&flag=late&programme={Programme.get().id}"
    )
    chips = [chip.get_text(" ", strip=True).split(" ,")[0] for chip in page.select(".chip")]
    assert chips == [
        f"Chương trình: {Programme.get().title}",
        "Trạng thái: Đã kết nghĩa",
        "Đơn vị: Huyện Ứng Hòa",
        "Cấp học: THCS",
        "Cần chú ý: Có cam kết quá hạn",
    ]
    without_flag = page.select(".chip")[4]["href"]
    assert "flag" not in without_flag and len(shown(browser, without_flag.removeprefix("/pairings"))) > 0


def test_a_level_finds_pairs_with_a_school_of_it(cast):
    levels = {
        (row.first_school.levels | row.second_school.levels) & 1
        for row in Pairing.select().where(Pairing.id.in_(shown(cast("hm.chuyenvien"), "?level=1")))
    }
    assert levels == {1}


@pytest.mark.parametrize("query", ["?state=x", "?flag=x", "?programme=x", "?after=-"])
def test_what_is_no_filter_is_refused(cast, query):
    assert cast("hm.chuyenvien").get(f"/pairings{query}").status_code == 400


def test_another_programme_or_district_shows_nothing_of_this_one(cast):
    assert shown(cast("hm.chuyenvien"), "?programme=999") == []
    assert shown(cast("hm.chuyenvien"), "?district=999") == []


@pytest.mark.parametrize("username", ["hm.chuyenvien", "admin"])
def test_pages_follow_each_other_without_gap_or_repetition(cast, monkeypatch, username):
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    lists._list.cache_clear()
    browser, seen, address = cast(username), [], "/pairings?state=active"
    while address:
        page = browser.soup(address)
        seen += [a.text for a in page.select("#list th a")]
        link = page.find(id="pager-next")
        address = link["href"] if link else None
    back = browser.soup(page.find(id="pager-prev")["href"])
    lists._list.cache_clear()
    first = School.alias()
    query = Pairing.select().join(first, on=(Pairing.first_school == first.id)).where(Pairing.state == ACTIVE)
    in_order = [p.first_school.name for p in query.order_by(first.sort_key, Pairing.id)]
    assert [name.partition(" – ")[0] for name in seen] == in_order
    assert [a.text for a in back.select("#list th a")] == seen[3:6]


def test_htmx_gets_the_fragment_that_the_page_includes(cast):
    browser = cast("hm.chuyenvien")
    fragment = browser.get("/pairings?level=4", headers=HX)
    part = BeautifulSoup(fragment.text, "lxml")
    assert [a["href"] for a in part.select("th a")] == [f"/pairings/{id_}" for id_ in shown(browser, "?level=4")]
    assert part.find(id="count")["hx-swap-oob"] == "innerHTML"
    assert part.find(id="export")["href"] == "/pairings/export.xlsx?level=4"


def test_more_lines_take_no_more_queries(cast, queries):
    browser = cast("hm.chuyenvien")
    browser.get("/pairings")
    counts = []
    for count in (1, 3):
        Pairing.update(state=ENDED).execute()
        Pairing.update(state=ACTIVE).where(Pairing.id.in_(first_seven()[:count])).execute()
        with queries() as run:
            assert len(shown(browser, "?state=active")) == count
        counts.append(len(run))
    assert counts[0] == counts[1]
