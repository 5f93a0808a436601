"""What days bring: reviews that are due, consents that end, children to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from intranet.api import COORDINATOR, PRINCIPAL, Holder, carry, notify, people_who_hold, today, transaction
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases import consents, erasing
from plugins.mentoring.cases.life_cycle import ACTIVE, ANONYMISED, FREEZES
from plugins.mentoring.groups import leaving
from plugins.mentoring.tables.cases import Case, Consent, in_force
from plugins.mentoring.teacher_support import rules as teacher_support


def duties(district: Any, day: date) -> Iterator[str]:
    """What is done whether or not the module is on (decision D3)."""
    if count := _freeze_expired(district, day):
        yield f"{count} cases frozen: no consent in force"
    if count := leaving.leave_unagreed(district, day):
        yield f"{count} pupils left groups: no consent in force"
    if count := erasing.close_withdrawn(district, day):
        yield f"{count} cases closed after a withdrawal"
    if count := erasing.forget_those_due(district, day):
        yield f"{count} cases erased"
    if count := teacher_support.forget_old(district, day):
        yield f"{count} requests of teachers emptied"


def _freeze_expired(district: Any, day: date) -> int:
    # A day that is made up for asks for the consents of today.
    day = max(day, today())
    agreed = Consent.select(Consent.case).where(in_force(day))
    cases = Case.select().where(Case.district == district, Case.state.in_(FREEZES), Case.id.not_in(agreed))
    count = 0
    for case in list(cases.order_by(Case.id)):
        with transaction():
            count += consents.stop_what_nobody_agrees_to(case, None, day)
    return count


def reviews_due(district: Any, day: date) -> Iterator[str]:
    """Cases whose day of review has come wait for it."""
    due = Case.select().where(Case.district == district, Case.state == ACTIVE, Case.review_on <= day)
    count = 0
    for case in list(due.order_by(Case.id)):
        with transaction():
            count += carry(case, "look_back", person_id=None)
    if count:
        yield f"{count} reviews are due"


def tell_of_duties(district: Any) -> None:
    """The module is off now; what families may ask for stays with the schools."""
    schools = Case.select(Case.school).where(Case.district == district, Case.state != ANONYMISED).distinct()
    holders = [Holder(role=role, school_id=id_) for (id_,) in schools.tuples() for role in (PRINCIPAL, COORDINATOR)]
    notify(
        people_who_hold(holders),
        "progress",
        _("Đã tắt phần giúp đỡ học sinh; việc rút đồng ý, xuất và xóa dữ liệu vẫn làm được"),
        "/mentoring/duties",
    )
