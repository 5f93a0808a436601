"""The tables, a file for each room that keeps any; everybody takes them from here."""

from plugins.facilities.models.needs import Need, PublicWall
from plugins.facilities.models.offers import Donor, Fit, Offer, OfferLink, Supply
from plugins.facilities.models.reviews import PresentState, Review, ReviewLine, Round
from plugins.facilities.models.standard import StandardCheck, StandardLine

REVIEWS = (Round, Review, ReviewLine, PresentState, StandardCheck, StandardLine)
MODELS = (Need, PublicWall, Donor, Supply, Fit, Offer, OfferLink, *REVIEWS)

__all__ = [
    "MODELS",
    "Donor",
    "Fit",
    "Need",
    "Offer",
    "OfferLink",
    "PresentState",
    "PublicWall",
    "Review",
    "ReviewLine",
    "Round",
    "StandardCheck",
    "StandardLine",
    "Supply",
]
