"""Issued papers: frozen, found by their code, void with a reason; strangers learn no more than they hold in hand."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from docx import Document

from intranet.accounts import throttle
from intranet.app import components
from intranet.files import upkeep
from intranet.kernel.clock import today
from intranet.operations import district_copy
from intranet.papers import rules
from intranet.papers.engine import TemplateFault
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.twinning import Pairing
from intranet.shared.attachments import StoredFile
from intranet.shared.audit import AuditEntry
from intranet.shared.papers import IssuedDocument, PaperTemplate
from intranet.web.addresses import printed_picture_of

ON = date(2023, 10, 20)


@pytest.fixture
def issued(app, pledge):
    """The pledge, issued by the office of Hoàng Mai."""
    with app.app_context():
        person = Person.get(Person.username == "hm.chuyenvien")
        return rules.issue("pledge", pledge, number="9", issued_on=ON, person_id=person.id)


def test_number_and_day_of_a_signed_record_are_offered(cast, pledge):
    form = cast("hm.hieutruong").soup(f"/papers/pledge/{pledge.id}").find("form", {"data-form": "issue"})
    assert [form.find("input", {"name": name})["value"] for name in ("number", "issued_on")] == ["7", "20/10/2023"]


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def test_a_paper_is_issued_under_a_number_and_its_file_never_changes_again(app, cast, pledge, read):
    browser = cast("hm.hieutruong")
    answer = browser.submit(f"/papers/pledge/{pledge.id}", "issue", {"number": "3", "issued_on": "20/10/2023"})
    assert answer.status_code == 303
    issued = IssuedDocument.get()
    assert answer.headers["Location"] == f"/papers/issued/{issued.code}"
    assert (issued.number, issued.issued_on, issued.subject_type) == ("03/GƯ-THCSYS-THCSHQ", ON, "pairing")
    assert issued.title == "BẢN GIAO ƯỚC KẾT NGHĨA: Trường THCS Yên Sở và Trường THCS Hồng Quang"
    with app.app_context():
        PledgeClause.update(text="Sửa sau").execute()
        Pairing.update(pledge_preamble="Sửa sau").execute()
    texts = read(browser.get(f"/papers/issued/{issued.code}.docx").data)
    assert "Số: 03/GƯ-THCSYS-THCSHQ" in texts
    assert ("Dạy chuyên đề" in texts, "Sửa sau" in texts) == (True, False)
    assert AuditEntry.select().where(AuditEntry.action == "paper.issue").count() == 1


def test_the_code_stands_at_the_foot_of_every_page(issued, cast):
    section = Document(BytesIO(cast("hm.giaovien").get(f"/papers/issued/{issued.code}.docx").data)).sections[0]
    shown = {section.first_page_footer.paragraphs[0].text, section.footer.paragraphs[0].text}
    assert shown == {f"Mã tra cứu: {issued.code}"}


def test_phones_read_the_address_from_the_foot_of_every_page(cast, pledge):
    browser = cast("hm.hieutruong")
    browser.submit(f"/papers/pledge/{pledge.id}", "issue", {"number": "3", "issued_on": "20/10/2023"})
    issued = IssuedDocument.get()
    document = Document(BytesIO(browser.get(f"/papers/issued/{issued.code}.docx").data))
    address = f"http://localhost/verify/{issued.code}"
    for foot in (document.sections[0].first_page_footer, document.sections[0].footer):
        assert foot.paragraphs[0].text.strip() == f"Mã tra cứu: {issued.code} – {address}"
        pictures = {link.target_part.blob for link in foot.part.rels.values() if link.reltype.endswith("/image")}
        assert pictures == {printed_picture_of(address)}


@pytest.mark.parametrize(
    ("values", "sentences"),
    [
        (
            {"number": "", "issued_on": ""},
            ["Thầy/cô chưa nhập số văn bản.", "Thầy/cô chưa nhập ngày ban hành."],
        ),
        ({"number": "5 a", "issued_on": "20/10/2023"}, ["Số văn bản không có dấu cách, ví dụ 05/KH-PGDĐT."]),
        ({"number": "5", "issued_on": "31/02/2023"}, ["Ngày 31/02/2023 không có trong lịch."]),
        ({"number": "5", "issued_on": "ahead"}, ["Ngày ban hành không được sau hôm nay."]),
    ],
)
def test_what_is_missing_or_wrong_is_asked_for(cast, pledge, values, sentences):
    ahead = f"{today() + timedelta(days=1):%d/%m/%Y}"
    values = {name: value.replace("ahead", ahead) for name, value in values.items()}
    answer = cast("hm.hieutruong").submit(f"/papers/pledge/{pledge.id}", "issue", values)
    assert (answer.status_code, errors(answer), IssuedDocument.select().count()) == (422, sentences, 0)


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.hieutruong", 303),
        ("uh.chuyenvien", 303),
        ("hm.giaovien", 403),
        ("hm.dieuphoi", 403),
        ("hm2.hieutruong", 404),
    ],
)
def test_who_issues(cast, pledge, username, status):
    browser = cast(username)
    data = {"number": "5", "issued_on": "20/10/2023", "csrf_token": browser.csrf("/account")}
    assert browser.post(f"/papers/pledge/{pledge.id}", data=data).status_code == status


def test_a_template_with_an_error_issues_nothing(app, pledge, monkeypatch):
    def broken(*_arguments):
        raise TemplateFault("Mẫu hỏng.")

    monkeypatch.setattr("intranet.papers.documents.fill", broken)
    with app.app_context():
        with pytest.raises(TemplateFault):
            rules.issue("pledge", pledge, number="9", issued_on=ON, person_id=None)
        assert IssuedDocument.select().count() == 0


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.giaovien", 200),
        ("uh.hieutruong", 200),
        ("uh.lanhdao", 200),
        ("admin", 200),
        ("hm2.giaovien", 404),
        ("hm.moi", 404),
        ("", 303),
    ],
)
def test_an_issued_paper_is_read_by_whoever_sees_the_record(cast, issued, username, status):
    browser = cast(username)
    paths = (f"/papers/issued/{issued.code}", f"/papers/issued/{issued.code}.docx")
    assert {browser.get(path).status_code for path in paths} == {status}


def test_its_holder_reads_it_though_a_stranger_to_the_record(app, cast, issued):
    holder = Person.get(Person.username == "hm2.giaovien")
    IssuedDocument.update(holder=holder).execute()
    assert cast("hm2.giaovien").get(f"/papers/issued/{issued.code}.docx").status_code == 200


def test_what_was_issued_stays_where_its_module_is_gone(app, cast, issued):
    IssuedDocument.update(kind="gone.paper", module="gone").execute()
    addresses = f"/papers/issued/{issued.code}", f"/papers/issued/{issued.code}.docx"
    assert {cast("hm.chuyenvien").get(address).status_code for address in addresses} == {200}
    assert {cast("hm.giaovien").get(address).status_code for address in addresses} == {404}
    assert cast("").get(f"/verify/{issued.code}").status_code == 200


def test_it_is_made_void_with_a_reason_that_the_checking_page_tells(cast, issued):
    browser = cast("uh.hieutruong")
    here = f"/papers/issued/{issued.code}"
    refused = browser.submit(here, "void", {"reason": ""})
    assert (refused.status_code, errors(refused)) == (422, ["Thầy/cô chưa ghi lý do."])
    assert browser.submit(here, "void", {"reason": "Ghi nhầm số"}).status_code == 303
    assert browser.soup(here).find("form", {"data-form": "void"}) is None
    page = cast("").soup(f"/verify/{issued.code}").main
    assert "Văn bản này không còn giá trị" in page.text
    assert "Ghi nhầm số" in page.text


def test_only_whoever_may_issue_makes_it_void(cast, issued):
    browser = cast("hm.giaovien")
    assert browser.soup(f"/papers/issued/{issued.code}").find("form", {"data-form": "void"}) is None
    data = {"reason": "x", "csrf_token": browser.csrf("/account")}
    assert browser.post(f"/papers/issued/{issued.code}/void", data=data).status_code == 403


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_anybody_checks_a_paper_by_its_code_however_it_is_typed(cast, issued, typed):
    answer = cast("").get("/verify", query_string={"code": typed(issued.code)}, follow_redirects=True)
    facts = {row.dt.text: row.dd.text for row in BeautifulSoup(answer.text, "lxml").select(".facts div")}
    assert facts == {
        "Văn bản": "BẢN GIAO ƯỚC KẾT NGHĨA: Trường THCS Yên Sở và Trường THCS Hồng Quang",
        "Số, ký hiệu": "09/GƯ-THCSYS-THCSHQ",
        "Ngày ban hành": "20/10/2023",
        "Cơ quan ban hành": "TRƯỜNG THCS YÊN SỞ, TRƯỜNG THCS HỒNG QUANG",
        "Mã tra cứu": issued.code,
    }
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Đặng Minh Vinh" not in answer.text


def test_a_wrong_code_is_said_and_guessing_ends(cast, monkeypatch, issued):
    monkeypatch.setattr(throttle, "PER_ADDRESS", 2)
    browser = cast("")
    assert [browser.get(f"/verify/WRONG-0000{number}").status_code for number in range(3)] == [404, 404, 429]
    assert browser.get(f"/verify/{issued.code}").status_code == 200


@pytest.mark.parametrize("code", ["x" * 5000, "%00", "Mã", "<script>", "-"])
def test_any_text_is_only_a_wrong_code(cast, code):
    assert cast("").get(f"/verify/{code}").status_code in (400, 404)


def test_a_record_lists_what_was_issued_the_latest_first(app, cast, pledge, issued):
    with app.app_context():
        rules.issue("pledge", pledge, number="10", issued_on=ON, person_id=None)
    lines = cast("hm.giaovien").soup(f"/papers/pledge/{pledge.id}").select("[data-panel='papers.issued'] li")
    assert [line.select_one(".small [lang]").text.split("/")[0] for line in lines] == ["10", "09"]


def test_the_frozen_file_is_kept_from_the_daily_clearing(app, issued):
    with app.app_context():
        StoredFile.update(stored_at="2020-01-01 00:00:00").execute()
        upkeep.clear_away(today())
        assert StoredFile.select().where(StoredFile.id == issued.file_id).exists()
        assert upkeep.check_files() == []


@pytest.mark.parametrize("code", ["HM", "UH"])
def test_the_copy_of_both_districts_of_the_pair_holds_the_frozen_file(app, issued, tmp_path, code):
    with app.app_context():
        district_copy.write(District.get(District.code == code), components(app), tmp_path / "copy")
    names = [path.name for path in (tmp_path / "copy" / "tep").glob("issued_document-*")]
    assert names == [f"issued_document-{issued.id}-{issued.file_name}"]


def test_issuing_uses_the_template_of_the_district_that_issues(app, cast, pledge, read):
    document, out = Document(), BytesIO()
    document.add_paragraph("{{ so_ky_hieu }} – {{ ma_tra_cuu }}")
    document.save(out)
    with app.app_context():
        kind = app.extensions["paper_kinds"].find("pledge")[1]
        person = Person.get(Person.username == "uh.chuyenvien")
        rules.replace_template(person.district, kind, out.getvalue(), "m.docx", person_id=person.id)
        assert PaperTemplate.select().count() == 1
    values = {"number": "5", "issued_on": "20/10/2023"}
    cast("uh.chuyenvien").submit(f"/papers/pledge/{pledge.id}", "issue", values)
    code = IssuedDocument.get().code
    texts = read(cast("hm.giaovien").get(f"/papers/issued/{code}.docx").data)
    # A space, and the picture.
    assert texts == [f"Số: 05/GƯ-THCSYS-THCSHQ – Mã tra cứu: {code} – http://localhost/verify/{code} "]
