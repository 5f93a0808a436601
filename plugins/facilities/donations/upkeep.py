"""The day's work: when a posting is over, it is told; when the calendar of holidays was changed, its end moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from intranet.api import District, fall_due, locked, transaction, working_days_after
from plugins.facilities.donations.life_cycle import POSTED, POSTING_DAYS
from plugins.facilities.models import DonationPlan


def work(district: District, day: date) -> Iterator[str]:
    """All of a district's day; what was done, in words of the log."""
    posted = DonationPlan.select(DonationPlan.id).where(DonationPlan.district == district, DonationPlan.state == POSTED)
    over = sum(_look_at(plan_id) for (plan_id,) in posted.order_by(DonationPlan.id).tuples())
    if over:
        yield f"postings that are over: {over}"


def _look_at(plan_id: int) -> bool:
    with transaction():
        plan = locked(DonationPlan, plan_id)
        if plan.state != POSTED:
            return False
        ends_on = working_days_after(plan.posted_on, POSTING_DAYS)
        if ends_on != plan.posting_ends_on:
            plan.posting_ends_on = ends_on
            plan.save()
        return fall_due(plan)
