"""A change of units from the empty list to its schedule, screen by screen."""

from datetime import date

import pytest

from intranet.registry.units import DRAFT, SCHEDULED, UnitChange
from intranet.shared.audit import AuditEntry

LIST = "/units/changes"
FIELDS = {
    "kind": "dissolve",
    "title": "Sắp xếp 2025",
    "decree_number": "1656/NQ-UBTVQH15",
    "decree_on": "16/06/2025",
    "effective_on": "01/07/2025",
}


def text(browser, address):
    return browser.soup(address).find("main").get_text(" ", strip=True)


@pytest.mark.parametrize("username", ["hm.lanhdao", "hm.chuyenvien", "uh.hieutruong", "hm.xem"])
@pytest.mark.parametrize("page", ["", "/units", "/schools", "/people", "/file", "/edit"])
def test_only_administrators_change_units(cast, change, username, page):
    assert cast(username).get(f"{LIST}/{change.id}{page}").status_code == 403


def test_an_empty_list_says_what_it_is_for(cast):
    page = cast("admin").soup(LIST)
    assert page.select_one(".empty h2").text == "Chưa có thay đổi nào"
    assert page.select_one(".empty a")["href"] == f"{LIST}/new"


def test_a_new_change_is_a_draft_in_the_list_and_in_the_log(app, cast):
    answer = cast("admin").submit(f"{LIST}/new", "change", FIELDS)
    change = UnitChange.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/{change.id}/units")
    assert (change.state, change.effective_on) == (DRAFT, date(2025, 7, 1))
    assert "Bản nháp" in text(cast("admin"), LIST)
    assert AuditEntry.select().order_by(AuditEntry.id.desc()).get().action == "unit_change.create"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Thầy/cô chưa nhập tên thay đổi."),
        ({"effective_on": ""}, "Thầy/cô chưa nhập ngày có hiệu lực."),
        ({"kind": ""}, "Thầy/cô chưa chọn loại thay đổi."),
    ],
)
def test_what_is_missing_is_said_with_what_was_typed(app, cast, fields, sentence):
    answer = cast("admin").submit(f"{LIST}/new", "change", FIELDS | fields)
    assert (answer.status_code, sentence in answer.text, UnitChange.select().count()) == (422, True, 0)


def test_two_who_edit_at_once_see_each_others_text(cast, change):
    form = {"version": "1", **FIELDS}
    here = f"{LIST}/{change.id}/edit"
    assert cast("admin").submit(here, "change", form | {"title": "Tên thứ nhất"}).status_code == 303
    answer = cast("admin").submit(here, "change", form | {"title": "Tên thứ hai"})
    assert (answer.status_code, "Tên thứ nhất" in answer.text, "Tên thứ hai" in answer.text) == (409, True, True)


def test_a_change_is_not_scheduled_before_everything_is_there(cast, shaped):
    page = cast("admin").soup(f"{LIST}/{shaped.id}")
    links = [(link.get_text(), link["href"]) for link in page.select('[data-panel="units.next"] li a')]
    assert links == [("Còn 126 trường chưa có đơn vị mới.", f"{LIST}/{shaped.id}/schools?show=waiting")]
    assert page.select_one('button[value="schedule"]') is None
    token = {"csrf_token": cast("admin").csrf(f"{LIST}/{shaped.id}"), "action": "schedule"}
    answer = cast("admin").post(f"{LIST}/{shaped.id}/state", data=token, follow_redirects=True)
    assert "Còn 126 trường chưa có đơn vị mới." in answer.text
    assert UnitChange.get().state == DRAFT


def test_a_whole_change_is_scheduled_taken_back_and_given_up(cast, shaped, placed):
    here = f"{LIST}/{shaped.id}"
    placed(shaped)
    states = []
    for verb in ("schedule", "unschedule", "drop"):
        assert cast("admin").submit(here, verb).status_code == 303
        states.append(UnitChange.get().state)
    assert states == [SCHEDULED, DRAFT, "dropped"]


def test_the_log_tells_of_a_change_in_words(cast, change):
    cast("admin").submit(f"{LIST}/{change.id}/edit", "change", {"title": "Tên mới", "effective_on": "02/07/2025"})
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    shown = text(cast("admin"), f"/audit/{entry.id}")
    assert f"Tên thay đổi {change.title} Tên mới" in shown
    assert "Ngày có hiệu lực 01/07/2025 02/07/2025" in shown


@pytest.mark.parametrize("page", ["edit", "file", "units/new", "schools/file"])
def test_a_scheduled_change_is_not_edited(cast, shaped, placed, page):
    placed(shaped)
    cast("admin").submit(f"{LIST}/{shaped.id}", "schedule")
    assert cast("admin").get(f"{LIST}/{shaped.id}/{page}").status_code == 404
