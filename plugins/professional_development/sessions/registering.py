"""Places in a session: strictly in the order in which people asked, up to the capacity and each school's quota.

Whoever asks joins the queue; the queue moves up while there are places, by itself until registration closes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from peewee import fn

from intranet.api import Actor, Refused, gettext, locked, notify, now, record, transaction
from intranet.api import lazy_gettext as _
from plugins.professional_development.models import CANCELLED, REGISTERED, WAITING_LIST, Registration, Session
from plugins.professional_development.sessions.effects import NEWS, address

OPEN = "open"


def register(session: Session, actor: Actor, *, done: Callable[[], None] = lambda: None) -> Registration:
    """Ask for a place in the actor's own name. Raises Refused when registration is not open."""
    with transaction():
        current = locked(Session, session.id)
        _refuse_closed(current)
        place = Registration.get_or_none(Registration.session == current, Registration.person == actor.person_id)
        if place is not None and place.state != CANCELLED:
            raise Refused("", gettext("Thầy/cô đã đăng ký buổi này."))
        place = place or Registration(session=current, person=actor.person_id)
        place.school, place.district = actor.school_id, actor.district_id
        place.state, place.queued_at, place.turn = WAITING_LIST, now(), next_turn(current)
        place.save()
        record("professional_development.register", place, person_id=actor.person_id)
        move_up(current, but=actor.person_id)
        done()
    return Registration.get_by_id(place.id)


def next_turn(session: Session) -> int:
    """The turn of whoever asks now. Call it with the session locked."""
    last = Registration.select(fn.MAX(Registration.turn)).where(Registration.session == session).scalar()
    return (last or 0) + 1


def closes_at(session: Session):
    """Until when people sign up, and whoever waits moves up by itself: at the latest when it begins."""
    return min(moment for moment in (session.closes_at, session.starts_at) if moment is not None)


def _refuse_closed(session: Session) -> None:
    if session.state != OPEN:
        raise Refused("", gettext("Buổi này không mở đăng ký."))
    if closes_at(session) < now():
        raise Refused("", gettext("Đã hết hạn đăng ký buổi này."))


def cancel(session: Session, actor: Actor, *, done: Callable[[], None] = lambda: None) -> bool:
    """Give the own place back; the next in the queue gets it. False when there is none. Raises Refused afterwards."""
    with transaction():
        current = locked(Session, session.id)
        place = Registration.get_or_none(
            Registration.session == current, Registration.person == actor.person_id, Registration.state != CANCELLED
        )
        if place is None:
            return False
        if current.state != OPEN or place.attendance:
            raise Refused("", gettext("Buổi này đã diễn ra; thầy/cô nhờ người tổ chức ghi vắng có lý do."))
        _set(place, CANCELLED, "professional_development.cancel", actor.person_id)
        if closes_at(current) >= now():
            move_up(current)
        done()
    return True


def give_place(place: Registration, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """The organiser gives somebody in the queue a place after registration closed. Raises Refused when it is full."""
    with transaction():
        session = locked(Session, place.session_id)
        current = locked(Registration, place.id)
        if current.state != WAITING_LIST:
            raise Refused("", gettext("Người này không còn trong danh sách chờ."))
        if session.capacity is not None and _taken(session).total() >= session.capacity:
            raise Refused("", gettext("Buổi này đã đủ %(count)s chỗ.", count=session.capacity))
        _promote(session, current, person_id)
        done()


def remove(place: Registration, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """The organiser takes somebody off the list, who learns it; the next one in line moves up. Raises Refused."""
    with transaction():
        session = locked(Session, place.session_id)
        current = locked(Registration, place.id)
        if session.state != OPEN or current.attendance or current.state == CANCELLED:
            raise Refused("", gettext("Người này đã được điểm danh hoặc không còn trong danh sách."))
        _set(current, CANCELLED, "professional_development.remove", person_id)
        title = _("Người tổ chức đã hủy đăng ký của thầy/cô: %(title)s", title=session.title)
        notify([current.person_id], NEWS, title, address(session), module="professional_development", but=person_id)
        if closes_at(session) >= now():
            move_up(session)
        done()


def move_up(session: Session, *, but: int | None = None) -> int:
    """Give the free places to those who wait, in their order; who was passed over for a quota keeps the place in line.

    Call it with the session locked. Returns how many moved up.
    """
    moved = list(_next(session))
    for place in moved:
        _promote(session, place, None, but=but)
    return len(moved)


def _next(session: Session) -> Iterator[Registration]:
    taken = _taken(session)
    queue = (
        Registration.select()
        .where(Registration.session == session, Registration.state == WAITING_LIST)
        .order_by(Registration.turn)
    )
    for place in queue:
        if session.capacity is not None and taken.total() >= session.capacity:
            return
        if session.quota is None or taken[place.school_id] < session.quota:
            taken[place.school_id] += 1
            yield place


def _taken(session: Session) -> Counter:
    """How many places each school has."""
    query = Registration.select(Registration.school).where(
        Registration.session == session, Registration.state == REGISTERED
    )
    return Counter(school_id for (school_id,) in query.tuples())


def _promote(session: Session, place: Registration, person_id: int | None, *, but: int | None = None) -> None:
    _set(place, REGISTERED, "professional_development.place", person_id)
    title = _("Thầy/cô đã có chỗ: %(title)s", title=session.title)
    notify([place.person_id], NEWS, title, address(session), module="professional_development", but=but)


def _set(place: Registration, state: str, action: str, person_id: int | None) -> None:
    before, place.state = place.state, state
    place.save()
    record(action, place, person_id=person_id, changes={"state": (before, state)})


def seats_left(session: Session) -> int | None:
    """How many places are free; None without a limit."""
    return None if session.capacity is None else max(0, session.capacity - _taken(session).total())
