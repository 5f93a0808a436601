"""The list of schools."""

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.districts import Commune, District
from intranet.registry.people import Person, Preference
from intranet.registry.schools import School
from intranet.schools.queries import Filters, filtered_ids
from intranet.shared.access import Actor

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


@pytest.mark.parametrize(
    "query",
    [
        *("after=x", "district=1e3", "level=-1", "commune=１", "before=99999999999"),
        *("ownership=x", "state=x", "difficult=2", "paired=yes"),
    ],
)
def test_a_wrong_filter_in_the_address_is_refused(cast, query):
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


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("ownership=tu_thuc", "Loại hình: Tư thục"),
        ("state=closed", "Trạng thái: Đã đóng"),
        ("difficult=1", "Vùng khó khăn: Có"),
        ("paired=0", "Kết nghĩa: Không"),
    ],
)
def test_each_filter_shows_its_schools_and_its_chip(cast, query, chip):
    chosen = School.get(School.code == "01008508")
    School.update(ownership="tu_thuc", difficult_area=True, closed_on=today()).where(School.id == chosen.id).execute()
    page = cast("hm.chuyenvien").soup(f"/schools?{query}&q=01008508&state=all")
    assert names(page) == ([] if query == "paired=0" else [chosen.name])
    assert chip in [one.get_text(" ", strip=True).split(" ,")[0] for one in page.select(".chip")]


@pytest.mark.parametrize("query", ["ownership=dan_lap", "state=open", "difficult=0", "paired=1"])
def test_each_filter_leaves_the_others_out(cast, query):
    chosen = School.get(School.code == "01008305")
    School.update(difficult_area=True, closed_on=today()).where(School.id == chosen.id).execute()
    assert names(cast("hm.chuyenvien").soup(f"/schools?{query}&q=01008305&state=all")) == []


def test_paired_schools_are_those_of_a_pair_under_way(cast):
    page = cast("hm.chuyenvien").soup("/schools?paired=1")
    assert page.find(id="count").text == "14 trường"
    assert {cell.text for cell in page.select("td .status")} == {"Đã kết nghĩa"}


def heads(page):
    return [cell.text for cell in page.select("#list thead th")]


def test_everybody_chooses_the_own_columns(cast):
    browser, other = cast("hm.giaovien"), cast("hm2.giaovien")
    before = heads(other.soup("/schools"))
    assert heads(browser.soup("/schools")) == before
    answer = browser.submit("/schools", "columns", {"column": ["classes", "code", "founded_year", "khác"]})
    assert answer.headers["Location"] == "/schools"
    assert heads(browser.soup("/schools")) == ["Tên trường", "Mã trường", "Năm thành lập", "Lớp"]
    assert heads(other.soup("/schools")) == before


def test_choosing_columns_leads_back_to_the_list_as_it_was(cast):
    browser = cast("hm.giaovien")
    token = {"csrf_token": browser.csrf("/account"), "column": "code"}
    here = {"Referer": "http://localhost/schools?q=hoa&level=4"}
    assert browser.post("/schools/columns", data=token, headers=here).headers["Location"] == "/schools?q=hoa&level=4"
    there = {"Referer": "http://evil.example/else?q=hoa"}
    assert browser.post("/schools/columns", data=token, headers=there).headers["Location"] == "/schools"


def test_choosing_again_replaces_the_choice_and_none_leaves_the_name(cast):
    browser = cast("hm.giaovien")
    browser.submit("/schools", "columns", {"column": ["code"]})
    browser.submit("/schools", "columns", {"column": []})
    assert heads(browser.soup("/schools")) == ["Tên trường"]
    person = Person.get(Person.username == "hm.giaovien")
    assert [row.value for row in Preference.select().where(Preference.person == person)] == [""]


def test_every_column_shows_its_value(cast):
    chosen = School.get(School.code == "01008508")
    School.update(
        difficult_area=True, phone="+84912345678", email="a@b.vn", website="b.vn", address="Số 1", principal_name="Nam"
    ).where(School.id == chosen.id).execute()
    browser = cast("hm.giaovien")
    keys = [box["value"] for box in browser.soup("/schools").select("form[data-form=columns] input[name=column]")]
    browser.submit("/schools", "columns", {"column": keys})
    row = browser.soup("/schools?q=01008508").select("#list tbody tr")[0]
    assert {cell["data-label"]: cell.get_text(" ", strip=True) for cell in row.find_all("td")} == {
        "Cấp học": "THCS",
        "Xã, phường": "Phường Yên Sở",
        "Đơn vị": "Quận Hoàng Mai",
        "Mã trường": "01008508",
        "Kết nghĩa": "Đã kết nghĩa",
        "Tên viết tắt": "THCS YS",
        "Loại hình": "Công lập",
        "Vùng khó khăn": "Có",
        "Năm thành lập": "1966",
        "Lớp": "20",
        "Học sinh": "920",
        "CB, GV, NV": "41",
        "Chuẩn quốc gia": "Chưa đạt",
        "Hiệu trưởng": "Nam",
        "Điện thoại": "0912 345 678",
        "Email": "a@b.vn",
        "Website": "b.vn",
        "Địa chỉ": "Số 1",
    }
    labels = [cell["data-label"] for cell in row.find_all("td")]
    assert heads(browser.soup("/schools?q=01008508"))[1:] == labels


def test_only_the_columns_shown_are_read(cast, queries):
    browser = cast("hm.giaovien")
    browser.submit("/schools", "columns", {"column": ["code"]})
    with queries() as run:
        browser.get("/schools")
    listed = next(sql for sql in run if "search_text" not in sql and "COUNT(*)" in sql and "sort_key" in sql)
    assert [name for name in ("commune", "figures", "pairing", "phone") if name in listed] == []


def test_the_newest_figures_stand_in_the_list(cast):
    browser = cast("hm.giaovien")
    browser.submit("/schools", "columns", {"column": ["pupils"]})
    row = browser.soup("/schools?q=01008508").select("#list tbody tr")[0]
    assert row.td.text == "920"


def test_the_ids_of_a_filter_come_in_the_order_of_the_list(app, cast):
    browser, address = cast("hm.chuyenvien"), "/schools?q=hoang&level=2"
    pages = [int(link["href"].rsplit("/", 1)[1]) for link in browser.soup(address).select("#list th a")]
    district = District.get(District.code == "HM").id
    both = frozenset(row.id for row in District.select())
    actor = Actor(person_id=1, role="officer", district_id=district, district_ids=both)
    with app.app_context():
        assert filtered_ids(actor, Filters(query="hoang", level=2), 100) == pages
        assert filtered_ids(actor, Filters(query="hoang", level=2), 1) == pages[:1]
        assert filtered_ids(actor, Filters(query="hoang", level=2, after=pages[0]), 100) == pages
        assert filtered_ids(actor, Filters(query="%"), 100) == []
        assert len(filtered_ids(actor, Filters(), 1000)) == 139
