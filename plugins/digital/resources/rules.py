"""Every change of a digital resource that is not a plain step of its life: written, used, reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    Actor,
    Refused,
    begin,
    carry,
    fold,
    gettext,
    locked,
    record,
    sort_key,
    transaction,
    write_merged,
)
from plugins.digital.models import Flag, Resource, Reuse
from plugins.digital.models.resources import SHOWN
from plugins.digital.resources.life_cycle import DRAFT, PUBLISHED

Done = Callable[[], None]


def make_resource(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[Resource], None] = lambda resource: None
) -> Resource:
    """Write a resource of the own school, or of the office, as a draft."""
    with transaction():
        resource = Resource(
            district=actor.district_id, school=actor.school_id, author=actor.person_id, **_complete(values)
        )
        resource.save(force_insert=True)
        given = {name: (None, value) for name, value in values.items() if value}
        record("digital.resource", resource, person_id=actor.person_id, changes=given)
        begin(resource, person_id=actor.person_id)
        done(resource)
    return resource


def _complete(values: Mapping[str, Any]) -> dict[str, Any]:
    words = " ".join(values.get(name, "") for name in ("title", "summary", "subject", "textbook", "tool"))
    return {**values, "sort_key": sort_key(values["title"]), "search_text": fold(f" {words} ")}


def update_resource(
    resource: Resource, values: Mapping[str, Any], *, version: int, person_id: int, done: Done = lambda: None
) -> str:
    """Change a draft whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    Raises Refused once it is under review, and Conflict.
    """
    with transaction():
        current = locked(Resource, resource.id)
        if current.state != DRAFT:
            raise Refused("", gettext("Học liệu đã gửi thẩm định nên không sửa được nữa."))
        return write_merged(
            current,
            values,
            version=version,
            action="digital.resource",
            person_id=person_id,
            complete=_complete,
            done=done,
        )


def reuse(resource: Resource, actor: Actor, *, done: Done = lambda: None) -> bool:
    """The actor's school used it: each school counts once. True when it is new. Raises Refused for the own school."""
    if actor.school_id is None or actor.school_id == resource.school_id:
        raise Refused("", gettext("Trường khác dùng mới tính."))
    with transaction():
        current = locked(Resource, resource.id)
        if current.state not in SHOWN:
            raise Refused("", gettext("Học liệu này chưa công bố hoặc đã ngừng dùng."))
        known = Reuse.select().where(Reuse.resource == current, Reuse.school == actor.school_id).exists()
        if not known:
            row = Reuse.create(
                resource=current, district=actor.district_id, school=actor.school_id, person=actor.person_id
            )
            current.reused = Reuse.select().where(Reuse.resource == current).count()
            current.save()
            record("digital.reuse", row, person_id=actor.person_id)
        done()
    return not known


def flag(resource: Resource, actor: Actor, kind: str, text: str, *, done: Done = lambda: None) -> None:
    """Report something: it stays readable with a warning until the office has looked. Raises Refused.

    Nobody here opens foreign addresses by itself: whoever finds that a site is gone says so.
    """
    with transaction():
        current = locked(Resource, resource.id)
        if current.state not in SHOWN:
            raise Refused("", gettext("Học liệu này chưa công bố hoặc đã ngừng dùng."))
        open_ = Flag.resource == current, Flag.person == actor.person_id, Flag.settled_at.is_null()
        if Flag.select().where(*open_).exists():
            raise Refused("", gettext("Thầy/cô đã phản ánh, phòng đang xem."))
        row = Flag.create(resource=current, person=actor.person_id, kind=kind, text=text)
        record("digital.flag", row, person_id=actor.person_id, changes={"kind": (None, kind)})
        if current.state == PUBLISHED:
            carry(current, "flag", person_id=actor.person_id)
        done()
