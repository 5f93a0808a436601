"""The figures of a school year."""

import pytest
from bs4 import BeautifulSoup

from intranet.registry.schools import School, SchoolYearFigures
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import form_values

YEAR = "2023-2024"


def school(code="01008508"):
    return School.get(School.code == code)


def address(year=YEAR, code="01008508"):
    return f"/schools/{school(code).id}/figures/{year}"


def stored(year=YEAR):
    return SchoolYearFigures.get(SchoolYearFigures.school == school(), SchoolYearFigures.school_year == year)


def save(browser, changes, year=YEAR, verb=None):
    return browser.submit(address(year), "figures", changes, verb=verb)


def errors(answer):
    summary = BeautifulSoup(answer.text, "lxml").find(class_="errors")
    return [(link["href"], link.text) for link in summary.find_all("a")]


def doubts(answer):
    return [p.text for p in BeautifulSoup(answer.text, "lxml").select(".notice.warn p")][1:-1]


def test_the_form_has_the_grades_of_the_schools_levels(cast):
    School.update(levels=2 | 4).where(School.id == school().id).execute()
    page = cast("hm.hieutruong").soup(address())
    grades = [field["name"] for field in page.select("input[name^=grade_]")]
    assert grades == [f"grade_{grade}" for grade in range(1, 10)]


def test_last_years_value_stands_beside_each_field(cast):
    page = cast("hm.hieutruong").soup(address())
    assert page.find(id="pupils-hint").text == "2022-2023: 884"
    assert page.find(id="grade_6-hint").text == "2022-2023: 5"
    assert page.find(id="accreditation-hint").text == "2022-2023: Cấp độ 1"
    assert page.find(id="rooms_solid-hint") is None


def test_figures_are_kept_with_before_and_after(cast):
    typed = {"pupils_poor": "14", "grade_6": "5", "grade_7": "6", "standard_on": "5/9/2023"}
    answer = save(cast("hm.hieutruong"), typed)
    assert answer.headers["Location"] == f"/schools/{school().id}"
    entry = AuditEntry.get(AuditEntry.action == "school.figures")
    values = {(v.field, v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}
    assert values == {
        ("pupils_poor 2023-2024", "11", "14"),
        ("grade_6 2023-2024", "6", "5"),
        ("grade_7 2023-2024", "5", "6"),
        ("standard_on 2023-2024", None, "2023-09-05"),
    }
    assert (stored().pupils_poor, stored().grades, stored().pupils) == (14, '{"6": 5, "7": 6, "8": 5, "9": 4}', 920)
    assert (school().version, entry.version) == (2, 2)


def test_a_new_year_begins_empty_beside_the_year_before(cast):
    browser = cast("hm.hieutruong")
    page = browser.soup(address("2024-2025"))
    assert [field["value"] for field in page.select("input#pupils, input#classes")] == ["", ""]
    assert page.find(id="pupils-hint").text == "2023-2024: 920"
    save(browser, {"classes": "21", "pupils": "950"}, year="2024-2025")
    assert (stored("2024-2025").classes, stored("2024-2025").staff) == (21, None)


def test_an_emptied_field_is_not_reported_and_0_is_none(cast):
    save(cast("hm.hieutruong"), {"pupils_poor": "", "pupils_ethnic": "0", "national_standard": ""})
    assert (stored().pupils_poor, stored().pupils_ethnic, stored().national_standard) == (None, 0, None)


def test_saving_without_a_change_writes_nothing(cast):
    answer = save(cast("hm.hieutruong"), {})
    assert answer.status_code == 303
    assert AuditEntry.select().where(AuditEntry.action == "school.figures").count() == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pupils_female": "921"}, [("#pupils_female", "Không thể lớn hơn “Tổng số học sinh” (920).")]),
        ({"classes_two_sessions": "21"}, [("#classes_two_sessions", "Không thể lớn hơn “Tổng số lớp” (20).")]),
        ({"teachers_above": "35"}, [("#teachers_above", "Không thể lớn hơn “Giáo viên” (34).")]),
        ({"pupils": "nhiều"}, [("#pupils", "Hãy nhập một số nguyên.")]),
        ({"classes": "-1"}, [("#classes", "Hãy nhập một số nguyên.")]),
        ({"staff": "2001"}, [("#staff", "Hãy nhập số từ 0 đến 2000.")]),
        ({"accreditation": "4"}, [("#accreditation", "Hãy chọn một mục trong danh sách.")]),
        ({"standard_on": "31/02/2020"}, [("#standard_on", "Ngày 31/02/2020 không có trong lịch.")]),
        (
            {"standard_on": "05/09/2023", "standard_until": "05/09/2022"},
            [("#standard_until", "Ngày hết hiệu lực phải sau ngày quyết định.")],
        ),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(cast, changes, expected):
    answer = save(cast("hm.hieutruong"), changes, verb="save")
    assert (answer.status_code, errors(answer)) == (422, expected)
    page = BeautifulSoup(answer.text, "lxml")
    shown = form_values(page.find("form", {"data-form": "figures"}))
    assert {name: shown[name] for name in changes if name != "accreditation"} == {
        name: value for name, value in changes.items() if name != "accreditation"
    }
    assert (stored().pupils, school().version) == (920, 1)


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"grade_6": "7"}, ["Các khối cộng lại là 21 lớp, tổng số lớp là 20."]),
        ({"managers": "4"}, ["Cán bộ quản lý + Giáo viên + Nhân viên là 42, tổng số là 41."]),
        ({"staff_contract": "5"}, ["Biên chế + Hợp đồng là 40, tổng số là 41."]),
        ({"pupils": "9.200"}, ["Số học sinh là 9.200, năm trước là 884."]),
    ],
)
def test_what_looks_like_a_slip_is_asked_about_once(cast, changes, sentences):
    browser = cast("hm.hieutruong")
    answer = save(browser, changes)
    assert (answer.status_code, doubts(answer)) == (422, sentences)
    assert stored().pupils == 920
    form = BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "figures"})
    again = browser.post(address(), data=form_values(form) | {"action": "confirm"})
    assert again.status_code == 303
    assert AuditEntry.select().where(AuditEntry.action == "school.figures").count() == 1


def test_what_is_not_known_raises_no_doubt(cast):
    changes = {"grade_6": "", "grade_7": "", "grade_8": "", "grade_9": "", "managers": "", "staff_permanent": ""}
    assert save(cast("hm.hieutruong"), changes).status_code == 303


def test_two_writers_of_one_year_keep_both_their_figures(cast):
    officer, principal = cast("hm.chuyenvien"), cast("hm.hieutruong")
    old = form_values(officer.soup(address()).find("form", {"data-form": "figures"}))
    save(principal, {"pupils": "921", "grade_6": "5", "grade_7": "6"})
    assert officer.post(address(), data=old | {"pupils_poor": "12", "grade_8": "4", "grade_9": "5"}).status_code == 303
    assert (stored().pupils, stored().pupils_poor) == (921, 12)
    assert stored().grades == '{"6": 5, "7": 6, "8": 4, "9": 5}'


def test_two_writers_of_one_figure_see_both_values(cast):
    officer = cast("hm.chuyenvien")
    old = form_values(officer.soup(address()).find("form", {"data-form": "figures"}))
    save(cast("hm.hieutruong"), {"pupils": "921"})
    answer = officer.post(address(), data=old | {"pupils": "925"})
    assert answer.status_code == 409
    text = BeautifulSoup(answer.text, "lxml").find(class_="errors").li.text
    assert text == "Tổng số học sinh, năm học 2023-2024: đang lưu là “921”, thầy/cô nhập “925”"
    form = BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "figures"})
    assert officer.post(address(), data=form_values(form)).status_code == 303
    assert stored().pupils == 925


def test_a_form_of_one_year_does_not_quarrel_with_another_years(cast):
    officer = cast("hm.chuyenvien")
    old = form_values(officer.soup(address()).find("form", {"data-form": "figures"}))
    save(cast("hm.hieutruong"), {"pupils": "890"}, year="2022-2023")
    assert officer.post(address(), data=old | {"pupils": "925"}).status_code == 303


@pytest.mark.parametrize("year", ["2023", "2023-2025", "abc", "2098-2099", "2023-2024x"])
def test_a_year_that_cannot_be_does_not_exist(cast, year):
    assert cast("hm.hieutruong").get(address(year)).status_code == 404


def test_the_page_shows_the_years_and_what_changed(cast):
    panel = cast("hm.hieutruong").soup(f"/schools/{school().id}").find(attrs={"data-panel": "schools.figures"})
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in panel.select("tbody tr")]
    assert rows == [
        ["2023-2024", "20 (+1)", "920 (+36)", "41 (+1)", "Chưa đạt"],
        ["2022-2023", "19", "884", "40", "Chưa đạt"],
    ]


def test_the_details_are_those_of_the_year_asked_for(cast):
    def shown(query):
        panel = cast("hm.hieutruong").soup(f"/schools/{school().id}{query}").find(id="figures")
        return {div.dt.text: div.dd.text for div in panel.select("dl div")}

    assert (shown("")["Học sinh nữ"], shown("?year=2022-2023")["Học sinh nữ"]) == ("447", "431")
    assert shown("?year=1900-1901") == shown("")


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.hieutruong", 200),
        ("hm.dieuphoi", 200),
        ("hm.chuyenvien", 200),
        ("hm.lanhdao", 403),
        ("hm.giaovien", 403),
        ("hm2.hieutruong", 403),
        ("uh.hieutruong", 403),
        ("uh.chuyenvien", 403),
        ("admin", 200),
    ],
)
@pytest.mark.parametrize("page", ["figures/2023-2024", "tags", "sites/new"])
def test_a_schools_parts_are_kept_by_its_office_and_its_own_leaders(cast, username, status, page):
    assert cast(username).get(f"/schools/{school().id}/{page}").status_code == status
