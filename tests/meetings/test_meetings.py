"""A meeting of a pair from its plan to its minutes."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from intranet.kernel.clock import local, now, today
from intranet.meetings import rules, telling
from intranet.meetings.upkeep import call_for_today
from intranet.registry.activities import Activity
from intranet.registry.people import Person
from intranet.registry.pledges import Meeting, MeetingAttendee, PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import ENDED, Pairing
from intranet.shared import activities
from intranet.shared.audit import AuditEntry
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from intranet.testing import form_values, parse

FIRST, SECOND = "hm.hieutruong", "uh.hieutruong"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def take(browser, meeting, key, **values):
    """Take a step by its button on the page, or on the page that asks first."""
    address = f"/steps/meeting/{meeting.id}/{key}"
    form = browser.soup(f"/meetings/{meeting.id}").find("form", {"action": address})
    if form is None:
        form = browser.soup(address).find("form", {"data-form": "step"})
    return browser.post(address, data=form_values(form) | values)


def state(meeting):
    return Meeting.get_by_id(meeting.id).state


def plan_form(**values):
    day = today() + timedelta(days=10)
    given = {
        "kind": "visit",
        "title": "Thăm phòng Tin học",
        "day": f"{day:%d/%m/%Y}",
        "start": "8h30",
        "end": "11:00",
        "place": "Trường THCS Hồng Quang",
    }
    return given | values


def told(username):
    titles = Notice.select(Notice.title).join(Person).where(Person.username == username, Notice.kind == "meeting")
    return [title for (title,) in titles.order_by(Notice.id).tuples()]


def test_a_visit_is_planned_in_vietnamese_time_with_those_who_stand_for_both_schools(cast, pair):
    answer = cast(FIRST).submit(f"/meetings/pairing/{pair.id}/new", "meeting", plan_form(giver=pair.first_school_id))
    assert answer.status_code == 303
    meeting = Meeting.get(Meeting.title == "Thăm phòng Tin học")
    assert f"{local(meeting.starts_at):%H:%M}–{local(meeting.ends_at):%H:%M}" == "08:30–11:00"
    assert (meeting.kind, meeting.giver_id, meeting.host_id) == ("visit", pair.first_school_id, pair.first_school_id)
    names = [row.name for row in MeetingAttendee.select().where(MeetingAttendee.meeting == meeting)]
    assert sorted(names) == ["Huỳnh Bích Tâm", "Lê Thu Hòa", "Ngô Đức Thủy", "Đặng Minh Vinh"]
    page = cast(SECOND).soup(answer.headers["Location"])
    assert "08:30–11:00" in page.find(attrs={"data-panel": "meetings.plan"}).text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Thầy/cô chưa nhập tên."),
        ({"day": ""}, "Thầy/cô chưa nhập ngày."),
        ({"day": "31/02/2027"}, "Ngày 31/02/2027 không có trong lịch."),
        ({"start": ""}, "Thầy/cô chưa nhập giờ bắt đầu."),
        ({"start": "25:00"}, "Giờ phải có dạng giờ:phút, ví dụ 14:30."),
        ({"end": "08:00"}, "Giờ kết thúc phải sau giờ bắt đầu."),
        ({"end": "08:30"}, "Giờ kết thúc phải sau giờ bắt đầu."),
        ({"last_day": "01/01/2020"}, "Ngày kết thúc phải sau ngày bắt đầu."),
        ({"last_day": "01/01/2090", "end": ""}, "Thầy/cô chưa nhập giờ kết thúc."),
        ({"link": "javascript:alert(1)"}, "Liên kết phải bắt đầu bằng http:// hoặc https://."),
        ({"host": "999"}, "Hãy chọn một mục trong danh sách."),
        ({"clause": "999"}, "Hãy chọn một mục trong danh sách."),
        ({"giver": "x"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_dates_out_of_order_and_other_slips_are_refused_with_a_sentence(cast, pair, values, sentence):
    address = f"/meetings/pairing/{pair.id}/new"
    answer = cast(FIRST).submit(address, "meeting", plan_form(**values))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Meeting.select().where(Meeting.title == "Thăm phòng Tin học").count() == 0


def test_a_pair_that_is_over_plans_nothing(cast, pair):
    form = form_values(cast(FIRST).soup(f"/meetings/pairing/{pair.id}/new").find("form", {"data-form": "meeting"}))
    Pairing.update(state=ENDED).where(Pairing.id == pair.id).execute()
    answer = cast(FIRST).post(f"/meetings/pairing/{pair.id}/new", data=form | plan_form())
    assert answer.status_code == 422
    assert "đã kết thúc nên không lên lịch được" in answer.text


def test_a_repeated_form_plans_one_meeting(cast, pair):
    address = f"/meetings/pairing/{pair.id}/new"
    form = form_values(cast(FIRST).soup(address).find("form", {"data-form": "meeting"})) | plan_form()
    answers = [cast(FIRST).post(address, data=form) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Meeting.select().where(Meeting.title == "Thăm phòng Tin học").count() == 1


def test_an_invitation_says_first_how_many_it_reaches(cast, plan):
    meeting = plan("Họp đầu năm")
    page = cast(FIRST).soup(f"/meetings/{meeting.id}/invite")
    assert "Lời mời tới 3 người." in page.find("form", {"data-form": "invite"}).text
    assert cast(FIRST).submit(f"/meetings/{meeting.id}/invite", "invite").status_code == 303
    assert "Đã mời 3 người." in cast(FIRST).soup(f"/meetings/{meeting.id}").find(id="flash").text
    assert [len(told(name)) for name in (FIRST, SECOND, "hm.dieuphoi", "uh.giaovien")] == [0, 1, 1, 0]
    assert told(SECOND)[0].startswith("Mời dự: Họp đầu năm, ")


def test_who_was_asked_learns_of_another_time(app, cast, plan):
    meeting = plan("Họp đầu năm")
    cast(FIRST).submit(f"/meetings/{meeting.id}/invite", "invite")
    Notice.delete().execute()
    cast(FIRST).submit(f"/meetings/{meeting.id}/edit", "meeting", {"agenda": "Chỉ đổi nội dung"})
    assert told(SECOND) == []
    cast(FIRST).submit(f"/meetings/{meeting.id}/edit", "meeting", {"place": "Hội trường"})
    assert [title.partition(":")[0] for title in told(SECOND)] == ["Đổi lịch"]


def test_each_school_chooses_its_own_people_and_anybody_adds_guests(cast, plan, pair):
    meeting = plan("Họp chuyên môn")
    page = cast("uh.dieuphoi").soup(f"/meetings/{meeting.id}/people")
    assert [legend.text for legend in page.select("legend")] == ["Trường THCS Hồng Quang"]
    teacher = Person.get(Person.username == "uh.giaovien")
    form = page.find("form", {"data-form": f"people-{pair.second_school_id}"})
    values = form_values(form)
    assert cast("uh.dieuphoi").post(form["action"], data=values | {"people": [*values["people"], str(teacher.id)]})
    cast("uh.dieuphoi").submit(f"/meetings/{meeting.id}/people", "guest", {"name": "Ông Bình", "title": "Ban đại diện"})
    rows = MeetingAttendee.select(MeetingAttendee.name, MeetingAttendee.person).where(
        MeetingAttendee.meeting == meeting
    )
    names = dict(rows.tuples())
    assert (len(names), names["Lý Thị Ú"], names["Ông Bình"]) == (6, teacher.id, None)
    foreign = f"/meetings/{meeting.id}/people/{pair.first_school_id}"
    assert cast("uh.dieuphoi").post(foreign, data=values).status_code == 404
    assert cast("uh.dieuphoi").post(form["action"], data=values | {"form_token": "", "people": []}).status_code == 303
    kept = {row.name for row in rows}
    assert kept == {"Đặng Minh Vinh", "Lê Thu Hòa", "Ông Bình"}


def test_attendance_is_a_row_and_a_post_each_and_sending_again_changes_nothing(cast, plan):
    meeting = plan("Họp", hours=-1)
    page = f"/meetings/{meeting.id}/attendance"
    row = cast(FIRST).soup(page).select_one(".marks li")
    assert row.select_one(".said").text == "Chưa ghi"
    values, address = form_values(row.form), row.form["action"]
    for _ in range(2):
        answer = cast(FIRST).post(address, data=values | {"action": "present"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}#{row['id']}")
    assert AuditEntry.select().where(AuditEntry.action == "meeting.people").count() == 1
    shown = cast(SECOND).soup(page)
    assert (shown.find(id=row["id"]).select_one(".said").text, shown.find(id="count").text) == (
        "Có mặt",
        "1 / 4 người có mặt",
    )
    fragment = cast(FIRST).post(address, data=values | {"action": "excused"}, headers=FRAGMENT)
    part = parse(fragment.text)
    assert part.select_one("li .said").text == "Vắng có lý do"
    assert part.find(id="count").text == "0 / 4 người có mặt"
    assert cast(FIRST).post(address, data=values | {"action": "late"}).status_code == 422


def test_nobody_is_noted_before_the_day(cast, plan):
    meeting = plan("Họp", hours=72)
    attendee = MeetingAttendee.get(MeetingAttendee.meeting == meeting)
    token = cast(FIRST).csrf("/account")
    cast(FIRST).post(
        f"/meetings/{meeting.id}/attendance/{attendee.id}", data={"csrf_token": token, "action": "present"}
    )
    assert "Điểm danh được khi đến ngày." in cast(FIRST).get(f"/meetings/{meeting.id}").text
    assert MeetingAttendee.get_by_id(attendee.id).attendance == ""


def test_it_is_not_held_before_it_begins(cast, plan):
    meeting = plan("Họp", hours=3)
    panel = cast(FIRST).soup(f"/meetings/{meeting.id}").find(attrs={"data-panel": "core.steps"})
    assert "Xác nhận đã diễn ra: Chưa đến giờ bắt đầu." in panel.text
    assert take(cast(FIRST), meeting, "hold").status_code == 422


def test_held_minuted_and_confirmed_by_both_it_counts_for_its_clause(app, cast, plan, pair):
    with app.app_context():
        clause = PledgeClause.create(
            pairing=pair, position=99, text="Họp chung", quantity=Decimal(2), unit="cuộc", activity_kind="meeting"
        )
    meeting = plan("Họp giao ban", hours=-3, clause=clause.id, giver=pair.first_school_id)
    assert take(cast(SECOND), meeting, "hold").status_code == 303
    activity = Activity.get(Activity.source_key == f"meeting-{meeting.id}")
    assert (activity.title, activity.kind_label, activity.giver_id, activity.receiver_id, activity.url) == (
        "Họp giao ban",
        "Họp cặp kết nghĩa",
        pair.first_school_id,
        pair.second_school_id,
        f"/meetings/{meeting.id}",
    )
    assert PledgeClause.get_by_id(clause.id).done == 1
    refusal = cast(FIRST).soup(f"/meetings/{meeting.id}").find(attrs={"data-panel": "core.steps"}).text
    assert "Xác nhận biên bản: Biên bản chưa có nội dung." in refusal
    cast("hm.dieuphoi").submit(f"/meetings/{meeting.id}/minutes", "minutes", {"minutes": "Hai bên trao đổi."})
    assert Meeting.get_by_id(meeting.id).secretary == "Lê Thu Hòa"
    Notice.delete().execute()
    teacher = Person.get(Person.username == "uh.giaovien")
    MeetingAttendee.create(meeting=meeting, person=teacher, school=pair.second_school_id, name=teacher.name)
    assert take(cast(FIRST), meeting, "confirm").status_code == 303
    assert state(meeting) == "held"
    assert take(cast(SECOND), meeting, "confirm").status_code == 303
    assert state(meeting) == "confirmed"
    assert [title.partition(":")[0] for title in told("uh.giaovien")] == ["Đã có biên bản"]
    with app.app_context():
        assert list(activities.check()) == []


def test_an_edit_of_the_minutes_or_of_who_was_there_asks_again(cast, plan):
    meeting = plan("Họp", hours=-3)
    take(cast(FIRST), meeting, "hold")
    address = f"/meetings/{meeting.id}/minutes"
    cast(FIRST).submit(address, "minutes", {"minutes": "Bản một."})
    take(cast(SECOND), meeting, "confirm")
    cast(FIRST).submit(address, "minutes", {"minutes": "Bản hai."})
    take(cast(FIRST), meeting, "confirm")
    assert state(meeting) == "held"
    row = cast(FIRST).soup(f"/meetings/{meeting.id}/attendance").select_one(".marks form")
    cast(FIRST).post(row["action"], data=form_values(row) | {"action": "absent"})
    take(cast(SECOND), meeting, "confirm")
    assert state(meeting) == "held"
    take(cast(FIRST), meeting, "confirm")
    assert state(meeting) == "confirmed"


def test_two_who_write_the_minutes_at_once_see_both_texts(cast, plan):
    meeting = plan("Họp", hours=-3)
    address = f"/meetings/{meeting.id}/minutes"
    old = form_values(cast(SECOND).soup(address).find("form", {"data-form": "minutes"}))
    cast(FIRST).submit(address, "minutes", {"minutes": "Bản của Yên Sở.", "conclusions": "Một việc."})
    answer = cast(SECOND).post(address, data=old | {"minutes": "Bản của Hồng Quang."})
    assert answer.status_code == 409
    page = parse(answer.text)
    assert "Bản của Yên Sở." in page.select_one(".errors").text
    kept = form_values(page.find("form", {"data-form": "minutes"}))
    assert (kept["minutes"], kept["conclusions"]) == ("Bản của Hồng Quang.", "Một việc.")
    assert cast(SECOND).post(address, data=kept).status_code == 303


def test_two_who_move_a_meeting_at_once_see_both_times(cast, plan):
    meeting = plan("Họp", hours=48)
    address = f"/meetings/{meeting.id}/edit"
    old = form_values(cast(SECOND).soup(address).find("form", {"data-form": "meeting"}))
    cast(FIRST).submit(address, "meeting", {"start": "07:00", "end": "23:00", "place": "Hội trường"})
    answer = cast(SECOND).post(address, data=old | {"start": "06:00", "end": "23:00"})
    assert answer.status_code == 409
    kept = form_values(parse(answer.text).find("form", {"data-form": "meeting"}))
    assert (kept["start"], kept["end"], kept["place"]) == ("06:00", "23:00", "Hội trường")
    assert cast(SECOND).post(address, data=kept).status_code == 303
    assert f"{local(Meeting.get_by_id(meeting.id).starts_at):%H:%M}" == "06:00"


def test_a_meeting_put_off_gets_a_new_time(cast, plan):
    meeting = plan("Họp")
    assert take(cast(FIRST), meeting, "postpone", reason="Mưa bão.").status_code == 303
    page = cast(SECOND).soup(f"/meetings/{meeting.id}")
    assert "Lý do: Mưa bão." in page.select_one(".notice.warn").get_text(" ", strip=True)
    address = f"/meetings/{meeting.id}/edit"
    same = cast(SECOND).submit(address, "meeting", {"place": "Hội trường"})
    assert same.status_code == 422
    assert "Thầy/cô chưa chọn thời gian mới." in same.text
    day = today() + timedelta(days=20)
    new = {"day": f"{day:%d/%m/%Y}", "start": "08:00", "end": "10:00", "last_day": ""}
    assert cast(SECOND).submit(address, "meeting", new).status_code == 303
    assert state(meeting) == "planned"


def test_what_did_not_take_place_after_all_counts_no_more(app, cast, plan):
    meeting = plan("Họp", hours=-3)
    take(cast(FIRST), meeting, "hold")
    assert take(cast(SECOND), meeting, "cancel", reason="Ghi nhầm ngày.").status_code == 303
    activity = Activity.get(Activity.source_key == f"meeting-{meeting.id}")
    assert (activity.void_at is not None, activity.void_reason) == (True, "Ghi nhầm ngày.")
    answer = cast(FIRST).submit(f"/meetings/{meeting.id}/edit", "meeting", {"title": "Khác"})
    assert answer.status_code == 422
    assert "Không sửa được nữa: Đã hủy." in answer.text
    with app.app_context():
        assert list(activities.check()) == []


def test_a_correction_of_what_took_place_is_recorded_anew(app, cast, plan):
    # Without an end: late in the evening it would be on the next day.
    meeting = plan("Họp", hours=-30, ends_at=None)
    take(cast(FIRST), meeting, "hold")
    day = today() - timedelta(days=9)
    cast(FIRST).submit(f"/meetings/{meeting.id}/edit", "meeting", {"title": "Họp tổ Toán", "day": f"{day:%d/%m/%Y}"})
    activity = Activity.get(Activity.source_key == f"meeting-{meeting.id}")
    assert (activity.title, activity.on) == ("Họp tổ Toán", day)
    later = today() + timedelta(days=9)
    answer = cast(FIRST).submit(f"/meetings/{meeting.id}/edit", "meeting", {"day": f"{later:%d/%m/%Y}"})
    assert answer.status_code == 422
    assert "đã diễn ra nên không thể ở tương lai" in answer.text
    with app.app_context():
        assert list(activities.check()) == []


def test_a_clause_of_another_kind_is_refused(cast, plan, pair):
    clause = PledgeClause.create(pairing=pair, position=99, text="Thăm", activity_kind="visit")
    answer = cast(FIRST).submit(
        f"/meetings/pairing/{pair.id}/new", "meeting", plan_form(kind="meeting", clause=clause.id)
    )
    assert answer.status_code == 422
    assert "Cam kết này không tính theo loại hoạt động đã chọn." in answer.text


def test_confirmed_minutes_are_reopened_with_a_reason_only(cast, plan):
    meeting = plan("Họp", hours=-3, minutes="Có.")
    for browser, key in ((cast(FIRST), "hold"), (cast(FIRST), "confirm"), (cast(SECOND), "confirm")):
        assert take(browser, meeting, key).status_code == 303
    assert cast(FIRST).get(f"/meetings/{meeting.id}/minutes").status_code == 404
    assert take(cast(FIRST), meeting, "reopen").status_code == 422
    assert take(cast(FIRST), meeting, "reopen", reason="Thiếu kết luận.").status_code == 303
    assert cast(FIRST).get(f"/meetings/{meeting.id}/minutes").status_code == 200


def test_the_same_school_or_person_at_the_same_time_is_hinted_at_without_saying_what(app, cast, plan, pair):
    other = Pairing.get(Pairing.first_school == School.get(School.code == "01008401"))
    plan("Họp kín của cặp khác", hours=49, pairing=other)
    meeting = plan("Họp của ta", hours=48)
    assert cast(FIRST).soup(f"/meetings/{meeting.id}").select(".notice.warn") == []
    principal = Person.get(Person.username == "hm2.hieutruong")
    MeetingAttendee.create(meeting=meeting, person=principal, name=principal.name)
    plan("Cũng của ta", hours=49)
    text = cast(FIRST).soup(f"/meetings/{meeting.id}").select_one(".notice.warn").text
    assert "Trường THCS Yên Sở có lịch khác lúc" in text
    assert f"{principal.name} có lịch khác lúc" in text
    assert "Họp kín của cặp khác" not in text


def test_on_its_day_it_waits_for_both_schools_and_reminds_who_was_asked(app, plan):
    meeting = plan("Họp", hours=24)
    with app.app_context():
        rules.invite(meeting, person_id=meeting.pairing.first_school_id)
        Notice.delete().execute()
        waiting = Waiting.select().where(Waiting.subject_type == "meeting", Waiting.subject_id == meeting.id)
        call_for_today(today() + timedelta(days=1))
        assert (waiting.count(), told(SECOND)) == (0, [])
        moment = now() + timedelta(minutes=1)
        Meeting.update(starts_at=moment, ends_at=None).where(Meeting.id == meeting.id).execute()
        call_for_today(local(moment).date())
        assert waiting.count() == 4
        assert [title.partition(":")[0] for title in told(SECOND)] == ["Hôm nay"]


def test_the_message_to_send_says_what_when_where_and_the_address(app, cast, plan):
    meeting = plan("Họp chuyên môn")
    Meeting.update(
        starts_at=datetime(2026, 12, 4, 1, 30), ends_at=datetime(2026, 12, 4, 4), link="https://meet.vn/x"
    ).where(Meeting.id == meeting.id).execute()
    text = cast("hm.giaovien").soup(f"/meetings/{meeting.id}").select_one("#share-text").text.strip()
    assert text.splitlines() == [
        "Họp chuyên môn",
        "Trường THCS Yên Sở – Trường THCS Hồng Quang",
        "Thời gian: 08:30–11:00, Thứ Sáu 04/12/2026",
        "Địa điểm: Phòng hội đồng",
        "Họp trực tuyến: https://meet.vn/x",
        f"Xem chi tiết: http://localhost/meetings/{meeting.id}",
    ]


def test_several_days_show_both(plan):
    meeting = plan("Tập huấn", hours=24, length=30)
    assert telling.when_in_words(meeting).count("/") == 4


@pytest.mark.parametrize(
    ("username", "page", "edit"),
    [
        ("hm.giaovien", 200, 403),
        ("uh.giaovien", 200, 403),
        ("uh.chuyenvien", 200, 200),
        ("hm.lanhdao", 200, 403),
        ("hm2.hieutruong", 404, 404),
        ("uh2.hieutruong", 404, 404),
        ("admin", 200, 200),
    ],
)
def test_both_schools_and_both_offices_see_it_and_their_leaders_write_it(cast, plan, username, page, edit):
    meeting = plan("Họp", hours=-1)
    browser = cast(username)
    assert browser.get(f"/meetings/{meeting.id}").status_code == page
    assert browser.get(f"/files/meeting/{meeting.id}").status_code == page
    for name in ("edit", "people", "invite", "attendance", "minutes"):
        assert browser.get(f"/meetings/{meeting.id}/{name}").status_code == edit


def test_the_list_and_the_page_ask_no_more_for_many(cast, plan, queries, pair):
    counts, browser = [], cast(FIRST)
    for number in (1, 3):
        while Meeting.select().where(Meeting.pairing == pair, Meeting.title == "Họp").count() < number:
            meeting = plan("Họp", hours=100 * number)
        MeetingAttendee.create(meeting=meeting, name="Khách")
        for address in (f"/meetings/pairing/{pair.id}", f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/people"):
            browser.get(address)
            with queries() as run:
                browser.get(address)
            counts.append(len(run))
    assert counts[:3] == counts[3:]


def test_an_erased_person_leaves_no_name_in_lists_of_attendance(app, plan):
    from intranet.people.erasure import ERASED_NAME, erase_person
    from intranet.registry.people import Membership

    meeting = plan("Họp", hours=-3)
    with app.app_context():
        gone = Person.get(Person.username == "uh.dieuphoi")
        Membership.delete().where(Membership.person == gone).execute()
        erase_person(gone, person_id=None, reason="Yêu cầu")
    names = [row.name for row in MeetingAttendee.select().where(MeetingAttendee.meeting == meeting)]
    assert names.count(ERASED_NAME) == 1
    assert "Ngô Đức Thủy" not in names


def test_a_planned_meeting_is_taken_along_into_ones_own_calendar(cast, plan):
    meeting = plan("Họp", hours=24)
    browser = cast(FIRST)
    address = f"/calendar/meeting/{meeting.id}.ics"
    assert browser.soup(f"/meetings/{meeting.id}").find("a", href=address).text.strip() == "Thêm vào lịch của tôi"
    assert browser.get(address).content_type.startswith("text/calendar")
    Meeting.update(state="cancelled").where(Meeting.id == meeting.id).execute()
    assert browser.soup(f"/meetings/{meeting.id}").find("a", href=address) is None


@pytest.mark.parametrize(
    ("username", "query", "found"),
    [
        (FIRST, "hop chuyen", ["Họp chuyên đề Toán 9"]),
        ("hm.chuyenvien", "Họp chuyên đề", ["Họp chuyên đề Toán 9"]),
        ("admin", "toán 9 họp", ["Họp chuyên đề Toán 9"]),
        (FIRST, "op chuyen", []),
        ("hm2.hieutruong", "hop chuyen", []),
        ("uh2.hieutruong", "hop chuyen", []),
    ],
)
def test_a_meeting_is_found_by_its_title_by_those_who_see_it(cast, plan, username, query, found):
    meeting = plan("Họp chuyên đề Toán 9", hours=24)
    links = cast(username).soup(f"/search?q={query}").select(f"a[href='/meetings/{meeting.id}']")
    assert [link.text for link in links] == found
