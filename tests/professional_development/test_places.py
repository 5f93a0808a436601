"""Places go strictly by the order in which people asked, up to the capacity and each school's quota."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from intranet.kernel.database import database
from intranet.registry.people import Membership
from intranet.shared.notices import Notice
from intranet.shared.sessions import build_actor
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions import registering

HOME = "/professional-development"


def actor_of(person):
    work = Membership.get(Membership.person == person)
    return build_actor(
        person_id=person.id, district_id=work.district_id, school_id=work.school_id, role=work.role, name=person.name
    )


def states(session):
    query = Registration.select(Registration.person, Registration.state).where(Registration.session == session)
    return {place.person.username: place.state for place in query}


def register(browser, session):
    return browser.submit(f"{HOME}/sessions/{session.id}", "register")


def test_whoever_comes_first_has_a_place_and_the_others_wait_in_line(app, cast, make_session):
    session = make_session(capacity=1)
    for name in ("uh.giaovien", "hm.giaovien", "uh.hieutruong"):
        assert register(cast(name), session).status_code == 303
    assert states(session) == {"uh.giaovien": "registered", "hm.giaovien": "waiting", "uh.hieutruong": "waiting"}
    assert "trước thầy/cô còn 1 người" in cast("uh.hieutruong").soup(f"{HOME}/sessions/{session.id}").text


def test_a_place_given_back_goes_to_the_first_in_line_who_is_told(app, cast, make_session, person):
    session = make_session(capacity=1)
    for name in ("uh.giaovien", "hm.giaovien", "uh.hieutruong"):
        register(cast(name), session)
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "cancel")
    assert states(session) == {"uh.giaovien": "cancelled", "hm.giaovien": "registered", "uh.hieutruong": "waiting"}
    told = Notice.select().where(Notice.person == person("hm.giaovien"), Notice.kind == "professional_development.news")
    assert [notice.title for notice in told] == ["Thầy/cô đã có chỗ: Dạy minh họa Tin học 6"]


def test_a_schools_quota_lets_the_next_school_pass_and_keeps_the_place_in_line(app, cast, make_session):
    session = make_session(capacity=2, quota=1)
    for name in ("uh.giaovien", "uh.hieutruong", "hm.giaovien"):
        register(cast(name), session)
    assert states(session) == {"uh.giaovien": "registered", "uh.hieutruong": "waiting", "hm.giaovien": "registered"}


def test_two_people_at_once_never_get_the_same_last_seat(app, make_session, person):
    session = make_session(capacity=1)
    with app.app_context():
        actors = [actor_of(person(name)) for name in ("uh.giaovien", "hm.giaovien")]
    start = Barrier(2)

    def ask(actor):
        with app.app_context():
            start.wait()
            try:
                registering.register(Session.get_by_id(session.id), actor)
            finally:
                database.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, actors))
    assert sorted(states(session).values()) == ["registered", "waiting"]


def test_who_comes_back_stands_at_the_end(app, cast, make_session):
    session = make_session(capacity=1)
    for name in ("uh.giaovien", "hm.giaovien", "uh.hieutruong"):
        register(cast(name), session)
    cast("hm.giaovien").submit(f"{HOME}/sessions/{session.id}", "cancel")
    register(cast("hm.giaovien"), session)
    cast("uh.giaovien").submit(f"{HOME}/sessions/{session.id}", "cancel")
    assert states(session) == {"uh.giaovien": "cancelled", "hm.giaovien": "waiting", "uh.hieutruong": "registered"}
