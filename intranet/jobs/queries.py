"""Reads shaped for the page of a job: its owner's only. What the job works on may be long and is left alone."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from peewee import JOIN

from intranet.kernel.database import Statement, param
from intranet.kernel.jobs import DONE, FAILED, Job, JobFile

_OWN = (Job.id == param("job")) & (Job.person_id == param("person"))
_STATE = Statement(
    lambda: Job.select(Job.id, Job.state, Job.progress, JobFile.name).join(JobFile, JOIN.LEFT_OUTER).where(_OWN)
)
_FILE = Statement(lambda: JobFile.select(JobFile.name, JobFile.body).join(Job).where(_OWN))
_PAYLOAD = Statement(lambda: Job.select(Job.payload).where(_OWN))


class State(NamedTuple):
    """How far a job is: its progress in percent, and the name of its file once there is one."""

    id: int
    state: str
    progress: int
    file_name: str | None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state in (DONE, FAILED)


def state_of(job_id: int, person_id: int) -> State | None:
    """How far a job of this person is; None when there is none."""
    row = _STATE.row(job=job_id, person=person_id)
    return State(*row) if row else None


def way_back(job_id: int, person_id: int) -> str | None:
    """The address of the list from which the job was started."""
    return json.loads(_PAYLOAD.value(job=job_id, person=person_id)).get("back")


def file_of(job_id: int, person_id: int) -> tuple[Any, ...] | None:
    """Name and content of the file that a job of this person made."""
    row = _FILE.row(job=job_id, person=person_id)
    return (row[0], bytes(row[1])) if row else None
