"""What the module knows of a person: who wrote, handed over and took what, under the person's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from intranet.api import Person
from plugins.facilities.models import Need, Offer


def known_of(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """For the file that people get of their own data."""
    written = Need.select(Need.item, Need.created_at).where(Need.created_by == person).order_by(Need.id)
    received = Offer.select(Offer.item, Offer.received_on).where(Offer.received_by == person).order_by(Offer.id)
    found = {
        "Nhu cầu đã ghi": [{"Nhu cầu": item, "Ngày": at} for item, at in written.tuples()],
        "Hàng đã nhận": [{"Nội dung": item, "Ngày": on} for item, on in received.tuples()],
    }
    return {heading: rows for heading, rows in found.items() if rows}


def forget(person: Person) -> None:
    """Names that slips of hand-over carry go; what was given stays."""
    Offer.update(receiver_name="").where(Offer.received_by == person).execute()
    Offer.update(giver_name="").where(Offer.dispatched_by == person).execute()
