"""What follows from a step in the life of a session, in the step's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from intranet.api import ActivityFacts, District, Measure, local, notify, record_activity, today
from intranet.api import lazy_gettext as _
from plugins.professional_development.credits.waiting import refresh_confirmations
from plugins.professional_development.feedback.rules import shuffle
from plugins.professional_development.models import PRESENT, PROPOSED, REGISTERED, WAITING_LIST, Registration, Session
from plugins.professional_development.pages import HOME, MODULE
from plugins.professional_development.sessions.kinds import KINDS, activity_kind

NEWS, REMINDER = "professional_development.news", "professional_development.reminder"
FEEDBACK_DAYS = timedelta(days=7)


def address(session: Session) -> str:
    """The session's page."""
    return f"{HOME}/sessions/{session.id}"


def people_of(session: Session, states: Sequence[str] = (REGISTERED, WAITING_LIST)) -> list[int]:
    """The ids of the people who have a place, or wait for one."""
    query = Registration.select(Registration.person).where(
        Registration.session == session, Registration.state.in_(states)
    )
    return [id_ for (id_,) in query.tuples()]


def announce(session: Session, person_id: int | None) -> None:
    """Registration is open. Nobody is told by force: the session stands in the catalogue and in the panels."""


def postponed(session: Session, person_id: int | None) -> None:
    """Whoever has a place learns it once, and keeps the place."""
    _tell(session, _("Tạm hoãn: %(title)s", title=session.title), person_id)


def moved(session: Session, person_id: int | None) -> None:
    """Whoever has a place learns the new time."""
    _tell(session, _("Đổi lịch: %(title)s", title=session.title), person_id)


def cancelled(session: Session, person_id: int | None) -> None:
    """Whoever has a place learns it once."""
    _tell(session, _("Đã hủy: %(title)s", title=session.title), person_id)


def _tell(
    session: Session, title: object, person_id: int | None, states: Sequence[str] = (REGISTERED, WAITING_LIST)
) -> None:
    notify(people_of(session, states), NEWS, title, address(session), module=MODULE, but=person_id)


def switched(district: District, on: bool) -> None:
    """The host's district turned the module off in mid-course, or on again: whoever has a place learns it once.

    People of that district are told nothing: notices of a module that is off are hidden, and the office knows.
    """
    coming = Session.select().where(Session.district == district, Session.state.in_(("approved", "open", "postponed")))
    for session in coming.order_by(Session.id):
        title = _("Tạm ngừng theo đơn vị tổ chức: %(title)s", title=session.title)
        if on:
            title = _("Tiếp tục theo đơn vị tổ chức: %(title)s", title=session.title)
        # While it is off the session's page does not open.
        notify(people_of(session), NEWS, title, f"{HOME}/", module=MODULE, group=address(session))


def held(session: Session, person_id: int | None) -> None:
    """It happened: timeline, ledger and pledge learn of it."""
    session.held_on = local(session.starts_at).date()
    session.save()
    record_activity(facts(session), module=MODULE)


def facts(session: Session) -> ActivityFacts:
    """What a held session stands for: the host gives, the partner receives; alone, the host's own people do it."""
    gives = session.partner_id is not None and session.school_id is not None
    return ActivityFacts(
        source_key=f"session-{session.id}",
        kind=activity_kind(session.kind),
        on=session.held_on,
        title=session.title,
        district_id=session.district_id,
        url=address(session),
        school_ids=tuple(id_ for id_ in (session.school_id, session.partner_id) if id_ is not None),
        pairing_id=session.pairing_id,
        giver_id=session.school_id if gives else None,
        receiver_id=session.partner_id if gives else None,
        measures=(Measure(quantity=1, unit=KINDS[session.kind].unit, clause_id=session.clause_id),),
    )


def minuted(session: Session, person_id: int | None) -> None:
    """Every member gets the minutes; who was there may say during a week what it was worth."""
    session.feedback_until = today() + FEEDBACK_DAYS
    session.save()
    _tell(session, _("Biên bản và phiếu góp ý: %(title)s", title=session.title), person_id, (REGISTERED,))


def propose_credit(session: Session, person_id: int | None) -> None:
    """The feedback is closed. Who was there is proposed for the periods; the own principal confirms them."""
    shuffle(session)
    if session.periods > Decimal(0):
        Registration.update(periods=session.periods, credit=PROPOSED).where(
            Registration.session == session, Registration.attendance == PRESENT, Registration.credit == ""
        ).execute()
        refresh_confirmations(session)
