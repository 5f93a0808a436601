"""A school is split: a new one is founded, and what people choose goes there."""

import random

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.clock import now, today
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.people import PRINCIPAL, TEACHER, Function, Membership, Person
from intranet.registry.pledges import Meeting, PledgeClause
from intranet.registry.schools import School, SchoolSplit, SchoolYearFigures, Site, Tag
from intranet.registry.twinning import DECLINED, Pairing
from intranet.schools import life_cycle, split_queries
from intranet.schools.open_work import open_work
from intranet.schools.splitting import Decision, Share, split_school
from intranet.shared import activities, meetings, pledges
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from intranet.testing import form_values

FIRST = "01008508"
NEW = "Trường THCS Chu Văn An"
TYPED = {
    "decision_number": "1234/QĐ-UBND",
    "decided_on": "01/06/2023",
    "split_on": "01/08/2023",
    "name": NEW,
    "address": "Số 1 phố Linh Đàm",
}
YEAR = school_year_of(today())


def old():
    return School.get(School.code == FIRST)


def new():
    return School.get(School.name == NEW)


def split(browser, verb=None, **typed):
    return browser.submit(f"/schools/{old().id}/split", "split", TYPED | typed, verb)


def work_of(username):
    return Membership.get(Membership.person == person(username), Membership.school.is_null(False))


def person(username):
    return Person.get(Person.username == username)


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def changes(school):
    entry = AuditEntry.get(AuditEntry.action == "school.split", AuditEntry.subject_id == school.id)
    return {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}


def everything():
    """What can be ticked, as the form sends it."""
    people = Membership.select(Membership.id).where(Membership.school == old())
    return {"people": [str(id_) for (id_,) in people.tuples()]}


@pytest.fixture
def pair(app):
    with app.app_context():
        return Pairing.get(Pairing.first_school == old())


# --- the page ---


def test_the_page_offers_everything_and_ticks_nothing(cast, pair):
    Site.create(school=old(), name="Điểm trường Bắc Linh Đàm")
    Function.create(person=person("hm.giaovien"), school=old(), kind="homeroom", detail="6A")
    page = cast("hm.chuyenvien").soup(f"/schools/{old().id}/split")
    groups = {group.legend.get_text(" ", strip=True): group for group in page.select("fieldset.many")}
    assert {"Cán bộ, giáo viên, nhân viên (4)", "Điểm trường (1)", "Thế mạnh và nhu cầu (4)"} <= set(groups)
    assert "Cặp kết nghĩa, cùng giao ước và kế hoạch của cặp (1)" in groups
    assert page.select("fieldset.many [checked]") == []
    people = groups["Cán bộ, giáo viên, nhân viên (4)"]
    assert "Giáo viên, nhân viên · chủ nhiệm 6A" in [line.text for line in people.select(".soft")]
    assert [box["value"] for box in page.select("[name=levels][checked]")] == ["4"]


@pytest.mark.parametrize(
    ("username", "status"), [("admin", 200), ("hm.lanhdao", 403), ("hm.hieutruong", 403), ("uh.chuyenvien", 403)]
)
def test_splitting_is_the_officers_business(cast, username, status):
    browser = cast(username)
    assert browser.get(f"/schools/{old().id}/split").status_code == status
    if status == 403:
        token = {"csrf_token": browser.csrf("/account")}
        assert browser.post(f"/schools/{old().id}/split", data=TYPED | token).status_code == 403


def test_a_school_in_the_trash_is_not_there_and_a_closed_one_is_not_split(cast):
    browser, mistake = cast("hm.chuyenvien"), School.get(School.code == "01008305")
    School.update(closed_on=today()).where(School.code == FIRST).execute()
    assert browser.get(f"/schools/{old().id}/split").location == f"/schools/{old().id}"
    token = {"csrf_token": browser.csrf("/account"), "levels": "4", "action": "confirm", "version": "1"}
    answer = browser.post(f"/schools/{old().id}/split", data=TYPED | token)
    assert (answer.status_code, errors(answer)) == (409, ["Trường này đã đóng nên không tách được."])
    browser.submit(f"/schools/{mistake.id}", "delete")
    assert browser.get(f"/schools/{mistake.id}/split").status_code == 404
    assert SchoolSplit.select().count() == 0


# --- what goes there ---


def test_a_school_is_founded_and_both_say_where_they_come_from(cast):
    browser = cast("hm.chuyenvien")
    answer = split(browser, people=[str(work_of("hm.giaovien").id)])
    made = new()
    assert (answer.status_code, answer.location) == (303, f"/schools/{made.id}")
    assert (made.district_id, made.levels, made.founded_year) == (old().district_id, 4, 2023)
    assert (made.address, made.commune_id) == ("Số 1 phố Linh Đàm", old().commune_id)
    card = browser.soup(f"/schools/{made.id}").select_one("[data-panel='schools.card']").get_text(" ", strip=True)
    assert "Tách từ Trường THCS Yên Sở theo Quyết định số 1234/QĐ-UBND ngày 01/06/2023, từ ngày 01/08/2023" in card
    card = cast("uh.giaovien").soup(f"/schools/{old().id}").select_one("[data-panel='schools.card']").text
    assert f"Đã tách thành {NEW}" in " ".join(card.split())


def test_the_trail_of_both_tells_of_it_and_both_have_a_new_version(cast):
    version = old().version
    split(cast("hm.chuyenvien"), people=[str(work_of("hm.giaovien").id)])
    assert changes(old()) == {
        "split_into": (None, NEW),
        "decision_number": (None, "1234/QĐ-UBND"),
        "decided_on": (None, "01/06/2023"),
        "split_on": (None, "01/08/2023"),
        "moved_people": (None, "1"),
    }
    assert changes(new())["split_from"] == (None, "Trường THCS Yên Sở")
    assert (old().version, new().version) == (version + 1, 2)


def test_people_work_on_in_the_new_school_without_signing_in_again(cast):
    teacher = cast("hm.giaovien")
    work = work_of("hm.giaovien")
    Function.create(person=work.person, school=old(), kind="homeroom", detail="6A")
    split(cast("hm.chuyenvien"), people=[str(work.id)])
    assert NEW in teacher.soup("/").find(class_="hello").text
    assert person("hm.giaovien").school_id == new().id
    assert Function.get(Function.person == work.person, Function.detail == "6A").school_id == new().id
    assert work_of("hm.hieutruong").school_id == old().id


def test_who_keeps_another_work_in_the_old_school_works_in_both(cast):
    work = work_of("hm.giaovien")
    other = Membership.create(person=work.person, role=TEACHER, title="Thủ quỹ", district=work.district, school=old())
    Function.create(person=work.person, school=old(), kind="union")
    split(cast("hm.chuyenvien"), people=[str(work.id)])
    assert [Membership.get_by_id(row.id).school_id for row in (work, other)] == [new().id, old().id]
    assert person("hm.giaovien").school_id == old().id
    assert Function.get(Function.person == work.person, Function.kind == "union").school_id == old().id


def test_a_principal_leads_the_school_where_the_work_is(cast):
    name = person("hm.hieutruong").name
    answer = split(cast("hm.chuyenvien"), people=[str(work_of("hm.hieutruong").id)])
    assert (new().principal_name, old().principal_name) == (name, "")
    assert changes(old())["principal_name"] == (name, "")
    said = cast("hm.chuyenvien").get(answer.location).text
    assert "chưa có hiệu trưởng; thầy/cô bổ nhiệm ở trang của trường." in said


def test_sites_and_tags_go_where_they_are_ticked(cast):
    sites = [Site.create(school=old(), name=name) for name in ("Bắc", "Nam")]
    tags = list(Tag.select().where(Tag.school == old()).order_by(Tag.id))
    split(cast("hm.chuyenvien"), sites=[str(sites[0].id)], tags=[str(tags[0].id)])
    assert [Site.get_by_id(site.id).school_id for site in sites] == [new().id, old().id]
    assert [Tag.get_by_id(tag.id).school_id for tag in tags] == [new().id] + [old().id] * (len(tags) - 1)
    assert new().needs_published is old().needs_published


def test_nothing_of_another_school_can_be_taken(cast):
    theirs = Membership.get(Membership.person == person("uh.hieutruong"))
    split(cast("hm.chuyenvien"), people=[str(theirs.id)], work=["facilities:need:1", "x", "nothing:at:all"])
    assert Membership.get_by_id(theirs.id).school_id == theirs.school_id
    assert "moved_people" not in changes(new())


@pytest.mark.parametrize("value", ["x", "9" * 20, "-1"])
def test_what_is_no_number_of_a_row_is_a_bad_request(cast, value):
    assert split(cast("hm.chuyenvien"), people=[value]).status_code == 400


# --- pairs ---


def test_a_pair_goes_over_with_its_promises_its_past_and_what_waits(app, cast, pair):
    with app.app_context():
        visit = {"pairing": pair, "kind": "visit", "title": "Thăm", "starts_at": now(), "giver": old(), "host": old()}
        held, planned = Meeting.create(**visit, state="held"), Meeting.create(**visit)
        activities.record_activity(meetings.facts(held))
        before = pledges.counters(pair.id)
    promised = PledgeClause.select().where(PledgeClause.pairing == pair, PledgeClause.giver == old()).count()
    waited = Waiting.select().where(Waiting.subject_type == "pairing", Waiting.subject_id == pair.id).count()
    split(cast("hm.chuyenvien"), pairs=[str(pair.id)], people=[str(work_of("hm.hieutruong").id)])
    moved = Pairing.get_by_id(pair.id)
    assert (moved.first_school_id, moved.second_school_id, moved.state) == (new().id, pair.second_school_id, pair.state)
    assert PledgeClause.select().where(PledgeClause.pairing == pair, PledgeClause.giver == new()).count() == promised
    rows = Waiting.select().where(Waiting.subject_type == "pairing", Waiting.subject_id == pair.id)
    assert (rows.count(), rows.where(Waiting.school == old()).count()) == (waited, 0)
    assert cast("hm.hieutruong").get(f"/pairings/{pair.id}").status_code == 200
    assert [Meeting.get_by_id(one.id).giver_id for one in (held, planned)] == [old().id, new().id]
    with app.app_context():
        # What the old school gave in it counts for the new one, and nothing is missing anywhere.
        assert pledges.counters(pair.id) == before
        assert list(activities.check()) == []


def test_a_pair_that_is_not_ticked_or_is_over_stays(cast, pair):
    Pairing.update(state=DECLINED).where(Pairing.id == pair.id).execute()
    split(cast("hm.chuyenvien"), pairs=[str(pair.id)])
    assert Pairing.get_by_id(pair.id).first_school_id == old().id
    assert "moved_pairs" not in changes(new())


def test_merging_the_new_school_back_brings_everything_home(app, cast, pair):
    split(cast("hm.chuyenvien"), pairs=[str(pair.id)], people=[str(work_of("hm.giaovien").id)])
    with app.app_context():
        life_cycle.merge_school(new(), old(), person_id=None)
        assert list(activities.check()) == []
    assert Pairing.get_by_id(pair.id).first_school_id == old().id
    assert person("hm.giaovien").school_id == old().id


# --- figures ---


@pytest.fixture
def reported(app):
    SchoolYearFigures.insert(
        school=old(), school_year=YEAR, pupils=1200, pupils_female=600, classes=30, grades='{"6": 8}', teachers=50
    ).execute()


def figures_of(school):
    row = SchoolYearFigures.get(SchoolYearFigures.school == school, SchoolYearFigures.school_year == YEAR)
    return row.pupils, row.pupils_female, row.classes, row.grades, row.teachers


def test_the_figures_of_the_year_are_divided(cast, reported):
    numbers = {"pupils_stay": "700", "pupils_go": "500", "classes_stay": "18", "classes_go": "12"}
    assert split(cast("hm.chuyenvien"), **numbers, action="confirm").status_code == 303
    assert figures_of(old()) == (700, None, 18, "", 50)
    assert figures_of(new()) == (500, None, 12, "", None)
    assert changes(old())[f"pupils {YEAR}"] == ("1200", "700")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (
            {"pupils_stay": "700", "pupils_go": "490"},
            "Hai trường cộng lại là 1.190, nhưng trường đã báo 1.200.",
        ),
        (
            {"classes_go": "12"},
            "Thầy/cô ghi cả số ở lại và số sang trường mới, hoặc để trống cả hai.",
        ),
        ({"pupils_stay": "x"}, "Hãy nhập một số nguyên."),
    ],
)
def test_numbers_that_do_not_add_up_are_refused_and_nothing_is_lost(cast, reported, numbers, expected):
    work = str(work_of("hm.giaovien").id)
    answer = split(cast("hm.chuyenvien"), people=[work], **numbers)
    assert (answer.status_code, errors(answer)) == (422, [expected])
    form = BeautifulSoup(answer.text, "lxml").find("form", {"data-form": "split"})
    sent = form_values(form)
    assert {name: sent[name] for name in ("name", "decision_number", *numbers)} == {
        "name": NEW,
        "decision_number": "1234/QĐ-UBND",
        **numbers,
    }
    assert sent["people"] == [work]
    assert (SchoolSplit.select().count(), figures_of(old())[0]) == (0, 1200)


# --- what is refused, and what is asked ---


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"decision_number": " "}, "Thầy/cô chưa nhập số quyết định."),
        ({"decided_on": "", "split_on": ""}, "Thầy/cô chưa nhập ngày quyết định."),
        ({"split_on": "01/08/2099"}, "Ngày tách không thể sau hôm nay."),
        ({"split_on": "31/05/2023"}, "Ngày tách không thể trước ngày quyết định."),
        ({"name": "Trường THCS Yên Sở"}, "Đã có trường cùng tên và cấp học: Trường THCS Yên Sở."),
        ({"code": FIRST}, "Mã trường này đã có: Trường THCS Yên Sở."),
    ],
)
def test_a_wrong_form_says_what_is_wrong(cast, typed, expected):
    answer = split(cast("hm.chuyenvien"), people=[str(work_of("hm.giaovien").id)], **typed)
    assert answer.status_code == 422
    assert expected in errors(answer)
    assert School.select().where(School.founded_year == 2023).count() == 0


@pytest.mark.parametrize(
    ("ticked", "sentence"),
    [
        (dict, "Thầy/cô chưa chọn gì đi theo"),
        (everything, "Tất cả mọi người đều sang trường mới: trường cũ sẽ không còn ai."),
    ],
)
def test_all_or_nothing_is_asked_about_once(cast, ticked, sentence):
    browser, chosen = cast("hm.chuyenvien"), ticked()
    answer = split(browser, **chosen)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert split(browser, **chosen, action="confirm").status_code == 303
    assert Membership.select().where(Membership.school == new()).count() == len(chosen.get("people", ()))


def test_of_two_who_split_at_once_the_second_sees_what_the_first_did(cast):
    first, second = cast("hm.chuyenvien"), cast("admin")
    form = second.soup(f"/schools/{old().id}/split").find("form", {"data-form": "split"})
    split(first, people=[str(work_of("hm.giaovien").id)])
    typed = TYPED | {"name": "Trường THCS Bắc Linh Đàm", "people": [str(work_of("hm.dieuphoi").id)]}
    answer = second.post(form["action"], data=form_values(form) | typed)
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status_code == 409
    assert "Trường vừa được sửa lúc" in errors(answer)[0]
    assert page.select_one(".notice.info a").text == NEW
    assert page.find(id="name")["value"] == "Trường THCS Bắc Linh Đàm"
    assert SchoolSplit.select().count() == 1
    again = form_values(page.find("form", {"data-form": "split"}))
    answer = second.post(form["action"], data=again)
    assert (errors(answer), answer.status_code) == ([], 303)
    assert SchoolSplit.select().count() == 2


def test_a_second_click_splits_nothing_twice(cast):
    browser = cast("hm.chuyenvien")
    form = browser.soup(f"/schools/{old().id}/split").find("form", {"data-form": "split"})
    sent = form_values(form) | TYPED | {"people": [str(work_of("hm.giaovien").id)]}
    answers = [browser.post(form["action"], data=sent) for _time in range(2)]
    assert [answer.location for answer in answers] == [f"/schools/{new().id}"] * 2
    assert SchoolSplit.select().count() == 1


def test_the_principals_of_both_schools_are_told(cast):
    deputy = Membership.create(person=person("hm.dieuphoi"), role=PRINCIPAL, district=old().district_id, school=old())
    Notice.delete().execute()
    split(cast("hm.chuyenvien"), people=[str(deputy.id)])
    told = Notice.select(Person.username, Notice.title).join(Person).order_by(Person.username)
    title = f"Đã tách {NEW} từ Trường THCS Yên Sở theo Quyết định số 1234/QĐ-UBND"
    assert list(told.tuples()) == [("hm.dieuphoi", title), ("hm.hieutruong", title)]


def test_a_school_that_was_split_is_nobodys_mistake(cast):
    browser = cast("hm.chuyenvien")
    split(browser, action="confirm")
    answer = browser.get(browser.submit(f"/schools/{new().id}", "delete").location)
    assert "thầy/cô hãy đóng trường thay vì xóa." in answer.text


def test_the_page_takes_no_more_queries_for_more_rows(cast, queries, pair):
    browser, address = cast("hm.chuyenvien"), f"/schools/{old().id}/split"
    counts = []
    for number in range(2):
        with queries() as run:
            browser.soup(address)
        counts.append(len(run))
        for more in range(2):
            Site.create(school=old(), name=f"Điểm {number}{more}")
            Membership.create(
                person=person("hm.giaovien"),
                role=TEACHER,
                title=f"Việc {more}",
                district=old().district_id,
                school=old(),
            )
    assert counts[0] == counts[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_goes_where_the_ledger_adds_up(app, seed):
    draw = random.Random(seed)

    def some(keys):
        return [key for key in keys if draw.random() < 0.5]

    with app.app_context():
        twinned = [id_ for (id_,) in Pairing.select(Pairing.first_school).distinct().tuples()]
        made = []
        for number, school_id in enumerate(draw.sample(twinned, 3)):
            school = School.get_by_id(school_id)
            share = Share(
                people=some(row[0] for row in split_queries.people_of(school_id)),
                pairs=some(row[0] for row in split_queries.open_pairs_of(school_id)),
                work=some(open_work(school)),
            )
            values = {"name": f"Trường Mới {number}", "levels": school.levels}
            decision = Decision("1/QĐ", today(), today())
            made.append((school_id, split_school(school, values, decision, share, version=1, person_id=None)[0].id))
        assert list(activities.check()) == []
        for old_id, new_id in some(made):
            life_cycle.merge_school(School.get_by_id(new_id), School.get_by_id(old_id), person_id=None)
        assert list(activities.check()) == []
