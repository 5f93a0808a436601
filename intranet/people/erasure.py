"""Erasing what is known of a person: the row stays for what refers to it, and tells nothing any more (decision D12)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta

from flask import current_app

from intranet.kernel import migrations
from intranet.kernel.clock import midnight, now, today
from intranet.kernel.database import transaction
from intranet.kernel.jobs import daily
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.people.work import in_source, work_from
from intranet.registry.accounts import AccountLink, RecoveryCode, SecondFactor
from intranet.registry.feeds import CalendarFeed
from intranet.registry.people import (
    PRINCIPAL,
    Function,
    KnownDevice,
    Leave,
    Membership,
    Person,
    Preference,
    SignInSession,
)
from intranet.registry.pledges import MeetingAttendee
from intranet.shared import audit, modules
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.edits import Refused, locked
from intranet.shared.list_imports import MatchMemory
from intranet.shared.notices import Notice, NoticeChoice
from intranet.shared.waiting import Waiting

# A name in the records, in their language.
ERASED_NAME = "Người đã được xóa dữ liệu"
KEPT_IN_TRASH = timedelta(days=30)
# What an account is made of and what waits for its owner.
_OWN = (
    SignInSession,
    KnownDevice,
    AccountLink,
    SecondFactor,
    RecoveryCode,
    Preference,
    CalendarFeed,
    Notice,
    NoticeChoice,
    Waiting,
    Leave,
)

# Why the daily round erases somebody.
_IN_TRASH = lazy_gettext("Đã nằm 30 ngày trong thùng rác")

log = logging.getLogger("intranet.people")


def erase_person(
    person: Person, *, person_id: int | None, reason: str, done: Callable[[], None] = lambda: None
) -> None:
    """Remove for good what is known of a person, by plugins too. Who did what stays in the log, without a name.

    Refused for whoever still works, for oneself, and while a plugin is absent that could know something.
    """
    _refuse(person, person_id)
    with transaction():
        current = locked(Person, person.id)
        if current.erased_at is not None:
            raise Refused("", _("Dữ liệu của người này đã được xóa trước đó."))
        if work_from(current, today()):
            raise Refused("", _("Người này đang có công việc. Thầy/cô ghi thôi việc trước rồi mới xóa dữ liệu."))
        _erase_trail(current)
        for model in _OWN:
            model.delete().where(model.person == current).execute()
        Function.update(detail="").where(Function.person == current).execute()
        MeetingAttendee.update(name=ERASED_NAME, title="").where(MeetingAttendee.person == current).execute()
        MatchMemory.delete().where(MatchMemory.kind == "staff", MatchMemory.record_id == current.id).execute()
        _empty(current)
        modules.plugins().notify("person_erased", person=current)
        audit.record("person.erase", current, person_id=person_id, changes={"reason": (None, reason)})
        done()


def _refuse(person: Person, person_id: int | None) -> None:
    if person.id == person_id:
        raise Refused("", _("Thầy/cô không tự xóa dữ liệu của chính mình được; hãy nhờ người quản trị khác."))
    absent = migrations.absent(current_app.extensions["components"])
    if absent:
        text = _("Mô-đun %(name)s còn dữ liệu nhưng chưa được cài đặt, nên chưa xóa hết được. Hãy cài lại trước.")
        raise Refused("", text % {"name": ", ".join(absent)})


def _erase_trail(person: Person) -> None:
    """The values of the person's own trail, and the name where schools tell who led them."""
    entries = AuditEntry.select(AuditEntry.id)
    own = entries.where(AuditEntry.subject_type == "person", AuditEntry.subject_id == person.id)
    led = Membership.select(Membership.school).where(Membership.person == person, Membership.role == PRINCIPAL)
    schools = entries.where(AuditEntry.subject_type == "school", AuditEntry.subject_id.in_(led))
    names = {person.name}
    for before, after in (
        AuditValue.select(AuditValue.before, AuditValue.after)
        .where(AuditValue.entry.in_(own), AuditValue.field == "name")
        .tuples()
    ):
        names |= {before, after} - {None}
    named = AuditValue.before.in_(sorted(names)) | AuditValue.after.in_(sorted(names))
    AuditValue.delete().where(AuditValue.entry.in_(schools), AuditValue.field == "principal_name", named).execute()
    AuditValue.delete().where(AuditValue.entry.in_(own)).execute()


def _empty(person: Person) -> None:
    moment = now()
    empty = {
        "name": ERASED_NAME,
        "username": f"xoa-{person.id}",
        "birth_date": None,
        "password_hash": None,
        "active": False,
        "language": "vi",
        "theme": "auto",
        "deleted_at": person.deleted_at or moment,
        "erased_at": moment,
        "version": person.version + 1,
        **dict.fromkeys(("phone", "email", "gender", "subjects", "note"), ""),
    }
    for name, value in empty.items():
        setattr(person, name, value)
    person.set_keys()
    person.save()


@daily
def erase_thrown_away(day: date) -> None:
    """Who lay in the trash for 30 days is erased."""
    old = midnight(day) - KEPT_IN_TRASH
    people = Person.select().where(Person.deleted_at < old, Person.erased_at.is_null()).order_by(Person.id)
    for person in list(people):
        try:
            erase_person(person, person_id=None, reason=in_source(_IN_TRASH))
        except Refused as refusal:
            log.warning("person %s stays in the trash: %s", person.id, refusal)
