"""Made-up needs, deliveries, reviews and self-checks of the demo's schools. No person but its accounts is named."""

from __future__ import annotations

from intranet.api import stop_waiting
from plugins.facilities.donations import demo as donations
from plugins.facilities.models import DonationPlan, Need, Offer, Proposal
from plugins.facilities.needs import demo as needs
from plugins.facilities.offers import demo as offers
from plugins.facilities.proposals import demo as proposals
from plugins.facilities.reviews import demo as reviews
from plugins.facilities.standard import demo as standard


def build(canaries: bool) -> None:
    """Fill a fresh demo; with ``canaries``, what is not for everybody carries marker texts of its scope."""
    if canaries:
        needs.mark()
        offers.mark()
        reviews.mark()
        standard.mark()
        donations.mark()
        proposals.mark()
        # Tests of other rooms look at what waits for the same people.
        for record in (*Need.select(), *Offer.select(), *DonationPlan.select(), *Proposal.select()):
            stop_waiting(record)
        return
    needs.build()
    offers.build()
    reviews.build()
    standard.build()
    donations.build()
    proposals.build()
