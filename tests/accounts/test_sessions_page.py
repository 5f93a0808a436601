"""The devices that are signed in, as their owner sees and ends them."""

from datetime import timedelta

import pytest

from intranet.demo.build import PASSWORD
from intranet.kernel import clock
from intranet.registry.people import SignInSession
from intranet.shared.audit import AuditEntry
from intranet.shared.sessions import token_hash

OWNER = "hm.giaovien"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


def sign_in(browser, agent, username=OWNER):
    fields = {"username": username, "password": PASSWORD, "csrf_token": browser.csrf("/login")}
    return browser.post("/login", data=fields, headers={"User-Agent": agent})


@pytest.fixture
def devices(app, cast):
    """The owner's desk and phone, both signed in."""
    desk, phone = cast(OWNER), app.test_client()
    sign_in(phone, PHONE)
    return desk, phone


def rows(browser):
    panel = browser.soup("/account").find("section", {"data-panel": "accounts.sessions"})
    return [row.get_text(" ", strip=True) for row in panel.select(".lines li")]


def session_of(browser):
    return SignInSession.get(SignInSession.token_hash == token_hash(browser.get_cookie("ct_session").value))


def end(browser, label):
    return browser.submit("/account", f"end-{label}")


def test_each_device_is_named_with_its_address_and_the_own_one_is_marked(devices):
    desk, _phone = devices
    texts = rows(desk)
    assert len(texts) == 2
    marked = [text.startswith("Chrome, Android") for text in texts if "Thiết bị này" in text]
    assert (marked, ["Địa chỉ 127.0.0.1" in text for text in texts]) == ([False], [True, True])


def test_no_hash_of_a_token_is_in_the_page(devices):
    desk, _phone = devices
    text = desk.get("/account").text
    assert [row.token_hash for row in SignInSession.select() if row.token_hash in text] == []


def test_a_device_that_is_signed_out_is_out_at_its_next_request(devices):
    desk, phone = devices
    assert end(desk, session_of(phone).label).headers["Location"] == "/account"
    assert (phone.get("/account").status_code, desk.get("/account").status_code) == (303, 200)
    assert AuditEntry.select().where(AuditEntry.action == "session.end").count() == 1


def test_ending_the_own_session_leads_to_the_sign_in_page(devices):
    desk, phone = devices
    assert end(desk, session_of(desk).label).headers["Location"] == "/login"
    assert (desk.get("/account").status_code, phone.get("/account").status_code) == (303, 200)


@pytest.mark.parametrize("label", ["unknown", "x" * 300])
def test_a_device_that_is_not_there_is_not_found(devices, label):
    desk, _phone = devices
    answer = desk.post(f"/account/sessions/{label}/end", data={"csrf_token": desk.csrf("/account")})
    assert answer.status_code == 404


def test_nobody_ends_the_session_of_somebody_else(devices, cast):
    desk, _phone = devices
    other = cast("hm.hieutruong")
    answer = other.post(f"/account/sessions/{session_of(desk).label}/end", data={"csrf_token": other.csrf("/account")})
    assert (answer.status_code, desk.get("/account").status_code) == (404, 200)


@pytest.mark.parametrize(("idle", "shown"), [(timedelta(hours=11), 2), (timedelta(hours=13), 1)])
def test_sessions_that_are_over_are_not_shown(devices, idle, shown):
    desk, phone = devices
    mine = SignInSession.token_hash == session_of(phone).token_hash
    SignInSession.update(seen_at=clock.now() - idle).where(mine).execute()
    assert len(rows(desk)) == shown


def test_a_sign_in_that_waits_for_its_code_is_shown_as_such(devices):
    desk, phone = devices
    SignInSession.update(waits_for_code=True).where(SignInSession.token_hash == session_of(phone).token_hash).execute()
    assert [text for text in rows(desk) if "Chưa nhập mã" in text and text.startswith("Chrome, Android")] != []


def test_more_devices_cost_no_more_queries(app, devices, queries):
    desk, _phone = devices
    counts = []
    for _turn in range(2):
        with queries() as run:
            desk.get("/account")
        counts.append(len(run))
        sign_in(app.test_client(), PHONE)
    assert counts[0] == counts[1]
