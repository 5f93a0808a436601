"""Forgetting a child: everything sealed is emptied, the row stays for the numbers (decision D12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from intranet.api import Actor, Refused, carry, gettext, locked, midnight, names_of_secrets, now, record, transaction
from plugins.mentoring.aid.rules import stop_pending
from plugins.mentoring.cases.life_cycle import ANONYMISED, FROZEN
from plugins.mentoring.cases.rules import KEPT_WITHDRAWN, end_matches, stop_handovers
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import Case, Consent, Goal, OfficeOpening, RestrictedNote, Review
from plugins.mentoring.tables.groups import GroupPupil
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Meeting

# How long after a withdrawal a case waits for a new consent (Decree 356/2025).
WITHDRAWN_FOR = timedelta(days=15)


def erase(case: Case, actor: Actor, *, code: str, done: Callable[[], None] = lambda: None) -> None:
    """Forget the child now, because the family wishes so; ``code`` is typed once more. Raises Refused."""
    if code != case.code:
        raise Refused("code", gettext("Mã chưa khớp với hồ sơ này."))
    with transaction():
        forget(case, actor.person_id)
        done()


def forget(case: Case, person_id: int | None) -> None:
    """Empty whatever tells of the child, here and at the schools that it came from. Call it in a transaction.

    Raises Refused where that was done already.
    """
    current = locked(Case, case.id)
    if current.state == ANONYMISED:
        raise Refused("", gettext("Dữ liệu của học sinh này đã được xóa."))
    stop_handovers(current, person_id)
    end_matches(current, person_id)
    stop_pending(current, person_id)
    for model, condition in _rows_about(current):
        model.update(**dict.fromkeys(names_of_secrets(model), "")).where(condition).execute()
    Consent.update(scan_type="").where(Consent.case == current).execute()
    current = locked(Case, case.id)
    for name in names_of_secrets(Case):
        setattr(current, name, "")
    mine = _in_groups(current)
    # The code held the class; the number stays, so that no code comes twice.
    current.code, current.class_name, current.free = f"HS #{current.id}", "", ""
    GroupPupil.update(code=current.code).where(mine).execute()
    current.erased_at, current.erase_on, current.review_on = now(), None, None
    current.save()
    record("mentoring.erase", current, person_id=person_id)
    carry(current, "erase", person_id=person_id)
    if current.came_from_id is not None and current.came_from.state != ANONYMISED:
        forget(current.came_from, person_id)


def _rows_about(case: Case) -> Iterator[tuple[Any, Any]]:
    """(table, condition) of all that stands elsewhere."""
    for model in (Goal, Consent, RestrictedNote, Review, OfficeOpening, Match, Aid, Handover):
        yield model, model.case == case
    yield Meeting, Meeting.match.in_(Match.select(Match.id).where(Match.case == case))
    yield GroupPupil, _in_groups(case)


def _in_groups(case: Case) -> Any:
    """Condition: the child's places in groups; those of earlier years know the code alone."""
    unlinked = GroupPupil.case.is_null() & (GroupPupil.school == case.school_id) & (GroupPupil.code == case.code)
    return (GroupPupil.case == case) | unlinked


def forget_those_due(district: Any, day: date) -> int:
    """Forget children whose time is over; how many. Each is a transaction of its own."""
    due = Case.select().where(Case.district == district, Case.erase_on <= day, Case.state != ANONYMISED)
    count = 0
    for case in list(due.order_by(Case.id)):
        with transaction():
            forget(case, None)
        count += 1
    return count


def close_withdrawn(district: Any, day: date) -> int:
    """End frozen cases whose family has withdrawn for as long as the law leaves; how many.

    Those whose consent only ran out stay: somebody has to ask the family again.
    """
    withdrawn = Consent.select(Consent.case).where(Consent.withdrawn_on < day - WITHDRAWN_FOR)
    old = Case.select().where(Case.district == district, Case.state == FROZEN, Case.id.in_(withdrawn))
    old = old.where(Case.state_since < midnight(day - WITHDRAWN_FOR))
    count = 0
    for case in list(old.order_by(Case.id)):
        with transaction():
            current = locked(Case, case.id)
            current.ending, current.erase_on = "withdrawn", day + KEPT_WITHDRAWN
            current.save()
            end_matches(current, None)
            carry(current, "close", person_id=None)
        count += 1
    return count
