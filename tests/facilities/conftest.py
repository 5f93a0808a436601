"""A need of the first school of Hoàng Mai, whose partner is the first school of Ứng Hòa."""

from decimal import Decimal

import pytest

from intranet.registry.people import Person
from intranet.shared.sessions import build_actor, first_membership
from intranet.shared.steps import take
from plugins.facilities.models import Need
from plugins.facilities.needs import rules

NEED = {
    "item": "Bộ bàn ghế học sinh cỡ IV",
    "quantity": Decimal(20),
    "unit": "bộ",
    "why": "Bàn ghế phòng 6A, 6B gãy chân",
    "pupils": 80,
    "priority": 1,
    "due_on": None,
    "estimate": Decimal(30_000_000),
    "public": True,
}
# The steps that lead to a state, and whose they are.
WAY = (("submit", "hm.hieutruong", "submitted"), ("verify", "hm.chuyenvien", "verified"))
WAY += (("publish", "hm.chuyenvien", "published"),)


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
def make_need(app, actor_of):
    """``make_need("published", quantity=5)``: a need of hm.hieutruong's school in this state."""

    def make(state="published", **values):
        with app.app_context():
            need = rules.make_need(actor_of("hm.hieutruong"), {**NEED, **values})
            for key, username, reached in WAY:
                if need.state != state:
                    take(need, key, actor_of(username))
                    need = Need.get_by_id(need.id)
                    assert need.state == reached
            return need

    return make
