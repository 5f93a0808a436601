"""Numbers: exact and with their lists for the school's keepers; for offices what nobody can be recognised by."""

import pytest

from intranet.kernel.clock import today
from intranet.kernel.schoolyear import school_year_of
from plugins.mentoring import demo
from plugins.mentoring.cases.kinds import KINDS
from plugins.mentoring.numbers.queries import STAGES, Numbers
from plugins.mentoring.numbers.suppression import SUM
from plugins.mentoring.tables.cases import Case

URL = "/mentoring/numbers"


@pytest.fixture
def seeded(app):
    with app.app_context():
        demo.build(canaries=False)


def table(page):
    rows = page.select("main table")[0].select("tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]


def test_a_schools_keepers_see_each_number_and_the_list_that_it_counts(cast, seeded):
    principal = cast("uh.hieutruong")
    page = principal.soup(URL)
    assert table(page)[-1][-1] == str(len(demo.UH_PUPILS))
    links = page.select("main table a")
    assert len(links) > 10
    for link in links[:6]:
        assert len(principal.soup(link["href"]).select("main table tbody tr")) == int(link.text)
    for link in page.select(".stats a"):
        assert principal.get(link["href"]).status_code == 200


@pytest.mark.parametrize("username", ["uh.lanhdao", "uh.chuyenvien"])
def test_an_office_sees_no_small_number_and_no_list(cast, seeded, username):
    office = cast(username)
    page = office.soup(URL)
    cells = [cell for row in table(page) for cell in row]
    assert len(cells) == (len(KINDS) + 1) * (len(STAGES) + 1)
    assert [cell for cell in cells if cell != "–" and int(cell) < 5] == []
    assert cells[-1] == str(len(demo.UH_PUPILS))
    assert page.select("main table a, .stats a") == []
    assert "HS 6A" not in page.get_text()
    assert office.get(f"{URL}/{school_year_of(today())}/cases").status_code == 404


def test_of_few_children_nothing_is_told(cast, make_case):
    make_case(state="open")
    assert {cell for row in table(cast("hm.lanhdao").soup(URL)) for cell in row} == {"–"}
    assert table(cast("hm.hieutruong").soup(URL))[-1][-1] == "1"


@pytest.mark.parametrize(
    ("username", "status"), [("hm.giaovien", 403), ("hm.xem", 403), ("hm.dieuphoi", 200), ("admin", 404)]
)
def test_who_may_see_numbers(cast, username, status):
    assert cast(username).get(URL).status_code == status


@pytest.mark.parametrize(
    "query",
    ["?year=1999-2000", "/1999-2000/cases", "/{year}/cases?kind=x", "/{year}/cases?stage=x", "/{year}/cases?figure=x"],
)
def test_numbers_are_fixed_tables(cast, query):
    assert cast("hm.hieutruong").get(URL + query.format(year=school_year_of(today()))).status_code == 404


def test_another_schools_children_are_in_no_number(cast, seeded):
    assert table(cast("uh2.hieutruong").soup(URL))[-1][-1] == "0"


def test_the_sum_of_a_district_is_that_of_its_schools(app, seeded):
    with app.app_context():
        case = Case.get(Case.code == "HS 6A-01")
        found = Numbers(school_year_of(today()), case.district_id)
        assert found.by_school()[SUM] == len(demo.UH_PUPILS)
        assert found.published[-1][-1] == len(demo.UH_PUPILS)


def test_numbers_ask_as_often_for_many_children_as_for_few(cast, queries, seeded):
    office, few = cast("uh.lanhdao"), cast("hm.lanhdao")
    counted = []
    for browser in (office, few):
        browser.get(URL)
        with queries() as run:
            browser.get(URL)
        counted.append(len(run))
    assert counted[0] == counted[1]
