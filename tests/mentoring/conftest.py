"""A child of the first school of Hoàng Mai, nominated by the homeroom teacher."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.kernel.database import database
from intranet.registry.people import Person
from intranet.registry.twinning import TWINNED, Pairing
from intranet.shared.sessions import build_actor, first_membership
from intranet.shared.steps import carry
from plugins.mentoring.cases import consents, rules
from plugins.mentoring.groups import rules as groups
from plugins.mentoring.mentors import rules as mentors
from plugins.mentoring.mentors.free_time import decoded
from plugins.mentoring.models import MODELS
from plugins.mentoring.tables.cases import OWN_SCHOOL, PARTNER_SCHOOL, Case
from plugins.mentoring.tables.groups import Group
from plugins.mentoring.tables.mentors import Match, Mentor

PUPIL = "Trần Thị Chôm Chôm"
NAME, CIRCUMSTANCE, GUARDIAN = "Nguyễn Thị Măng Cụt", "Mẹ ốm nặng đã lâu", "Bà Trần Thị Sầu Riêng"
GOAL = "Cộng trừ được phân số"
FORM = {
    "name": NAME,
    "birth_date": "01/05/2014",
    "guardian": GUARDIAN,
    "class_name": "6A",
    "kind": "hardship",
    "subject": "Toán",
    "circumstances": CIRCUMSTANCE,
    "tried": "Cô chủ nhiệm đã đến thăm nhà",
}


@pytest.fixture
def app(app):
    """The application without the demo's marked children: each test here has its own."""
    with database.atomic():
        for model in reversed(MODELS):
            model.delete().execute()
    return app


@pytest.fixture
def person(app):
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
def make_case(app, actor_of):
    """``make_case(state="open", scope=OWN_SCHOOL, **values)``: a case of hm.giaovien's in this state."""

    def make(*, state="nominated", scope=OWN_SCHOOL | PARTNER_SCHOOL, days=100, **values):
        with app.app_context():
            teacher = actor_of("hm.giaovien")
            given = {**FORM, "birth_date": "2014-05-01", "homeroom_id": teacher.person_id, **values}
            case = rules.nominate(teacher, given, [GOAL])
            if state != "nominated":
                Case.update(state="consent_pending").where(Case.id == case.id).execute()
            if state not in ("nominated", "consent_pending"):
                given = {
                    "giver": GUARDIAN,
                    "relation": "mother",
                    "scope": scope,
                    "way": "met",
                    "child_agrees": True,
                    "given_on": today(),
                    "expires_on": today() + timedelta(days=days),
                }
                consents.give(case, given, None, teacher)
                Case.update(state=state).where(Case.id == case.id).execute()
            return Case.get_by_id(case.id)

    return make


@pytest.fixture
def offer(app, actor_of):
    """``offer("uh.giaovien", free="0-30,0-31")``: the person offers to help pupils."""

    def make(username, *, free="0-30,0-31,0-32", **values):
        given = {"subjects": "Toán", "levels": 4, "most": 2, "offers": True, **values, "free": decoded(free)}
        with app.app_context():
            mentors.save_profile(actor_of(username), given)

    return make


@pytest.fixture
def make_match(app, actor_of, person, make_case, offer):
    """``make_match("uh.giaovien", state="active")``: the case of a child whom this person helps, and the match."""

    def make(username="uh.giaovien", *, state="active", case=None, **values):
        case = case or make_case(state="open")
        with app.app_context():
            if not Mentor.select().where(Mentor.person == person(username)).exists():
                offer(username)
            given = {
                "subject": "Toán",
                "weekday": None,
                "starts": None,
                "minutes": 45,
                "starts_on": today(),
                "ends_on": None,
                "substitute_for_id": None,
                **values,
            }
            match = mentors.propose(case, person(username).id, given, actor_of("hm.dieuphoi"))
            for way in {"proposed": [], "accepted": ["accept"]}.get(state, ["accept", "approve"]):
                carry(match, way, person_id=None)
            if state == "paused":
                carry(match, "pause", person_id=None)
            return Match.get_by_id(match.id)

    return make


@pytest.fixture
def make_group(app, actor_of, person):
    """``make_group(state="running")``: a joint group of hm.giaovien's school and its partner."""

    def make(*, state="enrolling", **values):
        with app.app_context():
            keeper = actor_of("hm.dieuphoi")
            pairing = Pairing.get(Pairing.first_school == keeper.school_id, Pairing.state.in_(TWINNED))
            given = {
                "kind": "exam",
                "title": "Ôn thi Toán 9",
                "subject": "Toán",
                "grade": 9,
                "periods_a_week": 2,
                "timetable": "",
                "place": "",
                "starts_on": today(),
                "ends_on": today() + timedelta(days=90),
                "teacher_id": person("hm.giaovien").id,
                "pairing_id": pairing.id,
                **values,
            }
            group = groups.create(keeper, given)
            Group.update(state=state).where(Group.id == group.id).execute()
            return Group.get_by_id(group.id)

    return make
