"""Every change of the register of volunteers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import Actor, Person, Refused, gettext, locked, now, record, refresh_waiting, transaction
from plugins.digital.models import Request, Volunteer


def register(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[Volunteer], None] = lambda volunteer: None
) -> Volunteer:
    """Put oneself on the register of the own school, or change the line. Raises Refused outside of schools.

    What waits for the school's volunteers waits for the new one, too.
    """
    if actor.school_id is None:
        raise Refused("", gettext("Tình nguyện viên là người của trường; phòng nhận yêu cầu ở danh sách chung."))
    with transaction():
        # Two windows of one person make one line.
        locked(Person, actor.person_id)
        known = Volunteer.get_or_none(Volunteer.person == actor.person_id)
        before = {name: getattr(known, name, None) for name in values}
        volunteer = known or Volunteer(person=actor.person_id, version=0)
        left = volunteer.school_id
        volunteer.district, volunteer.school = actor.district_id, actor.school_id
        for name, value in values.items():
            setattr(volunteer, name, value)
        volunteer.version += 1
        volunteer.updated_at = now()
        volunteer.save()
        changes = {name: (before[name], value) for name, value in values.items() if before[name] != value}
        record("digital.volunteer", volunteer, person_id=actor.person_id, changes=changes)
        _refresh({left, actor.school_id})
        done(volunteer)
    return volunteer


def _refresh(schools: set[int | None]) -> None:
    offered = Request.helper_school.in_(sorted(filter(None, schools))) & Request.state.in_(("new", "queued"))
    for request in Request.select().where(offered).order_by(Request.id):
        refresh_waiting(request)
