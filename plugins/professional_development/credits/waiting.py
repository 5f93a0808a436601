"""What waits for those who confirm periods: one line for each session and each school whose people were there."""

from __future__ import annotations

from collections.abc import Collection

from peewee import Case, fn

from intranet.api import LEADER, PRINCIPAL, Holder, School, stop_waiting, wait_for_holder
from plugins.professional_development.models import PROPOSED, Registration, Session
from plugins.professional_development.pages import HOME, MODULE

Place = tuple[int | None, int]


def refresh_confirmations(session: Session, places: Collection[Place] | None = None) -> int:
    """Write anew what waits for whom; ``places`` are the (school, district) of which something changed, else all.

    Call it in the transaction that proposes or decides. Returns how many people of the session are undecided yet.
    """
    undecided = 0
    for school_id, district_id, first_id, count in _groups(session):
        undecided += count
        if places is None or (school_id, district_id) in places:
            _wait(session, (school_id, district_id), first_id, count)
    return undecided


def _groups(session: Session) -> list[tuple[int | None, int, int, int]]:
    """(school, district, id of the first person's place, how many are undecided) of a session's people."""
    open_ = fn.SUM(Case(None, ((Registration.credit == PROPOSED, 1),), 0))
    query = (
        Registration.select(Registration.school, Registration.district, fn.MIN(Registration.id), open_)
        .where(Registration.session == session, Registration.credit != "")
        .group_by(Registration.school, Registration.district)
    )
    return list(query.tuples())


def _wait(session: Session, place: Place, first_id: int, count: int) -> None:
    first = Registration.get_by_id(first_id)
    if not count:
        stop_waiting(first)
        return
    wait_for_holder(
        first,
        _holder(*place),
        module=MODULE,
        title=f"{session.title}: {count} lượt",
        step="Xác nhận số tiết",
        url=f"{HOME}/credits",
        since=session.state_since,
    )


def _holder(school_id: int | None, district_id: int) -> Holder:
    """The principal; the office's leader for its own people and for those of a school that closed since."""
    closed = School.select().where(School.id == school_id, School.closed_on.is_null(False))
    if school_id is None or closed.exists():
        return Holder(role=LEADER, district_id=district_id)
    return Holder(role=PRINCIPAL, school_id=school_id)
