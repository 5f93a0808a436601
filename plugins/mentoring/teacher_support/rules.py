"""Every change of help for a teacher, and when its texts are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from intranet.api import (
    PRINCIPAL,
    UNION,
    Actor,
    Holder,
    Person,
    Refused,
    begin,
    gettext,
    locked,
    midnight,
    names_of_secrets,
    opened,
    people_who_hold,
    put,
    record,
    source_text,
    take,
    text_changed,
    today,
    transaction,
)
from plugins.mentoring.tables.aid import TeacherSupport
from plugins.mentoring.teacher_support.life_cycle import CLOSED, REFUSED, REQUESTED, STATE_LABELS

Done = Callable[[], None]
# What stands in a copy that somebody else makes, an administrator for instance.
WITHHELD = "Chỉ người có tên tải được phần này."
# For how long the texts are kept after the end.
KEPT = timedelta(days=365)


def request(
    actor: Actor,
    circumstances: str,
    asked: str,
    *,
    done: Callable[[TeacherSupport], None] = lambda support: None,
) -> TeacherSupport:
    """Ask for help for oneself. Raises Refused.

    Whoever decides does not ask here: nobody decides about the own hardship.
    """
    if actor.school_id is None:
        raise Refused("", gettext("Đề nghị này do người của trường gửi."))
    if decides(actor):
        raise Refused("", gettext("Thầy/cô là người quyết định; đề nghị của thầy/cô gửi lên cấp trên."))
    with transaction():
        support = TeacherSupport(
            district=actor.district_id, school=actor.school_id, person=actor.person_id, requested_by=actor.person_id
        )
        put(support, circumstances=circumstances, asked=asked)
        support.save(force_insert=True)
        record("mentoring.teacher_support", support, person_id=actor.person_id)
        begin(support, person_id=actor.person_id)
        done(support)
    return support


def decides(actor: Actor) -> bool:
    """Whether the actor is the principal or the head of the union of the own school."""
    return actor.school_id is not None and (actor.role == PRINCIPAL or UNION in actor.functions)


def has_union(school_id: int) -> bool:
    """Whether the school has somebody at the head of its union: without, nothing can be decided."""
    return bool(people_who_hold([Holder(role=UNION, school_id=school_id)]))


def propose(support: TeacherSupport, granted: str, person_id: int, *, done: Done = lambda: None) -> None:
    """Write down what is granted, or why nothing is; who agreed to another text is asked again. Raises Refused."""
    with transaction():
        current = locked(TeacherSupport, support.id)
        if current.state != REQUESTED:
            raise Refused("", gettext("Việc này đã được quyết định."))
        if current.person_id == person_id:
            raise Refused("", gettext("Thầy/cô không quyết định việc của mình."))
        if granted != opened(current, "granted"):
            before = current.granted
            put(current, granted=granted)
            current.save()
            changes = {"granted": (before, current.granted)}
            record("mentoring.teacher_support", current, person_id=person_id, changes=changes)
            text_changed(current, person_id=person_id)
        done()


def deliver(support: TeacherSupport, on: date, outcome: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """It was handed over on a day. Raises Refused and NotYours."""
    if on > today():
        raise Refused("delivered_on", gettext("Ngày này chưa đến."))
    with transaction():
        current = locked(TeacherSupport, support.id)
        current.delivered_on = on
        put(current, outcome=outcome)
        current.save()
        take(current, "deliver", actor, done=done)


def forget_old(district: Any, day: date) -> int:
    """Empty the texts of what ended long ago; how many. The row stays for the numbers."""
    old = TeacherSupport.state_since < midnight(day - KEPT)
    over = (TeacherSupport.district == district) & TeacherSupport.state.in_((CLOSED, REFUSED))
    return _empty(over & old & (TeacherSupport.circumstances != ""))


def forget(person: Person) -> None:
    """Empty the texts of somebody who is forgotten."""
    _empty(TeacherSupport.person == person)


def _empty(condition: Any) -> int:
    texts = dict.fromkeys(names_of_secrets(TeacherSupport), "")
    return TeacherSupport.update(**texts).where(condition).execute()


def known_of(person: Person, *, told: bool) -> list[dict[str, str]]:
    """What somebody asked for and got, for the own data; the texts only where they are ``told``."""
    rows = TeacherSupport.select().where(TeacherSupport.person == person).order_by(TeacherSupport.id)
    return [
        {
            "Hoàn cảnh": opened(support, "circumstances") if told else WITHHELD,
            "Đề nghị": opened(support, "asked") if told else WITHHELD,
            "Quyết định": opened(support, "granted") if told else WITHHELD,
            "Trạng thái": source_text(STATE_LABELS[support.state]),
        }
        for support in rows
    ]
