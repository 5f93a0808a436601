"""Work outside requests: rows in the database, taken by lease, done at least once (decision D2).

A handler may be run again after a crash, so it must be idempotent. ``intranet serve`` starts one process that works the
queue off; tests call ``run_due``.

A job that fails is tried again after a growing pause. One that somebody wants to stop ends where its handler reports
its progress; a handler therefore writes in one transaction at its end, and what is stopped has done nothing.

When the clock was wrong and is put back: a day whose duties are done is not done again, and days that are missing up to
today are caught up with, whatever was done under later dates. Work that was put off by a clock that ran ahead does
not wait for that time to come: it is due at once.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from threading import Event, Thread
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
from intranet.kernel.database import database, release_connection, transaction
from intranet.kernel.tables import Table

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
LEASE = timedelta(minutes=2)
RENEW_SECONDS = 30.0
MOST_ATTEMPTS = 4
# After a failure: a minute, then five times as long each time.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=3)
# Clocks of several machines differ a little; what lies further in the future was written by a wrong clock.
CLOCK_SLACK = timedelta(hours=1)
LONGEST_PROBLEM = 500
# The problem of a job that took its process along each time.
ABANDONED = "abandoned"
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


class JobRefused(Exception):
    """The work cannot be done, and trying again would not help; the text is a sentence for the job's owner."""


class JobCancelled(Exception):
    """Somebody wants the job to stop. Handlers let it pass."""


class LeaseLost(Exception):
    """The process slept so long that another one has taken the job. Handlers let it pass."""


class Run:
    """A job being done: its payload, and how to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.payload: dict[str, Any] = json.loads(job.payload)

    def progress(self, percent: int) -> None:
        """Note how far the work is (0 to 100), and keep the lease. Not inside a transaction: nobody would see it.

        Raises JobCancelled when the job is to stop, and LeaseLost when another process has taken it.
        """
        self.check()
        if not _update(self.job, progress=percent, lease_until=now() + LEASE):
            raise LeaseLost

    def check(self) -> None:
        """Raise JobCancelled when the job is to stop; for use inside a transaction, which that undoes."""
        if Job.select(Job.cancel_at).where(Job.id == self.job.id).scalar() is not None:
            raise JobCancelled

    def leave_file(self, name: str, body: bytes) -> None:
        """Keep a file for the job's owner."""
        JobFile.insert(job=self.job, name=name, body=body).on_conflict(
            conflict_target=[JobFile.job], update={"name": name, "body": body}
        ).execute()


Handler = Callable[[Run], None]
Stopped = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How jobs of a kind are done."""

    handler: Handler
    attempts: int = MOST_ATTEMPTS
    stopped: Stopped = lambda run: None
    # What a plugin calls it; the core's have theirs in intranet.jobs.labels.
    label: Any = ""
    # Writes one piece after the other: what is stopped keeps the pieces done.
    piecewise: bool = False


_kinds: dict[str, Kind] = {}
_listeners: list[Callable[[Job], None]] = []


def handles(
    kind: str, *, attempts: int = MOST_ATTEMPTS, stopped: Stopped = lambda run: None
) -> Callable[[Handler], Handler]:
    """Declare the function that does jobs of a kind.

    It is tried up to ``attempts`` times, with pauses of 1, 5 and 25 minutes, 2 and then 3 hours. ``stopped`` is called
    in the transaction that ends a job as failed or cancelled (``run.job.state``), to free what waits for it.
    """

    def declare(handler: Handler) -> Handler:
        if kind in _kinds:
            raise ValueError(f"two handlers for jobs of the kind {kind}")
        _kinds[kind] = Kind(handler, attempts, stopped)
        return handler

    return declare


def declare(kind: str, how: Kind) -> None:
    """Declare a plugin's kind of jobs; each application of the process does so anew."""
    if kind in _kinds and not _kinds[kind].label:
        raise ValueError(f"two handlers for jobs of the kind {kind}")
    _kinds[kind] = how


def label_of(kind: str) -> Any:
    """What a plugin calls its kind of jobs; empty for the core's."""
    return _kinds[kind].label if kind in _kinds else ""


def when_failed(tell: Callable[[Job], None]) -> Callable[[Job], None]:
    """Declare a function that is called with each job that is given up, in the transaction that notes it."""
    _listeners.append(tell)
    return tell


def is_piecewise(kind: str) -> bool:
    """Whether stopped jobs of a kind keep what they have done so far."""
    return kind in _kinds and _kinds[kind].piecewise


def kinds() -> frozenset[str]:
    """The names of all kinds that somebody does."""
    return frozenset(_kinds)


Duty = Callable[[date], None]
_duties: list[Duty] = []


def daily(duty: Duty) -> Duty:
    """Declare a function that runs once for every day, in order, missed days too. It must be idempotent."""
    _duties.append(duty)
    return duty


@handles(DAILY)
def _do_daily(run: Run) -> None:
    """All duties of a day. One that fails keeps none of the others from being done."""
    day, failure = date.fromisoformat(run.payload["day"]), None
    for number, duty in enumerate(_duties):
        run.progress(100 * number // len(_duties))
        try:
            duty(day)
        except (OperationalError, InterfaceError):
            raise
        except Exception as cause:
            log.exception("the daily duty %s.%s failed", duty.__module__, duty.__name__)
            failure = failure or cause
    if failure is not None:
        raise failure


@daily
def forget_old_jobs(day: date) -> None:
    """Remove what was done long ago, with its files. The daily jobs themselves stay: they tell which days are done."""
    old = datetime.combine(day, datetime.min.time()) - KEEP_DONE
    Job.delete().where(Job.finished_at < old, Job.kind != DAILY).execute()


def enqueue_daily() -> None:
    """Put a job into the queue for each day up to today that has none."""
    # Days ahead of today are of a clock that was wrong.
    known = Job.unique_key.between(f"{DAILY}-", f"{DAILY}-{today().isoformat()}")
    last = Job.select(Job.unique_key).where(known).order_by(Job.unique_key.desc()).limit(1).scalar()
    first = today() if last is None else date.fromisoformat(last.removeprefix(f"{DAILY}-")) + timedelta(days=1)
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


def work(stop: Event, alive: Callable[[], None] = lambda: None) -> None:
    """Work the queue off until ``stop`` is set; a database that is away for a while is waited for.

    ``alive`` is called before each look at the queue.
    """
    while not stop.is_set():
        try:
            alive()
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
        with _kept(job):
            _kinds[job.kind].handler(Run(job))
    except JobRefused as refusal:
        _finish(job, FAILED, problem=str(refusal))
    except JobCancelled:
        _finish(job, CANCELLED)
    except LeaseLost:
        log.warning("job %s (%s) is being done by another process", job.id, job.kind)
    except Exception as cause:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _try_again(job, cause)
    else:
        _finish(job, DONE, progress=100)
    return True


@contextmanager
def _kept(job: Job) -> Iterator[None]:
    """Renew the lease while the block works, however long it takes."""
    over = Event()
    thread = Thread(target=_renew, args=(job, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(job: Job, over: Event) -> None:
    while not over.wait(RENEW_SECONDS):
        try:
            _update(job, lease_until=now() + LEASE)
        except (OperationalError, InterfaceError):
            # The handler may be writing a lot, and SQLite has one writer; the lease lasts for some more tries.
            log.warning("the lease of job %s could not be renewed", job.id)
    if not database.is_closed():
        database.close()


def _update(job: Job, **fields: Any) -> int:
    """Change a job that this process has taken; 0 when it has lost it."""
    mine = (Job.id == job.id) & (Job.state == RUNNING) & (Job.attempts == job.attempts)
    return Job.update(**fields).where(mine).execute()


def _take() -> Job | None:
    moment = now()
    for job in Job.select().where(_due(moment)).order_by(Job.run_after, Job.id).limit(10):
        if job.state == RUNNING and job.cancel_at is not None:
            _finish(job, CANCELLED)
            continue
        if job.state == RUNNING and job.attempts >= _kinds[job.kind].attempts:
            # It took its process with it each time.
            _finish(job, FAILED, problem=ABANDONED)
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


def _due(moment: datetime) -> Any:
    # What a clock that ran ahead wrote would wait until that time comes, or for a process that is long gone.
    ahead = (Job.created_at > moment + CLOCK_SLACK) | (
        (Job.attempts > 0) & (Job.run_after > moment + LONGEST_PAUSE + CLOCK_SLACK)
    )
    waiting = (Job.state == WAITING) & ((Job.run_after <= moment) | ahead)
    abandoned = (Job.lease_until < moment) | (Job.lease_until > moment + LEASE + CLOCK_SLACK)
    return (waiting | ((Job.state == RUNNING) & abandoned)) & Job.kind.in_(sorted(_kinds))


def _try_again(job: Job, cause: Exception) -> None:
    if job.cancel_at is not None or Job.select(Job.cancel_at).where(Job.id == job.id).scalar() is not None:
        _finish(job, CANCELLED)
    elif isinstance(cause, OperationalError):
        # A busy database or a full disk is not the job's fault and passes: it is never given up for that.
        _update(job, state=WAITING, lease_until=None, run_after=now() + FIRST_PAUSE)
    elif job.attempts < _kinds[job.kind].attempts:
        _update(job, state=WAITING, lease_until=None, run_after=now() + pause(job.attempts))
    else:
        _finish(job, FAILED, problem=type(cause).__name__)


def pause(attempts: int) -> timedelta:
    """How long a job rests that has failed so many times."""
    return min(FIRST_PAUSE * 5 ** (attempts - 1), LONGEST_PAUSE)


def _finish(job: Job, state: str, **fields: Any) -> None:
    if "problem" in fields:
        fields["problem"] = fields["problem"][:LONGEST_PROBLEM]
    with transaction():
        if _update(job, state=state, lease_until=None, finished_at=now(), **fields) and state != DONE:
            _stopped(job.id)


def _stopped(job_id: int) -> None:
    job = Job.get_by_id(job_id)
    if job.kind in _kinds:
        _call_about(job, lambda: _kinds[job.kind].stopped(Run(job)))
    for tell in _listeners if job.state == FAILED else ():
        _call_about(job, partial(tell, job))


def _call_about(job: Job, call: Callable[[], None]) -> None:
    try:
        with transaction():
            call()
    except OperationalError:
        raise
    except Exception:
        # Whatever waits for the job: the job itself is over.
        log.exception("what waits for job %s (%s) was not freed", job.id, job.kind)


def cancel(job_id: int) -> bool:
    """Stop a job: one that waits at once, one that runs where it next says how far it is. False when it is over."""
    own, moment = Job.id == job_id, now()
    with transaction():
        waited = Job.update(state=CANCELLED, cancel_at=moment, finished_at=moment, lease_until=None).where(
            own, Job.state == WAITING
        )
        if waited.execute():
            _stopped(job_id)
            return True
        return bool(Job.update(cancel_at=moment).where(own, Job.state == RUNNING, Job.cancel_at.is_null()).execute())


def run_again(job_id: int) -> bool:
    """Put a job that failed back into the queue, as if it were new; False when it has not failed."""
    fresh = {"attempts": 0, "progress": 0, "problem": "", "run_after": now(), "finished_at": None, "cancel_at": None}
    return bool(Job.update(state=WAITING, **fresh).where(Job.id == job_id, Job.state == FAILED).execute())
