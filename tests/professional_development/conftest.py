"""A session of the first school of Hoàng Mai, with its twinned school in Ứng Hòa."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import now
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import TWINNED, Pairing
from intranet.shared.sessions import build_actor, first_membership
from plugins.professional_development.models import PARTNER, PRESENT, Registration, Session
from plugins.professional_development.sessions import rules

HOST, GUEST = "01008508", "01281503"


@pytest.fixture
def school():
    """``school(HOST)``: by its code."""
    return lambda code: School.get(School.code == code)


@pytest.fixture
def person():
    """``person("hm.giaovien")``: by the user name."""
    return lambda username: Person.get(Person.username == username)


@pytest.fixture
def actor_of(person):
    """``actor_of("hm.giaovien")``: the person, acting in the one membership."""

    def act(username):
        work = first_membership(person(username).id)
        return build_actor(
            person_id=work.person_id, district_id=work.district_id, school_id=work.school_id, role=work.role
        )

    return act


@pytest.fixture
def make_session(app, person):
    """``make_session(state="open", capacity=2)``: a demonstration lesson of the two twinned schools, tomorrow."""

    def make(*, state="open", hours=24, **values):
        with app.app_context():
            organiser = person("hm.dieuphoi")
            pairing = Pairing.get(Pairing.first_school == organiser.school_id, Pairing.state.in_(TWINNED))
            start = now() + timedelta(hours=hours)
            session = rules.create_session(
                {
                    "kind": "demonstration",
                    "title": "Dạy minh họa Tin học 6",
                    "content": "Dự giờ và thảo luận.",
                    "place": "Phòng Tin học",
                    "subject": "Tin học",
                    "starts_at": start,
                    "ends_at": start + timedelta(hours=2),
                    "audience": PARTNER,
                    "pairing_id": pairing.id,
                    "periods": 2,
                    "programme": "02",
                    **values,
                },
                district_id=organiser.district_id,
                school_id=organiser.school_id,
                organiser_id=organiser.id,
            )
            Session.update(state=state).where(Session.id == session.id).execute()
            return Session.get_by_id(session.id)

    return make


@pytest.fixture
def attended(app, person):
    """``attended(session, names, **values)``: these people were there; the session afterwards, with these values."""

    def note(session, names, **values):
        with app.app_context():
            for turn, name in enumerate(names, start=1):
                who = person(name)
                Registration.create(
                    session=session,
                    person=who,
                    school=who.school_id,
                    district=who.district_id,
                    turn=turn,
                    attendance=PRESENT,
                )
            Session.update(**values).where(Session.id == session.id).execute()
            return Session.get_by_id(session.id)

    return note
