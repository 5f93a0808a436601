"""What the offices that came in place of a unit see of the time before: of their schools, and nobody else's."""

from datetime import date

import pytest

from intranet.contributions import ActivityFacts
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR, Membership, Person
from intranet.registry.schools import School
from intranet.registry.twinning import ACTIVE, CLOSED, Pairing, Programme
from intranet.reports.figures import Period
from intranet.reports.units import by_unit, facts_of, total
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.activities import record_activity
from intranet.shared.readings import NOW, THEN
from intranet.units.undoing import undo_change

HEIR, OTHER = "uh.chuyenvien", "uh.lanhdao"


@pytest.fixture
def acts(app, history):
    """What was done before: to a school that goes to the heir, to one that goes elsewhere, and by the office itself.

    The programme is over by then.
    """
    Programme.update(state=CLOSED).where(Programme.id == 1).execute()
    schools = dict(School.select(School.code, School.id).where(School.code.in_(("01281503", "01281402"))).tuples())
    return {
        **{audit.record("school.update", School.get_by_id(id_), person_id=None): id_ for id_ in schools.values()},
        audit.record("module.on", District.get(District.code == "UH"), person_id=None): None,
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


def test_a_year_that_is_over_reads_the_same_of_then_before_and_after_both_changes(app, history):
    """What was told of it before is told under the units of then, and no number is lost under those of today."""
    period = Period(date(2023, 8, 1), date(2024, 7, 31))
    pairs = list(Pairing.select().where(Pairing.state == ACTIVE).order_by(Pairing.id))
    for number, pair in enumerate(pairs):
        for on, giver in ((date(2023, 10, 5), pair.first_school_id), (date(2024, 3, 5), None)):
            facts = {"kind": "visit", "source_key": f"{number} {on}", "on": on, "title": "Việc", "giver_id": giver}
            places = {"district_id": pair.first_district_id, "pairing_id": pair.id}
            record_activity(ActivityFacts(**facts, **places, school_ids=(pair.first_school_id, pair.second_school_id)))

    def told():
        facts = facts_of(1, Actor(1, role=ADMINISTRATOR), period, period.last_lessons)
        return by_unit(facts, THEN), by_unit(facts, NOW)

    before, same = told()
    assert before == same
    history.take_effect(history.communes_of_2025())
    assert told() == (before, before)
    change = history.two_tiers()
    history.choose(change)
    change = history.take_effect(change)
    then, now = told()
    assert then == before
    assert total(now.values()) == total(before.values())
    assert not now.keys() & before.keys()
    undo_change(change, person_id=None)
    assert told() == (before, before)
