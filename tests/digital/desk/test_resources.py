"""Digital resources: what is taken, reviewed, used and reported."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from intranet.shared.attachments import Attachment
from intranet.shared.steps import carry, take
from plugins.digital.models import Flag, Resource, Reuse
from plugins.digital.resources import rules

ROOM = "/digital/resources"
FORM = {
    "title": "Thí nghiệm ảo quang hợp",
    "subject": "Sinh học",
    "licence": "free",
    "link": "https://phet.example.org/",
}


@pytest.fixture
def make_resource(app, actor_of):
    """``make_resource("published", link="")``: a resource of hm.giaovien in this state."""

    def make(state="published", **values):
        given = {**FORM, "summary": "", "levels": 4, "textbook": "", "tool": "Trình duyệt", **values}
        with app.app_context():
            found = rules.make_resource(actor_of("hm.giaovien"), given)
            for key in {"draft": (), "submitted": ("submit",)}.get(state, ("submit", "approve", "publish")):
                carry(found, key, person_id=None)
        return Resource.get_by_id(found.id)

    return make


def step(browser, resource, verb, reason=""):
    here = f"/steps/digital_resource/{resource.id}/{verb}"
    return browser.post(here, data={"csrf_token": browser.csrf("/"), "reason": reason})


def report(browser, resource, kind="gone"):
    return browser.submit(f"{ROOM}/{resource.id}", "flag", {"kind": kind, "text": "Trang báo lỗi 404"})


def test_a_teacher_writes_one_and_the_office_publishes_it(cast, person):
    assert cast("hm.giaovien").submit(f"{ROOM}/new", "resource", {**FORM, "levels": ["4"]}).status_code == 303
    found = Resource.get()
    assert (found.author_id, found.levels, found.state) == (person("hm.giaovien").id, 4, "draft")
    step(cast("hm.giaovien"), found, "submit")
    for verb in ("approve", "publish"):
        assert step(cast("hm.chuyenvien"), found, verb).status_code == 303
    assert found.title in cast("uh.giaovien").get(ROOM).text


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "file:///etc/passwd",
        "https://",
        "http://localhost/",
        "https://user:pass@example.org/",
        "http://[::1",
        "trang cua toi",
    ],
)
def test_a_link_is_one_that_a_browser_opens(cast, link):
    answer = cast("hm.giaovien").submit(f"{ROOM}/new", "resource", {**FORM, "link": link})
    assert (answer.status_code, "Đường dẫn phải bắt đầu bằng https://" in answer.text) == (422, True)


def test_a_link_is_opened_by_the_reader_alone_and_nothing_is_embedded(cast, make_resource):
    page = cast("uh.giaovien").soup(f"{ROOM}/{make_resource(link='https://www.youtube.com/watch?v=abc').id}")
    link = page.find("a", href="https://www.youtube.com/watch?v=abc")
    assert (link["rel"], page.select("iframe, video, embed, object")) == (["noopener", "noreferrer", "nofollow"], [])
    assert "www.youtube.com" in link.get_text()


def test_what_has_neither_file_nor_link_is_not_sent(cast, make_resource):
    found = make_resource("draft", link="")
    answer = step(cast("hm.giaovien"), found, "submit")
    assert (answer.status_code, "chưa có tệp hoặc đường dẫn" in answer.text) == (422, True)


def package(types, **parts):
    body = BytesIO()
    with ZipFile(body, "w") as made:
        made.writestr("[Content_Types].xml", types)
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_x", ".x").replace("_b", ".b"), content)
    return body.getvalue()


DOCM = package("application/vnd.ms-word.document.macroEnabled.main+xml", word__document_xml="<w/>")
XLSM = package("", xl__workbook_xml="<x/>", xl__vbaProject_bin="x")
PDF_SCRIPT = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\nstartxref\n0\n%%EOF"


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("bai.docx", DOCM, "Tệp có macro."),
        ("diem.xlsx", XLSM, "Tệp có macro."),
        ("bai.pdf", b"<!doctype html><script>alert(1)</script>", "Hệ thống chỉ nhận ảnh"),
        ("anh.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "Hệ thống chỉ nhận ảnh"),
        ("bai.pdf", PDF_SCRIPT, "Tệp PDF có mã chạy được."),
    ],
)
def test_what_runs_is_not_taken_whatever_it_is_called(cast, make_resource, name, body, sentence):
    found = make_resource("draft")
    answer = cast("hm.giaovien").submit(
        f"/files/digital_resource/{found.id}", "files", {"files": (BytesIO(body), name)}
    )
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert not Attachment.select().where(Attachment.name == name).exists()


def test_each_other_school_counts_once(cast, make_resource):
    found = make_resource()
    for username in ("uh.giaovien", "uh.hieutruong", "uh2.hieutruong"):
        if cast(username).soup(f"{ROOM}/{found.id}").find("form", {"data-form": "reuse"}):
            cast(username).submit(f"{ROOM}/{found.id}", "reuse")
    assert (Resource.get().reused, Reuse.select().count()) == (2, 2)


def test_the_own_school_is_no_reuse(cast, app, actor_of, make_resource):
    found = make_resource()
    assert not cast("hm.hieutruong").soup(f"{ROOM}/{found.id}").find("form", {"data-form": "reuse"})
    browser = cast("hm.hieutruong")
    browser.post(f"{ROOM}/{found.id}/reuse", data={"csrf_token": browser.csrf("/")})
    assert Resource.get().reused == 0


def test_a_link_that_is_gone_is_reported_and_stays_with_a_warning(cast, make_resource, person):
    found = make_resource()
    assert report(cast("uh.giaovien"), found).status_code == 303
    assert Resource.get().state == "flagged"
    reader = cast("uh.hieutruong").soup(f"{ROOM}/{found.id}").find("main").get_text()
    assert "Có người phản ánh về học liệu này" in reader
    # Who reported is told to the office alone.
    name = person("uh.giaovien").name
    assert (name in reader, name in cast("hm.giaovien").get(f"{ROOM}/{found.id}").text) == (False, False)
    assert name in cast("hm.chuyenvien").get(f"{ROOM}/{found.id}").text


def test_one_person_reports_once_until_it_is_settled(cast, make_resource):
    found = make_resource()
    report(cast("uh.giaovien"), found)
    assert report(cast("uh.giaovien"), found).status_code == 422
    step(cast("hm.chuyenvien"), found, "keep")
    assert (Resource.get().state, Flag.get().settled_at is not None) == ("published", True)
    assert report(cast("uh.giaovien"), found).status_code == 303


def test_what_is_retired_is_gone_for_others_and_kept_for_the_own(cast, app, actor_of, make_resource):
    found = make_resource()
    report(cast("uh.giaovien"), found)
    with app.app_context():
        take(found, "retire", actor_of("hm.chuyenvien"), reason="Trang đã đóng")
    assert cast("uh.giaovien").get(f"{ROOM}/{found.id}").status_code == 404
    assert "Trang đã đóng" in cast("hm.giaovien").get(f"{ROOM}/{found.id}").text


@pytest.mark.parametrize(
    ("username", "code"), [("hm.giaovien", 200), ("hm.hieutruong", 200), ("hm2.giaovien", 404), ("uh.giaovien", 404)]
)
def test_a_draft_is_its_schools(cast, make_resource, username, code):
    assert cast(username).get(f"{ROOM}/{make_resource('draft').id}").status_code == code


def test_only_the_author_changes_a_draft_and_nobody_what_was_sent(cast, make_resource):
    draft, sent = make_resource("draft"), make_resource("submitted")
    assert cast("hm.hieutruong").get(f"{ROOM}/{draft.id}/edit").status_code == 403
    answer = cast("hm.giaovien").submit(f"{ROOM}/{sent.id}/edit", "resource", {"title": "Khác"})
    assert (answer.status_code, Resource.get_by_id(sent.id).title) == (422, FORM["title"])


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=thi+nghiem", True), ("q=hoa+hoc", False), ("level=4", True), ("level=1", False), ("licence=ask", False)],
)
def test_filters_and_words_without_marks(cast, make_resource, query, found):
    make_resource()
    assert (FORM["title"] in cast("uh.giaovien").get(f"{ROOM}?{query}").text) == found


def test_the_list_asks_as_often_with_three_as_with_one(cast, make_resource, queries):
    browser = cast("uh.giaovien")
    make_resource()
    browser.get(ROOM)
    with queries() as one:
        browser.get(ROOM)
    make_resource()
    make_resource()
    with queries() as three:
        browser.get(ROOM)
    assert len(three) == len(one)


def test_where_the_owner_switched_off_others_see_nothing(cast, switch, make_resource):
    found = make_resource()
    switch("digital", "HM", False)
    assert cast("uh.giaovien").get(f"{ROOM}/{found.id}").status_code == 404
    assert FORM["title"] not in cast("uh.giaovien").get(ROOM).text
