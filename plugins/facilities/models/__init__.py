"""The tables, a file for each room that keeps any; everybody takes them from here."""

from plugins.facilities.models.donations import DonationPlan, Gift, Opinion, Spending
from plugins.facilities.models.needs import Need, PublicWall
from plugins.facilities.models.offers import Donor, Fit, Offer, OfferLink, Supply
from plugins.facilities.models.proposals import FundingSource, Proposal, ProposalItem
from plugins.facilities.models.reviews import PresentState, Review, ReviewLine, Round
from plugins.facilities.models.standard import StandardCheck, StandardLine

MODELS = (
    *(Need, PublicWall, Donor, Supply, Fit, Offer, OfferLink),
    *(Round, Review, ReviewLine, PresentState, StandardCheck, StandardLine),
    *(DonationPlan, Gift, Spending, Opinion),
    *(Proposal, ProposalItem, FundingSource),
)

__all__ = [
    "MODELS",
    "DonationPlan",
    "Donor",
    "Fit",
    "FundingSource",
    "Gift",
    "Need",
    "Offer",
    "OfferLink",
    "Opinion",
    "PresentState",
    "Proposal",
    "ProposalItem",
    "PublicWall",
    "Review",
    "ReviewLine",
    "Round",
    "Spending",
    "StandardCheck",
    "StandardLine",
    "Supply",
]
