"""What the page of the system and ``intranet doctor`` say: both ask the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intranet.cli.common import open_app
from intranet.kernel import clock, jobs, sealed
from intranet.kernel.database import database, is_postgres
from intranet.kernel.jobs import Job
from intranet.operations import checks
from intranet.registry.accounts import SecondFactor
from intranet.registry.people import Person
from intranet.shared.operations import JOBS, BackupRecord, Pulse, backup_is_due, see, seen
from intranet.testing import form_values


@pytest.fixture
def real(app, monkeypatch):
    """The demo as if it were a real installation."""
    settings = replace(app.extensions["config"], demo=False, second_factor=False)
    monkeypatch.setitem(app.extensions, "config", settings)
    yield app
    clock.set_now(None)


@pytest.fixture
def keys(app):
    """``keys()``: what needs attention, by its names for programs."""

    def names():
        with app.app_context():
            return {finding.key for finding in checks.findings()}

    return names


def good_backup(**age):
    moment = clock.now() - timedelta(**age)
    return BackupRecord.create(started_at=moment, finished_at=moment, path="/x.zip", size=5 << 20, good=True)


def test_a_new_installation_lacks_backup_keys_and_job_process(real, keys):
    assert keys() == {"https", "mail", "backup", "keys", "jobs"} | ({"files"} if is_postgres() else set())


@pytest.mark.parametrize(("age", "due"), [({"hours": 47}, False), ({"hours": 49}, True)])
def test_a_backup_older_than_two_days_is_a_warning(real, keys, age, due):
    good_backup(**age)
    assert ("backup" in keys(), backup_is_due()) == (due, due)


def test_a_failed_backup_does_not_count(real, keys):
    BackupRecord.create(finished_at=clock.now(), path="/x", problem="disk full")
    assert "backup" in keys()


def test_the_job_process_is_alive_while_it_gives_signs_or_works(real):
    see(JOBS)
    assert checks.jobs_alive()
    clock.set_now(clock.now() + timedelta(minutes=30))
    assert not checks.jobs_alive()
    Job.create(kind="daily", state="running", lease_until=clock.now() + timedelta(minutes=1))
    assert checks.jobs_alive()


def test_a_sign_of_life_is_written_once_a_minute(real, queries):
    pulse = Pulse(JOBS)
    with queries() as run:
        for _look in range(5):
            pulse()
    assert len(run) == 1
    first = seen(JOBS).seen_at
    clock.set_now(clock.now() + timedelta(minutes=2))
    pulse()
    assert seen(JOBS).seen_at > first


def test_a_clock_that_was_turned_back_is_told(real, keys):
    good_backup(hours=0)
    assert "clock" not in keys()
    clock.set_now(clock.now() - timedelta(hours=1))
    assert "clock" in keys()


def test_sealed_values_without_their_key_are_told(real, keys):
    assert "data_keys" not in keys()
    SecondFactor.create(person=Person.get(), secret="deadbeef.AAAA")
    assert "data_keys" in keys()
    assert sealed.missing_keys(["deadbeef.AAAA"]) == ["deadbeef"]


def test_a_database_that_lacks_migrations_is_told(instance, run):
    with open_app(instance).app_context():
        database.execute_sql("DELETE FROM migration_notice_board")
        found = {finding.key for finding in checks.findings()}
        database.close()
    assert {"migrations"} <= found


def test_the_page_shows_the_figures(cast):
    page = cast("admin").soup("/admin/status")
    states = {panel["data-panel"]: panel.find(attrs={"data-state": True}) for panel in page.select("[data-panel]")}
    assert states["operations.backup"]["data-state"] == "none"
    assert states["operations.jobs"]["data-state"] == "silent"
    good_backup(hours=1)
    see(JOBS)
    Job.create(kind="daily", state="failed")
    page = cast("admin").soup("/admin/status")
    facts = {fact.dt.text: fact.dd.text for fact in page.select("[data-panel^=operations] .facts > div")}
    assert page.select_one("[data-panel='operations.backup'] [data-state]")["data-state"] == "good"
    assert page.select_one("[data-panel='operations.jobs'] [data-state]")["data-state"] == "alive"
    assert (facts["Dung lượng"], facts["Không làm được"]) == ("5 MB", "1")
    assert page.select_one("[data-panel='operations.backups'] tbody tr td .status").text == "Tốt"


def test_a_failed_backup_is_shown_with_its_reason(cast):
    BackupRecord.create(finished_at=clock.now(), path="/x", problem="disk full")
    row = cast("admin").soup("/admin/status").select_one("[data-panel='operations.backups'] tbody tr")
    assert (row.select_one(".status").text, "ổ đĩa đã đầy" in row.text) == ("Không thành", True)


def test_a_backup_asked_for_on_the_page_is_made_once_by_job(app, cast, tmp_path):
    form = form_values(cast("admin").soup("/admin/status").find("form", {"data-form": "backup"}))
    answers = [cast("admin").post("/admin/status/backup", data=form).status_code for _click in range(2)]
    assert answers == [303, 303]
    with app.app_context():
        jobs.run_due()
    assert BackupRecord.select().where(BackupRecord.good).count() == 1


@pytest.mark.parametrize("username", ["hm.lanhdao", "hm.chuyenvien", "hm.hieutruong"])
def test_the_page_is_for_administrators(cast, username):
    assert cast(username).get("/admin/status").status_code == 403
    links = {link["href"] for link in cast(username).soup("/").select("nav.side a")}
    assert "/admin/status" not in links


def test_an_administrators_home_page_warns_when_the_backup_is_old(real, cast):
    assert backup_warnings(cast("admin")) == 1
    assert backup_warnings(cast("hm.lanhdao")) == 0
    good_backup(hours=1)
    assert backup_warnings(cast("admin")) == 0


def backup_warnings(browser):
    return len(browser.soup("/").select(".notice.warn a[href='/admin/status']"))


def test_reading_the_page_writes_nothing(cast, queries):
    cast("admin").get("/admin/status")
    with queries() as run:
        cast("admin").get("/admin/status")
    assert [sql for sql in run if not sql.lstrip().upper().startswith(("SELECT", "PRAGMA", "SHOW", "BEGIN"))] == []
