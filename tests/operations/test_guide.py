"""The guide names only settings, commands and files that exist."""

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from intranet.cli import cli
from intranet.config import Config

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "deployment.md"
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTINGS = {field.name for field in fields(Config)} - {"instance", "secret_keys"}
COMMAND = re.compile(r"\bintranet(?:\.exe)? (?!jobs\b\.)([a-z-]+)((?: [^|`\"#\n;]*)?)")


def text():
    """The guide with broken lines of commands joined."""
    return GUIDE.read_text(encoding="utf-8").replace("\\\n", " ")


def test_every_setting_of_the_guide_exists():
    blocks = re.findall(r"```toml\n(.*?)```", text(), re.DOTALL)
    assert blocks != []
    assert {name for block in blocks for name in tomllib.loads(block)} - SETTINGS == set()


def commands():
    """(words of the command, options) of everything that the guide and the units call."""
    sources = [text(), *(unit.read_text(encoding="utf-8") for unit in UNITS)]
    for source in sources:
        for verb, rest in COMMAND.findall(source):
            if verb in cli.commands:
                yield verb, rest.split()


def test_every_command_of_the_guide_exists_with_its_options():
    unknown, seen = [], set()
    for verb, words in commands():
        command = cli.commands[verb]
        if hasattr(command, "commands"):
            command = command.commands.get(words[0]) if words else command
        seen.add(verb)
        known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
        unknown += [(verb, word) for word in words if word.startswith("--") and word not in known]
    assert unknown == []
    assert seen >= {"init", "serve", "backup", "restore", "verify", "keys", "doctor", "migrate", "export", "jobs"}


def test_every_file_that_the_guide_links_exists():
    links = re.findall(r"\]\(([^)#]+)\)", text())
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
    assert {Path(link).name for link in links} >= {"nginx.conf", "Caddyfile", "postgresql.sql"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_valid(tmp_path):
    for unit in UNITS:
        # The check wants the program to be there.
        content = unit.read_text(encoding="utf-8").replace("/srv/chungtay/.venv/bin/intranet", sys.executable)
        (tmp_path / unit.name).write_text(content, encoding="utf-8")
    names = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_for_jobs_is_kept_like_the_one_for_pages():
    rest = [
        [line for line in (DEPLOY / "systemd" / name).read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
        for name in ("chungtay.service", "chungtay-jobs.service")
    ]
    different = {line.partition("=")[0] for line in set(rest[0]) ^ set(rest[1])}
    assert different == {"Description", "ExecStart"}
