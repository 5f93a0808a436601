"""From nomination over the family's consent to an open case, on the pages."""

from io import BytesIO

import pytest

from intranet.kernel.clock import today
from intranet.kernel.dates import show_date
from plugins.mentoring.tables.cases import Case, CaseRead, Consent
from tests.mentoring.conftest import CIRCUMSTANCE, FORM, GOAL, GUARDIAN, NAME

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"
CONSENT = {"giver": GUARDIAN, "relation": "mother", "scope": ["1", "2"], "child_agrees": "y", "way": "met"}


def nominate(browser, **values):
    return browser.submit("/mentoring/cases/new", "nominate", {**FORM, "goals": GOAL, **values})


def text(browser, url):
    return browser.soup(url).get_text(" ", strip=True)


def only_case():
    return Case.get()


def test_nomination_consent_open(cast):
    teacher, coordinator = cast("hm.giaovien"), cast("hm.dieuphoi")
    answer = nominate(teacher)
    assert answer.status_code == 303
    case = only_case()
    home = f"/mentoring/cases/{case.id}"
    assert answer.headers["Location"] == home
    assert (case.code, case.state) == ("HS 6A-01", "nominated")
    assert coordinator.post(f"/steps/mentoring_case/{case.id}/accept", data=token(coordinator, home)).status_code == 303
    assert only_case().state == "consent_pending"
    answer = teacher.submit(f"{home}/consents/new", "consent", {**CONSENT, "scan": (BytesIO(PDF), "scan.pdf")})
    assert answer.status_code == 303
    assert only_case().state == "open"
    assert "Chờ người kèm" in text(coordinator, home)


def token(browser, url):
    return {"csrf_token": browser.csrf(url), "action": "x"}


def test_keepers_read_name_and_circumstances_and_the_title_carries_the_code(cast, make_case):
    case = make_case()
    for username in ("hm.giaovien", "hm.dieuphoi", "hm.hieutruong"):
        page = cast(username).soup(f"/mentoring/cases/{case.id}")
        assert NAME in page.h1.text
        assert CIRCUMSTANCE in page.text
        assert page.title.text.startswith("HS 6A-01")
        assert NAME not in page.title.text


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm2.hieutruong", 404),
        ("uh.giaovien", 404),
        ("uh.hieutruong", 404),
        ("hm.chuyenvien", 403),
        ("hm.lanhdao", 403),
        ("hm.xem", 403),
        ("admin", 404),
        ("", 303),
    ],
)
def test_nobody_else_opens_a_case(cast, make_case, username, status):
    case = make_case(state="open")
    assert cast(username).get(f"/mentoring/cases/{case.id}").status_code == status


@pytest.mark.parametrize("missing", ["name", "birth_date", "class_name", "circumstances", "tried", "goals"])
def test_a_nomination_says_what_is_missing(cast, missing):
    answer = nominate(cast("hm.giaovien"), **{missing: ""})
    assert answer.status_code == 422
    assert Case.select().count() == 0


@pytest.mark.parametrize("birth_date", ["01/01/2099", "01/01/1980", "hôm qua"])
def test_a_birth_date_of_no_pupil_is_refused(cast, birth_date):
    answer = nominate(cast("hm.giaovien"), birth_date=birth_date)
    assert (answer.status_code, Case.select().count()) == (422, 0)


def test_two_children_of_one_name_have_two_codes_and_the_principal_is_told(cast, make_case):
    first, second = make_case(), make_case()
    assert (first.code, second.code) == ("HS 6A-01", "HS 6A-02")
    assert "HS 6A-01 cũng của một em cùng họ tên" in text(cast("hm.hieutruong"), f"/mentoring/cases/{second.id}")
    assert "cùng họ tên" not in text(cast("hm.giaovien"), f"/mentoring/cases/{second.id}")


def test_a_child_is_found_by_name_without_marks_in_the_own_school_only(cast, make_case):
    make_case()
    page = cast("hm.dieuphoi").submit("/mentoring/cases/search", "search", {"name": "mang cut"})
    assert NAME in page.text
    for username in ("hm2.hieutruong", "uh.hieutruong"):
        page = cast(username).submit("/mentoring/cases/search", "search", {"name": "mang cut"})
        assert NAME not in page.text
    reads = CaseRead.select(CaseRead.what).tuples()
    assert list(reads) == [("search",)]


def test_every_look_is_written_down_before_anything_is_shown(cast, make_case, monkeypatch):
    case = make_case()
    cast("hm.hieutruong").get(f"/mentoring/cases/{case.id}")
    assert [(read.what, read.case_id) for read in CaseRead.select()] == [("case", case.id)]


def test_where_a_look_cannot_be_written_down_nothing_is_shown(app, cast, make_case):
    from intranet.kernel.database import database

    case, browser = make_case(), cast("hm.hieutruong")
    database.execute_sql("ALTER TABLE mentoring_case_read RENAME TO gone")
    answer = browser.get(f"/mentoring/cases/{case.id}")
    assert answer.status_code == 503
    assert NAME not in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"child_agrees": []}, "Học sinh từ đủ 7 tuổi"),
        ({"scope": []}, "chưa chọn gia đình đồng ý những gì"),
        ({"way": "paper"}, "chưa gửi bản chụp"),
        ({"given_on": "01/01/2100"}, "không thể ở tương lai"),
        ({"expires_on": "01/01/2100"}, "nhiều nhất một năm"),
        ({"scan": (BytesIO(b"MZ not a scan"), "virus.exe")}, "Hệ thống chỉ nhận"),
    ],
)
def test_a_consent_that_is_none_is_refused(cast, make_case, change, sentence):
    case = make_case(state="consent_pending")
    answer = cast("hm.giaovien").submit(
        f"/mentoring/cases/{case.id}/consents/new", "consent", {**CONSENT, "given_on": show_date(today()), **change}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Consent.select().count() == 0


def test_a_child_under_seven_need_not_sign(cast, make_case):
    case = make_case(state="consent_pending", birth_date="2021-05-01")
    answer = cast("hm.giaovien").submit(
        f"/mentoring/cases/{case.id}/consents/new", "consent", {**CONSENT, "child_agrees": []}
    )
    assert answer.status_code == 303


def test_the_signed_form_is_kept_encrypted_and_comes_back_whole(cast, make_case):
    case = make_case(state="consent_pending")
    browser = cast("hm.giaovien")
    browser.submit(
        f"/mentoring/cases/{case.id}/consents/new", "consent", {**CONSENT, "scan": (BytesIO(PDF), f"{NAME}.pdf")}
    )
    consent = Consent.get()
    assert "%PDF" not in consent.scan
    answer = browser.get(f"/mentoring/cases/{case.id}/consents/{consent.id}/scan")
    assert answer.data == PDF
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"HS-6A-01-dong-y-{consent.id}.pdf" in answer.headers["Content-Disposition"]


def test_the_form_to_print_has_the_name_in_its_body_alone(cast, make_case):
    case = make_case(state="consent_pending")
    page = cast("hm.giaovien").soup(f"/mentoring/cases/{case.id}/consents/form")
    assert NAME in page.main.text
    assert NAME not in page.title.text


def test_a_withdrawal_freezes_the_case_at_once(cast, make_case):
    case = make_case(state="open")
    consent = Consent.get()
    browser = cast("hm.giaovien")
    url = f"/mentoring/cases/{case.id}/consents/{consent.id}/withdraw"
    assert browser.submit(url, "withdraw").status_code == 303
    assert (Case.get_by_id(case.id).state, Consent.get().withdrawn_on) == ("frozen", today())
    assert browser.submit(url, "withdraw").status_code == 422


def test_a_new_consent_opens_a_frozen_case_again(cast, make_case):
    case = make_case(state="frozen")
    answer = cast("hm.giaovien").submit(f"/mentoring/cases/{case.id}/consents/new", "consent", CONSENT)
    assert answer.status_code == 303
    assert Case.get_by_id(case.id).state == "open"


def test_what_two_people_change_at_once_is_shown_to_the_second(cast, make_case):
    case = make_case()
    url = f"/mentoring/cases/{case.id}/edit"
    assert cast("hm.giaovien").submit(url, "case", {"tried": "Phụ đạo thêm"}).status_code == 303
    answer = cast("hm.dieuphoi").submit(url, "case", {"tried": "Gặp gia đình", "version": str(case.version)})
    assert answer.status_code == 409
    assert "Phụ đạo thêm" in answer.text


def test_goals_are_changed_line_by_line(cast, make_case):
    case = make_case()
    answer = cast("hm.giaovien").submit(f"/mentoring/cases/{case.id}/goals", "goals", {"goals": "Đọc trôi chảy"})
    assert answer.status_code == 303
    page = text(cast("hm.giaovien"), f"/mentoring/cases/{case.id}")
    assert "Đọc trôi chảy" in page
    assert GOAL not in page
