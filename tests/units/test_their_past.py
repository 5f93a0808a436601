"""What the offices that came in place of a unit see of the time before: of their schools, and nobody else's."""

import pytest

from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.registry.twinning import CLOSED, Programme
from intranet.shared import audit

HEIR, OTHER = "uh.chuyenvien", "uh.lanhdao"


@pytest.fixture
def acts(app, history):
    """What was done before: to a school that goes to the heir, to one that goes elsewhere, and by the office itself.

    The programme is over by then.
    """
    Programme.update(state=CLOSED).where(Programme.id == 1).execute()
    schools = dict(School.select(School.code, School.id).where(School.code.in_(("01281503", "01281402"))).tuples())
    return {
        **{audit.record("school.update", School.get_by_id(id_), person_id=None).id: id_ for id_ in schools.values()},
        audit.record("module.on", District.get(District.code == "UH"), person_id=None).id: None,
    }


@pytest.fixture
def offices(app, acts, replayed):
    """{unit: who works in its office} of the heir, and of where the first of the schools went."""
    heir = District.get(District.name == "Xã Vân Đình")
    others = [School.get_by_id(id_).district_id for id_ in acts.values() if id_ is not None]
    other = next(id_ for id_ in others if id_ != heir.id)
    Membership.update(district=other).where(
        Membership.person == Person.get(Person.username == OTHER), Membership.ends_on.is_null()
    ).execute()
    return {heir.id: HEIR, other: OTHER}


def test_an_office_reads_the_log_of_its_schools_and_the_heir_that_of_the_office_too(acts, offices, cast):
    heir = next(iter(offices))
    for unit, username in offices.items():
        for entry, school in acts.items():
            here = unit == heir if school is None else School.get_by_id(school).district_id == unit
            assert cast(username).get(f"/audit/{entry}").status_code == (200 if here else 404), (username, school)
    for username, status in (("admin", 200), ("hm.chuyenvien", 404)):
        assert [cast(username).get(f"/audit/{entry}").status_code for entry in acts] == [status] * 3


def test_an_office_reads_its_schools_history_and_the_programme_that_was_over_before(acts, offices, cast):
    for unit, username in offices.items():
        for school in filter(None, acts.values()):
            status = 200 if School.get_by_id(school).district_id == unit else 404
            assert cast(username).get(f"/history/school/{school}").status_code == status
        assert cast(username).get("/programmes/1").status_code == 200
        assert cast(username).soup("/reports/units?programme=1").find(attrs={"data-panel": "reports.units"})
