"""What mentors see of a child, and when they no longer see it."""

from datetime import timedelta

import pytest
from flask import Flask

from intranet.kernel.clock import today
from intranet.registry.people import TEACHER, Membership, Person
from intranet.registry.schools import School
from plugins.mentoring.cases import copies
from plugins.mentoring.cases.privacy import sees_circumstances, sees_name, sees_restricted
from plugins.mentoring.tables.cases import OWN_SCHOOL, PARTNER_SCHOOL, Case, Consent
from plugins.mentoring.tables.mentors import Match


def visible(case, actor):
    return Case.select().where(Case.id == case.id, Case.visible_to(actor)).exists()


def seen(app: Flask, case, actor):
    """(visible, name, circumstances, restricted notes)."""
    with app.app_context():
        fresh = Case.get_by_id(case.id)
        return (
            visible(fresh, actor),
            sees_name(actor, fresh),
            sees_circumstances(actor, fresh),
            sees_restricted(actor, fresh),
        )


@pytest.fixture
def colleague(app, person, actor_of):
    """A second teacher of the child's school who looks after no case, acting there."""
    teacher = person("hm2.giaovien")
    school = School.get_by_id(person("hm.giaovien").school_id)
    Membership.update(school=school).where(Membership.person == teacher).execute()
    Person.update(school=school).where(Person.id == teacher.id).execute()
    with app.app_context():
        return actor_of("hm2.giaovien")


def test_a_mentor_of_the_own_school_sees_name_and_goals(app, colleague, make_match):
    match = make_match("hm2.giaovien")
    assert seen(app, match.case, colleague) == (True, True, False, False)


def test_a_colleague_who_is_no_mentor_sees_nothing(app, colleague, make_case):
    assert seen(app, make_case(state="open"), colleague) == (False, False, False, False)


def test_a_mentor_of_the_partner_school_sees_no_name(app, make_match, actor_of):
    match = make_match("uh.giaovien")
    assert seen(app, match.case, actor_of("uh.giaovien")) == (True, False, False, False)


@pytest.mark.parametrize(
    "change",
    [
        {"scope": OWN_SCHOOL},
        {"withdrawn_on": today()},
        {"expires_on": today() - timedelta(days=1)},
        {"given_on": today() + timedelta(days=1)},
    ],
)
def test_without_a_consent_of_that_scope_mentors_see_nothing(app, make_match, actor_of, change):
    match = make_match("uh.giaovien")
    Consent.update(change).execute()
    assert seen(app, match.case, actor_of("uh.giaovien")) == (False, False, False, False)


def test_a_consent_for_the_partner_school_is_none_for_the_own_one(app, colleague, make_match):
    match = make_match("hm2.giaovien")
    Consent.update(scope=PARTNER_SCHOOL).execute()
    assert seen(app, match.case, colleague) == (False, False, False, False)


@pytest.mark.parametrize("state", ["frozen", "closed", "anonymised"])
def test_a_case_that_rests_or_is_over_is_no_mentors(app, make_match, actor_of, state):
    match = make_match("uh.giaovien")
    Case.update(state=state).execute()
    assert seen(app, match.case, actor_of("uh.giaovien")) == (False, False, False, False)


def test_a_mentor_who_changed_schools_sees_nothing(app, make_match, actor_of, person):
    match = make_match("uh.giaovien")
    other = person("uh2.giaovien").school_id
    Membership.update(school=other).where(Membership.person == person("uh.giaovien")).execute()
    with app.app_context():
        moved = actor_of("uh.giaovien")
    assert (moved.role, moved.school_id) == (TEACHER, other)
    assert seen(app, match.case, moved) == (False, False, False, False)
    assert Match.get_by_id(match.id).mentor_school_id != other


def test_a_homeroom_teacher_who_changed_schools_sees_nothing(app, make_case, actor_of, person):
    case = make_case(state="open")
    Membership.update(school=person("hm2.giaovien").school_id).where(
        Membership.person == person("hm.giaovien")
    ).execute()
    with app.app_context():
        assert seen(app, case, actor_of("hm.giaovien")) == (False, False, False, False)


def test_the_list_takes_as_many_queries_for_three_cases_as_for_one(cast, make_case, queries):
    browser = cast("hm.dieuphoi")
    make_case(state="open")
    browser.get("/mentoring/cases")
    with queries() as one:
        browser.get("/mentoring/cases")
    make_case(state="open")
    make_case(state="open")
    with queries() as three:
        browser.get("/mentoring/cases")
    assert len(three) == len(one)


def test_a_mentor_of_the_partner_school_reads_why_of_no_child(cast, make_match):
    """Why a child is helped is a circumstance: neither the case nor the match tells it, nor the list of pupils."""
    match = make_match("uh.giaovien")
    for address in (f"/mentoring/cases/{match.case_id}", f"/mentoring/matches/{match.id}", "/mentoring/pupils", "/"):
        page = cast("uh.giaovien").soup(address).get_text(" ", strip=True)
        assert (address, "Hoàn cảnh khó khăn" in page, "Trần Thị" in page) == (address, False, False)


def test_somebodys_own_data_tell_of_children_by_their_codes(app, cast, make_case, person):
    case = make_case()
    cast("hm.giaovien").get(f"/mentoring/cases/{case.id}")
    with app.app_context():
        known = copies.known_of(person("hm.giaovien"))
    assert [row["Mã học sinh"] for rows in known.values() for row in rows] == ["HS 6A-01", "HS 6A-01"]
