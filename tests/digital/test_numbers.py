"""What leaders ask of a round, the trend over the years with its table, and the papers of a school and of a round."""

from io import BytesIO

import pytest
from openpyxl import load_workbook


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


@pytest.fixture
def two_years(make_assessment, make_round):
    """Level 2 the year before, level 3 now."""
    make_assessment("published", {"1.4": 0, "1.5.1": 0, "1.5.2": 0}, make_round(school_year="2020-2021"))
    return make_assessment("approved", {"2.4.2": 6})


def test_the_numbers_of_a_round(cast, two_years):
    shown = text(cast("hm.lanhdao"), f"/digital/numbers?round={two_years.round_id}")
    for words in ("1 trường ở mức 3", "1 trường lên mức", "0 trường xuống mức", "0% điểm có minh chứng", "0/0 việc"):
        assert words in shown
    panel = cast("hm.lanhdao").soup("/digital/numbers").find("section", {"data-panel": "digital.weakest"})
    assert panel.find("li").get_text(" ", strip=True) == "2.4.2. Tuyển sinh đầu cấp trực tuyến : 50%"


def test_the_trend_is_a_named_picture_with_the_same_numbers_below(cast, two_years):
    page = cast("hm.lanhdao").soup("/digital/numbers")
    picture = page.select_one("figure.chart svg[role=img]")
    named = [page.find(id=id_).get_text(strip=True) for id_ in picture["aria-labelledby"].split()]
    assert named[0] == "Số trường ở từng mức qua các năm học"
    assert "Mức 2: 2020-2021 1, " in named[1]
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("section table tbody tr")]
    assert rows[0] == ["2020-2021", "0", "1", "0"]
    assert rows[1][1:] == ["0", "0", "1"]
    assert not page.select("figure [style]")


def test_a_school_sees_its_own_points_by_year(cast, two_years):
    rows = cast("hm.hieutruong").soup("/digital/numbers").select("section table tbody tr")
    assert [[cell.text for cell in row.select("td")] for row in rows] == [["70", "90"], ["100", "84"]]
    assert "Chưa có kết quả nào" in text(cast("uh2.hieutruong"), "/digital/numbers")


def test_results_as_an_excel_file(cast, two_years):
    address = f"/digital/numbers/{two_years.round_id}.xlsx"
    answer = cast("hm.chuyenvien").get(address)
    cells = [cell for row in load_workbook(BytesIO(answer.data)).worksheets[0].values for cell in row]
    assert {"Mức 3", 100, 84} <= set(cells)
    assert cast("hm.hieutruong").get(address).status_code == 403
    assert cast("uh.chuyenvien").get(address).status_code == 404


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("digital.report", ["Trường tự xếp: Mức 3.", "Kết quả kiểm tra: Mức 3.", "6/12"]),
        ("digital.evidence", ["2.4.2", "Tuyển sinh đầu cấp trực tuyến"]),
        ("digital.plan", ["2. VIỆC CẦN LÀM"]),
    ],
)
def test_papers_of_a_school(cast, paper, two_years, kind, words):
    assert set(words) <= set(paper("hm.hieutruong", kind, two_years))
    assert cast("hm.giaovien").get(f"/papers/{kind}/{two_years.id}.docx").status_code == 403
    assert cast("uh.chuyenvien").get(f"/papers/{kind}/{two_years.id}.docx").status_code == 404


def test_the_list_of_results(paper, two_years):
    assert {"100; 84", "Mức 3"} <= set(paper("hm.chuyenvien", "digital.results", two_years.round))
