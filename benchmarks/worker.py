"""One application in a process of its own: it reads orders from standard input and answers on standard output.

``python -m benchmarks.worker ours|floor DATABASE_URL INSTANCE``. An order and an answer are one line of JSON each.
Requests go straight into the WSGI application: no client and no server stands in the measured time.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

TOKENS = {"officer": "benchmark-officer", "admin": "benchmark-admin"}


@dataclass(slots=True)
class Answer:
    """What came back, and the CPU time that it took, in microseconds."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    cpu: float

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def html(self) -> str:
        """The body as text."""
        compressed = self.header("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if compressed else self.body).decode()


class Browser:
    """Sends requests as one signed-in person."""

    def __init__(self, application: Callable, who: str) -> None:
        self.application = application
        self.cookies = {"ct_session": TOKENS[who]}

    def send(self, path: str, *, form: dict[str, Any] | None = None, fragment: bool = False) -> Answer:
        """GET, or POST when there is a form."""
        environ = self._environ(path, form, fragment)
        found: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            found[:] = [status, headers]

        begun = time.process_time_ns()
        body = _read(self.application(environ, start_response))
        cpu = (time.process_time_ns() - begun) / 1000
        answer = Answer(found[0], found[1], body, cpu)
        if form is None:
            # A save's message is left out: many in a row, and no page that shows them, would fill the cookie.
            self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        for header, value in answer.headers:
            if header.lower() == "set-cookie":
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]

    def _environ(self, path: str, form: dict[str, Any] | None, fragment: bool) -> dict[str, Any]:
        path, _, query = path.partition("?")
        body = urlencode(form or {}, doseq=True).encode()
        environ = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if form is not None:
            environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
        if fragment:
            environ |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "div#list", "HTTP_HX_REQUEST_TYPE": "partial"}
        return environ


def _read(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()


class Saver:
    """Saves the form of one school again and again, each time with another text."""

    def __init__(self, browser: Browser, path: str, *, fields: dict[str, Any] | None = None) -> None:
        self.browser, self.path = browser, path
        self.fields = self._read_form() if fields is None else {**fields, "csrf_token": self._read_token()}
        self.number = 0

    def _read_form(self) -> dict[str, Any]:
        # Imported here: the floor's process shall not hold the product.
        from intranet.testing import form_values

        answer = self.browser.send(self.path)
        fields = form_values(BeautifulSoup(answer.html(), "lxml").find("form", {"data-form": "school"}))
        # It marks one filled-in form; each POST of ours is another.
        fields.pop("form_token")
        return fields

    def _read_token(self) -> str:
        """The token of this side's session, from a page that has one."""
        page = BeautifulSoup(self.browser.send(self.path.removesuffix("/edit")).html(), "lxml")
        return page.find("input", {"name": "csrf_token"})["value"]

    def send(self) -> Answer:
        """One POST that changes something."""
        self.number += 1
        self.fields["note"] = f"Đã gọi điện, lần {self.number}"
        answer = self.browser.send(self.path, form=self.fields)
        if not answer.status.startswith("303"):
            raise RuntimeError(f"{self.path} answered {answer.status}: the form was not saved")
        self.fields["version"] = int(self.fields["version"]) + 1
        return answer


class Worker:
    """Carries out the orders."""

    def __init__(self, application: Callable, count_queries: Callable[[Callable[[], Any]], int]) -> None:
        self.application = application
        self.count_queries = count_queries
        self.browsers = {who: Browser(application, who) for who in TOKENS}
        self.savers: dict[str, Saver] = {}

    def action(self, order: dict[str, Any]) -> Callable[[], Answer]:
        """What one request of the order does."""
        browser, path = self.browsers[order["who"]], order["path"]
        if order["post"]:
            if path not in self.savers:
                self.savers[path] = Saver(browser, path, fields=order.get("fields"))
            return self.savers[path].send
        return lambda: browser.send(path, fragment=order["fragment"])

    def time(self, order: dict[str, Any]) -> list[float]:
        """The CPU microseconds of each of ``times`` requests."""
        send = self.action(order)
        return [send().cpu for _ in range(order["times"])]

    def look(self, order: dict[str, Any]) -> dict[str, Any]:
        """One answer: its status and sizes, its text, and how many statements it took."""
        send = self.action(order)
        send()
        kept: list[Answer] = []
        queries = self.count_queries(lambda: kept.append(send()))
        answer = kept[0]
        html = answer.html()
        return {"status": answer.status, "sent": len(answer.body), "html": html, "queries": queries}

    def search(self, order: dict[str, Any]) -> list[float]:
        """The milliseconds on the clock that each of ``times`` searches took, the database's work included."""
        # Imported here: the floor's process shall not hold the product.
        from intranet.home.search import find
        from intranet.shared.sessions import load_actor

        actor = load_actor(TOKENS[order["who"]])
        find(actor, order["query"])
        taken = []
        for _ in range(order["times"]):
            begun = time.perf_counter_ns()
            find(actor, order["query"])
            taken.append((time.perf_counter_ns() - begun) / 1_000_000)
        return taken

    def fields(self, order: dict[str, Any]) -> dict[str, Any]:
        """What the form of a school holds, for a side that has no such form."""
        return Saver(Browser(self.application, order["who"]), order["path"]).fields


def _ours(url: str, instance: str) -> Worker:
    from benchmarks.generate import open_app
    from intranet.kernel.database import database

    def count_queries(run: Callable[[], Any]) -> int:
        bound, number = database.obj, 0
        original = bound.execute_sql

        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal number
            number += 1
            return original(*arguments, **options)

        bound.execute_sql = counted
        try:
            run()
        finally:
            del bound.execute_sql
        return number

    return Worker(open_app(url, Path(instance)), count_queries)


def _floor(url: str) -> Worker:
    from benchmarks.floor import create_app
    from benchmarks.floor.database import connection

    def count_queries(run: Callable[[], Any]) -> int:
        seen: list[str] = []
        connection().set_trace_callback(seen.append)
        try:
            run()
        finally:
            connection().set_trace_callback(None)
        # Statements inside triggers are traced as comments.
        return sum(not text.startswith("--") for text in seen)

    return Worker(create_app(url), count_queries)


def main() -> None:
    """Answer orders until the input ends."""
    side, url, instance = sys.argv[1:4]
    worker = _ours(url, instance) if side == "ours" else _floor(url)
    for line in sys.stdin:
        order = json.loads(line)
        answer = getattr(worker, order["do"])(order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
