"""A pair of the demo in the state that a test needs, and its two principals."""

import pytest

from intranet.pairings import pledge
from intranet.registry.people import Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.schools import School
from intranet.registry.twinning import MET, Pairing
from intranet.shared import pledges, steps

FIRST, SECOND = "hm.hieutruong", "uh.hieutruong"


@pytest.fixture
def pair(app):
    """The pair of Yên Sở and Hồng Quang, met and writing its pledge, with nothing promised yet."""
    with app.app_context():
        pairing = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
        PledgeClause.delete().where(PledgeClause.pairing == pairing).execute()
        Pairing.update(state=MET, pledge_preamble="", signed_on=None).where(Pairing.id == pairing.id).execute()
        pairing = Pairing.get_by_id(pairing.id)
        steps.refresh(pairing)
        pledges.recount(pairing.id)
        return Pairing.get_by_id(pairing.id)


@pytest.fixture
def clause(app, pair):
    """``clause("Ba tiết dạy minh họa", quantity=3)``: a promise of the first school to the second."""

    def add(text, **values):
        plain = {"side": "first", "quantity": None, "unit": "", "due_on": None, "activity_kind": "", "evidence": ""}
        with app.app_context():
            first = Person.get(Person.username == FIRST)
            return pledge.add_clause(pair, plain | {"text": text} | values, person_id=first.id)

    return add
