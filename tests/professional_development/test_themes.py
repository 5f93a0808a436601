"""Each office words the themes of its district; what it drops stays with the sessions that have it."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import midnight, today
from intranet.shared.audit import AuditEntry
from intranet.testing import form_values
from plugins.professional_development.models import Session, Theme
from plugins.professional_development.sessions.kinds import THEMES

HOME = "/professional-development"


def offered(cast, name="hm.dieuphoi", page="new?kind=topic"):
    return [option.text for option in cast(name).soup(f"{HOME}/sessions/{page}").select("#theme option")][1:]


def test_a_district_begins_with_the_themes_of_the_programme(cast):
    assert offered(cast) == list(THEMES)


def test_the_office_renames_adds_drops_and_reorders_by_lines(app, cast):
    lines = f"Chuyển đổi số\n\n  {THEMES[3]}  \n{THEMES[0]}\nChuyển đổi số"
    assert cast("hm.chuyenvien").submit(f"{HOME}/themes", "themes", {"themes": lines}).status_code == 303
    assert offered(cast) == ["Chuyển đổi số", THEMES[3], THEMES[0]]
    assert offered(cast, "uh.dieuphoi") == list(THEMES)
    assert AuditEntry.select().where(AuditEntry.action == "professional_development.themes").count() == 1


def test_a_theme_that_comes_back_is_the_same_one(cast):
    known = {theme.label: theme.id for theme in Theme.select().where(Theme.district == 1)}
    for lines in (THEMES[0], f"{THEMES[1]}\n{THEMES[0]}"):
        cast("hm.lanhdao").submit(f"{HOME}/themes", "themes", {"themes": lines})
    assert {theme.label: theme.id for theme in Theme.select().where(Theme.district == 1)} == known


def test_a_dropped_theme_stays_with_its_session(app, cast, make_session):
    theme = Theme.get(Theme.label == THEMES[2], Theme.district == 1)
    # At an hour of the day at which its form can say when it ends.
    start = midnight(today() + timedelta(days=3)) + timedelta(hours=14)
    session = make_session(theme_id=theme.id, starts_at=start, ends_at=start + timedelta(hours=2))
    cast("hm.chuyenvien").submit(f"{HOME}/themes", "themes", {"themes": THEMES[0]})
    assert offered(cast) == [THEMES[0]]
    page = f"{HOME}/sessions/{session.id}/edit"
    assert offered(cast, page=f"{session.id}/edit") == [THEMES[0], THEMES[2]]
    values = form_values(cast("hm.dieuphoi").soup(page).find("form", {"data-form": "session"}))
    assert cast("hm.dieuphoi").post(page, data=values | {"title": "Tên khác"}).status_code == 303
    assert (Session.get_by_id(session.id).theme_id, Session.get_by_id(session.id).title) == (theme.id, "Tên khác")


@pytest.mark.parametrize("lines", ["", " \n ", "x" * 121])
def test_a_list_that_says_nothing_or_too_much_is_asked_for_again(cast, lines):
    assert cast("hm.chuyenvien").submit(f"{HOME}/themes", "themes", {"themes": lines}).status_code == 422
    assert offered(cast) == list(THEMES)


def test_the_list_is_the_offices(cast):
    seen = {name: cast(name).get(f"{HOME}/themes").status_code for name in ("hm.lanhdao", "hm.hieutruong", "hm.xem")}
    assert seen == {"hm.lanhdao": 200, "hm.hieutruong": 403, "hm.xem": 403}
