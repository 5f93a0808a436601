"""Reads shaped for the import screens."""

from __future__ import annotations

from typing import Any

from intranet.kernel.jobs import Job
from intranet.registry import districts
from intranet.registry.people import Person
from intranet.shared.access import Actor
from intranet.shared.list_imports import ListImport

LATEST = 10


def latest(actor: Actor, kind: str) -> list[tuple[Any, ...]]:
    """(id, file name, who, when, state, created, changed, rejected) of the last lists that the actor may see."""
    query = (
        ListImport.select(
            ListImport.id,
            ListImport.file_name,
            Person.name,
            ListImport.created_at,
            ListImport.state,
            ListImport.created,
            ListImport.changed,
            ListImport.rejected,
        )
        .join(Person)
        .where(ListImport.kind == kind)
    )
    condition = ListImport.visible_to(actor)
    if condition is not None:
        query = query.where(condition)
    return list(query.order_by(ListImport.id.desc()).limit(LATEST).tuples())


def district_options(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the districts whose lists the actor may bring in; only administrators choose."""
    return districts.district_options() if actor.sees_all else []


def work_on(import_: ListImport, actor: Actor) -> tuple[int, int | None]:
    """How far the work on a list is in percent, and the number of the job if the actor may stop it."""
    row = Job.select(Job.progress, Job.person_id, Job.cancel_at).where(Job.id == import_.job_id).tuples().first()
    percent, person_id, cancel_at = row or (0, None, None)
    return percent, import_.job_id if person_id == actor.person_id and cancel_at is None else None
