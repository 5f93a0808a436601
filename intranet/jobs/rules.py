"""Stopping work and having it done again."""

from __future__ import annotations

from collections.abc import Callable

from intranet.kernel import jobs
from intranet.kernel.database import transaction
from intranet.kernel.jobs import Job
from intranet.shared import audit


def stop(job_id: int, *, person_id: int, done: Callable[[], None] = lambda: None) -> bool:
    """Stop a job; False when it is over, or was to stop already."""
    return _act(jobs.cancel, "job.cancel", job_id, person_id, done)


def run_again(job_id: int, *, person_id: int, done: Callable[[], None] = lambda: None) -> bool:
    """Have a job that failed done once more; False when it has not failed."""
    return _act(jobs.run_again, "job.again", job_id, person_id, done)


def _act(act: Callable[[int], bool], action: str, job_id: int, person_id: int, done: Callable[[], None]) -> bool:
    with transaction():
        acted = act(job_id)
        if acted:
            audit.record(action, Job.get_by_id(job_id), person_id=person_id)
        done()
    return acted
