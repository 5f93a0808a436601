"""The module is switched off in mid-course, and a session is moved after registration closed: nothing is lost."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import now, today
from intranet.kernel.jobs import Job, run_due
from intranet.shared.edits import Refused
from intranet.shared.notices import Notice
from plugins.professional_development.credits import certificates
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions import attendance, effects, rules

HOME, MODULE, NEWS = "/professional-development", "professional_development", "professional_development.news"


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


def told(person, name):
    query = Notice.select(Notice.title).where(Notice.person == person(name), Notice.kind == NEWS).order_by(Notice.id)
    return [title for (title,) in query.tuples()]


def test_guests_with_a_place_are_told_once_that_it_stops_and_that_it_goes_on(app, cast, switch, make_session, person):
    session = make_session()
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "register")
    Notice.delete().execute()
    switch(MODULE, "HM", False)
    switch(MODULE, "HM", False)
    assert told(person, "uh.giaovien") == ["Tạm ngừng theo đơn vị tổ chức: Dạy minh họa Tin học 6"]
    assert told(person, "uh.hieutruong") == []
    Notice.delete().execute()
    switch(MODULE, "HM", True)
    assert told(person, "uh.giaovien") == ["Tiếp tục theo đơn vị tổ chức: Dạy minh họa Tin học 6"]


def test_while_it_is_off_nobody_checks_in_and_what_was_held_stays_counted(app, cast, switch, make_session, person):
    running, held = make_session(hours=-1), make_session(state="held", hours=-30)
    with app.app_context():
        effects.held(Session.get_by_id(held.id), None)
        code = attendance.code_of(Session.get_by_id(running.id), now())
    switch(MODULE, "HM", False)
    for name in ("uh.giaovien", "hm.giaovien"):
        browser, here = cast(name), f"{HOME}/sessions/{running.id}/check-in"
        data = {"csrf_token": browser.csrf("/account"), "code": code}
        assert [browser.get(here).status_code, browser.post(here, data=data).status_code] == [404, 404]
    assert Registration.select().where(Registration.session == running).count() == 0
    page = cast("uh.hieutruong").soup(f"/pairings/{held.pairing_id}")
    assert (held.title in page.text, page.find("a", href=effects.address(held))) == (True, None)


def test_certificates_are_not_made_while_it_is_off(app, switch, make_session, attended, person):
    session = attended(make_session(state="closed", hours=-30), ("hm.giaovien",), held_on=today())
    with app.app_context():
        Registration.update(credit="confirmed", periods=2).where(Registration.session == session).execute()
        job = certificates.start(session, person_id=person("hm.dieuphoi").id, back="/", done=lambda job: None)
    switch(MODULE, "HM", False)
    with app.app_context():
        run_due()
    assert Job.get_by_id(job.id).problem == "Mô-đun “Sinh hoạt chuyên môn” đã tắt."
    assert Registration.get(Registration.session == session).certificate == ""


def test_a_session_at_which_somebody_was_noted_is_not_moved_to_another_day(app, make_session, attended, person):
    session = attended(make_session(hours=-1), ("uh.giaovien",), state="open")
    with app.app_context():
        later = {"starts_at": now() + timedelta(days=3), "ends_at": now() + timedelta(days=3, hours=2)}
        with pytest.raises(Refused, match="Đã có người được điểm danh nên không chuyển sang lúc khác được nữa"):
            rules.update_session(session, later, version=session.version, person_id=person("hm.dieuphoi").id)
        corrected = {"starts_at": session.starts_at - timedelta(minutes=20)}
        rules.update_session(session, corrected, version=session.version, person_id=person("hm.dieuphoi").id)
    assert Session.get_by_id(session.id).starts_at == corrected["starts_at"]


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
