"""Reads shaped for the screens of donations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from peewee import Case, fn

from intranet.api import Actor, District, School, format_quantity, where_on
from plugins.facilities.donations.forms import MONEY
from plugins.facilities.donations.life_cycle import PUBLIC
from plugins.facilities.models import DonationPlan, Donor, Gift, Offer, Opinion, Spending
from plugins.facilities.pages import MODULE

PAGE_SIZE = 30
# The book of a plan on its page; the whole of it is in the Excel file.
MOST_LINES = 500
MOST_PLANS = 50


def plans(actor: Actor, state: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the newest first.

    Rows: id, title, school, state, budget, last day of posting.
    """
    fields = (DonationPlan.id, DonationPlan.title, School.name, DonationPlan.state, DonationPlan.budget)
    rows = DonationPlan.select(*fields, DonationPlan.posting_ends_on).join(School).order_by(DonationPlan.id.desc())
    seen = DonationPlan.visible_to(actor)
    rows = rows if seen is None else rows.where(seen)
    if state:
        rows = rows.where(DonationPlan.state == state)
    if before is not None:
        rows = rows.where(DonationPlan.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


class Sums(NamedTuple):
    """What came in and what was spent, in đồng, and how many gifts there were."""

    gifts: int
    money: Decimal
    goods: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal:
        """Money not spent yet."""
        return self.money - self.spent


def sums(plan: DonationPlan) -> Sums:
    """The sums of a plan's book."""
    return sums_of([plan.id])[plan.id]


def sums_of(plan_ids: Sequence[int]) -> dict[int, Sums]:
    """{plan: the sums of its book}, of all of these."""
    money, goods = (
        fn.COALESCE(fn.SUM(Case(None, ((condition, Gift.amount),), 0)), 0)
        for condition in (Gift.kind == MONEY, Gift.kind != MONEY)
    )
    given = Gift.select(Gift.plan, fn.COUNT(Gift.id), money, goods).group_by(Gift.plan)
    spent = Spending.select(Spending.plan, fn.SUM(Spending.amount)).group_by(Spending.plan)
    came = {row[0]: row[1:] for row in given.where(Gift.plan.in_(plan_ids), Gift.struck_at.is_null()).tuples()}
    gone = dict(spent.where(Spending.plan.in_(plan_ids), Spending.struck_at.is_null()).tuples())
    return {
        plan_id: Sums(count, Decimal(in_money), Decimal(in_goods), Decimal(gone.get(plan_id, 0)))
        for plan_id in plan_ids
        for count, in_money, in_goods in (came.get(plan_id, (0, 0, 0)),)
    }


def gifts(plan: DonationPlan, *, struck: bool = True) -> list[Gift]:
    """The lines of the book, in their order; those struck out, too."""
    rows = Gift.select().where(Gift.plan == plan).order_by(Gift.number)
    return list(rows if struck else rows.where(Gift.struck_at.is_null()))


def spendings(plan: DonationPlan, *, struck: bool = True) -> list[Spending]:
    """What was spent, by day."""
    rows = Spending.select().where(Spending.plan == plan).order_by(Spending.on, Spending.id)
    return list(rows if struck else rows.where(Spending.struck_at.is_null()))


def opinions(plan: DonationPlan) -> list[Opinion]:
    """What people said, in its order."""
    return list(Opinion.select().where(Opinion.plan == plan).order_by(Opinion.id))


def donors_of(school_id: int) -> list[tuple[int, str]]:
    """(id, name) of whom the school knows."""
    rows = Donor.select(Donor.id, Donor.name).where(Donor.school == school_id).order_by(Donor.sort_key)
    return list(rows.limit(MOST_LINES).tuples())


def unbooked_offers(school_id: int) -> list[tuple[int, str]]:
    """(id, what) of what the school received from donors and no book has yet, the latest first."""
    booked = Gift.select(Gift.offer).where(Gift.offer.is_null(False))
    rows = Offer.select(Offer.id, Offer.item, Offer.received, Offer.unit).where(
        Offer.school == school_id,
        Offer.donor.is_null(False),
        Offer.state.in_(("received", "thanked")),
        Offer.id.not_in(booked),
    )
    rows = rows.order_by(Offer.id.desc()).limit(100)
    return [(id_, f"{item}, {format_quantity(received)} {unit}") for id_, item, received, unit in rows.tuples()]


# --- What anybody reads ---


def public_schools() -> list[tuple[int, str, str, int]]:
    """(id, name, district, how many plans) of the schools that show any, where the module is on."""
    shown = DonationPlan.state.in_(PUBLIC) & where_on(DonationPlan.district, MODULE)
    rows = (
        DonationPlan.select(School.id, School.name, District.name, fn.COUNT(DonationPlan.id))
        .join(School, on=(DonationPlan.school == School.id))
        .join(District, on=(School.district == District.id))
        .where(shown)
        .group_by(School.id, School.name, School.sort_key, District.name, District.sort_key)
        .order_by(District.sort_key, School.sort_key)
    )
    return list(rows.tuples())


def public_plans(school_id: int) -> list[DonationPlan]:
    """A school's plans that are or were posted, the latest first."""
    of_school = DonationPlan.school == school_id, DonationPlan.state.in_(PUBLIC)
    rows = DonationPlan.select().where(*of_school, where_on(DonationPlan.district, MODULE))
    return list(rows.order_by(DonationPlan.posted_on.desc(), DonationPlan.id.desc()).limit(MOST_PLANS))


def public_plan(plan_id: int) -> DonationPlan | None:
    """A plan that anybody may read."""
    shown = DonationPlan.state.in_(PUBLIC), where_on(DonationPlan.district, MODULE)
    return DonationPlan.get_or_none(DonationPlan.id == plan_id, *shown)
