"""The ``intranet`` command."""

import json
import os
import subprocess
import sys

import pytest


def run(*arguments, directory, **environment):
    own = {**os.environ, "INTRANET_PASSWORD_MEMORY_KIB": "8", **environment}
    return subprocess.run(
        [sys.executable, "-m", "intranet", *arguments], cwd=directory, env=own, capture_output=True, text=True
    )


@pytest.fixture
def instance(tmp_path, engine):
    """A directory whose settings name an empty database."""
    (tmp_path / "intranet.toml").write_text(f'database_url = "{engine.empty()}"\n', encoding="utf-8")
    return tmp_path


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


def test_migrate_brings_the_database_up_and_says_what_it_did(instance):
    first = run("migrate", "--instance", str(instance), directory=instance)
    second = run("migrate", "--instance", str(instance), directory=instance)
    assert first.stdout.splitlines() == ["applied core/0001_initial", "applied notice_board/0001_initial"]
    assert (second.returncode, second.stdout) == (0, "")


def test_doctor_tells_what_needs_attention(instance):
    before = run("doctor", "--instance", str(instance), directory=instance)
    assert before.returncode == 1
    assert "! migrations wait: core/0001_initial" in before.stdout
    run("migrate", "--instance", str(instance), directory=instance)
    after = run("doctor", "--instance", str(instance), directory=instance, INTRANET_BASE_URL="https://x.example")
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
