"""Every change of a plan that is not a plain step of a life cycle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    MERGED,
    SAVED,
    UNCHANGED,
    Refused,
    begin,
    gettext,
    locked,
    merged,
    now,
    record,
    refresh_waiting,
    transaction,
    works_at,
)
from plugins.digital.models import Assessment, Improvement
from plugins.digital.plans.life_cycle import OPEN


def plan(
    assessment: Assessment,
    item: str,
    values: Mapping[str, Any],
    person_id: int,
    *,
    done: Callable[[Improvement], None] = lambda made: None,
) -> Improvement:
    """A step about a criterion; it waits for who is responsible. Raises Refused for somebody who works elsewhere."""
    with transaction():
        _refuse_stranger(assessment, values["responsible"])
        made = Improvement.create(
            assessment=assessment,
            district=assessment.district_id,
            school=assessment.school_id,
            private=assessment.private,
            item=item,
            **values,
        )
        given = {name: (None, value) for name, value in {"item": item, **values}.items() if value}
        record("digital.improvement", made, person_id=person_id, changes=given)
        begin(made, person_id=person_id)
        done(made)
    return made


def _refuse_stranger(owned: Assessment | Improvement, responsible_id: int) -> None:
    if not works_at(responsible_id, owned.school_id, owned.district_id):
        raise Refused("responsible", gettext("Người phụ trách phải đang làm việc ở trường."))


def update(
    improvement: Improvement,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a step. Returns UNCHANGED, SAVED or MERGED; raises Conflict, and Refused once it is over."""
    with transaction():
        current = locked(Improvement, improvement.id)
        if current.state != OPEN:
            raise Refused("", gettext("Việc này đã khép lại nên không sửa được nữa."))
        known = {name: _known(current, name) for name in values}
        mine = merged(current, known, values, version)
        if not mine:
            return UNCHANGED
        if "responsible" in mine:
            _refuse_stranger(current, mine["responsible"])
        for name, value in mine.items():
            setattr(current, name, value)
        current.version += 1
        current.updated_at = now()
        current.save()
        changes = {name: (known[name], value) for name, value in mine.items()}
        record("digital.improvement", current, person_id=person_id, changes=changes)
        refresh_waiting(current)
        done()
        return SAVED if current.version == version + 1 else MERGED


def _known(improvement: Improvement, name: str) -> Any:
    return getattr(improvement, f"{name}_id" if name in ("responsible", "pairing") else name)
