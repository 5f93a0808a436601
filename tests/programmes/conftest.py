"""Programmes, their papers and their districts, by the names that the tests use."""

import pytest

from intranet.kernel import jobs
from intranet.kernel.text import sort_key
from intranet.registry.agreements import Memorandum
from intranet.registry.districts import District
from intranet.registry.people import LEADER, OFFICER, Membership, Person
from intranet.registry.twinning import DRAFT, RUNNING, Programme, ProgrammeDistrict
from intranet.testing import form_values


@pytest.fixture
def programme(app):
    """The demo's running programme."""
    return Programme.get(Programme.state == RUNNING)


@pytest.fixture
def following(app):
    """The demo's programme that is still prepared."""
    return Programme.get(Programme.state == DRAFT)


@pytest.fixture
def memorandum(following):
    """The memorandum of the prepared programme, which lies with both offices."""
    return Memorandum.get(Memorandum.programme == following)


@pytest.fixture
def districts(app):
    """The ids of the demo's districts by code."""
    return {district.code: district.id for district in District.select()}


@pytest.fixture
def third(programme):
    """A third district in the running programme, with a leader and an officer of its own."""
    name = "Huyện Thanh Trì"
    district = District.create(
        code="TT", kind="huyen", name=name, office_name="Phòng GD&ĐT huyện Thanh Trì", sort_key=sort_key(name)
    )
    ProgrammeDistrict.create(programme=programme, district=district)
    password = Person.get(Person.username == "hm.lanhdao").password_hash
    for end, role in (("lanhdao", LEADER), ("chuyenvien", OFFICER)):
        person = Person(district=district, username=f"tt.{end}", name=f"Lê Thị {end}", password_hash=password)
        person.set_keys()
        person.save()
        Membership.create(person=person, role=role, district=district)
    return district


@pytest.fixture
def press(app):
    """``press(browser, record, "agree", reason=…)`` takes a step by the button on the record's page."""

    def take(browser, record, key, **typed):
        kind = type(record)._meta.table_name
        address = f"/steps/{kind}/{record.id}/{key}"
        page = f"/programmes/{record.id}" if kind == "programme" else f"/programmes/memoranda/{record.id}"
        form = browser.soup(page).find("form", {"action": address})
        if form is None:
            form = browser.soup(address).find("form", {"data-form": "step"})
        return browser.post(address, data=form_values(form) | typed)

    return take


@pytest.fixture
def work(app):
    """Do the jobs that are due."""

    def run():
        with app.app_context():
            return jobs.run_due()

    return run
