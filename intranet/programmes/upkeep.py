"""What follows for pairs and papers: when a district left, a programme ended or became shorter, or a day has come."""

from __future__ import annotations

from datetime import date

from intranet.kernel import jobs
from intranet.kernel.clock import today
from intranet.kernel.database import transaction
from intranet.programmes import memoranda, shortening
from intranet.programmes.life_cycle import ALERT
from intranet.programmes.rules import SETTLE, SHORTEN
from intranet.registry.agreements import Memorandum
from intranet.registry.twinning import (
    CLOSED,
    OPEN,
    RUNNING,
    TWINNED,
    Pairing,
    Programme,
    ProgrammeDistrict,
)
from intranet.shared import steps
from intranet.shared.edits import locked

# Reasons in the records, in their language.
PROGRAMME_OVER = "Chương trình kết thúc."
PARENT_OVER = "Bản ghi nhớ không còn hiệu lực."


@jobs.handles(SETTLE)
def _settle(run: jobs.Run) -> None:
    settle(run.payload["programme"], run.payload["person"])


def settle(programme_id: int, person_id: int | None = None) -> None:
    """End the pairs that cannot go on; what the offices had agreed on without their paper signed goes back."""
    programme = Programme.get_by_id(programme_id)
    if programme.state == CLOSED:
        for pair_id in _pairs(programme_id):
            _end(pair_id, PROGRAMME_OVER, person_id)
        return
    for district_id, name, reason in _gone(programme_id):
        sentence = f"{name} rời chương trình: {reason}"
        for pair_id in _pairs(programme_id, district_id):
            _end(pair_id, sentence, person_id)
        with transaction():
            memoranda.follow_districts(programme_id, reason=sentence, person_id=person_id)


def _pairs(programme_id: int, district_id: int | None = None) -> list[int]:
    query = Pairing.select(Pairing.id).where(Pairing.programme == programme_id, Pairing.state.in_(OPEN))
    if district_id is not None:
        query = query.where((Pairing.first_district == district_id) | (Pairing.second_district == district_id))
    return [id_ for (id_,) in query.order_by(Pairing.id).tuples()]


def _end(pair_id: int, reason: str, person_id: int | None) -> None:
    """End a pair; one that was never approved is withdrawn."""
    with transaction():
        pair = locked(Pairing, pair_id)
        steps.carry(pair, "end" if pair.state in TWINNED else "withdraw", person_id=person_id, reason=reason)


def _gone(programme_id: int) -> list[tuple[int, str, str]]:
    """(district id, name, reason) of the districts that have left."""
    query = (
        ProgrammeDistrict.select(ProgrammeDistrict.district, ProgrammeDistrict.left_reason)
        .where(ProgrammeDistrict.programme == programme_id, ProgrammeDistrict.left_on <= today())
        .order_by(ProgrammeDistrict.id)
    )
    return [(row.district_id, row.district.name, row.left_reason) for row in query]


@jobs.handles(SHORTEN)
def _shorten(run: jobs.Run) -> None:
    programme_id, person_id = run.payload["programme"], run.payload["person"]
    ends_on = date.fromisoformat(run.payload["ends_on"])
    # It may have become longer again meanwhile.
    if Programme.get_by_id(programme_id).ends_on != ends_on:
        return
    for pair in list(shortening.late_reviews(programme_id, ends_on)):
        with transaction():
            shortening.bring_forward(pair, ends_on, person_id)
    for pair_id, count in list(shortening.late_clauses(programme_id, ends_on).tuples()):
        with transaction():
            shortening.tell_schools(pair_id, count, ends_on)


@jobs.daily
def leave_on_the_day(day: date) -> None:
    """Districts whose day of leaving has come are out: their pairs end."""
    query = (
        ProgrammeDistrict.select(ProgrammeDistrict.programme)
        .join(Programme)
        .where(ProgrammeDistrict.left_on <= day, Programme.state == RUNNING)
        .distinct()
    )
    for (programme_id,) in list(query.tuples()):
        settle(programme_id)


@jobs.daily
def expire_memoranda(day: date) -> None:
    """What was valid until yesterday has expired; an appendix without a day of its own goes with its paper."""
    over = Memorandum.select(Memorandum.id).where(Memorandum.state == "in_force", Memorandum.ends_on < day)
    for (memorandum_id,) in list(over.order_by(Memorandum.id).tuples()):
        _expire(memorandum_id, "")
    parent = Memorandum.alias()
    appendices = (
        Memorandum.select(Memorandum.id)
        .join(parent, on=(Memorandum.parent == parent.id))
        .where(Memorandum.state == "in_force", Memorandum.ends_on.is_null(), parent.state.in_(("expired", "ended")))
    )
    for (memorandum_id,) in list(appendices.order_by(Memorandum.id).tuples()):
        _expire(memorandum_id, PARENT_OVER)


def _expire(memorandum_id: int, reason: str) -> None:
    with transaction():
        steps.carry(locked(Memorandum, memorandum_id), "expire", person_id=None, reason=reason)


@jobs.daily
def remind_of_ends(day: date) -> None:
    """Offices learn two months ahead that a memorandum expires, and that a programme's last day has come."""
    soon = Memorandum.select().where(Memorandum.state == "in_force", Memorandum.ends_on <= day + ALERT)
    ended = Programme.select().where(Programme.state == RUNNING, Programme.ends_on <= day)
    for record in (*soon, *ended):
        with transaction():
            steps.fall_due(record)
