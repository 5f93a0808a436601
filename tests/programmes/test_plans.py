"""The yearly plan: written, issued, read by schools, reopened."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.programmes import plans
from intranet.programmes.plans import Item
from intranet.registry.agreements import YearPlan
from intranet.registry.twinning import Programme
from intranet.testing import form_values


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def task(number, **values):
    return {f"items-{number}-{name}": value for name, value in values.items()}


def make(browser, programme, **typed):
    data = {"aims": "Mỗi cặp hai chuyên đề."} | task(0, task="Chuyên đề Toán", lead="Hai phòng", due_on="30/04/2025")
    return browser.submit(f"/programmes/{programme.id}/plans/new", "plan", data | typed, verb="save")


@pytest.fixture
def draft(cast, programme):
    """The plan of 2024-2025, not issued."""
    assert make(cast("hm.chuyenvien"), programme).status_code == 303
    return YearPlan.get(YearPlan.school_year == "2024-2025")


def page_of(plan):
    return f"/programmes/plans/{plan.id}"


def issue(browser, plan, **typed):
    data = {"number": "20/KH-PGDĐT", "issued_on": "10/09/2024"} | typed
    return browser.submit(f"{page_of(plan)}/issue", "issue_plan", data)


def test_a_plan_holds_tasks_and_leaves_empty_rows_out(draft):
    assert plans.items_of(draft.id) == [Item("Chuyên đề Toán", "Hai phòng", date(2025, 4, 30), "")]
    assert (draft.aims, draft.issued_on) == ("Mỗi cặp hai chuyên đề.", None)


def test_only_years_of_the_programme_without_a_plan_are_offered(cast, programme):
    page = cast("hm.chuyenvien").soup(f"/programmes/{programme.id}/plans/new")
    assert [choice["value"] for choice in page.select("select[name=school_year] option")] == ["2024-2025"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2023, 9, 1), date(2025, 8, 31), ["2023-2024", "2024-2025"]),
        (date(2023, 9, 1), date(2025, 10, 1), ["2023-2024", "2024-2025", "2025-2026"]),
        (date(2023, 9, 1), date(2025, 7, 31), ["2023-2024", "2024-2025"]),
        (date(2024, 1, 1), date(2024, 2, 1), ["2023-2024"]),
    ],
)
def test_a_programme_touches_school_years(starts_on, ends_on, expected):
    assert plans.years_of(Programme(starts_on=starts_on, ends_on=ends_on)) == expected


def test_a_year_has_one_plan(cast, programme, draft):
    browser = cast("hm.chuyenvien")
    assert browser.get(f"/programmes/{programme.id}/plans/new").status_code == 404


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (task(0, task=""), ["Thầy/cô chưa ghi nhiệm vụ."]),
        (task(0, due_on="31/02/2025"), ["Ngày 31/02/2025 không có trong lịch."]),
        ({"school_year": "1999-2000"}, ["Hãy chọn một mục trong danh sách."]),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast, programme, typed, expected):
    answer = make(cast("hm.chuyenvien"), programme, **typed)
    assert (answer.status_code, errors(answer)) == (422, expected)


def test_tasks_are_moved_and_added_before_anything_is_saved(cast, draft):
    browser = cast("hm.chuyenvien")
    form = browser.soup(f"{page_of(draft)}/edit").find("form", {"data-form": "plan"})
    data = form_values(form) | task(1, task="Chuyên đề Văn") | {"action": "up-1"}
    page = BeautifulSoup(browser.post(f"{page_of(draft)}/edit", data=data).text, "lxml")
    assert [box.text.strip() for box in page.select("textarea[name$=-task]")] == ["Chuyên đề Văn", "Chuyên đề Toán"]
    assert len(plans.items_of(draft.id)) == 1
    data = form_values(page.find("form", {"data-form": "plan"})) | {"action": "save"}
    assert browser.post(f"{page_of(draft)}/edit", data=data).status_code == 303
    assert [item.task for item in plans.items_of(draft.id)] == ["Chuyên đề Văn", "Chuyên đề Toán"]


def test_a_wrong_day_is_put_right_before_rows_are_moved(cast, draft):
    browser = cast("hm.chuyenvien")
    form = browser.soup(f"{page_of(draft)}/edit").find("form", {"data-form": "plan"})
    answer = browser.post(
        f"{page_of(draft)}/edit", data=form_values(form) | task(0, due_on="sang năm") | {"action": "more"}
    )
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "lxml").find("input", {"name": "items-0-due_on"})["value"] == "sang năm"


def test_two_people_who_change_the_tasks_at_once_see_both(cast, draft):
    page = f"{page_of(draft)}/edit"
    first, second = cast("hm.chuyenvien"), cast("hm.lanhdao")
    late = form_values(second.soup(page).find("form", {"data-form": "plan"}))
    first.submit(page, "plan", task(0, target="3 chuyên đề"), verb="save")
    answer = second.post(page, data=late | task(0, target="4 chuyên đề"))
    assert answer.status_code == 409
    assert errors(answer) == [
        "Nhiệm vụ: đang lưu là “Chuyên đề Toán; Hai phòng; 30/04/2025; 3 chuyên đề”, "
        "thầy/cô nhập “Chuyên đề Toán; Hai phòng; 30/04/2025; 4 chuyên đề”"
    ]


def test_an_issued_plan_is_read_by_schools_and_edited_by_nobody(cast, draft):
    assert cast("uh.giaovien").get(page_of(draft)).status_code == 404
    assert issue(cast("hm.lanhdao"), draft).status_code == 303
    page = cast("uh.giaovien").soup(page_of(draft))
    assert page.select_one("h1 ~ .lead").text.strip() == "Số 20/KH-PGDĐT, ban hành ngày 10/09/2024"
    answer = cast("hm.chuyenvien").submit(f"{page_of(draft)}/edit", "plan", {"aims": "Khác"}, verb="save")
    assert errors(answer) == ["Kế hoạch đã ban hành. Muốn sửa, thầy/cô mở lại kế hoạch trước."]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"number": " "}, ["Thầy/cô chưa nhập số, ký hiệu."]),
        ({"issued_on": (today() + timedelta(2)).strftime("%d/%m/%Y")}, ["Ngày ban hành không thể sau hôm nay."]),
    ],
)
def test_issuing_needs_a_number_and_a_day_that_has_come(cast, draft, typed, expected):
    answer = issue(cast("hm.lanhdao"), draft, **typed)
    assert (answer.status_code, errors(answer)) == (422, expected)


def test_a_plan_without_a_task_is_not_issued(cast, draft):
    cast("hm.chuyenvien").submit(f"{page_of(draft)}/edit", "plan", {"action": "drop-0"})
    plans.update_plan(draft, {"aims": "", plans.ITEMS: []}, version=draft.version, person_id=None)
    assert errors(issue(cast("hm.lanhdao"), draft)) == ["Kế hoạch chưa có nhiệm vụ nào."]


def test_an_issued_plan_is_reopened_with_a_reason_and_keeps_its_number(cast, draft):
    issue(cast("hm.lanhdao"), draft)
    answer = cast("hm.chuyenvien").submit(f"{page_of(draft)}/reopen", "reopen_plan", {"reason": "Thêm nhiệm vụ."})
    current = YearPlan.get_by_id(draft.id)
    assert (answer.status_code, current.issued_on, current.number) == (303, None, "20/KH-PGDĐT")
    assert cast("uh.giaovien").get(page_of(draft)).status_code == 404
    history = cast("hm.lanhdao").soup(f"/history/year_plan/{draft.id}").find("main").get_text(" ", strip=True)
    assert "Mở lại kế hoạch" in history and "Thêm nhiệm vụ." in history


@pytest.mark.parametrize(("username", "status"), [("uh.chuyenvien", 403), ("uh.xem", 403), ("hm.hieutruong", 403)])
def test_others_do_not_write_the_plan(cast, draft, username, status):
    assert cast(username).get(f"{page_of(draft)}/edit").status_code == status
