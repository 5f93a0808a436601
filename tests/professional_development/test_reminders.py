"""The day before, people with a place are reminded, once; the session stands in their calendar."""

from datetime import timedelta

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.shared.notices import Notice
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions import reminders

HOME = "/professional-development"


def reminded():
    query = Notice.select().where(Notice.kind == "professional_development.reminder").order_by(Notice.id)
    return [(notice.person.username, notice.title) for notice in query]


def remind(day=None):
    return reminders.remind(District.get(District.code == "HM"), day or today())


def test_only_those_with_a_place_are_reminded_and_once(app, cast, make_session):
    session = make_session(capacity=1)
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    cast("hm.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    with app.app_context():
        assert [remind(), remind()] == [1, 0]
        assert reminded() == [("uh.giaovien", "Ngày mai: Dạy minh họa Tin học 6")]


def test_a_session_that_was_moved_is_reminded_of_again(app, cast, make_session):
    session = make_session()
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    with app.app_context():
        remind()
        later = session.starts_at + timedelta(days=2)
        Session.update(starts_at=later, ends_at=later + timedelta(hours=2)).where(Session.id == session.id).execute()
        assert [remind(), remind(today() + timedelta(days=2)), len(reminded())] == [0, 1, 2]


def test_nobody_is_reminded_of_what_is_over_or_put_off(app, cast, make_session):
    for state in ("postponed", "cancelled"):
        make_session(state=state)
    with app.app_context():
        assert [remind(), remind(today() - timedelta(days=40))] == [0, 0]


def test_the_calendar_holds_what_one_has_a_place_in_or_organises(app, cast, make_session):
    session = make_session()
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    page = f"/calendar/day/{(session.starts_at + timedelta(hours=7)).date().isoformat()}"
    here = f"{HOME}/sessions/{session.id}"
    shown = {
        name: [link["href"] for link in cast(name).soup(page).select("[data-module] a") if link["href"] == here]
        for name in ("uh.giaovien", "hm.dieuphoi", "hm.giaovien")
    }
    assert shown == {"uh.giaovien": [here], "hm.dieuphoi": [here], "hm.giaovien": []}


def test_a_session_is_taken_along_as_a_file(cast, make_session):
    session = make_session()
    answer = cast("uh.giaovien").get(f"{HOME}/sessions/{session.id}/date.ics")
    assert answer.mimetype == "text/calendar"
    assert "SUMMARY:Sinh hoạt chuyên môn: Dạy minh họa Tin học 6" in answer.text.replace("\r\n ", "")
    cancelled = make_session(state="cancelled")
    assert cast("hm.dieuphoi").get(f"{HOME}/sessions/{cancelled.id}/date.ics").status_code == 404


def test_whoever_is_taken_off_the_list_learns_it_and_the_next_one_moves_up(app, cast, make_session):
    session = make_session(capacity=1)
    for name in ("uh.giaovien", "hm.giaovien"):
        cast(name).submit(f"{HOME}/sessions/{session.id}", "register")
    place = Registration.get(Registration.session == session, Registration.turn == 1)
    action = f"{HOME}/sessions/{session.id}/places/{place.id}/remove"
    soup = cast("hm.dieuphoi").soup(f"{HOME}/sessions/{session.id}/people")
    fields = {field["name"]: field["value"] for field in soup.find("form", {"action": action}).find_all("input")}
    assert cast("hm.dieuphoi").post(action, data=fields).status_code == 303
    states = [
        row.state for row in Registration.select().where(Registration.session == session).order_by(Registration.turn)
    ]
    assert states == ["cancelled", "registered"]
    told = Notice.select().where(Notice.person == place.person_id, Notice.kind == "professional_development.news")
    assert "Người tổ chức đã hủy đăng ký của thầy/cô: Dạy minh họa Tin học 6" in [notice.title for notice in told]


def test_nobody_but_those_who_run_it_sees_the_list(cast, make_session):
    session = make_session()
    here = f"{HOME}/sessions/{session.id}/people"
    seen = {
        name: cast(name).get(here).status_code
        for name in ("hm.dieuphoi", "hm.hieutruong", "uh.giaovien", "hm2.giaovien")
    }
    assert seen == {"hm.dieuphoi": 200, "hm.hieutruong": 200, "uh.giaovien": 403, "hm2.giaovien": 404}
