"""Every change of a good practice, and who took it over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    Actor,
    Refused,
    begin,
    fold,
    gettext,
    locked,
    record,
    sort_key,
    today,
    transaction,
    write_merged,
)
from plugins.professional_development.models import Adoption, Practice

FIELDS = ("title", "summary", "description", "levels", "subject", "textbook", "licence", "wide")


def create_practice(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[Practice], None] = lambda practice: None
) -> Practice:
    """Write a practice of the own school, or of the office."""
    with transaction():
        practice = Practice(
            district=actor.district_id, school=actor.school_id, author=actor.person_id, **_complete(values)
        )
        practice.save(force_insert=True)
        given = {name: (None, value) for name, value in values.items() if value}
        record("professional_development.practice", practice, person_id=actor.person_id, changes=given)
        begin(practice, person_id=actor.person_id)
        done(practice)
    return practice


def _complete(values: Mapping[str, Any]) -> dict[str, Any]:
    words = " ".join(values.get(name, "") for name in ("title", "summary", "subject", "textbook"))
    return {**values, "sort_key": sort_key(values["title"]), "search_text": fold(f" {words} ")}


def update_practice(
    practice: Practice,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change a practice whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED.

    Raises Refused once it is under review, and Conflict.
    """
    with transaction():
        current = locked(Practice, practice.id)
        if current.state != "draft":
            raise Refused("", gettext("Mô hình đã gửi thẩm định nên không sửa được nữa."))
        return write_merged(
            current,
            values,
            version=version,
            action="professional_development.practice",
            person_id=person_id,
            complete=_complete,
            done=done,
        )


def adopt(practice: Practice, actor: Actor, note: str, *, done: Callable[[], None] = lambda: None) -> bool:
    """The actor's school takes a published practice over; writing again changes the note. True when it is new.

    Raises Refused for the school that wrote it, and while it is not published.
    """
    if actor.school_id is None or actor.school_id == practice.school_id:
        raise Refused("", gettext("Mô hình được trường khác áp dụng mới tính."))
    with transaction():
        current = locked(Practice, practice.id)
        if current.state != "published":
            raise Refused("", gettext("Mô hình này chưa công bố hoặc đã ngừng giới thiệu."))
        known = Adoption.get_or_none(Adoption.practice == current, Adoption.school == actor.school_id)
        before = known.note if known else None
        row = known or Adoption(
            practice=current, school=actor.school_id, district=actor.district_id, adopted_on=today()
        )
        row.note, row.person = note, actor.person_id
        row.save()
        current.adopted = Adoption.select().where(Adoption.practice == current).count()
        current.save()
        record("professional_development.adopt", row, person_id=actor.person_id, changes={"note": (before, note)})
        done()
    return known is None
