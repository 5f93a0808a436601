"""What every answer carries, and what errors look like."""

import gzip
import json
import logging

import pytest
from bs4 import BeautifulSoup

from intranet.kernel.logs import JsonLines
from intranet.web.security import HEADERS


def test_every_page_carries_the_security_headers(cast):
    answer = cast("hm.giaovien").get("/schools")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_no_answer_is_kept_by_a_cache(cast):
    assert cast("hm.giaovien").get("/schools").headers["Cache-Control"] == "no-store"


def test_answers_depend_on_htmx_and_on_who_asks(cast):
    assert cast("hm.giaovien").get("/schools").headers["Vary"] == "HX-Request, Cookie, Accept-Encoding"


def test_pages_are_compressed_for_browsers_that_ask(cast):
    browser = cast("hm.giaovien")
    answer = browser.get("/schools", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).startswith(b"<!doctype html>")
    assert "Content-Encoding" not in browser.get("/schools").headers


def test_static_files_are_kept_for_a_year_under_their_mark_only(app, cast):
    marked = app.jinja_env.globals["static_url"]("app.css")
    assert cast("").get(marked).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert cast("").get("/static/app.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2fapp.py", "vendor/../../app.py", "nothing.css", ".stamp", "vendor/"]
)
def test_nothing_but_our_static_files_is_served(cast, name):
    assert cast("").get(f"/static/{name}").status_code == 404


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast):
    answer = cast("").submit("/login", "login", {"username": "hm.giaovien", "password": "chungtay-demo"})
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("method", "url", "code"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/schools", 405),
        ("GET", "/schools?after=x", 400),
        ("GET", "/schools/new", 403),
    ],
)
def test_an_error_keeps_the_frame_and_carries_a_code(cast, method, url, code):
    browser = cast("hm.giaovien")
    headers = {"X-CSRFToken": browser.csrf("/account")}
    answer = browser.open(url, method=method, headers=headers)
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status_code == code
    assert page.find(class_="reference").b.text == answer.headers["X-Request-Id"]
    assert page.select_one("nav.side a") is not None


def test_an_error_of_a_fragment_goes_to_the_live_region(cast):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = cast("hm.giaovien").get("/schools?after=x", headers=headers)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (400, "#flash")
    assert "<html" not in answer.text


def test_an_unexpected_error_shows_nothing_of_the_inside_and_stands_in_the_log(app, cast, monkeypatch, caplog):
    from intranet.schools import views

    def fail(*_arguments):
        raise ZeroDivisionError("secret detail")

    browser = cast("hm.giaovien")
    caplog.set_level(logging.ERROR, logger="intranet")
    monkeypatch.setattr(views.queries, "school_page", fail)
    monkeypatch.setitem(app.error_handler_spec[None][None], Exception, _unexpected())
    answer = browser.get("/schools")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert {(record.name, record.getMessage()) for record in caplog.records} == {
        ("intranet.errors", "unexpected error")
    }


def _unexpected():
    from intranet.web import errors

    return errors._unexpected


def test_a_refused_write_closes_its_connection_for_it_may_not_have_been_read(cast):
    browser, languages = cast("hm.giaovien"), {"language": "vi", "theme": "auto"}
    taken = browser.post("/account", data={"csrf_token": browser.csrf("/account"), **languages})
    refused = [browser.post("/account", data=languages), browser.post("/nowhere"), browser.get("/nowhere")]
    assert [(answer.status_code, answer.headers.get("Connection")) for answer in (taken, *refused)] == [
        (303, None),
        (400, "close"),
        (404, "close"),
        (404, None),
    ]


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_a_write_from_another_site_is_refused(cast, headers):
    browser = cast("hm.giaovien")
    token = {"csrf_token": browser.csrf("/account"), "language": "en", "theme": "dark"}
    assert browser.post("/account", data=token, headers=headers).status_code == 400
    assert browser.post("/account", data=token, headers={"Origin": "http://localhost"}).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example"])
def test_a_foreign_host_is_refused_and_not_repeated(cast, host):
    answer = cast("").get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_balancer_asks_by_a_machines_address(cast, path):
    answer = cast("").get(path, headers={"Host": "10.0.0.5:8000"})
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_the_demo_refuses_to_be_carried_by_a_proxy(cast):
    assert cast("").get("/login", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/schools/%00", "/%FF", "/schools/١", "/schools/1%0d%0a", "/schools/9999999999999999999"]
)
def test_odd_paths_are_not_found(cast, path):
    assert cast("hm.giaovien").get(path).status_code == 404


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/xml", "application/octet-stream"])
def test_what_no_form_sends_is_refused(cast, kind):
    browser = cast("hm.giaovien")
    headers = {"X-CSRFToken": browser.csrf("/account")}
    assert browser.post("/account", data=b"[1, 2]", content_type=kind, headers=headers).status_code == 415


def test_the_log_is_one_json_object_a_line_and_cannot_be_forged():
    record = logging.LogRecord("intranet", logging.INFO, "", 1, 'x\n{"level": "forged"}', None, None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == 'x\n{"level": "forged"}'


def test_the_log_holds_neither_addresses_searched_nor_values(app, cast):
    browser = cast("hm.chuyenvien")
    with app.test_request_context("/schools?q=Nguyễn+Văn+An"):
        from flask import g

        g.request_id = "abc"
        line = JsonLines().format(logging.LogRecord("intranet", logging.INFO, "", 1, "read", None, None))
    assert "Nguyễn" not in line
    assert json.loads(line)["endpoint"] == "schools.index"
    assert browser.get("/healthz").json == {"status": "ok"}
    assert browser.get("/readyz").json == {"status": "ok"}


def test_every_answer_is_logged_with_its_request_id_and_nobodys_name(app, cast, caplog):
    browser = cast("hm.giaovien")
    caplog.set_level(logging.INFO, logger="intranet")
    caplog.clear()
    browser.get("/schools?q=hoa")
    [facts] = {str(record.facts) for record in caplog.records if record.name == "intranet.requests"}
    assert facts.startswith("{'status': 200, 'ms': ")


def test_a_write_without_the_form_cookie_is_refused_before_its_body_is_read(app):
    class NeverSent:
        def read(self, *_size):
            raise AssertionError("the body was read")

        readline = readinto = read

    slow = {"wsgi.input": NeverSent(), "CONTENT_LENGTH": "100000"}
    kind = "application/x-www-form-urlencoded"
    answer = app.test_client().post("/login", environ_overrides=slow, content_type=kind)
    assert answer.status_code == 400
