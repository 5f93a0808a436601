"""The first run: the page /setup, and the code that opens it."""

from datetime import timedelta

import pytest

from intranet.accounts import setup, throttle
from intranet.app import components, create_app
from intranet.kernel import clock, migrations
from intranet.kernel.database import open_database
from intranet.registry.accounts import AccountLink
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR, Membership, Person, SignInFailure
from intranet.shared.audit import AuditEntry
from intranet.testing import Client, _close, demo_settings, form_values, parse

GIVEN = {
    "kind": "quan",
    "code": "HM",
    "name": "Quận Hoàng Mai",
    "office": "Phòng GD&ĐT quận Hoàng Mai",
    "administrator": "Trần Thị Quản",
    "username": "quan.tri",
    "new": "con mèo trèo cây cau",
    "repeat": "con mèo trèo cây cau",
}


@pytest.fixture
def empty(engine, tmp_path):
    """A browser before an installation with tables and nobody in it."""
    settings = demo_settings(tmp_path, engine.empty())
    app = create_app(settings)
    app.test_client_class = Client
    # What an installation that is no demo says on its sign-in page.
    app.extensions["sign_in_help"] = setup.sign_in_help
    with app.app_context():
        migrations.migrate(components(app))
    yield app.test_client()
    _close()
    open_database(settings.database)
    _close()


def send(browser, **given):
    return browser.submit("/setup", "setup", GIVEN | given)


def test_the_code_makes_the_first_district_and_its_administrator(empty):
    answer = send(empty, setup_code=setup.new_code())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    district, person = District.get(), Person.get()
    assert [getattr(district, name) for name in ("code", "kind", "name", "office_name")] == [
        "HM",
        "quan",
        "Quận Hoàng Mai",
        "Phòng GD&ĐT quận Hoàng Mai",
    ]
    assert (person.username, person.name) == ("quan.tri", "Trần Thị Quản")
    assert [row.role for row in Membership.select()] == [ADMINISTRATOR]
    assert [row.action for row in AuditEntry.select().order_by(AuditEntry.id)] == ["district.create", "person.create"]
    signed_in = empty.submit("/login", "login", {"username": "Quan.Tri", "password": GIVEN["new"]})
    assert (signed_in.status_code, empty.get("/schools").status_code) == (303, 200)


def test_afterwards_the_page_is_gone_and_the_code_with_it(empty):
    code = setup.new_code()
    form = form_values(empty.soup("/setup").find("form", {"data-form": "setup"}))
    send(empty, setup_code=code)
    assert AccountLink.get().used_at is not None and not setup.is_code(code)
    fresh = empty.application.test_client()
    again = fresh.post("/setup", data=GIVEN | {"setup_code": setup.new_code(), "csrf_token": fresh.csrf()})
    assert (fresh.get("/setup").status_code, again.status_code) == (404, 404)
    # The first form, sent twice by an impatient hand.
    assert empty.post("/setup", data=form | GIVEN | {"setup_code": code}).status_code in (303, 404)
    assert District.select().count() == Person.select().count() == 1


def test_the_same_form_sent_again_leads_where_the_first_led(empty):
    code = setup.new_code()
    form = form_values(empty.soup("/setup").find("form", {"data-form": "setup"})) | GIVEN | {"setup_code": code}
    answers = [empty.post("/setup", data=form) for _time in range(2)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, "/login")] * 2


def test_the_sign_in_page_leads_to_the_first_run_until_somebody_is_there(empty):
    assert empty.soup("/login").find("a", href="/setup") is not None
    send(empty, setup_code=setup.new_code())
    assert empty.soup("/login").find("a", href="/setup") is None


def test_in_a_running_installation_the_page_does_not_exist(cast):
    assert [cast(name).get("/setup").status_code for name in ("", "admin")] == [404, 404]


@pytest.mark.parametrize("typed", [str, str.upper, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_is_good_however_it_is_typed(empty, typed):
    assert setup.is_code(typed(setup.new_code()))


@pytest.mark.parametrize("given", ["", "x", "aaaa-aaaa-aaaa-aaaa", "💥" * 50, "x" * 5000])
def test_a_wrong_code_opens_nothing(empty, given):
    setup.new_code()
    answer = send(empty, setup_code=given)
    page = parse(answer.text)
    assert (answer.status_code, page.find(id="setup_code-error") is None) == (422, False)
    assert Person.select().count() == District.select().count() == 0


def test_a_new_code_and_time_make_the_old_one_worthless(empty):
    first, second = setup.new_code(), setup.new_code()
    assert [setup.is_code(code) for code in (first, second)] == [False, True]
    AccountLink.update(expires_at=clock.now() - timedelta(seconds=1)).execute()
    assert setup.is_code(second) is False


def test_guessing_is_limited_and_the_right_code_is_never_refused(empty):
    key = next(iter(throttle.of_link("127.0.0.1")))
    SignInFailure.insert_many([{"key": key, "at": clock.now()}] * (throttle.PER_ADDRESS - 1)).execute()
    assert [send(empty, setup_code="wrong").status_code for _time in range(2)] == [422, 429]
    assert send(empty, setup_code=setup.new_code()).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("code", ""),
        ("code", "Hoàng Mai"),
        ("code", "x" * 21),
        ("office", ""),
        ("kind", "nothing"),
        ("administrator", "  "),
        ("administrator", "x" * 121),
        ("username", "có dấu"),
        ("username", "ab"),
        ("username", "-ab"),
        ("new", "ngắn quá"),
        ("new", "quan.tri2025"),
        ("new", "Quận Hoàng Mai"),
        ("new", "matkhau123456"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(empty, field, value):
    code = setup.new_code()
    given = {field: value} | ({"repeat": value} if field == "new" else {})
    answer = send(empty, setup_code=code, **given)
    assert (answer.status_code, parse(answer.text).find(id=f"{field}-error") is None) == (422, False)
    assert Person.select().count() == District.select().count() == 0
    assert setup.is_code(code)
