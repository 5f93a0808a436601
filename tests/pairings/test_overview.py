"""The leaders' overview: every number is the length of the list that it leads to."""

import io
import re
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from intranet.kernel.clock import now, today
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import (
    ACTIVE,
    ENDED,
    MET,
    PROPOSED,
    REVIEW,
    SIGNED,
    TWINNED,
    Pairing,
    Programme,
    ProgrammeDistrict,
)

LEADER = "hm.lanhdao"


def number(text):
    return int(re.sub(r"\D", "", text) or 0)


@pytest.fixture(autouse=True)
def many_cases(app):
    """Pairs in several states, with everything that a flag looks for."""
    cases = (
        {"state": ACTIVE, "last_activity_on": today() - timedelta(61)},
        {"state": ACTIVE, "last_activity_on": today(), "next_due_on": date(2023, 1, 1)},
        {"state": ACTIVE, "last_activity_on": today(), "first_gave": 3, "second_gave": 0},
        {"state": REVIEW, "last_activity_on": today(), "state_since": now() - timedelta(40)},
        {"state": SIGNED, "signed_on": today()},
        {"state": PROPOSED, "state_since": now() - timedelta(20)},
        {"state": ENDED},
    )
    with app.app_context():
        for pairing, values in zip(Pairing.select().order_by(Pairing.id).limit(7), cases, strict=True):
            Pairing.update(**{"state_since": now(), **values}).where(Pairing.id == pairing.id).execute()


def length(browser, address):
    """How many lines the list behind a link has."""
    return number(browser.soup(address).find(id="count").text)


def test_every_number_is_the_length_of_its_list(cast):
    browser = cast(LEADER)
    page = browser.soup("/overview")
    tiles = [(link["href"], number(link.b.text)) for link in page.select(".stats a")]
    marks = [
        (item.a["href"], number(item.select_one(".status").text))
        for item in page.find(attrs={"data-panel": "overview.flags"}).select("li")
        if item.a
    ]
    states = [
        (row.a["href"], number(row.td.text))
        for row in page.find(attrs={"data-panel": "overview.states"}).select("tbody tr")
        if row.a
    ]
    schools = [
        (link["href"], number(link.text)) for link in page.find(attrs={"data-panel": "overview.schools"}).select("a")
    ]
    assert [len(tiles), len(schools)] == [4, 4]
    assert len(marks) >= 4
    assert len(states) >= 5
    for address, count in (*tiles, *marks, *states, *schools):
        assert length(browser, address) == count, address


def test_the_age_of_the_oldest_stands_beside_each_state(cast):
    rows = cast(LEADER).soup("/overview").find(attrs={"data-panel": "overview.states"}).select("tbody tr")
    ages = {row.th.text.strip(): row.select("td")[-1].text for row in rows}
    assert ages["Chờ hai trường nhận lời"] == f"{_oldest(PROPOSED)} ngày"


def _oldest(state):
    return max((now() - pairing.state_since).days for pairing in Pairing.select().where(Pairing.state == state))


def test_states_without_pairs_and_flags_without_pairs_lead_nowhere(cast):
    Pairing.update(state=MET, state_since=now(), first_gave=0).execute()
    page = cast(LEADER).soup("/overview")
    assert page.find(attrs={"data-panel": "overview.flags"}).select("a") == []
    links = page.find(attrs={"data-panel": "overview.states"}).select("a")
    assert [link["href"] for link in links] == ["/pairings?state=met"]


def test_an_overview_without_any_pair_has_its_zeros(cast):
    Pairing.update(state=ENDED, first_district=District.get(District.code == "UH").id).execute()
    assert [tile.b.text for tile in cast(LEADER).soup("/overview").select(".stats a")] == ["0", "0", "0", "0"]


def test_one_programme_is_counted_for_itself(cast):
    first = Programme.get()
    other = Programme.create(title="Chương trình khác", state="running", owner_district=first.owner_district_id)
    for row in list(ProgrammeDistrict.select().where(ProgrammeDistrict.programme == first)):
        ProgrammeDistrict.create(programme=other, district=row.district_id)
    moved = Pairing.select().where(Pairing.state == ACTIVE).order_by(Pairing.id).get()
    Pairing.update(programme=other).where(Pairing.id == moved.id).execute()
    browser = cast(LEADER)
    page = browser.soup(f"/overview?programme={other.id}")
    tile = page.select(".stats a")[1]
    assert (tile["href"], tile.b.text) == (f"/pairings?programme={other.id}&state=twinned", "1")
    assert length(browser, tile["href"]) == 1


def test_a_school_counts_once_however_many_pairs_it_has(cast):
    pairing = Pairing.select().where(Pairing.state == ACTIVE).order_by(Pairing.id).get()
    other = School.get(School.district == pairing.second_district_id, School.id != pairing.second_school_id)
    Pairing.create(
        programme=pairing.programme_id,
        first_school=pairing.first_school_id,
        first_district=pairing.first_district_id,
        second_school=other,
        second_district=pairing.second_district_id,
        state=ACTIVE,
    )
    own = {p.first_school_id for p in Pairing.select().where(Pairing.state.in_(TWINNED))}
    link = cast(LEADER).soup("/overview").find("a", href=f"/schools?district={pairing.first_district_id}&paired=1")
    assert number(link.text) == len(own)


def test_the_numbers_go_out_as_a_table(cast):
    browser = cast(LEADER)
    book = load_workbook(io.BytesIO(browser.get("/overview/export.xlsx").data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[3] == ("STT", "Phần", "Nội dung", "Số lượng", "Lâu nhất (ngày)")
    table = {(row[1], row[2]): row[3] for row in rows[4:]}
    assert table["Cặp theo trạng thái", "Đang thực hiện"] == length(browser, "/pairings?state=active")
    assert table["Cần chú ý", "Có cam kết quá hạn"] == length(browser, "/pairings?flag=late")


@pytest.mark.parametrize("path", ["/overview", "/overview/export.xlsx"])
@pytest.mark.parametrize(
    ("username", "status"),
    [("hm.lanhdao", 200), ("uh.chuyenvien", 200), ("admin", 200), ("hm.hieutruong", 403), ("hm.xem", 403)],
)
def test_leaders_and_officers_have_an_overview(cast, path, username, status):
    assert cast(username).get(path).status_code == status


def test_it_takes_a_handful_of_queries_however_many_pairs_there_are(cast, queries):
    browser, counts = cast(LEADER), []
    browser.get("/overview")
    for state in (ENDED, ACTIVE):
        Pairing.update(state=state).execute()
        with queries() as run:
            browser.get("/overview")
        counts.append(len(run))
    assert counts[0] == counts[1] <= 10
