"""What waits for those who confirm periods: one line for each session and each school whose people were there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from intranet.api import School, stop_waiting, wait_for_holder
from plugins.professional_development.credits.deciding import holder, leads
from plugins.professional_development.models import PROPOSED, Registration, Session
from plugins.professional_development.pages import HOME, MODULE

Place = tuple[int | None, int]


@dataclass(slots=True)
class Group:
    """The people of a session about whom the same ones decide; their line hangs on the first one's place."""

    place: Place
    leading: bool
    first_id: int
    undecided: int = 0


def refresh_confirmations(session: Session, places: Collection[Place] | None = None) -> int:
    """Write anew what waits for whom; ``places`` are the (school, district) of which something changed, else all.

    Call it in the transaction that proposes or decides. Returns how many people of the session are undecided yet.
    """
    groups = _groups(session)
    for group in groups:
        if places is None or group.place in places:
            _wait(session, group)
    return sum(group.undecided for group in groups)


def _groups(session: Session) -> list[Group]:
    query = (
        Registration.select(
            *(Registration.id, Registration.school, Registration.district, Registration.credit == PROPOSED, leads()),
        )
        .where(Registration.session == session, Registration.credit != "")
        .order_by(Registration.id)
    )
    found: dict[tuple[Place, bool], Group] = {}
    for id_, school_id, district_id, open_, leading in query.tuples():
        place = school_id, district_id
        group = found.setdefault((place, bool(leading)), Group(place, bool(leading), id_))
        group.undecided += bool(open_)
    return list(found.values())


def _wait(session: Session, group: Group) -> None:
    first = Registration.get_by_id(group.first_id)
    if not group.undecided:
        stop_waiting(first)
        return
    wait_for_holder(
        first,
        holder(*group.place, leading=group.leading),
        module=MODULE,
        title=f"{session.title}: {group.undecided} lượt",
        step="Xác nhận số tiết",
        url=f"{HOME}/credits",
        since=session.state_since,
    )


def take_over(school: School, successor: School) -> None:
    """Where a school became part of another, the successor's head confirms what waits for the school's."""
    undecided = (Registration.school == school) & (Registration.credit == PROPOSED)
    concerned = Session.select().where(Session.id.in_(Registration.select(Registration.session).where(undecided)))
    for session in list(concerned.order_by(Session.id)):
        for group in _groups(session):
            # Two lines become one, which may hang on another place.
            if group.place[0] in (school.id, successor.id):
                stop_waiting(Registration.get_by_id(group.first_id))
        Registration.update(school=successor).where(undecided, Registration.session == session).execute()
        refresh_confirmations(session)
