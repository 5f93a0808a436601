"""A real `intranet serve` on a demo of its own, and a real Chromium that visits it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from intranet.demo.build import PASSWORD
from intranet.kernel import sealed
from intranet.testing import FAST_HASHES

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"]
START_SECONDS = 30

expect.set_options(timeout=10_000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def served_database(engine: Any) -> str:
    """The address of the served demo's database, for what no page can make."""
    return engine.copy()


@pytest.fixture(scope="session")
def site(engine: Any, served_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served demo, with canaries and the tests' own module."""
    with _served(engine, served_database, tmp_path_factory.mktemp("served")) as base:
        yield base


@pytest.fixture
def own_site(engine: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a served demo for one test alone, which turns everything upside down.

    The day's duties are done: none comes in between.
    """
    with _served(engine, engine.copy(), tmp_path, duties_done=True) as base:
        yield base


@contextmanager
def _served(engine: Any, address: str, instance: Path, *, duties_done: bool = False) -> Iterator[str]:
    (instance / "intranet.toml").write_text("demo = true\n", encoding="utf-8")
    shutil.copytree(engine.directory / "files", instance / "files")
    shutil.copy(engine.directory / sealed.FILE, instance)
    port = _free_port()
    environment = os.environ | {
        "INTRANET_DATABASE_URL": address,
        "INTRANET_PASSWORD_MEMORY_KIB": str(FAST_HASHES),
        "INTRANET_LOG_LEVEL": "ERROR",
    }
    command, where = [sys.executable, "-m", "intranet"], ["--instance", str(instance)]
    if duties_done:
        subprocess.run([*command, "jobs", "--once", *where], env=environment, check=True, capture_output=True)
    with (instance / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "serve", *where, "--port", str(port)], env=environment, stdout=log, stderr=log
        )
    base = f"http://127.0.0.1:{port}"
    try:
        _await_ready(base, server, instance / "serve.log")
        yield base
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await_ready(base: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    pytest.fail(f"the server did not become ready:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the run: $CHROMIUM or the first one on the path."""
    names = [name for name in (os.environ.get("CHROMIUM"), *CHROMIUM_NAMES) if name]
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("no Chromium found; CHROMIUM names one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Trouble:
    """What went wrong behind the pages of a test, and where their requests went."""

    errors: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def watch(self, context: BrowserContext) -> None:
        """Listen to all pages of a browser window."""
        context.on("console", self._note)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self.origins.add("/".join(request.url.split("/")[:3])))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")


@pytest.fixture
def trouble() -> Trouble:
    """Collects console errors and the origins of all requests of the test's windows."""
    return Trouble()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """The cookies of those who signed in, by user name: later windows need not do so again."""
    return {}


@pytest.fixture
def window(chromium: Browser, site: str, trouble: Trouble, signed_in: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """``window("hm.chuyenvien", java_script_enabled=False)``: a fresh window with that person signed in.

    Tests that sign out ask for a session of their own with ``shared=False``.
    """
    contexts: list[BrowserContext] = []

    def open_window(username: str = "", *, shared: bool = True, **options: Any) -> Page:
        options = {"base_url": site, "locale": "vi-VN", "viewport": {"width": 1280, "height": 800}} | options
        known = signed_in.get(username) if shared else None
        context = chromium.new_context(storage_state=known, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        trouble.watch(context)
        page = context.new_page()
        if known:
            page.goto("/")
        elif username:
            page.goto("/login")
            sign_in(page, username)
            page.wait_for_url("**/")
            if shared:
                signed_in[username] = context.storage_state()
        return page

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form of the page in sight."""
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.locator("[data-form=login] button[name=action]").click()


@pytest.fixture
def officer(window: Callable[..., Page]) -> Page:
    """A window in which Hoàng Mai's officer is signed in."""
    return window("hm.chuyenvien")
