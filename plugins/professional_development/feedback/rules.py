"""Giving feedback. It is anonymous for good: an answer carries no person and no time of the day.

The row that says "has answered" and the answer have random keys and are stored in their order, and when the feedback
closes all answers are written anew in a random order, all with the same day: what was written together cannot be told
from where it lies, nor who alone answered on a day. There is no audit line either, for the same reason.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from intranet.api import Actor, Refused, carry, gettext, locked, today, transaction
from plugins.professional_development.models import (
    PRESENT,
    FeedbackAnswer,
    FeedbackGiven,
    Registration,
    Session,
    random_key,
)


def refusal(session: Session, person_id: int) -> str | None:
    """Why the person cannot answer, or None."""
    if session.state != "minuted" or session.feedback_until is None or session.feedback_until < today():
        return gettext("Đợt góp ý của buổi này không mở.")
    came = Registration.select().where(
        Registration.session == session, Registration.person == person_id, Registration.attendance == PRESENT
    )
    if not came.exists():
        return gettext("Phiếu góp ý dành cho người có mặt trong buổi này.")
    return None


def has_given(session: Session, person_id: int) -> bool:
    """Whether the person has answered."""
    return FeedbackGiven.select().where(FeedbackGiven.session == session, FeedbackGiven.person == person_id).exists()


def give(
    session: Session, actor: Actor, answers: Mapping[str, Any], *, done: Callable[[], None] = lambda: None
) -> None:
    """Answer once. Raises Refused."""
    with transaction():
        current = locked(Session, session.id)
        if sentence := refusal(current, actor.person_id):
            raise Refused("", sentence)
        if has_given(current, actor.person_id):
            raise Refused("", gettext("Thầy/cô đã góp ý cho buổi này."))
        FeedbackGiven.create(session=current, person=actor.person_id)
        FeedbackAnswer.create(session=current, day=today(), **answers)
        done()


def shuffle(session: Session) -> None:
    """Write all answers of a session anew, in a random order under new keys, with the last day of them all.

    Call it in the transaction that closes the feedback.
    """
    fields = [field for field in FeedbackAnswer._meta.sorted_fields if field.name not in ("key", "day")]
    rows = list(FeedbackAnswer.select(*fields).where(FeedbackAnswer.session == session).dicts())
    random.SystemRandom().shuffle(rows)
    FeedbackAnswer.delete().where(FeedbackAnswer.session == session).execute()
    if rows:
        day = session.feedback_until or today()
        FeedbackAnswer.insert_many([{**row, "key": random_key(), "day": day} for row in rows]).execute()


def close_overdue(district: Any, day: date) -> int:
    """Close the feedback of a district's sessions whose last day is over. Returns how many were closed."""
    overdue = Session.select().where(
        Session.district == district, Session.state == "minuted", Session.feedback_until < day
    )
    return sum(_close(session) for session in overdue.order_by(Session.id))


def _close(session: Session) -> bool:
    with transaction():
        return carry(session, "close", person_id=None)
