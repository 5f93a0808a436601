"""A school becomes part of another: its needs, promises, donors, plans and what it could give are the successor's.

What it was answering of reviews and self-checks ends.
"""

from __future__ import annotations

from intranet.api import School, carry, notify, people_who_hold, record, refresh_waiting
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import (
    DonationPlan,
    Donor,
    Need,
    Offer,
    OfferLink,
    ProposalItem,
    Review,
    StandardCheck,
    Supply,
)
from plugins.facilities.needs.life_cycle import LIVE_OFFERS
from plugins.facilities.offers.effects import pair_of
from plugins.facilities.pages import HOME, MODULE

NEED_UNDER_WAY = ("draft", "submitted", "verified", "published", "proposal")
PROGRESS = "progress"


def take_over(school: School, successor: School) -> None:
    """Make everything the successor's. Call it in the transaction of the merger, which has locked both schools."""
    moved = _take_needs(school, successor)
    for model in (Offer, Supply, Donor, OfferLink):
        model.update(school=successor, district=successor.district_id).where(model.school == school).execute()
    Offer.update(giver_school=successor, giver_district=successor.district_id).where(
        Offer.giver_school == school
    ).execute()
    ProposalItem.update(school=successor).where(ProposalItem.school == school).execute()
    plans = _take_plans(school, successor)
    _settle_offers(successor)
    _set_aside(school)
    for need in Need.select().where(Need.school == successor, Need.state.in_(NEED_UNDER_WAY)):
        refresh_waiting(need)
    keepers = people_who_hold(parties.keepers_of(successor.id))
    if moved:
        title = _("Trường nhận %(count)s nhu cầu của %(school)s khi gộp", count=moved, school=school.name)
        notify(keepers, PROGRESS, title, f"{HOME}/", module=MODULE)
    if plans:
        title = _("Trường nhận %(count)s kế hoạch vận động của %(school)s khi gộp", count=plans, school=school.name)
        notify(keepers, PROGRESS, title, f"{HOME}/donations", module=MODULE)


def _take_needs(school: School, successor: School) -> int:
    """How many: a shortage that both have keeps one need's key, so that neither is lost."""
    keys = Need.select(Need.source_key).where(Need.school == successor, Need.source_key.is_null(False))
    taken = {key for (key,) in keys.tuples()}
    rows = list(Need.select().where(Need.school == school).order_by(Need.id))
    for need in rows:
        need.school, need.district = successor, successor.district_id
        if need.source_key in taken:
            need.source_key = None
        need.save()
        record("facilities.need", need, person_id=None, changes={"school": (school.name, successor.name)})
    return len(rows)


def _take_plans(school: School, successor: School) -> int:
    """How many plans with their books: what was given has to be used and settled, whoever does it."""
    plans = list(DonationPlan.select().where(DonationPlan.school == school).order_by(DonationPlan.id))
    for plan in plans:
        plan.school, plan.district = successor, successor.district_id
        plan.version += 1
        plan.save()
        record("facilities.donation_plan", plan, person_id=None, changes={"school": (school.name, successor.name)})
        refresh_waiting(plan)
    return len(plans)


def _set_aside(school: School) -> None:
    """What the school was answering ends, the successor answers for itself; what was locked or checked stays."""
    for model in (Review, StandardCheck):
        for record_ in list(model.select().where(model.school == school)):
            carry(record_, "set_aside", person_id=None)


def _settle_offers(successor: School) -> None:
    """What is under way waits for the successor; what one of the two promised the other is given up."""
    of = (Offer.school == successor) | (Offer.giver_school == successor)
    for offer in list(Offer.select().where(of, Offer.state.in_((*LIVE_OFFERS, "received"))).order_by(Offer.id)):
        if offer.school_id == offer.giver_school_id and offer.state in LIVE_OFFERS:
            carry(offer, "cancel", person_id=None, reason="Hai trường đã gộp làm một.")
            continue
        # What has arrived stands in the ledger, under the pair of then.
        if offer.state in LIVE_OFFERS:
            offer.pairing = pair_of(offer.school_id, offer.giver_school_id)
            offer.save()
        refresh_waiting(offer)
