"""Signing in and out."""

import time
from datetime import timedelta

import cysqlite
import pytest

from intranet.accounts.throttle import PER_ACCOUNT
from intranet.accounts.views import local_path
from intranet.demo.build import PASSWORD
from intranet.kernel import clock
from intranet.kernel.database import PATIENCE, database, is_postgres
from intranet.registry.people import KnownDevice, Membership, Person, SignInFailure, SignInSession
from intranet.shared.sessions import token_hash

WRONG = "Tài khoản hoặc mật khẩu không đúng. Nếu đã nhập sai nhiều lần, thầy/cô đợi 15 phút rồi thử lại."


def sign_in(browser, username, password=PASSWORD, **fields):
    return browser.submit("/login", "login", {"username": username, "password": password, **fields})


def message(answer):
    from bs4 import BeautifulSoup

    return BeautifulSoup(answer.text, "lxml").find(attrs={"role": "alert"}).get_text(" ", strip=True)


@pytest.mark.parametrize("username", ["hm.giaovien", "HM.GiaoVien", " hm.giaovien "])
def test_the_right_password_opens_the_home_page(cast, username):
    answer = sign_in(cast(""), username)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("username", ["hm.giaovien", "nobody", "hm.khoa"])
def test_wrong_unknown_and_closed_accounts_get_the_same_answer(cast, username):
    password = PASSWORD if username == "hm.khoa" else "wrong"
    answer = sign_in(cast(""), username, password)
    assert (answer.status_code, message(answer)) == (422, WRONG)


def test_what_is_missing_is_named(cast):
    answer = sign_in(cast(""), "", "")
    assert answer.status_code == 422
    assert "Thầy/cô chưa nhập tên đăng nhập, số điện thoại hoặc thư điện tử." in message(answer)
    assert "Thầy/cô chưa nhập mật khẩu." in message(answer)


def test_only_the_hash_of_a_token_is_stored(app, cast):
    browser = cast("hm.giaovien")
    token = browser.get_cookie("ct_session").value
    assert [row.token_hash for row in SignInSession.select()] == [token_hash(token)]


def test_signing_in_changes_the_form_secret(cast):
    browser = cast("")
    before = browser.csrf("/login")
    sign_in(browser, "hm.giaovien")
    token = {"csrf_token": before, "language": "en", "theme": "auto"}
    assert browser.post("/account", data=token).status_code == 400


def test_signing_out_ends_the_session_on_the_server(app, cast):
    browser = cast("hm.giaovien")
    token = browser.get_cookie("ct_session").value
    assert browser.submit("/account", "logout").headers["Location"] == "/login"
    browser.set_cookie("ct_session", token)
    assert browser.get("/account").status_code == 303
    assert SignInSession.select().count() == 0


def test_signing_out_everywhere_ends_the_other_devices_too(app, cast):
    phone, desk = app.test_client(), cast("hm.giaovien")
    sign_in(phone, "hm.giaovien")
    assert desk.submit("/account", "everywhere").status_code == 303
    assert phone.get("/account").status_code == 303


@pytest.mark.parametrize("change", [{"active": False}, {"password_hash": "changed elsewhere"}])
def test_a_closed_account_is_out_at_the_next_request(app, cast, change):
    browser = cast("hm.giaovien")
    Person.update(**change).where(Person.username == "hm.giaovien").execute()
    assert browser.get("/account").status_code == (303 if "active" in change else 200)


def test_an_ended_membership_opens_nothing_any_more(app, cast):
    browser = cast("hm.giaovien")
    person = Person.get(Person.username == "hm.giaovien")
    Membership.update(ends_on=clock.today() - timedelta(days=1)).where(Membership.person == person).execute()
    assert [browser.get(url).status_code for url in ("/", "/schools")] == [200, 403]


@pytest.mark.parametrize(("idle", "status"), [(timedelta(hours=11), 200), (timedelta(hours=13), 303)])
def test_a_session_ends_after_twelve_idle_hours(app, cast, idle, status):
    browser = cast("hm.giaovien")
    SignInSession.update(seen_at=clock.now() - idle).execute()
    assert browser.get("/account").status_code == status


def test_a_session_ends_after_seven_days_however_busy(app, cast):
    browser = cast("hm.giaovien")
    SignInSession.update(created_at=clock.now() - timedelta(days=8)).execute()
    assert browser.get("/account").status_code == 303


def test_reading_writes_the_time_last_seen_only_every_ten_minutes(app, cast):
    browser = cast("hm.giaovien")
    for minutes, written in ((9, False), (11, True)):
        moment = clock.now() - timedelta(minutes=minutes)
        SignInSession.update(seen_at=moment).execute()
        browser.get("/account")
        assert (SignInSession.get().seen_at != moment) == written


def test_reading_waits_for_nobody_who_writes(app, cast):
    if is_postgres():
        pytest.skip("there, a writer holds up only who changes the same row")
    browser = cast("hm.giaovien")
    SignInSession.update(seen_at=clock.now() - timedelta(minutes=11)).execute()
    writer = cysqlite.connect(database.database)
    writer.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    answer = browser.get("/account")
    took = time.monotonic() - began
    writer.rollback()
    writer.close()
    assert (answer.status_code, took < PATIENCE / 2) == (200, True)
    # The next page notes it.
    browser.get("/account")
    assert clock.now() - SignInSession.get().seen_at < timedelta(minutes=1)


# --- limits ---


def test_the_eleventh_try_is_refused_even_with_the_right_password(app, cast):
    for _ in range(PER_ACCOUNT):
        assert sign_in(app.test_client(), "hm.giaovien", "wrong").status_code == 422
    assert sign_in(app.test_client(), "hm.giaovien").status_code == 429


def test_nobody_can_lock_a_person_out_of_a_device_that_is_known(app, cast):
    own = cast("hm.giaovien")
    own.submit("/account", "logout")
    for _ in range(PER_ACCOUNT):
        sign_in(app.test_client(), "hm.giaovien", "wrong")
    assert sign_in(own, "hm.giaovien").status_code == 303


def test_a_known_device_has_a_limit_of_its_own(app, cast):
    own = cast("hm.giaovien")
    own.submit("/account", "logout")
    statuses = [sign_in(own, "hm.giaovien", "wrong").status_code for _ in range(PER_ACCOUNT + 1)]
    assert statuses == [422] * PER_ACCOUNT + [429]


def test_a_limit_is_over_after_fifteen_minutes(app, cast):
    for _ in range(PER_ACCOUNT):
        sign_in(app.test_client(), "hm.giaovien", "wrong")
    SignInFailure.update(at=clock.now() - timedelta(minutes=16)).execute()
    assert sign_in(app.test_client(), "hm.giaovien").status_code == 303


# --- the own account ---


def test_a_new_password_needs_the_current_one_and_ends_the_other_devices(app, cast):
    phone, desk = app.test_client(), cast("hm.giaovien")
    sign_in(phone, "hm.giaovien")
    new = {"new": "mùa thu lá vàng", "repeat": "mùa thu lá vàng"}
    assert desk.submit("/account", "password", {"current": "wrong", **new}).status_code == 422
    assert desk.submit("/account", "password", {"current": PASSWORD, **new}).status_code == 303
    assert (desk.get("/account").status_code, phone.get("/account").status_code) == (200, 303)
    assert KnownDevice.select().count() == 0
    assert sign_in(app.test_client(), "hm.giaovien", "mùa thu lá vàng").status_code == 303


def test_language_and_look_are_kept_with_the_person(cast):
    browser = cast("hm.giaovien")
    browser.submit("/account", "preferences", {"language": "en", "theme": "dark"})
    page = browser.soup("/")
    assert (page.html["lang"], page.html["data-theme"]) == ("en", "dark")


# --- where a sign-in leads ---


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/schools?q=hoa", "/schools?q=hoa"),
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("/\\example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("/login", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        (None, "/"),
    ],
)
def test_a_sign_in_never_leads_to_a_foreign_page(target, path):
    assert local_path(target) == path


def test_after_signing_in_one_is_where_one_wanted_to_go(cast):
    browser = cast("")
    address = browser.get("/schools?q=hoa").headers["Location"]
    answer = browser.submit(address, "login", {"username": "hm.giaovien", "password": PASSWORD})
    assert answer.headers["Location"] == "/schools?q=hoa"


def test_a_fragment_request_of_an_ended_session_leads_the_whole_page_to_sign_in(cast):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://localhost/schools?q=hoa"}
    answer = cast("").get("/schools?q=hoa", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/login?next=%2Fschools%3Fq%3Dhoa")


def test_nothing_typed_is_lost_when_the_session_ended_meanwhile(app, cast):
    from bs4 import BeautifulSoup

    from intranet.registry.schools import School
    from intranet.testing import form_values

    browser = cast("hm.chuyenvien")
    typed = form_values(browser.soup("/schools/new").find("form", {"data-form": "school"}))
    typed |= {"name": "Trường THCS Gõ Dở", "levels": ["4"]}
    SignInSession.delete().execute()
    expired = browser.post("/schools/new", data=typed)
    assert expired.status_code == 401
    form = BeautifulSoup(expired.text, "lxml").find("form", {"data-form": "login"})
    login = form_values(form) | {"username": "hm.chuyenvien", "password": PASSWORD}
    form = BeautifulSoup(browser.post("/login", data=login).text, "lxml").find("form", {"data-form": "continue"})
    assert browser.post(form["action"], data=form_values(form)).status_code == 303
    assert School.select().where(School.name == "Trường THCS Gõ Dở").count() == 1
