"""Every change of a self-check that is not a plain step of its life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    Actor,
    ChecklistPack,
    Refused,
    School,
    begin,
    gettext,
    locked,
    record,
    scoring,
    transaction,
    write_merged,
)
from plugins.facilities.models import StandardCheck, StandardLine
from plugins.facilities.standard.life_cycle import EDITABLE, SUBMITTED


def begin_check(
    actor: Actor,
    pack: ChecklistPack,
    values: Mapping[str, Any],
    *,
    done: Callable[[StandardCheck], None] = lambda check: None,
) -> StandardCheck:
    """A self-check of the actor's school for a year, with a line for each item. Raises Refused for a second one."""
    with transaction():
        school = locked(School, actor.school_id)
        same = StandardCheck.select().where(
            StandardCheck.school == school,
            StandardCheck.pack == pack.id,
            StandardCheck.school_year == values["school_year"],
        )
        if same.exists():
            raise Refused("school_year", gettext("Năm học này trường đã tự đánh giá theo bộ này."))
        check = StandardCheck.create(district=school.district_id, school=school, pack=pack.id, **values)
        StandardLine.insert_many(
            [
                {"standard": check.id, "district": check.district_id, "school": check.school_id, "item": code}
                for code in pack.checklist.items
            ]
        ).execute()
        given = {name: (None, value) for name, value in {**values, "pack": pack.title}.items()}
        record("facilities.standard", check, person_id=actor.person_id, changes=given)
        begin(check, person_id=actor.person_id)
        done(check)
    return check


def save_target(
    check: StandardCheck,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change which level the school wants, and by when. Returns UNCHANGED, SAVED or MERGED; raises Conflict."""
    with transaction():
        current = locked(StandardCheck, check.id)
        return write_merged(
            current, values, version=version, action="facilities.standard", person_id=person_id, done=done
        )


def save_section(
    check: StandardCheck,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write what the school says of some items: {"own-1.1": 1, "note-1.1": "…"}.

    Returns UNCHANGED, SAVED or MERGED. Raises Conflict, and Refused once it was sent.
    """
    with transaction():
        current = locked(StandardCheck, check.id)
        if current.state not in EDITABLE:
            raise Refused("", gettext("Bản tự đánh giá đã gửi nên không sửa được nữa."))
        return _save_lines(current, values, version, person_id, done)


def save_checked(
    check: StandardCheck,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write what the office says: {"checked-1.1": 1, "reason-1.1": "…"}. As save_section.

    Raises Refused where a score differs from the school's and nothing says why.
    """
    with transaction():
        current = locked(StandardCheck, check.id)
        if current.state != SUBMITTED:
            raise Refused("", gettext("Chỉ chấm kiểm tra khi trường đã gửi."))
        return _save_lines(current, values, version, person_id, done)


def _save_lines(
    current: StandardCheck, values: Mapping[str, Any], version: int, person_id: int, done: Callable[[], None]
) -> str:
    lines = {line.item: line for line in StandardLine.select().where(StandardLine.standard == current)}
    how = {"action": "facilities.standard", "version": version, "person_id": person_id, "done": done}
    return scoring.write(current, lines, values, **how)
