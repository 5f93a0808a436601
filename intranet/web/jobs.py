"""Work in the queue, as those who start it need it."""

from __future__ import annotations

from flask import url_for

from intranet.kernel.jobs import Job


def job_address(job: Job) -> str:
    """The page that tells its owner how far a job is; from there it leads to the ``back`` of its payload."""
    return url_for("jobs.show", job_id=job.id)
