"""What the core tells people of."""

import pytest

from intranet.accounts import links, locks
from intranet.demo.build import DATA, PASSWORD
from intranet.kernel import jobs
from intranet.kernel.jobs import FAILED, JobRefused, Kind, enqueue, run_due
from intranet.registry.people import Person
from intranet.shared.notices import Notice


def refuse(run):
    raise JobRefused("Không làm được.")


@pytest.fixture(autouse=True)
def _nothing_yet(app, monkeypatch):
    Notice.delete().execute()
    monkeypatch.setitem(jobs._kinds, "tests.refused", Kind(refuse))


def told():
    """{user name: titles} of all notices."""
    found = {}
    rows = Notice.select(Person.username, Notice.title).join(Person).order_by(Notice.id).tuples()
    for username, title in rows:
        found.setdefault(username, []).append(title)
    return found


def test_the_office_learns_of_a_switched_module_but_not_who_switched_it(cast):
    cast("hm.chuyenvien").submit("/admin/modules", "off", within="[data-module=notice_board]")
    assert told() == {"hm.lanhdao": ["Đã tắt mô-đun “Bảng tin”"]}


def test_who_sends_to_many_sees_beforehand_how_many_it_reaches_and_so_many_it_reaches(app, cast):
    browser = cast("hm.chuyenvien")
    hint = browser.soup("/notice-board/new").find(id="urgent-hint").text
    browser.submit("/notice-board/new", "note", {"title": "Nghỉ học vì bão", "urgent": "y"})
    assert hint == f"Báo ngay cho {Notice.select().count()} người, 0 người qua thư."
    assert "hm.giaovien" in told()
    assert "hm.chuyenvien" not in told()


def test_switches_in_a_row_are_one_notice(app, switch):
    for on in (False, True, False):
        switch("notice_board", "UH", on)
    assert {row.person.username: (row.title, row.count) for row in Notice.select()} == {
        "uh.lanhdao": ("Đã tắt mô-đun “Bảng tin”", 3),
        "uh.chuyenvien": ("Đã tắt mô-đun “Bảng tin”", 3),
    }


def test_who_sent_a_list_learns_that_it_was_read(app, cast):
    browser = cast("hm.chuyenvien")
    with (DATA / "danh_sach_truong_HM.xlsx").open("rb") as file:
        answer = browser.submit("/schools/import", "import", {"file": file})
    with app.app_context():
        run_due()
    assert told() == {"hm.chuyenvien": ["Danh sách Excel đã đọc xong"]}
    assert Notice.get().url == answer.headers["Location"]


def test_administrators_learn_of_work_that_was_given_up(app, cast):
    with app.app_context():
        enqueue("tests.refused", {})
        run_due()
    assert told() == {"admin": ["Có việc nền không làm được; thầy/cô xem lý do và cho làm lại"]}
    assert cast("admin").get(Notice.get().url).status_code == 200


def sign_in(app, username="hm.giaovien", password=PASSWORD):
    client = app.test_client()
    assert client.submit("/login", "login", {"username": username, "password": password}).status_code == 303
    return client


def test_the_first_device_of_a_person_is_no_news_and_another_is(app):
    first = sign_in(app)
    assert told() == {}
    sign_in(app)
    assert told() == {"hm.giaovien": ["Tài khoản của thầy/cô vừa được đăng nhập từ thiết bị mới"]}
    assert first.soup("/").find(id="bell").b.text == "1"


def test_signing_in_again_on_a_known_device_is_no_news(app):
    client = sign_in(app)
    sign_in(app)
    Notice.delete().execute()
    client.submit("/account", "logout")
    client.submit("/login", "login", {"username": "hm.giaovien", "password": PASSWORD})
    assert told() == {}


def test_a_changed_password_is_told_and_so_is_whoever_comes_in_with_it_elsewhere(app):
    client = sign_in(app)
    new = "mot cau dai de nho"
    fields = {"current": PASSWORD, "new": new, "repeat": new}
    assert client.submit("/account", "password", fields).status_code == 303
    sign_in(app, password=new)
    assert told() == {
        "hm.giaovien": [
            "Mật khẩu của thầy/cô đã được đổi",
            "Tài khoản của thầy/cô vừa được đăng nhập từ thiết bị mới",
        ]
    }


@pytest.mark.parametrize(
    ("password_hash", "titles"), [(None, {}), ("x", {"hm.giaovien": ["Mật khẩu của thầy/cô đã được đổi"]})]
)
def test_a_password_set_by_a_link_is_told_but_not_the_first_one(app, password_hash, titles):
    Person.update(password_hash=password_hash).where(Person.username == "hm.giaovien").execute()
    with app.app_context():
        person = Person.get(Person.username == "hm.giaovien")
        links.use(links.issue(person, issued_by=None).token, "mot cau dai de nho")
    assert told() == titles


def test_who_was_shut_out_learns_that_the_account_is_open_again(app):
    with app.app_context():
        locks.unlock(Person.get(Person.username == "hm.khoa"), person_id=None)
    assert told() == {"hm.khoa": ["Tài khoản của thầy/cô đã được mở lại"]}


def test_work_that_somebody_stopped_is_no_trouble(app):
    with app.app_context():
        jobs.cancel(enqueue("tests.refused", {}).id)
    assert told() == {}


def test_a_listener_that_fails_leaves_the_job_failed(app, monkeypatch):
    monkeypatch.setattr(jobs, "_listeners", [lambda job: 1 / 0])
    with app.app_context():
        job = enqueue("tests.refused", {})
        run_due()
    assert (jobs.Job.get_by_id(job.id).state, jobs.Job.get_by_id(job.id).problem) == (FAILED, "Không làm được.")
