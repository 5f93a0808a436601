"""What leaders ask of a round, the trend over the years with its table, and the papers of a school and of a round."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel.clock import now, today
from intranet.kernel.text import sort_key
from intranet.registry.schools import School
from plugins.digital.desk import rules
from plugins.digital.models import Assessment, Request, Resource, Score
from plugins.digital.numbers import telling


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


# --- The desk and the resources; what an office begins with ---


@pytest.fixture
def request_of(app, actor_of):
    """``request_of("uh.giaovien", state="rated", rating=4, hours=2)``: answered so many hours after it was sent."""

    def make(username, hours=None, days=1, **values):
        with app.app_context():
            made = rules.ask(actor_of(username), "Máy in kẹt giấy", "")
            made.created_at = now() - timedelta(days=days)
            made.first_reply_at = made.created_at + timedelta(hours=hours) if hours is not None else None
            for name, value in values.items():
                setattr(made, name, value)
            made.save()
            return made

    return make


def desk_stats(browser, address="/digital/numbers"):
    """{what is counted: (the number, the list behind it)}"""
    found = {}
    for stat in browser.soup(address).find("main").select(".stats > *"):
        link = stat if stat.name == "a" else stat.find("a")
        number = stat.find("b").get_text(strip=True)
        found[stat.get_text(" ", strip=True).removeprefix(number).strip()] = (number, link and link["href"])
    return found


def test_numbers_of_the_desk_over_a_year(cast, request_of, actor_of):
    Request.delete().execute()
    helped = {"helper": actor_of("hm.giaovien").person_id, "by_partner": True}
    request_of("uh.giaovien", hours=1, state="rated", rating=5, reopened=1, **helped)
    request_of("uh.giaovien", hours=3, state="closed", helper=actor_of("uh.chuyenvien").person_id)
    request_of("uh.giaovien", hours=8, state="rated", rating=4)
    request_of("uh.giaovien", hours=500, days=400, state="rated", rating=1, reopened=3, **helped)
    request_of("uh.giaovien", days=400)
    shown = desk_stats(cast("uh.chuyenvien"))
    room = "/digital/requests?state="
    assert shown["Chưa xong"] == ("1", f"{room}open")
    assert shown["Giờ chờ trả lời đầu tiên (trung vị)"] == ("3", None)
    assert shown["Phải mở lại"] == ("1", f"{room}reopened")
    assert shown["Do trường kết nghĩa giúp"] == ("1/2", f"{room}partner")
    assert shown["Điểm đánh giá (trên 5) 2/3 yêu cầu có đánh giá"] == ("4,5", f"{room}with_rating")
    for state, count in (("open", 1), ("reopened", 1), ("partner", 1), ("with_rating", 2)):
        assert len(cast("uh.chuyenvien").soup(room + state).select("#list [data-state]")) == count
    assert desk_stats(cast("hm.chuyenvien"))["Chưa xong"][0] == "0"


def test_resources_that_others_used_are_summed(cast, actor_of):
    def make(username, reused):
        author = actor_of(username)
        Resource.create(
            district=author.district_id,
            school=author.school_id,
            author=author.person_id,
            title=f"Bài giảng {reused}",
            sort_key=sort_key(f"Bài giảng {reused}"),
            search_text=" bai giang ",
            state="published",
            reused=reused,
        )

    Resource.delete().execute()
    for username, reused in (("hm.giaovien", 2), ("hm2.giaovien", 3), ("hm.giaovien", 0), ("uh.giaovien", 7)):
        make(username, reused)
    listed = "/digital/resources?state=reused"
    for username, count, times in (("hm.chuyenvien", "2", "5"), ("hm.hieutruong", "1", "2")):
        shown = desk_stats(cast(username))
        assert shown["học liệu trường khác đã dùng"] == (count, listed)
        assert shown["lượt trường khác dùng"] == (times, listed)
        assert len(cast(username).soup(listed).select("#list [data-state]")) == int(count)


def test_an_office_begins_with_the_last_levels_and_what_is_open(cast, two_years, make_round, request_of):
    Request.delete().execute()
    request_of("hm.giaovien")
    # One that has just been opened has no results.
    make_round(due_on=today() + timedelta(days=90))
    panel = cast("hm.chuyenvien").soup("/").select_one('[data-panel="digital.numbers"]')
    assert [number.text for number in panel.select(".stats b")] == ["1", "1"]
    assert "trường ở mức 3" in panel.get_text(" ", strip=True)
    assert cast("hm.hieutruong").soup("/").select_one('[data-panel="digital.numbers"]') is None


def test_what_an_office_begins_with_asks_twice(app, actor_of, two_years, request_of, queries):
    with app.app_context():
        office = actor_of("hm.chuyenvien")
        list(telling.panels("home", office))
        with queries() as run:
            assert len(list(telling.panels("home", office))) == 1
    assert len(run) == 2


def test_the_board_and_the_numbers_ask_as_often_for_three_schools_as_for_one(cast, two_years, queries):
    office = cast("hm.chuyenvien")
    addresses = (f"/digital/rounds/{two_years.round_id}", f"/digital/numbers?round={two_years.round_id}")

    def count(address):
        office.get(address)
        with queries() as run:
            office.get(address)
        return len(run)

    one = [count(address) for address in addresses]
    here = School.select(School.id).where(School.district == two_years.district_id, School.id != two_years.school_id)
    lines = list(Score.select().where(Score.assessment == two_years).dicts())
    for line in lines:
        del line["id"]
    for school in here.limit(2):
        values = {**two_years.__data__, "id": None, "school": school.id}
        other = Assessment.create(**values)
        Score.insert_many([{**line, "assessment": other.id, "school": school.id} for line in lines]).execute()
    assert [count(address) for address in addresses] == one
    assert "3 trường ở mức 3" in text(office, addresses[1])
