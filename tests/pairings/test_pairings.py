"""Twinned schools."""

import pytest

from intranet.registry.schools import School
from intranet.registry.twinning import Pairing


def test_the_page_shows_both_schools_and_whom_to_call(cast):
    pairing = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
    page = cast("hm.giaovien").soup(f"/pairings/{pairing.id}")
    sides = [(side.h2.text, [dd.text for dd in side.find_all("dd")]) for side in page.select(".pair-side")]
    assert sides == [
        ("Trường THCS Yên Sở", ["Đặng Minh Vinh · 0912 001 002", "Lê Thu Hòa · 0912 001 003"]),
        ("Trường THCS Hồng Quang", ["Huỳnh Bích Tâm · 0912 002 002", "Ngô Đức Thủy · 0912 002 003"]),
    ]
    assert page.find(attrs={"data-state": "active"}).text == "Đang thực hiện"


def test_a_school_sees_its_own_pairs_and_the_office_all(cast):
    counts = [len(cast(name).soup("/pairings").select("#list tbody tr")) for name in ("hm.giaovien", "hm.lanhdao")]
    assert counts == [1, 7]


def test_a_schools_page_names_its_partner(cast):
    school = School.get(School.code == "01008508")
    panel = cast("uh.xem").soup(f"/schools/{school.id}").find(attrs={"data-panel": "schools.pairings"})
    assert panel.a.text == "Trường THCS Hồng Quang"


@pytest.mark.parametrize(
    ("username", "linked"),
    [("hm.giaovien", True), ("uh.giaovien", True), ("uh.lanhdao", True), ("hm2.giaovien", False), ("admin", True)],
)
def test_a_schools_page_leads_to_the_pair_for_those_who_may_open_it(cast, username, linked):
    browser, school = cast(username), School.get(School.code == "01008508")
    links = browser.soup(f"/schools/{school.id}").find(attrs={"data-panel": "schools.pairings"}).select("a")
    pairs = [link["href"] for link in links if link["href"].startswith("/pairings/")]
    assert bool(pairs) == linked
    assert [browser.get(url).status_code for url in pairs] == [200] * len(pairs)


def test_the_first_screen_names_the_partner_and_whom_to_call(cast):
    page = cast("hm.giaovien").soup("/")
    panel = page.find(lambda tag: tag.get("data-panel", "").startswith("home.partner"))
    assert [item.get_text(" ", strip=True) for item in panel.select("li")] == [
        "Hiệu trưởng: Huỳnh Bích Tâm · 0912 002 002",
        "Điều phối viên: Ngô Đức Thủy · 0912 002 003",
    ]
