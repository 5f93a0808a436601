"""A report is submitted, signed and issued; from then on nothing in it changes, whatever the data do."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest

from intranet.kernel.clock import today
from intranet.kernel.dates import show_date
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.shared.papers import IssuedDocument
from intranet.testing import form_values

from .conftest import happen
from .test_pair_report import paper

SIGNED = {
    "number": "12/BC-THCSYS",
    "issued_on": "05/06/2024",
    "signer": "Đặng Minh Vinh",
    "signer_title": "Hiệu trưởng",
}


def press(browser, report, key, **values):
    """Take a step by the button on the page, or on the page that asks first."""
    address = f"/steps/report/{report.rpartition('/')[2]}/{key}"
    form = browser.soup(report).find("form", {"action": address})
    if form is None:
        form = browser.soup(address).find("form", {"data-form": "step"})
    return browser.post(address, data=form_values(form) | values)


def state(report):
    return Report.get_by_id(int(report.rpartition("/")[2])).state


def buttons(browser, report):
    panel = browser.soup(report).find(attrs={"data-panel": "core.steps"})
    return [way.text.strip() for way in panel.select(".actions .btn")]


@pytest.fixture
def submitted(report, cast):
    press(cast("hm.dieuphoi"), report, "submit")
    return report


@pytest.fixture
def issued(submitted, cast):
    assert cast("hm.hieutruong").submit(f"{submitted}/issue", "issue", SIGNED).status_code == 303
    return submitted


def test_each_has_the_buttons_of_the_own_part(report, cast):
    assert buttons(cast("hm.dieuphoi"), report) == ["Trình ký", "Bỏ bản nháp"]
    assert buttons(cast("uh.hieutruong"), report) == []
    press(cast("hm.dieuphoi"), report, "submit")
    assert buttons(cast("hm.hieutruong"), report) == ["Ban hành", "Trả lại để sửa"]
    assert buttons(cast("hm.dieuphoi"), report) == ["Rút về để sửa"]
    assert buttons(cast("hm.lanhdao"), report) == []


def test_it_waits_for_the_principal_and_nobody_edits_it(submitted, cast):
    lines = cast("hm.hieutruong").soup("/").find(attrs={"data-panel": "home.tasks"}).select("li")
    assert [(line.a["href"], line.span.text.partition(" · ")[0]) for line in lines if line.a["href"] == submitted] == [
        (submitted, "Ký và ban hành báo cáo")
    ]
    assert {cast("hm.dieuphoi").get(f"{submitted}/{page}").status_code for page in ("edit", "refill")} == {409}


def test_sent_back_it_says_why(submitted, cast):
    press(cast("hm.hieutruong"), submitted, "send_back", reason="Thiếu số tiết.")
    page = cast("hm.dieuphoi").soup(submitted)
    assert "Thiếu số tiết." in page.select_one("div.notice").text
    assert cast("hm.dieuphoi").get(f"{submitted}/edit").status_code == 200
    for key in ("submit", "withdraw"):
        press(cast("hm.dieuphoi"), submitted, key)
    assert cast("hm.dieuphoi").soup(submitted).select_one("div.notice") is None


def test_issued_it_carries_number_day_and_signer(issued, cast):
    article = paper(cast("uh.giaovien"), issued)
    assert article.select(".issuer p")[2].text == "Số: 12/BC-THCSYS"
    assert article.select_one(".dated").text == "Yên Sở, ngày 05 tháng 6 năm 2024"
    assert [line.text for line in article.select(".signature p")] == ["HIỆU TRƯỞNG", "Đặng Minh Vinh"]


def test_nothing_of_an_issued_report_changes_with_the_data(app, story, issued, cast):
    before = str(paper(cast("hm.hieutruong"), issued))
    with app.app_context():
        happen(story.pairing, "late", "visit", date(2024, 5, 2), None, 9, "chuyến")
    School.update(name="Trường đổi tên", principal_name="Người khác").execute()
    assert str(paper(cast("hm.hieutruong"), issued)) == before
    assert {cast("hm.dieuphoi").get(f"{issued}/{page}").status_code for page in ("edit", "refill")} == {409}
    token = cast("hm.dieuphoi").csrf("/account")
    answer = cast("hm.dieuphoi").post(f"{issued}/edit", data={"csrf_token": token, "title": "Khác", "new_part": "2"})
    assert answer.status_code == 422
    assert cast("hm.dieuphoi").post(f"{issued}/refill", data={"csrf_token": token}).status_code == 409
    assert str(paper(cast("hm.hieutruong"), issued)) == before


@pytest.mark.parametrize("username", ["hm.dieuphoi", "uh.hieutruong", "hm.lanhdao", "admin"])
def test_only_the_head_of_the_writing_school_issues_it(submitted, cast, username):
    assert cast(username).get(f"{submitted}/issue").status_code == 403
    token = cast(username).csrf("/account")
    assert cast(username).post(f"{submitted}/issue", data={"csrf_token": token, **SIGNED}).status_code == 403
    assert state(submitted) == "submitted"


def test_a_draft_is_not_issued(report, cast):
    assert cast("hm.hieutruong").get(f"{report}/issue").status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number", "", "Thầy/cô chưa ghi số văn bản."),
        ("issued_on", "", "Thầy/cô chưa ghi ngày ban hành."),
        ("issued_on", "tomorrow", "Ngày ban hành không được sau hôm nay."),
        ("signer", "", "Thầy/cô chưa ghi tên người ký."),
    ],
)
def test_what_a_paper_needs_is_asked_for(submitted, cast, field, value, sentence):
    value = show_date(today() + timedelta(days=1)) if value == "tomorrow" else value
    answer = cast("hm.hieutruong").submit(f"{submitted}/issue", "issue", {**SIGNED, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert state(submitted) == "submitted"


def test_a_report_taken_back_and_edited_meanwhile_is_not_issued_unseen(submitted, cast):
    principal = cast("hm.hieutruong")
    seen = form_values(principal.soup(f"{submitted}/issue").find("form", {"data-form": "issue"}))
    press(cast("hm.dieuphoi"), submitted, "withdraw")
    press(cast("hm.dieuphoi"), submitted, "submit")
    assert principal.post(f"{submitted}/issue", data=seen | SIGNED).status_code == 409
    assert state(submitted) == "submitted"


def test_its_file_is_frozen_under_its_number_and_void_with_it(issued, cast, app):
    principal = cast("hm.hieutruong")
    line = principal.soup(issued).select_one("[data-panel='reports.issued'] li")
    assert (line.select_one(".small [lang]").text, line.select_one(".status")["data-state"]) == (
        "12/BC-THCSYS",
        "valid",
    )
    address = line.a["href"]
    assert principal.get(f"{address}.docx").data.startswith(b"PK")
    assert principal.get(f"/papers/pair_report/{issued.rpartition('/')[2]}").status_code == 200
    token = {"csrf_token": principal.csrf("/account"), "number": "5", "issued_on": "01/09/2024"}
    assert principal.post(f"/papers/pair_report/{issued.rpartition('/')[2]}", data=token).status_code == 403
    press(principal, issued, "void", reason="Nhầm số tiết.")
    assert "Nhầm số tiết." in cast("").soup(address.replace("/papers/issued", "/verify")).main.text


def test_a_wrong_one_is_void_with_a_reason_and_made_anew(issued, cast):
    principal = cast("hm.hieutruong")
    assert press(principal, issued, "void", reason="Nhầm số tiết.").status_code == 303
    assert "Nhầm số tiết." in principal.soup(issued).select_one("div.notice").text
    answer = principal.submit(issued, "again")
    new = answer.headers["Location"]
    assert (new != issued, state(new), state(issued)) == (True, "draft", "void")
    first, second = (paper(principal, address).find_all("section") for address in (issued, new))
    assert [part.text for part in first] == [part.text for part in second]
    assert paper(principal, issued).select(".issuer p")[2].text == "Số: 12/BC-THCSYS"


def test_a_void_one_is_made_anew_once(issued, cast):
    principal = cast("hm.hieutruong")
    press(principal, issued, "void", reason="Nhầm.")
    first, second = (principal.submit(issued, "again").headers["Location"] for _ in range(2))
    assert first == second


def test_an_issued_report_is_not_made_anew(issued, cast):
    token = cast("hm.hieutruong").csrf("/account")
    assert cast("hm.hieutruong").post(f"{issued}/again", data={"csrf_token": token}).status_code == 409


def test_a_dropped_draft_makes_room_for_another(report, cast):
    press(cast("hm.dieuphoi"), report, "drop")
    answer = cast("hm.hieutruong").submit("/reports/new", "report", {"school_year": "2023-2024"})
    assert answer.headers["Location"] != report


def test_its_word_file_is_frozen_and_can_be_checked(app, story, issued, cast):
    from docx import Document

    paper_of = IssuedDocument.get(IssuedDocument.subject_type == "report")
    assert (paper_of.kind, paper_of.number, paper_of.school.code) == ("pair_report", "12/BC-THCSYS", "01008508")
    browser = cast("uh.giaovien")
    links = {link["href"] for link in browser.soup(issued).select("main a[href^='/papers/']")}
    assert links == {f"/papers/issued/{paper_of.code}", f"/papers/issued/{paper_of.code}.docx"}
    file = f"/papers/issued/{paper_of.code}.docx"
    before = browser.get(file).data
    School.update(name="Trường đổi tên").execute()
    assert browser.get(file).data == before
    feet = [line.text for part in Document(BytesIO(before)).sections for line in part.first_page_footer.paragraphs]
    assert any(paper_of.code in line for line in feet)
    assert cast("").get(f"/verify/{paper_of.code}").status_code == 200
    assert cast("hm2.hieutruong").get(file).status_code == 404
    tables = [table for section in json.loads(paper_of.facts)["sections"] for table in section["tables"]]
    assert ["Dạy minh họa môn Toán", "Trường THCS Yên Sở", "31/05/2024", "5 tiết", "5", "Hoàn thành"] in tables[1][
        "rows"
    ]


def test_a_void_reports_paper_no_longer_holds(issued, cast):
    press(cast("hm.hieutruong"), issued, "void", reason="Nhầm số tiết.")
    paper_of = IssuedDocument.get(IssuedDocument.subject_type == "report")
    assert (paper_of.void_at is not None, paper_of.void_reason) == (True, "Nhầm số tiết.")


def test_nobody_issues_or_voids_its_paper_beside_its_life(report, issued, cast):
    """The principal may edit papers; a report's own steps come first."""
    principal = cast("hm.hieutruong")
    number = report.rpartition("/")[2]
    token = principal.csrf("/account")
    form = {"csrf_token": token, "number": "9", "issued_on": "05/06/2024", "reason": "Thử"}
    assert principal.soup(f"/papers/pair_report/{number}").select_one("main form") is None
    assert principal.post(f"/papers/pair_report/{number}", data=form).status_code == 403
    paper_of = IssuedDocument.get(IssuedDocument.subject_type == "report")
    assert principal.post(f"/papers/issued/{paper_of.code}/void", data=form).status_code == 403
    assert IssuedDocument.select().where(IssuedDocument.subject_type == "report").count() == 1


def test_a_faulty_template_leaves_the_report_unissued(submitted, cast, monkeypatch):
    from intranet.papers import documents
    from intranet.papers.engine import TemplateFault

    def fail(*_arguments):
        raise TemplateFault("Mẫu của phòng có thẻ sai.")

    monkeypatch.setattr(documents, "render", fail)
    answer = cast("hm.hieutruong").submit(f"{submitted}/issue", "issue", SIGNED)
    assert (answer.status_code, "Mẫu của phòng có thẻ sai." in answer.text) == (422, True)
    assert (state(submitted), IssuedDocument.select().where(IssuedDocument.subject_type == "report").count()) == (
        "submitted",
        0,
    )
