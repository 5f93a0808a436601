"""People go on working across a change: signed in, in their office's heir or wherever they were put."""

from datetime import date

import pytest

from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.units import PersonPlacement, UnitChange
from intranet.units.undoing import undo_change


def place_of(browser):
    """What the header says of where the person acts."""
    return browser.soup("/account").select_one(".menu-who").get_text("|", strip=True).partition("|")[2]


@pytest.fixture
def ended(history, cast):
    """Hoàng Mai is dissolved while its people are signed in; ``where`` says who does not go to the heir."""

    def end(**where):
        browsers = {name: cast(name) for name in ("hm.chuyenvien", "hm.lanhdao", "hm.hieutruong")}
        before = {name: place_of(browser) for name, browser in browsers.items()}
        change = history.two_tiers("HM")
        history.choose(change)
        for name, target in where.items():
            mine = Membership.select().join(Person).where(Person.username == name.replace("_", "."))
            PersonPlacement.update(target=target and history.target(change, target)).where(
                PersonPlacement.change == change, PersonPlacement.membership.in_(mine)
            ).execute()
        return browsers, before, history.take_effect(change)

    return end


def test_who_is_signed_in_goes_on_in_the_new_unit_without_signing_in_again(ended):
    browsers, before, _change = ended(hm_lanhdao="Phường Lĩnh Nam")
    assert {name: place_of(browser) for name, browser in browsers.items()} == {
        "hm.chuyenvien": before["hm.chuyenvien"].replace("Quận Hoàng Mai", "Phường Hoàng Mai"),
        "hm.lanhdao": before["hm.lanhdao"].replace("Quận Hoàng Mai", "Phường Lĩnh Nam"),
        "hm.hieutruong": before["hm.hieutruong"],
    }


def test_an_office_keeps_what_it_did_under_the_old_name(ended):
    ended()
    rows = (
        Membership.select(District.name, Membership.starts_on, Membership.ends_on, Membership.end_reason)
        .join(District)
        .switch(Membership)
        .join(Person)
        .where(Person.username == "hm.chuyenvien")
        .order_by(Membership.id)
    )
    assert list(rows.tuples()) == [
        ("Quận Hoàng Mai", None, date(2025, 6, 30), "unit"),
        ("Phường Hoàng Mai", date(2025, 7, 1), None, ""),
    ]


def test_who_is_not_transferred_has_no_office_any_more_and_still_has_the_account(ended):
    browsers, _before, _change = ended(hm_chuyenvien=None)
    browser = browsers["hm.chuyenvien"]
    assert (browser.get("/account").status_code, browser.get("/schools").status_code) == (200, 403)


def test_taken_back_everybody_is_where_they_were_signed_in_as_before(ended):
    browsers, before, change = ended(hm_lanhdao="Phường Lĩnh Nam")
    undo_change(UnitChange.get_by_id(change.id), person_id=None)
    assert {name: place_of(browser) for name, browser in browsers.items()} == before
    assert Membership.select().where(Membership.end_reason == "unit").count() == 0
