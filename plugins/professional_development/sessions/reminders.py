"""The day before, whoever has a place is reminded: once of each time that a session was moved to."""

from __future__ import annotations

from datetime import date, timedelta

from intranet.api import District, locked, midnight, notify, now, transaction
from intranet.api import lazy_gettext as _
from plugins.professional_development.models import REGISTERED, Session
from plugins.professional_development.sessions.effects import REMINDER, address, people_of

DAY = timedelta(days=1)


def remind(district: District, day: date) -> int:
    """Remind of the district's sessions of the next day; of a day made up for, what is over is left out."""
    start = midnight(day + DAY)
    due = Session.select(Session.id).where(
        *(Session.district == district, Session.state == "open"),
        *(Session.starts_at >= max(start, now()), Session.starts_at < start + DAY),
    )
    return sum(_remind(id_) for (id_,) in due.order_by(Session.id).tuples())


def _remind(session_id: int) -> int:
    with transaction():
        session = locked(Session, session_id)
        if session.state != "open" or session.reminded_for == session.starts_at:
            return 0
        Session.update(reminded_for=session.starts_at).where(Session.id == session.id).execute()
        title = _("Ngày mai: %(title)s", title=session.title)
        here = address(session)
        group = f"{here} {session.starts_at.isoformat()}"
        notify(people_of(session, (REGISTERED,)), REMINDER, title, here, module="professional_development", group=group)
        return 1
