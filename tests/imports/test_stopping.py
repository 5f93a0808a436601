"""A list whose reading or writing is stopped or breaks down: nothing is written, and the person can go on."""

import pytest

from intranet.kernel import jobs
from intranet.kernel.jobs import Job
from intranet.registry.schools import School
from intranet.shared.list_imports import ListImport

ROWS = (["Tên trường", "Cấp học"], ["Trường Tiểu học Mới Mở", "Tiểu học"])
STOPPED = "Việc này đã dừng theo yêu cầu. Chưa có gì được ghi vào hệ thống."


@pytest.fixture
def preview(schools, workbook):
    """The address of the preview of a list with one new school."""
    return schools.upload(workbook(*ROWS))


def number_of_schools():
    return School.select().where(School.name == "Trường Tiểu học Mới Mở").count()


def state():
    return ListImport.select(ListImport.state).order_by(ListImport.id.desc()).limit(1).scalar()


@pytest.fixture
def broken(app, monkeypatch):
    """``broken("imports.write")``: jobs of that kind fail and are not tried again; ``broken(…, None)`` repairs."""

    def fail(_run):
        raise KeyError("broken")

    original = dict(jobs._kinds)

    def set_to(kind, handler=fail):
        changed = jobs.Kind(handler or original[kind].handler, 1, original[kind].stopped)
        monkeypatch.setitem(jobs._kinds, kind, changed)

    return set_to


def test_reading_is_stopped_and_another_file_can_be_chosen(schools, workbook):
    address = schools.send(workbook(*ROWS)).headers["Location"]
    answer = schools.browser.submit(address, "cancel")
    assert answer.headers["Location"] == address
    page = schools.browser.soup(address)
    assert page.select_one(".notice").text.strip() == STOPPED
    assert page.select_one("main .actions a")["href"] == "/schools/import"


def test_writing_is_stopped_and_the_preview_can_be_confirmed_anew(schools, preview):
    schools.browser.submit(preview, "commit")
    schools.browser.submit(preview, "cancel")
    schools.work()
    assert number_of_schools() == 0
    assert schools.browser.soup(preview).select_one(".notice.warn").text.strip() == STOPPED
    schools.submit(preview, "commit")
    assert (number_of_schools(), state()) == (1, "done")


def test_writing_that_breaks_down_leads_back_to_the_preview(schools, preview, broken):
    broken("imports.write")
    schools.submit(preview, "commit")
    assert "Hệ thống gặp lỗi và chưa ghi gì." in schools.browser.soup(preview).select_one(".notice.warn").text
    broken("imports.write", None)
    schools.submit(preview, "commit")
    assert number_of_schools() == 1


def test_an_administrator_has_the_writing_done_again(app, cast, schools, preview, broken):
    broken("imports.write")
    schools.submit(preview, "commit")
    broken("imports.write", None)
    cast("admin").submit("/admin/jobs?state=failed", "again")
    schools.work()
    assert (number_of_schools(), state()) == (1, "done")


def test_writing_done_again_after_the_person_did_it_writes_nothing_twice(cast, schools, preview, broken):
    broken("imports.write")
    schools.submit(preview, "commit")
    broken("imports.write", None)
    schools.submit(preview, "commit")
    cast("admin").submit("/admin/jobs?state=failed", "again")
    schools.work()
    assert (number_of_schools(), Job.select().where(Job.state == "done", Job.kind == "imports.write").count()) == (1, 2)


def test_reading_that_breaks_down_says_so_and_is_done_again(cast, schools, workbook, broken):
    broken("imports.read")
    address = schools.send(workbook(*ROWS)).headers["Location"]
    schools.work()
    assert "Hệ thống gặp lỗi và chưa ghi gì." in schools.browser.soup(address).select_one(".notice").text
    broken("imports.read", None)
    cast("admin").submit("/admin/jobs?state=failed", "again")
    schools.work()
    assert schools.stats(address)["sẽ thêm"] == "1"


def test_only_who_asked_for_the_work_is_offered_to_stop_it(cast, schools, workbook):
    address = schools.send(workbook(*ROWS)).headers["Location"]
    assert cast("admin").soup(address).find("form", {"data-form": "cancel"}) is None
