"""Every change of something given: asked for, handed over, acknowledged, refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from intranet.api import Actor, Refused, School, begin, carry, gettext, locked, put, record, take, today, transaction
from plugins.mentoring.aid.life_cycle import PENDING
from plugins.mentoring.cases.consents import covers
from plugins.mentoring.mentors.rules import pairing_of
from plugins.mentoring.tables.aid import Aid
from plugins.mentoring.tables.cases import AID, WITH_MENTORS, Case

Done = Callable[[], None]


def agreed(case: Case) -> bool:
    """Whether something may be given to the child: the case is under way and the family agrees to it today."""
    return case.state in WITH_MENTORS and covers(case, AID)


def request(
    case: Case, values: Mapping[str, Any], actor: Actor, *, done: Callable[[Aid], None] = lambda aid: None
) -> Aid:
    """Ask for something for a child. Raises Refused.

    ``values``: kind, what, quantity, unit, worth, donor, giver_id, and why as a text.
    """
    with transaction():
        # Two who ask at once do not get one number.
        school = locked(School, case.school_id)
        current = locked(Case, case.id)
        if not agreed(current):
            raise Refused("", gettext("Gia đình chưa đồng ý để em nhận quà, học bổng, đỡ đầu."))
        plain = {name: value for name, value in values.items() if name != "why"}
        giver = plain.get("giver_id")
        aid = Aid(
            district=school.district_id,
            school=school,
            case=current,
            pairing=pairing_of(school.id, giver) if giver else None,
            requested_by=actor.person_id,
            receipt=_next_number(school),
            **plain,
        )
        put(aid, why=values["why"])
        aid.save(force_insert=True)
        record("mentoring.aid", aid, person_id=actor.person_id, changes={"receipt": (None, aid.receipt)})
        begin(aid, person_id=actor.person_id)
        done(aid)
    return aid


def _next_number(school: School) -> str:
    """ "TT12-2026-003": rows are never removed, so that no number of a school comes twice."""
    number = Aid.select().where(Aid.school == school).count() + 1
    return f"TT{school.id}-{today().year}-{number:03d}"


def deliver(aid: Aid, on: date, actor: Actor, *, done: Done = lambda: None) -> None:
    """It was handed over on a day. Raises Refused and NotYours."""
    if on > today():
        raise Refused("delivered_on", gettext("Ngày này chưa đến."))
    with transaction():
        current = locked(Aid, aid.id)
        current.delivered_on = on
        current.save()
        take(current, "deliver", actor, done=done)


def acknowledge(aid: Aid, outcome: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """The school says that the child has it; what there is to say of it is sealed. Raises Refused and NotYours."""
    with transaction():
        current = locked(Aid, aid.id)
        current.acknowledged_on = today()
        put(current, outcome=outcome)
        current.save()
        take(current, "acknowledge", actor, done=done)


def refuse(aid: Aid, outcome: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """It is not given; the reason is sealed. Raises Refused and NotYours."""
    with transaction():
        current = locked(Aid, aid.id)
        put(current, outcome=outcome)
        current.save()
        take(current, "refuse", actor, done=done)


def stop_pending(case: Case, person_id: int | None) -> None:
    """What has not reached the child no longer will. Call it in a transaction."""
    for aid in list(Aid.select().where(Aid.case == case, Aid.state.in_(PENDING))):
        carry(aid, "refuse", person_id=person_id)
