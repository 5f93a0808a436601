"""The page of a pair: what stands between the two schools."""

from datetime import timedelta
from decimal import Decimal

import pytest

from intranet.contributions import ActivityFacts, Measure
from intranet.kernel.clock import now, today
from intranet.registry.people import Person
from intranet.registry.pledges import Meeting, PairReview
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, Pairing
from intranet.schools.life_cycle import merge_school
from intranet.shared.activities import record_activity

FIRST, SECOND = "hm.hieutruong", "uh.hieutruong"


@pytest.fixture
def page(pair):
    return f"/pairings/{pair.id}"


@pytest.fixture
def happened(app, pair):
    """``happened("first", 3, "cuộc")``: what a side gave, or with "both" what they did together."""
    numbers = iter(range(1, 100))

    def write(side, quantity=1, unit="cuộc", kind="meeting", clause=None):
        givers = {"first": pair.first_school_id, "second": pair.second_school_id}
        giver = givers.get(side)
        with app.app_context():
            number = next(numbers)
            record_activity(
                ActivityFacts(
                    source_key=f"meeting-9{number}",
                    kind=kind,
                    on=today() - timedelta(days=number),
                    title=f"Việc {number}",
                    district_id=pair.first_district_id,
                    school_ids=(pair.first_school_id, pair.second_school_id),
                    pairing_id=pair.id,
                    giver_id=giver,
                    receiver_id=pair.partner_of(giver) if giver else None,
                    measures=(Measure(quantity=quantity, unit=unit, clause_id=clause),),
                )
            )

    return write


def panel(browser, page, name):
    return browser.soup(page).find(attrs={"data-panel": f"pairings.{name}"})


def ledger(browser, page):
    """(label, what the first gave, what the second gave) of each row, and what both did."""
    found = panel(browser, page, "ledger")
    rows = [
        (row.th.text.strip(), *(cell.span.text.strip() for cell in row.find_all("td")))
        for row in found.select("tbody tr")
    ]
    return rows, [item.get_text(" ", strip=True) for item in found.select("ul.lines li")]


def test_the_ledger_tells_what_each_side_gave_and_what_both_did(cast, page, happened):
    for side, quantity, unit, kind in (
        ("first", 2, "chuyến", "visit"),
        ("first", 1, "chuyến", "visit"),
        ("second", Decimal("1.5"), "chuyến", "visit"),
        ("both", 1, "cuộc", "meeting"),
        ("both", 1, "cuộc", "meeting"),
    ):
        happened(side, quantity, unit, kind)
    assert ledger(cast(FIRST), page) == (
        [("Số lần giúp", "2", "1"), ("Thăm, giao lưu", "3 chuyến", "1,5 chuyến")],
        ["Họp cặp kết nghĩa : 2 cuộc"],
    )


@pytest.mark.parametrize(
    ("first", "second", "hinted"),
    [(0, 0, False), (2, 0, False), (3, 0, True), (3, 1, False), (4, 1, False), (0, 3, True)],
)
def test_a_gentle_word_where_help_runs_one_way(cast, page, happened, first, second, hinted):
    for side, count in (("first", first), ("second", second)):
        for _ in range(count):
            happened(side)
    notice = panel(cast(FIRST), page, "ledger").select_one(".notice")
    assert (notice is not None) == hinted
    if hinted:
        giver = "Trường THCS Yên Sở" if first else "Trường THCS Hồng Quang"
        assert f"đi từ {giver}" in notice.text


def test_what_a_merged_school_gave_counts_for_its_successor(app, cast, page, pair, happened):
    happened("first")
    successor = School.get(School.code == "01008501")
    with app.app_context():
        merge_school(pair.first_school, successor, person_id=None)
    office = cast("hm.chuyenvien")
    assert ledger(office, page)[0][0] == ("Số lần giúp", "1", "0")
    assert cast(FIRST).soup(page).select(".timeline li")[0].find("span", {"lang": "vi"}).text == "Họp cặp kết nghĩa"


def test_what_comes_next_stands_in_order_and_says_what_is_late(cast, page, clause, pair):
    clause("Tặng sách", due_on=today() - timedelta(days=3))
    clause("Dạy minh họa", due_on=today() + timedelta(days=30))
    Meeting.create(pairing=pair, title="Họp đầu năm", starts_at=now() + timedelta(days=10))
    Pairing.update(state=ACTIVE, review_on=today() + timedelta(days=60)).where(Pairing.id == pair.id).execute()
    lines = panel(cast(FIRST), page, "dates").select("li")
    assert [line.find(["a", "b"]).text for line in lines] == [
        "Hạn cam kết 1: Tặng sách",
        "Họp đầu năm",
        "Hạn cam kết 2: Dạy minh họa",
        "Sơ kết năm học",
    ]
    assert ["Quá hạn" in line.text for line in lines] == [True, False, False, False]


def test_the_pledge_stands_between_the_schools_with_its_progress(app, cast, page, clause, happened):
    kept = clause("Họp chung", activity_kind="meeting")
    clause("Tặng sách", due_on=today() - timedelta(days=3))
    happened("both", clause=kept.id)
    text = cast(SECOND).soup(page).select_one(".pledge").get_text(" ", strip=True)
    assert "1 / 2 cam kết hoàn thành 1 cam kết quá hạn" in text
    states = [line["data-state"] for line in panel(cast(SECOND), page, "pledge").select("li")]
    assert states == ["done", "late"]


def test_pairs_of_the_same_cluster_are_named_and_open_to_whom_they_concern(cast, page, pair):
    other = Pairing.get(Pairing.first_school == School.get(School.code == "01008401"))
    Pairing.update(cluster="Cụm số 1").where(Pairing.id.in_([pair.id, other.id])).execute()
    for username, linked in ((FIRST, False), ("hm.chuyenvien", True), ("admin", True)):
        line = panel(cast(username), page, "cluster").li
        assert ("Trường Tiểu học" in line.text, line.a is not None) == (True, linked)


def test_both_schools_looks_back_stand_there(cast, page, pair):
    author = Person.get(Person.username == SECOND)
    for year, text in (("2024-2025", "Năm cũ"), ("2025-2026", "Hai chuyên đề")):
        PairReview.create(pairing=pair, school=pair.second_school_id, school_year=year, achieved=text, person=author)
    found = panel(cast(FIRST), page, "reviews")
    assert (found.h2.text, found.h3.text, found.dd.text) == (
        "Nhận xét năm học 2025-2026",
        "Trường THCS Hồng Quang",
        "Hai chuyên đề",
    )


def test_files_lie_on_the_pair_and_both_sides_see_them(cast, pair):
    statuses = {
        name: cast(name).get(f"/files/pairing/{pair.id}").status_code
        for name in (FIRST, "uh.giaovien", "hm.lanhdao", "hm2.giaovien")
    }
    assert statuses == {FIRST: 200, "uh.giaovien": 200, "hm.lanhdao": 200, "hm2.giaovien": 404}


# Two of them are of the frame, one each of the panels of the tests' own module, mentoring, facilities and the digital
# module, one asks of which schools the two were split off, eight of the steps while both are to agree.
MOST_QUERIES = 26


def test_the_page_asks_no_more_for_many_and_not_much_at_all(cast, page, clause, happened, pair, queries):
    Pairing.update(cluster="Cụm số 1").where(Pairing.programme == pair.programme_id).execute()
    counts, browser = [], cast(FIRST)
    for number in (1, 3):
        for _ in range(number):
            happened("first", clause=clause("Họp", activity_kind="meeting", due_on=today()).id)
            Meeting.create(pairing=pair, title="Họp", starts_at=now())
        browser.get(page)
        with queries() as run:
            browser.get(page)
        counts.append(len(run))
    assert counts[0] == counts[1] <= MOST_QUERIES
