"""The calendar in people's own programs: what the secret address gives, to whom, and when it ends."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from notice_board import rules as board

from intranet.accounts import locks
from intranet.calendar_pages.rules import make_feed
from intranet.kernel.clock import midnight, now, today
from intranet.kernel.database import database
from intranet.kernel.forms import FormToken
from intranet.kernel.logs import JsonLines
from intranet.people.erasure import erase_person
from intranet.people.rules import leave_for_good
from intranet.registry.feeds import CalendarFeed
from intranet.registry.people import Membership, Person
from intranet.registry.pledges import Meeting, MeetingAttendee
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import parse

from .conftest import DAY


@pytest.fixture
def subscribe(cast):
    """``subscribe("hm.hieutruong")``: the path of that person's secret address, made on the page."""

    def make(username):
        answer = cast(username).submit("/calendar/feed", "make")
        assert answer.status_code == 200
        return parse(answer.text).find(id="address")["value"].removeprefix("http://localhost")

    return make


def events(answer):
    """{summary: event} of an iCalendar file."""
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def read(cast, path):
    """What a program without any cookie gets."""
    return events(cast("").get(path))


def person(username):
    return Person.get(Person.username == username)


# --- what stands in it ---


def test_a_program_reads_the_calendar_without_signing_in(cast, subscribe, meet, promise):
    meet("Họp đầu năm", hour=8, till=10, place="Phòng họp tầng 2")
    promise("20 tiết")
    found = read(cast, subscribe("hm.hieutruong"))
    meeting, due = found["Cuộc họp: Họp đầu năm"], found["Hạn cam kết: 20 tiết"]
    assert meeting.start == datetime(2026, 12, 9, 1, tzinfo=UTC)
    assert meeting.end == datetime(2026, 12, 9, 3, tzinfo=UTC)
    assert str(meeting["location"]) == "Phòng họp tầng 2"
    assert (due.start, due["dtend"].dt) == (date(2026, 12, 9), date(2026, 12, 10))


def test_times_are_vietnams_and_the_file_says_what_that_is(cast, subscribe, meet):
    meet("Họp", hour=0.5)
    text = cast("").get(subscribe("hm.hieutruong")).text
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261209T003000" in text
    zone = text.partition("BEGIN:VTIMEZONE")[2].partition("END:VTIMEZONE")[0]
    assert "TZID:Asia/Ho_Chi_Minh" in zone and "TZOFFSETTO:+0700" in zone


def test_nobody_who_is_asked_to_come_is_named_and_nothing_private_stands_there(app, cast, subscribe, meet):
    meeting = meet(
        "Họp",
        agenda="CHƯƠNG TRÌNH KÍN",
        minutes="BIÊN BẢN KÍN",
        conclusions="KẾT LUẬN KÍN",
        link="https://hop.example.vn/kin",
        chair="Bà Chủ Trì",
        secretary="Ông Thư Ký",
    )
    with app.app_context():
        MeetingAttendee.create(meeting=meeting, name="Ông Được Mời", title="Kế toán")
    for path in (subscribe("hm.hieutruong"), f"/calendar/meeting/{meeting.id}.ics"):
        # Long lines are folded anywhere.
        text = cast("hm.hieutruong").get(path).text.replace("\r\n ", "")
        for hidden in ("KÍN", "hop.example.vn", "Chủ Trì", "Thư Ký", "Được Mời", "Kế toán", "ATTENDEE", "ORGANIZER"):
            assert hidden not in text


def test_a_moved_meeting_is_still_the_same_one_for_a_telephone(app, cast, subscribe, meet):
    path, meeting = subscribe("hm.hieutruong"), meet("Họp")
    before = read(cast, path)["Cuộc họp: Họp"]
    later = now() + timedelta(minutes=5)
    moved = {"starts_at": meeting.starts_at + timedelta(days=1), "title": "Họp dời", "updated_at": later}
    Meeting.update(moved).where(Meeting.id == meeting.id).execute()
    after = read(cast, path)["Cuộc họp: Họp dời"]
    assert after["uid"] == before["uid"]
    assert after["dtstamp"].dt > before["dtstamp"].dt


def test_no_two_events_have_one_name(app, cast, subscribe, meet, promise, pair):
    for number in range(3):
        meet(f"Họp {number}")
        promise(f"Cam kết {number}")
        with app.app_context():
            start = midnight(DAY) + timedelta(hours=number)
            board.add_plan(pair.first_school, pair.second_school_id, "Dạy chung", starts_at=start, person_id=None)
    found = Calendar.from_ical(cast("").get(subscribe("hm.hieutruong")).data).walk("VEVENT")
    assert len({str(event["uid"]) for event in found}) == len(found) == 9


@pytest.mark.parametrize(("days", "shown"), [(-91, False), (-90, True), (0, True), (400, True), (401, False)])
def test_it_reaches_ninety_days_back_and_four_hundred_ahead(cast, subscribe, meet, days, shown):
    meet("Họp", today() + timedelta(days=days))
    assert ("Cuộc họp: Họp" in read(cast, subscribe("hm.hieutruong"))) is shown


def test_it_speaks_the_persons_language(cast, subscribe, meet):
    meet("Họp")
    path = subscribe("hm.hieutruong")
    cast("hm.hieutruong").submit("/account", "preferences", {"language": "en", "theme": "auto"})
    assert list(read(cast, path)) == ["Meeting: Họp"]


def test_each_reads_the_own_calendar_whoever_is_signed_in(cast, subscribe, meet, other_pair):
    meet("Của cặp thứ nhất")
    meet("Của cặp thứ hai", pairing=other_pair)
    first, second, office = (subscribe(name) for name in ("hm.hieutruong", "hm2.hieutruong", "hm.chuyenvien"))
    assert list(read(cast, first)) == ["Cuộc họp: Của cặp thứ nhất"]
    assert list(events(cast("admin").get(second))) == ["Cuộc họp: Của cặp thứ hai"]
    assert {"Cuộc họp: Của cặp thứ nhất", "Cuộc họp: Của cặp thứ hai"} <= read(cast, office).keys()


def test_a_module_that_is_off_gives_nothing(app, cast, subscribe, switch, pair):
    with app.app_context():
        board.add_plan(pair.first_school, pair.second_school_id, "Dạy chung", starts_at=midnight(DAY), person_id=None)
    path = subscribe("hm.hieutruong")
    assert list(read(cast, path)) == ["Bảng tin: Dạy chung"]
    switch("notice_board", "HM", False)
    assert read(cast, path) == {}


# --- asked again and again ---


def test_what_a_program_has_already_is_not_sent_again(cast, subscribe, meet, monkeypatch):
    meet("Họp")
    path = subscribe("hm.hieutruong")
    tag = cast("").get(path).headers["ETag"]
    again = cast("").get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    meet("Họp nữa")
    assert cast("").get(path, headers={"If-None-Match": tag}).status_code == 200


def test_reading_writes_nothing_in_the_same_queries_for_three_as_for_one(cast, subscribe, meet, promise, queries):
    path, counts = subscribe("hm.chuyenvien"), []
    for number in range(3):
        meet(f"Họp {number}")
        promise(f"Cam kết {number}")
        with queries() as run:
            read(cast, path)
        assert [sql for sql in run if not sql.startswith(("SELECT", "("))] == []
        counts.append(len(run))
    assert counts == [counts[0]] * 3
    # Facilities bring two, deliveries and rounds of review; the digital module its rounds.
    assert counts[0] <= 9


# --- how it ends ---


@pytest.mark.parametrize("path", ["/calendar/x.ics", "/calendar/.ics", f"/calendar/{'A' * 43}.ics", "/calendar/é.ics"])
def test_an_unknown_address_does_not_exist(app, cast, path):
    assert cast("").get(path).status_code == 404


def test_a_new_address_ends_the_old_one(cast, subscribe):
    old, new = subscribe("hm.hieutruong"), subscribe("hm.hieutruong")
    assert [cast("").get(path).status_code for path in (old, new)] == [404, 200]


def test_an_address_given_up_is_over(cast, subscribe):
    path = subscribe("hm.hieutruong")
    cast("hm.hieutruong").submit("/calendar/feed", "end")
    assert cast("").get(path).status_code == 404
    assert "chưa có địa chỉ nào" in cast("hm.hieutruong").soup("/calendar/feed").text
    assert CalendarFeed.select().count() == 0


def _lock(one):
    locks.lock(one, "Nghỉ việc", person_id=None)


def _end_work(one):
    Membership.update(ends_on=today() - timedelta(days=1)).where(Membership.person == one).execute()


def _leave(one):
    leave_for_good(one, on=today() - timedelta(days=1), reason="left", person_id=None)


def _throw_away(one):
    Person.update(deleted_at=now()).where(Person.id == one.id).execute()


def _erase(one):
    _leave(one)
    erase_person(one, person_id=None, reason="Theo yêu cầu.")


@pytest.mark.parametrize("end", [_lock, _end_work, _leave, _throw_away, _erase])
def test_with_the_account_or_the_work_the_address_ends(app, cast, subscribe, end):
    path = subscribe("hm.giaovien")
    assert cast("").get(path).status_code == 200
    with app.app_context():
        end(person("hm.giaovien"))
    assert cast("").get(path).status_code == 404


def test_nothing_of_an_address_is_left_of_a_person_erased(app, cast, subscribe):
    subscribe("hm.giaovien")
    with app.app_context():
        _erase(person("hm.giaovien"))
    assert CalendarFeed.select().count() == 0


def test_an_address_shows_what_the_person_was_when_making_it(app, cast, subscribe, meet, other_pair):
    meet("Của cặp thứ nhất")
    meet("Của cặp thứ hai", pairing=other_pair)
    path, teacher = subscribe("hm.giaovien"), person("hm.giaovien")
    Membership.create(
        person=teacher, role="teacher", district=teacher.district, school=other_pair.first_school, starts_on=today()
    )
    assert list(read(cast, path)) == ["Cuộc họp: Của cặp thứ nhất"]


# --- the secret ---


def test_the_address_stands_in_no_table_and_is_shown_once(app, cast, subscribe):
    token = subscribe("hm.hieutruong").removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 43
    assert token not in cast("hm.hieutruong").get("/calendar/feed").text
    stored = [row.location for row in FormToken.select()] + [row.token_hash for row in CalendarFeed.select()]
    stored += [f"{value.before} {value.after}" for value in AuditValue.select()]
    assert [text for text in stored if token in text] == []


def test_the_address_stands_in_no_log(app, cast, subscribe, caplog):
    caplog.set_level(logging.DEBUG, logger="intranet")
    paths = [subscribe("hm.hieutruong"), "/calendar/unknown-but-secret.ics"]
    for path in paths:
        cast("").get(path)
    with app.test_request_context(paths[0]):
        lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("intranet")]
    assert len(lines) >= 2
    secrets = [path.removeprefix("/calendar/").removesuffix(".ics") for path in paths]
    assert [line for line in lines if any(secret in line for secret in secrets)] == []


def test_making_and_giving_up_stand_in_the_log_of_acts(app, cast, subscribe):
    subscribe("hm.hieutruong")
    cast("hm.hieutruong").submit("/calendar/feed", "end")
    principal = person("hm.hieutruong")
    entries = AuditEntry.select().where(AuditEntry.subject_id == principal.id, AuditEntry.action.startswith("calendar"))
    assert [(entry.action, entry.person_id) for entry in entries.order_by(AuditEntry.id)] == [
        ("calendar.feed", principal.id),
        ("calendar.feed_end", principal.id),
    ]


def test_the_same_form_sent_twice_makes_one_address(app, cast):
    browser = cast("hm.hieutruong")
    form = browser.soup("/calendar/feed").find("form", {"data-form": "make"})
    data = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    first, second = (browser.post("/calendar/feed", data=data) for _ in range(2))
    path = parse(first.text).find(id="address")["value"].removeprefix("http://localhost")
    assert (second.status_code, second.headers["Location"]) == (303, "/calendar/feed")
    assert "chỉ hiện một lần" in browser.soup("/calendar/feed").find(id="flash").text
    assert cast("").get(path).status_code == 200


def test_giving_up_what_is_not_there_changes_nothing(app, cast):
    browser = cast("hm.hieutruong")
    before = AuditEntry.select().count()
    answer = browser.post("/calendar/feed/end", data={"csrf_token": browser.csrf("/account")})
    assert (answer.status_code, AuditEntry.select().count()) == (303, before)


def test_who_looks_as_somebody_else_makes_no_address_in_the_others_name(app, cast):
    admin, teacher = cast("admin"), person("hm.giaovien")
    admin.submit(f"/people/{teacher.id}/see-as", "see-as")
    answer = admin.submit("/calendar/feed", "make")
    assert (answer.status_code, CalendarFeed.select().count()) == (403, 0)


def test_without_work_no_address_is_made(app, cast):
    from intranet.shared.access import Actor
    from intranet.shared.edits import Refused

    with app.app_context(), pytest.raises(Refused):
        make_feed(Actor(person_id=person("hm.moi").id, role="teacher", district_id=1, school_id=1))
    assert database.execute_sql("SELECT count(*) FROM calendar_feed").fetchone()[0] == 0


# --- one meeting ---


def test_a_meeting_is_taken_along_by_those_who_see_it(cast, meet):
    meeting = meet("Họp Đầu năm", hour=8, till=10)
    path = f"/calendar/meeting/{meeting.id}.ics"
    statuses = {
        name: cast(name).get(path).status_code
        for name in ("hm.hieutruong", "uh.giaovien", "hm.chuyenvien", "hm2.hieutruong", "uh2.giaovien", "hm.moi", "")
    }
    assert statuses == {
        "hm.hieutruong": 200,
        "uh.giaovien": 200,
        "hm.chuyenvien": 200,
        "hm2.hieutruong": 404,
        "uh2.giaovien": 404,
        "hm.moi": 403,
        "": 303,
    }
    answer = cast("hm.hieutruong").get(path)
    assert list(events(answer)) == ["Cuộc họp: Họp Đầu năm"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Hop dau nam.ics"')
    day = cast("hm.hieutruong").soup(f"/calendar/day/{DAY}")
    assert day.select_one(".dates a.small")["href"] == path


def test_a_meeting_called_off_is_no_file(cast, meet):
    meeting = meet("Hoãn", state="cancelled")
    assert cast("hm.hieutruong").get(f"/calendar/meeting/{meeting.id}.ics").status_code == 404
