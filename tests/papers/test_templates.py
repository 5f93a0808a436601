"""A district's own templates: tried before they replace ours, kept, and given back."""

import io
import zipfile

import pytest
from bs4 import BeautifulSoup
from docx import Document

from intranet.files import upkeep
from intranet.kernel import files
from intranet.kernel.clock import today
from intranet.registry.districts import District
from intranet.shared.attachments import StoredFile
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.papers import PaperTemplate
from intranet.testing import form_values


def word(*paragraphs):
    """A Word file with these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def page(app):
    """``page("HM", "pledge")``: where that template is kept."""

    def address(code, key="pledge"):
        with app.app_context():
            return f"/papers/templates/{District.get(District.code == code).id}/{key}"

    return address


@pytest.fixture
def send(cast, page):
    """``send("hm.chuyenvien", body)`` sends a template for the pledge."""

    def upload(username, body, name="Mẫu giao ước.docx", code="HM"):
        return cast(username).submit(page(code), "template", {"file": (io.BytesIO(body), name)})

    return upload


def errors(answer):
    return [item.text for item in BeautifulSoup(answer.text, "lxml").select(".errors li")]


def audited(action):
    entry = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id.desc()).get()
    return {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)}


def test_a_districts_template_makes_the_papers_of_its_people_and_of_nobody_else(send, paper, pledge):
    assert send("hm.chuyenvien", word("Giao ước số {{ so_ky_hieu }} của quận")).status_code == 303
    assert paper("hm.giaovien", "pledge", pledge) == ["Giao ước số Số: 07/GƯ-THCSYS-THCSHQ của quận"]
    assert paper("uh.giaovien", "pledge", pledge)[0] == "TRƯỜNG THCS YÊN SỞ"
    assert audited("paper_template.replace") == {"kind": (None, "pledge"), "template": (None, "Mẫu giao ước.docx")}


def test_ours_comes_back_and_the_districts_own_stays_to_be_read(send, paper, pledge, cast, page):
    send("hm.chuyenvien", word("{{ ten_loai }}"))
    answer = cast("hm.chuyenvien").submit(page("HM"), "retire")
    assert answer.status_code == 303
    assert paper("hm.giaovien", "pledge", pledge)[0] == "TRƯỜNG THCS YÊN SỞ"
    assert "thôi dùng lúc" in cast("hm.chuyenvien").soup(page("HM")).find(attrs={"data-panel": "papers.earlier"}).text
    assert audited("paper_template.retire") == {"kind": ("pledge", "pledge"), "template": ("Mẫu giao ước.docx", None)}


def test_our_template_can_be_sent_back_as_it_is(send, cast, page, paper, pledge):
    body = cast("hm.chuyenvien").get(page("HM") + "/present.docx").data
    before = paper("hm.giaovien", "pledge", pledge)
    assert send("hm.chuyenvien", body).status_code == 303
    assert paper("hm.giaovien", "pledge", pledge) == before


def with_part(body, name, content):
    """The same package with one more part, or another in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


REMOTE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="http://example.org/x.dotm" TargetMode="External"/></Relationships>'
)
WHOLE = word("{{ ten_loai }}")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (word("Số {{ so_van_ban }}"), "Ở đoạn “Số {{ so_van_ban }}”: không có thẻ “so_van_ban”."),
        (
            word("{% if ten_loai %}x{% else %}{{ sai }}{% endif %}"),
            "Ở đoạn “{% if ten_loai %}x{% else %}{{ sai }}{% endif %}”: không có thẻ “sai”.",
        ),
        (word("Không có thẻ"), "Tệp không có thẻ nào, ví dụ {{ so_ky_hieu }}. Thầy/cô hãy sửa từ mẫu tải ở đây."),
        (
            with_part(WHOLE, "word/_rels/settings.xml.rels", REMOTE),
            "Tệp có ảnh hoặc mẫu liên kết ra ngoài. Thầy/cô hãy chèn hẳn vào tệp.",
        ),
        (
            with_part(WHOLE, "word/big.xml", b" " * 3_000_000),
            "Nội dung tệp quá lớn khi mở ra. Thầy/cô hãy bỏ bớt ảnh và nội dung thừa.",
        ),
        (
            with_part(WHOLE, "word/media/a.png", b" " * 21_000_000),
            "Nội dung tệp quá lớn khi mở ra. Thầy/cô hãy bỏ bớt ảnh và nội dung thừa.",
        ),
        (
            with_part(WHOLE, "word/vbaProject.bin", b"x"),
            "Tệp có macro. Thầy/cô hãy lưu thành .docx, .xlsx hoặc .pptx rồi gửi lại.",
        ),
        (b"%PDF-1.4\nstartxref\n%%EOF", "Mẫu phải là tệp Word (.docx)."),
        (b"", "Tệp rỗng. Thầy/cô hãy chọn lại tệp."),
    ],
)
def test_a_template_with_an_error_is_refused_with_a_sentence_and_replaces_nothing(
    app, send, paper, pledge, body, sentence
):
    send("hm.chuyenvien", word("Trước: {{ ten_loai }}"))
    answer = send("hm.chuyenvien", body)
    assert (answer.status_code, errors(answer)) == (422, [sentence])
    assert paper("hm.giaovien", "pledge", pledge) == ["Trước: BẢN GIAO ƯỚC KẾT NGHĨA"]
    assert PaperTemplate.select().count() == 1


def test_where_a_template_fails_for_a_record_the_person_reads_why_and_ours_does_not_stand_in(
    app, send, cast, pledge, caplog
):
    send("hm.chuyenvien", word("{{ ten_loai }}"))
    with app.app_context():
        # It was whole when it was tried; the program's tags have changed since.
        StoredFile.update(sha256=files.put(word("{{ the_cu }}"))).where(
            StoredFile.id == PaperTemplate.get().file_id
        ).execute()
    address = f"/papers/pledge/{pledge.id}.docx"
    caplog.set_level("ERROR", "intranet.papers")
    answer = cast("hm.chuyenvien").get(address)
    soup = BeautifulSoup(answer.text, "lxml").main
    assert answer.status_code == 422
    assert "Ở đoạn “{{ the_cu }}”: không có thẻ “the_cu”." in soup.text
    template = PaperTemplate.get()
    assert soup.select_one("a.primary")["href"] == f"/papers/templates/{template.district_id}/pledge"
    assert f"paper pledge of record {pledge.id} by template {template.id}" in caplog.text
    teacher = cast("hm.giaovien").get(address)
    assert (teacher.status_code, "/papers/templates" in teacher.text) == (422, False)


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.chuyenvien", 200),
        ("hm.lanhdao", 200),
        ("admin", 200),
        ("hm.hieutruong", 403),
        ("hm.giaovien", 403),
        ("uh.chuyenvien", 404),
    ],
)
def test_a_districts_templates_are_its_offices(cast, page, username, status):
    browser = cast(username)
    paths = ("", "/present.docx", "/ours.docx")
    assert {browser.get(page("HM") + path).status_code for path in paths} == {status}
    assert browser.get(page("HM").rpartition("/")[0]).status_code == status


def test_an_officer_sees_the_own_districts_kinds_and_which_template_each_has(send, cast):
    send("hm.chuyenvien", WHOLE)
    rows = cast("hm.chuyenvien").soup("/papers/templates").select("tbody tr")
    used = {row.th.text: row.select_one(".status").text for row in rows}
    assert used["Giao ước kết nghĩa"] == "Mẫu của phòng"
    assert used["Biên bản họp"] == "Mẫu của hệ thống"
    assert "Giao ước" not in " ".join(
        row.text
        for row in cast("uh.chuyenvien").soup("/papers/templates").select("tbody tr")
        if "của phòng" in row.text
    )


def test_the_tags_are_listed_as_they_are_written(cast, page):
    shown = [code.text for code in cast("hm.chuyenvien").soup(page("HM")).select("code")]
    assert "{{ so_ky_hieu }}" in shown
    place = shown.index("{%p for muc in cam_ket %} … {%p endfor %}")
    assert shown[place + 1 : place + 3] == ["{{ muc.stt }}", "{{ muc.noi_dung }}"]


def test_a_template_is_kept_from_the_daily_clearing(app, send):
    send("hm.chuyenvien", WHOLE)
    with app.app_context():
        StoredFile.update(stored_at="2020-01-01 00:00:00").execute()
        upkeep.clear_away(today())
        assert StoredFile.select().where(StoredFile.id == PaperTemplate.get().file_id).exists()


def test_the_same_form_sent_twice_keeps_one_template(cast, page):
    browser = cast("hm.chuyenvien")
    fields = form_values(browser.soup(page("HM")).find("form", {"data-form": "template"}))
    for _time in range(2):
        answer = browser.post(page("HM"), data=fields | {"file": (io.BytesIO(WHOLE), "a.docx")})
        assert answer.status_code == 303
    assert PaperTemplate.select().count() == 1
