"""The first screen and the search over everything."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.people import Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.twinning import Pairing


def stats(page):
    """Those of the page itself, not of the modules' panels."""
    return {item.span.text: item.b.text for item in page.select(".stats li:not([data-panel] li)")}


@pytest.mark.parametrize(
    ("username", "numbers"),
    [
        ("hm.chuyenvien", {"trường": "48", "cặp kết nghĩa": "7", "người trong danh bạ": "10"}),
        ("uh.hieutruong", {"trường": "91", "cặp kết nghĩa": "1", "người trong danh bạ": "10"}),
        ("admin", {"trường": "139", "cặp kết nghĩa": "7", "người trong danh bạ": "21"}),
    ],
)
def test_the_first_screen_counts_what_is_ones_own(cast, username, numbers):
    assert stats(cast(username).soup("/")) == numbers


def test_every_number_leads_to_the_list_behind_it(cast):
    browser = cast("hm.chuyenvien")
    page = browser.soup("/")
    lists = [browser.soup(link["href"]) for link in page.select(".stats a")]
    assert lists[0].find(id="count").text == "48 trường"
    assert len(lists[1].select("#list tbody tr")) == 7


def test_a_person_without_a_place_is_told_whom_to_ask(cast):
    page = cast("hm.moi").soup("/")
    assert page.find(class_="empty").h2.text == "Tài khoản chưa được gán vào trường hoặc phòng nào"


def test_one_box_finds_schools_and_people(cast):
    page = cast("hm.giaovien").soup("/search?q=yen")
    schools = [link.text for link in page.find(attrs={"data-panel": "search.schools"}).select("li a")]
    people = [link.text for link in page.find(attrs={"data-panel": "search.people"}).select("li a")]
    assert schools == ["Trường Mầm non Yên Sở", "Trường THCS Yên Sở", "Trường Tiểu học Yên Sở"]
    assert people == ["Đỗ Thị Yến"]


@pytest.mark.parametrize("query", ["", "   ", "!!!"])
def test_an_empty_search_explains_itself(cast, query):
    page = cast("hm.giaovien").soup("/search", query_string={"q": query})
    assert page.find(id="list").p.text.startswith("Gõ tên trường")


def test_nothing_found_says_what_was_searched(cast):
    page = cast("hm.giaovien").soup("/search?q=xyzxyz")
    assert page.find(class_="empty").h2.text == "Không tìm thấy kết quả cho “xyzxyz”."


def test_a_schools_pairs_stand_there_with_their_state_and_contacts_only_once_twinned(cast):
    pairing = Pairing.get(Pairing.first_school == Person.get(Person.username == "hm.hieutruong").school_id)
    found = []
    for state in ("active", "proposed", "ended"):
        Pairing.update(state=state).where(Pairing.id == pairing.id).execute()
        panel = cast("hm.hieutruong").soup("/").find(attrs={"data-panel": f"home.partner_{pairing.id}"})
        found.append(panel and (panel.select_one(".status")["data-state"], len(panel.select("li"))))
    assert found == [("active", 2), ("proposed", 0), None]


@pytest.mark.parametrize(("username", "linked"), [("hm.lanhdao", True), ("hm.chuyenvien", True), ("hm.xem", False)])
def test_leaders_and_officers_go_on_to_the_overview(cast, username, linked):
    assert bool(cast(username).soup("/").select('main a[href="/overview"]')) is linked


def promise(pairing, position, **values):
    return PledgeClause.create(pairing=pairing, position=position, text="Dạy minh họa", quantity=2, **values)


def test_a_school_reads_on_its_first_screen_how_many_promises_are_kept_and_late(cast):
    pairing = Pairing.get(Pairing.first_school == Person.get(Person.username == "hm.hieutruong").school_id)
    PledgeClause.delete().where(PledgeClause.pairing == pairing).execute()
    yesterday = today() - timedelta(days=1)
    promise(pairing, 1, done=2, due_on=yesterday)
    promise(pairing, 2, done=1, due_on=yesterday)
    promise(pairing, 3, done=0)
    promise(pairing, 4, done=0, due_on=yesterday, dropped_on=yesterday)
    found = []
    for state in ("agreed", "active"):
        Pairing.update(state=state).where(Pairing.id == pairing.id).execute()
        panel = cast("hm.giaovien").soup("/").find(attrs={"data-panel": f"home.partner_{pairing.id}"})
        bar = panel.find("progress")
        found.append(
            bar and (panel.find(class_="progress").text, bar["value"], bar["max"], panel.find_all("b")[1].text)
        )
    # Before it is signed, nothing is promised.
    assert found == [None, ("1 / 3 cam kết hoàn thành", "1", "3", "1 cam kết quá hạn")]
