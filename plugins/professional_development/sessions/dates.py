"""Sessions as dates: in the calendar of those who have a place or organise, and as a file for their telephones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from intranet.api import Actor, CalendarItem, for_each_actor, midnight, param, visible
from plugins.professional_development.models import CANCELLED, UNPUBLISHED, Registration, Session
from plugins.professional_development.sessions.effects import address


def item_of(session: Session) -> CalendarItem:
    """A session that has a time."""
    return CalendarItem(
        title=session.title,
        start=session.starts_at,
        end=session.ends_at,
        url=address(session),
        place=session.place,
        key=f"session-{session.id}",
        school_ids=tuple(id_ for id_ in (session.school_id, session.partner_id) if id_ is not None),
    )


def items(actor: Actor, start: date, end: date) -> Iterator[CalendarItem]:
    """The sessions between two days, both included, in which the actor has a place, waits for one, or organises."""
    for row in _between(actor).rows(start=midnight(start), before=midnight(end + timedelta(days=1))):
        yield item_of(Session.of_row(row))


@for_each_actor
def _between(actor: Actor) -> Any:
    places = Registration.select(Registration.session).where(
        Registration.person == actor.person_id, Registration.state != CANCELLED
    )
    query = Session.select().where(
        *(Session.starts_at >= param("start"), Session.starts_at < param("before")),
        *(Session.ends_at.is_null(False), Session.state.not_in((*UNPUBLISHED, "cancelled", "postponed"))),
        (Session.organiser == actor.person_id) | Session.id.in_(places),
    )
    return visible(query, Session, actor)
