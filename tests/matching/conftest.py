"""The programme of the demo, and its suggestions."""

import pytest

from intranet.kernel import jobs
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme
from plugins.matching.models import Calculation, Suggestion


@pytest.fixture
def programme(app):
    """The only programme of the demo, in which both districts take part."""
    return Programme.get()


@pytest.fixture
def officer(cast):
    return cast("hm.chuyenvien")


@pytest.fixture
def suggestion(programme):
    """One of the calculated suggestions: a school of Hoàng Mai first."""
    return Suggestion.select().order_by(Suggestion.id).first()


@pytest.fixture
def calculate(app, officer, programme):
    """Press the button and let the job process work; the calculation."""

    def run(client=officer):
        answer = client.submit(f"/matching/?programme={programme.id}", "calculate")
        assert answer.status_code == 303
        with app.app_context():
            jobs.run_due()
        return Calculation.select().order_by(Calculation.id.desc()).first()

    return run


@pytest.fixture
def unpaired(programme):
    """``unpaired("UH", level)``: schools of a district that have no pair, by id."""

    def find(code, level):
        open_ = [
            school for row in Pairing.select(Pairing.first_school, Pairing.second_school).tuples() for school in row
        ]
        rows = School.select().where(School.id.not_in(open_), School.levels == level).order_by(School.id)
        return [school for school in rows if school.district.code == code]

    return find
