"""A mentor offers, is suggested, asked and approved; what each may see of the child, and when that ends."""

import pytest

from intranet.kernel.database import is_postgres
from intranet.registry.people import Person
from intranet.shared.notices import Notice
from intranet.shared.steps import take
from plugins.mentoring.cases import consents
from plugins.mentoring.mentors import rules
from plugins.mentoring.tables.cases import OWN_SCHOOL, Case, CaseRead, Consent
from plugins.mentoring.tables.mentors import Match, Mentor
from tests.mentoring.conftest import CIRCUMSTANCE, GOAL, NAME

HOME = "/mentoring"
ASK = {"unrelated": "y", "starts_on": "01/12/2026", "starts": "15:00", "minutes": "45", "subject": "Toán"}


@pytest.fixture
def state():
    """``state(match)``: of the match and its case, now."""

    def read(match):
        match = Match.get_by_id(match.id)
        return match.state, match.case.state

    return read


def test_an_offer_is_kept_and_shown_again_as_it_was_given(cast, person):
    answer = cast("uh.giaovien").submit(
        f"{HOME}/mentors/me",
        "profile",
        {"subjects": "Toán, Tin học", "day_0": "15h-16h30", "levels": ["4"], "most": "3"},
    )
    assert answer.status_code == 303
    mentor = Mentor.get(Mentor.person == person("uh.giaovien"))
    assert (mentor.subjects, mentor.free, mentor.levels, mentor.most) == ("Toán, Tin học", "0-30,0-31,0-32", 4, 3)
    form = cast("uh.giaovien").soup(f"{HOME}/mentors/me")
    assert form.find("input", {"name": "day_0"})["value"] == "15:00-16:30"
    assert "Thứ Hai 15:00-16:30" in cast("hm.dieuphoi").soup(f"{HOME}/mentors").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("day_3", "chiều", "Giờ rảnh có dạng 15:00-16:30"),
        ("day_3", "23:00-23:30", "Giờ rảnh nằm trong khoảng"),
        ("most", "0", "Hãy nhập số từ 1 đến 6."),
        ("subjects", "", "Thầy/cô chưa nhập môn học."),
    ],
)
def test_a_wrong_offer_is_refused_and_shown_again(cast, field, value, sentence):
    answer = cast("uh.giaovien").submit(f"{HOME}/mentors/me", "profile", {"subjects": "Toán", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert value in answer.text
    assert Mentor.select().count() == 0


def test_the_coordinator_sees_who_fits_and_why_and_asks(cast, make_case, offer, state):
    case = make_case(state="open")
    offer("uh.giaovien")
    here = f"{HOME}/cases/{case.id}/match"
    assert cast("hm.dieuphoi").submit(here, "free", {"day_0": "15:30-17:00"}).status_code == 303
    text = cast("hm.dieuphoi").soup(here).text
    assert "Dạy đúng môn cần kèm" in text
    assert "Cùng rảnh Thứ Hai 15:30-16:30" in text
    mentor = Mentor.get()
    form = cast("hm.dieuphoi").soup(f"{here}/{mentor.person_id}")
    assert form.find("input", {"name": "starts"})["value"] == "15:30"
    assert cast("hm.dieuphoi").submit(f"{here}/{mentor.person_id}", "match", ASK).status_code == 303
    match = Match.get()
    assert state(match) == ("proposed", "matched")
    assert (match.mentor_school_id != match.school_id, match.pairing_id is not None) == (True, True)
    told = Notice.get(Notice.person == mentor.person_id)
    assert told.title == f"{case.code}: Trả lời lời mời kèm"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"weekday": "0", "starts": ""}, "Thầy/cô chưa nhập giờ bắt đầu."),
        ({"weekday": "9"}, "Hãy chọn một mục trong danh sách."),
        ({"minutes": ""}, "Thầy/cô chưa nhập số phút."),
        ({"ends_on": "01/11/2026"}, "Ngày kết thúc phải sau ngày bắt đầu."),
        ({"substitute_for": "999"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_a_wrong_invitation_is_refused(cast, make_case, offer, given, sentence):
    case = make_case(state="open")
    offer("uh.giaovien")
    here = f"{HOME}/cases/{case.id}/match/{Mentor.get().person_id}"
    answer = cast("hm.dieuphoi").submit(here, "match", {**ASK, **given})
    assert (answer.status_code, Match.select().count()) == (422, 0)
    assert sentence in answer.text


def test_nobody_is_asked_without_saying_that_the_mentor_is_no_relative(cast, make_case, offer):
    case = make_case(state="open")
    offer("uh.giaovien")
    here = f"{HOME}/cases/{case.id}/match/{Mentor.get().person_id}"
    answer = cast("hm.dieuphoi").submit(here, "match", {**ASK, "unrelated": []})
    assert (answer.status_code, Match.select().count()) == (422, 0)
    assert "không phải người thân" in answer.text


@pytest.mark.parametrize("guardian", ["Bố: LÝ THỊ Ú, xóm 3", "gọi 0912 345 678"])
def test_a_name_or_telephone_of_the_family_is_pointed_out(cast, make_case, offer, person, guardian):
    Person.update(phone="+84912345678").where(Person.username == "uh.giaovien").execute()
    case = make_case(state="open", guardian=guardian)
    offer("uh.giaovien")
    page = cast("hm.dieuphoi").soup(f"{HOME}/cases/{case.id}/match/{Mentor.get().person_id}")
    assert "kiểm tra có phải người thân không" in page.text


def test_only_whom_the_family_agreed_to_is_suggested_or_can_be_asked(cast, make_case, offer):
    case = make_case(state="open", scope=OWN_SCHOOL)
    offer("uh.giaovien")
    here = f"{HOME}/cases/{case.id}/match"
    assert "Chưa có ai phù hợp" in cast("hm.dieuphoi").soup(here).text
    answer = cast("hm.dieuphoi").submit(f"{here}/{Mentor.get().person_id}", "match", ASK)
    assert (answer.status_code, Match.select().count()) == (422, 0)


def test_the_mentor_accepts_the_coordinator_approves_and_the_case_is_under_way(cast, make_match, state):
    match = make_match(state="proposed")
    here = f"{HOME}/matches/{match.id}"
    assert cast("uh.giaovien").submit(f"{here}/accept", "accept", {"unrelated": "y"}).status_code == 422
    answer = cast("uh.giaovien").submit(f"{here}/accept", "accept", {"unrelated": "y", "silent": "y"})
    assert (answer.status_code, state(match)) == (303, ("accepted", "matched"))
    assert cast("hm.dieuphoi").submit(here, "step").status_code == 303
    assert state(match) == ("active", "active")


def test_whoever_does_not_take_the_child_on_says_why_in_secret_and_the_child_waits_for_another(
    cast, make_match, state, queries
):
    match = make_match(state="proposed")
    with queries() as run:
        answer = cast("uh.giaovien").submit(
            f"{HOME}/matches/{match.id}/decline", "decline", {"reason": "Tôi là bác ruột của em"}
        )
    assert (answer.status_code, state(match)) == (303, ("declined", "open"))
    assert "bác ruột" not in " ".join(run)
    assert "bác ruột" not in Match.get_by_id(match.id).assessment
    assert "Tôi là bác ruột của em" in cast("hm.dieuphoi").soup(f"{HOME}/matches/{match.id}").text


def test_a_partners_mentor_sees_code_goal_and_subject_and_no_name(cast, make_match):
    match = make_match("uh.giaovien")
    page = cast("uh.giaovien").get(f"{HOME}/matches/{match.id}").text
    assert [text in page for text in (match.case.code, GOAL, "Toán", NAME, CIRCUMSTANCE)] == [True] * 3 + [False] * 2


def test_the_own_schools_mentor_sees_the_name_and_no_circumstance(app, cast, make_case, make_match, person):
    case = make_case(state="open")
    other = person("hm.hieutruong")
    Case.update(nominated_by=other, homeroom=other).where(Case.id == case.id).execute()
    match = make_match("hm.giaovien", case=Case.get_by_id(case.id))
    page = cast("hm.giaovien").get(f"{HOME}/matches/{match.id}").text
    assert [text in page for text in (NAME, GOAL, CIRCUMSTANCE)] == [True, True, False]


def test_each_look_at_a_match_is_written_down_first(cast, make_match, person):
    match = make_match()
    before = CaseRead.select().count()
    cast("uh.giaovien").get(f"{HOME}/matches/{match.id}")
    reads = list(CaseRead.select().order_by(CaseRead.id.desc()).limit(CaseRead.select().count() - before))
    assert [(read.person.username, read.what, read.case_id) for read in reads] == [
        ("uh.giaovien", "match", match.case_id)
    ]


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("hm.dieuphoi", 200),
        ("hm.hieutruong", 200),
        ("uh.hieutruong", 404),
        ("uh.dieuphoi", 404),
        ("hm2.giaovien", 404),
        ("hm.chuyenvien", 403),
        ("hm.lanhdao", 403),
    ],
)
def test_a_guessed_address_of_anothers_match_shows_nothing(cast, make_match, username, code):
    match = make_match()
    answer = cast(username).get(f"{HOME}/matches/{match.id}")
    assert answer.status_code == code
    if code != 200:
        assert match.case.code not in answer.text


@pytest.mark.parametrize("part", ["", "/log", "/plan", "/accept", "/decline", "/pause", "/finish"])
def test_another_mentor_of_the_same_child_opens_nothing_of_it(cast, make_match, part):
    first = make_match("uh.giaovien")
    make_match("uh.dieuphoi", case=first.case)
    assert cast("uh.dieuphoi").get(f"{HOME}/matches/{first.id}{part}").status_code == 404


def test_once_the_family_withdraws_the_mentor_sees_nothing_more(app, cast, make_match, person, state):
    match = make_match()
    with app.app_context():
        consents.withdraw(Consent.get(), person("hm.dieuphoi").id)
    assert state(match) == ("paused", "frozen")
    page = cast("uh.giaovien").get(f"{HOME}/matches/{match.id}").text
    assert "đang tạm dừng hoặc đã kết thúc" in page
    assert [text in page for text in (GOAL, NAME, CIRCUMSTANCE)] == [False] * 3
    assert cast("uh.giaovien").get(f"{HOME}/cases/{match.case_id}").status_code == 404
    # Nor can it go on before the family agrees again.
    here = f"/steps/mentoring_match/{match.id}/resume"
    token = cast("hm.dieuphoi").csrf(f"{HOME}/matches/{match.id}")
    assert cast("hm.dieuphoi").post(here, data={"csrf_token": token}).status_code == 422
    assert state(match) == ("paused", "frozen")


@pytest.mark.parametrize("change", [{"active": False}, {"school_id": None}])
def test_who_left_or_was_transferred_can_neither_be_asked_nor_approved(cast, make_match, person, state, change):
    match = make_match(state="accepted")
    Person.update(**change).where(Person.username == "uh.giaovien").execute()
    page = cast("hm.dieuphoi").soup(f"{HOME}/matches/{match.id}")
    assert "Người kèm không còn làm việc ở trường này." in page.text
    assert page.find("button", {"value": "approve"}) is None
    other = f"{HOME}/cases/{match.case_id}/match"
    assert "Lý Thị Ú" not in cast("hm.dieuphoi").soup(other).find(attrs={"data-panel": "mentoring.suggestions"}).text


def test_a_mentor_helps_no_more_children_than_offered(cast, make_match, make_case, offer):
    offer("uh.giaovien", most=1)
    make_match("uh.giaovien")
    case = make_case(state="open", birth_date="2013-02-02")
    here = f"{HOME}/cases/{case.id}/match"
    page = cast("hm.dieuphoi").soup(here)
    assert "Đã kèm đủ 1 em" in page.text
    assert page.find("a", {"href": f"{here}/{Mentor.get().person_id}"}) is None
    answer = cast("hm.dieuphoi").submit(f"{here}/{Mentor.get().person_id}", "match", ASK)
    assert (answer.status_code, Match.select().count()) == (422, 1)


def test_a_substitute_names_whom_it_stands_in_for_and_until_when(cast, make_match, offer):
    match = make_match("uh.giaovien", state="paused")
    offer("uh.dieuphoi")
    person_id = Person.get(Person.username == "uh.dieuphoi").id
    here = f"{HOME}/cases/{match.case_id}/match/{person_id}"
    assert cast("hm.dieuphoi").submit(here, "match", {**ASK, "substitute_for": str(match.id)}).status_code == 422
    given = {**ASK, "substitute_for": str(match.id), "ends_on": "15/12/2026"}
    assert cast("hm.dieuphoi").submit(here, "match", given).status_code == 303
    substitute = Match.get(Match.mentor == person_id)
    assert (substitute.substitute_for_id, f"{substitute.ends_on}") == (match.id, "2026-12-15")


def test_a_match_ends_with_a_look_back_that_is_sealed(cast, make_match, state):
    match = make_match()
    answer = cast("uh.giaovien").submit(
        f"{HOME}/matches/{match.id}/finish", "finish", {"reached": "mostly", "assessment": "Em tiến bộ nhiều"}
    )
    assert (answer.status_code, state(match)) == (303, ("ended", "open"))
    kept = Match.get_by_id(match.id)
    assert (kept.reached, "tiến bộ" in kept.assessment) == ("mostly", False)
    assert "Em tiến bộ nhiều" in cast("hm.dieuphoi").soup(f"{HOME}/matches/{match.id}").text
    assert GOAL not in cast("uh.giaovien").get(f"{HOME}/matches/{match.id}").text


@pytest.mark.parametrize("act", ["approve", "pause", "finish", "withdraw"])
def test_whatever_moves_case_and_match_locks_the_case_first(app, cast, make_match, actor_of, queries, act):
    match = make_match(state="accepted" if act == "approve" else "active")
    actor = actor_of("hm.dieuphoi")
    consent = Consent.get(Consent.case == match.case)
    acts = {
        "approve": lambda: take(match, "approve", actor),
        "pause": lambda: rules.pause(match, None, actor),
        "finish": lambda: rules.finish(match, "mostly", "Em tiến bộ", actor),
        "withdraw": lambda: consents.withdraw(consent, actor.person_id),
    }
    with app.app_context(), queries() as run:
        acts[act]()
    locks = [sql.split('FROM "')[1].partition('"')[0] for sql in run if sql.endswith("FOR UPDATE")]
    ours = dict.fromkeys(table for table in locks if table in ("mentoring_case", "mentoring_match"))
    # SQLite has one writer at a time, and no locks on rows.
    assert list(ours) == (["mentoring_case", "mentoring_match"] if is_postgres() else [])


def test_the_actors_pupils_stand_on_the_home_page_by_their_codes(cast, make_match):
    match = make_match()
    panel = cast("uh.giaovien").soup("/").select_one('[data-panel="mentoring.pupils"]')
    assert match.case.code in panel.text
    assert NAME not in cast("uh.giaovien").get("/").text
    assert match.case.code in cast("uh.giaovien").soup(f"{HOME}/pupils").text


def test_a_list_costs_the_same_with_one_pupil_and_with_three(cast, make_match, make_case, offer, queries):
    offer("uh.giaovien", most=6)
    counts = []
    for number in (1, 2):
        for _turn in range(number):
            make_match(
                "uh.giaovien", case=make_case(state="open", birth_date=f"2013-02-{Case.select().count() + 1:02}")
            )
        for address in (f"{HOME}/pupils", f"{HOME}/mentors"):
            cast("uh.giaovien").get(address)
            with queries() as run:
                cast("uh.giaovien").get(address)
            counts.append(len(run))
    assert counts[:2] == counts[2:]
