"""The second factor: set up, asked for, lost, taken away."""

import base64
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from intranet.accounts import links
from intranet.accounts.throttle import PER_ACCOUNT
from intranet.demo.build import PASSWORD
from intranet.kernel import clock, sealed
from intranet.kernel.database import database, open_database
from intranet.registry.accounts import RecoveryCode, SecondFactor
from intranet.registry.people import KnownDevice, Person, SignInSession
from intranet.shared.audit import AuditEntry
from intranet.testing import form_values, parse

TEACHER, OFFICER, LEADER = "hm.giaovien", "hm.chuyenvien", "hm.lanhdao"
START = datetime(2026, 3, 2, 1, 0, 0)
WRONG = "000000"


@pytest.fixture(autouse=True)
def time(app):
    """``time(seconds)``: the clock stands so long after the beginning."""

    def stand_at(seconds):
        clock.set_now(START + timedelta(seconds=seconds))

    stand_at(0)
    yield stand_at
    clock.set_now(None)


@pytest.fixture
def keys(app):
    """The file of the keys."""
    return app.extensions["config"].instance / sealed.FILE


def code_of(secret, seconds=0):
    """What the phone shows so long after the beginning."""
    moment = START.replace(tzinfo=UTC).timestamp() + seconds
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(moment)).decode()


def set_up(browser):
    """Switch the factor on in a signed-in browser; the secret and the recovery codes."""
    answer = browser.submit("/account/second-factor", "begin", {"password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor")
    secret = browser.soup("/account/second-factor").select_one(".key").text.replace(" ", "")
    answer = browser.submit("/account/second-factor", "confirm", {"code": code_of(secret)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor/codes")
    codes = [code.text for code in browser.soup("/account/second-factor/codes").select(".codes code")]
    return secret, codes


def give_password(browser, username=TEACHER, **fields):
    return browser.submit("/login", "login", {"username": username, "password": PASSWORD} | fields)


def give_code(browser, code, **fields):
    return browser.submit("/login/code", "code", {"code": code, **fields})


def person(username=TEACHER):
    return Person.get(Person.username == username)


def alert(answer):
    return parse(answer.text).find(attrs={"role": "alert"}).get_text(" ", strip=True)


def opens(browser, url="/schools"):
    return browser.get(url).status_code == 200


# --- signing in ---


def test_after_the_password_nothing_opens_before_the_code(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    answer = give_password(phone, next="/schools?q=hoa")
    assert answer.headers["Location"] == "/login/code?next=%2Fschools%3Fq%3Dhoa"
    assert [phone.get(url).headers["Location"].partition("?")[0] for url in ("/", "/schools", "/account")] == [
        "/login",
        "/login",
        "/login",
    ]
    answer = phone.submit(answer.headers["Location"], "code", {"code": code_of(secret, 60)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/schools?q=hoa")
    assert opens(phone)


def test_a_session_has_a_new_token_after_the_code_and_the_old_one_is_dead(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    give_password(phone)
    before = phone.get_cookie("ct_session").value
    give_code(phone, code_of(secret, 60))
    assert phone.get_cookie("ct_session").value != before
    phone.set_cookie("ct_session", before)
    assert not opens(phone)


@pytest.mark.parametrize(("off", "status"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422)])
def test_a_phone_may_go_wrong_by_one_step_each_way(app, cast, time, off, status):
    secret, _codes = set_up(cast(TEACHER))
    time(300)
    phone = app.test_client()
    give_password(phone)
    assert give_code(phone, code_of(secret, 300 + off)).status_code == status


@pytest.mark.parametrize("spaces", ["{0}{1}", "{0} {1}", " {0}{1} "])
def test_a_code_may_be_typed_with_spaces(app, cast, time, spaces):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone, code = app.test_client(), code_of(secret, 60)
    give_password(phone)
    assert give_code(phone, spaces.format(code[:3], code[3:])).status_code == 303


@pytest.mark.parametrize("typed", ["", WRONG, "12345", "１２３４５６", "abcdefghjk", "x" * 41, "mã", "-1", "1e5"])
def test_a_wrong_code_opens_nothing(app, cast, time, typed):
    set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    give_password(phone)
    assert give_code(phone, typed).status_code == 422
    assert not opens(phone)


def test_a_code_is_good_once(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    statuses = []
    for _turn in range(2):
        phone = app.test_client()
        give_password(phone)
        statuses.append(give_code(phone, code_of(secret, 60)).status_code)
    assert statuses == [303, 422]


def test_the_code_that_switched_the_factor_on_signs_nobody_in(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    phone = app.test_client()
    give_password(phone)
    assert give_code(phone, code_of(secret)).status_code == 422


def test_a_clock_that_was_ahead_and_is_right_again_locks_nobody_out(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(86400)
    phone = app.test_client()
    give_password(phone)
    give_code(phone, code_of(secret, 86400))
    time(120)
    phone = app.test_client()
    give_password(phone)
    assert give_code(phone, code_of(secret, 120)).status_code == 303


def test_a_right_password_waits_ten_minutes_for_its_code(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    give_password(phone)
    page = phone.soup("/login/code")
    time(661)
    assert phone.get("/login/code").headers["Location"].startswith("/login?")
    answer = phone.post("/login/code", data=form_values(page.find("form")) | {"code": code_of(secret, 661)})
    assert (answer.status_code, alert(answer)) == (
        422,
        "Đã quá 10 phút từ lúc nhập mật khẩu. Thầy/cô đăng nhập lại.",
    )


def test_who_turns_back_at_the_code_leaves_no_session(app, cast):
    set_up(cast(TEACHER))
    phone = app.test_client()
    give_password(phone)
    assert SignInSession.select().count() == 2
    assert phone.submit("/login/code", "logout").headers["Location"] == "/login"
    assert SignInSession.select().count() == 1


def test_the_device_is_known_only_after_the_code(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    give_password(phone)
    assert (phone.get_cookie("ct_device"), KnownDevice.select().count()) == (None, 1)
    give_code(phone, code_of(secret, 60))
    assert KnownDevice.select().count() == 2


def test_a_closed_account_does_not_get_in_by_a_code(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    give_password(phone)
    page = phone.soup("/login/code")
    Person.update(active=False).where(Person.username == TEACHER).execute()
    answer = phone.post("/login/code", data=form_values(page.find("form")) | {"code": code_of(secret, 60)})
    assert answer.status_code == 422
    assert not opens(phone)


def test_nothing_typed_is_lost_on_the_way_through_both_steps(app, cast, time):
    browser = cast(TEACHER)
    secret, _codes = set_up(browser)
    time(60)
    typed = form_values(browser.soup("/account").find("form", {"data-form": "preferences"})) | {"language": "en"}
    SignInSession.delete().execute()
    login = parse(browser.post("/account", data=typed).text).find("form", {"data-form": "login"})
    answer = browser.post("/login", data=form_values(login) | {"username": TEACHER, "password": PASSWORD})
    step = parse(answer.text).find("form", {"data-form": "code"})
    answer = browser.post("/login/code", data=form_values(step) | {"code": code_of(secret, 60)})
    resumed = parse(answer.text).find("form", {"data-form": "continue"})
    assert browser.post(resumed["action"], data=form_values(resumed)).status_code == 303
    assert person().language == "en"


# --- limits ---


def test_the_eleventh_code_is_refused_even_if_it_is_right(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    phone = app.test_client()
    give_password(phone)
    statuses = [give_code(phone, WRONG).status_code for _turn in range(PER_ACCOUNT)]
    assert set(statuses) == {422}
    assert give_code(phone, code_of(secret, 60)).status_code == 429
    other = app.test_client()
    give_password(other)
    assert give_code(other, code_of(secret, 60)).status_code == 429


def test_nobody_can_lock_a_known_device_out_by_wrong_codes(app, cast, time):
    own = cast(TEACHER)
    secret, _codes = set_up(own)
    own.submit("/account", "logout")
    time(60)
    thief = app.test_client()
    give_password(thief)
    for _turn in range(PER_ACCOUNT + 1):
        give_code(thief, WRONG)
    give_password(own)
    assert give_code(own, code_of(secret, 60)).status_code == 303


def test_the_right_password_clears_no_wrong_codes(app, cast, time):
    set_up(cast(TEACHER))
    for _turn in range(PER_ACCOUNT):
        phone = app.test_client()
        give_password(phone)
        give_code(phone, WRONG)
    phone = app.test_client()
    give_password(phone)
    assert give_code(phone, WRONG).status_code == 429


# --- the lost phone ---


def test_ten_recovery_codes_are_shown_and_only_their_hashes_are_kept(app, cast):
    _secret, codes = set_up(cast(TEACHER))
    assert len(set(codes)) == 10
    assert {bool(re.fullmatch("[a-hjkmnp-z02-9]{5}-[a-hjkmnp-z02-9]{5}", code)) for code in codes} == {True}
    kept = {row.code_hash for row in RecoveryCode.select()}
    assert len(kept) == 10
    assert not kept & {code.replace("-", "") for code in codes}


@pytest.mark.parametrize("write", [str, str.upper, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_each_recovery_code_is_good_once(app, cast, write):
    _secret, codes = set_up(cast(TEACHER))
    statuses = []
    for _turn in range(2):
        phone = app.test_client()
        give_password(phone)
        statuses.append(give_code(phone, "", recovery=write(codes[3])).status_code)
    assert statuses == [303, 422]
    assert AuditEntry.select().where(AuditEntry.action == "factor.recovery").count() == 1


def test_who_used_a_recovery_code_is_told_how_many_are_left(app, cast):
    _secret, codes = set_up(cast(TEACHER))
    phone = app.test_client()
    give_password(phone)
    give_code(phone, codes[0])
    assert "Còn 9 mã khôi phục dùng được." in phone.soup("/").find(id="flash").text


def test_recovery_codes_are_of_one_person_only(app, cast):
    _secret, codes = set_up(cast(TEACHER))
    set_up(cast("hm.xem"))
    phone = app.test_client()
    give_password(phone, "hm.xem")
    assert give_code(phone, codes[0]).status_code == 422


def test_new_recovery_codes_need_the_password_and_end_the_old_ones(app, cast):
    browser = cast(TEACHER)
    _secret, old = set_up(browser)
    assert browser.submit("/account/second-factor", "codes", {"password": "wrong"}).status_code == 422
    assert browser.submit("/account/second-factor", "codes", {"password": PASSWORD}).status_code == 303
    new = [code.text for code in browser.soup("/account/second-factor/codes").select(".codes code")]
    statuses = []
    for code in (old[0], new[0]):
        phone = app.test_client()
        give_password(phone)
        statuses.append(give_code(phone, code).status_code)
    assert statuses == [422, 303]


def test_recovery_codes_are_shown_for_ten_minutes_to_the_browser_that_made_them(app, cast, time):
    browser = cast(TEACHER)
    set_up(browser)
    time(601)
    assert browser.get("/account/second-factor/codes").headers["Location"] == "/account/second-factor"


def test_codes_that_are_put_away_are_shown_no_more(app, cast):
    browser = cast(TEACHER)
    set_up(browser)
    assert browser.submit("/account/second-factor/codes", "kept").headers["Location"] == "/"
    assert browser.get("/account/second-factor/codes").status_code == 303


# --- setting up and switching off ---


def test_the_secret_lies_encrypted_in_the_database(app, cast, keys):
    secret, _codes = set_up(cast(TEACHER))
    kept = SecondFactor.get().secret
    assert secret not in kept
    assert sealed.unseal(kept, "second_factor", person().id, "secret") == secret
    assert keys.stat().st_mode & 0o777 == 0o600


def test_the_picture_stands_in_the_page_without_a_style(app, cast):
    browser = cast(TEACHER)
    browser.submit("/account/second-factor", "begin", {"password": PASSWORD})
    page = browser.soup("/account/second-factor")
    link = page.find("a", href=re.compile("^otpauth:"))["href"]
    secret = page.select_one(".key").text.replace(" ", "")
    assert link == f"otpauth://totp/Chung%20Tay:hm.giaovien?secret={secret}&issuer=Chung%20Tay"
    assert (len(page.select("svg.qr path")) > 0, page.select("[style]")) == (True, [])


def test_setting_up_needs_the_password(app, cast):
    browser = cast(TEACHER)
    assert browser.submit("/account/second-factor", "begin", {"password": "wrong"}).status_code == 422
    assert SecondFactor.select().count() == 0


def test_the_secret_is_shown_only_where_the_password_was_given_and_not_for_long(app, cast, time):
    browser, borrowed = cast(TEACHER), app.test_client()
    give_password(borrowed)
    browser.submit("/account/second-factor", "begin", {"password": PASSWORD})
    assert borrowed.soup("/account/second-factor").select(".key") == []
    assert len(browser.soup("/account/second-factor").select(".key")) == 1
    time(601)
    assert browser.soup("/account/second-factor").select(".key") == []


def test_a_borrowed_browser_confirms_nothing_without_the_password(app, cast):
    browser, borrowed = cast(TEACHER), app.test_client()
    give_password(borrowed)
    browser.submit("/account/second-factor", "begin", {"password": PASSWORD})
    secret = browser.soup("/account/second-factor").select_one(".key").text.replace(" ", "")
    token = borrowed.csrf("/account")
    answer = borrowed.post("/account/second-factor/confirm", data={"csrf_token": token, "code": code_of(secret)})
    assert answer.status_code == 422
    assert SecondFactor.get().confirmed_at is None


def test_a_wrong_first_code_keeps_the_picture_and_switches_nothing_on(app, cast):
    browser = cast(TEACHER)
    browser.submit("/account/second-factor", "begin", {"password": PASSWORD})
    before = browser.soup("/account/second-factor").select_one(".key").text
    answer = browser.submit("/account/second-factor", "confirm", {"code": WRONG})
    assert (answer.status_code, parse(answer.text).select_one(".key").text) == (422, before)
    assert SecondFactor.get().confirmed_at is None
    assert give_password(app.test_client()).headers["Location"] == "/"


def test_switching_on_signs_the_other_devices_out(app, cast):
    other = app.test_client()
    give_password(other)
    browser = cast(TEACHER)
    set_up(browser)
    assert (opens(browser), opens(other)) == (True, False)


@pytest.mark.parametrize(
    ("password", "right_code", "status"),
    [(PASSWORD, True, 303), ("wrong", True, 422), (PASSWORD, False, 422), ("", True, 422)],
)
def test_switching_off_needs_password_and_code(app, cast, time, password, right_code, status):
    browser = cast(TEACHER)
    secret, _codes = set_up(browser)
    time(60)
    code = code_of(secret, 60) if right_code else WRONG
    answer = browser.submit("/account/second-factor", "off", {"off_password": password, "off_code": code})
    assert answer.status_code == status
    assert SecondFactor.select().count() == (0 if status == 303 else 1)
    assert give_password(app.test_client()).headers["Location"] == ("/" if status == 303 else "/login/code?next=%2F")


def test_a_recovery_code_switches_the_factor_off_too(app, cast):
    browser = cast(TEACHER)
    _secret, codes = set_up(browser)
    sent = {"off_password": PASSWORD, "off_code": codes[0]}
    assert browser.submit("/account/second-factor", "off", sent).status_code == 303
    assert (SecondFactor.select().count(), RecoveryCode.select().count()) == (0, 0)


def test_a_borrowed_browser_cannot_find_the_code_out_by_trying(app, cast, time):
    browser = cast(TEACHER)
    secret, _codes = set_up(browser)
    time(60)
    for _turn in range(PER_ACCOUNT):
        browser.submit("/account/second-factor", "off", {"off_password": PASSWORD, "off_code": WRONG})
    sent = {"off_password": PASSWORD, "off_code": code_of(secret, 60)}
    assert browser.submit("/account/second-factor", "off", sent).status_code == 429


@pytest.mark.parametrize("form", ["begin", "password"])
def test_a_borrowed_browser_cannot_find_the_password_out_by_trying(app, cast, form):
    browser = cast(TEACHER)
    url = "/account/second-factor" if form == "begin" else "/account"
    new = {"new": "mùa thu lá vàng", "repeat": "mùa thu lá vàng"}
    for _turn in range(PER_ACCOUNT):
        browser.submit(url, form, {"password": "wrong", "current": "wrong", **new})
    sent = {"password": PASSWORD, "current": PASSWORD, **new}
    assert browser.submit(url, form, sent).status_code == 429


def test_the_same_form_sent_twice_switches_on_once(app, cast):
    browser = cast(TEACHER)
    browser.submit("/account/second-factor", "begin", {"password": PASSWORD})
    page = browser.soup("/account/second-factor")
    secret = page.select_one(".key").text.replace(" ", "")
    sent = form_values(page.find("form", {"data-form": "confirm"})) | {"code": code_of(secret)}
    answers = [browser.post("/account/second-factor/confirm", data=sent) for _turn in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {"/account/second-factor/codes"}
    assert AuditEntry.select().where(AuditEntry.action == "factor.on").count() == 1


def test_a_new_password_by_link_still_needs_the_code(app, cast):
    set_up(cast(TEACHER))
    with app.app_context():
        token = links.issue(person(), issued_by=None).token
        links.use(token, "mùa thu lá vàng rơi")
    phone = app.test_client()
    answer = give_password(phone, password="mùa thu lá vàng rơi")
    assert answer.headers["Location"].startswith("/login/code")
    assert not opens(phone)


# --- the key ---


def test_without_the_key_no_code_opens_but_a_recovery_code_does(app, cast, time, keys):
    secret, codes = set_up(cast(TEACHER))
    time(60)
    keys.unlink()
    sealed.configure(keys.parent)
    phone = app.test_client()
    give_password(phone)
    answer = give_code(phone, code_of(secret, 60))
    assert (answer.status_code, alert(answer)) == (
        503,
        "Máy chủ chưa đọc được khóa của mã xác thực. Thầy/cô dùng mã khôi phục hoặc liên hệ quản trị hệ thống.",
    )
    assert not opens(phone)
    assert give_code(phone, codes[0]).status_code == 303


def test_a_secret_that_was_changed_in_the_database_opens_nothing(app, cast, time):
    secret, _codes = set_up(cast(TEACHER))
    time(60)
    SecondFactor.update(secret=sealed.seal(secret, "second_factor", 1, "secret")).execute()
    phone = app.test_client()
    give_password(phone)
    assert give_code(phone, code_of(secret, 60)).status_code == 503


def test_a_file_of_keys_without_a_key_is_said_and_nothing_is_switched_on(app, cast, keys):
    keys.write_text("no key\n")
    sealed.configure(keys.parent)
    answer = cast(TEACHER).submit("/account/second-factor", "begin", {"password": PASSWORD})
    keys.unlink()
    assert answer.status_code == 503
    assert "Máy chủ chưa có khóa" in alert(answer)


# --- who must have one ---


@pytest.fixture
def demanded(app, monkeypatch):
    """A real installation, in which offices need the factor."""
    monkeypatch.setitem(app.extensions, "config", replace(app.extensions["config"], demo=False))


@pytest.mark.parametrize("username", ["admin", LEADER, OFFICER])
def test_who_opens_a_whole_district_sets_the_factor_up_first(app, cast, demanded, username):
    browser = cast(username)
    assert [browser.get(url).headers.get("Location") for url in ("/", "/schools", "/people/1")] == [
        "/account/second-factor"
    ] * 3
    assert [browser.get(url).status_code for url in ("/account", "/account/second-factor")] == [200, 200]
    set_up(browser)
    assert opens(browser)


def test_a_form_of_somebody_without_the_factor_changes_nothing(app, cast, demanded):
    browser = cast("admin")
    answer = browser.post("/schools/new", data={"csrf_token": browser.csrf("/account")})
    assert answer.headers["Location"] == "/account/second-factor"


def test_a_fragment_leads_the_whole_page_to_the_set_up(app, cast, demanded):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://localhost/schools"}
    answer = cast(OFFICER).get("/schools", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/account/second-factor")


@pytest.mark.parametrize("username", ["hm.hieutruong", TEACHER, "hm.xem", "hm.moi"])
def test_schools_choose_for_themselves(app, cast, demanded, username):
    assert cast(username).get("/").status_code == 200


def test_an_installation_may_do_without(app, cast, demanded, monkeypatch):
    monkeypatch.setitem(app.extensions, "config", replace(app.extensions["config"], second_factor=False))
    assert opens(cast(OFFICER))


# --- taken away ---


def factor_form(browser):
    return browser.soup(f"/people/{person().id}/account").find("form", {"data-form": "factor"})


def test_an_administrator_takes_a_lost_factor_away(app, cast):
    lost = cast(TEACHER)
    set_up(lost)
    assert cast("admin").submit(f"/people/{person().id}/account", "factor").status_code == 303
    assert opens(lost) is False
    assert give_password(app.test_client()).headers["Location"] == "/"
    entry = AuditEntry.get(AuditEntry.action == "factor.remove")
    assert (entry.person_id, entry.subject_id) == (person("admin").id, person().id)


@pytest.mark.parametrize(("username", "status"), [("hm2.hieutruong", 403), ("uh.lanhdao", 404), ("hm.giaovien", 403)])
def test_nobody_else_takes_it_away(app, cast, username, status):
    set_up(cast(TEACHER))
    browser = cast(username)
    answer = browser.post(f"/people/{person().id}/account/factor", data={"csrf_token": browser.csrf("/account")})
    assert answer.status_code == status
    assert SecondFactor.select().count() == 1


def test_there_is_nothing_to_take_away_where_there_is_no_factor(app, cast):
    assert factor_form(cast("admin")) is None


@pytest.mark.parametrize(("username", "code", "said"), [(TEACHER, 0, "alone"), ("nobody", 1, "no account")])
def test_the_command_line_takes_it_away_too(engine, tmp_path, username, code, said):
    url = engine.copy()
    (tmp_path / "intranet.toml").write_text(f'demo = true\ndatabase_url = "{url}"\n', encoding="utf-8")
    open_database(url)
    SecondFactor.create(person=person(), secret="x", confirmed_at=clock.now())
    database.close()
    command = [sys.executable, "-m", "intranet", "factor", "remove", username, "--instance", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert (run.returncode, said in run.stdout + run.stderr) == (code, True)
    assert SecondFactor.select().count() == code
    database.close()
