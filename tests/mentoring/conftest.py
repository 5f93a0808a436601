"""A child of the first school of Hoàng Mai, nominated by the homeroom teacher."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.people import Person
from intranet.shared.sessions import build_actor, first_membership
from plugins.mentoring.cases import consents, rules
from plugins.mentoring.tables.cases import OWN_SCHOOL, PARTNER_SCHOOL, Case

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
