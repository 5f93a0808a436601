"""The list of reports, and of the pairs that have none."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.registry.reports import Report
from intranet.registry.twinning import Pairing
from intranet.reports import queries as report_queries
from intranet.testing import parse


@pytest.fixture
def empty(story):
    """No reports; the story's pair and another one are the only ones that have begun."""
    Report.delete().execute()
    other = Pairing.select().where(Pairing.id != story.pairing.id).order_by(Pairing.id).first()
    Pairing.update(state="approved").where(Pairing.id.not_in([story.pairing.id, other.id])).execute()
    Pairing.update(state="active").where(Pairing.id.in_([story.pairing.id, other.id])).execute()
    return story.pairing, other


def make(cast, pairing, year="2023-2024"):
    return cast("hm.chuyenvien").submit(f"/reports/new?pairing={pairing.id}&year={year}", "report").headers["Location"]


def rows(browser, address):
    return [row.find("th").a.text for row in browser.soup(address).select("#list tbody tr")]


def test_without_reports_the_list_says_how_to_begin(empty, cast):
    page = cast("hm.chuyenvien").soup("/reports")
    assert page.find(class_="empty").h2.text == "Chưa có báo cáo nào"
    assert page.find(class_="empty").a["href"] == "/reports/new"
    assert cast("hm.giaovien").soup("/reports").find(class_="empty").a is None


def test_the_list_filters_by_year_and_state(empty, cast):
    pairing, other = empty
    make(cast, pairing), make(cast, other, "2022-2023")
    browser = cast("hm.chuyenvien")
    assert len(rows(browser, "/reports")) == 2
    assert len(rows(browser, "/reports?year=2023-2024")) == 1
    assert rows(browser, "/reports?year=2023-2024&state=issued") == []
    assert len(rows(browser, f"/reports?programme={pairing.programme_id}&state=draft")) == 2


def test_the_list_of_one_pair_begins_its_report(empty, cast):
    pairing, other = empty
    make(cast, other)
    browser = cast("hm.hieutruong")
    page = browser.soup(f"/reports?pairing={pairing.id}")
    assert page.select_one(".page-title .btn.primary")["href"] == f"/reports/new?pairing={pairing.id}"
    assert browser.get(f"/reports?pairing={other.id}").status_code == 404
    report = make(cast, pairing)
    links = browser.soup(f"/reports?pairing={pairing.id}").select("#list th a")
    assert [link["href"] for link in links] == [report]


@pytest.mark.parametrize("query", ["year=2023", "year=2023-2025", "state=lost", "programme=x", "after=-1"])
def test_a_filter_that_no_list_has_is_refused(app, cast, query):
    assert cast("hm.chuyenvien").get(f"/reports?{query}").status_code == 400


def test_a_fragment_brings_the_count(empty, cast):
    make(cast, empty[0])
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#list"}
    answer = parse(cast("hm.chuyenvien").get("/reports?year=2023-2024", headers=headers).text)
    assert (answer.find(id="count").text, answer.find("nav", class_="side")) == ("1 báo cáo", None)


def test_pages_go_on_where_the_last_ended(empty, cast, monkeypatch):
    monkeypatch.setattr(report_queries, "PAGE_SIZE", 1)
    make(cast, empty[0]), make(cast, empty[1])
    browser = cast("hm.chuyenvien")
    first = browser.soup("/reports?state=draft")
    following = first.find(id="pager-next")["href"]
    assert following.startswith("/reports?state=draft&after=")
    both = [page.select("#list tbody th a")[0]["href"] for page in (first, browser.soup(following))]
    assert len(set(both)) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_constant_number_of_questions(empty, cast, queries, count):
    for number in range(count):
        make(cast, empty[0], f"{2022 + number}-{2023 + number}")
    browser = cast("hm.chuyenvien")
    browser.get("/reports")
    with queries() as run:
        browser.get("/reports")
    # Session, place, page, count, programmes.
    assert len(run) == 5


def test_pairs_without_an_issued_report_are_listed_until_it_is_issued(empty, cast):
    pairing, other = empty
    browser, address = cast("hm.chuyenvien"), "/reports/missing?year=2023-2024"
    names = {p.id: f"{p.first_school.name} – {p.second_school.name}" for p in empty}
    assert rows(browser, address) == [names[id_] for id_ in sorted(names)]
    report = make(cast, pairing)
    links = {link.text.strip(): link["href"] for link in browser.soup(address).select("#list td a")}
    assert links["Đang soạn"] == report
    Report.update(state="issued").execute()
    assert rows(browser, address) == [names[other.id]]


def test_a_report_is_begun_from_the_late_list(empty, cast):
    page = cast("hm.chuyenvien").soup("/reports/missing?year=2023-2024")
    link = next(link["href"] for link in page.select("#list td a") if str(empty[0].id) in link["href"])
    form = cast("hm.chuyenvien").soup(link).find("form", {"data-form": "report"})
    assert form.find("option", selected=True, string="2023-2024") is not None


def test_the_late_list_comes_out_as_an_excel_file(empty, cast):
    make(cast, empty[0])
    browser = cast("hm.chuyenvien")
    link = browser.soup("/reports/missing?year=2023-2024").find(id="export")["href"]
    sheet = load_workbook(BytesIO(browser.get(link).data)).worksheets[0]
    found = list(sheet.iter_rows(values_only=True))
    assert found[3] == (
        *("STT", "Trường thứ nhất", "Đơn vị thứ nhất", "Trường thứ hai", "Đơn vị thứ hai", "Chương trình", "Báo cáo"),
    )
    words = {row[1]: row[6] for row in found[4:]}
    assert words == {empty[0].first_school.name: "Đang soạn", empty[1].first_school.name: "Chưa lập"}


def test_only_pairs_in_sight_are_late(empty, cast):
    assert rows(cast("hm.hieutruong"), "/reports/missing?year=2023-2024") == [
        f"{empty[0].first_school.name} – {empty[0].second_school.name}"
    ]
    assert cast("hm.giaovien").get("/reports/missing").status_code == 403


def test_a_school_without_a_signed_pair_is_told_what_to_do(empty, cast):
    Pairing.update(state="approved").execute()
    page = cast("hm.hieutruong").soup("/reports/new")
    assert (page.find("form", {"data-form": "report"}), page.find(class_="empty").a["href"]) == (None, "/pairings")
