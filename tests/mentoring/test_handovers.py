"""A child moves: the case goes to the new school once that one takes it, and leaves the sight of the old."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from intranet.kernel.clock import today
from intranet.kernel.database import database, is_postgres
from intranet.registry.schools import School
from intranet.shared.edits import Refused
from intranet.shared.modules import do_daily
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from plugins.mentoring.aid import rules as aid
from plugins.mentoring.cases import consents, copies, erasing, restricted
from plugins.mentoring.handovers import rules
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, OWN_SCHOOL, PARTNER_SCHOOL, Case, CaseRead, Consent, RestrictedNote
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match
from tests.mentoring.conftest import CIRCUMSTANCE, GOAL, NAME

HOME = "/mentoring"
MESSAGE, NOTE = "Em cần ngồi gần bảng", "Nghi có bạo lực"


@pytest.fixture
def school_of(person):
    """``school_of("uh.hieutruong")``: where somebody works."""
    return lambda username: School.get_by_id(person(username).school_id)


@pytest.fixture
def make_handover(app, actor_of, school_of, make_match):
    """``make_handover()``: the case of a child with a mentor and a note, offered to the second school of Ứng Hòa."""

    def make(*, by="hm.hieutruong", to="uh2.hieutruong", with_notes=False, case=None):
        case = case or make_match().case
        with app.app_context():
            restricted.add(case, NOTE, actor_of("hm.hieutruong"))
            values = {"to_school_id": school_of(to).id, "with_notes": with_notes, "message": MESSAGE}
            return rules.offer(case, values, actor_of(by))

    return make


@pytest.fixture
def take(app, actor_of, person):
    """``take(handover)``: the new school's principal accepts it."""

    def accept(handover, username="uh2.hieutruong"):
        with app.app_context():
            return rules.accept(handover, "7B", person(username).id, actor_of(username))

    return accept


def form_of(school, **values):
    return {"to_school": str(school.id), "message": MESSAGE, "informed": "y", **values}


def test_a_coordinator_hands_over_and_the_new_principal_takes_the_case(cast, make_match, school_of, person):
    case = make_match().case
    url = f"{HOME}/cases/{case.id}/handover"
    answer = cast("hm.dieuphoi").submit(url, "handover", form_of(school_of("uh2.hieutruong")))
    assert answer.status_code == 303
    assert "hồ sơ chờ trường đó trả lời" in cast("hm.dieuphoi").soup(f"{HOME}/cases/{case.id}").text
    handover = Handover.get()
    assert MESSAGE not in handover.message
    waiting = Waiting.get(Waiting.subject_type == "mentoring_handover")
    assert (waiting.role, waiting.school_id) == ("principal", handover.to_school_id)
    here = f"{HOME}/handovers/{handover.id}"
    page = cast("uh2.hieutruong").soup(here).get_text(" ", strip=True)
    assert [text in page for text in (NAME, MESSAGE, CIRCUMSTANCE, GOAL)] == [True, True, False, False]
    given = {"class_name": "7B", "homeroom": str(person("uh2.hieutruong").id)}
    assert cast("uh2.hieutruong").submit(f"{here}/accept", "accept", given).status_code == 303
    new = Case.get(Case.came_from == case)
    assert (new.state, new.school_id, new.code, new.class_name) == (
        "consent_pending",
        handover.to_school_id,
        "HS 7B-01",
        "7B",
    )
    text = cast("uh2.hieutruong").soup(f"{HOME}/cases/{new.id}").get_text(" ", strip=True)
    assert [word in text for word in (NAME, CIRCUMSTANCE, GOAL, MESSAGE)] == [True] * 4
    assert "Mở hồ sơ" in cast("uh2.hieutruong").soup(here).text


def test_the_old_school_sees_that_it_went_and_nothing_else(cast, make_handover, take):
    handover = make_handover()
    old = handover.case_id
    cast("hm.dieuphoi").get(f"{HOME}/cases/{old}")
    new = take(handover)
    for username in ("hm.hieutruong", "hm.dieuphoi", "hm.giaovien"):
        for part in ("", "/reads", "/consents", "/aid", "/restricted", "/copy.xlsx"):
            assert cast(username).get(f"{HOME}/cases/{old}{part}").status_code in (403, 404)
        assert cast(username).get(f"{HOME}/cases/{new.id}").status_code == 404
        assert "HS 6A-01" not in cast(username).get(f"{HOME}/duties").text
    assert "Trường mới đã nhận" in cast("hm.dieuphoi").soup(f"{HOME}/handovers/{handover.id}").text
    assert "HS 7B-01" not in cast("hm.dieuphoi").get(f"{HOME}/handovers/{handover.id}").text
    assert NAME not in cast("hm.dieuphoi").get(f"{HOME}/handovers/{handover.id}").text
    left = Case.get_by_id(old)
    assert (left.state, left.name, left.circumstances, left.ending) == ("moved", "", "", "moved")
    notice = Notice.get(Notice.kind == "progress", Notice.title == "HS 6A-01: Đã chuyển trường")
    assert cast("hm.dieuphoi").get(notice.url).status_code == 200


def test_consent_and_mentor_stay_behind_and_who_looked_is_kept(cast, make_handover, take):
    handover = make_handover()
    cast("hm.dieuphoi").get(f"{HOME}/cases/{handover.case_id}")
    new = take(handover)
    assert Consent.select().where(Consent.case == new).count() == 0
    assert Match.get().state == "ended"
    match = cast("uh.giaovien").soup(f"{HOME}/matches/{Match.get().id}").text
    assert [word in match for word in (NAME, GOAL, "HS 7B-01")] == [False] * 3
    assert "Lê Thu Hòa" in cast("uh2.hieutruong").soup(f"{HOME}/cases/{new.id}/reads").text


@pytest.mark.parametrize("with_notes", [False, True])
def test_restricted_notes_go_along_only_where_the_principal_says_so(cast, make_handover, take, with_notes):
    new = take(make_handover(with_notes=with_notes))
    page = cast("uh2.hieutruong").get(f"{HOME}/cases/{new.id}/restricted").text
    assert (NOTE in page) == with_notes
    assert RestrictedNote.select().count() == 1


def test_a_coordinator_cannot_send_restricted_notes(cast, make_handover, make_case, school_of):
    case = make_case(state="open")
    with pytest.raises(Refused, match="Chỉ hiệu trưởng"):
        make_handover(by="hm.dieuphoi", with_notes=True, case=case)
    url = f"{HOME}/cases/{case.id}/handover"
    assert cast("hm.dieuphoi").soup(url).select_one("[name=with_notes]") is None
    assert cast("hm.hieutruong").soup(url).select_one("[name=with_notes]") is not None


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("uh2.giaovien", 404),
        ("uh.hieutruong", 404),
        ("hm2.hieutruong", 404),
        ("hm.giaovien", 404),
        ("hm.chuyenvien", 403),
        ("uh.chuyenvien", 403),
        ("admin", 404),
    ],
)
def test_strangers_learn_nothing_of_a_handover(cast, make_handover, username, code):
    handover = make_handover()
    for part in ("", "/accept", "/decline"):
        assert cast(username).get(f"{HOME}/handovers/{handover.id}{part}").status_code in (code, 403)
    assert cast(username).get(f"{HOME}/handovers/{handover.id}").status_code == code


def test_the_sender_cannot_answer_for_the_new_school(cast, make_handover):
    handover = make_handover()
    assert cast("hm.hieutruong").get(f"{HOME}/handovers/{handover.id}/accept").status_code == 403
    assert NAME not in cast("hm.hieutruong").get(f"{HOME}/handovers/{handover.id}").text


def test_the_new_school_looks_once_written_down_and_declines(cast, make_handover):
    handover = make_handover()
    here = f"{HOME}/handovers/{handover.id}"
    answer = cast("uh2.hieutruong").submit(f"{here}/decline", "decline", {"outcome": "Em học trường khác"})
    assert answer.status_code == 303
    cast("uh2.hieutruong").get(here)
    assert CaseRead.select().where(CaseRead.what == "handover").count() == 0
    assert NAME not in cast("uh2.hieutruong").get(here).text
    assert "Em học trường khác" in cast("hm.dieuphoi").soup(here).text
    assert Case.get_by_id(handover.case_id).state == "active"


def test_the_old_school_sees_who_of_the_new_one_looked(cast, make_handover):
    handover = make_handover()
    cast("uh2.hieutruong").get(f"{HOME}/handovers/{handover.id}")
    assert CaseRead.get(CaseRead.what == "handover").case_id == handover.case_id
    assert "Đề nghị chuyển hồ sơ" in cast("hm.hieutruong").soup(f"{HOME}/cases/{handover.case_id}/reads").text


def test_elsewhere_ends_the_case_and_starts_its_time(cast, make_match):
    case = make_match().case
    form = {"to_school": "-1", "message": "Em theo gia đình vào Nam"}
    assert cast("hm.dieuphoi").submit(f"{HOME}/cases/{case.id}/handover", "handover", form).status_code == 303
    closed = Case.get_by_id(case.id)
    assert (closed.state, closed.ending, closed.erase_on) == ("closed", "moved", today() + timedelta(days=365))
    assert (Match.get().state, Handover.select().count()) == ("ended", 0)


@pytest.mark.parametrize("values", [{"informed": ""}, {"message": ""}, {"to_school": "99999"}, {"to_school": "0"}])
def test_a_wrong_handover_is_refused(cast, make_case, school_of, values):
    case = make_case(state="open")
    given = {key: value for key, value in form_of(school_of("uh2.hieutruong"), **values).items() if value}
    browser, url = cast("hm.dieuphoi"), f"{HOME}/cases/{case.id}/handover"
    answer = browser.post(url, data={**given, "csrf_token": browser.csrf(url)})
    assert (answer.status_code, Handover.select().count()) == (422, 0)


def test_only_what_the_family_agrees_to_goes_and_only_to_one_school_at_a_time(app, cast, make_handover, make_case):
    case = make_case(state="consent_pending")
    with pytest.raises(Refused, match="không còn đồng ý"):
        make_handover(case=case)
    handover = make_handover()
    with pytest.raises(Refused, match="đang chờ một trường"):
        make_handover(case=handover.case)


@pytest.mark.parametrize("end", ["withdraw", "close", "erase"])
def test_what_ends_the_case_takes_the_offer_back(app, cast, make_handover, actor_of, end):
    handover = make_handover()
    case = handover.case
    with app.app_context():
        if end == "withdraw":
            consents.withdraw(Consent.get(Consent.case == case), None)
        elif end == "close":
            from plugins.mentoring.cases.rules import close

            close(case, "other", "Thôi", actor_of("hm.hieutruong"))
        else:
            erasing.erase(case, actor_of("hm.hieutruong"), code=case.code)
    assert Handover.get().state == "taken_back"
    assert cast("uh2.hieutruong").get(f"{HOME}/handovers/{handover.id}/accept").status_code in (200, 404)
    assert NAME not in cast("uh2.hieutruong").get(f"{HOME}/handovers/{handover.id}/accept").text


def test_an_expired_consent_stops_the_acceptance(app, make_handover, take):
    handover = make_handover()
    Consent.update(expires_on=today() - timedelta(days=1)).execute()
    with pytest.raises(Refused, match="không còn đồng ý"):
        take(handover)
    assert (Case.select().count(), Handover.get().state) == (1, "offered")


def test_goods_stay_in_the_ledger_of_the_school_that_gave_them(app, cast, actor_of, make_case, make_handover, take):
    case = make_case(state="open", scope=OWN_SCHOOL | PARTNER_SCHOOL | AID)
    values = {"kind": "goods", "what": "Xe đạp", "quantity": 1, "unit": "chiếc", "worth": 0, "donor": "Hội", "why": ""}
    with app.app_context():
        aid.request(case, {**values, "giver_id": None}, actor_of("hm.dieuphoi"))
        given = aid.request(case, {**values, "giver_id": None}, actor_of("hm.dieuphoi"))
        Aid.update(state="delivered", delivered_on=today()).where(Aid.id == given.id).execute()
    new = take(make_handover(case=case))
    assert [row.state for row in Aid.select().order_by(Aid.id)] == ["refused", "delivered"]
    assert "Xe đạp" in cast("hm.dieuphoi").get(f"{HOME}/aid").text
    assert cast("hm.dieuphoi").get(f"{HOME}/aid/{given.id}").status_code == 200
    assert "HS 6A-01" not in cast("hm.dieuphoi").get(f"{HOME}/aid/hand-over").text
    assert "Xe đạp" not in cast("uh2.hieutruong").get(f"{HOME}/cases/{new.id}/aid").text
    assert "Xe đạp" not in cast("uh2.hieutruong").get(f"{HOME}/aid").text


def test_a_familys_copy_and_erasure_reach_back_to_the_old_school(app, make_handover, take, actor_of):
    new = take(make_handover())
    with app.app_context():
        new = Case.get_by_id(new.id)
        rows = list(copies.copy_of(new, with_restricted=True))
        assert {"Sự đồng ý", "Người kèm", "Ghi chú hạn chế"} <= {what for what, *_rest in rows}
        erasing.erase(new, actor_of("uh2.hieutruong"), code=new.code)
    assert [case.state for case in Case.select()] == ["anonymised"] * 2
    assert (RestrictedNote.get().text, Consent.get().giver, Handover.get().message) == ("", "", "")


def test_what_stayed_behind_is_forgotten_after_a_year(app, make_handover, take):
    handover = make_handover()
    new = take(handover)
    with app.app_context():
        do_daily(today() + timedelta(days=365))
    assert (Case.get_by_id(handover.case_id).state, Consent.get().giver) == ("anonymised", "")
    assert Case.get_by_id(new.id).name != ""


def test_a_school_whose_office_switched_the_module_off_is_not_offered(cast, make_case, school_of, switch):
    case, school = make_case(state="open"), school_of("uh2.hieutruong")
    url = f"{HOME}/cases/{case.id}/handover"
    assert cast("hm.dieuphoi").soup(url).select_one(f'option[value="{school.id}"]') is not None
    switch("mentoring", "UH", False)
    assert cast("hm.dieuphoi").soup(url).select_one(f'option[value="{school.id}"]') is None


def test_whoever_takes_a_case_locks_school_case_handover_and_match_in_this_order(app, make_handover, take, queries):
    handover = make_handover()
    with queries() as run:
        take(handover)
    locks = [sql.split('FROM "')[1].partition('"')[0] for sql in run if sql.endswith("FOR UPDATE")]
    ours = ("school", "mentoring_case", "mentoring_handover", "mentoring_match")
    # SQLite has one writer at a time, and no locks on rows.
    expected = list(ours) if is_postgres() else []
    assert list(dict.fromkeys(table for table in locks if table in ours)) == expected


def test_acceptance_and_withdrawal_at_once_end_in_one_of_two_ways(app, make_handover, actor_of, person):
    handover = make_handover()
    consent, start = Consent.get(), Barrier(2)
    taker, homeroom = actor_of("uh2.hieutruong"), person("uh2.hieutruong").id

    def run(act):
        with app.app_context():
            start.wait()
            try:
                act()
            except Refused:
                return False
            finally:
                database.close()
            return True

    with ThreadPoolExecutor(2) as pool:
        taken, withdrawn = pool.map(
            run,
            [
                lambda: rules.accept(Handover.get_by_id(handover.id), "7B", homeroom, taker),
                lambda: consents.withdraw(Consent.get_by_id(consent.id), None),
            ],
        )
    old = Case.get_by_id(handover.case_id)
    assert withdrawn
    assert (old.state, Handover.get().state) == (("moved", "accepted") if taken else ("frozen", "taken_back"))
    assert Case.select().count() == (2 if taken else 1)


def test_two_acceptances_at_once_make_one_case(app, make_handover, actor_of, person):
    handover, start = make_handover(), Barrier(2)
    taker, homeroom = actor_of("uh2.hieutruong"), person("uh2.hieutruong").id

    def run(_number):
        with app.app_context():
            start.wait()
            try:
                rules.accept(Handover.get_by_id(handover.id), "7B", homeroom, taker)
            except Refused:
                return False
            finally:
                database.close()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [False, True]
    assert Case.select().count() == 2


def test_the_list_shows_what_went_and_what_comes_and_costs_the_same_for_many(cast, make_handover, make_case, queries):
    listed, counts = {}, []
    for number in (1, 2):
        for _turn in range(number):
            make_handover(case=make_case(state="open"))
        for name in ("hm.dieuphoi", "uh2.hieutruong"):
            cast(name).get(f"{HOME}/handovers")
            with queries() as run:
                page = cast(name).soup(f"{HOME}/handovers")
            counts.append(len(run))
            listed[name] = [link.text for link in page.select("#list th a")]
    assert counts[:2] == counts[2:]
    codes = ["HS 6A-03", "HS 6A-02", "HS 6A-01"]
    assert (listed["hm.dieuphoi"], listed["uh2.hieutruong"]) == (codes, codes)
    assert cast("uh.hieutruong").soup(f"{HOME}/handovers").select("#list th a") == []
    assert cast("uh2.giaovien").get(f"{HOME}/handovers").status_code == 403
