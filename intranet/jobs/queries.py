"""Reads shaped for the pages of jobs: a job's own, for its owner, and the queue's, for administrators.

What a job works on may be long and is left alone.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from peewee import JOIN, fn

from intranet.jobs.labels import day_of, is_sentence
from intranet.kernel.clock import today
from intranet.kernel.jobs import CANCELLED, DAILY, DONE, FAILED, RUNNING, WAITING, Job, JobFile, is_piecewise
from intranet.kernel.statements import Statement, param
from intranet.registry.districts import District
from intranet.registry.people import Person

PAGE_SIZE = 50
# What the tabs of the queue's page show.
TABS = {WAITING: (WAITING,), RUNNING: (RUNNING,), FAILED: (FAILED,), DONE: (DONE, CANCELLED)}

_OWN = (Job.id == param("job")) & (Job.person_id == param("person"))
_STATE = Statement(
    lambda: (
        Job.select(
            Job.id,
            Job.kind,
            Job.state,
            Job.progress,
            Job.attempts,
            Job.run_after,
            Job.cancel_at,
            Job.problem,
            JobFile.name,
        )
        .join(JobFile, JOIN.LEFT_OUTER)
        .where(_OWN)
    )
)
_FILE = Statement(lambda: JobFile.select(JobFile.name, JobFile.body).join(Job).where(_OWN))
_PAYLOAD = Statement(lambda: Job.select(Job.payload).where(_OWN))


class State(NamedTuple):
    """How far a job is: its progress in percent, and the name of its file once there is one."""

    id: int
    kind: str
    state: str
    progress: int
    attempts: int
    run_after: datetime | str
    cancel_at: datetime | str | None
    problem: str
    file_name: str | None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state in (DONE, FAILED, CANCELLED)

    @property
    def makes_file(self) -> bool:
        """Whether a file comes out of it."""
        return self.kind.endswith(".export")

    @property
    def keeps_pieces(self) -> bool:
        """Whether what was done so far stays when it is stopped."""
        return is_piecewise(self.kind)

    @property
    def sentence(self) -> str:
        """Why it failed, where that is known in words."""
        return self.problem if is_sentence(self.problem) else ""


def state_of(job_id: int, person_id: int) -> State | None:
    """How far a job of this person is; None when there is none."""
    row = _STATE.row(job=job_id, person=person_id)
    return State(*row) if row else None


def way_back(job_id: int, person_id: int) -> str | None:
    """The address of the page from which the job was started."""
    return json.loads(_PAYLOAD.value(job=job_id, person=person_id)).get("back")


def file_of(job_id: int, person_id: int) -> tuple[Any, ...] | None:
    """Name and content of the file that a job of this person made."""
    row = _FILE.row(job=job_id, person=person_id)
    return (row[0], bytes(row[1])) if row else None


def counts() -> dict[str, int]:
    """{tab: number of jobs} of the whole queue."""
    found = dict(Job.select(Job.state, fn.COUNT(Job.id)).group_by(Job.state).tuples())
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()}


def queue(tab: str, before: int | None) -> tuple[list[Any], int | None]:
    """A page of the jobs under a tab, the newest first, each with district and person; and the id to go on from."""
    query = (
        Job.select(
            Job.id,
            Job.kind,
            Job.unique_key,
            Job.state,
            Job.created_at,
            Job.run_after,
            Job.finished_at,
            Job.cancel_at,
            Job.attempts,
            Job.progress,
            Job.problem,
            District.name.alias("district"),
            Person.name.alias("person"),
        )
        .join(District, JOIN.LEFT_OUTER, on=(Job.district_id == District.id))
        .join(Person, JOIN.LEFT_OUTER, on=(Job.person_id == Person.id))
        .where(Job.state.in_(TABS[tab]))
    )
    if before is not None:
        query = query.where(Job.id < before)
    rows = list(query.order_by(Job.id.desc()).limit(PAGE_SIZE + 1).namedtuples())
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def missed_days() -> list[date]:
    """Past days whose duties are still to be done, in order."""
    past = Job.unique_key.between(f"{DAILY}-", f"{DAILY}-{today().isoformat()}") & (
        Job.unique_key != f"{DAILY}-{today().isoformat()}"
    )
    keys = Job.select(Job.unique_key).where(past, Job.state.in_((WAITING, RUNNING))).order_by(Job.unique_key)
    return [day_of(key) for (key,) in keys.tuples()]
