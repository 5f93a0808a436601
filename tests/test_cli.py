"""The ``intranet`` command."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from intranet.cli.common import open_app
from intranet.kernel.database import database
from intranet.kernel.jobs import DONE, Job


def run(*arguments, directory, **environment):
    own = {**os.environ, "INTRANET_PASSWORD_MEMORY_KIB": "8", **environment}
    return subprocess.run(
        [sys.executable, "-m", "intranet", *arguments], cwd=directory, env=own, capture_output=True, text=True
    )


@pytest.fixture
def instance(tmp_path, engine):
    """A directory whose settings name an empty database; no daily backup adds a job of its own."""
    settings = f'database_url = "{engine.empty()}"\ndaily_backup = false\n'
    (tmp_path / "intranet.toml").write_text(settings, encoding="utf-8")
    return tmp_path


CHECKOUT = Path(__file__).parent.parent
INIT = ("--district", "HM", "--name", "Quận Hoàng Mai", "--office", "Phòng GD&ĐT quận Hoàng Mai")


def test_init_sets_an_installation_up_once(instance):
    made = run("init", "--instance", str(instance), *INIT, directory=instance)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("User name: admin\nPassword (shown once): ")
    again = run("init", "--instance", str(instance), *INIT, directory=instance)
    assert again.returncode == 1
    assert "already set up" in again.stderr


def test_serve_refuses_a_database_that_lacks_migrations(instance):
    done = run("serve", "--instance", str(instance), directory=instance)
    assert done.returncode == 3
    assert "core/0001_initial" in done.stderr


def written():
    """The migrations that lie in the checkout, the core's first, then the modules' and the tests' own by name."""
    modules = [*(CHECKOUT / "plugins").iterdir(), *(CHECKOUT / "tests" / "plugins").iterdir()]
    for folder in (CHECKOUT / "intranet", *sorted(modules, key=lambda path: path.name)):
        owner = folder.name.replace("intranet", "core")
        yield from (f"{owner}/{path.stem}" for path in sorted(folder.glob("migrations/0*.py")))


def test_migrate_brings_the_database_up_and_says_what_it_did(instance):
    first = run("migrate", "--instance", str(instance), directory=instance)
    second = run("migrate", "--instance", str(instance), directory=instance)
    assert first.stdout.splitlines() == [f"applied {name}" for name in written()]
    assert (second.returncode, second.stdout) == (0, "")


def test_doctor_tells_what_needs_attention(instance):
    here = ("--instance", str(instance))
    before = run("doctor", *here, directory=instance)
    assert before.returncode == 1
    assert "! migrations wait: core/0001_initial" in before.stdout
    for command in (("migrate",), ("keys", "export", "keys.toml"), ("backup",), ("jobs", "--once")):
        assert run(*command, *here, directory=instance).returncode == 0
    after = run("doctor", *here, directory=instance, INTRANET_BASE_URL="https://x.example")
    assert (after.returncode, after.stdout.splitlines()[-1]) == (0, "All is well.")


def test_routes_lists_rule_methods_endpoint_module_and_permission(instance):
    rows = json.loads(run("routes", "--json", "--instance", str(instance), directory=instance).stdout)
    assert {
        "rule": "/notice-board/new",
        "methods": ["POST"],
        "endpoint": "notice_board.create",
        "module": "notice_board",
        "permission": "notice_board.write",
    } in rows


def test_life_cycles_prints_a_diagram_of_each(instance):
    printed = run("life-cycles", "--instance", str(instance), directory=instance)
    assert printed.stdout.splitlines()[:6] == [
        "## Cặp kết nghĩa",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> suggested",
        "    suggested: Được gợi ý",
    ]


def test_module_switches_a_module_of_a_district(instance):
    run("init", "--instance", str(instance), *INIT, directory=instance)
    arguments = ("notice_board", "--instance", str(instance), "--district", "HM")
    outputs = [run("module", verb, *arguments, directory=instance).stdout for verb in ("on", "on", "off")]
    assert outputs == [
        "notice_board: on in HM\n",
        "notice_board: on in HM (already)\n",
        "notice_board: off in HM\n",
    ]
    unknown = run("module", "on", "nothing", *arguments[1:], directory=instance)
    assert (unknown.returncode, "“nothing”" in unknown.stderr) == (1, True)


def test_a_new_password_is_shown_once(instance):
    run("init", "--instance", str(instance), *INIT, directory=instance)
    done = run("password", "ADMIN", "--instance", str(instance), directory=instance)
    assert done.stdout.startswith("Password (shown once): ")
    assert run("password", "nobody", "--instance", str(instance), directory=instance).returncode == 1


def test_init_without_facts_prints_a_code_for_the_first_run(instance):
    made = [run("init", "--instance", str(instance), directory=instance) for _time in range(2)]
    assert [done.returncode for done in made] == [0, 0]
    codes = {done.stdout.splitlines()[0] for done in made}
    assert (len(codes), all(code.startswith("Setup code (once, within 7 days): ") for code in codes)) == (2, True)
    assert "http://127.0.0.1:8000/setup" in made[0].stdout
    half = run("init", "--instance", str(instance), "--district", "HM", directory=instance)
    assert (half.returncode, "--office" in half.stderr) == (2, True)


def test_a_link_back_into_an_account_is_printed(instance):
    run("init", "--instance", str(instance), *INIT, directory=instance)
    site = {"INTRANET_BASE_URL": "https://x.example"}
    done = run("link", "Admin", "--instance", str(instance), directory=instance, **site)
    assert done.stdout.startswith("https://x.example/link/"), done.stderr
    assert run("link", "nobody", "--instance", str(instance), directory=instance).returncode == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5"])
def test_the_demo_is_served_on_this_machine_only(tmp_path, host):
    done = run("demo", "--instance", str(tmp_path), "--host", host, directory=tmp_path)
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr


def test_the_demo_never_touches_a_real_installation(instance):
    run("init", "--instance", str(instance), *INIT, directory=instance)
    done = run("demo", "--instance", str(instance), "--no-serve", directory=instance)
    assert (done.returncode, "real installation" in done.stderr) == (1, True)


def test_the_demo_never_touches_a_real_database_of_another_instance(instance, tmp_path):
    run("init", "--instance", str(instance), *INIT, directory=instance)
    url = (instance / "intranet.toml").read_text(encoding="utf-8").split('"')[1]
    done = run("demo", "--instance", str(tmp_path / "new"), "--no-serve", directory=instance, INTRANET_DATABASE_URL=url)
    assert (done.returncode, "real installation" in done.stderr) == (1, True)


def test_a_wrong_setting_is_named(instance):
    done = run("doctor", "--instance", str(instance), directory=instance, INTRANET_PROXIES="many")
    assert (done.returncode, "setting proxies has a wrong value: 'many'" in done.stderr) == (1, True)


def test_an_unknown_setting_is_named(instance):
    (instance / "intranet.toml").write_text('colour = "red"\n', encoding="utf-8")
    done = run("doctor", "--instance", str(instance), directory=instance)
    assert (done.returncode, "unknown setting colour" in done.stderr) == (1, True)


def test_the_key_is_readable_by_its_owner_only(instance):
    run("migrate", "--instance", str(instance), directory=instance)
    assert (instance / "secret_key").stat().st_mode & 0o777 == 0o600


def test_jobs_once_does_what_is_due_as_if_it_were_a_day(instance):
    run("migrate", "--instance", str(instance), directory=instance)
    once = ("jobs", "--once", "--instance", str(instance), "--today")
    assert run(*once, "2026-11-23", directory=instance).stdout == "1 jobs done\n"
    assert run(*once, "2026-11-23", directory=instance).stdout == "0 jobs done\n"
    # The two days between are caught up with.
    assert run(*once, "2026-11-26", directory=instance).stdout == "3 jobs done\n"


@pytest.mark.skipif(os.name == "nt", reason="the end of a process group is told differently there")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_serve_does_the_jobs_beside_and_leaves_no_process_behind(tmp_path, instance, end):
    run("migrate", "--instance", str(instance), directory=instance)
    command = [sys.executable, "-m", "intranet", "serve", "--port", "0", "--instance", str(instance)]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stderr=log, stdout=log) as server:
        try:
            await_that(lambda: daily_job_done(instance), server)
            # The one that does the jobs and two web workers.
            await_that(lambda: len(children_of(server.pid)) == 3, server)
            children = children_of(server.pid)
            server.send_signal(end)
            server.wait(20)
            await_that(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
        finally:
            # Or a failure would wait for its end.
            server.kill()


VISIT = """
import re, sys
import intranet.cli
from intranet.wsgi import application

browser = application.test_client()
token = re.search('name="csrf_token"[^>]*value="([^"]*)"', browser.get("/login").text)[1]
browser.post("/login", data={"csrf_token": token, "username": "hm.chuyenvien", "password": "chungtay-demo"})
print([browser.get(page).status_code for page in ("/", "/schools", "/people", "/pairings", "/calendar")])
print(sorted(set(sys.argv[1:]) & sys.modules.keys()))
"""
# What reads and writes files, draws and calculates: each takes megabytes and time that no page needs.
RARELY_NEEDED = (
    *("cryptography", "docx", "docxtpl", "icalendar", "lxml", "numpy", "openpyxl", "PIL", "pillow_heif", "scipy"),
    *("pptx", "pypdfium2", "segno", "xlsxwriter", "email.headerregistry", "intranet.demo"),
)


def test_a_worker_loads_only_what_pages_need(tmp_path, engine):
    url = engine.copy()
    settings = f'database_url = "{url}"\nsecond_factor = false\n'
    (tmp_path / "intranet.toml").write_text(settings, encoding="utf-8")
    own = {**os.environ, "INTRANET_INSTANCE": str(tmp_path), "INTRANET_PASSWORD_MEMORY_KIB": "8"}
    command = [sys.executable, "-c", VISIT, *RARELY_NEEDED]
    done = subprocess.run(command, cwd=CHECKOUT, env=own, capture_output=True, text=True)
    assert (done.stdout.splitlines(), done.returncode) == (["[200, 200, 200, 200, 200]", "[]"], 0), done.stderr
    engine.drop(url)


def await_that(condition, server=None, seconds=20):
    """Look until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert server is None or server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def daily_job_done(instance):
    with open_app(instance).app_context():
        done = Job.select().where(Job.state == DONE).count()
        database.close()
    return done == 1


def children_of(server):
    """The ids of the processes that a server started."""
    # Each of its threads may have started some.
    return [child for listed in Path(f"/proc/{server}/task").glob("*/children") for child in listed.read_text().split()]
