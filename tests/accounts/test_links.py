"""One-time links, whose account is whose to open, and closing accounts."""

import logging
import re
import threading
from datetime import timedelta

import pytest

from intranet.accounts import links, locks, throttle
from intranet.demo.build import PASSWORD
from intranet.kernel import clock
from intranet.kernel.database import database
from intranet.registry.accounts import AccountLink, SecondFactor
from intranet.registry.people import (
    ADMINISTRATOR,
    LEADER,
    OFFICER,
    KnownDevice,
    Membership,
    Person,
    SignInFailure,
    SignInSession,
)
from intranet.shared.access import Actor
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.authority import may_manage_account, posts_held
from intranet.shared.edits import Refused
from intranet.shared.sessions import build_actor, token_hash
from intranet.testing import form_values, parse

NEW = "mùa thu lá vàng"
LINK = re.compile(r"http://localhost(/link/[\w-]{43})")


def person(username):
    return Person.get(Person.username == username)


def home(username):
    return f"/people/{person(username).id}/account"


def issue(browser, username):
    """The address that the page shows once, as a path."""
    answer = browser.submit(home(username), "link")
    assert answer.status_code == 200
    return LINK.search(answer.text)[1]


def set_password(browser, path, new=NEW, repeat=None):
    return browser.submit(path, "link", {"new": new, "repeat": new if repeat is None else repeat})


def sign_in(browser, username, password):
    return browser.submit("/login", "login", {"username": username, "password": password}).status_code


def actions(username):
    rows = AuditEntry.select(AuditEntry.action, AuditEntry.person_id).where(
        AuditEntry.subject_type == "person", AuditEntry.subject_id == person(username).id
    )
    return list(rows.order_by(AuditEntry.id).tuples())


@pytest.fixture
def newcomer(app):
    """A teacher of the first school who never had an account."""
    Person.update(password_hash=None).where(Person.username == "hm.giaovien").execute()
    return person("hm.giaovien")


# --- the way of a link ---


def test_an_invited_teacher_sets_a_password_and_signs_in(cast, newcomer):
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    stranger = cast("")
    page = stranger.soup(path).find("main")
    assert page.find("h1").text == "Đặt mật khẩu"
    assert (newcomer.name in page.text, page.find(id="username")["value"]) == (True, "hm.giaovien")
    answer = set_password(stranger, path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "Thầy/cô đăng nhập bằng tên hm.giaovien" in stranger.soup("/login").find(id="flash").text
    assert sign_in(stranger, "hm.giaovien", NEW) == 303


def test_looking_at_a_link_changes_nothing(cast, newcomer):
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    assert [cast("").get(path).status_code for _time in range(3)] == [200] * 3
    assert set_password(cast(""), path).status_code == 303


def test_only_the_hash_of_a_link_is_kept(cast, newcomer):
    token = issue(cast("hm.hieutruong"), "hm.giaovien").removeprefix("/link/")
    assert [row.token_hash for row in AccountLink.select()] == [token_hash(token)]
    assert AuditValue.select().where(AuditValue.after.contains(token)).count() == 0


@pytest.mark.parametrize(("has_password", "good_for"), [(False, timedelta(days=14)), (True, timedelta(hours=24))])
def test_invitations_live_two_weeks_and_resets_a_day(app, has_password, good_for):
    if not has_password:
        Person.update(password_hash=None).where(Person.username == "hm.giaovien").execute()
    issued = links.issue(person("hm.giaovien"), issued_by=None)
    assert issued.expires_at - AccountLink.get().issued_at == good_for
    AccountLink.update(expires_at=clock.now() + timedelta(seconds=30)).execute()
    assert links.open_link(issued.token) is not None
    AccountLink.update(expires_at=clock.now()).execute()
    assert links.open_link(issued.token) is None


def spoiled_by_use(path, cast):
    assert set_password(cast(""), path).status_code == 303


def spoiled_by_time(path, cast):
    AccountLink.update(expires_at=clock.now() - timedelta(seconds=1)).execute()


def spoiled_by_the_next_one(path, cast):
    issue(cast("hm.hieutruong"), "hm.giaovien")


def spoiled_by_a_lock(path, cast):
    locks.lock(person("hm.giaovien"), "Thử", person_id=None)


def spoiled_for_good_by_a_lock(path, cast):
    spoiled_by_a_lock(path, cast)
    cast("hm.hieutruong").submit(home("hm.giaovien"), "unlock")


def spoiled_by_the_trash(path, cast):
    Person.update(deleted_at=clock.now()).where(Person.username == "hm.giaovien").execute()


@pytest.mark.parametrize(
    "spoil",
    [
        spoiled_by_use,
        spoiled_by_time,
        spoiled_by_the_next_one,
        spoiled_by_a_lock,
        spoiled_for_good_by_a_lock,
        spoiled_by_the_trash,
    ],
)
def test_a_worthless_link_says_whom_to_ask_and_sets_nothing(app, cast, spoil):
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    stranger = app.test_client()
    sent = form_values(stranger.soup(path).find("form", {"data-form": "link"})) | {
        "new": "trời trong xanh",
        "repeat": "trời trong xanh",
    }
    spoil(path, cast)
    before = person("hm.giaovien").password_hash
    answers = [stranger.get(path), stranger.post(path, data=sent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert ["hỏi hiệu trưởng" in answer.text for answer in answers] == [True, True]
    assert person("hm.giaovien").password_hash == before


@pytest.mark.parametrize("path", ["/link/x", "/link/" + "A" * 43, "/link/%F0%9F%98%80", "/link/" + "x" * 3000])
def test_an_unknown_link_gets_the_same_page(cast, path):
    assert cast("").get(path).status_code == 404
    token = cast("").csrf("/login")
    assert cast("").post(path, data={"csrf_token": token, "new": NEW, "repeat": NEW}).status_code == 404


def test_a_setup_code_is_no_link_to_an_account(cast):
    AccountLink.create(token_hash=token_hash("x" * 43), kind="setup", expires_at=clock.now() + timedelta(days=1))
    assert cast("").get("/link/" + "x" * 43).status_code == 404


@pytest.mark.parametrize(
    ("new", "repeat", "sentence"),
    [
        ("", "", "Thầy/cô chưa nhập mật khẩu mới."),
        (NEW, "khác", "Hai lần nhập mật khẩu mới chưa giống nhau."),
        ("ngắn", "ngắn", "Mật khẩu cần ít nhất 8 ký tự."),
        ("matkhau2024", "matkhau2024", "Mật khẩu này là từ nhiều người dùng"),
        ("thcsyenso2024", "thcsyenso2024", "Mật khẩu này gần như chỉ gồm tên"),
        ("x" * 100_000, "x" * 100_000, "Mật khẩu dài nhất 200 ký tự."),
    ],
)
def test_a_bad_password_is_refused_and_the_link_stays_good(cast, newcomer, new, repeat, sentence):
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    answer = set_password(cast(""), path, new, repeat)
    assert (answer.status_code, sentence in parse(answer.text).find(attrs={"role": "alert"}).text) == (422, True)
    assert set_password(cast(""), path).status_code == 303


def test_setting_a_password_ends_all_sessions_and_devices_and_is_audited(app, cast):
    phone = cast("hm.giaovien")
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    set_password(app.test_client(), path)
    owner = person("hm.giaovien")
    assert phone.get("/account").status_code == 303
    assert KnownDevice.select().where(KnownDevice.person == owner).count() == 0
    assert sign_in(app.test_client(), "hm.giaovien", PASSWORD) == 422
    principal = person("hm.hieutruong").id
    assert actions("hm.giaovien")[-2:] == [("account.reset", principal), ("account.password", owner.id)]


def test_whoever_is_signed_in_on_the_device_is_signed_out(cast, newcomer):
    principal = cast("hm.hieutruong")
    path = issue(principal, "hm.giaovien")
    assert "Thiết bị này đang đăng nhập tài khoản khác" in principal.soup(path).find("main").text
    assert set_password(principal, path).headers["Location"] == "/login"
    assert principal.get("/account").status_code == 303


def test_a_reset_leaves_the_second_factor_in_force(app, cast):
    owner = person("hm.giaovien")
    SecondFactor.create(person=owner, secret="x", confirmed_at=clock.now())
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    stranger = app.test_client()
    set_password(stranger, path)
    assert stranger.get("/account").status_code == 303
    assert SecondFactor.select().where(SecondFactor.person == owner, SecondFactor.confirmed_at.is_null(False)).exists()


def test_spending_a_link_succeeds_once_and_never_too_late(app):
    used, late = (links.issue(person(name), issued_by=None).token for name in ("hm.giaovien", "hm.dieuphoi"))
    AccountLink.update(expires_at=clock.now()).where(AccountLink.token_hash == token_hash(late)).execute()
    assert [links.spend(token) for token in (used, used, late)] == [True, False, False]


def test_two_who_use_one_link_at_the_same_moment(app):
    """Exactly one sets the password."""
    token = links.issue(person("hm.giaovien"), issued_by=None).token
    start, won = threading.Barrier(2), []

    def use():
        with app.app_context():
            start.wait()
            won.append(links.use(token, NEW) is not None)
            database.close()

    threads = [threading.Thread(target=use) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, True]
    assert [action for action, _who in actions("hm.giaovien")].count("account.password") == 1


def test_guessing_is_limited_by_address_and_a_right_link_is_never_refused(app, cast):
    path = issue(cast("hm.hieutruong"), "hm.giaovien")
    key = next(iter(throttle.of_link("127.0.0.1")))
    SignInFailure.insert_many([{"key": key, "at": clock.now()}] * (throttle.PER_ADDRESS - 1)).execute()
    guesser = app.test_client()
    guess = {"csrf_token": guesser.csrf(), "new": NEW, "repeat": NEW}
    assert [guesser.post("/link/guess", data=guess).status_code for _time in range(2)] == [404, 429]
    assert set_password(guesser, path).status_code == 303


def test_no_token_stands_in_the_log(app, cast, caplog):
    logger = logging.getLogger("intranet")
    logger.addHandler(caplog.handler)
    level = logger.level
    logger.setLevel("DEBUG")
    try:
        path = issue(cast("hm.hieutruong"), "hm.giaovien")
        cast("").get(path)
        set_password(cast(""), path)
        cast("").get(path)
    finally:
        logger.setLevel(level)
        logger.removeHandler(caplog.handler)
    said = [str(vars(record)) + record.getMessage() for record in caplog.records]
    assert len(said) > 3
    assert [line for line in said if path.removeprefix("/link/") in line] == []


def test_pages_with_a_link_are_kept_nowhere_and_told_to_nobody(cast, newcomer):
    answer = cast("hm.hieutruong").submit(home("hm.giaovien"), "link")
    page = cast("").get(LINK.search(answer.text)[1])
    for headers in (answer.headers, page.headers):
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")


# --- who may ---

BELOW_THE_OFFICE = {"hm.hieutruong", "hm.dieuphoi", "hm.giaovien", "hm.xem", "hm.moi"}
MANAGED = [
    ("admin", {"hm.lanhdao", "hm.chuyenvien", *BELOW_THE_OFFICE, "uh.lanhdao"}),
    ("hm.lanhdao", {"hm.chuyenvien", *BELOW_THE_OFFICE}),
    ("hm.chuyenvien", BELOW_THE_OFFICE),
    ("hm.hieutruong", {"hm.dieuphoi", "hm.giaovien"}),
    ("hm2.hieutruong", set()),
    ("hm.dieuphoi", set()),
    ("hm.giaovien", set()),
    ("hm.xem", set()),
    ("hm.moi", set()),
    ("uh.chuyenvien", set()),
]
PEOPLE = sorted(MANAGED[0][1] | {"admin"})


@pytest.mark.parametrize(("username", "managed"), MANAGED)
def test_who_manages_whose_account(cast, username, managed):
    browser = cast(username)
    opened = {name for name in PEOPLE if browser.get(home(name)).status_code == 200}
    assert opened == managed


@pytest.mark.parametrize(
    ("username", "whose", "status"),
    [
        ("hm.hieutruong", "hm.chuyenvien", 403),
        ("hm.hieutruong", "hm2.giaovien", 403),
        ("hm.hieutruong", "hm.hieutruong", 403),
        ("hm.chuyenvien", "hm.lanhdao", 403),
        ("hm.chuyenvien", "uh.giaovien", 404),
        ("hm.giaovien", "hm.dieuphoi", 403),
        ("admin", "admin", 403),
    ],
)
@pytest.mark.parametrize("act", ["link", "lock", "unlock", "sign-out"])
def test_nobody_else_reaches_an_act_by_its_address(cast, username, whose, status, act):
    browser = cast(username)
    answer = browser.post(f"{home(whose)}/{act}", data={"csrf_token": browser.csrf("/account"), "reason": "x"})
    assert answer.status_code == status
    assert AccountLink.select().count() == 0


def acting(username):
    found = person(username)
    work = Membership.get(Membership.person == found)
    return build_actor(person_id=found.id, role=work.role, district_id=work.district_id, school_id=work.school_id)


@pytest.mark.parametrize(
    ("username", "second_role", "may"),
    [
        ("hm.chuyenvien", OFFICER, False),
        ("hm.chuyenvien", LEADER, False),
        ("hm.lanhdao", OFFICER, True),
        ("hm.lanhdao", LEADER, True),
        ("hm.lanhdao", ADMINISTRATOR, False),
        ("admin", ADMINISTRATOR, True),
    ],
)
def test_what_a_person_is_besides_counts_too(app, username, second_role, may):
    teacher = person("hm.giaovien")
    Membership.create(person=teacher, role=second_role, district=teacher.district_id)
    with app.app_context():
        actor = acting(username)
        assert may_manage_account(actor, teacher, posts_held(teacher.id)) == may


def test_work_in_another_district_makes_the_account_that_districts_too(app):
    teacher, elsewhere = person("hm.giaovien"), person("uh.giaovien")
    Membership.create(person=teacher, role="teacher", district=elsewhere.district_id, school=elsewhere.school_id)
    with app.app_context():
        managers = [
            name
            for name in ("admin", "hm.chuyenvien", "uh.chuyenvien")
            if may_manage_account(acting(name), teacher, posts_held(teacher.id))
        ]
    assert managers == ["admin"]


def test_an_actor_without_a_role_manages_nothing(app):
    with app.app_context():
        assert not may_manage_account(Actor(person_id=0), person("hm.moi"), [])


@pytest.mark.parametrize(
    ("username", "whose", "shown"),
    [
        ("hm.hieutruong", "hm.giaovien", True),
        ("hm.dieuphoi", "hm.giaovien", False),
        ("hm.chuyenvien", "hm.lanhdao", False),
        ("uh.giaovien", "hm.dieuphoi", False),
    ],
)
def test_the_way_to_the_account_stands_on_the_persons_page(cast, username, whose, shown):
    links_there = cast(username).soup(f"/people/{person(whose).id}").find("main").find_all("a", href=home(whose))
    assert bool(links_there) == shown


# --- the screen ---


def test_the_page_tells_how_the_account_stands(app, cast, newcomer):
    principal = cast("hm.hieutruong")

    def state():
        return principal.soup(home("hm.giaovien")).find("main").find(attrs={"data-state": True})["data-state"]

    assert state() == "never"
    path = issue(principal, "hm.giaovien")
    assert state() == "invited"
    set_password(app.test_client(), path)
    assert state() == "in_use"
    principal.submit(home("hm.giaovien") + "/lock", "lock", {"reason": "Mất điện thoại"})
    assert state() == "locked"
    assert "Mất điện thoại" in principal.soup(home("hm.giaovien")).text


def test_the_last_visit_is_told(cast):
    principal = cast("hm.hieutruong")
    unseen = principal.soup(home("hm.giaovien")).find(attrs={"data-panel": "accounts.state"}).text
    cast("hm.giaovien")
    seen = principal.soup(home("hm.giaovien")).find(attrs={"data-panel": "accounts.state"}).text
    assert ("Chưa đăng nhập lần nào" in unseen, clock.local(clock.now()).strftime("%d/%m/%Y") in seen) == (True, True)


def test_the_link_is_shown_once_with_a_picture_and_a_slip(cast, newcomer):
    principal = cast("hm.hieutruong")
    page = parse(principal.submit(home("hm.giaovien"), "link").text)
    address = page.find(id="link")["value"]
    slip = page.find(class_="slip")
    assert [text in slip.text for text in (address, newcomer.name, "hm.giaovien")] == [True] * 3
    assert slip.find("svg", class_="qr") is not None
    assert page.select("[style], script:not([src]), style") == []
    assert address.rpartition("/")[2] not in principal.get(home("hm.giaovien")).text


def test_sending_the_form_again_makes_no_second_link_and_says_why(cast, newcomer):
    principal = cast("hm.hieutruong")
    form = principal.soup(home("hm.giaovien")).find("form", {"data-form": "link"})
    first = principal.post(form["action"], data=form_values(form))
    again = principal.post(form["action"], data=form_values(form))
    assert (first.status_code, again.status_code, again.headers["Location"]) == (200, 303, home("hm.giaovien"))
    assert AccountLink.select().count() == 1
    assert "chỉ hiện một lần" in principal.soup(home("hm.giaovien")).find(id="flash").text


# --- closing, opening, signing out ---


def test_a_closed_account_is_out_at_once_and_comes_back_with_its_password(app, cast):
    phone, principal = cast("hm.giaovien"), cast("hm.hieutruong")
    answer = principal.submit(home("hm.giaovien") + "/lock", "lock", {"reason": "Nghỉ dài ngày"})
    assert (answer.status_code, answer.headers["Location"]) == (303, home("hm.giaovien"))
    assert phone.get("/account").status_code == 303
    assert SignInSession.select().where(SignInSession.person == person("hm.giaovien")).count() == 0
    assert sign_in(app.test_client(), "hm.giaovien", PASSWORD) == 422
    assert "Tài khoản đã khóa" in principal.soup(f"/people/{person('hm.giaovien').id}").text
    principal.submit(home("hm.giaovien"), "unlock")
    assert sign_in(app.test_client(), "hm.giaovien", PASSWORD) == 303
    by = person("hm.hieutruong").id
    assert [row for row in actions("hm.giaovien") if row[1] == by] == [("account.lock", by), ("account.unlock", by)]


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("  ", 422), ("x" * 301, 422), ("x" * 300, 303)])
def test_closing_asks_for_a_reason(cast, reason, status):
    answer = cast("hm.hieutruong").submit(home("hm.giaovien") + "/lock", "lock", {"reason": reason})
    assert (answer.status_code, person("hm.giaovien").active) == (status, status == 422)


def test_closing_and_opening_twice_says_so(cast):
    principal = cast("hm.hieutruong")
    forms = [principal.soup(home("hm.giaovien") + "/lock").find("form", {"data-form": "lock"}) for _time in range(2)]
    statuses = [
        principal.post(form["action"], data=form_values(form) | {"reason": "Thử"}).status_code for form in forms
    ]
    assert statuses == [303, 422]
    with pytest.raises(Refused):
        locks.unlock(person("hm.hieutruong"), person_id=None)


def test_a_closed_account_gets_no_link(app):
    with pytest.raises(Refused):
        links.issue(person("hm.khoa"), issued_by=None)
    assert AccountLink.select().count() == 0


def test_the_last_administrator_stays(app):
    first = person("admin")
    second = person("hm.moi")
    Membership.create(person=second, role=ADMINISTRATOR)
    Person.update(password_hash=None).where(Person.id == second.id).execute()
    with pytest.raises(Refused, match="tài khoản quản trị cuối cùng"):
        locks.lock(first, "Thử", person_id=None)
    Person.update(password_hash="x").where(Person.id == second.id).execute()
    locks.lock(first, "Thử", person_id=None)
    with pytest.raises(Refused, match="tài khoản quản trị cuối cùng"):
        locks.lock(person("hm.moi"), "Thử", person_id=None)
    locks.lock(person("hm.giaovien"), "Thử", person_id=None)


def test_a_manager_signs_somebody_out_everywhere(cast):
    phone, principal = cast("hm.giaovien"), cast("hm.hieutruong")
    principal.submit(home("hm.giaovien"), "sign-out")
    assert phone.get("/account").status_code == 303
    assert actions("hm.giaovien")[-1] == ("session.end_all", person("hm.hieutruong").id)


# --- a whole school ---


def invited_names(page):
    return [slip.find("dd").text for slip in page.find_all(class_="slip")]


def test_a_school_without_accounts_is_invited_in_one_go(cast, newcomer):
    Person.update(password_hash=None).where(Person.username == "hm.dieuphoi").execute()
    officer, school = cast("hm.chuyenvien"), newcomer.school_id
    path = f"/people/accounts?school={school}"
    page = parse(officer.submit(path, "invite").text)
    assert {newcomer.name, person("hm.dieuphoi").name} <= set(invited_names(page))
    addresses = [LINK.search(slip.text)[1] for slip in page.find_all(class_="slip")]
    assert len(set(addresses)) == len(addresses) == AccountLink.select().count()
    place = invited_names(page).index(newcomer.name)
    assert newcomer.name in cast("").soup(addresses[place]).find("main").text
    # Who has a slip in hand is not ticked again.
    boxes = officer.soup(path).find_all("input", {"name": "people"})
    assert [box for box in boxes if box.has_attr("checked")] == []


def test_a_principal_invites_only_those_whose_account_is_the_principals(cast, newcomer):
    Person.update(password_hash=None).where(Person.username == "hm2.giaovien").execute()
    principal = cast("hm.hieutruong")
    other = person("hm2.giaovien")
    offered = {int(box["value"]) for box in principal.soup("/people/accounts").find_all("input", {"name": "people"})}
    assert (newcomer.id in offered, other.id in offered) == (True, False)
    assert principal.submit("/people/accounts", "invite", {"people": [str(other.id)]}).status_code == 422
    assert AccountLink.select().count() == 0


@pytest.mark.parametrize("sent", [[], ["x"], ["999999999"], ["-1"]])
def test_inviting_nobody_or_nonsense_is_refused(cast, newcomer, sent):
    answer = cast("hm.hieutruong").submit("/people/accounts", "invite", {"people": sent})
    assert (answer.status_code, AccountLink.select().count()) == (422, 0)


@pytest.mark.parametrize(
    ("username", "query", "status"),
    [
        ("hm.chuyenvien", "", 200),
        ("admin", "", 200),
        ("hm.chuyenvien", "?school=999999", 404),
        ("hm.chuyenvien", "?school=x", 400),
        ("hm.giaovien", "", 403),
        ("hm.xem", "", 403),
    ],
)
def test_the_list_of_a_school_is_for_who_manages_accounts(cast, username, query, status):
    assert cast(username).get("/people/accounts" + query).status_code == status


def test_another_districts_school_is_not_the_officers(cast):
    school = person("uh.giaovien").school_id
    assert cast("hm.chuyenvien").get(f"/people/accounts?school={school}").status_code == 403
    assert cast("admin").get(f"/people/accounts?school={school}").status_code == 200


def test_spent_links_are_forgotten_after_three_months(app):
    links.issue(person("hm.giaovien"), issued_by=None)
    day = clock.today()
    links.forget_spent_links(day)
    assert AccountLink.select().count() == 1
    links.forget_spent_links(day + timedelta(days=92))
    assert AccountLink.select().count() == 0
