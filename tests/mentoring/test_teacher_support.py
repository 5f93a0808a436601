"""A teacher in hardship asks for help; principal and head of the union decide together; nobody else learns of it."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.people import UNION, Function, Person
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from intranet.testing import form_values
from plugins.mentoring.mentors import personal
from plugins.mentoring.tables.aid import TeacherSupport
from plugins.mentoring.teacher_support import rules

HOME = "/mentoring/teacher-support"
CIRCUMSTANCES, ASKED, GRANTED = "Con nằm viện dài ngày", "Giảm tiết dạy tối", "Hỗ trợ năm triệu đồng"
FORM = {"circumstances": CIRCUMSTANCES, "asked": ASKED}
TEXTS = (CIRCUMSTANCES, ASKED, GRANTED)


@pytest.fixture
def union(app, person, cast):
    """hm.dieuphoi, who is at the head of the school's union as well."""
    head = person("hm.dieuphoi")
    Function.create(person=head, school=head.school_id, kind=UNION, starts_on=today())
    return cast("hm.dieuphoi")


@pytest.fixture
def support(cast, union):
    """What hm.giaovien asked for."""
    assert cast("hm.giaovien").submit(f"{HOME}/new", "support", FORM).status_code == 303
    return TeacherSupport.get()


def step(browser, here, way):
    """Press the button of a step: each stands in a form of its own."""
    form = browser.soup(here).select_one(f'form[action$="/{way}"]')
    assert browser.post(form["action"], data=form_values(form)).status_code == 303


def state():
    return TeacherSupport.get().state


def test_principal_and_union_decide_together_and_the_teacher_confirms(cast, union, support):
    here, principal = f"{HOME}/{support.id}", cast("hm.hieutruong")
    assert "Chưa ghi nội dung quyết định." in principal.soup(here).text
    assert principal.submit(f"{here}/decision", "decision", {"granted": GRANTED}).status_code == 303
    assert GRANTED not in cast("hm.giaovien").soup(here).text
    step(principal, here, "decide")
    assert state() == "requested"
    step(union, here, "decide")
    assert state() == "decided"
    assert GRANTED in cast("hm.giaovien").soup(here).text
    assert union.submit(f"{here}/deliver", "deliver", {"outcome": "Đã ký"}).status_code == 303
    step(cast("hm.giaovien"), here, "close")
    assert (state(), TeacherSupport.get().delivered_on) == ("closed", today())


def test_another_decision_asks_anew_whoever_agreed_before(cast, union, support):
    here, principal = f"{HOME}/{support.id}", cast("hm.hieutruong")
    union.submit(f"{here}/decision", "decision", {"granted": GRANTED})
    step(principal, here, "decide")
    union.submit(f"{here}/decision", "decision", {"granted": "Một triệu đồng"})
    step(union, here, "decide")
    assert state() == "requested"
    step(principal, here, "decide")
    assert state() == "decided"


def test_a_refusal_is_joint_too(cast, union, support):
    here = f"{HOME}/{support.id}"
    union.submit(f"{here}/decision", "decision", {"granted": "Quỹ đã hết"})
    step(union, here, "refuse")
    assert state() == "requested"
    step(cast("hm.hieutruong"), here, "refuse")
    assert state() == "refused"
    assert "Quỹ đã hết" in cast("hm.giaovien").soup(here).text


def test_a_teacher_takes_the_request_back(cast, support):
    step(cast("hm.giaovien"), f"{HOME}/{support.id}", "withdraw")
    assert state() == "closed"


@pytest.mark.parametrize(
    "username", ["hm2.hieutruong", "hm2.giaovien", "uh.hieutruong", "hm.chuyenvien", "hm.lanhdao", "admin"]
)
def test_nobody_else_learns_that_there_is_a_request(cast, support, person, username):
    browser = cast(username)
    for path in ("", "/decision", "/deliver"):
        assert browser.get(f"{HOME}/{support.id}{path}").status_code in (403, 404)
    assert person("hm.giaovien").name not in browser.get(HOME).text
    assert f"{HOME}/{support.id}" not in browser.get(HOME).text


def test_a_coordinator_without_the_union_sees_none(cast, union, support):
    Function.update(ends_on=today() - timedelta(days=1), starts_on=today() - timedelta(days=9)).execute()
    assert cast("hm.dieuphoi").get(f"{HOME}/{support.id}").status_code == 404


def test_the_teacher_does_not_decide(cast, support):
    assert cast("hm.giaovien").get(f"{HOME}/{support.id}/decision").status_code == 403
    assert cast("hm.giaovien").get(f"{HOME}/{support.id}/deliver").status_code == 403


@pytest.mark.parametrize("username", ["hm.hieutruong", "hm.dieuphoi"])
def test_whoever_decides_asks_elsewhere(cast, union, username):
    assert cast(username).get(f"{HOME}/new").status_code == 403


def test_tables_audit_trail_tasks_and_notices_tell_nothing(cast, union, support, person):
    cast("hm.hieutruong").submit(f"{HOME}/{support.id}/decision", "decision", {"granted": GRANTED})
    told = [
        str(row)
        for model in (TeacherSupport, AuditEntry, AuditValue, Notice, Waiting)
        for row in model.select().tuples()
    ]
    assert [text for text in TEXTS if text in " ".join(told)] == []
    titles = [notice.title for notice in Notice.select().where(Notice.url == f"{HOME}/{support.id}")]
    titles += [waiting.title for waiting in Waiting.select().where(Waiting.subject_type == "mentoring_teacher_support")]
    assert titles
    assert [title for title in titles if person("hm.giaovien").name in title] == []


def test_the_texts_are_forgotten_a_year_after_the_end(app, cast, support):
    step(cast("hm.giaovien"), f"{HOME}/{support.id}", "withdraw")
    with app.app_context():
        assert rules.forget_old(support.district_id, today() + timedelta(days=365)) == 0
        assert rules.forget_old(support.district_id, today() + timedelta(days=367)) == 1
    assert (TeacherSupport.get().circumstances, TeacherSupport.get().asked) == ("", "")


def test_the_own_data_hold_the_request_and_whoever_is_forgotten_takes_it_along(app, support, person):
    with app.app_context():
        known = personal.known_of(person("hm.giaovien"))
        assert [row["Hoàn cảnh"] for row in known["Đề nghị hỗ trợ"]] == [CIRCUMSTANCES]
        personal.forget(Person.get_by_id(support.person_id))
    assert TeacherSupport.get().circumstances == ""


def test_an_administrators_copy_of_somebodys_data_withholds_what_the_own_one_tells(cast, support):
    address = f"/people/{support.person_id}/copy.json"
    told = {name: CIRCUMSTANCES in cast(name).get(address).text for name in ("hm.giaovien", "admin")}
    assert told == {"hm.giaovien": True, "admin": False}
    assert "Chỉ người có tên tải được phần này." in cast("admin").get(address).text


def test_an_empty_request_is_shown_again(cast, union):
    answer = cast("hm.giaovien").submit(f"{HOME}/new", "support", {**FORM, "asked": ""})
    assert (answer.status_code, TeacherSupport.select().count()) == (422, 0)
    assert CIRCUMSTANCES in answer.text


def test_the_list_takes_as_many_queries_for_three_as_for_one(cast, support, queries):
    browser = cast("hm.hieutruong")
    browser.get(HOME)
    with queries() as one:
        browser.get(HOME)
    for _number in range(2):
        cast("hm.giaovien").submit(f"{HOME}/new", "support", FORM)
    with queries() as three:
        browser.get(HOME)
    assert len(three) == len(one)
