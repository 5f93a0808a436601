"""Headers that every answer carries, and the one check of what comes in."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFError
from isal import igzip

log = logging.getLogger("intranet.requests")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
    "object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
    # Pages show people's data: they are in no cache, on no shared school computer.
    "Cache-Control": "no-store",
}
VARY = "HX-Request, Cookie, Accept-Encoding"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# What forms send, htmx's included; a DELETE from a button sends nothing.
FORM_TYPES = ("", "application/x-www-form-urlencoded", "multipart/form-data")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
COMPRESS_FROM = 1000
PROBES = ("/healthz", "/readyz")


def guarded(wsgi_app: Any, host: str) -> Any:
    """The application: its probes answer under every name (a balancer asks by a machine's address), and every answer
    carries our headers but for those that it sets itself."""
    headers = [(name.lower(), (name, value)) for name, value in HEADERS.items()]

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = host

        def start(status: str, given: list[tuple[str, str]], *error: Any) -> Any:
            names = {name.lower() for name, _value in given}
            return start_response(status, [*given, *(header for name, header in headers if name not in names)], *error)

        return wsgi_app(environ, start)

    return answer


def begin_request() -> None:
    """A short id for the log and for error pages; refuse what no form of ours sends."""
    g.request_id = secrets.token_hex(4)
    g.began = time.perf_counter()
    g.client_address = request.remote_addr or ""
    path = request.path
    if "\x00" in path or "\ufffd" in path or not path.isprintable():
        abort(404)
    if current_app.config["DEMO"] and any(name in request.headers for name in FORWARDED):
        # Everybody knows the demo's passwords: no proxy may carry it beyond this machine.
        abort(403)
    if request.method in SAFE_METHODS:
        return
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        # No token can be right without it. Said before the body is read: who sends a byte a second holds no worker.
        raise CSRFError
    if request.mimetype not in FORM_TYPES:
        abort(415)
    # Beside the form token: a browser says where a request comes from, and others' pages have no business here.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(400)
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        abort(400)


def finish_response(response: Response) -> Response:
    """The headers that depend on the request, and compression where no proxy did it."""
    headers = response.headers
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    is_page = response.mimetype == "text/html"
    if is_page:
        headers["Vary"] = VARY
    headers["X-Request-Id"] = g.request_id
    if response.status_code >= 400 and request.method not in SAFE_METHODS:
        # What is refused was perhaps not read. The server then closes the connection, and a proxy that keeps it has to
        # know: the next request, perhaps somebody else's, would get no answer.
        headers["Connection"] = "close"
    if request.endpoint != "static":
        milliseconds = round((time.perf_counter() - g.began) * 1000, 1)
        log.info("answered", extra={"facts": {"status": response.status_code, "ms": milliseconds}})
    return _compressed(response) if is_page else response


def _compressed(response: Response) -> Response:
    wanted = (
        "gzip" in request.headers.get("Accept-Encoding", "")
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
    )
    if not wanted:
        return response
    body = response.get_data()
    if len(body) >= COMPRESS_FROM:
        # Intel's gzip: a fourth of the time of zlib's fastest level, and three in a hundred smaller.
        response.set_data(igzip.compress(body, 2, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask) -> None:
    """Register before everything else: later steps need the request id."""
    app.before_request(begin_request)
    app.after_request(finish_response)
