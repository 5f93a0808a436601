"""Strengths and needs, and satellite sites."""

import pytest
from bs4 import BeautifulSoup

from intranet.registry.schools import School, Site, Tag
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import form_values


def school(code="01008508"):
    return School.get(School.code == code)


def page_of_tags():
    return f"/schools/{school().id}/tags"


def tags(kind=None):
    rows = Tag.select().where(Tag.school == school()).order_by(Tag.id)
    return [(row.kind, row.label, row.fact) for row in rows if kind in (None, row.kind)]


def row(number, kind, label, fact):
    return {f"tags-{number}-kind": kind, f"tags-{number}-label": label, f"tags-{number}-fact": fact}


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def changes(action):
    entry = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id.desc()).get()
    return {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}


def test_a_tag_is_added_shown_and_audited(cast):
    before = tags("need")
    answer = cast("hm.hieutruong").submit(page_of_tags(), "tags", row(4, "need", "Máy chiếu", "Thiếu 3 chiếc"))
    assert answer.status_code == 303
    assert tags("need") == [*before, ("need", "Máy chiếu", "Thiếu 3 chiếc")]
    assert set(changes("school.tags")) == {"needs"}
    panel = cast("hm.hieutruong").soup(f"/schools/{school().id}").find(attrs={"data-panel": "schools.needs"})
    shown = [(item.b.text, item.span.text) for item in panel.select("li")]
    assert shown[-1] == ("Máy chiếu", "Thiếu 3 chiếc")


def test_an_emptied_row_takes_the_tag_away(cast):
    cast("hm.hieutruong").submit(page_of_tags(), "tags", row(0, "strength", "", ""))
    assert [label for _kind, label, _fact in tags("strength")] == ["Chuyển đổi số", "Nghiên cứu bài học"]


def test_ten_rows_are_offered(cast):
    page = cast("hm.hieutruong").soup(page_of_tags())
    assert len(page.select("input[name$=-label]")) == 10


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (row(5, "need", "Máy chiếu", ""), ["Thầy/cô chưa ghi minh chứng."]),
        (row(5, "need", "", "Thiếu 3"), ["Thầy/cô chưa ghi tên gọi."]),
        (row(5, "strength", "chuyển  đổi số", "x"), ["Có thế mạnh hoặc nhu cầu ghi hai lần."]),
        (row(5, "khác", "Máy chiếu", "x"), ["Hãy chọn một mục trong danh sách."]),
        (row(5, "need", "x" * 81, "x"), ["Nội dung quá dài (tối đa 80 ký tự)."]),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(cast, typed, expected):
    before = tags()
    answer = cast("hm.hieutruong").submit(page_of_tags(), "tags", typed)
    assert (answer.status_code, errors(answer), tags()) == (422, expected, before)
    form = BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "tags"})
    if typed["tags-5-kind"] != "khác":
        assert form_values(form)["tags-5-fact"] == typed["tags-5-fact"]


def test_an_eleventh_row_is_not_read(cast):
    cast("hm.hieutruong").submit(page_of_tags(), "tags", row(10, "need", "Mười một", "x"))
    assert "Mười một" not in [label for _kind, label, _fact in tags()]


@pytest.mark.parametrize("number", ["²", "x", "-1", "99999999999"])
def test_a_row_of_no_number_is_not_read(cast, number):
    answer = cast("hm.hieutruong").submit(page_of_tags(), "tags", row(number, "need", "Lạ", "x"))
    assert answer.status_code == 303
    assert "Lạ" not in [label for _kind, label, _fact in tags()]


def test_one_writes_strengths_and_another_needs(cast):
    officer = cast("hm.chuyenvien")
    old = form_values(officer.soup(page_of_tags()).find("form", {"data-form": "tags"}))
    cast("hm.hieutruong").submit(page_of_tags(), "tags", row(4, "need", "Máy chiếu", "Thiếu 3"))
    answer = officer.post(page_of_tags(), data=old | row(4, "strength", "Bóng đá", "Giải nhất quận"))
    assert answer.status_code == 303
    assert {"Máy chiếu", "Bóng đá"} <= {label for _kind, label, _fact in tags()}


def test_two_writers_of_the_needs_see_both_lists(cast):
    officer = cast("hm.chuyenvien")
    old = form_values(officer.soup(page_of_tags()).find("form", {"data-form": "tags"}))
    cast("hm.hieutruong").submit(page_of_tags(), "tags", row(4, "need", "Máy chiếu", "Thiếu 3"))
    answer = officer.post(page_of_tags(), data=old | row(4, "need", "Máy in", "Thiếu 1"))
    text = BeautifulSoup(answer.text, "lxml").find(class_="errors").li.text
    assert answer.status_code == 409
    assert "Máy chiếu: Thiếu 3" in text and "Máy in: Thiếu 1" in text


def test_together_they_may_not_pass_ten(cast):
    officer = cast("hm.chuyenvien")
    old = form_values(officer.soup(page_of_tags()).find("form", {"data-form": "tags"}))
    more = [row(number, "need", f"Nhu cầu {number}", "x") for number in range(4, 10)]
    cast("hm.hieutruong").submit(page_of_tags(), "tags", {k: v for one in more for k, v in one.items()})
    answer = officer.post(page_of_tags(), data=old | row(4, "strength", "Bóng đá", "x"))
    assert (answer.status_code, len(tags())) == (422, 10)
    assert errors(answer) == ["Mỗi trường có nhiều nhất 10 thế mạnh và nhu cầu."]


def test_publishing_the_needs_is_one_tick(cast):
    assert "schools.needs" not in panels(cast("uh.chuyenvien"))
    cast("hm.hieutruong").submit(page_of_tags(), "tags", {"needs_published": "y"})
    assert changes("school.tags") == {"needs_published": ("False", "True")}
    assert "schools.needs" in panels(cast("uh.chuyenvien"))


def panels(browser):
    return {part["data-panel"] for part in browser.soup(f"/schools/{school().id}").select("[data-panel]")}


SITE = {"name": "Điểm lẻ Thượng", "address": "Thôn Thượng", "distance_km": "2,5", "classes": "3"}


def add_site(browser, values):
    return browser.submit(f"/schools/{school().id}/sites/new", "site", values)


def test_a_site_is_added_changed_and_taken_off(cast):
    browser = cast("hm.hieutruong")
    add_site(browser, SITE | {"latitude": "20,9512", "longitude": "105.8701"})
    site = Site.get(Site.school == school())
    assert (site.distance_km, site.classes, site.latitude, site.longitude) == (2.5, 3, 20.9512, 105.8701)
    assert changes("school.site") == {"site": (None, "Điểm lẻ Thượng; Thôn Thượng; 2.5 km; 3 lớp; 20.9512, 105.8701")}
    shown = browser.soup(f"/schools/{school().id}").find(attrs={"data-panel": "schools.sites"}).li
    assert shown.get_text(" ", strip=True) == "Điểm lẻ Thượng · 3 lớp · cách điểm chính 2,5 km Thôn Thượng"

    address = f"/schools/{school().id}/sites/{site.id}"
    browser.submit(address, "site", {"classes": "4"})
    assert Site.get_by_id(site.id).classes == 4
    browser.submit(address, "remove")
    assert Site.select().where(Site.school == school()).count() == 0
    assert changes("school.site")["site"][1] is None
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"name": ""}, ["Thầy/cô chưa nhập tên điểm trường."]),
        ({"distance_km": "xa"}, ["Hãy nhập một số, ví dụ 3,5."]),
        ({"distance_km": "101"}, ["Hãy nhập số từ 0 đến 100."]),
        ({"latitude": "20,9"}, ["Hãy ghi cả vĩ độ và kinh độ, hoặc để trống cả hai."]),
        ({"latitude": "51,5", "longitude": "105"}, ["Hãy nhập số từ 8 đến 24."]),
        ({"distance_km": "١"}, ["Hãy nhập một số, ví dụ 3,5."]),
    ],
)
def test_a_site_that_cannot_be_is_refused(cast, typed, expected):
    answer = add_site(cast("hm.hieutruong"), SITE | typed)
    assert (answer.status_code, errors(answer)) == (422, expected)
    assert Site.select().where(Site.school == school()).count() == 0


def test_a_site_belongs_to_its_school(cast):
    other = Site.get(Site.school == school("01281503"))
    assert cast("admin").get(f"/schools/{school().id}/sites/{other.id}").status_code == 404


def test_classes_at_sites_beyond_all_classes_are_asked_about(cast):
    browser = cast("hm.hieutruong")
    add_site(browser, SITE | {"classes": "21"})
    answer = browser.submit(f"/schools/{school().id}/figures/2023-2024", "figures")
    assert answer.status_code == 422
    assert "Các điểm trường có 21 lớp, nhiều hơn tổng số lớp 20." in answer.text
