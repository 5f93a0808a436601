"""Ứng Hòa becomes several communes: each has the themes that its schools know, and sessions keep theirs."""

import pytest

from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.units import UnitChange
from intranet.units.undoing import undo_change
from plugins.professional_development.models import Registration, Session, Theme
from plugins.professional_development.sessions.registering import register
from plugins.professional_development.themes.rules import labels, set_themes

OWN = ["Chuyển đổi số", "Dạy lớp ghép"]


@pytest.fixture
def change(request):
    """``change()``: Ứng Hòa is divided; the units by name."""
    return lambda: request.getfixturevalue("reorganised")


@pytest.fixture
def sessions(app, make_session, person):
    """One of THCS Hồng Quang and one of the office, on a theme that the office has dropped since."""
    away = District.get(District.code == "UH")
    school = School.get_by_id(person("uh.hieutruong").school_id)
    with app.app_context():
        set_themes(away, ["Đề tài cũ", *OWN], person_id=1)
        theme = Theme.get(Theme.district == away, Theme.label == "Đề tài cũ")
        found = make_session(theme_id=theme.id), make_session(theme_id=theme.id)
        Session.update(district=away, school=school, partner=None, pairing=None).where(
            Session.id == found[0].id
        ).execute()
        Session.update(district=away, school=None, partner=None, pairing=None).where(
            Session.id == found[1].id
        ).execute()
        set_themes(away, OWN, person_id=1)
    return found


def now(session):
    row = Session.get_by_id(session.id)
    return row.district.name, row.theme.district.name, row.theme.label


def test_each_unit_has_the_themes_of_the_office_before_it(app, sessions, change):
    units = change()
    with app.app_context():
        assert [labels(units[name].id) for name in ("Vân Đình", "Hòa Xá")] == [OWN, OWN]
        # Who leads one of them changes its own list alone.
        set_themes(units["Hòa Xá"], OWN[:1], person_id=1)
        assert labels(units["Vân Đình"].id) == OWN


def test_a_session_goes_where_its_host_goes_and_its_theme_is_one_of_that_place(sessions, change):
    change()
    assert [now(session) for session in sessions] == [
        ("Xã Hòa Xá", "Xã Hòa Xá", "Đề tài cũ"),
        ("Xã Vân Đình", "Xã Vân Đình", "Đề tài cũ"),
    ]
    assert Theme.select().where(Theme.label == "Đề tài cũ", Theme.retired == False).count() == 0  # noqa: E712


def test_taken_back_lists_and_sessions_are_the_districts_again(app, sessions, change):
    before = sorted(Theme.select(Theme.id, Theme.district, Theme.label, Theme.retired).tuples())
    kept = [now(session) for session in sessions]
    change()
    with app.app_context():
        undo_change(UnitChange.get(), person_id=None)
    assert [now(session) for session in sessions] == kept
    assert sorted(Theme.select(Theme.id, Theme.district, Theme.label, Theme.retired).tuples()) == before


def test_who_has_a_place_keeps_it_and_is_where_the_school_is(app, make_session, change, actor_of):
    with app.app_context():
        place = register(make_session(), actor_of("uh.hieutruong"))
    units = change()
    kept = Registration.get_by_id(place.id)
    assert (kept.state, kept.district) == (place.state, units["Hòa Xá"])
