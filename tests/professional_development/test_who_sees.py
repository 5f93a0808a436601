"""docs/access.toml, the part of this module, held against its pages."""

import tomllib
from pathlib import Path

import pytest

from intranet.registry.people import Person
from intranet.registry.twinning import Pairing
from plugins.professional_development.models import (
    OWN_DISTRICT,
    OWN_SCHOOL,
    PARTNER,
    PROGRAMME,
    Difficulty,
    LessonStudy,
    Practice,
)

ROOT = Path(__file__).parents[2]
TABLE = tomllib.loads((ROOT / "docs" / "access.toml").read_text(encoding="utf-8"))["professional_development"]
HOME = "/professional-development"

# Each member of the cast and the relation to a record of the first school of Hoàng Mai.
RELATIONS = {
    "hm.hieutruong": "own_school",
    "hm.dieuphoi": "own_school",
    "hm.giaovien": "own_school",
    "hm.lanhdao": "office",
    "hm.chuyenvien": "office",
    "hm.xem": "office",
    "hm2.hieutruong": "own_district",
    "hm2.giaovien": "own_district",
    "uh.hieutruong": "partner",
    "uh.giaovien": "partner",
    "uh.chuyenvien": "partner_office",
    "uh.xem": "partner_office",
    "uh2.hieutruong": "programme",
    "uh2.giaovien": "programme",
    "hm.moi": "stranger",
}
RUNS = ("hm.hieutruong", "hm.dieuphoi", "hm.lanhdao", "hm.chuyenvien")
VIEWERS = ("hm.xem", "uh.xem")


def granted(kind, *more):
    return {relation for key in ("seen_by", *more) for relation in TABLE[kind][key]}


def opens(cast, path):
    """The relations and people for whom a page opens: {user name: whether}."""
    return {name: cast(name).get(path).status_code == 200 for name in RELATIONS}


def expected(relations, *, viewers=True):
    return {name: relation in relations and (viewers or name not in VIEWERS) for name, relation in RELATIONS.items()}


@pytest.mark.parametrize(
    ("audience", "more"),
    [
        (OWN_SCHOOL, ()),
        (PARTNER, ("for_pair",)),
        (OWN_DISTRICT, ("for_district",)),
        (PROGRAMME, ("for_programme",)),
    ],
)
def test_a_published_session_is_seen_by_those_whom_it_is_for(make_session, cast, audience, more):
    pair = {} if audience == PARTNER else {"pairing_id": None}
    session = make_session(audience=audience, **pair)
    assert opens(cast, f"{HOME}/sessions/{session.id}") == expected(granted("session", *more))


def test_a_draft_of_a_session_is_seen_by_its_school_and_those_who_work_in_its_office(make_session, cast):
    session = make_session(state="draft", audience=PROGRAMME, pairing_id=None)
    assert opens(cast, f"{HOME}/sessions/{session.id}") == expected(granted("session_draft"), viewers=False)


@pytest.mark.parametrize("page", ["people", "people.xlsx", "attendance", "files"])
def test_what_is_inside_a_session_is_for_those_who_run_it(make_session, cast, page):
    session = make_session(audience=PROGRAMME, pairing_id=None)
    path = f"{HOME}/sessions/{session.id}/{page}"
    if page == "files":
        path = f"/files/professional_development_session/{session.id}"
    assert opens(cast, path) == {name: name in RUNS for name in RELATIONS}


@pytest.fixture
def study(app):
    """``study(state=…)``: of the first school, with values of its own."""

    def make(**values):
        leader = Person.get(Person.username == "hm.giaovien")
        return LessonStudy.create(
            district=leader.district_id,
            school=leader.school_id,
            leader=leader,
            title="Hỗn số",
            search_text="",
            **values,
        )

    return make


@pytest.mark.parametrize(
    ("state", "joint", "more"),
    [("taught", False, ()), ("taught", True, ("joint",)), ("shared", False, ("shared",))],
)
def test_a_lesson_study_is_seen_by_the_schools_that_study_and_their_offices(study, cast, state, joint, more):
    leader = Person.get(Person.username == "hm.giaovien")
    pairing = Pairing.get(Pairing.first_school == leader.school_id) if joint else None
    found = study(state=state, pairing=pairing)
    seen = expected(granted("lesson_study", *more), viewers=False)
    for viewer in VIEWERS:
        seen[viewer] = state == "shared" and RELATIONS[viewer] == "office"
    assert opens(cast, f"{HOME}/lesson-studies/{found.id}") == seen


@pytest.mark.parametrize(("username", "status"), [("hm.giaovien", 200), ("hm.chuyenvien", 403), ("hm.lanhdao", 403)])
def test_schools_begin_lesson_studies_and_offices_are_not_asked_for_what_they_may_not_begin(cast, username, status):
    browser = cast(username)
    assert browser.get(f"{HOME}/lesson-studies/new").status_code == status
    answer = browser.post(f"{HOME}/lesson-studies/new", data={"csrf_token": browser.csrf("/account")})
    assert answer.status_code == (422 if status == 200 else 403)


@pytest.fixture
def difficulty(app):
    """``difficulty(routed_to=…)``: of a teacher of the first school."""

    def make(**values):
        author = Person.get(Person.username == "hm.giaovien")
        return Difficulty.create(
            district=author.district_id,
            school=author.school_id,
            person=author,
            title="Luyện nói",
            search_text="",
            **values,
        )

    return make


@pytest.mark.parametrize("routed", [False, True])
def test_a_difficulty_is_seen_in_its_district_and_where_it_is_routed(difficulty, cast, routed):
    partner = Person.get(Person.username == "uh.hieutruong").school_id
    found = difficulty(routed_to=partner, state="routed") if routed else difficulty()
    more = ("routed",) if routed else ()
    assert opens(cast, f"{HOME}/difficulties/{found.id}") == expected(granted("difficulty", *more))


@pytest.mark.parametrize(
    ("page", "takers"),
    [
        ("route", ("hm.chuyenvien",)),
        ("answer", ("hm.chuyenvien", "uh.hieutruong")),
    ],
)
def test_the_forms_of_a_difficulty_open_for_those_whose_step_it_is(difficulty, cast, page, takers):
    partner = Person.get(Person.username == "uh.hieutruong").school_id
    found = difficulty(routed_to=partner, state="routed")
    path = f"{HOME}/difficulties/{found.id}/{page}"
    assert opens(cast, path) == {name: name in takers for name in RELATIONS}
    browser = cast("hm.giaovien")
    answer = browser.post(path, data={"csrf_token": browser.csrf("/account")})
    assert answer.status_code == 403


@pytest.fixture
def practice(app):
    """``practice(state=…)``: of the first school, with values of its own."""

    def make(**values):
        author = Person.get(Person.username == "hm.dieuphoi")
        return Practice.create(
            district=author.district_id,
            school=author.school_id,
            author=author,
            title="Góc đọc",
            sort_key="",
            search_text="",
            **values,
        )

    return make


@pytest.mark.parametrize(
    ("state", "wide", "more"),
    [
        ("draft", True, ()),
        ("published", False, ("published",)),
        ("published", True, ("published", "wide")),
    ],
)
def test_a_practice_is_seen_as_widely_as_it_is_offered(practice, cast, state, wide, more):
    found = practice(state=state, wide=wide)
    seen = expected(granted("practice", *more), viewers=state == "published")
    assert opens(cast, f"{HOME}/practices/{found.id}") == seen
    assert opens(cast, f"/files/professional_development_practice/{found.id}") == seen


def test_a_practice_is_written_by_its_author_and_those_who_lead_its_school(practice, cast):
    path = f"{HOME}/practices/{practice(state='draft').id}/edit"
    assert opens(cast, path) == {name: name in ("hm.hieutruong", "hm.dieuphoi") for name in RELATIONS}
    browser = cast("hm.chuyenvien")
    data = {"csrf_token": browser.csrf("/account"), "title": "Của phòng", "version": "1"}
    assert browser.post(path, data=data).status_code == 403


@pytest.mark.parametrize(
    ("username", "status"), [("hm.giaovien", 403), ("hm.lanhdao", 403), ("hm2.giaovien", 303), ("uh.dieuphoi", 303)]
)
def test_another_school_takes_a_practice_over(practice, cast, username, status):
    found = practice(state="published", wide=True)
    browser = cast(username)
    data = {"csrf_token": browser.csrf("/account"), "note": "Làm ở khối 6"}
    assert browser.post(f"{HOME}/practices/{found.id}/adopt", data=data).status_code == status
