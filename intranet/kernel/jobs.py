"""Work outside requests: rows in the database, taken by lease, done at least once (decision D2).

A handler may be run again after a crash, so it must be idempotent. ``intranet serve`` starts one process that works the
queue off; tests call ``run_due``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

from peewee import (
    BlobField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    InterfaceError,
    OperationalError,
    TextField,
)

from intranet.kernel.clock import now, today
from intranet.kernel.database import Table, release_connection, transaction

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=1)
LONGEST_PROBLEM = 500
DAILY = "daily"
# After a longer pause the days before are left out: every duty looks at all that is due by then.
MOST_MISSED_DAYS = 31
KEEP_DONE = timedelta(days=30)
LOOK_EVERY = 1.0

log = logging.getLogger("intranet.jobs")


class Job(Table):
    """A piece of work. Only one job with a ``unique_key`` exists; ids instead of foreign keys outlive their rows."""

    kind = CharField(max_length=60)
    district_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    unique_key = CharField(max_length=200, null=True, unique=True)
    payload = TextField(default="{}")
    state = CharField(max_length=10, default=WAITING)
    run_after = DateTimeField(default=now)
    lease_until = DateTimeField(null=True)
    attempts = IntegerField(default=0)
    progress = IntegerField(default=0)
    result = TextField(default="")
    problem = TextField(default="")
    created_at = DateTimeField(default=now)
    finished_at = DateTimeField(null=True)
    # Somebody wants it to stop; the handler learns it where it reports its progress.
    cancel_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("state", "run_after"), False),)

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is: the district's."""
        return self.district_id, None


class JobFile(Table):
    """A file that a job made for its owner to fetch."""

    job = ForeignKeyField(Job, unique=True, on_delete="CASCADE", backref="+")
    name = CharField(max_length=200)
    body = BlobField()


MODELS = (Job, JobFile)


class Run:
    """A job being done: its payload, and how to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.payload: dict[str, Any] = json.loads(job.payload)

    def progress(self, percent: int) -> None:
        """Note how far the work is (0 to 100), and keep the lease. Not inside a transaction: nobody would see it."""
        Job.update(progress=percent, lease_until=now() + LEASE).where(Job.id == self.job.id).execute()

    def leave_file(self, name: str, body: bytes) -> None:
        """Keep a file for the job's owner."""
        JobFile.insert(job=self.job, name=name, body=body).on_conflict(
            conflict_target=[JobFile.job], update={"name": name, "body": body}
        ).execute()


class JobRefused(Exception):
    """The work cannot be done, and trying again would not help; the text is a sentence for the job's owner."""


Handler = Callable[[Run], None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare the function that does jobs of a kind."""

    def declare(handler: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"two handlers for jobs of the kind {kind}")
        _handlers[kind] = handler
        return handler

    return declare


Duty = Callable[[date], None]
_duties: list[Duty] = []


def daily(duty: Duty) -> Duty:
    """Declare a function that runs once for every day, in order, missed days too. It must be idempotent."""
    _duties.append(duty)
    return duty


@handles(DAILY)
def _do_daily(run: Run) -> None:
    for duty in _duties:
        duty(date.fromisoformat(run.payload["day"]))


@daily
def forget_old_jobs(day: date) -> None:
    """Remove what was done long ago, with its files. The daily jobs themselves stay: they tell which days are done."""
    old = datetime.combine(day, datetime.min.time()) - KEEP_DONE
    Job.delete().where(Job.finished_at < old, Job.kind != DAILY).execute()


def enqueue_daily() -> None:
    """Put a job into the queue for each day up to today that has none."""
    last = Job.select(Job.payload).where(Job.kind == DAILY).order_by(Job.id.desc()).first()
    first = today() if last is None else date.fromisoformat(json.loads(last.payload)["day"]) + timedelta(days=1)
    first = max(first, today() - timedelta(days=MOST_MISSED_DAYS))
    for number in range((today() - first).days + 1):
        day = (first + timedelta(days=number)).isoformat()
        enqueue(DAILY, {"day": day}, unique_key=f"{DAILY}-{day}")


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    district_id: int | None = None,
    person_id: int | None = None,
    unique_key: str | None = None,
    run_after: datetime | None = None,
) -> Job | None:
    """Put work into the queue, in the caller's transaction; None when a job with the key exists already."""
    row = {
        "kind": kind,
        "payload": json.dumps(payload, ensure_ascii=False),
        "district_id": district_id,
        "person_id": person_id,
        "unique_key": unique_key,
        "run_after": run_after or now(),
        "created_at": now(),
    }
    with transaction():
        if unique_key is not None and Job.select().where(Job.unique_key == unique_key).exists():
            return None
        return Job.create(**row)


def run_due() -> int:
    """Do everything that is due, one after the other, and return how many jobs were taken."""
    taken = 0
    while run_next():
        taken += 1
    return taken


def work(stop: Event) -> None:
    """Work the queue off until ``stop`` is set; a database that is away for a while is waited for."""
    while not stop.is_set():
        try:
            enqueue_daily()
            busy = run_next()
        except (OperationalError, InterfaceError):
            log.warning("the job queue could not be read")
            busy = False
        release_connection()
        if not busy:
            stop.wait(LOOK_EVERY)


def run_next() -> bool:
    """Take the job that has been due longest and do it; False when none is due."""
    job = _take()
    if job is None:
        return False
    try:
        _handlers[job.kind](Run(job))
    except JobRefused as refusal:
        _finish(job, FAILED, problem=str(refusal))
    except Exception as cause:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _try_again(job, cause)
    else:
        _finish(job, DONE, progress=100)
    return True


def _take() -> Job | None:
    moment = now()
    due = (Job.state == WAITING) & (Job.run_after <= moment)
    abandoned = (Job.state == RUNNING) & (Job.lease_until < moment)
    for job in Job.select().where(due | abandoned).order_by(Job.run_after, Job.id).limit(10):
        if job.attempts >= MOST_ATTEMPTS and job.state == RUNNING:
            # It took its process with it each time.
            _finish(job, FAILED, problem="abandoned")
            continue
        # Whoever changes the row first has the job; the others look further.
        mine = (
            Job.update(state=RUNNING, lease_until=moment + LEASE, attempts=job.attempts + 1)
            .where(Job.id == job.id, Job.state == job.state, Job.attempts == job.attempts)
            .execute()
        )
        if mine:
            return Job.get_by_id(job.id)
    return None


def _try_again(job: Job, cause: Exception) -> None:
    # A busy database is nobody's fault and does not count.
    if job.attempts < MOST_ATTEMPTS or isinstance(cause, OperationalError):
        Job.update(state=WAITING, lease_until=None, run_after=now() + RETRY_AFTER).where(Job.id == job.id).execute()
        return
    _finish(job, FAILED, problem=type(cause).__name__)


def _finish(job: Job, state: str, **fields: Any) -> None:
    if "problem" in fields:
        fields["problem"] = fields["problem"][:LONGEST_PROBLEM]
    Job.update(state=state, lease_until=None, finished_at=now(), **fields).where(Job.id == job.id).execute()
