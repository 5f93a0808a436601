"""What the offices see of a school year, and the lists behind the numbers."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel.clock import today
from intranet.registry.schools import School
from plugins.professional_development import demo
from plugins.professional_development.models import Adoption, FeedbackAnswer, Practice, Registration
from plugins.professional_development.numbers.lists import Rows

NUMBERS = "/professional-development/numbers"


def stats(page):
    return {item.find("span").text: item.find("b").text for item in page.select("ul.stats li")}


def test_the_numbers_of_a_district_and_nobody_elses(app, cast, make_session, person):
    before = stats(cast("hm.chuyenvien").soup(NUMBERS))["buổi đã tổ chức trên đã lên lịch"]
    elsewhere = stats(cast("uh.chuyenvien").soup(NUMBERS))
    held, planned = map(int, before.split("/"))
    make_session()
    make_session(state="draft")
    after = stats(cast("hm.chuyenvien").soup(NUMBERS))["buổi đã tổ chức trên đã lên lịch"]
    assert after == f"{held}/{planned + 1}"
    assert stats(cast("uh.chuyenvien").soup(NUMBERS)) == elsewhere


def test_the_share_from_the_partner_school_counts_those_who_were_there(app, cast, make_session, person):
    Registration.update(attendance="absent").execute()
    session = make_session()
    for turn, (name, mark) in enumerate(
        (("uh.giaovien", "present"), ("uh.hieutruong", "absent"), ("hm.giaovien", "present"))
    ):
        who = person(name)
        place = {"school": who.school_id, "district": who.district_id, "turn": turn, "attendance": mark}
        Registration.create(session=session, person=who, **place)
    found = stats(cast("hm.lanhdao").soup(NUMBERS))
    assert (found["người dự từ trường bạn"], found["người dự từ đơn vị khác"], found["thầy cô đã dự"]) == (
        "50%",
        "50%",
        "1",
    )


KEYS = ["held", "people", "partner", "across", "minutes", "feedback", "adopted"]


def cells(page):
    """The rows of a list as texts."""
    rows = page.select("table.list tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.find_all(["th", "td"])] for row in rows]


@pytest.fixture
def held(app, make_session):
    """``held(state="closed")``: a session of the pair that took place two days ago, with people of both schools."""

    def make(**values):
        with app.app_context():
            session = make_session(hours=-48, **values)
            demo.hold(session)
            return session

    return make


@pytest.mark.parametrize("key", KEYS)
def test_each_number_opens_its_list_and_the_file_has_the_same_rows(cast, held, key):
    held(state="credited")
    browser = cast("hm.chuyenvien")
    link = next(item["href"] for item in browser.soup(NUMBERS).select("ul.stats a") if f"/{key}?" in item["href"])
    page = browser.soup(link)
    shown = cells(page)
    sheet = load_workbook(BytesIO(browser.get(page.find(id="export")["href"]).data)).worksheets[0]
    rows = [[cell for cell in row[1:]] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert shown != []
    assert [str(row[0]) for row in rows] == [row[0] for row in shown]
    assert [len(row) for row in rows] == [len(row) for row in shown]


@pytest.mark.parametrize("key", KEYS)
def test_the_lists_go_on_where_the_page_ends_and_cost_the_same(app, cast, held, queries, monkeypatch, key):
    monkeypatch.setattr(Rows.page, "__defaults__", (1,))
    for number in range(3):
        held(state="credited", title=f"Buổi {number}")
        practice = Practice.get(Practice.title == "Góc đọc mười lăm phút đầu giờ", Practice.district == 1)
        school = School.select().where(School.district == practice.district).order_by(School.id.desc()).offset(number)
        Adoption.create(
            practice=practice,
            school=school.first(),
            district=practice.district,
            person=practice.author,
            adopted_on=today(),
        )
    browser, url, seen, costs = cast("hm.chuyenvien"), f"{NUMBERS}/{key}", [], set()
    while url:
        with queries() as run:
            page = browser.soup(url)
        costs.add(len(run))
        seen += [tuple(row) for row in cells(page)]
        following = page.find(id="pager-next")
        url = following["href"] if following else None
    monkeypatch.setattr(Rows.page, "__defaults__", (500,))
    assert seen == [tuple(row) for row in cells(browser.soup(f"{NUMBERS}/{key}"))]
    assert len(seen) >= 3
    assert len(costs) == 1


def test_feedback_counts_only_where_nobody_can_be_told_from_it(app, cast, held):
    few, many = held(state="closed", title="Ít phiếu"), held(state="closed", title="Đủ phiếu")
    FeedbackAnswer.delete().execute()
    for session, answers in ((few, [1, 1, 1, 1]), (many, [4, 4, 4, 2, 2])):
        for mark in answers:
            FeedbackAnswer.create(session=session, day=today(), useful=mark, clear=mark, applicable=mark)
    browser = cast("hm.lanhdao")
    assert stats(browser.soup(NUMBERS))["điểm góp ý trung bình trên 4"] == "3,2"
    found = {row[0]: (row[3], row[6]) for row in cells(browser.soup(f"{NUMBERS}/feedback"))}
    assert (found["Ít phiếu"], found["Đủ phiếu"]) == (("4", "–"), ("5", "3,2"))


def test_what_other_schools_took_over_counts_in_the_year_of_the_adoption(app, cast):
    label = "lượt trường khác áp dụng mô hình"
    assert stats(cast("hm.lanhdao").soup(NUMBERS))[label] == "1"
    Adoption.update(adopted_on=today() - timedelta(days=400)).execute()
    assert stats(cast("hm.lanhdao").soup(NUMBERS))[label] == "0"


def test_the_numbers_are_the_offices(cast):
    seen = {name: cast(name).get(NUMBERS).status_code for name in ("hm.lanhdao", "hm.hieutruong", "hm.xem")}
    assert seen == {"hm.lanhdao": 200, "hm.hieutruong": 403, "hm.xem": 403}
    assert cast("hm.lanhdao").get(f"{NUMBERS}/unknown").status_code == 404
