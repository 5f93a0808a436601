"""The module is switched off in mid-course, and a session is moved after registration closed: nothing is lost."""

from datetime import timedelta

from intranet.kernel.clock import now
from intranet.shared.notices import Notice
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions import rules

HOME = "/professional-development"


def test_where_the_guests_switch_it_off_nothing_of_it_opens_and_their_places_stay(app, cast, switch, make_session):
    session = make_session()
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    switch("professional_development", "UH", False)
    assert cast("uh.giaovien").get(f"{HOME}/sessions/{session.id}").status_code == 404
    assert cast("hm.dieuphoi").get(f"{HOME}/sessions/{session.id}/people").status_code == 200
    switch("professional_development", "UH", True)
    page = cast("uh.giaovien").soup(f"{HOME}/sessions/{session.id}")
    assert "Thầy/cô có chỗ trong buổi này." in page.text


def test_where_the_host_switches_it_off_guests_open_nothing_of_it_and_nothing_is_lost(app, cast, switch, make_session):
    session = make_session()
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    page = cast("uh.giaovien").soup(f"{HOME}/sessions/{session.id}")
    token = page.find("form", {"data-form": "cancel"}).find("input", {"name": "csrf_token"})["value"]
    switch("professional_development", "HM", False)
    assert cast("uh.giaovien").get(f"{HOME}/sessions/{session.id}").status_code == 404
    assert (
        cast("uh.giaovien").post(f"{HOME}/sessions/{session.id}/cancel", data={"csrf_token": token}).status_code == 404
    )
    assert [row.state for row in Registration.select().where(Registration.session == session)] == ["registered"]
    switch("professional_development", "HM", True)
    assert cast("uh.giaovien").get(f"{HOME}/sessions/{session.id}").status_code == 200


def test_a_session_moved_after_registration_closed_keeps_its_places_and_tells_once(app, cast, make_session, person):
    session = make_session(capacity=1)
    for name in ("uh.giaovien", "hm.giaovien"):
        cast(name).submit(f"{HOME}/sessions/{session.id}", "register")
    Session.update(closes_at=now() - timedelta(hours=1)).where(Session.id == session.id).execute()
    Notice.delete().execute()
    with app.app_context():
        start = session.starts_at + timedelta(days=3)
        current = Session.get_by_id(session.id)
        values = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
        rules.update_session(current, values, version=current.version, person_id=person("hm.dieuphoi").id)
    query = Registration.select().where(Registration.session == session).order_by(Registration.turn)
    assert [(place.person.username, place.state) for place in query] == [
        ("uh.giaovien", "registered"),
        ("hm.giaovien", "waiting"),
    ]
    told = Notice.select().where(Notice.kind == "professional_development.news").order_by(Notice.person)
    assert sorted((row.person.username, row.title) for row in told) == [
        ("hm.giaovien", "Đổi lịch: Dạy minh họa Tin học 6"),
        ("uh.giaovien", "Đổi lịch: Dạy minh họa Tin học 6"),
    ]


def test_after_registration_closed_the_organiser_gives_places_and_nobody_moves_up_by_itself(app, cast, make_session):
    session = make_session(capacity=1)
    for name in ("uh.giaovien", "hm.giaovien"):
        cast(name).submit(f"{HOME}/sessions/{session.id}", "register")
    Session.update(closes_at=now() - timedelta(hours=1)).where(Session.id == session.id).execute()
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "cancel")
    waiting = Registration.get(Registration.session == session, Registration.turn == 2)
    assert waiting.state == "waiting"
    cast("hm.dieuphoi").submit(f"{HOME}/sessions/{session.id}", "give")
    assert Registration.get_by_id(waiting.id).state == "registered"
