"""The pair of Yên Sở and Hồng Quang, and meetings of it."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import now
from intranet.meetings import rules
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing


@pytest.fixture
def pair(app):
    """The pair of the accounts' first schools."""
    with app.app_context():
        return Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))


@pytest.fixture
def plan(app, pair):
    """``plan("Họp chuyên môn", hours=-3)``: a meeting that begins in so many hours, planned by Yên Sở's principal."""

    def write(title, hours=48, length=2, pairing=pair, **values):
        # As forms give it: to the minute.
        starts_at = now().replace(second=0) + timedelta(hours=hours)
        plain = {
            "kind": "meeting",
            "title": title,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=length),
            "place": "Phòng hội đồng",
            "link": "",
            "host": pairing.first_school_id,
            "giver": None,
            "clause": None,
            "agenda": "",
        }
        with app.app_context():
            principal = Person.get(Person.username == "hm.hieutruong")
            return rules.plan_meeting(pairing, plain | values, person_id=principal.id)

    return write
