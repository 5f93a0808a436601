"""Looking back on a case: how far each goal was reached, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from intranet.api import Actor, Refused, gettext, put, record, take, today, transaction
from plugins.mentoring.cases.life_cycle import USUAL_PAUSE
from plugins.mentoring.cases.rules import open_case
from plugins.mentoring.tables.cases import Case, Goal, Review

GO_ON = "go_on"
LONGEST_PAUSE = timedelta(days=366)


def review(
    case: Case,
    decision: str,
    reached: Mapping[int, str],
    summary: str,
    next_on: date | None,
    actor: Actor,
    *,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Look back: ``reached`` is {goal id: how far}, ``decision`` a transition. Raises Refused and NotYours."""
    if next_on is not None and not today() < next_on <= today() + LONGEST_PAUSE:
        raise Refused("next_on", gettext("Ngày đánh giá lần sau phải ở trong một năm tới."))
    with transaction():
        current = open_case(case.id)
        written = Review(case=current, on=today(), decision=decision, person=actor.person_id)
        put(written, summary=summary)
        written.save(force_insert=True)
        for id_, how_far in reached.items():
            Goal.update(reached=how_far).where(Goal.id == id_, Goal.case == current).execute()
        current.review_on = (next_on or today() + USUAL_PAUSE) if decision == GO_ON else None
        current.save()
        record("mentoring.review", written, person_id=actor.person_id, changes={"decision": (None, decision)})
        take(current, decision, actor, done=done)
