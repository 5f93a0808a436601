"""Every address of the application, walked."""

import pytest
from werkzeug.routing import IntegerConverter, PathConverter

from intranet.cli.switches import route_table
from intranet.web.gate import PUBLIC

PUBLIC_ENDPOINTS = {
    "static",
    "accounts.login",
    "accounts.sign_in",
    "accounts.code",
    "accounts.give_code",
    "accounts.logout",
    "accounts.forgot",
    "accounts.language",
    "links.show",
    "links.use",
    "setup.show",
    "setup.create",
    "facilities.gift_thanks",
    "facilities.give",
    "facilities.public_wall",
    "facilities.send_gift",
    "facilities.disclosure",
    "facilities.plan_disclosure",
    "facilities.school_disclosure",
    "facilities.send_opinion",
    "verify.index",
    "verify.show",
    "notices.count",
    "calendar.feed",
    "home.healthz",
    "home.readyz",
}


def addresses(app, methods):
    """(method, address, row) of every route, with plausible values in its places."""
    rows = {row["endpoint"]: row for row in route_table(app)}
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            values = {name: _value(rule, name) for name in rule.arguments}
            url = app.url_map.bind("localhost").build(rule.endpoint, values, method=sorted(rule.methods)[0])
        for method in rule.methods & methods:
            yield method, url, rows[rule.endpoint]


def _value(rule, name):
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        return 1
    return "app.css" if isinstance(converter, PathConverter) else "notice_board"


def test_every_view_declares_who_may_enter(app):
    permissions = app.extensions["permissions"]
    undeclared = [
        row["endpoint"]
        for row in route_table(app)
        if row["permission"] not in (PUBLIC, "signed in") and row["permission"] not in permissions
    ]
    assert undeclared == []


def test_only_these_views_are_open_to_strangers(app):
    assert {row["endpoint"] for row in route_table(app) if row["permission"] == PUBLIC} == PUBLIC_ENDPOINTS


def test_strangers_are_sent_to_sign_in_from_everywhere_else(app, cast):
    answers = {
        url: (answer.status_code, answer.headers.get("Location", "").split("?")[0])
        for method, url, row in addresses(app, {"GET"})
        if row["permission"] != PUBLIC
        for answer in [cast("").get(url)]
    }
    assert set(answers.values()) == {(303, "/login")}


def test_every_write_without_a_form_token_is_refused(app, cast):
    statuses = {
        (method, url): cast("admin").open(url, method=method).status_code
        for method, url, _row in addresses(app, {"POST", "PUT", "PATCH", "DELETE"})
    }
    assert {key: status for key, status in statuses.items() if status != 400} == {}


def test_every_write_with_another_persons_form_token_is_refused(app, cast):
    token = cast("uh.chuyenvien").csrf("/account")
    statuses = {
        (method, url): cast("hm.chuyenvien").open(url, method=method, data={"csrf_token": token}).status_code
        for method, url, _row in addresses(app, {"POST"})
    }
    assert {key: status for key, status in statuses.items() if status != 400} == {}


@pytest.mark.parametrize("module", ["notice_board"])
def test_every_address_of_a_module_that_is_off_does_not_exist(app, cast, switch, module):
    switch(module, "HM", False)
    token = cast("hm.chuyenvien").csrf("/account")
    statuses = {
        (method, url): cast("hm.chuyenvien").open(url, method=method, data={"csrf_token": token}).status_code
        for method, url, row in addresses(app, {"GET", "POST"})
        if row["module"] == module
    }
    assert set(statuses.values()) == {404}


@pytest.mark.parametrize("username", ["hm.xem", "hm.moi"])
def test_readers_change_nothing(app, cast, username):
    token = cast(username).csrf("/account")
    own = {"/logout", "/language", "/login", "/login/code", "/see-as/end", "/schools/columns"}
    own |= {"/notices/choices", "/people/own", "/calendar/feed", "/calendar/feed/end"}
    statuses = {
        url: cast(username).post(url, data={"csrf_token": token}).status_code
        for _method, url, _row in addresses(app, {"POST"})
        # A long list as an Excel file is made by a job of the reader's own; who may read a file may look into it.
        if url not in own and not url.endswith(("/export.xlsx", "/view")) and not url.startswith("/account")
    }
    assert set(statuses.values()) <= {403, 404}
