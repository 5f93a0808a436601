"""Made-up needs and deliveries of the demo's own schools. No person but the demo's accounts is named."""

from __future__ import annotations

from plugins.facilities.needs import demo as needs
from plugins.facilities.offers import demo as offers


def build(canaries: bool) -> None:
    """Fill a fresh demo; with ``canaries``, what is not for everybody carries marker texts of its scope."""
    if canaries:
        needs.mark()
        offers.mark()
        return
    needs.build()
    offers.build()
