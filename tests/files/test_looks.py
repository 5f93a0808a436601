"""What documents show inside: made when somebody first looks, for whoever may read them, and gone with the file."""

import io
from datetime import date, timedelta

import pypdfium2
import pytest
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pptx import Presentation

from intranet.files import upkeep
from intranet.kernel import jobs
from intranet.kernel.clock import now, today
from intranet.registry.people import Person
from intranet.shared.attachments import Attachment, FileLook, FilePage, StoredFile
from intranet.shared.uploads import JPEG, PDF, PDF_MAGIC

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(*lines):
    document = Document()
    document.add_heading("Kế hoạch bài dạy", 1)
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Hoạt động", "Thời gian"
    return saved(document)


def slides(count=1):
    show = Presentation()
    for number in range(1, count + 1):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = f"Bài {number}"
        slide.placeholders[1].text = "Nước có ở đâu?\nVì sao phải tiết kiệm?"
    return saved(show)


def sheets(rows=1):
    book = Workbook()
    book.active.title = "Danh sách"
    for number in range(rows):
        book.active.append([f"Lớp {number}", date(2024, 9, 5), 12.5, 1500.0, True, None])
    return saved(book)


def pages(count=1):
    document = pypdfium2.PdfDocument.new()
    for _number in range(count):
        document.new_page(595, 842)
    return saved(document)


@pytest.fixture
def look(cast, send):
    """``look(contents, name)``: the address of the page that shows what is in a file of a school."""

    def sent(body, name):
        assert send("hm.hieutruong", (body, name)).status_code == 303
        return f"/files/{Attachment.get(Attachment.name == name).id}/view"

    return sent


@pytest.fixture
def looked(app, cast, look):
    """The same, when its first reader has asked for it and the job is done."""

    def made(body, name):
        address = look(body, name)
        assert cast("hm.hieutruong").submit(address, "look").headers["Location"] == address
        with app.app_context():
            assert jobs.run_due() == 1
        return address

    return made


def shown(browser, address):
    part = browser.soup(address).find(id="look")
    return part["data-state"], part.get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("body", "name", "text"),
    [
        (word("Trò chơi <b>ghép</b> thẻ"), "a.docx", "Kế hoạch bài dạy Trò chơi <b>ghép</b> thẻ Hoạt động Thời gian"),
        (slides(), "b.pptx", "Bài 1 Nước có ở đâu? Vì sao phải tiết kiệm?"),
        (sheets(), "c.xlsx", "Danh sách Lớp 0 05/09/2024 12,5 1500 x"),
        (pages(2), "d.pdf", "Trang 1 Trang 2"),
    ],
)
def test_a_document_shows_what_is_inside(cast, looked, body, name, text):
    assert shown(cast("hm.giaovien"), looked(body, name)) == ("ready", text)


@pytest.mark.parametrize(
    ("body", "name"),
    [(word(*map(str, range(200))), "a.docx"), (slides(31), "b.pptx"), (sheets(31), "c.xlsx"), (pages(11), "d.pdf")],
)
def test_a_long_document_is_cut_and_the_page_says_so(cast, looked, body, name):
    state, text = shown(cast("hm.giaovien"), looked(body, name))
    assert (state, text.endswith("Tệp còn nội dung. Thầy/cô tải xuống để xem hết.")) == ("ready", True)


def test_an_empty_document_says_so(cast, looked):
    assert shown(cast("hm.giaovien"), looked(saved(Document()), "a.docx")) == (
        "ready",
        "Tệp này không có chữ hoặc bảng nào để xem nhanh.",
    )


def test_the_first_reader_has_it_made_and_waits(app, cast, look):
    address, reader = look(word("Mục tiêu"), "a.docx"), cast("hm.giaovien")
    form = reader.soup(address).select_one("#look form")
    assert (form["hx-trigger"], form.button.get_text(strip=True)) == ("load, submit", "Chuẩn bị bản xem nhanh")
    token = {"csrf_token": form.find("input", {"name": "csrf_token"})["value"]}
    waiting = reader.post(address, data=token, headers=PARTIAL)
    assert (waiting.status_code, 'hx-trigger="every 1s"' in waiting.text) == (200, True)
    # Others who look meanwhile wait for the same.
    other = cast("hm.hieutruong").soup(address).find(id="look")
    assert (other["data-state"], other.select_one("noscript a")["href"]) == ("waiting", address)
    with app.app_context():
        assert jobs.run_due() == 1
    assert shown(reader, address)[0] == "ready"
    assert "hx-trigger" not in reader.get(address, headers=PARTIAL).text


def test_whoever_looks_as_somebody_else_starts_nothing_by_opening_it(cast, look):
    address, admin = look(word(), "a.docx"), cast("admin")
    admin.submit(f"/people/{Person.get(Person.username == 'hm.giaovien').id}/see-as", "see-as")
    assert admin.soup(address).select_one("#look form")["hx-trigger"] == "submit"


@pytest.mark.parametrize("name", ["a.docx", "b.pptx", "c.xlsx", "d.pdf"])
def test_what_cannot_be_read_is_said_once_and_for_all(app, cast, looked, samples, name):
    parts = {"a.docx": samples.word, "b.pptx": samples.slides, "c.xlsx": samples.excel}
    body = samples.package(parts[name]) if name in parts else PDF_MAGIC + b"1.4 startxref %%EOF"
    address = looked(body, name)
    assert shown(cast("hm.giaovien"), address) == (
        "failed",
        "Không xem nhanh được tệp này. Thầy/cô tải xuống để mở.",
    )
    cast("hm.giaovien").post(address, data={"csrf_token": cast("hm.giaovien").csrf("/account")})
    assert jobs.Job.select().where(jobs.Job.kind == "files.look").count() == 1


def test_a_picture_is_shown_as_it_is(cast, look, samples):
    address = look(samples.picture(), "Sân trường.jpg")
    image = cast("hm.giaovien").soup(address).select_one("main img")
    assert (image["src"], image["alt"]) == (address.replace("view", "download"), "Sân trường.jpg")


def test_the_picture_of_a_page_is_a_picture_and_nothing_else(cast, looked):
    address = looked(pages(2), "d.pdf").replace("view", "pages")
    answer = cast("hm.giaovien").get(f"{address}/2")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.format, picture.width) == ("JPEG", 1000)
    assert (answer.mimetype, answer.headers["Content-Security-Policy"]) == (
        "image/jpeg",
        "default-src 'none'; sandbox; frame-ancestors 'none'",
    )
    assert cast("hm.giaovien").get(f"{address}/3").status_code == 404


@pytest.mark.parametrize(("username", "status"), [("hm.giaovien", 200), ("uh.giaovien", 200), ("uh2.hieutruong", 404)])
def test_only_who_may_read_the_file_sees_what_is_inside(cast, looked, username, status):
    address = looked(pages(), "d.pdf")
    browser = cast(username)
    assert [browser.get(url).status_code for url in (address, address.replace("view", "pages/1"))] == [status] * 2
    token = {"csrf_token": browser.csrf("/account")}
    assert browser.post(address, data=token).status_code == (303 if status == 200 else 404)


def test_in_the_trash_it_is_closed(cast, looked):
    address = looked(pages(), "d.pdf")
    Attachment.update(deleted_at=now()).execute()
    assert [cast("hm.hieutruong").get(url).status_code for url in (address, address.replace("view", "pages/1"))] == [
        404,
        404,
    ]


def test_it_goes_with_its_file(app, looked, store, age, blobs):
    looked(pages(), "d.pdf")
    assert (FileLook.select().count(), FilePage.select().count(), len(blobs())) == (1, 1, 2)
    Attachment.update(deleted_at=now() - timedelta(days=31)).execute()
    StoredFile.update(stored_at=now() - timedelta(days=2)).execute()
    age(*(path for path in store.rglob("*") if path.is_file()))
    with app.app_context():
        upkeep.clear_away(today())
    assert (FileLook.select().count(), FilePage.select().count(), blobs()) == (0, 0, [])


def test_a_file_that_takes_the_place_of_one_that_is_gone_is_looked_into_anew(cast, looked):
    looked(pages(), "d.pdf")
    # With it go its look and its pages; of what was done for it, the job stays for a month.
    Attachment.delete().execute()
    for media_type in (PDF, JPEG):
        StoredFile.delete().where(StoredFile.media_type == media_type).execute()
    assert shown(cast("hm.giaovien"), looked(pages(2), "e.pdf")) == ("ready", "Trang 1 Trang 2")


def test_a_file_that_is_kept_keeps_its_pages(app, cast, looked, store, age):
    address = looked(pages(), "d.pdf")
    StoredFile.update(stored_at=now() - timedelta(days=2)).execute()
    age(*(path for path in store.rglob("*") if path.is_file()))
    with app.app_context():
        upkeep.clear_away(today())
    assert cast("hm.giaovien").get(address.replace("view", "pages/1")).status_code == 200
