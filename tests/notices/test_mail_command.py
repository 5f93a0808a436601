"""``intranet mail test``: does mail arrive, and if not, why."""

import os
import subprocess
import sys

import pytest

SENDER = "chungtay@so.example.vn"


@pytest.fixture
def run(tmp_path):
    """``run(url, address)`` calls the command with that server."""

    def call(url, address):
        own = os.environ | {"INTRANET_MAIL_URL": url, "INTRANET_MAIL_FROM": SENDER if url else ""}
        command = [sys.executable, "-m", "intranet", "mail", "test", address, "--instance", str(tmp_path)]
        return subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True)

    return call


def test_a_test_mail_is_sent_and_said(run, serve_mail):
    server = serve_mail()
    done = run(server.url, "an@truong.edu.vn")
    assert (done.returncode, done.stdout) == (
        0,
        f"127.0.0.1:{server.port} (not encrypted) took the mail for an@truong.edu.vn.\n",
    )
    assert [(sent["To"], sent["Subject"]) for sent in server.mails] == [("an@truong.edu.vn", "Chung Tay: thư thử")]


@pytest.mark.parametrize(
    ("answers", "address", "reason"),
    [
        ({"RCPT": "550 no such user"}, "an@truong.edu.vn", "does not take this mail: 550 no such user"),
        ({"MAIL": "451 try later"}, "an@truong.edu.vn", "does not serve us: 451 try later"),
        ({}, "an@truong.edu.vn\nBcc: x@y.vn", "is no address"),
        ({}, "an", "'an' is no address"),
    ],
)
def test_a_refusal_is_said(run, serve_mail, answers, address, reason):
    server = serve_mail()
    server.answers.update(answers)
    done = run(server.url, address)
    assert (done.returncode, reason in done.stderr, server.mails) == (1, True, [])


def test_a_server_that_is_gone_is_said_without_the_password(run, serve_mail):
    server = serve_mail()
    server.stop()
    done = run(f"smtp+plain://an:secret@127.0.0.1:{server.port}", "an@truong.edu.vn")
    assert (done.returncode, "Connection refused" in done.stderr, "secret" in done.stderr) == (1, True, False)


@pytest.mark.parametrize(("url", "reason"), [("", "No mail server is set"), ("http://x", "mail_url must begin with")])
def test_without_a_usable_setting_the_command_says_so(run, url, reason):
    done = run(url, "an@truong.edu.vn")
    assert (done.returncode, reason in done.stderr) == (1, True)
