"""The page of a job and the file that it leaves: for its owner, with and without scripts."""

from datetime import datetime

import pytest

from intranet.kernel.jobs import Job, run_due
from intranet.shared.audit import AuditEntry
from intranet.testing import form_values
from intranet.web import exports

ADDRESS = "/pairings/export.xlsx"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def page(cast, monkeypatch):
    """The address of a job's page: every list is too long to answer at once."""
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    answer = cast("hm.chuyenvien").submit(ADDRESS, "export")
    assert answer.status_code == 303
    return answer.headers["Location"]


def work(app):
    with app.app_context():
        assert run_due() == 1


def test_the_page_asks_for_its_state_each_second_until_the_file_is_there(app, cast, page):
    waiting = cast("hm.chuyenvien").soup(page).find(id="job")
    assert (waiting["data-state"], waiting["hx-get"], waiting["hx-trigger"]) == ("waiting", page, "every 1s")
    work(app)
    done = cast("hm.chuyenvien").soup(page).find(id="job")
    assert (done["data-state"], done.get("hx-trigger"), done.a["href"]) == ("done", None, f"{page}/file")


def test_without_scripts_a_link_looks_again(cast, page):
    assert cast("hm.chuyenvien").soup(page).select_one("noscript a")["href"] == page


def test_htmx_gets_the_state_and_once_it_is_over_the_words_to_be_read_aloud(app, cast, page):
    assert cast("hm.chuyenvien").soup(page, headers=PARTIAL).find(id="job-state") is None
    work(app)
    part = cast("hm.chuyenvien").soup(page, headers=PARTIAL)
    assert (part.find("main"), part.find(id="job-state").text) == (None, "Tệp đã sẵn sàng")


def test_a_job_and_its_file_are_its_owners_alone(app, cast, page):
    assert cast("hm.chuyenvien").get(f"{page}/file").status_code == 404
    work(app)
    for username in ("hm.lanhdao", "uh.chuyenvien", "admin"):
        assert [cast(username).get(url).status_code for url in (page, f"{page}/file")] == [404, 404]
    headers = cast("hm.chuyenvien").get(f"{page}/file").headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_a_job_that_fails_says_so_and_leads_back(app, cast, page):
    Job.update(state="failed").execute()
    shown = cast("hm.chuyenvien").soup(page).find(id="job")
    assert (shown.h2.text, shown.find("a")["href"]) == ("Chưa làm được tệp", "/pairings")


def test_the_page_does_not_read_what_the_job_works_on(cast, page, queries):
    with queries() as run:
        cast("hm.chuyenvien").get(page)
    assert [sql for sql in run if "payload" in sql] == []


@pytest.mark.parametrize("address", ["/jobs/999999", "/jobs/999999/file"])
def test_a_job_that_does_not_exist_is_not_found(cast, address):
    assert cast("hm.chuyenvien").get(address).status_code == 404


def test_the_owner_stops_a_job_that_waits_and_nothing_is_done(app, cast, page):
    answer = cast("hm.chuyenvien").submit(page, "cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    shown = cast("hm.chuyenvien").soup(page).find(id="job")
    assert (shown["data-state"], shown.h2.text, shown.a["href"]) == ("cancelled", "Đã dừng", "/pairings")
    with app.app_context():
        assert run_due() == 0
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.subject_type) == ("job.cancel", "job")


def test_a_job_that_is_being_done_says_that_it_is_stopping(cast, page):
    Job.update(state="running").execute()
    cast("hm.chuyenvien").submit(page, "cancel")
    shown = cast("hm.chuyenvien").soup(page).find(id="job")
    assert (shown["data-state"], shown.h2.text, shown.find("form")) == ("running", "Đang dừng", None)


def test_a_job_stopped_too_late_is_left_as_it_is(app, cast, page):
    form = form_values(cast("hm.chuyenvien").soup(page).find("form", {"data-form": "cancel"}))
    work(app)
    assert cast("hm.chuyenvien").post(f"{page}/cancel", data=form).status_code == 303
    shown = cast("hm.chuyenvien").soup(page)
    assert (shown.find(id="job")["data-state"], shown.find(id="flash").text.strip()) == (
        "done",
        "Việc này đã kết thúc trước đó.",
    )


def test_a_job_is_stopped_by_nobody_else(cast, page):
    token = {"csrf_token": cast("hm.lanhdao").csrf("/people/new")}
    assert cast("hm.lanhdao").post(f"{page}/cancel", data=token).status_code == 404
    assert Job.get().state == "waiting"


def test_a_job_that_will_be_tried_again_tells_when(cast, page):
    Job.update(attempts=1, run_after=datetime(2030, 1, 5, 3, 30)).execute()
    shown = cast("hm.chuyenvien").soup(page).find(id="job")
    assert "Lần trước gặp lỗi. Hệ thống tự thử lại lúc 05/01/2030 10:30." in shown.text


def test_a_refused_job_shows_the_sentence_and_a_broken_one_its_number(cast, page):
    Job.update(state="failed", problem="Tệp này có mật khẩu.").execute()
    assert cast("hm.chuyenvien").soup(page).find(id="job").p.text == "Tệp này có mật khẩu."
    Job.update(problem="KeyError").execute()
    shown = cast("hm.chuyenvien").soup(page).find(id="job").p.text
    assert (f"số việc {Job.get().id}" in shown, "KeyError" in shown) == (True, False)
