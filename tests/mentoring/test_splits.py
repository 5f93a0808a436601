"""A school is split: a child's case goes whole to the new school, and only who may goes on helping."""

import pytest

from intranet.kernel.clock import today
from intranet.registry.schools import School
from intranet.registry.twinning import TWINNED, Pairing
from intranet.schools.open_work import counted, open_work
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from plugins.mentoring.aid import rules as aid
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, OWN_SCHOOL, PARTNER_SCHOOL, Case, Consent
from plugins.mentoring.tables.groups import GroupPupil
from plugins.mentoring.tables.mentors import Match, Mentor
from tests.mentoring.conftest import NAME

ALL = OWN_SCHOOL | PARTNER_SCHOOL


@pytest.fixture
def pair(person):
    return Pairing.get(Pairing.first_school == person("hm.hieutruong").school_id, Pairing.state.in_(TWINNED))


def test_the_office_chooses_by_the_code_and_learns_no_name(app, cast, make_case):
    case = make_case(state="open")
    page = cast("hm.chuyenvien").get(f"/schools/{case.school_id}/split").text
    assert (case.code in page, NAME in page) == (True, False)
    with app.app_context():
        school = School.get_by_id(case.school_id)
        assert open_work(school)[f"mentoring:case:{case.id}"].label == case.code


def test_an_office_is_told_no_number_of_children_below_five(app, make_case):
    case = make_case(state="open")
    with app.app_context():
        school = School.get_by_id(case.school_id)
        while (count := Case.select().where(Case.school == school, Case.state == "open").count()) < 5:
            told = dict(counted(school))["Hồ sơ giúp đỡ học sinh"]
            assert told == "dưới 5"
            make_case(state="open")
        assert dict(counted(school))["Hồ sơ giúp đỡ học sinh"] == str(count)


def test_a_case_goes_whole_and_the_consent_ends_when_it_would_have(cast, make_case, make_match, pair, split_off):
    match = make_match(case=make_case(state="open", scope=ALL))
    until = Consent.get(Consent.case == match.case).expires_on
    people = ["hm.hieutruong", "hm.giaovien"]
    old, new = split_off("hm.hieutruong", people=people, pairs=[pair.id], work=[f"mentoring:case:{match.case_id}"])
    case, moved = Case.get_by_id(match.case_id), Match.get_by_id(match.id)
    assert (case.school_id, moved.school_id, moved.state, moved.pairing_id) == (new.id, new.id, "active", pair.id)
    assert Consent.get(Consent.case == case).expires_on == until
    assert NAME in cast("hm.hieutruong").get(f"/mentoring/cases/{case.id}").text
    assert cast("hm.dieuphoi").get(f"/mentoring/cases/{case.id}").status_code == 404
    assert case.code in cast("uh.giaovien").get(f"/mentoring/matches/{match.id}").text
    assert not Waiting.select().where(Waiting.module == "mentoring", Waiting.school == old).exists()
    told = Notice.select(Notice.title).where(Notice.url == "/mentoring/cases", Notice.title.contains("sang"))
    assert {title for (title,) in told.tuples()} == {f"1 hồ sơ học sinh của {old.name} sang {new.name}"}


def test_without_the_pair_the_partners_mentor_goes_on_with_nobody(make_case, make_match, split_off):
    match = make_match(case=make_case(state="open", scope=ALL))
    split_off("hm.hieutruong", work=[f"mentoring:case:{match.case_id}"])
    assert (Match.get_by_id(match.id).state, Case.get_by_id(match.case_id).state) == ("ended", "open")


@pytest.mark.parametrize(("people", "state"), [(["hm.dieuphoi"], "active"), ([], "ended")])
def test_an_own_mentor_goes_on_where_both_go(person, make_case, make_match, split_off, people, state):
    match = make_match("hm.dieuphoi", case=make_case(state="open", scope=ALL))
    _old, new = split_off("hm.hieutruong", people=people, work=[f"mentoring:case:{match.case_id}"])
    there = new.id if people else person("hm.dieuphoi").school_id
    assert Mentor.get(Mentor.person == person("hm.dieuphoi")).school_id == there
    found = Match.get_by_id(match.id)
    assert (found.state, found.mentor_school_id) == (state, there)


def test_a_mentor_who_left_helps_no_child_that_stayed(make_case, make_match, split_off):
    match = make_match("hm.dieuphoi", case=make_case(state="open", scope=ALL))
    split_off("hm.hieutruong", people=["hm.dieuphoi"])
    assert Match.get_by_id(match.id).state == "ended"


def test_the_groups_of_the_old_school_go_on_without_the_child(make_case, make_group, split_off):
    case, group = make_case(state="open"), make_group()
    place = GroupPupil.create(group=group, school=case.school_id, case=case, code=case.code)
    split_off("hm.hieutruong", work=[f"mentoring:case:{case.id}"])
    assert GroupPupil.get_by_id(place.id).left_on == today()


def test_a_gift_promised_under_a_pair_is_for_whoever_has_the_pair(app, actor_of, person, make_case, pair, split_off):
    case = make_case(state="open", scope=ALL | AID)
    given = {"kind": "goods", "what": "Xe đạp", "quantity": 1, "unit": "", "worth": 0, "donor": "", "why": ""}
    with app.app_context():
        gift = aid.request(case, {**given, "giver_id": pair.second_school_id}, actor_of("hm.dieuphoi"))
    _old, new = split_off("uh.hieutruong", pairs=[pair.id])
    assert Aid.get_by_id(gift.id).giver_id == new.id
