"""The tables, a file for each room that keeps any; everybody takes them from here."""

from plugins.facilities.models.needs import Need, PublicWall
from plugins.facilities.models.offers import Donor, Fit, Offer, OfferLink, Supply

MODELS = (Need, PublicWall, Donor, Supply, Fit, Offer, OfferLink)

__all__ = ["MODELS", "Donor", "Fit", "Need", "Offer", "OfferLink", "PublicWall", "Supply"]
