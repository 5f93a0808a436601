"""Who was there: by a code within a window, by the organiser's hand, by the signed sheet; a retry changes nothing."""

import dataclasses
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from intranet.kernel.clock import now
from intranet.registry.people import Membership
from intranet.shared.attachments import Attachment, StoredFile
from intranet.shared.audit import AuditEntry
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions import attendance

HOME = "/professional-development"


@pytest.fixture
def running(make_session):
    """A session that goes on now."""
    return make_session(hours=-1)


def current_code(app, session):
    with app.app_context():
        return attendance.code_of(Session.get_by_id(session.id), now())


def check_in(browser, session, code):
    return browser.submit(f"{HOME}/sessions/{session.id}/check-in", "check-in", {"code": code})


def marks(session):
    query = Registration.select().where(Registration.session == session)
    return {place.person.username: (place.attendance, place.walked_in) for place in query}


def test_the_address_of_the_code_shows_and_only_the_button_notes(app, cast, running):
    browser, code = cast("uh.giaovien"), current_code(app, running)
    page = browser.soup(f"{HOME}/sessions/{running.id}/check-in?code={code}")
    assert (page.find("input", {"name": "code"})["value"], marks(running)) == (code, {})
    assert check_in(browser, running, code).status_code == 303
    assert marks(running) == {"uh.giaovien": ("present", True)}


def test_the_same_code_notes_whoever_is_signed_in_and_nobody_else(app, cast, running):
    code = current_code(app, running)
    answer = cast("").get(f"{HOME}/sessions/{running.id}/check-in?code={code}")
    assert answer.headers["Location"].startswith("/login?next=")
    for name in ("uh.giaovien", "hm.giaovien"):
        check_in(cast(name), running, code)
    assert set(marks(running)) == {"uh.giaovien", "hm.giaovien"}


def test_a_code_opens_its_own_session_alone_and_only_for_those_who_see_it(app, cast, running, make_session):
    code, other = current_code(app, running), make_session(hours=-1)
    answer = check_in(cast("uh.giaovien"), other, code)
    assert (answer.status_code, marks(other)) == (422, {})
    assert "Mã điểm danh không đúng hoặc đã đổi. Thầy/cô xem lại mã đang hiện." in answer.text
    stranger, here = cast("hm2.giaovien"), f"{HOME}/sessions/{running.id}/check-in"
    assert stranger.get(f"{here}?code={code}").status_code == 404
    assert stranger.post(here, data={"csrf_token": stranger.csrf("/account"), "code": code}).status_code == 404
    assert marks(running) == {}


def test_checking_in_again_changes_nothing(app, cast, running):
    browser, code = cast("uh.giaovien"), current_code(app, running)
    form = browser.soup(f"{HOME}/sessions/{running.id}/check-in").find("form", {"data-form": "check-in"})
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")} | {"code": code}
    answers = [browser.post(f"{HOME}/sessions/{running.id}/check-in", data=fields).status_code for _try in range(3)]
    assert (answers, len(marks(running))) == ([303, 303, 303], 1)
    lines = AuditEntry.select().where(AuditEntry.action == "professional_development.attendance")
    assert lines.count() == 1


@pytest.mark.parametrize("hours", [2, -5])
def test_outside_the_window_no_code_helps(app, cast, make_session, hours):
    session = make_session()
    start = now() + timedelta(hours=hours)
    Session.update(starts_at=start, ends_at=start + timedelta(hours=1)).where(Session.id == session.id).execute()
    answer = check_in(cast("uh.giaovien"), session, current_code(app, session))
    assert (answer.status_code, marks(session)) == (422, {})
    assert "Ngoài giờ điểm danh của buổi này." in answer.text


def test_a_code_lasts_a_minute_and_the_next_one_and_the_printed_one_stays(app, cast, running):
    with app.app_context():
        session, moment = Session.get_by_id(running.id), now()
        codes = [attendance.code_of(session, moment - timedelta(minutes=age)) for age in (0, 1, 3)]
        codes.append(attendance.paper_code(session))
    names = ("uh.giaovien", "hm.giaovien", "uh.hieutruong", "hm.hieutruong")
    answers = [check_in(cast(name), running, code).status_code for name, code in zip(names, codes, strict=True)]
    assert answers == [303, 303, 422, 303]


def test_the_screen_in_the_room_is_for_those_who_run_it(app, cast, running):
    here = f"{HOME}/sessions/{running.id}/code"
    assert current_code(app, running) in cast("hm.dieuphoi").soup(here).find(class_="big-code").text
    assert cast("uh.giaovien").get(here).status_code == 403


@pytest.mark.parametrize("verb", ["present", "absent", "excused"])
def test_the_organiser_marks_and_a_retry_is_the_same(app, cast, running, verb):
    check_in(cast("uh.giaovien"), running, current_code(app, running))
    place = Registration.get(Registration.session == running)
    browser, here = cast("hm.dieuphoi"), f"{HOME}/sessions/{running.id}/attendance"
    for _try in range(2):
        data = {"csrf_token": browser.csrf(here), "action": verb}
        assert browser.post(f"{here}/{place.id}", data=data).status_code == 303
    assert marks(running)["uh.giaovien"][0] == verb


def test_somebody_who_came_without_a_place_is_found_and_noted_once(cast, running, person):
    browser, here = cast("hm.dieuphoi"), f"{HOME}/sessions/{running.id}/attendance"
    someone = person("hm.giaovien")
    for _try in range(2):
        data = {"csrf_token": browser.csrf(here), "chosen": str(someone.id)}
        assert browser.post(here, data=data).status_code == 303
    assert marks(running) == {"hm.giaovien": ("present", True)}


def test_a_scan_uploaded_twice_is_stored_once(app, cast, running, tmp_path, monkeypatch):
    own = app.extensions["config"]
    monkeypatch.setitem(app.extensions, "config", dataclasses.replace(own, files=str(tmp_path / "files")))
    picture = BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    browser, here = cast("hm.dieuphoi"), f"/files/professional_development_session/{running.id}"
    stored = []
    for _try in range(2):
        scan = (BytesIO(picture.getvalue()), "danh sách ký.png")
        assert browser.submit(here, "files", {"files": [scan]}).status_code == 303
        stored.append(StoredFile.select().count())
    assert stored[0] == stored[1]
    assert {row.module for row in Attachment.select().where(Attachment.subject_id == running.id)} >= {
        "professional_development"
    }
    assert cast("uh.giaovien").get(here).status_code in (403, 404)


def test_who_changed_school_since_signing_up_sees_the_session_and_is_there_for_the_new_one(app, cast, running, person):
    teacher, new = person("uh.giaovien"), person("uh2.giaovien").school_id
    place = {"school": teacher.school_id, "district": teacher.district_id, "turn": 1}
    Registration.create(session=running, person=teacher, **place)
    Membership.update(school=new).where(Membership.person == teacher).execute()
    type(teacher).update(school=new).where(type(teacher).id == teacher.id).execute()
    browser = cast("uh.giaovien")
    assert browser.get(f"{HOME}/sessions/{running.id}").status_code == 200
    assert check_in(browser, running, current_code(app, running)).status_code == 303
    place = Registration.get(Registration.session == running)
    assert (place.school_id, place.attendance) == (new, "present")


def test_periods_go_to_the_school_where_one_worked_then(app, cast, running, person):
    """A teacher changes school afterwards: the place stays with the school of the day."""
    check_in(cast("uh.giaovien"), running, current_code(app, running))
    teacher = person("uh.giaovien")
    then = teacher.school_id
    other = person("uh2.giaovien").school_id
    Membership.update(school=other).where(Membership.person == teacher).execute()
    type(teacher).update(school=other).where(type(teacher).id == teacher.id).execute()
    place = Registration.get(Registration.session == running)
    assert (place.school_id, place.attendance) == (then, "present")
    assert cast("uh.giaovien").get(f"{HOME}/record").status_code == 200
