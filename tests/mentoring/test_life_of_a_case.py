"""Reviews, restricted notes, the end of a case and its being forgotten; duties where the module is off."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel.clock import now, today
from intranet.kernel.database import database
from intranet.registry.people import COUNSELLOR, Function, Person
from intranet.shared.modules import do_daily
from intranet.shared.notices import Notice
from plugins.mentoring.cases import restricted
from plugins.mentoring.tables.cases import Case, CaseRead, Consent, Goal, OfficeOpening, RestrictedNote, Review
from tests.mentoring.conftest import CIRCUMSTANCE, GOAL, GUARDIAN, NAME

NOTE = "Nghi có bạo lực ở nhà"


def state_of(case):
    return Case.get_by_id(case.id).state


def home(case):
    return f"/mentoring/cases/{case.id}"


@pytest.fixture
def noted(app, make_case, actor_of):
    """A case with a restricted note."""
    case = make_case(state="active")
    with app.app_context():
        restricted.add(case, NOTE, actor_of("hm.hieutruong"))
    return case


@pytest.mark.parametrize(("decision", "state"), [("met", "met"), ("go_on", "active"), ("escalate", "escalated")])
def test_a_review_says_how_far_goals_were_reached_and_what_follows(cast, make_case, decision, state):
    case = make_case(state="review")
    goal = Goal.get()
    answer = cast("hm.dieuphoi").submit(
        f"{home(case)}/review",
        "review",
        {f"goal_{goal.id}": "mostly", "summary": "Em tiến bộ nhiều", "decision": decision},
    )
    assert answer.status_code == 303
    assert (state_of(case), Goal.get().reached) == (state, "mostly")
    assert "tiến bộ" not in Review.get().summary
    page = cast("hm.dieuphoi").soup(home(case)).get_text(" ", strip=True)
    assert "Em tiến bộ nhiều" in page


def test_homeroom_teachers_do_not_continue_by_themselves(cast, make_case):
    case = make_case(state="review")
    form = {"summary": "Kèm tiếp", "decision": "go_on"}
    assert cast("hm.giaovien").submit(f"{home(case)}/review", "review", form).status_code == 403
    assert (state_of(case), Review.select().count()) == ("review", 0)


def test_a_review_waits_when_its_day_has_come(app, make_case):
    case = make_case(state="active")
    Case.update(review_on=today()).where(Case.id == case.id).execute()
    with app.app_context():
        do_daily(today() - timedelta(days=1))
        assert state_of(case) == "active"
        do_daily(today())
    assert state_of(case) == "review"


def test_restricted_notes_are_for_principal_and_counsellor_and_their_number_for_the_others(app, cast, noted):
    url = f"{home(noted)}/restricted"
    assert NOTE in cast("hm.hieutruong").get(url).text
    assert NOTE not in RestrictedNote.get().text
    for username in ("hm.dieuphoi", "hm.giaovien"):
        assert cast(username).get(url).status_code == 403
        page = cast(username).get(home(noted)).text
        assert NOTE not in page
        assert "Ghi chú hạn chế" in page
    teacher = Person.get(Person.username == "hm.giaovien")
    Function.create(person=teacher, school=teacher.school_id, kind=COUNSELLOR)
    assert NOTE in cast("hm.giaovien").get(url).text


def test_whoever_looked_is_seen_by_the_school(cast, noted):
    cast("hm.dieuphoi").get(home(noted))
    page = cast("hm.hieutruong").soup(f"{home(noted)}/reads")
    assert "Lê Thu Hòa" in page.select_one("#main table, main table").text


def test_the_read_log_cannot_be_changed(cast, noted):
    cast("hm.dieuphoi").get(home(noted))
    with pytest.raises(Exception, match="append-only"), database.atomic():
        CaseRead.update(what="x").execute()


def test_a_case_is_closed_and_forgotten_after_a_year(app, cast, make_case):
    case = make_case(state="met")
    form = {"ending": "reached", "outcome": "Em đã vững"}
    assert cast("hm.hieutruong").submit(f"{home(case)}/close", "close", form).status_code == 303
    closed = Case.get_by_id(case.id)
    assert (closed.state, closed.ending, closed.erase_on) == ("closed", "reached", today() + timedelta(days=365))
    with app.app_context():
        do_daily(closed.erase_on - timedelta(days=1))
        assert state_of(case) == "closed"
        do_daily(closed.erase_on)
    gone = Case.get_by_id(case.id)
    assert (gone.state, gone.code, gone.class_name, gone.name, gone.outcome) == (
        "anonymised",
        f"HS #{case.id}",
        "",
        "",
        "",
    )
    assert [goal.text for goal in Goal.select()] == [""]
    assert [(consent.giver, consent.scan) for consent in Consent.select()] == [("", "")]
    page = cast("hm.hieutruong").get(home(case))
    assert page.status_code == 200
    assert NAME not in page.text


def test_a_declined_nomination_is_forgotten_after_a_month_and_its_reason_is_sealed(app, cast, make_case):
    case = make_case()
    form = {"outcome": "Em đã được giúp ở nơi khác"}
    assert cast("hm.dieuphoi").submit(f"{home(case)}/decline", "decline", form).status_code == 303
    declined = Case.get_by_id(case.id)
    assert declined.state == "declined"
    assert "nơi khác" not in declined.outcome
    with app.app_context():
        do_daily(today() + timedelta(days=30))
    assert state_of(case) == "anonymised"


def test_a_consent_that_ends_freezes_the_case_the_day_after(app, make_case):
    case = make_case(state="open", days=10)
    with app.app_context():
        do_daily(today() + timedelta(days=10))
        assert state_of(case) == "open"
        do_daily(today() + timedelta(days=11))
        assert state_of(case) == "frozen"
        # Nobody withdrew: the family has to be asked again, nothing is closed.
        do_daily(today() + timedelta(days=40))
    assert state_of(case) == "frozen"


def test_withdrawn_for_fifteen_days_the_case_is_closed_and_then_forgotten(app, cast, make_case):
    case = make_case(state="open")
    cast("hm.giaovien").submit(f"{home(case)}/consents/{Consent.get().id}/withdraw", "withdraw")
    with app.app_context():
        do_daily(today() + timedelta(days=15))
        assert state_of(case) == "frozen"
        do_daily(today() + timedelta(days=16))
        assert state_of(case) == "closed"
        do_daily(today() + timedelta(days=46))
    assert state_of(case) == "anonymised"


def test_the_principal_erases_a_child_on_request_with_the_code_typed(cast, noted):
    url = f"{home(noted)}/erase"
    assert cast("hm.dieuphoi").get(url).status_code == 403
    assert cast("hm.hieutruong").submit(url, "erase", {"code": "HS 6A-99"}).status_code == 422
    assert cast("hm.hieutruong").submit(url, "erase", {"code": noted.code}).status_code == 303
    assert state_of(noted) == "anonymised"
    assert RestrictedNote.get().text == ""


def cells(answer):
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    return " ".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row)


def test_a_familys_copy_holds_everything_and_restricted_notes_for_the_principal_alone(cast, noted):
    url = f"{home(noted)}/copy.xlsx"
    answer = cast("hm.hieutruong").get(url)
    found = cells(answer)
    assert [text in found for text in (NAME, CIRCUMSTANCE, GOAL, GUARDIAN, NOTE)] == [True] * 5
    assert NAME not in answer.headers["Content-Disposition"]
    assert NOTE not in cells(cast("hm.dieuphoi").get(url))
    assert cast("hm.giaovien").get(url).status_code == 403
    assert CaseRead.select().where(CaseRead.what == "export").count() == 2


def open_one(browser, case, **values):
    return browser.submit(
        "/mentoring/openings", "open", {"school": str(case.school_id), "reason": "Kiểm tra", **values}
    )


def test_an_office_opens_a_case_for_a_day_without_the_name_and_the_principal_is_told(cast, noted):
    office = cast("hm.chuyenvien")
    answer = open_one(office, noted)
    assert answer.headers["Location"] == f"/mentoring/openings/{noted.id}"
    page = office.get(f"/mentoring/openings/{noted.id}").text
    assert (CIRCUMSTANCE in page, NAME in page, GUARDIAN in page, NOTE in page) == (True, False, False, False)
    assert "Kiểm tra" not in OfficeOpening.get().reason
    principal = Person.get(Person.username == "hm.hieutruong")
    notice = Notice.get(Notice.person == principal, Notice.kind == "mentoring.opened")
    assert notice.title == "Phòng giáo dục vừa mở hồ sơ HS 6A-01 để kiểm tra"
    assert cast("hm.hieutruong").get(notice.url).status_code == 200
    assert cast("hm.lanhdao").get(f"/mentoring/openings/{noted.id}").status_code == 404
    OfficeOpening.update(ends_at=now()).execute()
    assert office.get(f"/mentoring/openings/{noted.id}").status_code == 404


def test_an_office_opens_five_a_term(cast, make_case):
    cases = [make_case(state="open") for _number in range(6)]
    office = cast("hm.chuyenvien")
    assert [open_one(office, case, code=case.code).status_code for case in cases[:5]] == [303] * 5
    assert office.soup("/mentoring/openings").select_one('form[data-form="open"]') is None
    data = {"school": str(cases[5].school_id), "reason": "Nữa", "csrf_token": office.csrf("/mentoring/openings")}
    assert office.post("/mentoring/openings", data=data).status_code == 422
    assert OfficeOpening.select().count() == 5


@pytest.mark.parametrize("code", ["HS 9Z-77", "HS 6A-01"])
def test_a_guessed_code_learns_nothing(cast, make_case, code):
    """A code that does not exist and one that may not be opened are answered alike."""
    case = make_case()
    answer = open_one(cast("hm.chuyenvien"), case, code=code)
    assert answer.status_code == 422
    assert "Không có hồ sơ nào mở được theo yêu cầu này." in answer.text


def test_another_districts_office_opens_nothing(cast, make_case):
    case = make_case(state="open")
    assert open_one(cast("uh.chuyenvien"), case).status_code == 422
    assert cast("uh.chuyenvien").get(f"/mentoring/openings/{case.id}").status_code == 404


def test_an_administrator_sees_no_case_not_even_as_the_principal(cast, noted):
    admin = cast("admin")
    assert admin.get(home(noted)).status_code == 404
    assert admin.get(f"{home(noted)}/consents").status_code == 404


def test_where_the_module_is_off_nothing_shows_and_duties_remain(app, cast, switch, noted):
    switch("mentoring", "HM", False)
    principal = cast("hm.hieutruong")
    for url in ("/mentoring/cases", home(noted), f"{home(noted)}/restricted", f"{home(noted)}/edit"):
        assert principal.get(url).status_code == 404
    notice = Notice.get(Notice.url == "/mentoring/duties")
    assert notice.person_id in {row.id for row in Person.select().where(Person.username.startswith("hm."))}
    assert "HS 6A-01" in principal.get("/mentoring/duties").text
    assert NAME in cells(principal.get(f"{home(noted)}/copy.xlsx"))
    answer = principal.submit(f"{home(noted)}/consents/{Consent.get().id}/withdraw", "withdraw")
    assert answer.status_code == 303
    assert state_of(noted) == "frozen"
    with app.app_context():
        do_daily(today() + timedelta(days=60))
    assert state_of(noted) == "closed"
    assert principal.submit(f"{home(noted)}/erase", "erase", {"code": noted.code}).status_code == 303
    assert state_of(noted) == "anonymised"
