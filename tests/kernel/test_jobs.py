"""Work outside requests: taken once, tried again, caught up with, and never lost."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta

import pytest
from peewee import OperationalError

from intranet.kernel import clock, jobs
from intranet.kernel.database import open_database, transaction
from intranet.kernel.jobs import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job, JobFile, JobRefused, Kind

NOON = datetime(2026, 11, 23, 5, 0)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def done(app, monkeypatch):
    """What the jobs of the kind "note" did, in order; those of the kinds "break" and "refuse" fail."""
    found = []

    def break_down(_run):
        raise RuntimeError("broken")

    def refuse(_run):
        raise JobRefused("Tệp không đọc được.")

    handlers = {
        "note": lambda run: found.append(run.payload["text"]),
        "break": break_down,
        "refuse": refuse,
        jobs.DAILY: lambda run: found.append(run.payload["day"]),
    }
    kinds = {kind: Kind(handler, stopped=lambda run: found.append(run.job.state)) for kind, handler in handlers.items()}
    monkeypatch.setattr(jobs, "_kinds", kinds)
    with app.app_context():
        yield found
    clock.set_now(None)


def test_due_jobs_are_done_in_the_order_in_which_they_became_due(done):
    clock.set_now(NOON)
    jobs.enqueue("note", {"text": "sau"}, run_after=NOON - timedelta(minutes=1))
    jobs.enqueue("note", {"text": "trước"}, run_after=NOON - timedelta(minutes=2))
    jobs.enqueue("note", {"text": "mai"}, run_after=NOON + timedelta(days=1))
    assert jobs.run_due() == 2
    assert done == ["trước", "sau"]
    clock.set_now(NOON + timedelta(days=1))
    assert jobs.run_due() == 1
    assert done == ["trước", "sau", "mai"]


def test_a_job_with_a_key_is_queued_once(done):
    first = jobs.enqueue("note", {"text": "một"}, unique_key="k")
    assert jobs.enqueue("note", {"text": "hai"}, unique_key="k") is None
    jobs.run_due()
    assert jobs.enqueue("note", {"text": "ba"}, unique_key="k") is None
    assert (done, Job.get_by_id(first.id).state) == (["một"], DONE)


def test_a_job_of_a_transaction_that_fails_was_never_queued(done):
    with pytest.raises(RuntimeError), transaction():
        jobs.enqueue("note", {"text": "không"})
        raise RuntimeError
    assert Job.select().count() == 0


def handled(kind, handler, **options):
    jobs._kinds[kind] = Kind(handler, **options)


def state(job):
    return Job.get_by_id(job.id).state


def test_a_job_that_fails_is_tried_again_after_growing_pauses_and_then_says_so(done):
    clock.set_now(NOON)
    job = jobs.enqueue("break", {})
    found = []
    for minutes in (0, 1, 5, 6, 30, 31):
        clock.set_now(NOON + minutes * MINUTE)
        found.append((jobs.run_due(), state(job)))
    # The third pause begins in the sixth minute and lasts for 25.
    assert found == [(1, WAITING), (1, WAITING), (0, WAITING), (1, WAITING), (0, WAITING), (1, FAILED)]
    assert (Job.get_by_id(job.id).problem, done) == ("RuntimeError", [FAILED])


def test_a_kind_may_be_tried_more_often_over_most_of_a_day(done):
    def no_server(_run):
        raise ConnectionError

    handled("mail", no_server, attempts=12)
    clock.set_now(NOON)
    job = jobs.enqueue("mail", {})
    while state(job) != FAILED:
        clock.set_now(Job.get_by_id(job.id).run_after)
        assert jobs.run_due() == 1
    failed = Job.get_by_id(job.id)
    assert (failed.attempts, timedelta(hours=20) < failed.finished_at - NOON < timedelta(hours=24)) == (12, True)


def test_a_busy_database_is_never_a_reason_to_give_up(done):
    def busy(_run):
        raise OperationalError("database is locked")

    handled("busy", busy)
    clock.set_now(NOON)
    job = jobs.enqueue("busy", {})
    for number in range(10):
        clock.set_now(NOON + number * MINUTE)
        assert (jobs.run_due(), state(job)) == (1, WAITING)


def test_a_refused_job_is_not_tried_again_and_keeps_its_sentence(done):
    job = jobs.enqueue("refuse", {})
    jobs.run_due()
    failed = Job.get_by_id(job.id)
    assert (failed.state, failed.attempts, failed.problem) == (FAILED, 1, "Tệp không đọc được.")


def test_a_job_whose_process_died_is_taken_again_when_its_lease_is_over(done):
    clock.set_now(NOON)
    job = jobs.enqueue("note", {"text": "lại"})
    Job.update(state=RUNNING, attempts=1, lease_until=NOON + jobs.LEASE).where(Job.id == job.id).execute()
    assert jobs.run_due() == 0
    clock.set_now(NOON + jobs.LEASE + timedelta(seconds=1))
    assert jobs.run_due() == 1
    assert done == ["lại"]


def test_a_job_that_took_its_process_along_each_time_is_given_up(done):
    clock.set_now(NOON)
    job = jobs.enqueue("note", {"text": "chết"})
    Job.update(state=RUNNING, attempts=4, lease_until=NOON - timedelta(1)).where(Job.id == job.id).execute()
    assert jobs.run_due() == 0
    assert (done, Job.get_by_id(job.id).problem) == ([FAILED], jobs.ABANDONED)


KILLED = """
import sys
from intranet.kernel import jobs
from intranet.kernel.database import open_database

def hang(run):
    run.progress(40)
    print("at work", flush=True)
    sys.stdin.read()

open_database(sys.argv[1])
jobs._kinds["note"] = jobs.Kind(hang)
jobs.run_next()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_job_whose_process_is_killed_in_the_middle_is_done_by_the_next_one(engine, done):
    url = engine.copy()
    open_database(url)
    job = jobs.enqueue("note", {"text": "lại"})
    command = [sys.executable, "-c", KILLED, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "at work\n"
        process.send_signal(signal.SIGKILL)
    left = Job.get_by_id(job.id)
    assert (left.state, left.progress, left.attempts, jobs.run_due()) == (RUNNING, 40, 1, 0)
    clock.set_now(left.lease_until + timedelta(seconds=1))
    assert (jobs.run_due(), done, state(job)) == (1, ["lại"], DONE)


def test_the_lease_is_renewed_while_a_handler_works_without_a_word(done, monkeypatch):
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.01)
    taken_by_another = []

    def long_work(run):
        over = threading.Event()
        # Its lease runs out.
        Job.update(lease_until=clock.now() - MINUTE).where(Job.id == run.job.id).execute()
        while Job.get_by_id(run.job.id).lease_until < clock.now():
            assert not over.wait(0.01)
        taken_by_another.append(jobs.run_next())

    handled("long", long_work)
    job = jobs.enqueue("long", {})
    assert jobs.run_due() == 1
    assert (taken_by_another, state(job)) == ([False], DONE)


def test_a_process_that_slept_too_long_learns_that_its_job_is_another_ones(done):
    def sleep(run):
        Job.update(attempts=run.job.attempts + 1).where(Job.id == run.job.id).execute()
        run.progress(50)
        done.append("not reached")

    handled("sleep", sleep)
    job = jobs.enqueue("sleep", {})
    jobs.run_next()
    # Neither ended nor failed: that is for the other process to say.
    assert (done, state(job), Job.get_by_id(job.id).progress) == ([], RUNNING, 0)


def test_a_job_that_waits_is_cancelled_at_once(done):
    job = jobs.enqueue("note", {"text": "thôi"})
    assert [jobs.cancel(job.id), jobs.cancel(job.id)] == [True, False]
    assert (jobs.run_due(), done, state(job)) == (0, [CANCELLED], CANCELLED)


def test_a_job_that_runs_is_cancelled_where_it_tells_its_progress_and_nothing_stays(done):
    def long_work(run):
        jobs.cancel(run.job.id)
        with transaction():
            jobs.enqueue("note", {"text": "chưa xong"})
            run.check()

    handled("long", long_work, stopped=lambda run: done.append(run.job.state))
    job = jobs.enqueue("long", {})
    jobs.run_due()
    assert (done, state(job), Job.select().count()) == ([CANCELLED], CANCELLED, 1)


def test_a_cancelled_job_that_fails_or_dies_is_not_tried_again(done):
    def fail(run):
        jobs.cancel(run.job.id)
        raise RuntimeError

    handled("fail", fail)
    failed = jobs.enqueue("fail", {})
    jobs.run_due()
    dead = jobs.enqueue("note", {"text": "chết"})
    Job.update(state=RUNNING, attempts=1, lease_until=clock.now() - MINUTE).where(Job.id == dead.id).execute()
    jobs.cancel(dead.id)
    jobs.run_due()
    assert (state(failed), state(dead), done) == (CANCELLED, CANCELLED, [CANCELLED])


def test_a_job_that_is_over_cannot_be_cancelled(done):
    job = jobs.enqueue("note", {"text": "xong"})
    jobs.run_due()
    assert (jobs.cancel(job.id), state(job)) == (False, DONE)


def test_a_failed_job_runs_again_as_if_it_were_new_and_no_other(done):
    failed, finished = jobs.enqueue("refuse", {}), jobs.enqueue("note", {"text": "một"})
    jobs.run_due()
    assert [jobs.run_again(failed.id), jobs.run_again(finished.id)] == [True, False]
    handled("refuse", lambda run: done.append("hai"))
    jobs.run_due()
    again = Job.get_by_id(failed.id)
    assert (done, again.state, again.attempts, again.problem) == ([FAILED, "một", "hai"], DONE, 1, "")


def test_a_job_ends_though_what_waits_for_it_cannot_be_freed(done):
    def stumble(_run):
        raise RuntimeError

    handled("odd", jobs._kinds["refuse"].handler, stopped=stumble)
    job = jobs.enqueue("odd", {})
    jobs.run_due()
    assert state(job) == FAILED


def test_work_of_a_kind_that_nobody_does_here_waits_for_who_does(done):
    job = jobs.enqueue("absent", {})
    assert (jobs.run_due(), state(job)) == (0, WAITING)


def test_a_clock_put_back_repeats_no_day_and_leaves_none_out(done):
    """Whether it ran ahead by a day or by years."""
    for days in (0, 1, 2000, 0, 1, 2):
        clock.set_now(NOON + timedelta(days=days))
        jobs.enqueue_daily()
        jobs.run_due()
    ahead = [(NOON + timedelta(days=2000 - back)).date().isoformat() for back in range(31, -1, -1)]
    assert done == ["2026-11-23", "2026-11-24", *ahead, "2026-11-25"]


def test_work_that_a_clock_ahead_of_time_put_off_does_not_wait_for_that_time(done):
    clock.set_now(NOON + timedelta(days=2000))
    jobs.enqueue("note", {"text": "mới"}, run_after=clock.now() + timedelta(days=1))
    retried = jobs.enqueue("break", {})
    dead = jobs.enqueue("note", {"text": "chết"})
    Job.update(state=RUNNING, attempts=1, lease_until=clock.now() + jobs.LEASE).where(Job.id == dead.id).execute()
    jobs.run_due()
    # As if it had been queued before the clock jumped.
    Job.update(created_at=NOON).where(Job.id.in_((retried.id, dead.id))).execute()
    jobs._kinds["break"] = jobs._kinds["note"]
    Job.update(payload='{"text": "thử lại"}').where(Job.id == retried.id).execute()
    clock.set_now(NOON)
    assert jobs.run_due() == 3
    assert sorted(done) == ["chết", "mới", "thử lại"]


def test_a_small_difference_between_the_clocks_of_two_machines_makes_nothing_due(done):
    clock.set_now(NOON)
    jobs.enqueue("note", {"text": "sau"}, run_after=NOON + timedelta(minutes=15))
    clock.set_now(NOON - timedelta(minutes=5))
    assert jobs.run_due() == 0


def test_a_daily_duty_that_fails_keeps_no_other_from_being_done_and_is_tried_again(app, monkeypatch):
    days = []

    def stumble(day):
        days.append(day)
        if len(days) == 1:
            raise RuntimeError

    monkeypatch.setattr(jobs, "_duties", [stumble, days.append])
    clock.set_now(NOON)
    with app.app_context():
        jobs.enqueue_daily()
        jobs.run_due()
        assert (days, Job.get().state) == ([NOON.date()] * 2, WAITING)
        clock.set_now(NOON + MINUTE)
        jobs.run_due()
        assert (days, Job.get().state) == ([NOON.date()] * 4, DONE)
    clock.set_now(None)


def test_every_missed_day_is_caught_up_with_in_order_and_once(done):
    clock.set_now(NOON)
    jobs.enqueue_daily()
    jobs.run_due()
    clock.set_now(NOON + timedelta(days=3))
    jobs.enqueue_daily()
    jobs.enqueue_daily()
    jobs.run_due()
    assert done == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]


def test_the_queue_is_worked_off_until_the_process_is_told_to_stop(done):
    stop = threading.Event()
    handled("stop", lambda _run: stop.set())
    jobs.enqueue("note", {"text": "xong"})
    jobs.enqueue("stop", {})
    jobs.work(stop)
    assert "xong" in done
    assert Job.get(Job.kind == "stop").state == DONE


def test_old_jobs_and_their_files_are_forgotten(done):
    clock.set_now(NOON)
    job = jobs.enqueue("note", {"text": "cũ"})
    jobs.run_due()
    jobs.Run(job).leave_file("danh-sach.xlsx", b"PK")
    jobs.forget_old_jobs(date(2026, 12, 20))
    assert (Job.select().count(), JobFile.select().count()) == (1, 1)
    jobs.forget_old_jobs(date(2027, 1, 20))
    assert (Job.select().count(), JobFile.select().count()) == (0, 0)
