"""One-time addresses by which somebody without an account says what they give, and a district's public page.

Of an address only the hash is kept. Looking at it changes nothing; the first form that is carried out uses it up.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from intranet.api import Actor, District, Refused, gettext, locked, now, record, transaction
from plugins.facilities.models import Need, Offer, OfferLink, PublicWall
from plugins.facilities.needs.life_cycle import PUBLISHED
from plugins.facilities.offers.donors import make_donor
from plugins.facilities.offers.rules import offer_for_need

GOOD_FOR = timedelta(days=14)
# A school that hands out more has made a mistake, or somebody uses it to send mail.
MOST_OPEN = 50

Done = Callable[[], None]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(need: Need, label: str, actor: Actor, *, done: Done = lambda: None) -> str:
    """An address for one donor, and the only time that its secret part is known. Raises Refused."""
    token = secrets.token_urlsafe(32)
    with transaction():
        current = locked(Need, need.id)
        if current.state != PUBLISHED or not current.remainder:
            raise Refused("", gettext("Nhu cầu này không còn kêu gọi hỗ trợ."))
        if open_links(current).count() >= MOST_OPEN:
            raise Refused("", gettext("Nhu cầu này đã có quá nhiều liên kết chưa dùng."))
        link = OfferLink.create(
            district=current.district_id,
            school=current.school_id,
            need=current,
            label=label,
            token_hash=_hash(token),
            expires_at=now() + GOOD_FOR,
            created_by=actor.person_id,
        )
        record("facilities.link", link, person_id=actor.person_id, changes={"label": (None, label)})
        done()
    return token


def open_links(need: Need) -> Any:
    """The addresses of a need that can still be used."""
    return OfferLink.select().where(
        *(OfferLink.need == need, OfferLink.used_at.is_null(), OfferLink.cancelled_at.is_null()),
        OfferLink.expires_at > now(),
    )


def open_link(token: str) -> OfferLink | None:
    """Whose address it is; None when it is unknown, used, withdrawn or too old, or the need is served."""
    link = OfferLink.get_or_none(
        *(OfferLink.token_hash == _hash(token), OfferLink.used_at.is_null(), OfferLink.cancelled_at.is_null()),
        OfferLink.expires_at > now(),
    )
    return link if link is not None and link.need.state == PUBLISHED else None


def use_link(token: str, donor: Mapping[str, Any], values: Mapping[str, Any], *, done: Done = lambda: None) -> Offer:
    """Somebody gives, once. Raises Refused where the address is no longer good or nothing is lacking any more."""
    found = open_link(token)
    if found is None:
        raise Refused("", gettext("Liên kết này đã dùng hoặc hết hạn."))
    with transaction():
        # The need first, as everywhere; then of two who send at once only one has the address.
        need = locked(Need, found.need_id)
        link = locked(OfferLink, found.id)
        if link.used_at is not None or link.cancelled_at is not None:
            raise Refused("", gettext("Liên kết này đã dùng hoặc hết hạn."))
        giver = make_donor(donor, school=link.school, district=link.district_id, person_id=None)
        offer = offer_for_need(need, values, person_id=None, donor=giver)
        OfferLink.update(used_at=now(), offer=offer).where(OfferLink.id == link.id).execute()
        done()
    return offer


def cancel_link(link: OfferLink, actor: Actor, *, done: Done = lambda: None) -> None:
    """An address is good for nothing any more."""
    with transaction():
        current = locked(OfferLink, link.id)
        if current.used_at is None and current.cancelled_at is None:
            current.cancelled_at = now()
            current.save()
            record("facilities.link", current, person_id=actor.person_id, changes={"cancelled": (None, "x")})
        done()


def show_wall(district: District, shown: bool, contact: str, person_id: int, *, done: Done = lambda: None) -> None:
    """Whether the district's needs stand on a public page, and whom a giver may turn to."""
    with transaction():
        locked(District, district.id)
        wall = PublicWall.get_or_none(PublicWall.district == district) or PublicWall(district=district)
        changes = {"shown": (wall.shown, shown), "contact": (wall.contact, contact)}
        wall.shown, wall.contact, wall.updated_at = shown, contact, now()
        wall.save()
        record("facilities.public_wall", wall, person_id=person_id, changes=changes)
        done()
