"""Confirming the periods that attending was proposed for. Certificates follow (certificates.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from intranet.api import Actor, Refused, gettext, locked, notify, now, record, transaction
from intranet.api import lazy_gettext as _
from plugins.professional_development.models import CONFIRMED, PROPOSED, REFUSED, Registration, Session
from plugins.professional_development.pages import HOME, MODULE
from plugins.professional_development.sessions.effects import NEWS

MOST_PERIODS = Decimal(120)


def confirm(places: Sequence[Registration], actor: Actor, *, done: Callable[[int], None] = lambda count: None) -> int:
    """Confirm what is proposed, all or none. Returns how many were; what was decided meanwhile stays as it is."""
    with transaction():
        count = sum(_decide(locked(Registration, place.id), CONFIRMED, "", actor) for place in places)
        done(count)
    return count


def refuse(place: Registration, reason: str, actor: Actor, *, done: Callable[[], None] = lambda: None) -> None:
    """Refuse it, saying why. Raises Refused."""
    if not reason:
        raise Refused("reason", gettext("Thầy/cô chưa ghi lý do."))
    with transaction():
        _decide(locked(Registration, place.id), REFUSED, reason, actor)
        done()


def _decide(place: Registration, decision: str, reason: str, actor: Actor) -> bool:
    if place.credit != PROPOSED:
        return False
    place.credit, place.credited_by, place.credited_at = decision, actor.person_id, now()
    place.credit_reason = reason
    place.save()
    record(
        "professional_development.credit",
        place,
        person_id=actor.person_id,
        changes={"credit": (PROPOSED, decision)} | ({"reason": (None, reason)} if reason else {}),
    )
    session = Session.get_by_id(place.session_id)
    confirmed = decision == CONFIRMED
    title = _("Đã xác nhận số tiết: %(title)s", title=session.title)
    if not confirmed:
        title = _("Không xác nhận số tiết: %(title)s", title=session.title)
    notify([place.person_id], NEWS, title, f"{HOME}/record", module=MODULE, but=actor.person_id)
    return True
