"""Who was there: people check themselves in by a code within a window, the organiser ticks the rest.

The code on the organiser's screen changes every minute, so that it is worth nothing to whoever is not in the room; the
one on the printed sheet stays, and both only work for somebody signed in. Noting the same twice changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from intranet.api import Actor, Person, Refused, external, gettext, locked, now, record, transaction, works_at
from plugins.professional_development.models import (
    ABSENT,
    EXCUSED,
    PRESENT,
    REGISTERED,
    Registration,
    Session,
)
from plugins.professional_development.sessions.registering import next_turn

MARKS = (PRESENT, ABSENT, EXCUSED)
EARLY, LATE = timedelta(minutes=30), timedelta(minutes=30)
PAPER = "paper"


def code_of(session: Session, moment: datetime) -> str:
    """The six digits that the organiser's screen shows during a minute."""
    return _digits(session, f"{moment:%Y%m%d%H%M}")


def paper_code(session: Session) -> str:
    """The six digits on the printed sheet."""
    return _digits(session, PAPER)


def _digits(session: Session, purpose: str) -> str:
    mark = hmac.new(session.secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mark[:8]) % 1_000_000:06}"


def link(session: Session, code: str) -> str:
    """The address that the picture of a code leads to."""
    return external(f"/professional-development/sessions/{session.id}/check-in?code={code}")


def _is_right(session: Session, code: str) -> bool:
    """Whoever typed while the minute turned is not turned away."""
    moment = now()
    good = (paper_code(session), code_of(session, moment), code_of(session, moment - timedelta(minutes=1)))
    return any(hmac.compare_digest(code.encode(), right.encode()) for right in good)


def window(session: Session) -> tuple[datetime, datetime]:
    """From when until when people check themselves in."""
    return session.starts_at - EARLY, session.ends_at + LATE


def check_in(session: Session, actor: Actor, code: str, *, done: Callable[[], None] = lambda: None) -> None:
    """Note that the actor is there. Who has no place walks in: who is there is there. Raises Refused."""
    with transaction():
        current = locked(Session, session.id)
        _refuse_check_in(current, code)
        place = Registration.get_or_none(Registration.session == current, Registration.person == actor.person_id)
        place = place or Registration(
            session=current,
            person=actor.person_id,
            school=actor.school_id,
            district=actor.district_id,
            walked_in=True,
            turn=next_turn(current),
        )
        if place.attendance != PRESENT:
            place.state = REGISTERED
            _note(place, PRESENT, actor.person_id)
        done()


def _refuse_check_in(session: Session, code: str) -> None:
    start, end = window(session)
    if session.state != "open" or not start <= now() <= end:
        raise Refused("code", gettext("Ngoài giờ điểm danh của buổi này."))
    if not _is_right(session, code):
        raise Refused("code", gettext("Mã điểm danh không đúng hoặc đã đổi. Thầy/cô xem lại mã đang hiện."))


def mark(place: Registration, attendance: str, *, person_id: int, done: Callable[[], None] = lambda: None) -> bool:
    """The organiser notes whether somebody was there; False when it stood so already. Raises Refused once held."""
    with transaction():
        session = locked(Session, place.session_id)
        current = locked(Registration, place.id)
        _refuse_marking(session)
        changed = current.attendance != attendance
        if changed:
            _note(current, attendance, person_id)
        done()
    return changed


def walk_in(session: Session, person: Person, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """The organiser notes somebody who came without a place. Twice is once."""
    with transaction():
        current = locked(Session, session.id)
        _refuse_marking(current)
        place = Registration.get_or_none(Registration.session == current, Registration.person == person)
        place = place or Registration(
            session=current,
            person=person,
            school=person.school_id,
            district=person.district_id,
            walked_in=True,
            turn=next_turn(current),
        )
        if place.attendance != PRESENT:
            place.state = REGISTERED
            _note(place, PRESENT, person_id)
        done()


def _refuse_marking(session: Session) -> None:
    if session.state != "open":
        raise Refused("", gettext("Buổi này không còn điểm danh được nữa."))


def _follow(place: Registration) -> None:
    """Who changed school since signing up was there for the new one, whose principal confirms the periods."""
    if not works_at(place.person_id, place.school_id, place.district_id):
        person = Person.get_by_id(place.person_id)
        place.school, place.district = person.school_id, person.district_id


def _note(place: Registration, attendance: str, person_id: int) -> None:
    before, place.attendance = place.attendance, attendance
    if attendance == PRESENT:
        _follow(place)
        place.checked_in_at, place.checked_in_by = now(), person_id
    place.save()
    record(
        "professional_development.attendance", place, person_id=person_id, changes={"attendance": (before, attendance)}
    )
