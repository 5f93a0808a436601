"""What rarely happens and must not go wrong: relatives, guesses, people who leave, a module that is switched off."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.registry.people import Person
from plugins.mentoring import hooks
from plugins.mentoring.models import MODELS
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, OWN_SCHOOL, PARTNER_SCHOOL, Case, CaseRead, Consent
from plugins.mentoring.tables.groups import GroupPupil
from plugins.mentoring.tables.mentors import Match, Meeting
from tests.mentoring.conftest import GOAL, NAME

HOME = "/mentoring"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"silent": "y"}, "Người thân của học sinh không nhận kèm em; thầy/cô chọn “Không nhận”."),
        ({"unrelated": "y"}, "Thầy/cô chưa xác nhận giữ kín chuyện của em."),
    ],
)
def test_a_relative_of_the_child_or_who_promises_nothing_is_not_taken_on(cast, make_match, given, sentence):
    match = make_match(state="proposed")
    answer = cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/accept", "accept", given)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Match.get_by_id(match.id).state == "proposed"


def test_a_relative_who_says_so_leaves_the_child_to_another_and_the_coordinator_is_told(cast, make_match):
    match = make_match(state="proposed")
    reason = {"reason": "Em là cháu họ của tôi"}
    assert cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/decline", "decline", reason).status_code == 303
    assert (Match.get_by_id(match.id).state, Case.get_by_id(match.case_id).state) == ("declined", "open")
    tasks = cast("hm.dieuphoi").soup("/").select_one('[data-panel="home.tasks"]').text
    assert ("Chọn người kèm" in tasks, "cháu họ" in tasks) == (True, False)


@pytest.fixture
def anothers(cast, make_match, make_case):
    """A child whom uh.giaovien helps and of whom something was noted; uh.dieuphoi helps another."""
    match = make_match("uh.giaovien")
    cast("uh.giaovien").submit(f"{HOME}/matches/{match.id}/log", "log", {"done": "Ôn bài", "minutes": "45"})
    make_match("uh.dieuphoi", case=make_case(state="open"))
    return match


def test_the_address_of_anothers_child_is_not_there_and_no_look_is_written_down(cast, anothers):
    looks = CaseRead.select().count()
    case, match = f"{HOME}/cases/{anothers.case_id}", f"{HOME}/matches/{anothers.id}"
    parts = ("", "/consents", "/reads", "/papers", "/papers/diary.docx", "/papers/consent.docx", "/aid", "/review")
    found = {address: cast("uh.dieuphoi").get(address).status_code for address in (case + part for part in parts)}
    found |= {f"{match}/meetings/{Meeting.get().id}": cast("uh.dieuphoi").get(match).status_code}
    assert set(found.values()) == {404}
    assert CaseRead.select().count() == looks


def test_who_mentors_a_child_is_no_keeper_and_no_look_is_written_down(cast, anothers):
    looks = CaseRead.select().count()
    case = f"{HOME}/cases/{anothers.case_id}"
    parts = ("/consents", "/reads", "/papers", "/papers/diary.docx", "/copy.xlsx", "/aid", "/edit", "/restricted")
    assert {cast("uh.giaovien").get(case + part).status_code for part in parts} == {403}
    assert CaseRead.select().count() == looks


@pytest.mark.parametrize("step", ["pause", "finish"])
def test_a_homeroom_teacher_neither_pauses_nor_ends_a_match_and_sees_no_form_of_it(cast, anothers, step):
    assert cast("hm.giaovien").get(f"{HOME}/matches/{anothers.id}/{step}").status_code == 403
    assert cast("hm.dieuphoi").get(f"{HOME}/matches/{anothers.id}/{step}").status_code == 200


def test_a_code_of_another_school_in_a_joint_group_leads_to_nobodys_case(cast, make_case, make_group):
    case, group = make_case(state="open"), make_group()
    here, partner = f"{HOME}/groups/{group.id}", cast("uh.dieuphoi")
    pupil = {"code": case.code, "name": "Em khác", "form_given": "20/11/2026"}
    assert partner.submit(f"{here}/pupils/new", "pupil", pupil).status_code == 303
    looks = CaseRead.select().count()
    answer = partner.get(f"{here}/pupils/{GroupPupil.get().id}/form.docx")
    assert (answer.status_code, CaseRead.select().count()) == (200, looks)


@pytest.mark.parametrize("code", ["HS 6A-02", "hs 6a-01 ", ""])
def test_a_code_that_is_not_the_cases_erases_nothing(cast, make_case, code):
    case = make_case(state="open")
    answer = cast("hm.hieutruong").submit(f"{HOME}/cases/{case.id}/erase", "erase", {"code": code})
    assert (answer.status_code, Case.get_by_id(case.id).state) == (422, "open")


def test_a_mentor_who_is_forgotten_pauses_the_match_and_the_coordinator_decides(app, cast, make_match, person):
    match = make_match()
    with app.app_context():
        hooks.person_erased(person("uh.giaovien"))
    assert Match.get_by_id(match.id).state == "paused"
    tasks = cast("hm.dieuphoi").soup("/").select_one('[data-panel="home.tasks"]').text
    assert ("Cho kèm tiếp hoặc kết thúc" in tasks, match.case.code in tasks) == (True, True)


def rows_of():
    """How many rows each table of the module has, but for the log of looks, which goes on."""
    return {model.__name__: model.select().count() for model in MODELS if model is not CaseRead}


@pytest.fixture
def joint(cast, make_case, make_match, make_group):
    """A child whom the partner school helps and gives something, with a planned time; a group of both schools."""
    case = make_case(state="open", scope=OWN_SCHOOL | PARTNER_SCHOOL | AID)
    match = make_match(case=case)
    partner = Person.get(Person.username == "uh.hieutruong").school_id
    form = {"kind": "goods", "what": "Xe đạp", "quantity": "1", "giver": str(partner)}
    cast("hm.giaovien").submit(f"{HOME}/cases/{case.id}/aid", "aid", form)
    Meeting.create(match=match, on=today() + timedelta(days=2), starts=480, minutes=45)
    group = make_group()
    return match, [
        *((name, f"{HOME}/matches/{match.id}") for name in ("uh.giaovien",)),
        *((name, f"{HOME}/cases/{case.id}") for name in ("uh.giaovien",)),
        ("uh.hieutruong", f"{HOME}/aid/{Aid.get().id}"),
        ("uh.hieutruong", f"{HOME}/groups/{group.id}"),
    ]


@pytest.mark.parametrize("district", ["HM", "UH"])
def test_a_district_that_switches_the_module_off_in_the_middle_loses_nothing_and_shows_nothing(
    cast, switch, joint, district
):
    match, pages = joint
    before = rows_of()
    assert {cast(name).get(address).status_code for name, address in pages} == {200}
    switch("mentoring", district, False)
    assert {cast(name).get(address).status_code for name, address in pages} == {404}
    for name in ("uh.giaovien", "uh.hieutruong"):
        for address in ("/", f"{HOME}/pupils", f"{HOME}/aid", f"{HOME}/groups", "/calendar/list"):
            answer = cast(name).get(address).text
            told = [text for text in ("mentoring/matches/", "Xe đạp", "Ôn thi Toán 9", GOAL, NAME) if text in answer]
            assert (name, address, told) == (name, address, [])
    switch("mentoring", district, True)
    assert {cast(name).get(address).status_code for name, address in pages} == {200}
    assert (rows_of(), Match.get_by_id(match.id).state) == (before, "active")


def test_duties_go_on_while_the_module_is_off(app, switch, make_match):
    ends, closed = make_match(), make_match("uh.dieuphoi")
    Consent.update(expires_on=today() - timedelta(days=1)).where(Consent.case == ends.case_id).execute()
    Case.update(state="closed", erase_on=today()).where(Case.id == closed.case_id).execute()
    switch("mentoring", "HM", False)
    with app.app_context():
        done = [list(hooks.duties(District.get(District.code == "HM"), today())) for _turn in range(2)]
    assert [Case.get_by_id(match.case_id).state for match in (ends, closed)] == ["frozen", "anonymised"]
    assert done == [["1 cases frozen: no consent in force", "1 cases erased"], []]
    assert Match.get_by_id(ends.id).state == "paused"
