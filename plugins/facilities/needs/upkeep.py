"""What days bring to needs: the day by which something was needed is over."""

from __future__ import annotations

from datetime import date

from intranet.api import District, carry, transaction
from plugins.facilities.models import Need, Offer
from plugins.facilities.needs.life_cycle import LIVE_OFFERS, WANTED


def expire(district: District, day: date) -> int:
    """Needs whose day is over and that nobody is about to serve: they no longer call for help."""
    live = Offer.select(Offer.need).where(Offer.need.is_null(False), Offer.state.in_(LIVE_OFFERS))
    due = Need.select().where(
        Need.district == district, Need.state.in_(WANTED), Need.due_on < day, Need.id.not_in(live)
    )
    found = list(due.order_by(Need.id))
    for need in found:
        with transaction():
            carry(need, "expire", person_id=None)
    return len(found)
