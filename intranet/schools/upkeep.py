"""Schools that lay in the trash for 30 days are emptied; their rows stay, so that no number is ever given again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from intranet.kernel.clock import midnight, now
from intranet.kernel.database import transaction
from intranet.kernel.jobs import daily
from intranet.registry.schools import FormerKey, School, Site, Tag
from intranet.shared import audit
from intranet.shared.edits import locked

KEPT_IN_TRASH = timedelta(days=30)
# A name in the records, in their language.
ERASED_NAME = "Trường đã xóa"
_EMPTY = ("short_name", "address", "phone", "email", "website", "principal_name", "note")


@daily
def empty_trash(day: date) -> None:
    """Empty the schools whose time in the trash is over."""
    old = midnight(day) - KEPT_IN_TRASH
    query = School.select(School.id).where(School.deleted_at < old, School.erased_at.is_null()).order_by(School.id)
    for (school_id,) in list(query.tuples()):
        _empty(school_id, old)


def _empty(school_id: int, old: datetime) -> None:
    with transaction():
        school = locked(School, school_id)
        if school.erased_at is not None or school.deleted_at is None or school.deleted_at >= old:
            return
        for model in (FormerKey, Site, Tag):
            model.delete().where(model.school == school).execute()
        school.name, school.code, school.commune = f"{ERASED_NAME} {school.id}", None, None
        for field in _EMPTY:
            setattr(school, field, "")
        school.erased_at = school.updated_at = now()
        school.version += 1
        school.set_keys("")
        school.save()
        audit.record("school.erase", school, person_id=None)
