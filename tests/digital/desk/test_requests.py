"""A request for help, from the one field to the rating."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from PIL import Image

from intranet.kernel.clock import today
from intranet.registry.activities import Activity
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.shared.attachments import Attachment
from intranet.shared.edits import Refused
from intranet.shared.notices import Notice
from intranet.shared.steps import take
from intranet.shared.waiting import Waiting
from intranet.shared.working_days import working_days_after
from plugins.digital.desk import rules, upkeep
from plugins.digital.desk.queries import figures
from plugins.digital.models import Reply, Request, Volunteer

ROOM = "/digital/requests"


def state():
    return Request.get().state


def do(browser, request, verb, reason=""):
    """Take a step, with its reason where it has a page that asks for one."""
    here = f"/steps/digital_request/{request.id}/{verb}"
    return browser.post(here, data={"csrf_token": browser.csrf("/"), "reason": reason})


def day(app, on):
    with app.app_context():
        return list(upkeep.work(District.get(District.code == "UH"), on))


def test_one_field_is_enough_and_the_partner_school_is_asked_first(cast, volunteer, person):
    answer = cast("uh.giaovien").submit(f"{ROOM}/new", "request", {"text": "Máy chiếu không lên hình\nTừ sáng nay"})
    request = Request.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ROOM}/{request.id}")
    assert (request.title, request.state) == ("Máy chiếu không lên hình", "new")
    assert request.helper_school_id == person("hm.giaovien").school_id
    assert request.offered_until == working_days_after(today(), 2)
    told = [row.person_id for row in Notice.select().where(Notice.title.contains("Máy chiếu không lên hình"))]
    assert told == [person("hm.giaovien").id]


def test_without_volunteers_the_office_is_asked_at_once(cast, person):
    cast("uh.giaovien").submit(f"{ROOM}/new", "request", {"text": "Mạng chậm"})
    rows = Waiting.select(Waiting.role, Waiting.district).where(Waiting.subject_type == "digital_request").tuples()
    assert (state(), list(rows)) == ("queued", [("officer", person("uh.giaovien").district_id)])


def test_a_photograph_lies_on_the_request(cast):
    body = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(body, "JPEG")
    body.seek(0)
    cast("uh.giaovien").submit(f"{ROOM}/new", "request", {"text": "Màn hình sọc", "files": (body, "anh.jpg")})
    attachment = Attachment.get(Attachment.name == "anh.jpg")
    assert (attachment.subject_type, attachment.subject_id) == ("digital_request", Request.get().id)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"text": "  "}, "Thầy/cô chưa ghi cần hỗ trợ gì."),
        ({"text": "x", "files": (BytesIO(b"<html><script>1</script>"), "a.html")}, "Hệ thống chỉ nhận ảnh"),
    ],
)
def test_what_does_not_fit_is_told(cast, values, sentence):
    answer = cast("uh.giaovien").submit(f"{ROOM}/new", "request", values)
    assert (answer.status_code, sentence in answer.text, Request.select().count()) == (422, True, 0)


def test_an_officer_asks_for_no_school(cast):
    assert cast("uh.chuyenvien").get(f"{ROOM}/new").status_code == 403


def test_solved_by_the_partner_school_confirmed_and_rated(cast, make_request, volunteer, person):
    request = make_request()
    helper, asker = cast("hm.giaovien"), cast("uh.giaovien")
    assert do(helper, request, "accept").status_code == 303
    here = f"{ROOM}/{request.id}"
    assert helper.submit(f"{here}/solve", "solve", {"solution": "Đổi cáp HDMI", "hours": "0,5"}).status_code == 303
    assert do(asker, request, "confirm").status_code == 303
    rated = asker.submit(f"{here}/rate", "rate", {"rating": "5", "thanks": "Cảm ơn thầy"})
    request = Request.get()
    assert (rated.status_code, request.state, request.rating, request.hours) == (303, "rated", 5, Decimal("0.5"))
    activity = Activity.get(Activity.module == "digital")
    assert (activity.giver_id, activity.receiver_id) == (person("hm.giaovien").school_id, request.school_id)
    assert "Cảm ơn thầy" in helper.soup(f"/digital/volunteers/{volunteer.id}").text


def test_no_rating_is_chosen_beforehand(cast, volunteer, make_request):
    request = make_request("confirmed")
    browser = cast("uh.giaovien")
    assert browser.soup(f"{ROOM}/{request.id}/rate").select("input[type=radio][checked]") == []
    answer = browser.submit(f"{ROOM}/{request.id}/rate", "rate", {"thanks": "Tốt"})
    assert (answer.status_code, "Thầy/cô chưa chọn mức đánh giá." in answer.text) == (422, True)


def test_a_question_waits_for_the_school_and_the_answer_ends_it(cast, volunteer, make_request):
    request = make_request("assigned")
    here = f"{ROOM}/{request.id}"
    cast("hm.giaovien").submit(here, "reply", {"text": "Máy đời nào?", "asks": "y"})
    assert state() == "waiting"
    cast("uh.giaovien").submit(here, "reply", {"text": "Máy Sony 2015"})
    assert (state(), [row.text for row in Reply.select().order_by(Reply.id)]) == (
        "assigned",
        ["Máy đời nào?", "Máy Sony 2015"],
    )


def test_who_helps_need_not_wait_for_the_answer(cast, volunteer, make_request):
    request = make_request("assigned")
    here, helper = f"{ROOM}/{request.id}", cast("hm.giaovien")
    helper.submit(here, "reply", {"text": "Máy đời nào?", "asks": "y"})
    assert helper.get(f"{here}/solve").status_code == 403
    do(helper, request, "resume")
    assert helper.get(f"{here}/solve").status_code == 200


def test_what_does_not_work_after_all_is_reopened_and_leaves_the_ledger(cast, volunteer, make_request):
    request = make_request("confirmed")
    assert do(cast("uh.giaovien"), request, "reopen").status_code == 422
    do(cast("uh.giaovien"), request, "reopen", "Chiều nay lại mất hình")
    request, activity = Request.get(), Activity.get(Activity.module == "digital")
    assert (request.state, request.reopened, request.outcome) == ("assigned", 1, "Chiều nay lại mất hình")
    assert activity.void_at is not None


def test_the_office_is_asked_when_the_partner_school_had_its_days(app, volunteer, make_request):
    request = make_request()
    assert day(app, request.offered_until) == []
    assert day(app, request.offered_until + timedelta(days=1)) == ["1 requests passed on"]
    assert (state(), day(app, request.offered_until + timedelta(days=1))) == ("queued", [])


def test_volunteers_may_still_take_what_went_to_the_office(cast, app, volunteer, make_request):
    request = make_request()
    day(app, request.offered_until + timedelta(days=1))
    do(cast("hm.giaovien"), request, "accept")
    assert (state(), Request.get().by_partner) == ("assigned", True)


def test_the_office_takes_what_waits_for_it(cast, person):
    cast("uh.giaovien").submit(f"{ROOM}/new", "request", {"text": "Mạng chậm"})
    request = Request.get()
    do(cast("uh.chuyenvien"), request, "accept_office")
    request = Request.get()
    assert (request.state, request.helper_id, request.by_partner) == ("assigned", person("uh.chuyenvien").id, False)


@pytest.mark.parametrize("reached", ["solved", "waiting"])
def test_seven_silent_days_close_a_request(app, actor_of, on_day, volunteer, make_request, reached):
    start = date(2026, 11, 2)
    on_day(start)
    request = make_request("solved" if reached == "solved" else "assigned")
    if reached == "waiting":
        with app.app_context():
            rules.reply(request, actor_of("hm.giaovien"), "Máy nào?", asks=True)
    assert day(app, start + timedelta(days=7)) == []
    assert day(app, start + timedelta(days=8)) == ["1 requests closed"]
    # What was closed without an answer was no help.
    assert (state(), Activity.select().where(Activity.module == "digital").count()) == (
        "closed",
        int(reached == "solved"),
    )


def test_a_word_starts_the_seven_days_anew(app, actor_of, on_day, volunteer, make_request):
    start = date(2026, 11, 2)
    on_day(start)
    request = make_request("solved")
    on_day(start + timedelta(days=5))
    with app.app_context():
        rules.reply(request, actor_of("uh.giaovien"), "Để tôi thử lại")
    assert day(app, start + timedelta(days=8)) == []


# --- Accounts that are closed meanwhile ---


def close_account(username):
    Person.update(active=False).where(Person.username == username).execute()


def test_where_who_asked_is_gone_the_school_confirms(cast, app, volunteer, make_request, person):
    request = make_request("solved")
    close_account("uh.giaovien")
    day(app, today())
    waiting = Waiting.select(Waiting.role).where(Waiting.subject_type == "digital_request").order_by(Waiting.id)
    assert [role for (role,) in waiting.tuples()] == ["principal", "coordinator", "it_contact"]
    principal = cast("uh.hieutruong")
    do(principal, request, "confirm")
    assert state() == "confirmed"
    # Nobody rates in the name of somebody else.
    answer = principal.submit(f"{ROOM}/{request.id}/rate", "rate", {"rating": "5"})
    assert (answer.status_code, "không đánh giá được" in answer.text) == (422, True)


def test_who_asked_and_moved_to_another_school_is_no_longer_asked(cast, volunteer, make_request, person):
    request = make_request("solved")
    Membership.update(ends_on=today() - timedelta(days=1)).where(Membership.person == person("uh.giaovien")).execute()
    do(cast("uh.hieutruong"), request, "confirm")
    assert state() == "confirmed"


def test_where_the_helper_is_gone_somebody_else_may_help(app, volunteer, make_request):
    make_request("assigned")
    close_account("hm.giaovien")
    assert day(app, today()) == ["1 requests given back"]
    assert (state(), Request.get().helper_id) == ("queued", None)


def test_where_the_helper_is_gone_nothing_is_reopened(cast, volunteer, make_request):
    request = make_request("solved")
    close_account("hm.giaovien")
    answer = do(cast("uh.giaovien"), request, "reopen", "Lại hỏng")
    assert (answer.status_code, "Thầy/cô gửi yêu cầu mới." in answer.text) == (422, True)


def test_where_the_only_volunteer_is_gone_the_office_is_asked(app, volunteer, make_request):
    make_request()
    close_account("hm.giaovien")
    assert day(app, today()) == ["1 requests passed on"]


# --- Who sees and does what ---


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("uh.giaovien", 200),
        ("uh.hieutruong", 200),
        ("uh.chuyenvien", 200),
        ("hm.giaovien", 200),
        ("hm.hieutruong", 200),
        ("hm.chuyenvien", 404),
        ("hm2.giaovien", 404),
        ("uh2.hieutruong", 404),
    ],
)
def test_both_schools_read_it_and_the_own_office(cast, volunteer, make_request, username, code):
    request = make_request()
    browser = cast(username)
    assert browser.get(f"{ROOM}/{request.id}").status_code == code
    assert (request.title in browser.get(ROOM).text) == (code == 200)


@pytest.mark.parametrize("username", ["uh.hieutruong", "uh.chuyenvien", "hm.hieutruong"])
def test_only_who_helps_says_that_it_is_done(cast, volunteer, make_request, username):
    request = make_request("assigned")
    browser = cast(username)
    assert browser.get(f"{ROOM}/{request.id}/solve").status_code == 403


def test_the_helper_neither_confirms_nor_rates(cast, volunteer, make_request):
    request = make_request("solved")
    assert do(cast("hm.giaovien"), request, "confirm").status_code == 403
    assert cast("hm.giaovien").get(f"{ROOM}/{request.id}/rate").status_code == 403


def test_where_the_partner_district_switches_off_the_own_office_goes_on(cast, switch, volunteer, make_request):
    request = make_request("assigned")
    switch("digital", "HM", False)
    assert (state(), Request.get().helper_id) == ("queued", None)
    assert cast("hm.giaovien").get(f"{ROOM}/{request.id}").status_code == 404


def test_what_is_under_way_goes_along_with_a_school(app, volunteer, make_request, person):
    request, successor = make_request(), School.get_by_id(person("hm2.giaovien").school_id)
    with app.app_context():
        upkeep.moved(School.get_by_id(volunteer.school_id), successor)
    assert (Request.get().helper_school_id, Volunteer.get().school_id) == (successor.id, successor.id)
    assert Request.get().school_id == request.school_id


def test_where_the_own_district_switched_off_the_helper_sees_nothing(cast, switch, volunteer, make_request):
    request = make_request("assigned")
    switch("digital", "UH", False)
    assert cast("hm.giaovien").get(f"{ROOM}/{request.id}").status_code == 404


# --- Lists, numbers, the file ---


def test_the_list_asks_as_often_with_three_as_with_one(cast, volunteer, make_request, queries):
    browser = cast("uh.hieutruong")
    make_request()
    browser.get(ROOM)
    with queries() as one:
        browser.get(ROOM)
    make_request("assigned")
    make_request("rated")
    with queries() as three:
        browser.get(ROOM)
    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("shown", "states"),
    [("open", ["new"]), ("with_rating", ["rated"]), ("partner", ["rated"]), ("reopened", []), ("x", [])],
)
def test_numbers_lead_to_what_they_count(cast, volunteer, make_request, shown, states):
    for state in ("rated", "new"):
        make_request(state)
    cards = cast("uh.hieutruong").soup(f"{ROOM}?state={shown}").select("#list [data-state]")
    assert [card["data-state"] for card in cards] == states


def test_words_without_marks_find_a_request(cast, volunteer, make_request):
    make_request()
    browser = cast("uh.giaovien")
    assert "Máy chiếu không lên hình" in browser.get(f"{ROOM}?q=may+chieu").text
    assert "Máy chiếu không lên hình" not in browser.get(f"{ROOM}?q=may+in").text
    assert "Máy chiếu không lên hình" in browser.soup("/search?q=may+chieu").find("main").get_text()


def test_the_file_has_the_rows_of_the_list(cast, volunteer, make_request):
    make_request("rated")
    make_request()
    answer = cast("uh.hieutruong").get(f"{ROOM}/export.xlsx?state=rated")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(min_row=5, values_only=True))
    assert [(row[1], row[6], row[-1]) for row in rows] == [("Máy chiếu không lên hình", "Đã đánh giá", 5)]


def test_figures_say_how_many_rated(app, actor_of, volunteer, make_request):
    make_request("rated")
    make_request("confirmed")
    make_request()
    Request.update(first_reply_at=Request.created_at).execute()
    with app.app_context():
        found = figures(actor_of("uh.chuyenvien"))
    assert found == {
        "open": 1,
        "first_reply": 0,
        "reopened": 0,
        "rating": 5,
        "rated": 1,
        "rateable": 2,
        "helped": 2,
        "by_partner": 2,
    }


def test_a_closed_request_takes_no_more_words(app, actor_of, volunteer, make_request):
    request = make_request("confirmed")
    with app.app_context(), pytest.raises(Refused):
        rules.reply(request, actor_of("uh.giaovien"), "Thêm một điều")


@pytest.mark.parametrize("hours", ["0", "-1", "500"])
def test_hours_are_no_slip_of_the_finger(cast, volunteer, make_request, hours):
    request = make_request("assigned")
    answer = cast("hm.giaovien").submit(f"{ROOM}/{request.id}/solve", "solve", {"solution": "Xong", "hours": hours})
    assert (answer.status_code, state()) == (422, "assigned")


def test_two_who_take_it_at_once_are_one_helper(app, actor_of, volunteer, make_request):
    request = make_request("assigned")
    with app.app_context(), pytest.raises(Refused):
        take(request, "accept", actor_of("hm.giaovien"))
