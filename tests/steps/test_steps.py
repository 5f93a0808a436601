"""A record moves along its life cycle: by whom, with whose consent, what waits for whom, and what it leaves behind."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from notice_board import rules
from notice_board.models import Plan

from intranet.kernel.database import database
from intranet.registry.people import COORDINATOR, Membership, Person
from intranet.registry.schools import School
from intranet.shared import steps
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.notices import Notice
from intranet.shared.waiting import Approval, Waiting
from intranet.testing import form_values

FIRST, SECOND = "hm.hieutruong", "hm2.hieutruong"


@pytest.fixture
def schools(app):
    """The schools of the two principals."""
    with app.app_context():
        return [School.get_by_id(Person.get(Person.username == name).school_id) for name in (FIRST, SECOND)]


@pytest.fixture
def plan(app, schools):
    """A plan of two schools of Hoàng Mai, just written."""
    with app.app_context():
        first, second = schools
        return rules.add_plan(first, second.id, "Dạy chung bài 5", "Hai tiết, tháng 12.", person_id=None)


@pytest.fixture
def page(plan):
    return f"/notice-board/plans/{plan.id}"


def state(page, browser):
    return browser.soup(page).find(attrs={"data-panel": "core.steps"}).find(attrs={"data-state": True}).text


def buttons(page, browser):
    """What the person can do there."""
    panel = browser.soup(page).find(attrs={"data-panel": "core.steps"})
    return [way.text.strip() for way in panel.select(".actions .btn")]


def press(browser, page, plan, key, **values):
    """Take a step by the button on the page, or on the page that asks first."""
    form = browser.soup(page).find("form", {"action": f"/steps/notice_board_plan/{plan.id}/{key}"})
    address = f"/steps/notice_board_plan/{plan.id}/{key}"
    if form is None:
        form = browser.soup(address).find("form", {"data-form": "step"})
    return browser.post(address, data=form_values(form) | values)


def tasks(browser):
    """(title, step) of what waits for the person."""
    lines = browser.soup("/").find(attrs={"data-panel": "home.tasks"}).select("li")
    return [(line.a.text, line.span.text.partition(" · ")[0]) for line in lines]


def test_each_side_sees_its_own_buttons(plan, page, cast):
    assert buttons(page, cast(FIRST)) == ["Gửi", "Hủy kế hoạch"]
    assert buttons(page, cast(SECOND)) == []
    assert press(cast(FIRST), page, plan, "propose").status_code == 303
    assert buttons(page, cast(FIRST)) == ["Đồng ý", "Hủy kế hoạch"]
    assert buttons(page, cast(SECOND)) == ["Đồng ý", "Trả lại"]
    assert buttons(page, cast("hm.chuyenvien")) == ["Trả lại"]
    assert buttons(page, cast("hm.giaovien")) == []


def test_both_have_to_agree_and_the_last_one_moves_it(plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    press(cast(SECOND), page, plan, "agree")
    assert state(page, cast(FIRST)) == "Chờ hai trường đồng ý"
    assert buttons(page, cast(SECOND)) == ["Trả lại"]
    press(cast(FIRST), page, plan, "agree")
    assert state(page, cast(FIRST)) == "Đã thống nhất"


def test_nobody_agrees_twice_or_for_another(app, plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    form = form_values(
        cast(SECOND).soup(f"/steps/notice_board_plan/{plan.id}/agree").find("form", {"data-form": "step"})
    )
    address = f"/steps/notice_board_plan/{plan.id}/agree"
    assert cast(SECOND).post(address, data=form).status_code == 303
    again = form | {
        "form_token": form_values(cast(SECOND).soup(address).find("form", {"data-form": "step"}))["form_token"]
    }
    assert cast(SECOND).post(address, data=again).status_code == 422
    officer = cast("hm.chuyenvien")
    stolen = form | {
        "csrf_token": form_values(
            officer.soup(f"/steps/notice_board_plan/{plan.id}/send_back").find("form", {"data-form": "step"})
        )["csrf_token"],
        "form_token": "",
    }
    assert officer.post(address, data=stolen).status_code == 403
    with app.app_context():
        assert Approval.select().where(Approval.subject_type == "notice_board_plan").count() == 1


def test_an_edit_asks_again_whoever_had_agreed(app, plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    press(cast(SECOND), page, plan, "agree")
    with app.app_context():
        rules.rewrite_plan(Plan.get_by_id(plan.id), "Ba tiết, tháng 12.", person_id=None)
    assert buttons(page, cast(SECOND)) == ["Đồng ý", "Trả lại"]
    press(cast(FIRST), page, plan, "agree")
    assert state(page, cast(FIRST)) == "Chờ hai trường đồng ý"


def test_agreeing_to_a_text_that_was_edited_meanwhile_is_refused_and_shows_the_new_one(app, plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    address = f"/steps/notice_board_plan/{plan.id}/agree"
    old = form_values(cast(SECOND).soup(page).find("form", {"action": address}))
    with app.app_context():
        rules.rewrite_plan(Plan.get_by_id(plan.id), "Mười tiết.", person_id=None)
    answer = cast(SECOND).post(address, data=old)
    assert answer.status_code == 409
    assert "Nội dung vừa được sửa" in answer.text
    with app.app_context():
        assert Approval.select().where(Approval.subject_type == "notice_board_plan").count() == 0


def test_what_was_agreed_in_an_earlier_round_does_not_count_in_the_next(plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    press(cast(FIRST), page, plan, "agree")
    press(cast(SECOND), page, plan, "send_back", reason="Chưa rõ ngày.")
    press(cast(FIRST), page, plan, "propose")
    press(cast(SECOND), page, plan, "agree")
    assert state(page, cast(FIRST)) == "Chờ hai trường đồng ý"


def test_a_successor_inherits_the_open_place_and_not_the_word_given(app, plan, page, cast, schools):
    press(cast(FIRST), page, plan, "propose")
    press(cast(FIRST), page, plan, "agree")
    with app.app_context():
        # Two posts change hands: the first school's principal had agreed, the second's had not.
        old = Membership.get(Membership.school == schools[1], Membership.role == "principal")
        new = Person.get(Person.username == "hm2.giaovien")
        Membership.update(person=new).where(Membership.id == old.id).execute()
        Membership.delete().where(Membership.person == new, Membership.id != old.id).execute()
    assert buttons(page, cast("hm2.giaovien")) == ["Đồng ý", "Trả lại"]
    press(cast("hm2.giaovien"), page, plan, "agree")
    assert state(page, cast(FIRST)) == "Đã thống nhất"


def test_a_step_that_needs_a_reason_is_not_taken_without(plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    refused = press(cast(SECOND), page, plan, "send_back")
    assert refused.status_code == 422
    assert "Thầy/cô chưa ghi lý do." in refused.text
    assert state(page, cast(FIRST)) == "Chờ hai trường đồng ý"


def test_a_guard_says_why_not_yet(app, plan, page, cast):
    with app.app_context():
        Plan.update(body="").where(Plan.id == plan.id).execute()
    panel = cast(FIRST).soup(page).find(attrs={"data-panel": "core.steps"})
    assert "Gửi: Kế hoạch chưa có nội dung." in panel.text
    assert buttons(page, cast(FIRST)) == ["Hủy kế hoạch"]
    assert press(cast(FIRST), page, plan, "propose").status_code == 422


def test_a_step_that_is_over_is_refused_with_a_sentence(plan, page, cast):
    address = f"/steps/notice_board_plan/{plan.id}/propose"
    form = form_values(cast(FIRST).soup(page).find("form", {"action": address}))
    cast(FIRST).post(address, data=form)
    late = cast(FIRST).post(address, data=form | {"form_token": ""})
    assert late.status_code == 422
    assert "Việc này đã sang bước “Chờ hai trường đồng ý”." in late.text


def test_pressing_twice_moves_once(app, plan, page, cast):
    address = f"/steps/notice_board_plan/{plan.id}/propose"
    form = form_values(cast(FIRST).soup(page).find("form", {"action": address}))
    answers = [cast(FIRST).post(address, data=form) for _ in range(2)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, page)] * 2
    with app.app_context():
        assert AuditEntry.select().where(AuditEntry.action == "notice_board_plan.propose").count() == 1


def test_every_step_leaves_its_line_in_the_trail(app, plan, page, cast):
    press(cast(FIRST), page, plan, "drop", reason="Trùng lịch thi.")
    with app.app_context():
        entry = AuditEntry.get(AuditEntry.action == "notice_board_plan.drop")
        values = {
            value.field: (value.before, value.after) for value in AuditValue.select().where(AuditValue.entry == entry)
        }
    assert values == {"state": ("draft", "dropped"), "reason": (None, "Trùng lịch thi.")}


def test_what_waits_stands_on_the_home_page_of_whoever_is_next_and_of_nobody_else(plan, page, cast):
    write, agree = ("Dạy chung bài 5", "Viết xong và gửi kế hoạch"), ("Dạy chung bài 5", "Xem và đồng ý")
    assert (tasks(cast(FIRST)), tasks(cast(SECOND))) == ([write], [])
    press(cast(FIRST), page, plan, "propose")
    assert (tasks(cast(FIRST)), tasks(cast(SECOND))) == ([agree], [agree])
    assert agree not in tasks(cast("hm.chuyenvien"))
    press(cast(SECOND), page, plan, "agree")
    assert (tasks(cast(FIRST)), tasks(cast(SECOND))) == ([agree], [])
    press(cast(FIRST), page, plan, "drop", reason="Thôi.")
    assert (tasks(cast(FIRST)), tasks(cast(SECOND))) == ([], [])


def test_what_waits_in_another_post_of_the_same_person_stands_there_too(app, plan, cast, schools):
    with app.app_context():
        teacher = Person.get(Person.username == "hm2.giaovien")
        Membership.create(person=teacher, role=COORDINATOR, district=schools[0].district_id, school=schools[0])
    line = cast("hm2.giaovien").soup("/").find(attrs={"data-panel": "home.tasks"}).select_one("li")
    assert f"với tư cách Điều phối viên – {schools[0].name}" in line.text
    opened = cast("hm2.giaovien").post("/account/membership", data=form_values(line.form))
    assert (opened.status_code, opened.headers["Location"]) == (303, f"/notice-board/plans/{plan.id}")
    assert buttons(f"/notice-board/plans/{plan.id}", cast("hm2.giaovien")) == ["Gửi", "Hủy kế hoạch"]


def test_nothing_waits_while_the_module_is_off(plan, cast, switch):
    switch("notice_board", "HM", False)
    assert tasks(cast(FIRST)) == []
    switch("notice_board", "HM", True)
    assert len(tasks(cast(FIRST))) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_step_of_a_module_that_is_off_does_not_exist(plan, page, cast, switch, method):
    browser = cast(FIRST)
    form = form_values(browser.soup(page).find("form", {"data-form": "step"}))
    switch("notice_board", "HM", False)
    answer = getattr(browser, method)(f"/steps/notice_board_plan/{plan.id}/propose", data=form)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/steps/notice_board_plan/{id}/fly", 404),
        ("/steps/school/1/propose", 404),
        ("/steps/notice_board_plan/99999/propose", 404),
        ("/steps/notice_board_plan/{id}/agree", 403),
    ],
)
def test_an_unknown_step_is_not_found_and_anothers_is_refused(plan, cast, address, status):
    who = "hm.giaovien" if status == 403 else FIRST
    assert cast(who).get(address.format(id=plan.id)).status_code == status


def test_strangers_to_a_record_do_not_learn_that_it_exists(plan, cast):
    assert cast("uh.hieutruong").get(f"/steps/notice_board_plan/{plan.id}/agree").status_code == 404


def test_refreshing_writes_the_same_rows_again(app, plan):
    with app.app_context():
        columns = (Waiting.role, Waiting.school, Waiting.party, Waiting.title, Waiting.step, Waiting.url, Waiting.since)
        of_plan = Waiting.subject_type == "notice_board_plan"
        before = sorted(map(str, Waiting.select(*columns).where(of_plan).tuples()))
        steps.refresh(Plan.get_by_id(plan.id))
        assert sorted(map(str, Waiting.select(*columns).where(of_plan).tuples())) == before
        assert len(before) == 2


@pytest.mark.parametrize("round_", range(5))
def test_two_sides_that_agree_in_the_same_moment_move_it_once(app, plan, page, cast, round_):
    press(cast(FIRST), page, plan, "propose")
    address = f"/steps/notice_board_plan/{plan.id}/agree"
    forms = {name: form_values(cast(name).soup(page).find("form", {"action": address})) for name in (FIRST, SECOND)}
    together = Barrier(2)

    def agree(name):
        together.wait()
        status = cast(name).post(address, data=forms[name]).status_code
        database.close()
        return status

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(agree, (FIRST, SECOND))) == [303, 303]
    with app.app_context():
        assert Plan.get_by_id(plan.id).state == "agreed"
        for action in ("notice_board_plan.consent", "notice_board_plan.agree"):
            assert AuditEntry.select().where(AuditEntry.action == action).count() == 1
        moves = AuditValue.select().where(AuditValue.field == "state", AuditValue.after == "agreed")
        assert moves.count() == 1


def notices(app, username):
    """The titles of a person's notices about plans, the latest first."""
    with app.app_context():
        mine = (Notice.person == Person.get(Person.username == username)) & (Notice.module == "notice_board")
        return [notice.title for notice in Notice.select().where(mine).order_by(Notice.id.desc())]


def test_whoever_is_next_is_told_and_who_did_it_is_not(app, plan, page, cast):
    press(cast(FIRST), page, plan, "propose")
    assert notices(app, SECOND) == ["Dạy chung bài 5: Xem và đồng ý"]
    assert notices(app, FIRST) == ["Dạy chung bài 5: Viết xong và gửi kế hoạch"]
    assert notices(app, "hm.chuyenvien") == []


def test_when_it_is_over_all_who_had_a_part_in_it_are_told(app, plan, page, cast):
    press(cast(FIRST), page, plan, "drop", reason="Trùng lịch thi.")
    assert notices(app, SECOND) == ["Dạy chung bài 5: Đã hủy"]
    assert notices(app, "hm.chuyenvien") == ["Dạy chung bài 5: Đã hủy"]
