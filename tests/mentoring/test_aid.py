"""Something is asked for, approved, handed over and acknowledged; whoever gives it never learns for which child."""

from datetime import timedelta

import pytest

from intranet.kernel.clock import today
from intranet.shared.notices import Notice
from intranet.shared.waiting import Waiting
from plugins.mentoring.cases import consents, erasing
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, OWN_SCHOOL, Case, CaseRead, Consent
from tests.mentoring.conftest import CIRCUMSTANCE, NAME

WHY = "Nhà cách trường bảy cây số"
OUTCOME = "Bà nội em ký nhận"
FORM = {
    "kind": "goods",
    "what": "Xe đạp",
    "quantity": "1",
    "unit": "chiếc",
    "worth": "2.500.000",
    "donor": "Cửa hàng Tân Tiến",
    "why": WHY,
}


@pytest.fixture
def agreed(make_case):
    """A case whose family agrees that the child is given something."""
    return make_case(state="open", scope=OWN_SCHOOL | AID)


@pytest.fixture
def make_aid(cast, agreed, person):
    """``make_aid("delivered", giver="uh.hieutruong")``: a bicycle for the child in this state."""

    def make(state="requested", *, giver=None, case=agreed, **values):
        school = str(person(giver).school_id) if giver else "0"
        home = f"/mentoring/cases/{case.id}/aid"
        assert cast("hm.giaovien").submit(home, "aid", {**FORM, "giver": school, **values}).status_code == 303
        aid = Aid.select().order_by(Aid.id.desc()).get()
        here, principal = f"/mentoring/aid/{aid.id}", cast("hm.hieutruong")
        if state != "requested":
            principal.submit(here, "step")
            if giver:
                cast(giver).submit(here, "step")
        if state in ("delivered", "acknowledged"):
            cast("hm.dieuphoi").submit(f"{here}/deliver", "deliver")
        if state == "acknowledged":
            cast("hm.dieuphoi").submit(f"{here}/acknowledge", "acknowledge", {"outcome": OUTCOME})
        aid = Aid.get_by_id(aid.id)
        assert aid.state == state
        return aid

    return make


def test_from_the_request_to_the_receipt(cast, make_aid, agreed):
    aid = make_aid("acknowledged")
    assert (aid.receipt, aid.worth, aid.delivered_on, aid.acknowledged_on) == (
        f"TT{agreed.school_id}-{today().year}-001",
        2_500_000,
        today(),
        today(),
    )
    assert (WHY in aid.why, OUTCOME in aid.outcome) == (False, False)
    page = cast("hm.giaovien").soup(f"/mentoring/aid/{aid.id}").text
    assert [text in page for text in (agreed.code, WHY, OUTCOME, NAME)] == [True, True, True, False]
    receipt = cast("hm.hieutruong").soup(f"/mentoring/aid/{aid.id}/receipt").text
    assert [text in receipt for text in (aid.receipt, "Xe đạp", "2.500.000 đồng", "Cửa hàng Tân Tiến")] == [True] * 4
    assert [text in receipt for text in (agreed.code, "6A", NAME, WHY, OUTCOME)] == [False] * 5


def test_nothing_is_asked_for_without_the_familys_consent_to_it(cast, make_case):
    case = make_case(state="open", scope=OWN_SCHOOL)
    home = f"/mentoring/cases/{case.id}/aid"
    teacher = cast("hm.giaovien")
    assert teacher.soup(home).select_one('form[data-form="aid"]') is None
    data = {**FORM, "giver": "0", "csrf_token": teacher.csrf(home)}
    assert (teacher.post(home, data=data).status_code, Aid.select().count()) == (422, 0)


@pytest.mark.parametrize("state", ["requested", "approved"])
def test_after_a_withdrawal_nothing_is_approved_or_handed_over(app, cast, make_aid, person, state):
    aid = make_aid(state)
    with app.app_context():
        consents.withdraw(Consent.get(), person("hm.giaovien").id)
    principal, here = cast("hm.hieutruong"), f"/mentoring/aid/{aid.id}"
    assert "Trường nhận chưa thể trao lúc này" in principal.soup(here).text
    if state == "approved":
        assert principal.submit(f"{here}/deliver", "deliver").status_code == 422
        assert aid.receipt not in principal.soup("/mentoring/aid/hand-over").text
    else:
        data = {"csrf_token": principal.csrf(here), "seen": ""}
        principal.post(f"/steps/mentoring_aid/{aid.id}/approve", data=data)
    assert (Aid.get_by_id(aid.id).state, Aid.get_by_id(aid.id).delivered_on) == (state, None)


@pytest.mark.parametrize("state", ["requested", "approved", "acknowledged"])
def test_a_giving_school_sees_what_and_how_far_and_no_child(cast, make_aid, agreed, state):
    aid = make_aid(state, giver="uh.hieutruong", donor="")
    giver, here = cast("uh.hieutruong"), f"/mentoring/aid/{aid.id}"
    for address in ("/mentoring/aid", here, f"{here}/receipt", "/", "/mentoring/aid?kind=goods"):
        answer = giver.get(address)
        if address.endswith("receipt") and state != "acknowledged":
            assert answer.status_code == 404
            continue
        assert answer.status_code == 200
        told = [text for text in (agreed.code, NAME, CIRCUMSTANCE, WHY, OUTCOME, "Măng Cụt") if text in answer.text]
        assert (address, told) == (address, [])
    assert "Xe đạp" in giver.soup(here).text
    # The teacher who asked would tell the class.
    assert agreed.nominated_by.name not in giver.soup(here).text
    assert giver.get(f"/mentoring/cases/{agreed.id}/aid").status_code == 404
    assert giver.get(f"{here}/acknowledge").status_code == 403
    assert CaseRead.select().where(CaseRead.school == aid.giver_id).count() == 0


def test_both_schools_agree_where_a_school_gives(cast, make_aid):
    aid = make_aid(giver="uh.hieutruong")
    here = f"/mentoring/aid/{aid.id}"
    cast("hm.hieutruong").submit(here, "step")
    assert Aid.get_by_id(aid.id).state == "requested"
    cast("uh.hieutruong").submit(here, "step")
    assert (Aid.get_by_id(aid.id).state, aid.pairing_id is not None) == ("approved", True)


def test_tasks_and_notices_carry_the_number_alone(make_aid, agreed):
    make_aid("approved", giver="uh.hieutruong")
    told = [notice.title for notice in Notice.select().where(Notice.url.startswith("/mentoring/aid/"))]
    told += [waiting.title for waiting in Waiting.select().where(Waiting.subject_type == "mentoring_aid")]
    assert told
    assert [title for title in told if agreed.code in title or "6A" in title] == []


def test_only_keepers_open_the_hand_over_list_and_each_opening_is_written_down(cast, make_aid, agreed):
    aid = make_aid("approved", giver="uh.hieutruong")
    before = CaseRead.select().where(CaseRead.what == "aid").count()
    page = cast("hm.dieuphoi").get("/mentoring/aid/hand-over")
    assert [text in page.text for text in (aid.receipt, agreed.code, NAME, "Xe đạp", WHY)] == [True] * 4 + [False]
    assert page.headers["Cache-Control"] == "no-store"
    assert CaseRead.select().where(CaseRead.what == "aid").count() == before + 1
    assert cast("hm.giaovien").get("/mentoring/aid/hand-over").status_code == 403
    theirs = cast("uh.dieuphoi").get("/mentoring/aid/hand-over")
    assert (aid.receipt in theirs.text, NAME in theirs.text) == (False, False)


@pytest.mark.parametrize("username", ["hm2.hieutruong", "hm.chuyenvien", "uh2.giaovien", "uh.giaovien", "admin"])
def test_strangers_learn_of_nothing(cast, make_aid, username):
    aid = make_aid("acknowledged", giver="uh.hieutruong")
    for address in (f"/mentoring/aid/{aid.id}", f"/mentoring/aid/{aid.id}/receipt", f"/mentoring/aid/{aid.id}/refuse"):
        assert cast(username).get(address).status_code in (403, 404)
    assert aid.receipt not in cast(username).get("/mentoring/aid").text


def test_a_refusal_says_why_in_secret(cast, make_aid):
    aid = make_aid(giver="uh.hieutruong")
    here = f"/mentoring/aid/{aid.id}"
    assert cast("hm.dieuphoi").submit(f"{here}/refuse", "refuse", {"outcome": ""}).status_code == 422
    assert cast("hm.dieuphoi").submit(f"{here}/refuse", "refuse", {"outcome": "Em đã có xe"}).status_code == 303
    assert Aid.get_by_id(aid.id).state == "refused"
    assert "Em đã có xe" not in Aid.get_by_id(aid.id).outcome
    assert ["Em đã có xe" in cast(who).get(here).text for who in ("hm.hieutruong", "uh.hieutruong")] == [True, False]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("quantity", "nhiều", "Hãy nhập một số"),
        ("quantity", "999999999", "Số lượng quá lớn."),
        ("worth", "hai triệu", "Hãy nhập một số nguyên."),
        ("what", "", "Thầy/cô chưa ghi trao gì."),
    ],
)
def test_a_wrong_request_is_refused_and_shown_again(cast, agreed, field, value, sentence):
    home = f"/mentoring/cases/{agreed.id}/aid"
    answer = cast("hm.giaovien").submit(home, "aid", {**FORM, "giver": "0", field: value})
    assert (answer.status_code, Aid.select().count()) == (422, 0)
    assert sentence in answer.text


def test_it_is_not_handed_over_on_a_day_to_come(cast, make_aid):
    aid = make_aid("approved")
    form = {"delivered_on": f"{today() + timedelta(days=1):%d/%m/%Y}"}
    answer = cast("hm.dieuphoi").submit(f"/mentoring/aid/{aid.id}/deliver", "deliver", form)
    assert (answer.status_code, Aid.get_by_id(aid.id).state) == (422, "approved")


def test_who_forgets_the_child_stops_what_has_not_reached_it_and_keeps_the_ledger(app, cast, make_aid, agreed, person):
    given, asked = make_aid("acknowledged"), make_aid()
    with app.app_context():
        erasing.forget(Case.get_by_id(agreed.id), person("hm.hieutruong").id)
    rows = [(aid.state, aid.why, aid.outcome, aid.what) for aid in Aid.select().order_by(Aid.id)]
    assert rows == [("acknowledged", "", "", "Xe đạp"), ("refused", "", "", "Xe đạp")]
    page = cast("hm.hieutruong").soup("/mentoring/aid").text
    assert [text in page for text in (given.receipt, asked.receipt, agreed.code)] == [True, True, False]


def test_the_ledger_counts_what_was_given_in_dong(cast, make_aid):
    make_aid("delivered")
    make_aid("acknowledged", kind="scholarship", worth="1000000")
    make_aid(kind="scholarship")
    panel = cast("hm.dieuphoi").soup("/mentoring/aid").select_one(".panel").get_text(" ", strip=True)
    assert "Hiện vật: 1 – 2.500.000 đồng" in panel
    assert "Học bổng: 1 – 1.000.000 đồng" in panel


def test_the_ledger_takes_as_many_queries_for_three_as_for_one(cast, make_aid, queries):
    make_aid("approved")
    browser = cast("hm.dieuphoi")
    for address in ("/mentoring/aid", "/mentoring/aid/hand-over"):
        browser.get(address)
        with queries() as one:
            browser.get(address)
        make_aid("approved")
        make_aid("approved")
        with queries() as three:
            browser.get(address)
        assert (address, len(three)) == (address, len(one))
