"""The demo shows children in every state of a case, whom the partner school's mentors help."""

import pytest

from plugins.mentoring import demo
from plugins.mentoring.cases.life_cycle import STATE_LABELS
from plugins.mentoring.tables.cases import Case
from plugins.mentoring.tables.mentors import Match, Meeting


@pytest.fixture
def seeded(app):
    """The demo's children, whom the tests' own lacks."""
    with app.app_context():
        assert Case.select().count() == 0
        demo.build(canaries=False)


def test_every_state_has_a_child_and_no_name_stands_in_clear(seeded):
    assert {case.state for case in Case.select()} == STATE_LABELS.keys()
    assert [case.name for case in Case.select() if "Nguyễn" in case.name] == []


def test_partners_help_at_least_five_pupils_and_logs_are_there(seeded):
    across = Match.select(Match.case).where(Match.school != Match.mentor_school, Match.state == "active").distinct()
    assert across.count() >= 5
    assert {meeting.state for meeting in Meeting.select()} == {"planned", "held", "cancelled"}


def test_the_pages_of_the_demo_open(cast, seeded):
    for username in ("uh.hieutruong", "hm.giaovien"):
        browser = cast(username)
        for url in ("/", "/mentoring/cases", "/mentoring/pupils", "/mentoring/mentors"):
            assert browser.get(url).status_code == 200
