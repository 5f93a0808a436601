"""Times away, and duties beside the role: rules.py offers what stands here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import current_app

from intranet.kernel.database import transaction
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.people import work
from intranet.people.work import ONE_DAY, in_source, note
from intranet.registry.people import LEAVE_LABELS, Function, Leave, Person
from intranet.shared.edits import Refused, locked


def _nothing() -> None: ...


def start_leave(
    person: Person,
    kind: str,
    *,
    starts_on: date,
    ends_on: date | None,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Note a time away, one of LEAVE_LABELS; without ``ends_on`` the end is not known. Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        if ends_on is not None and ends_on < starts_on:
            raise Refused("ends_on", _("Ngày cuối không thể trước ngày đầu."))
        others = Leave.select().where(Leave.person == current, work.not_over(Leave, starts_on))
        other = (others if ends_on is None else others.where(Leave.starts_on <= ends_on)).first()
        if other is not None:
            text = _("Đã ghi một thời gian nghỉ từ %(day)s; hai lần nghỉ không trùng nhau.")
            raise Refused("starts_on", text % {"day": show_date(other.starts_on)})
        Leave.create(person=current, kind=kind, starts_on=starts_on, ends_on=ends_on)
        changes = {"leave": (None, in_source(LEAVE_LABELS[kind])), "starts_on": (None, starts_on)}
        if ends_on is not None:
            changes["ends_on"] = (None, ends_on)
        note("person.leave", current, [], person_id, **changes)
        done()


def end_leave(leave: Leave, *, on: date, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """Note that somebody is back at work on a day. Raises Refused."""
    with transaction():
        current = locked(Person, leave.person_id)
        work.end([leave], on - ONE_DAY)
        changes = {"leave": (in_source(LEAVE_LABELS[leave.kind]), None), "returns_on": (None, on)}
        note("person.return", current, [], person_id, **changes)
        done()


def add_duty(
    person: Person,
    school_id: int,
    kind: str,
    detail: str,
    *,
    starts_on: date,
    person_id: int | None,
    done: Callable[[], None] = _nothing,
) -> None:
    """Give a person a duty in a school where the person works; ``detail`` says of what ("6A"). Raises Refused."""
    with transaction():
        current = locked(Person, person.id)
        if not any(row.school_id == school_id for row in work.work_from(current, starts_on)):
            raise Refused("school", _("Người này không làm việc ở trường này."))
        own = Function.select().where(Function.person == current, work.not_over(Function, starts_on))
        if own.where(Function.school == school_id, Function.kind == kind, Function.detail == detail).exists():
            raise Refused("kind", _("Người này đang có nhiệm vụ này."))
        row = Function.create(person=current, school=school_id, kind=kind, detail=detail, starts_on=starts_on)
        note("function.add", current, [], person_id, duty=(None, _duty(row)), starts_on=(None, starts_on))
        done()


def end_duty(duty: Function, *, ends_on: date, person_id: int | None, done: Callable[[], None] = _nothing) -> None:
    """End a duty after a day. Raises Refused."""
    with transaction():
        current = locked(Person, duty.person_id)
        work.end([duty], ends_on)
        note("function.end", current, [], person_id, duty=(_duty(duty), None), ends_on=(None, ends_on))
        done()


def _duty(row: Function) -> str:
    label = current_app.extensions["permissions"].functions.get(row.kind, row.kind)
    return " ".join(filter(None, (in_source(label), row.detail)))
