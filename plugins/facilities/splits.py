"""A school is split: needs and plans that people choose go to the new school, with what is on its way for them.

Drafts are the school's own business, which its office does not know of: they stay. So does what was received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from intranet.api import OpenWork, Pairing, School, locked, record, refresh_waiting
from intranet.api import lazy_gettext as _
from plugins.facilities.donations.life_cycle import APPROVED, BEGUN, POSTED, SUBMITTED
from plugins.facilities.mergers import NEED_UNDER_WAY
from plugins.facilities.models import DonationPlan, Need, Offer, OfferLink, ProposalItem
from plugins.facilities.needs.life_cycle import LIVE_OFFERS
from plugins.facilities.offers.effects import clause_of, pair_of

NEED, PLAN = "need", "plan"
NEEDS = Need.state.in_([state for state in NEED_UNDER_WAY if state != "draft"])
PLANS = DonationPlan.state.in_((SUBMITTED, APPROVED, POSTED, *BEGUN))


def open_work(school: School) -> Iterator[OpenWork]:
    """Needs that somebody works on, and plans that are not settled yet."""
    needs = Need.select(Need.id, Need.item).where(Need.school == school, NEEDS).order_by(Need.priority, Need.id)
    for id_, item in needs.tuples():
        yield OpenWork(kind=NEED, id=id_, kind_label=_("Nhu cầu cơ sở vật chất"), label=item)
    plans = DonationPlan.select(DonationPlan.id, DonationPlan.title).where(DonationPlan.school == school, PLANS)
    for id_, title in plans.order_by(DonationPlan.id).tuples():
        yield OpenWork(kind=PLAN, id=id_, kind_label=_("Kế hoạch vận động tài trợ"), label=title)


def hand_over(school: School, successor: School, chosen: Mapping[str, Collection[int]]) -> None:
    """Make what was chosen the new school's. Call it in the transaction of the split, which has locked the school."""
    for id_ in sorted(chosen.get(NEED, ())):
        need = locked(Need, id_)
        need.school = successor
        need.save()
        _bring_along(need, successor)
        record("facilities.need", need, person_id=None, changes={"school": (school.name, successor.name)})
        refresh_waiting(need)
    for id_ in sorted(chosen.get(PLAN, ())):
        plan = locked(DonationPlan, id_)
        # With its book: what was given has to be used and settled, whoever does it.
        plan.school = successor
        plan.version += 1
        plan.save()
        record("facilities.donation_plan", plan, person_id=None, changes={"school": (school.name, successor.name)})
        refresh_waiting(plan)
    _take_promises(school, successor)


def _take_promises(school: School, successor: School) -> None:
    """What was promised under a pair that went over is the new school's to bring, unless the old one stores it."""
    pairs = Pairing.select(Pairing.id).where((Pairing.first_school == successor) | (Pairing.second_school == successor))
    promised = (Offer.giver_school == school) & Offer.pairing.in_(pairs) & Offer.supply.is_null()
    for offer in list(Offer.select().where(promised, Offer.state.in_(LIVE_OFFERS)).order_by(Offer.id)):
        offer.giver_school = successor
        offer.save()
        refresh_waiting(offer)


def _bring_along(need: Need, successor: School) -> None:
    """What is on its way goes to the new school, under its pair with the giver if it has one."""
    for offer in list(Offer.select().where(Offer.need == need, Offer.state.in_(LIVE_OFFERS)).order_by(Offer.id)):
        pairing = pair_of(successor.id, offer.giver_school_id)
        if offer.giver_school_id is not None and (pairing and pairing.id) != offer.pairing_id:
            offer.pairing, offer.clause_id = pairing, clause_of(pairing, offer.giver_school_id, offer.unit)
        offer.school = successor
        offer.save()
        refresh_waiting(offer)
    for model in (OfferLink, ProposalItem):
        model.update(school=successor).where(model.need == need).execute()
