"""How backups are made, kept and recorded, by command and once a day."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from intranet.cli.common import open_app
from intranet.kernel import clock, files, jobs
from intranet.kernel.database import database
from intranet.kernel.jobs import Job
from intranet.operations import archive, backups
from intranet.shared.attachments import StoredFile
from intranet.shared.operations import BackupRecord, last_good_backup


@pytest.fixture
def daily(app, tmp_path, monkeypatch):
    """An installation that backs up every day, into this directory of the test."""
    directory = tmp_path / "daily"
    settings = replace(app.extensions["config"], demo=False, backups=str(directory))
    monkeypatch.setitem(app.extensions, "config", settings)
    with app.app_context():
        yield directory
    clock.set_now(None)


def archives(directory):
    return sorted(path.name for path in directory.iterdir())


def test_a_backup_is_readable_by_its_owner_only_and_recorded(app, back_up):
    path = back_up()
    record = last_good_backup()
    assert (record.path, record.size, record.problem) == (str(path), path.stat().st_size, "")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_only_the_newest_are_kept_and_other_files_left_alone(app, tmp_path):
    directory = tmp_path / "kept"
    directory.mkdir()
    (directory / "mine.zip").write_bytes(b"")
    with app.app_context():
        paths = [backups.make(directory, keep=2).path for _number in range(4)]
    assert archives(directory) == sorted([*(path.rpartition("/")[2] for path in paths[2:]), "mine.zip"])


def test_the_newest_stays_when_the_clock_was_turned_back(app, tmp_path):
    with app.app_context():
        for days in (0, -3):
            clock.set_now(clock.now() + timedelta(days=days))
            path = backups.make(tmp_path / "kept", keep=1).path
        clock.set_now(None)
    assert archives(tmp_path / "kept") == [path.rpartition("/")[2]]


def test_a_disk_that_is_full_leaves_no_half_file_and_is_recorded(app, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with app.app_context(), pytest.raises(backups.BackupFailed, match="disk full"):
        backups.make(tmp_path / "full")
    assert archives(tmp_path / "full") == []
    record = BackupRecord.get()
    assert (record.good, record.problem, record.finished_at is None) == (False, "disk full", False)


@pytest.mark.skipif(os.name == "nt", reason="there is no limit of a file's size there")
def test_a_file_that_may_not_grow_leaves_nothing(instance, tmp_path):
    # Like a full disk, in a process of its own.
    with open_app(instance).app_context():
        name = files.put(os.urandom(300_000))
        StoredFile.create(sha256=name, size=300_000, media_type="image/jpeg")
        database.close()
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "sys.argv = ['intranet', 'backup', '--instance', sys.argv[1], '--to', sys.argv[2]]; "
        "from intranet.cli import main; main()"
    )
    command = [sys.executable, "-c", script, instance, tmp_path / "full"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "There is no backup: disk full." in done.stderr) == (1, True), done.stderr
    assert archives(tmp_path / "full") == []


def test_the_daily_round_makes_one_backup_however_many_days_it_missed(app, daily):
    jobs.enqueue_daily()
    jobs.run_due()
    clock.set_now(clock.now() + timedelta(days=3))
    jobs.enqueue_daily()
    jobs.run_due()
    assert len(archives(daily)) == 2
    assert BackupRecord.select().where(BackupRecord.good).count() == 2


def test_the_daily_round_makes_none_when_one_is_fresh(app, daily):
    backups.make()
    jobs.enqueue_daily()
    jobs.run_due()
    assert len(archives(daily)) == 1


def test_a_daily_backup_that_fails_is_tried_again_later(app, daily):
    daily.write_text("a file stands where the directory should be", encoding="utf-8")
    jobs.enqueue_daily()
    jobs.run_due()
    job = Job.get(Job.kind == "backup")
    assert (job.state, job.run_after > clock.now()) == ("waiting", True)
    assert [record.good for record in BackupRecord.select()] == [False]
    daily.unlink()
    clock.set_now(clock.now() + timedelta(minutes=5))
    jobs.run_due()
    assert Job.get_by_id(job.id).state == "done"
    assert len(archives(daily)) == 1


def test_a_demo_makes_no_backups_by_itself(app):
    with app.app_context():
        jobs.enqueue_daily()
        jobs.run_due()
    assert BackupRecord.select().count() == 0


def test_the_command_reminds_of_the_keys_until_they_are_put_away(instance, tmp_path, run):
    reminder = "intranet keys export FILE"
    assert reminder in run("backup", "--instance", instance).stderr
    assert run("keys", "export", tmp_path / "keys", "--instance", instance).returncode == 0
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    done = run("backup", "--instance", instance)
    assert (done.returncode, done.stderr) == (0, "")
    # New keys, new reminder.
    (instance / "secret_key").write_text("k" * 48 + "\n", encoding="ascii")
    assert reminder in run("backup", "--instance", instance).stderr
    again = run("keys", "export", tmp_path / "keys", "--instance", instance)
    assert (again.returncode, "exists already" in again.stderr) == (1, True)


def test_verify_tells_a_whole_archive_from_a_damaged_one(app, back_up, run):
    path = back_up()
    good = run("verify", "--archive", path)
    assert (good.returncode, f"{path}: whole;" in good.stdout) == (0, True)
    path.write_bytes(path.read_bytes()[:-200])
    bad = run("verify", "--archive", path)
    assert (bad.returncode, "is damaged or cut off" in bad.stderr) == (1, True)


def test_verify_finds_what_does_not_fit(instance, run):
    with open_app(instance).app_context():
        database.execute_sql("UPDATE person SET sort_key = 'x' WHERE id = 1")
        database.close()
    done = run("verify", "--instance", instance)
    assert (done.returncode, done.stdout) == (1, "! person 1: the columns computed from the name do not fit\n")


def test_verify_finds_a_damaged_database_file(app, tmp_path, run, request):
    if request.config.getoption("--db") != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    path = tmp_path / "broken.db"
    database.execute_sql("VACUUM INTO ?", (str(path),))
    body = bytearray(path.read_bytes())
    for page in range(8, len(body) // 4096, 3):
        body[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(body)
    done = run("verify", "--instance", tmp_path / "broken", INTRANET_DATABASE_URL=f"sqlite:///{path}")
    assert (done.returncode, done.stdout.startswith("! "), "Traceback" in done.stderr) == (1, True, False)
    backup = run("backup", "--instance", tmp_path / "broken", INTRANET_DATABASE_URL=f"sqlite:///{path}")
    assert (backup.returncode, "There is no backup: " in backup.stderr) == (1, True), backup.stderr
    assert list((tmp_path / "broken").rglob("*.zip")) == []


def test_verify_finds_a_stored_file_that_is_gone(instance, run):
    with open_app(instance).app_context():
        StoredFile.create(sha256="a" * 64, size=1, media_type="image/jpeg")
        database.close()
    done = run("verify", "--instance", instance)
    assert (done.returncode, done.stdout.endswith(f"{'a' * 64} is missing\n")) == (1, True)
    assert run("verify", "--activities", "--instance", instance).stdout == done.stdout
    # Such a backup is made all the same, and says what it lacks.
    backup = run("backup", "--instance", instance)
    assert (backup.returncode, "1 files are missing or damaged" in backup.stderr) == (1, True)


def test_archives_of_one_second_get_names_of_their_own(app, tmp_path):
    with app.app_context():
        paths = {backups.make(tmp_path / "many").path for _number in range(3)}
    assert len(paths) == 3
    assert all(path.endswith(archive.SUFFIX) for path in paths)
