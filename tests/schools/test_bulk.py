"""Many schools changed in one go."""

import pytest
from bs4 import BeautifulSoup

from intranet.registry.districts import Commune, District
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry
from intranet.shared.edits import Refused
from intranet.testing import form_values

CODES = ("01008508", "01008401", "01008501")


def schools(codes=CODES):
    return list(School.select().where(School.code.in_(codes)).order_by(School.sort_key))


def preview(browser, change, **query):
    ids = {"school": [one.id for one in schools()]} if "all" not in query and "school" not in query else {}
    return browser.get("/schools/bulk", query_string={"change": change, **ids, **query})


def confirm(browser, change, typed=None, **query):
    form = BeautifulSoup(preview(browser, change, **query).text, "lxml").find("form", {"data-form": "bulk"})
    return browser.post("/schools/bulk", data=form_values(form) | (typed or {}))


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def test_the_list_offers_boxes_for_the_schools_that_one_may_change(cast):
    page = cast("hm.chuyenvien").soup("/schools")
    ids = [int(box["value"]) for box in page.select("input[name=school][form=bulk]")]
    shown = [int(link["href"].rsplit("/", 1)[1]) for link in page.select("#list th a")]
    own = {one.id for one in School.select().join(District).where(District.code == "HM")}
    assert ids == [id_ for id_ in shown if id_ in own]
    assert page.find("form", id="bulk")["action"] == "/schools/bulk"


@pytest.mark.parametrize("username", ["hm.lanhdao", "hm.hieutruong", "hm.giaovien"])
def test_others_see_no_boxes(cast, username):
    page = cast(username).soup("/schools")
    assert (page.select("[form=bulk]"), page.find(id="bulk")) == ([], None)
    assert cast(username).get("/schools/bulk").status_code == 403


def test_a_preview_names_the_schools_and_writes_nothing(cast):
    page = BeautifulSoup(preview(cast("hm.chuyenvien"), "ownership:tu_thuc").text, "lxml")
    assert page.find(class_="lead").text == "Loại hình: Tư thục"
    assert [item.text.strip() for item in page.select("[data-panel='schools.bulk'] li")] == [s.name for s in schools()]
    assert {one.ownership for one in schools()} == {"cong_lap"}


def test_all_get_the_value_each_with_its_audit_line_and_one_request(cast):
    answer = confirm(cast("hm.chuyenvien"), "ownership:tu_thuc")
    assert answer.status_code == 303
    assert {(one.ownership, one.version) for one in schools()} == {("tu_thuc", 2)}
    entries = list(AuditEntry.select().where(AuditEntry.action == "school.bulk"))
    assert {entry.subject_id for entry in entries} == {one.id for one in schools()}
    assert len({entry.request_id for entry in entries}) == 1
    assert "Đã sửa 3 trường." in cast("hm.chuyenvien").get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [("difficult_area:1", "difficult_area", True), ("needs_published:1", "needs_published", True)],
)
def test_yes_and_no(cast, change, field, value):
    confirm(cast("hm.chuyenvien"), change)
    assert {getattr(one, field) for one in schools()} == {value}


def test_a_commune_for_many(cast):
    commune = Commune.get(Commune.name == "Phường Yên Sở")
    confirm(cast("hm.chuyenvien"), f"commune:{commune.id}")
    assert {one.commune_id for one in schools()} == {commune.id}
    assert "Trường Tiểu học Hoàng Liệt" in cast("hm.chuyenvien").get("/schools?q=yen+so").text


def test_what_has_the_value_already_is_left_and_counted(cast):
    School.update(ownership="tu_thuc").where(School.code == CODES[0]).execute()
    answer = confirm(cast("hm.chuyenvien"), "ownership:tu_thuc")
    text = cast("hm.chuyenvien").get(answer.headers["Location"]).text
    assert "Đã sửa 2 trường. 1 trường đã như vậy." in text
    assert AuditEntry.select().where(AuditEntry.action == "school.bulk").count() == 2


def test_closing_many_asks_for_day_and_reason(cast):
    browser = cast("hm.chuyenvien")
    refused = confirm(browser, "close:1", {"reason": ""})
    assert (refused.status_code, errors(refused)) == (422, ["Thầy/cô chưa ghi lý do."])
    assert {one.closed_on for one in schools()} == {None}
    confirm(browser, "close:1", {"closed_on": "05/09/2023", "reason": "QĐ 12"})
    assert {str(one.closed_on) for one in schools()} == {"2023-09-05"}


def test_everything_that_matches_the_filter_across_pages(cast):
    browser = cast("hm.chuyenvien")
    own = District.get(District.code == "HM").id
    page = BeautifulSoup(preview(browser, "difficult_area:1", all="1").text, "lxml")
    count = School.select().where(School.district == own).count()
    assert len(page.select("[data-panel='schools.bulk'] li")) == count
    assert "91 trường đã chọn không thuộc quyền sửa của thầy/cô nên giữ nguyên." in page.text
    confirm(browser, "difficult_area:1", all="1", q="hoang liet", level="4")
    changed = {one.name for one in School.select().where(School.difficult_area)}
    assert changed == {"Trường THCS Hoàng Liệt", "Trường THCS Linh Đàm"}


def test_the_filters_in_force_go_along(cast):
    page = cast("hm.chuyenvien").soup("/schools?q=hoang+liet&level=4&ownership=cong_lap")
    hidden = {field["name"]: field["value"] for field in page.select("input[type=hidden][form=bulk]")}
    assert hidden == {"q": "hoang liet", "level": "4", "ownership": "cong_lap"}
    assert page.find(class_="pick-all").text.strip() == "Chọn tất cả 2 trường khớp bộ lọc"


def test_schools_of_another_district_are_never_changed(cast):
    foreign = schools(("01281503",))[0]
    browser = cast("hm.chuyenvien")
    token = {"csrf_token": browser.csrf("/account"), "change": "ownership:tu_thuc", "ids": str(foreign.id)}
    assert browser.post("/schools/bulk", data=token).status_code == 403
    both = token | {"ids": f"{foreign.id},{schools()[0].id}"}
    assert browser.post("/schools/bulk", data=both).status_code == 303
    assert schools(("01281503",))[0].ownership == "cong_lap"


def test_a_commune_of_another_district_fits_no_school(cast):
    commune = Commune.get(Commune.name == "Xã Hòa Xá")
    browser = cast("hm.chuyenvien")
    token = {"csrf_token": browser.csrf("/account"), "change": f"commune:{commune.id}", "ids": str(schools()[0].id)}
    assert browser.post("/schools/bulk", data=token).status_code == 403


@pytest.mark.parametrize("change", ["name:x", "ownership:x", "commune:0", "commune:x", "difficult_area:2", "x"])
def test_what_the_bar_does_not_offer_is_refused(cast, change):
    assert preview(cast("hm.chuyenvien"), change).status_code == 400


@pytest.mark.parametrize("query", [{"school": []}, {"change": ""}])
def test_nothing_chosen_leads_back_with_a_sentence(cast, query):
    browser = cast("hm.chuyenvien")
    answer = browser.get("/schools/bulk", query_string={"change": "close:1", "school": "1", "q": "hoa"} | query)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/schools?q=hoa")
    assert "Thầy/cô hãy chọn trường và việc cần làm." in browser.get("/schools").text


def test_a_second_click_changes_nothing_more(cast):
    browser = cast("hm.chuyenvien")
    form = BeautifulSoup(preview(browser, "ownership:tu_thuc").text, "lxml").find("form", {"data-form": "bulk"})
    for _time in range(2):
        assert browser.post("/schools/bulk", data=form_values(form)).headers["Location"] == "/schools"
    assert {one.version for one in schools()} == {2}


def test_one_failure_undoes_all(app):
    from intranet.schools import life_cycle

    def fail(_changed):
        raise Refused("x", "x")

    with app.app_context(), pytest.raises(Refused):
        ids = [one.id for one in schools()]
        life_cycle.change_schools(ids, {"ownership": "tu_thuc"}, person_id=None, done=fail)
    assert {one.ownership for one in schools()} == {"cong_lap"}


def test_an_administrator_changes_any_district(cast):
    confirm(cast("admin"), "ownership:tu_thuc", school=[schools(("01281503",))[0].id, schools()[0].id])
    assert [schools((code,))[0].ownership for code in ("01281503", schools()[0].code)] == ["tu_thuc"] * 2
