"""Schools close, open again, become one, go to the trash and come back."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.people import Function, Membership, Person
from intranet.registry.schools import FormerKey, School, SchoolYearFigures, Site, Tag
from intranet.registry.twinning import ACTIVE, ENDED, Pairing, Programme
from intranet.schools import life_cycle
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.edits import Refused

FIRST, SECOND = "01008508", "01008401"


def school(code=FIRST):
    return School.get(School.code == code)


def unused():
    """A school of Hoàng Mai on which nobody and no pair hangs."""
    return School.get(School.code == "01008305")


def names(browser, query=""):
    return [link.text for link in browser.soup(f"/schools{query}").select("#list th a")]


def post(browser, form, path, data=None, code=FIRST):
    return browser.submit(f"/schools/{school(code).id}{path}", form, data)


def close(browser, code=FIRST, **typed):
    return post(browser, "close", "/close", {"closed_on": "05/09/2023", "reason": "QĐ 12"} | typed, code)


def changes(action, subject):
    entry = AuditEntry.get(AuditEntry.action == action, AuditEntry.subject_id == subject.id)
    return {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


# --- closing ---


def test_a_closed_school_leaves_the_list_and_says_so_on_its_page(cast):
    browser = cast("hm.chuyenvien")
    assert close(browser).status_code == 303
    assert changes("school.close", school()) == {"closed_on": (None, "2023-09-05"), "reason": (None, "QĐ 12")}
    assert names(browser, "?q=01008508") == []
    assert names(browser, "?q=01008508&state=closed") == ["Trường THCS Yên Sở"]
    assert names(browser, "?q=01008508&state=all") == ["Trường THCS Yên Sở"]
    page = cast("uh.giaovien").soup(f"/schools/{school().id}")
    assert page.select_one("[data-state=closed]").text == "Đã đóng"
    assert "ngày hoạt động cuối là 05/09/2023" in page.find("main").text


def test_a_closed_school_opens_again(cast):
    browser = cast("hm.chuyenvien")
    close(browser)
    post(browser, "reopen", "")
    assert (school().closed_on, school().version) == (None, 3)
    assert names(browser, "?q=01008508") == ["Trường THCS Yên Sở"]
    assert changes("school.reopen", school()) == {"closed_on": ("2023-09-05", None)}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"closed_on": ""}, ["Thầy/cô chưa nhập ngày đóng."]),
        ({"closed_on": "31/02/2023"}, ["Ngày 31/02/2023 không có trong lịch."]),
        ({"closed_on": (today() + timedelta(2)).strftime("%d/%m/%Y")}, ["Ngày đóng không thể sau hôm nay."]),
        ({"reason": " "}, ["Thầy/cô chưa ghi lý do."]),
    ],
)
def test_closing_needs_a_day_and_a_reason(cast, typed, expected):
    answer = close(cast("hm.chuyenvien"), **typed)
    assert (answer.status_code, errors(answer), school().closed_on) == (422, expected, None)


def test_closing_twice_is_refused_with_a_sentence(cast):
    browser = cast("hm.chuyenvien")
    page = browser.soup(f"/schools/{school().id}/close")
    close(browser)
    token = page.find("input", {"name": "csrf_token"})["value"]
    typed = {"csrf_token": token, "closed_on": "06/09/2023", "reason": "x"}
    answer = browser.post(f"/schools/{school().id}/close", data=typed)
    assert (answer.status_code, errors(answer)) == (409, ["Trường này đã đóng."])
    assert f"{school().closed_on}" == "2023-09-05"


def test_another_school_may_take_the_name_of_a_closed_one(cast):
    browser = cast("hm.chuyenvien")
    typed = {"name": "Trường THCS Yên Sở", "levels": ["4"]}
    assert browser.submit("/schools/new", "school", typed).status_code == 422
    close(browser)
    assert browser.submit("/schools/new", "school", typed).status_code == 303
    answer = browser.get(post(browser, "reopen", "").headers["Location"])
    assert "Đã có trường cùng tên và cấp học: Trường THCS Yên Sở." in answer.text
    assert school().closed_on is not None


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.chuyenvien", 200),
        ("admin", 200),
        ("hm.lanhdao", 403),
        ("hm.hieutruong", 403),
        ("hm.giaovien", 403),
        ("uh.chuyenvien", 403),
    ],
)
@pytest.mark.parametrize("path", ["close", "merge"])
def test_the_life_of_a_school_is_its_officers_business(cast, username, status, path):
    assert cast(username).get(f"/schools/{school().id}/{path}").status_code == status


@pytest.mark.parametrize("path", ["close", "merge", "reopen", "delete"])
@pytest.mark.parametrize("username", ["hm.hieutruong", "uh.chuyenvien"])
def test_nobody_else_can_post_it_either(cast, username, path):
    token = {"csrf_token": cast(username).csrf("/account"), "successor": school(SECOND).id}
    assert cast(username).post(f"/schools/{school().id}/{path}", data=token).status_code == 403
    assert (school().closed_on, school().deleted_at) == (None, None)


# --- merging ---


def merge(browser, code=FIRST, into=SECOND):
    return browser.submit(f"/schools/{school(code).id}/merge?successor={school(into).id}", "merge")


def test_what_a_merger_moves_is_said_before(cast):
    page = cast("hm.chuyenvien").soup(f"/schools/{school().id}/merge?successor={school(SECOND).id}")
    lines = [line.get_text(" ", strip=True) for line in page.select("[data-panel='schools.merge'] li")]
    assert [line.split(" chuyển sang")[0] for line in lines[:3]] == [
        "4 người",
        "1 cặp kết nghĩa",
        "3 thế mạnh, nhu cầu; 0 điểm trường",
    ]
    assert School.select().where(School.merged_into.is_null(False)).count() == 0


def test_two_schools_become_one(cast):
    old, new = school(), school(SECOND)
    principal = Person.get(Person.username == "hm.hieutruong")
    Function.create(person=principal, school=old, kind="union")
    Site.create(school=old, name="Điểm lẻ")
    people = {m.person_id for m in Membership.select().where(Membership.school == old)}
    answer = merge(cast("hm.chuyenvien"))
    assert answer.headers["Location"] == f"/schools/{new.id}"
    old, new = School.get_by_id(old.id), School.get_by_id(new.id)
    assert (old.merged_into_id, old.closed_on, new.closed_on) == (new.id, today(), None)
    assert people <= {m.person_id for m in Membership.select().where(Membership.school == new)}
    assert Membership.select().where(Membership.school == old).count() == 0
    assert Person.get_by_id(principal.id).school_id in (None, new.id)
    assert Function.get(Function.person == principal).school_id == new.id
    assert Site.get(Site.name == "Điểm lẻ").school_id == new.id
    assert {p.second_school.code for p in Pairing.select().where(Pairing.first_school == new)} == {
        "01281503",
        "01281402",
    }
    assert SchoolYearFigures.select().where(SchoolYearFigures.school == old).count() == 2
    assert (old.code, new.code) == (FIRST, SECOND)
    assert changes("school.merge", old)["merged_into"] == (None, new.name)
    assert changes("school.merge", new)["merged_from"] == (None, old.name)


def test_the_successor_is_found_by_the_merged_ones_name_and_code(cast):
    browser = cast("hm.chuyenvien")
    merge(browser)
    assert names(browser, "?q=THCS+yên+sở") == ["Trường Tiểu học Hoàng Liệt"]
    assert names(browser, f"?q={FIRST}") == ["Trường Tiểu học Hoàng Liệt"]
    page = browser.soup(f"/schools/{school().id}")
    assert page.select_one("[data-state=closed]").text == "Đã gộp"
    assert page.select_one(".notice a")["href"] == f"/schools/{school(SECOND).id}"


def test_people_of_the_merged_school_work_on_in_the_successor(cast):
    teacher = cast("hm.giaovien")
    merge(cast("hm.chuyenvien"))
    assert "Trường Tiểu học Hoàng Liệt" in teacher.soup("/").find(class_="hello").text


def test_a_code_goes_to_a_successor_without_one(cast):
    School.update(code=None).where(School.code == SECOND).execute()
    old, new = school(), School.get(School.name == "Trường Tiểu học Hoàng Liệt")
    cast("hm.chuyenvien").submit(f"/schools/{old.id}/merge?successor={new.id}", "merge")
    assert (School.get_by_id(old.id).code, School.get_by_id(new.id).code) == (None, FIRST)
    assert [row.kind for row in FormerKey.select().where(FormerKey.school == new)] == ["name"]


def test_a_pair_that_both_have_ends_with_the_merged_one(cast):
    partner, programme = school("01281402"), Programme.get()
    double = Pairing.create(
        programme=programme,
        first_school=school(),
        first_district=school().district_id,
        second_school=partner,
        second_district=partner.district_id,
        state=ACTIVE,
    )
    merge(cast("hm.chuyenvien"))
    ended = Pairing.get_by_id(double.id)
    assert (ended.state, ended.ended_on, ended.first_school_id) == (ENDED, today(), school().id)


def test_tags_move_up_to_ten_and_none_twice(cast):
    new = school(SECOND)
    Tag.delete().where(Tag.school == new).execute()
    for number in range(7):
        Tag.create(school=new, kind="need", label=f"Nhu cầu {number}", fact="x")
    Tag.create(school=new, kind="strength", label="Chuyển  đổi số", fact="x")
    merge(cast("hm.chuyenvien"))
    labels = [tag.label for tag in Tag.select().where(Tag.school == new).order_by(Tag.id)]
    assert len(labels) == 10
    assert {"Bồi dưỡng học sinh giỏi", "Nghiên cứu bài học"} <= set(labels)


@pytest.mark.parametrize(("published", "moves"), [(True, False), (False, True)])
def test_a_merger_publishes_no_need(cast, published, moves):
    School.update(needs_published=published).where(School.code == SECOND).execute()
    merge(cast("hm.chuyenvien"))
    assert (Tag.get(Tag.label == "Thiết bị phòng bộ môn").school_id == school(SECOND).id) is moves


@pytest.mark.parametrize("chosen", ["itself", "closed", "another district", "nothing", "no number"])
def test_only_an_open_school_of_the_district_takes_another_in(cast, chosen):
    browser, third = cast("hm.chuyenvien"), unused()
    School.update(closed_on=today()).where(School.id == third.id).execute()
    successor = {
        "itself": school().id,
        "closed": third.id,
        "another district": school("01281503").id,
        "nothing": "",
        "no number": "x",
    }[chosen]
    token = browser.csrf("/account")
    answer = browser.post(f"/schools/{school().id}/merge", data={"csrf_token": token, "successor": successor})
    assert answer.status_code == (400 if chosen == "no number" else 422)
    assert school().merged_into_id is None


def test_mergers_make_no_ring(app, cast):
    merge(cast("hm.chuyenvien"))
    with app.app_context(), pytest.raises(Refused):
        life_cycle.merge_school(school(SECOND), school(), person_id=None)
    with app.app_context(), pytest.raises(Refused):
        life_cycle.merge_school(school(), unused(), person_id=None)


def test_a_merged_school_opens_again_by_itself(cast):
    browser = cast("hm.chuyenvien")
    merge(browser)
    post(browser, "reopen", "")
    assert (school().merged_into_id, school().closed_on) == (None, None)
    assert changes("school.reopen", school())["merged_into"] == ("Trường Tiểu học Hoàng Liệt", None)


# --- the trash ---


def test_a_school_entered_by_mistake_goes_to_the_trash_and_comes_back(app, cast):
    browser, mistake = cast("hm.chuyenvien"), unused()
    answer = browser.submit(f"/schools/{mistake.id}", "delete")
    assert answer.headers["Location"] == "/schools"
    assert browser.get(f"/schools/{mistake.id}").status_code == 404
    assert names(browser, "?q=01008305&state=all") == []
    with app.app_context():
        life_cycle.restore_school(School.get_by_id(mistake.id), person_id=1)
    assert names(browser, "?q=01008305") == [mistake.name]
    assert [e.action for e in AuditEntry.select().where(AuditEntry.subject_id == mistake.id).order_by(AuditEntry.id)][
        -2:
    ] == ["school.delete", "school.restore"]


def test_a_school_with_people_or_pairs_is_closed_instead(cast):
    browser = cast("hm.chuyenvien")
    answer = browser.get(post(browser, "delete", "").headers["Location"])
    assert "Trường đã có cán bộ hoặc cặp kết nghĩa; thầy/cô hãy đóng trường thay vì xóa." in answer.text
    assert school().deleted_at is None


def test_a_code_in_the_trash_is_still_taken(cast):
    browser = cast("hm.chuyenvien")
    browser.submit(f"/schools/{unused().id}", "delete")
    answer = browser.submit("/schools/new", "school", {"name": "Trường Mới", "levels": ["1"], "code": "01008305"})
    assert errors(answer) == ["Mã trường này đã có ở một trường trong thùng rác."]


def test_a_school_whose_name_was_taken_stays_in_the_trash(app, cast):
    browser, mistake = cast("hm.chuyenvien"), unused()
    browser.submit(f"/schools/{mistake.id}", "delete")
    typed = {"name": mistake.name, "levels": ["1"]}
    assert browser.submit("/schools/new", "school", typed).status_code == 303
    with app.app_context(), pytest.raises(Refused):
        life_cycle.restore_school(School.get_by_id(mistake.id), person_id=1)


def test_a_second_click_does_nothing_twice(cast):
    from intranet.testing import form_values

    browser = cast("hm.chuyenvien")
    form = browser.soup(f"/schools/{school().id}/merge?successor={school(SECOND).id}").find(
        "form", {"data-form": "merge"}
    )
    first, second = (browser.post(form["action"], data=form_values(form)) for _time in range(2))
    assert (first.headers["Location"], second.headers["Location"]) == (f"/schools/{school(SECOND).id}",) * 2
    assert AuditEntry.select().where(AuditEntry.action == "school.merge").count() == 2
