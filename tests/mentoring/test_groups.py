"""Groups of one or two schools: pupils by code, days, numbers; the circular warns, cites and never blocks."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.shared import steps
from intranet.shared.modules import do_daily
from intranet.shared.waiting import Waiting
from intranet.testing import form_values
from plugins.mentoring.cases import consents
from plugins.mentoring.groups import rules
from plugins.mentoring.groups.circular import Facts, pack, warnings
from plugins.mentoring.tables.cases import GROUP, OWN_SCHOOL, CaseRead, Consent
from plugins.mentoring.tables.groups import Group, GroupAbsence, GroupMeeting, GroupPupil
from tests.mentoring.conftest import NAME, PUPIL

HOME = "/mentoring/groups"
PLAN = {
    "kind": "exam",
    "title": "Ôn thi Toán 9",
    "subject": "Toán",
    "grade": "9",
    "periods_a_week": "2",
    "starts_on": "01/12/2026",
    "ends_on": "31/05/2027",
}


def facts(**values):
    known = {"kind": "gifted", "subject": "Toán", "grade": 9, "periods_a_week": 2}
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 5, 31)}
    return Facts(**{**known, **days, **values})


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"grade": 4}, "học sinh tiểu học"),
        ({"kind": "exam", "grade": 8}, "lớp cuối cấp"),
        ({"periods_a_week": 3}, "không quá 2 tiết"),
        ({"pupils": 46}, "không quá 45"),
        ({"pupils": 3, "without_form": 1}, "viết đơn đăng ký"),
    ],
)
def test_the_circular_warns_and_cites(values, part):
    ((text, citation),) = warnings(facts(**values))
    assert part in text
    assert citation.endswith(pack()["document"])


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "results"},
        {"kind": "exam", "grade": 12},
        {"grade": 3, "subject": "Mĩ thuật"},
        {"grade": 5, "subject": "Giáo dục thể chất"},
        {"periods_a_week": 2, "pupils": 45},
    ],
)
def test_the_circular_says_nothing_where_it_is_kept(values):
    assert list(warnings(facts(**values))) == []


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "count"),
    [
        (date(2024, 9, 5), date(2025, 2, 13), 0),
        (date(2024, 9, 5), date(2025, 2, 14), 1),
        (date(2025, 2, 14), date(2025, 5, 31), 1),
    ],
)
def test_the_circular_speaks_of_groups_that_meet_in_its_days(starts_on, ends_on, count):
    assert len(warnings(facts(periods_a_week=3, starts_on=starts_on, ends_on=ends_on))) == count


def test_the_rules_say_where_they_were_checked_and_what_was_not(cast):
    text = cast("hm.dieuphoi").soup(f"{HOME}/new").select_one("main").text
    known = pack()
    lines = [known["document"], *known["sources"], *known["not_verified"], known["check"]]
    lines += [rule["citation"] for rule in known["rules"].values()]
    assert [line for line in lines if line not in text] == []


def test_a_group_against_the_circular_is_planned_all_the_same_and_shows_the_warning(cast):
    answer = cast("hm.dieuphoi").submit(f"{HOME}/new", "group", {**PLAN, "grade": "4", "periods_a_week": "5"})
    assert (answer.status_code, Group.select().count()) == (303, 1)
    page = cast("hm.dieuphoi").soup(answer.location).text
    assert "Không tổ chức dạy thêm cho học sinh tiểu học" in page
    assert "Đối chiếu văn bản gốc trước khi dùng." in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("grade", "13"), ("starts_on", "hôm nay"), ("ends_on", "01/01/2020"), ("kind", "x")],
)
def test_a_wrong_plan_is_refused(cast, field, value):
    answer = cast("hm.dieuphoi").submit(f"{HOME}/new", "group", {**PLAN, field: value})
    assert (answer.status_code, Group.select().count()) == (422, 0)


def enrol(browser, group, **given):
    return browser.submit(f"{HOME}/{group.id}/pupils/new", "pupil", given)


@pytest.fixture
def agreed(make_case):
    """The case of a child whose family agrees to groups."""
    return make_case(state="open", scope=OWN_SCHOOL | GROUP)


def test_each_school_enrols_its_own_pupils_and_sees_no_name_of_the_others(cast, make_group):
    group = make_group()
    here = f"{HOME}/{group.id}"
    for name, code in (("hm.giaovien", "HS 9A-01"), ("uh.dieuphoi", "HS 9B-07")):
        assert enrol(cast(name), group, code=code, name=PUPIL, form_given="20/11/2026").status_code == 303
    GroupPupil.update(name="").where(GroupPupil.code == "HS 9B-07").execute()
    pages = {name: cast(name).get(here).text for name in ("hm.giaovien", "hm.dieuphoi", "uh.dieuphoi")}
    assert {name: PUPIL in text for name, text in pages.items()} == {
        "hm.giaovien": True,
        "hm.dieuphoi": True,
        "uh.dieuphoi": False,
    }
    assert all("HS 9A-01" in text and "HS 9B-07" in text for text in pages.values())
    assert PUPIL not in GroupPupil.get(GroupPupil.code == "HS 9A-01").name


def test_a_child_with_a_case_stands_by_its_code_and_each_look_is_the_cases(cast, make_group, agreed):
    group = make_group()
    here = f"{HOME}/{group.id}"
    assert enrol(cast("hm.dieuphoi"), group, code=agreed.code, name="Tên khác").status_code == 303
    assert (GroupPupil.get().case_id, GroupPupil.get().name) == (agreed.id, "")
    names = ("hm.dieuphoi", "hm.giaovien", "uh.dieuphoi")
    assert [NAME in cast(name).get(here).text for name in names] == [True, True, False]
    looks = CaseRead.select(CaseRead.school).where(CaseRead.case == agreed, CaseRead.what == "group")
    assert len({school for (school,) in looks.tuples()}) == 2
    read = cast("hm.hieutruong").soup(f"/mentoring/cases/{agreed.id}/reads").text
    assert "Danh sách nhóm bồi dưỡng" in read
    assert "Trường THCS Hồng Quang" in read


@pytest.mark.parametrize(("state", "scope"), [("open", OWN_SCHOOL), ("consent_pending", 0), ("closed", OWN_SCHOOL)])
def test_a_child_whose_family_does_not_agree_to_groups_is_not_enrolled(cast, make_group, make_case, state, scope):
    group, case = make_group(), make_case(state=state, scope=scope)
    answer = enrol(cast("hm.giaovien"), group, code=case.code)
    assert (answer.status_code, GroupPupil.select().count()) == (422, 0)
    assert "xin ý kiến gia đình" in answer.text


@pytest.mark.parametrize("end", ["withdrawn", "expired"])
def test_a_child_leaves_its_groups_when_the_family_no_longer_agrees(app, cast, make_group, agreed, end):
    group = make_group()
    enrol(cast("hm.giaovien"), group, code=agreed.code)
    with app.app_context():
        if end == "withdrawn":
            consents.withdraw(Consent.get(), None)
        else:
            Consent.update(expires_on=today() - timedelta(days=1)).execute()
            assert NAME not in cast("hm.giaovien").get(f"{HOME}/{group.id}").text
            do_daily(today())
    assert GroupPupil.get().left_on == today()
    assert agreed.code not in cast("hm.giaovien").soup(f"{HOME}/{group.id}").select_one("main").text


def test_a_group_is_changed_and_its_new_teacher_has_it(cast, make_group, person):
    group = make_group()
    here = f"{HOME}/{group.id}/edit"
    teacher = person("hm.dieuphoi")
    answer = cast("hm.dieuphoi").submit(here, "group", {"title": "Ôn thi Văn", "teacher": str(teacher.id)})
    assert answer.headers["Location"] == f"{HOME}/{group.id}"
    changed = Group.get_by_id(group.id)
    assert (changed.title, changed.teacher_id, changed.partner_id) == ("Ôn thi Văn", teacher.id, group.partner_id)
    assert cast("hm.giaovien").get(f"{HOME}/{group.id}").status_code == 404
    assert Waiting.get(Waiting.subject_type == "mentoring_group", Waiting.person.is_null(False)).person_id == teacher.id


def test_two_who_change_a_group_at_once_keep_both_or_are_asked(cast, make_group):
    group = make_group()
    here = f"{HOME}/{group.id}/edit"
    first, second = cast("hm.dieuphoi"), cast("hm.hieutruong")
    forms = [form_values(browser.soup(here).select_one('form[data-form="group"]')) for browser in (first, second)]
    assert first.post(here, data={**forms[0], "title": "Tên thứ nhất"}).status_code == 303
    answer = second.post(here, data={**forms[1], "title": "Tên thứ hai"})
    assert answer.status_code == 409
    assert "Tên thứ nhất" in answer.text
    late = form_values(BeautifulSoup(answer.text, "html.parser").select_one('form[data-form="group"]'))
    assert second.post(here, data={**late, "place": "Phòng 3"}).status_code == 303
    kept = Group.get_by_id(group.id)
    assert (kept.title, kept.place) == ("Tên thứ hai", "Phòng 3")


def test_fields_that_only_one_changed_are_joined(cast, make_group):
    group = make_group()
    here = f"{HOME}/{group.id}/edit"
    first, second = cast("hm.dieuphoi"), cast("hm.hieutruong")
    forms = [form_values(browser.soup(here).select_one('form[data-form="group"]')) for browser in (first, second)]
    first.post(here, data={**forms[0], "place": "Phòng 3"})
    assert second.post(here, data={**forms[1], "title": "Tên mới"}).status_code == 303
    kept = Group.get_by_id(group.id)
    assert (kept.title, kept.place) == ("Tên mới", "Phòng 3")


@pytest.mark.parametrize("values", [{"ends_on": "01/01/2020"}, {"title": ""}])
def test_a_wrong_change_of_a_group_is_refused(cast, make_group, values):
    group = make_group()
    assert cast("hm.dieuphoi").submit(f"{HOME}/{group.id}/edit", "group", values).status_code == 422
    assert Group.get_by_id(group.id).version == group.version


@pytest.mark.parametrize(
    ("username", "state", "code"),
    [("hm.giaovien", "running", 403), ("uh.dieuphoi", "running", 403), ("hm.dieuphoi", "summarised", 403)],
)
def test_only_the_host_schools_keepers_change_a_group_that_is_under_way(cast, make_group, username, state, code):
    group = make_group(state=state)
    assert cast(username).get(f"{HOME}/{group.id}/edit").status_code == code


def test_the_group_tells_how_many_were_there(cast, make_group):
    group = make_group(state="running")
    pupils = [GroupPupil.create(group=group, school=group.school_id, code=f"HS 9A-0{number}") for number in (1, 2)]
    cast("hm.giaovien").submit(f"{HOME}/{group.id}/days/new", "day", {"absent": [str(pupils[0].id)]})
    assert "Có mặt trung bình 50%" in cast("hm.giaovien").soup(f"{HOME}/{group.id}").text


def test_a_name_is_kept_only_where_the_family_asked_in_writing(cast, make_group):
    group = make_group()
    answer = enrol(cast("hm.giaovien"), group, code="HS 9A-31", name=PUPIL)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "lxml").select_one("#form_given-error").get_text(strip=True) == (
        "Lỗi:Chỉ ghi họ tên khi đã nhận đơn tự nguyện của gia đình; thầy/cô ghi ngày nhận đơn."
    )
    assert GroupPupil.select().where(GroupPupil.group == group).count() == 0


def test_a_code_is_enrolled_once(cast, make_group):
    here = f"{HOME}/{make_group().id}/pupils/new"
    codes = [cast("hm.giaovien").submit(here, "pupil", {"code": "HS 9A-01"}).status_code for _turn in range(2)]
    assert (codes, GroupPupil.select().count()) == ([303, 422], 1)


def test_a_pupil_who_leaves_is_forgotten_by_name_and_only_the_own_school_lets_go(cast, make_group):
    group = make_group()
    here = f"{HOME}/{group.id}"
    enrol(cast("hm.giaovien"), group, code="HS 9A-01", name=PUPIL, form_given="20/11/2026")
    pupil = GroupPupil.get()
    token = cast("uh.dieuphoi").csrf(f"{here}/pupils/new")
    answer = cast("uh.dieuphoi").post(f"{here}/pupils/{pupil.id}/leave", data={"csrf_token": token})
    assert (answer.status_code, GroupPupil.get().left_on) == (404, None)
    assert cast("hm.giaovien").submit(here, "leave").status_code == 303
    pupil = GroupPupil.get()
    assert (pupil.left_on, pupil.name) == (today(), "")
    assert "HS 9A-01" not in cast("hm.giaovien").soup(here).select_one('[data-panel="mentoring.group_pupils"]').text


@pytest.mark.parametrize(
    ("username", "code"), [("hm2.giaovien", 404), ("uh.giaovien", 404), ("hm2.hieutruong", 404), ("hm.lanhdao", 403)]
)
def test_strangers_see_nothing_of_a_group(cast, make_group, username, code):
    group = make_group()
    assert cast(username).get(f"{HOME}/{group.id}").status_code == code


def test_a_day_noted_again_replaces_it_and_only_the_hosts_note_it(cast, make_group):
    group = make_group()
    here = f"{HOME}/{group.id}"
    cast("hm.giaovien").submit(f"{here}/pupils/new", "pupil", {"code": "HS 9A-01"})
    pupil = GroupPupil.get()
    assert cast("hm.giaovien").submit(here, "step", verb="start").status_code == 303
    for absent in ([str(pupil.id)], []):
        assert cast("hm.giaovien").submit(f"{here}/days/new", "day", {"absent": absent}).status_code == 303
        assert GroupAbsence.select().count() == len(absent)
    assert GroupMeeting.select().count() == 1
    assert cast("uh.dieuphoi").get(f"{here}/days/new").status_code == 403


def test_a_group_ends_with_numbers_of_all_together(app, cast, make_group):
    group = make_group(state="running", ends_on=today())
    GroupPupil.create(group=group, school=group.school_id, code="HS 9A-01")
    with app.app_context():
        steps.refresh(group)
        Group.update(ends_on=today() - timedelta(days=1)).where(Group.id == group.id).execute()
        assert [rules.fall_due_all(District.get(District.code == "HM")) for _turn in range(2)] == [1, 0]
    here = f"{HOME}/{group.id}/summary"
    given = {"mean_before": "5,5", "mean_after": "6,75", "reached": "2", "summary": "Cả nhóm tiến bộ"}
    assert cast("hm.giaovien").submit(here, "summary", given).status_code == 422
    assert cast("hm.giaovien").submit(here, "summary", {**given, "mean_after": "11", "reached": "1"}).status_code == 422
    assert cast("hm.giaovien").submit(here, "summary", {**given, "reached": "1"}).status_code == 303
    assert Group.get_by_id(group.id).state == "summarised"
    assert "6,75" in cast("hm.dieuphoi").get(f"{HOME}/{group.id}").text


def test_the_list_costs_the_same_with_one_group_and_with_three(cast, make_group, queries):
    counts = []
    for number in (1, 2):
        for _turn in range(number):
            make_group()
        cast("hm.dieuphoi").get(HOME)
        with queries() as run:
            cast("hm.dieuphoi").get(HOME)
        counts.append(len(run))
    assert counts[0] == counts[1]
