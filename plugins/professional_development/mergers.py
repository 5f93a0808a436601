"""A school becomes part of another: what it plans, writes and asks goes on there; what happened stays as it was."""

from __future__ import annotations

from typing import Any

from intranet.api import TWINNED, Pairing, School, record, refresh_waiting
from plugins.professional_development.credits import waiting
from plugins.professional_development.difficulties import life_cycle as difficulties
from plugins.professional_development.lesson_studies import life_cycle as studies
from plugins.professional_development.models import (
    OWN_SCHOOL,
    PARTNER,
    Difficulty,
    LessonStudy,
    Practice,
    Registration,
    Session,
)
from plugins.professional_development.practices import life_cycle as practices
from plugins.professional_development.sessions import life_cycle as sessions

# What is still to come, or in hand.
UNDER_WAY = {
    Session: Session.state.in_((*sessions.BEFORE, sessions.POSTPONED)),
    LessonStudy: LessonStudy.state.not_in((studies.SHARED, studies.DROPPED)),
    Practice: Practice.state.in_((practices.DRAFT, practices.SUBMITTED, practices.REVIEWED)),
    Difficulty: Difficulty.state.in_((difficulties.OPEN, difficulties.ROUTED, difficulties.ANSWERED)),
}
ACTIONS = {
    Session: "professional_development.session",
    LessonStudy: "professional_development.lesson_study",
    Practice: "professional_development.practice",
    Difficulty: "professional_development.difficulty",
}


def take_over(school: School, successor: School) -> None:
    """Make what is under way the successor's. Call it in the transaction of the merger, which has locked both."""
    pairs = pairs_of(successor)
    for model, under_way in UNDER_WAY.items():
        for row in list(model.select().where(model.school == school, under_way).order_by(model.id)):
            move(row, school, successor, pairs)
    for session in list(Session.select().where(Session.partner == school, UNDER_WAY[Session]).order_by(Session.id)):
        session.partner = successor
        if session.pairing_id is not None and session.pairing_id not in pairs:
            _pair_anew(session, school, pairs)
        session.save()
    routed = (Difficulty.routed_to == school) & UNDER_WAY[Difficulty]
    for difficulty in list(Difficulty.select().where(routed).order_by(Difficulty.id)):
        difficulty.routed_to = successor
        difficulty.save()
        refresh_waiting(difficulty)
    over = Session.select(Session.id).where(Session.state.in_((sessions.CREDITED, sessions.CANCELLED)))
    to_come = (Registration.credit == "") & Registration.session.not_in(over)
    Registration.update(school=successor).where(Registration.school == school, to_come).execute()
    waiting.take_over(school, successor)


def pairs_of(school: School) -> dict[int, int]:
    """{pair under way: the partner} of a school."""
    of = (Pairing.first_school == school) | (Pairing.second_school == school)
    query = Pairing.select().where(of, Pairing.state.in_(TWINNED)).order_by(Pairing.id)
    return {pairing.id: pairing.partner_of(school.id) for pairing in query}


def move(row: Any, school: School, successor: School, pairs: dict[int, int]) -> None:
    """Make one the successor's: under the same pair where that is the successor's too, else under its own."""
    row.school = successor
    row.version += 1
    if getattr(row, "pairing_id", None) is not None and row.pairing_id not in pairs:
        _pair_anew(row, school, pairs)
    row.save()
    record(ACTIONS[type(row)], row, person_id=None, changes={"school": (school.name, successor.name)})
    refresh_waiting(row)


def _pair_anew(row: Any, school: School, pairs: dict[int, int]) -> None:
    """The successor's pair with the same partner; without one, the school does it alone."""
    other = Pairing.get_by_id(row.pairing_id).partner_of(school.id)
    put_under(row, next((id_ for id_, partner in pairs.items() if partner == other), None))


def put_under(row: Any, pairing_id: int | None) -> None:
    """Put a session or a lesson study under another pair, or under none."""
    row.pairing = pairing_id
    if isinstance(row, Session):
        row.clause_id = None
        if pairing_id is None:
            row.partner = None
            row.audience = OWN_SCHOOL if row.audience == PARTNER else row.audience
