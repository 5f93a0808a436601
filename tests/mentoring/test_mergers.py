"""Schools become one: nobody's case, mentor, group or gift is left at a school that is no more."""

import pytest

from intranet.kernel.clock import today
from intranet.kernel.database import is_postgres
from intranet.registry.schools import School
from intranet.registry.twinning import TWINNED, Pairing
from intranet.schools.life_cycle import merge_school
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from plugins.mentoring.aid import rules as aid
from plugins.mentoring.cases import erasing, rules
from plugins.mentoring.groups import rules as groups
from plugins.mentoring.handovers import rules as handovers
from plugins.mentoring.models import MODELS
from plugins.mentoring.numbers import activities
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, OWN_SCHOOL, PARTNER_SCHOOL, Case, CaseRead
from plugins.mentoring.tables.groups import Group, GroupPupil
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Meeting, Mentor
from tests.mentoring.conftest import FORM, NAME

ALL = OWN_SCHOOL | PARTNER_SCHOOL | AID


@pytest.fixture
def merge(app, person):
    """``merge("hm.hieutruong", "hm2.hieutruong")``: the school of the one becomes part of that of the other."""

    def go(username, into):
        school, successor = (School.get_by_id(person(name).school_id) for name in (username, into))
        with app.app_context():
            merge_school(school, successor, person_id=None)
        return school, successor

    return go


@pytest.fixture
def filled(app, actor_of, person, make_case, make_match):
    """The first school of Hoàng Mai with a case, a mentor, a group and a gift, all under way."""
    case = make_case(state="open", scope=ALL)
    make_match(case=case)
    with app.app_context():
        keeper = actor_of("hm.dieuphoi")
        values = {"kind": "goods", "what": "Xe đạp", "quantity": 1, "unit": "", "worth": 0, "donor": "Hội", "why": ""}
        aid.request(case, {**values, "giver_id": None}, keeper)
        plan = {
            "kind": "exam",
            "title": "Ôn thi",
            "subject": "Toán",
            "grade": 9,
            "periods_a_week": 2,
            "timetable": "",
            "place": "",
            "starts_on": today(),
            "ends_on": today(),
            "teacher_id": person("hm.giaovien").id,
            "pairing_id": Pairing.get(Pairing.first_school == keeper.school_id, Pairing.state.in_(TWINNED)).id,
        }
        group = groups.create(keeper, plan)
        GroupPupil.create(group=group, school=keeper.school_id, code=case.code)
    return Case.get_by_id(case.id)


def left_at(school):
    """Where rows still name the school, as (table, column); who read in its name stays."""
    return [
        (model.__name__, field.name)
        for model in MODELS
        for field in model._meta.sorted_fields
        if getattr(field, "rel_model", None) is School and model is not CaseRead
        if model.select().where(field == school).exists()
    ]


def test_everything_is_the_successors_and_waits_there(cast, filled, merge):
    school, successor = merge("hm.hieutruong", "hm2.hieutruong")
    assert left_at(school) == []
    assert Waiting.select().where(Waiting.module == "mentoring", Waiting.school == school).count() == 0
    assert {Case.get().school_id, Match.get().school_id, Group.get().school_id, Aid.get().school_id} == {successor.id}
    keeper = cast("hm2.hieutruong")
    assert NAME in keeper.get(f"/mentoring/cases/{filled.id}").text
    assert keeper.get(f"/mentoring/groups/{Group.get().id}").status_code == 200
    assert "Xe đạp" in keeper.get("/mentoring/aid").text
    told = Notice.get(Notice.url == "/mentoring/cases", Notice.title.contains("khi gộp"))
    assert told.title == "Trường nhận 1 hồ sơ học sinh khi gộp; 0 em mang mã mới"


def test_a_partners_mentor_goes_on_with_the_child(cast, filled, merge):
    merge("hm.hieutruong", "hm2.hieutruong")
    match = Match.get()
    assert match.state == "active"
    assert filled.code in cast("uh.giaovien").soup(f"/mentoring/matches/{match.id}").text


def test_a_code_that_the_successor_has_already_is_given_anew(app, actor_of, filled, merge):
    with app.app_context():
        teacher = actor_of("hm2.giaovien")
        other = rules.nominate(
            teacher, {**FORM, "birth_date": "2014-05-02", "homeroom_id": teacher.person_id}, ["Đọc trôi chảy"]
        )
    assert other.code == filled.code
    merge("hm.hieutruong", "hm2.hieutruong")
    assert (Case.get_by_id(filled.id).code, Case.get_by_id(other.id).code) == ("HS 6A-02", "HS 6A-01")
    with app.app_context():
        assert (
            rules.nominate(
                actor_of("hm2.giaovien"),
                {**FORM, "birth_date": "2014-05-03", "homeroom_id": teacher.person_id},
                ["Đọc trôi chảy"],
            ).code
            == "HS 6A-03"
        )
        # The group knows the child itself, not the other one whose code it wrote.
        erasing.forget(Case.get_by_id(other.id), None)
        assert GroupPupil.get().code == filled.code
        erasing.forget(Case.get_by_id(filled.id), None)
    assert GroupPupil.get().code == f"HS #{filled.id}"


def test_two_schools_that_help_one_another_are_one(app, actor_of, person, make_case, make_match, merge, offer):
    """Nobody is one's own partner: the mentor comes from the own school now, for which the family has to agree."""
    asked = make_case(state="open", scope=ALL)
    unasked = make_case(state="open", scope=PARTNER_SCHOOL, birth_date="2014-06-01")
    offer("uh.giaovien", most=4)
    matches = [make_match(case=case) for case in (asked, unasked)]
    successor = School.get_by_id(person("hm2.hieutruong").school_id)
    with app.app_context():
        # As if they were of one district: only such schools merge.
        Match.update(mentor_school=successor).execute()
        Mentor.update(school=successor).execute()
        teacher = person("uh.giaovien")
        teacher.school = successor
        teacher.save()
        values = {"to_school_id": successor.id, "with_notes": False, "message": "x"}
        actor = actor_of("hm.hieutruong")
        handovers.offer(asked, values, actor)
    merge("hm.hieutruong", "hm2.hieutruong")
    assert [Match.get_by_id(match.id).state for match in matches] == ["active", "paused"]
    assert Handover.get().state == "taken_back"


def test_what_was_told_of_a_pair_is_told_of_the_successor(app, make_case, make_match, offer, merge):
    offer("uh.giaovien", most=9)
    for _number in range(5):
        match = make_match(case=make_case(state="open"))
        Meeting.create(match=match, on="2026-09-07", state="held", person=match.mentor_id)
    with app.app_context():
        before = [(known.on, known.measures[0].quantity) for known in activities.facts()]
    _school, successor = merge("hm.hieutruong", "hm2.hieutruong")
    with app.app_context():
        after = list(activities.facts())
    assert [(known.on, known.measures[0].quantity) for known in after] == before
    assert [known.receiver_id for known in after] == [successor.id]


def test_a_merger_locks_the_cases_before_it_touches_a_match(app, filled, merge, queries):
    with queries() as run:
        merge("hm.hieutruong", "hm2.hieutruong")
    locks = [at for at, sql in enumerate(run) if sql.endswith("FOR UPDATE") and 'FROM "mentoring_case"' in sql]
    touched = next(at for at, sql in enumerate(run) if sql.startswith('UPDATE "mentoring_match"'))
    # SQLite has one writer at a time, and no locks on rows.
    assert [at < touched for at in locks[:1]] == ([True] if is_postgres() else [])
