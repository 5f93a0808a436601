"""Work outside requests: taken once, tried again, caught up with, and never lost."""

import threading
from datetime import date, datetime, timedelta

import pytest

from intranet.kernel import clock, jobs
from intranet.kernel.database import transaction
from intranet.kernel.jobs import DONE, FAILED, RUNNING, WAITING, Job, JobFile, JobRefused

NOON = datetime(2026, 11, 23, 5, 0)


@pytest.fixture
def done(app, monkeypatch):
    """What the jobs of the kind "note" did, in order; those of the kinds "break" and "refuse" fail."""
    found = []

    def break_down(_run):
        raise RuntimeError("broken")

    def refuse(_run):
        raise JobRefused("Tệp không đọc được.")

    kinds = {
        "note": lambda run: found.append(run.payload["text"]),
        "break": break_down,
        "refuse": refuse,
        jobs.DAILY: lambda run: found.append(run.payload["day"]),
    }
    monkeypatch.setattr(jobs, "_handlers", kinds)
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


def test_a_job_that_fails_is_tried_three_times_and_then_says_so(done):
    clock.set_now(NOON)
    job = jobs.enqueue("break", {})
    states = []
    for number in range(3):
        clock.set_now(NOON + timedelta(minutes=2 * number))
        jobs.run_due()
        states.append(Job.get_by_id(job.id).state)
    assert states == [WAITING, WAITING, FAILED]
    assert Job.get_by_id(job.id).problem == "RuntimeError"


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


def test_a_job_that_took_its_process_along_three_times_is_given_up(done):
    clock.set_now(NOON)
    job = jobs.enqueue("note", {"text": "chết"})
    Job.update(state=RUNNING, attempts=3, lease_until=NOON - timedelta(1)).where(Job.id == job.id).execute()
    assert jobs.run_due() == 0
    assert (done, Job.get_by_id(job.id).state) == ([], FAILED)


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
    jobs._handlers["stop"] = lambda _run: stop.set()
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
