"""The list of schools."""

import pytest
from bs4 import BeautifulSoup

from intranet.registry.districts import Commune, District
from intranet.registry.schools import School

HX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#list"}


def names(page):
    return [link.text for link in page.select("#list th a")]


def found(browser, query):
    return names(browser.soup("/schools", query_string={"q": query}))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("hoang liet", "Trường Mầm non Hoa Hướng Dương"),
        ("THCS yen so", "Trường THCS Yên Sở"),
        ("đông lỗ", "Trường Mầm non Đông Lỗ"),
        ("Hoà Xá", "Trường Mầm non Hòa Xá"),
        ("01008508", "Trường THCS Yên Sở"),
        ("yen", "Trường Mầm non Yên Sở"),
        ("THCS cao thanh", "Trung học cơ sở Cao Thành"),
    ],
)
def test_schools_are_found_without_marks_by_code_and_by_beginnings(cast, query, first):
    assert found(cast("hm.chuyenvien"), query)[0] == first


def test_every_school_of_the_ward_is_found(cast):
    assert set(found(cast("hm.chuyenvien"), "hoang liet")) == {
        "Trường Mầm non Hoa Hướng Dương",
        "Trường Mầm non Hoàng Liệt",
        "Trường Tiểu học Chu Văn An",
        "Trường Tiểu học Hoàng Liệt",
        "Trường THCS Hoàng Liệt",
        "Trường THCS Linh Đàm",
    }


def test_what_is_spelled_with_the_marks_typed_comes_first(cast):
    results = found(cast("hm.chuyenvien"), "Trần Phú")
    assert results[:3] == ["Trường Mầm non Trần Phú", "Trường THCS Trần Phú", "Trường Tiểu học Trần Phú"]


@pytest.mark.parametrize("query", ['"', "'", "*", "( OR )", "NEAR/2", "-", "^hoa", "a:b", "\\", "%", "\u0000"])
def test_signs_of_search_languages_are_just_text(cast, query):
    assert cast("hm.chuyenvien").get("/schools", query_string={"q": query}).status_code in (200, 400)


def test_schools_stand_in_vietnamese_order(cast):
    shown = found(cast("hm.chuyenvien"), "THCS D")
    order = ["Trường THCS Đại Cường", "Trường THCS Đại Hùng", "Trường THCS Đại Kim", "Trường THCS Định Công"]
    assert [name for name in shown if name in order] == order
    assert (
        shown.index("Trường THCS Đông Lỗ") < shown.index("Trường THCS Đồng Tân") < shown.index("Trường THCS Linh Đàm")
    )


def test_filters_narrow_the_list_and_stand_as_chips(cast):
    district = District.get(District.code == "HM")
    commune = Commune.get(Commune.name == "Phường Hoàng Liệt")
    page = cast("hm.chuyenvien").soup(f"/schools?district={district.id}&level=4&commune={commune.id}")
    assert names(page) == ["Trường THCS Hoàng Liệt", "Trường THCS Linh Đàm"]
    chips = [chip.get_text(" ", strip=True).split(" ,")[0] for chip in page.select(".chip")]
    assert chips == ["Đơn vị: Quận Hoàng Mai", "Cấp học: THCS", "Xã, phường: Phường Hoàng Liệt"]
    assert page.find(id="count").text == "2 trường"


def test_a_chip_takes_its_filter_away(cast):
    browser = cast("hm.chuyenvien")
    chip = browser.soup("/schools?q=hoang+liet&level=4").select(".chip")[1]
    assert len(names(browser.soup(chip["href"]))) == 6


def test_pages_follow_each_other_without_gap_or_repetition(cast):
    browser, seen, address = cast("hm.chuyenvien"), [], "/schools"
    while address:
        page = browser.soup(address)
        seen += names(page)
        link = page.find(id="pager-next")
        address = link["href"] if link else None
    in_order = [school.name for school in School.select().order_by(School.sort_key, School.id)]
    assert seen == in_order


def test_the_way_back_shows_the_same_pages(cast):
    browser = cast("hm.chuyenvien")
    first = browser.soup("/schools")
    second = browser.soup(first.find(id="pager-next")["href"])
    back = browser.soup(second.find(id="pager-prev")["href"])
    assert names(back) == names(first)
    assert back.find(id="pager-prev") is None


def test_a_page_beyond_the_end_shows_the_beginning(cast):
    last = School.select().order_by(School.sort_key.desc(), School.id.desc()).get()
    page = cast("hm.chuyenvien").soup(f"/schools?after={last.id}")
    assert page.find(id="count").text == "139 trường"
    assert names(page) == names(cast("hm.chuyenvien").soup("/schools"))


def test_htmx_gets_the_fragment_that_the_page_includes(cast):
    browser = cast("hm.chuyenvien")
    fragment = browser.get("/schools?level=1", headers=HX)
    assert not fragment.text.lstrip().startswith("<!doctype")
    part = BeautifulSoup(fragment.text, "lxml")
    assert [a.text for a in part.select("th a")] == names(browser.soup("/schools?level=1"))
    assert part.find(id="count")["hx-swap-oob"] == "innerHTML"
    assert "HX-Request" in fragment.headers["Vary"]


def test_back_after_a_lost_history_gets_a_whole_page(cast):
    answer = cast("hm.chuyenvien").get("/schools", headers={"HX-History-Restore-Request": "true"})
    assert answer.text.startswith("<!doctype html>")


def test_nothing_found_differs_from_nothing_there(app, cast):
    assert cast("hm.chuyenvien").soup("/schools?q=xyzxyz").find(class_="empty").h2.text == "Không có trường nào khớp"


@pytest.mark.parametrize("query", ["after=x", "district=1e3", "level=-1", "commune=１", "before=99999999999"])
def test_a_wrong_number_in_the_address_is_refused(cast, query):
    assert cast("hm.chuyenvien").get(f"/schools?{query}").status_code == 400


def test_a_foreign_district_shows_nothing(app, cast):
    stranger = District.create(code="XX", kind="quan", name="Quận X", office_name="X", sort_key="X")
    assert names(cast("hm.chuyenvien").soup(f"/schools?district={stranger.id}")) == []


def test_the_number_of_queries_does_not_grow_with_the_rows(app, cast, queries):
    browser = cast("hm.chuyenvien")
    counts = []
    for query in ("hoa huong duong", "hoang liet"):
        with queries() as run:
            browser.get("/schools", query_string={"q": query})
        counts.append(len(run))
    assert counts[0] == counts[1]
