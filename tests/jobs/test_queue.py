"""The queue as administrators see it: what waits, runs and failed, why, and what they do about it."""

from datetime import datetime, timedelta

import pytest

from intranet.jobs.labels import label_of
from intranet.kernel import clock, jobs
from intranet.kernel.jobs import Job
from intranet.registry.districts import District
from intranet.registry.people import Person

PAGE = "/admin/jobs"
NOON = datetime(2026, 11, 23, 5, 0)


@pytest.fixture
def job(app):
    """``job(state="failed")``: a job of the officer of Hoàng Mai."""

    def make(kind="people.export", **fields):
        owner = Person.get(Person.username == "hm.chuyenvien")
        fields = {"district_id": District.get(District.code == "HM").id, "person_id": owner.id} | fields
        return Job.create(kind=kind, **fields)

    return make


@pytest.fixture
def later():
    """``later(3)``: as many days after noon of that Monday."""
    yield lambda days: clock.set_now(NOON + timedelta(days=days))
    clock.set_now(None)


@pytest.fixture
def admin(cast):
    """The administrator's browser."""
    return cast("admin")


def rows(page):
    return [row.th.find(string=True).strip() for row in page.select("#list tbody tr")]


def tabs(page):
    return [link.text for link in page.select('.tabs a[href^="/admin/jobs?state"]')]


def test_only_administrators_see_the_queue(cast):
    assert [cast(name).get(PAGE).status_code for name in ("hm.lanhdao", "hm.giaovien", "admin")] == [403, 403, 200]


def test_every_kind_of_work_that_is_done_has_a_name(app):
    assert {kind for kind in jobs.kinds() if label_of(kind) == kind} == set()


def test_each_tab_counts_and_shows_its_jobs(admin, job):
    job(state="waiting")
    job("imports.write", state="running", progress=30)
    job("imports.read", state="failed", problem="KeyError")
    job("history.undo", state="done")
    job("history.undo", state="cancelled")
    page = admin.soup(f"{PAGE}?state=waiting")
    assert tabs(page) == ["Đang chờ 1", "Đang làm 1", "Không làm được 1", "Đã xong 2"]
    found = {state: rows(admin.soup(f"{PAGE}?state={state}")) for state in ("waiting", "running", "failed", "done")}
    assert found == {
        "waiting": ["Xuất Excel danh bạ"],
        "running": ["Ghi danh sách Excel vào hệ thống"],
        "failed": ["Đọc danh sách Excel"],
        "done": ["Hoàn tác một lần thay đổi", "Hoàn tác một lần thay đổi"],
    }


def test_the_page_opens_where_something_failed(admin, job):
    assert admin.soup(PAGE).select_one('.tabs a[aria-current][href*="state"]').text == "Đang chờ 0"
    job(state="failed", problem="KeyError")
    assert admin.soup(PAGE).select_one('.tabs a[aria-current][href*="state"]').text == "Không làm được 1"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("KeyError", "Lỗi của phần mềm (KeyError); mã {id}."),
        ("Tệp này có mật khẩu.", "Tệp này có mật khẩu."),
        (jobs.ABANDONED, "Tiến trình làm việc này bị tắt giữa chừng nhiều lần; mã {id}."),
    ],
)
def test_the_reason_of_a_failure_stands_in_words(admin, job, problem, words):
    failed = job(state="failed", problem=problem)
    assert admin.soup(f"{PAGE}?state=failed").select_one("#list th p").text == words.format(id=failed.id)


def test_a_job_that_failed_is_done_again(admin, job):
    failed = job(state="failed", problem="KeyError", attempts=4)
    assert admin.submit(f"{PAGE}?state=failed", "again").status_code == 303
    again = Job.get_by_id(failed.id)
    assert (again.state, again.attempts, again.problem) == ("waiting", 0, "")
    assert rows(admin.soup(f"{PAGE}?state=waiting")) == ["Xuất Excel danh bạ"]


@pytest.mark.parametrize(("state", "then"), [("waiting", "cancelled"), ("running", "running")])
def test_a_job_is_stopped_by_an_administrator(admin, job, state, then):
    wanted = job(state=state)
    admin.submit(f"{PAGE}?state={state}", "cancel")
    stopped = Job.get_by_id(wanted.id)
    assert (stopped.state, stopped.cancel_at is None) == (then, False)


def test_nobody_else_stops_a_job_or_has_it_done_again(cast, job):
    failed = job(state="failed")
    token = {"csrf_token": cast("hm.lanhdao").csrf("/people/new")}
    answers = [cast("hm.lanhdao").post(f"{PAGE}/{failed.id}/{verb}", data=token) for verb in ("again", "cancel")]
    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize("verb", ["again", "cancel"])
def test_a_job_that_does_not_exist_is_not_found(admin, verb):
    answer = admin.post(f"{PAGE}/999999/{verb}", data={"csrf_token": admin.csrf(PAGE)})
    assert answer.status_code == 404


@pytest.mark.parametrize("address", [f"{PAGE}?state=lost", f"{PAGE}?before=x"])
def test_a_wrong_address_is_refused(admin, address):
    assert admin.get(address).status_code == 400


def test_days_that_are_caught_up_with_are_named(app, cast, later):
    for days in (0, 3):
        later(days)
        with app.app_context():
            jobs.enqueue_daily()
    page = cast("admin").soup(f"{PAGE}?state=waiting")
    assert page.select_one(".notice").text.strip() == (
        "Đang làm bù việc hằng ngày của 23/11/2026, 24/11/2026, 25/11/2026."
    )
    assert rows(page)[0] == "Việc hằng ngày 26/11/2026"


def test_a_long_queue_goes_on_on_the_next_page(admin, job):
    for _ in range(51):
        job(state="waiting")
    first = admin.soup(f"{PAGE}?state=waiting")
    second = admin.soup(first.find(id="pager-next")["href"])
    assert (len(rows(first)), len(rows(second)), second.find(id="pager-next")) == (50, 1, None)
