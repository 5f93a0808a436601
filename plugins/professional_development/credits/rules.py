"""Confirming the periods that attending was proposed for, and taking back what was confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from intranet.api import Actor, Refused, gettext, locked, notify, now, record, refresh_waiting, transaction
from intranet.api import lazy_gettext as _
from plugins.professional_development.credits.certificates import void_certificate
from plugins.professional_development.credits.waiting import refresh_confirmations
from plugins.professional_development.models import CONFIRMED, PROPOSED, REFUSED, Registration, Session
from plugins.professional_development.pages import HOME, MODULE
from plugins.professional_development.sessions.effects import NEWS


def confirm(places: Sequence[Registration], actor: Actor, *, done: Callable[[int], None] = lambda count: None) -> int:
    """Confirm what is proposed, all or none. Returns how many were; what was decided meanwhile stays as it is.

    Raises Refused for the own periods.
    """
    _refuse_own(places, actor)
    with transaction():
        decided = [place for place in _locked(places) if place.credit == PROPOSED]
        for place in decided:
            _decide(place, CONFIRMED, "", actor)
        _settle(decided)
        done(len(decided))
    return len(decided)


def refuse(place: Registration, reason: str, actor: Actor, *, done: Callable[[], None] = lambda: None) -> bool:
    """Do not confirm it, or no longer, saying why; its certificate becomes void. False when it stood so already.

    Raises Refused.
    """
    if not reason:
        raise Refused("reason", gettext("Thầy/cô chưa ghi lý do."))
    _refuse_own([place], actor)
    with transaction():
        (current,) = _locked([place])
        decided = current.credit in (PROPOSED, CONFIRMED)
        if decided:
            void_certificate(current, reason, person_id=actor.person_id)
            _decide(current, REFUSED, reason, actor)
            _settle([current])
        done()
    return decided


def _refuse_own(places: Iterable[Registration], actor: Actor) -> None:
    if any(place.person_id == actor.person_id for place in places):
        raise Refused("", gettext("Không ai tự xác nhận số tiết của mình."))


def _locked(places: Iterable[Registration]) -> list[Registration]:
    """In one order for everybody, so that nobody waits for each other."""
    return [locked(Registration, id_) for id_ in sorted(place.id for place in places)]


def _decide(place: Registration, decision: str, reason: str, actor: Actor) -> None:
    before, place.credit = place.credit, decision
    place.credited_by, place.credited_at, place.credit_reason = actor.person_id, now(), reason
    place.save()
    changes = {"credit": (before, decision)} | ({"reason": (None, reason)} if reason else {})
    record("professional_development.credit", place, person_id=actor.person_id, changes=changes)
    title = _("Đã xác nhận số tiết: %(title)s", title=place.session.title)
    if decision == REFUSED:
        title = _("Không xác nhận số tiết: %(title)s", title=place.session.title)
    notify([place.person_id], NEWS, title, f"{HOME}/record", module=MODULE, but=actor.person_id)


def _settle(places: Sequence[Registration]) -> None:
    """What waits on the sessions: for the principals, and after the last decision for who completes them."""
    for session in {place.session_id: place.session for place in places}.values():
        mine = {(place.school_id, place.district_id) for place in places if place.session_id == session.id}
        if not refresh_confirmations(session, mine):
            refresh_waiting(Session.get_by_id(session.id))
