"""Files on a record, as people send, find and fetch them."""

import errno
import io

import pytest
from PIL import Image

from intranet.kernel import files
from intranet.kernel.clock import now
from intranet.registry.schools import School
from intranet.registry.twinning import ProgrammeDistrict
from intranet.shared.attachments import Attachment, StoredFile
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.testing import parse

SECOND, PARTNER = "01008401", "01281503"


def page(cast, school, username="hm.hieutruong", code="01008508"):
    return cast(username).soup(f"/files/school/{school(code).id}")


def names(soup):
    return [link.text for link in soup.select("[data-panel='files.list'] .files a[href$='/download']")]


def address(name):
    return f"/files/{Attachment.get(Attachment.name == name).id}/download"


def test_files_are_sent_listed_and_fetched_as_they_were(cast, school, send, samples):
    word = samples.package(samples.word)
    answer = send("hm.dieuphoi", (samples.pdf, "Quyết định số 5.pdf"), (word, "Kế hoạch.docx"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/files/school/{school().id}")
    soup = page(cast, school, "hm.dieuphoi")
    assert soup.find(id="flash").text == "Đã tải lên 2 tệp."
    assert names(soup) == ["Kế hoạch.docx", "Quyết định số 5.pdf"]
    assert "1 KB · Lê Thu Hòa · " in soup.select_one(".files li").text
    fetched = cast("hm.giaovien").get(soup.select_one(".files a")["href"])
    assert (fetched.status_code, fetched.data, fetched.mimetype) == (
        200,
        word,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )


def test_a_download_is_kept_and_never_shown_as_a_page(cast, send, samples):
    send("hm.hieutruong", (samples.pdf, "Đề án.pdf"))
    headers = cast("hm.hieutruong").get(address("Đề án.pdf")).headers
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"de an.pdf\"; filename*=UTF-8''%C4%90%E1%BB%81%20%C3%A1n.pdf"
    )
    kept = {name: headers[name] for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")}
    assert kept == {
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def test_a_broken_off_download_goes_on_where_it_stopped(cast, send, samples):
    send("hm.hieutruong", (samples.pdf, "a.pdf"))
    answer = cast("hm.hieutruong").get(address("a.pdf"), headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.data) == (206, samples.pdf[10:20])


def test_a_picture_has_a_small_one_beside_its_name(cast, school, send, samples):
    send("hm.hieutruong", (samples.picture("HEIF", (1200, 800)), "IMG_0042.HEIC"), (samples.pdf, "a.pdf"))
    soup = page(cast, school)
    (image,) = soup.select(".files img")
    small = cast("hm.hieutruong").get(image["src"])
    assert (small.status_code, small.mimetype, Image.open(io.BytesIO(small.data)).size) == (
        200,
        "image/jpeg",
        (480, 320),
    )
    assert small.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert names(soup) == ["a.pdf", "IMG_0042.jpg"]
    assert (
        cast("hm.hieutruong").get(f"/files/{Attachment.get(Attachment.name == 'a.pdf').id}/preview").status_code == 404
    )


def test_the_schools_page_shows_the_latest_and_leads_to_all(cast, school, send, samples):
    for number in range(4):
        send("hm.hieutruong", (samples.pdf, f"{number}.pdf"), (samples.pdf, f"{number}b.pdf"))
    panel = cast("hm.giaovien").soup(f"/schools/{school().id}").find(attrs={"data-panel": "schools.files"})
    assert [link.text for link in panel.select(".files a[href$='/download']")] == [
        "3b.pdf",
        "3.pdf",
        "2b.pdf",
        "2.pdf",
        "1b.pdf",
        "1.pdf",
    ]
    assert panel.select_one(".panel-head a")["href"] == f"/files/school/{school().id}"
    assert names(page(cast, school)) == [f"{number}{b}.pdf" for number in (3, 2, 1, 0) for b in ("b", "")]


def test_many_files_come_in_pages(cast, school, send, samples):
    for number in range(11):
        send("hm.hieutruong", *((samples.pdf, f"{number}-{part}.pdf") for part in range(5)))
    first = page(cast, school)
    second = cast("hm.hieutruong").soup(first.find(id="pager-next")["href"])
    assert (len(names(first)), len(names(second)), names(second)[-1]) == (50, 5, "0-0.pdf")


def test_the_form_tells_beforehand_what_is_taken(cast, school):
    form = page(cast, school).find("form", {"data-form": "files"})
    field = form.find(id="files")
    assert "Tối đa 10 MB mỗi tệp, mỗi lần 5 tệp." in form.text
    assert (field["accept"], field.has_attr("multiple"), form["enctype"]) == (
        "image/*,.pdf,.docx,.xlsx,.pptx",
        True,
        "multipart/form-data",
    )
    assert page(cast, school, "hm.giaovien").find("form", {"data-form": "files"}) is None


def errors(answer):
    return [item.text for item in parse(answer.text).select(".errors li")]


def test_what_is_not_taken_is_refused_by_name_and_nothing_is_kept(send, samples, blobs):
    answer = send("hm.hieutruong", (b"MZ\x90", "cài đặt.exe"), (b"", "trống.pdf"))
    assert (answer.status_code, errors(answer)) == (
        422,
        [
            "cài đặt.exe: Hệ thống chỉ nhận ảnh (JPEG, PNG, WebP, HEIC), PDF, Word, Excel và PowerPoint.",
            "trống.pdf: Tệp rỗng. Thầy/cô hãy chọn lại tệp.",
        ],
    )
    assert (Attachment.select().count(), blobs()) == (0, [])


def test_one_bad_file_does_not_cost_the_good_ones(cast, school, send, samples):
    answer = send("hm.hieutruong", (samples.pdf, "a.pdf"), (b"<html>", "b.html"))
    assert answer.status_code == 303
    soup = page(cast, school)
    assert [note.text for note in soup.select("#flash p")] == [
        "Đã tải lên 1 tệp.",
        "b.html: Hệ thống chỉ nhận ảnh (JPEG, PNG, WebP, HEIC), PDF, Word, Excel và PowerPoint.",
    ]
    assert names(soup) == ["a.pdf"]


@pytest.mark.parametrize(("count", "sentence"), [(0, "Thầy/cô chưa chọn tệp."), (6, "Mỗi lần gửi nhiều nhất 5 tệp.")])
def test_none_and_too_many_are_refused(send, samples, count, sentence):
    answer = send("hm.hieutruong", *((samples.pdf, f"{number}.pdf") for number in range(count)))
    assert (answer.status_code, errors(answer), Attachment.select().count()) == (422, [sentence], 0)


def test_with_scripts_a_refusal_is_the_form_alone(cast, school, samples):
    browser, here = cast("hm.hieutruong"), f"/files/school/{school().id}"
    fields = {"csrf_token": browser.csrf(here), "files": [(io.BytesIO(b"MZ"), "a.exe")]}
    answer = browser.post(here, data=fields, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    soup = parse(answer.text)
    assert (answer.status_code, soup.find(id="upload") is not None, soup.find("h1")) == (422, True, None)


def test_five_large_files_at_once_are_taken(send, samples):
    large = samples.pdf.replace(b"1 0 obj", b"%" + bytes(9 * 1024 * 1024) + b"\n1 0 obj")
    answer = send("hm.hieutruong", *((large + b"%d" % number, f"{number}.pdf") for number in range(5)))
    assert (answer.status_code, Attachment.select().count()) == (303, 5)


def test_a_file_over_the_limit_is_named_and_more_than_all_together_is_said_to_be_too_much(send, samples):
    answer = send("hm.hieutruong", (samples.pdf + bytes(11 * 1024 * 1024), "a.pdf"))
    assert (answer.status_code, errors(answer)) == (422, ["a.pdf: Tệp lớn hơn 10 MB. Thầy/cô hãy thu nhỏ rồi gửi lại."])
    answer = send("hm.hieutruong", (bytes(52 * 1024 * 1024), "b.pdf"))
    assert (answer.status_code, "mỗi tệp tối đa 10 MB" in answer.text, Attachment.select().count()) == (413, True, 0)


def test_a_form_sent_twice_is_carried_out_once(cast, school, samples):
    browser, here = cast("hm.hieutruong"), f"/files/school/{school().id}"
    form = browser.soup(here).find("form", {"data-form": "files"})
    fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    answers = [
        browser.post(here, data=fields | {"files": (io.BytesIO(samples.pdf), "a.pdf")}).status_code
        for _time in range(2)
    ]
    assert (answers, Attachment.select().count()) == ([303, 303], 1)


def test_the_same_contents_are_stored_once_whoever_sends_them(cast, school, send, samples, blobs):
    body = samples.picture()
    send("hm.hieutruong", (body, "Cổng trường.jpg"), (body, "Cổng trường 2.jpg"))
    send("uh.hieutruong", (body, "Ảnh.jpg"), code=PARTNER)
    assert (Attachment.select().count(), StoredFile.select().count(), len(blobs())) == (3, 2, 2)
    owners = [attachment.owner() for attachment in Attachment.select().order_by(Attachment.id)]
    hm, uh = school(), school(PARTNER)
    assert owners == [(hm.district_id, hm.id)] * 2 + [(uh.district_id, uh.id)]
    # Whose contents they are, a right to one name does not tell.
    statuses = {name: cast("hm2.hieutruong").get(address(name)).status_code for name in ("Cổng trường.jpg", "Ảnh.jpg")}
    assert statuses == {"Cổng trường.jpg": 200, "Ảnh.jpg": 404}


def test_a_file_goes_to_the_trash_and_comes_back(cast, school, send, samples):
    send("hm.hieutruong", (samples.pdf, "a.pdf"))
    here, file = f"/files/school/{school().id}", address("a.pdf")
    assert cast("hm.hieutruong").submit(here, "remove").status_code == 303
    soup = page(cast, school)
    assert (names(soup), [row.div.span.text for row in soup.select("[data-panel='files.trash'] li")]) == ([], ["a.pdf"])
    assert cast("hm.hieutruong").get(file).status_code == 404
    assert page(cast, school, "hm.giaovien").find(attrs={"data-panel": "files.trash"}) is None
    cast("hm.hieutruong").submit(here, "restore")
    assert (names(page(cast, school)), cast("hm.hieutruong").get(file).status_code) == (["a.pdf"], 200)


def test_every_act_stands_in_the_trail_and_in_the_schools_history(cast, school, send, samples):
    send("hm.hieutruong", (samples.pdf, "a.pdf"))
    for form in ("remove", "restore"):
        cast("hm.hieutruong").submit(f"/files/school/{school().id}", form)
    rows = (
        AuditEntry.select(AuditEntry.action, AuditEntry.subject_id, AuditValue.before, AuditValue.after)
        .join(AuditValue, on=(AuditValue.entry == AuditEntry.id))
        .where(AuditValue.field == "file", (AuditValue.before == "a.pdf") | (AuditValue.after == "a.pdf"))
        .order_by(AuditEntry.id)
    )
    assert list(rows.tuples()) == [
        ("file.attach", school().id, None, "a.pdf"),
        ("file.remove", school().id, "a.pdf", None),
        ("file.restore", school().id, None, "a.pdf"),
    ]
    history = cast("hm.hieutruong").soup(f"/history/school/{school().id}").find("main").text
    assert [word in history for word in ("Tải tệp lên", "Bỏ tệp", "Khôi phục tệp", "Tệp: ")] == [True] * 4


@pytest.mark.parametrize(
    ("username", "read", "write"),
    [
        ("hm.hieutruong", 200, 303),
        ("hm.dieuphoi", 200, 303),
        ("hm.chuyenvien", 200, 303),
        ("admin", 200, 303),
        ("hm.giaovien", 200, 403),
        ("hm.lanhdao", 200, 403),
        ("hm.xem", 200, 403),
        ("hm2.hieutruong", 200, 403),
        ("uh.hieutruong", 200, 403),
        ("uh.giaovien", 200, 403),
        ("uh2.hieutruong", 404, 404),
        ("uh.chuyenvien", 404, 404),
        ("uh.lanhdao", 404, 404),
        ("hm.moi", 404, 404),
    ],
)
def test_own_district_and_pair_partners_read_and_the_schools_own_write(
    cast, school, send, samples, username, read, write
):
    send("admin", (samples.picture(), "a.jpg"), (samples.pdf, "b.pdf"))
    first, second = (Attachment.get(Attachment.name == name).id for name in ("a.jpg", "b.pdf"))
    browser, here = cast(username), f"/files/school/{school().id}"
    reads = {browser.get(url).status_code for url in (here, f"/files/{first}/download", f"/files/{first}/preview")}
    token = {"csrf_token": browser.csrf("/account")}
    sent = {**token, "files": (io.BytesIO(samples.pdf), "c.pdf")}
    writes = {
        browser.post(here, data=sent).status_code,
        browser.post(f"/files/{second}/remove", data=token).status_code,
        browser.post(f"/files/{second}/restore", data=token).status_code,
    }
    assert (reads, writes) == ({read}, {write})


def test_a_district_without_a_shared_programme_is_a_stranger(cast, school, send, samples):
    send("hm.hieutruong", (samples.pdf, "a.pdf"))
    ProgrammeDistrict.delete().where(ProgrammeDistrict.district == school().district_id).execute()
    assert cast("uh2.hieutruong").get(address("a.pdf")).status_code == 404


@pytest.mark.parametrize(
    "path", ["school/999999", "person/1", "nothing/1", "0/download", "999999/download", "999999/preview"]
)
def test_what_is_not_there_is_not_found(cast, path):
    assert cast("admin").get(f"/files/{path}").status_code == 404


def test_a_school_in_the_trash_takes_its_files_along(cast, school, send, samples):
    send("hm.hieutruong", (samples.pdf, "a.pdf"))
    School.update(deleted_at=now()).where(School.id == school().id).execute()
    assert cast("admin").get(address("a.pdf")).status_code == 404


def test_contents_that_the_disk_lost_are_said_to_be_missing(app, cast, send, samples):
    send("hm.hieutruong", (samples.pdf, "a.pdf"))
    with app.app_context():
        files.path_of(StoredFile.get().sha256).unlink()
    answer = cast("hm.hieutruong").get(address("a.pdf"))
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Nội dung tệp này không còn trên máy chủ." in answer.text


def test_a_full_disk_answers_503_and_nothing_is_half_written(send, samples, blobs, full_disk):
    with full_disk():
        answer = send("hm.hieutruong", (samples.picture(), "a.jpg"))
    assert (answer.status_code, Attachment.select().count(), blobs()) == (503, 0, [])
    assert "Chưa có gì bị thay đổi" in answer.text
    assert send("hm.hieutruong", (samples.picture(), "a.jpg")).status_code == 303


def test_other_disk_errors_are_faults_of_ours(send, samples, store):
    store.write_text("a file where the directory should be")
    with pytest.raises(OSError) as caught:
        send("hm.hieutruong", (samples.pdf, "a.pdf"))
    assert caught.value.errno in (errno.ENOTDIR, errno.EEXIST)
