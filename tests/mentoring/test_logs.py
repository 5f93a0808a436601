"""A log within a minute; what happens when the family withdraws meanwhile; what a coordinator may not forget."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import now, today
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.shared.notices import Notice
from intranet.testing import form_values
from plugins.mentoring.cases import consents
from plugins.mentoring.logs import reminders
from plugins.mentoring.tables.cases import Case, Consent
from plugins.mentoring.tables.mentors import Match, Meeting
from tests.mentoring.conftest import GOAL, NAME

HOME = "/mentoring"
TEXT = "Luyện cộng phân số, em làm đúng 7 trong 10 bài"


@pytest.fixture
def work(app):
    """``work()``: the day's duties in Hoàng Mai; what they say they did."""

    def run(day=None):
        with app.app_context():
            return list(reminders.work(District.get(District.code == "HM"), day or today()))

    return run


@pytest.fixture
def plan(app):
    """``plan(match, days=-1)``: a planned time, so many days from now."""

    def make(match, days=-1, **values):
        return Meeting.create(match=match, on=today() + timedelta(days=days), minutes=45, subject="Toán", **values)

    return make


def notices(kind):
    return [(notice.person.username, notice.title) for notice in Notice.select().where(Notice.kind == kind)]


def test_a_log_needs_one_sentence_and_one_click(cast, make_match):
    match = make_match(weekday=0, starts=930)
    answer = cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/log", "log", {"done": TEXT})
    assert answer.status_code == 303
    meeting = Meeting.get()
    kept = (meeting.state, meeting.on, meeting.starts, meeting.minutes, meeting.subject, meeting.result)
    assert kept == ("held", today(), 930, 45, "Toán", "fair")
    assert "phân số" not in meeting.done
    assert TEXT in cast("uh.giaovien").get(f"{HOME}/matches/{match.id}").text
    assert TEXT in cast("hm.dieuphoi").get(f"{HOME}/matches/{match.id}").text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"done": ""}, "Thầy/cô chưa ghi đã làm gì."),
        ({"on": "01/01/2030"}, "Ngày này chưa đến"),
        ({"on": "01/01/2020"}, "Chỉ ghi được buổi trong 60 ngày gần đây."),
        ({"on": "hôm qua"}, "Ngày phải có dạng"),
        ({"starts": "chiều"}, "Giờ phải có dạng"),
        ({"minutes": "9999"}, "Hãy nhập số từ 5 đến 300."),
        ({"goal": "999999"}, "Hãy chọn một mục trong danh sách."),
        ({"result": "great"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_a_wrong_log_is_refused_with_what_was_typed(cast, make_match, given, sentence):
    match = make_match()
    answer = cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/log", "log", {"done": TEXT, **given})
    assert (answer.status_code, Meeting.select().count()) == (422, 0)
    assert sentence in answer.text
    assert given.get("done", TEXT) in answer.text


def test_a_log_sent_again_on_a_bad_line_is_one_log(cast, make_match):
    match = make_match()
    browser, here = cast("uh.giaovien"), f"{HOME}/matches/{match.id}/log"
    fields = {**form_values(browser.soup(here).select_one('form[data-form="log"]')), "done": TEXT}
    answers = [browser.post(here, data=fields) for _turn in range(3)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"{HOME}/matches/{match.id}")] * 3
    assert Meeting.select().count() == 1


def test_consent_withdrawn_while_the_log_is_typed_keeps_nothing_and_gives_the_text_back_once(
    app, cast, make_match, person, queries
):
    match = make_match()
    browser, here = cast("uh.giaovien"), f"{HOME}/matches/{match.id}/log"
    fields = {**form_values(browser.soup(here).select_one('form[data-form="log"]')), "done": TEXT}
    with app.app_context():
        consents.withdraw(Consent.get(), person("hm.dieuphoi").id)
    with queries() as run:
        answer = browser.post(here, data=fields)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (409, "no-store")
    assert "Nội dung vừa gửi không được lưu." in answer.text
    assert TEXT in answer.text
    assert GOAL not in answer.text
    assert Meeting.select().count() == 0
    assert not [sql for sql in run if "mentoring_meeting" in sql and sql.startswith(("INSERT", "UPDATE"))]
    assert TEXT not in browser.get(here).text


def test_a_withdrawal_between_the_look_and_the_writing_is_seen_by_the_writing(app, make_match, person, actor_of):
    match = make_match()
    with app.app_context():
        consents.withdraw(Consent.get(), person("hm.dieuphoi").id)
        from plugins.mentoring.logs import rules

        values = {"on": today(), "starts": None, "minutes": 45, "goal_id": None, "subject": "", "result": "fair"}
        values |= {"state": "held", "important": False, "done": TEXT}
        with pytest.raises(rules.Closed):
            rules.write_log(match, None, values, actor_of("uh.giaovien"), done=lambda: None)
    assert Meeting.select().count() == 0


def test_a_log_of_a_planned_day_is_the_planned_times_and_a_corrected_one_stays_one(cast, make_match, plan):
    match = make_match()
    meeting = plan(match, days=0)
    cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/log", "log", {"done": TEXT})
    assert [row.state for row in Meeting.select()] == ["held"]
    here = f"{HOME}/matches/{match.id}/meetings/{meeting.id}"
    assert cast("uh.giaovien").submit(here, "log", {"result": "good"}).status_code == 303
    assert [(row.state, row.result) for row in Meeting.select()] == [("held", "good")]
    assert TEXT in cast("uh.giaovien").get(here).text


def test_an_old_log_is_not_rewritten(cast, make_match, plan):
    match = make_match()
    meeting = plan(match, state="held", result="good", at=now() - timedelta(days=8))
    answer = cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/meetings/{meeting.id}", "log", {"done": TEXT})
    assert (answer.status_code, Meeting.get().done) == (422, "")


def test_nobody_but_the_mentor_writes_and_a_meeting_belongs_to_its_match(cast, make_match, make_case, plan):
    match = make_match("uh.giaovien")
    other = make_match("uh.dieuphoi", case=make_case(state="open", birth_date="2013-03-03"))
    meeting = plan(other)
    seen = {
        name: cast(name).get(f"{HOME}/matches/{match.id}/log").status_code
        for name in ("hm.dieuphoi", "hm.giaovien", "uh.dieuphoi", "hm2.giaovien", "hm.chuyenvien")
    }
    expected = {"hm.dieuphoi": 403, "hm.giaovien": 403, "uh.dieuphoi": 404, "hm2.giaovien": 404, "hm.chuyenvien": 403}
    assert seen == expected
    assert cast("uh.giaovien").get(f"{HOME}/matches/{match.id}/meetings/{meeting.id}").status_code == 404


def test_what_is_important_reaches_the_coordinator_by_the_code_alone_and_once(cast, make_match):
    match = make_match()
    here = f"{HOME}/matches/{match.id}/log"
    cast("uh.giaovien").submit(here, "log", {"done": TEXT, "important": "y"})
    meeting = Meeting.get()
    cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/meetings/{meeting.id}", "log", {"important": "y"})
    told = notices("mentoring.important")
    assert sorted(told) == [
        ("hm.dieuphoi", f"{match.case.code}: nhật ký kèm có việc cần xem ngay"),
        ("hm.hieutruong", f"{match.case.code}: nhật ký kèm có việc cần xem ngay"),
    ]


def test_a_missing_log_is_asked_for_once_the_day_after_and_only_of_a_planned_time(make_match, plan, work):
    match = make_match()
    plan(match, days=0)
    assert work() == []
    plan(match, days=-1)
    plan(match, days=-2, state="held")
    plan(match, days=-3, state="cancelled")
    assert [work(), work()] == [["reminded: 1"], []]
    day = today() - timedelta(days=1)
    assert notices("mentoring.reminder") == [
        ("uh.giaovien", f"{match.case.code}: buổi kèm ngày {day:%d/%m/%Y} chưa có nhật ký")
    ]


def test_weekly_times_are_planned_a_week_ahead_once_and_what_was_called_off_stays_so(make_match, work, plan):
    day = today() + timedelta(days=3)
    match = make_match(weekday=day.weekday(), starts=930)
    assert [work(), work()] == [["times planned: 1"], []]
    assert [(row.on, row.starts, row.state) for row in Meeting.select()] == [(day, 930, "planned")]
    Meeting.update(state="cancelled").execute()
    assert work() == []
    assert Match.get_by_id(match.id).state == "active"


@pytest.mark.parametrize("change", [{"active": False}, {"school_id": None}])
def test_a_mentor_who_left_is_paused_and_stands_in_the_coordinators_pile(cast, make_match, work, change):
    match = make_match()
    Person.update(**change).where(Person.username == "uh.giaovien").execute()
    panel = cast("hm.dieuphoi").soup(f"{HOME}/pile").select_one('[data-panel="mentoring.gone"]')
    assert match.case.code in panel.text
    assert [work(), work()] == [["mentors gone: 1"], []]
    assert Match.get_by_id(match.id).state == "paused"
    waiting = cast("hm.dieuphoi").soup("/").select_one('[data-panel="home.tasks"]').text
    assert "Cho kèm tiếp hoặc kết thúc" in waiting


def test_a_pause_with_a_day_ends_by_itself_and_one_without_consent_does_not(app, cast, make_match, work, person):
    match = make_match()
    until = f"{today():%d/%m/%Y}"
    assert cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/pause", "pause", {"until": until}).status_code == 303
    assert work() == []
    assert (work(today() + timedelta(days=1)), Match.get_by_id(match.id).state) == (["pauses over: 1"], "active")
    Match.update(state="paused", paused_until=today() - timedelta(days=1)).execute()
    with app.app_context():
        consents.withdraw(Consent.get(), person("hm.dieuphoi").id)
    work()
    assert Match.get_by_id(match.id).state == "paused"


def test_a_substitute_ends_on_its_last_day(make_match, work):
    match = make_match("uh.giaovien", state="paused")
    other = make_match("uh.dieuphoi", case=Case.get_by_id(match.case_id), substitute_for_id=match.id, ends_on=today())
    assert work() == []
    assert work(today() + timedelta(days=1)) == ["matches over: 1"]
    assert [Match.get_by_id(one.id).state for one in (match, other)] == ["paused", "ended"]


def test_a_match_whose_last_day_is_over_waits_for_the_look_back(cast, make_match, work):
    match = make_match(ends_on=today())
    assert work() == []
    Match.update(ends_on=today() - timedelta(days=1), starts_on=today() - timedelta(days=9)).execute()
    assert [work(), work()] == [["matches over: 1"], []]
    assert Match.get_by_id(match.id).state == "active"
    assert "Đánh giá và kết thúc" in cast("uh.giaovien").soup("/").select_one('[data-panel="home.tasks"]').text


def test_the_pile_holds_what_is_missing_and_nothing_else(cast, make_match, make_case, plan):
    alone = make_case(state="open", days=20)
    silent = make_match("uh.giaovien", case=make_case(state="open", birth_date="2013-01-01"))
    Match.update(state_since=now() - timedelta(days=30)).where(Match.id == silent.id).execute()
    plan(silent, days=-25, state="held")
    unlogged = make_match("uh.dieuphoi", case=make_case(state="open", birth_date="2013-01-02"))
    plan(unlogged, days=-1)
    plan(unlogged, days=1)
    soup = cast("hm.dieuphoi").soup(f"{HOME}/pile")
    found = {
        name: [link.text for link in soup.select(f'[data-panel="mentoring.{name}"] a')]
        for name in ("no_log", "no_mentor", "expiring", "silent", "gone")
    }
    assert found == {
        "no_log": [unlogged.case.code],
        "no_mentor": [alone.code],
        "expiring": [alone.code],
        "silent": [silent.case.code],
        "gone": [],
    }
    assert NAME not in soup.text
    numbers = cast("hm.dieuphoi").soup("/").select('[data-panel="mentoring.pile"] .stats a')
    assert {link["href"].rpartition("-")[2]: link.b.text for link in numbers} == {
        name: str(len(codes)) for name, codes in found.items() if codes
    }
    assert cast("hm.giaovien").get(f"{HOME}/pile").status_code == 403


def test_the_pile_costs_the_same_with_one_child_and_with_three(cast, make_case, queries):
    counts = []
    for number in (1, 2):
        for _turn in range(number):
            make_case(state="open", birth_date=f"2013-02-{Case.select().count() + 1:02}")
        cast("hm.dieuphoi").get(f"{HOME}/pile")
        with queries() as run:
            cast("hm.dieuphoi").get(f"{HOME}/pile")
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_a_planned_time_stands_in_the_mentors_calendar_and_says_nothing_about_the_child(cast, make_match, plan):
    match = make_match()
    meeting = plan(match, days=1, starts=930)
    page = cast("uh.giaovien").get(f"/calendar/day/{meeting.on.isoformat()}").text
    assert "Buổi kèm học sinh" in page
    assert [word in page for word in (match.case.code, NAME, GOAL)] == [False] * 3
    assert "Buổi kèm học sinh" not in cast("hm.dieuphoi").get(f"/calendar/day/{meeting.on.isoformat()}").text


def test_a_time_is_arranged_once_for_a_day(cast, make_match):
    match = make_match()
    here = f"{HOME}/matches/{match.id}/plan"
    day = f"{today() + timedelta(days=2):%d/%m/%Y}"
    codes = [cast("uh.giaovien").submit(here, "plan", {"on": day}).status_code for _turn in range(2)]
    past = cast("uh.giaovien").submit(here, "plan", {"on": "01/01/2020"})
    assert (codes, past.status_code, Meeting.select().count()) == ([303, 422], 422, 1)


def test_where_the_module_is_off_nobody_is_reminded_and_nothing_opens(cast, make_match, plan, switch):
    match = make_match()
    plan(match)
    switch("mentoring", "UH", False)
    assert cast("uh.giaovien").get(f"{HOME}/matches/{match.id}/log").status_code == 404
    assert cast("uh.giaovien").get(f"{HOME}/pupils").status_code == 404
    assert "mentoring.pupils" not in cast("uh.giaovien").get("/").text
    switch("mentoring", "UH", True)
    assert cast("uh.giaovien").get(f"{HOME}/matches/{match.id}/log").status_code == 200
