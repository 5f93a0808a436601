"""What schools ask society for, by Circular 16/2018/TT-BGDĐT: plans, what came in and was spent, what people said."""

from __future__ import annotations

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from intranet.api import Actor, District, Person, School, Table, now
from plugins.facilities.models.offers import Donor, Offer
from plugins.facilities.models.owned import OfSchool

# Before its office has seen it, a plan is the school's own business.
UNSENT = ("draft",)


class DonationPlan(OfSchool, Table):
    """A school's plan to ask for donations. Nowhere is there an amount for a pupil or a family, a mean or a minimum.

    ``use`` is what is published for opinions before anything is taken; ``settlement`` what is published afterwards.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    content = TextField()
    purpose = TextField(default="")
    beneficiaries = TextField(default="")
    # In đồng, for everything; never for each.
    budget = DecimalField(max_digits=14, decimal_places=0, null=True)
    timetable = TextField(default="")
    use = TextField(default="")
    # Who receives, a person a line, with the office of each.
    team = TextField(default="")
    decision_number = CharField(max_length=60, default="")
    decided_on = DateField(null=True)
    posted_on = DateField(null=True)
    # The last of the working days on which the plan of use is public.
    posting_ends_on = DateField(null=True)
    settlement = TextField(default="")
    upkeep = TextField(default="")
    settled_on = DateField(null=True)
    settlement_posted_on = DateField(null=True)
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_donation_plan"
        indexes = ((("school", "state"), False), (("district", "state"), False), (("state", "posting_ends_on"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the school's own, and the office's once it was sent."""
        if actor.sees_all:
            return None
        if actor.school_id is not None:
            return cls.school == actor.school_id
        return (cls.district == actor.district_id) & cls.state.not_in(UNSENT)


class OfPlan:
    """A part of a plan, which belongs to the plan's school."""

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the plan's."""
        return self.plan.owner()


class Gift(OfPlan, Table):
    """A line of the book of donations. Lines are never removed: a wrong one is struck out, with the reason."""

    plan = ForeignKeyField(DonationPlan, on_delete="RESTRICT", backref="+")
    # The line's number in the plan's book.
    number = IntegerField()
    on = DateField()
    # money, goods, works, other
    kind = CharField(max_length=10)
    # The name as the receipt has it; empty for who wishes none.
    giver = CharField(max_length=200, default="")
    donor = ForeignKeyField(Donor, null=True, on_delete="RESTRICT", backref="+")
    # Whether the giver agreed to be named in public.
    named = BooleanField(default=False)
    item = CharField(max_length=200, default="")
    quantity = DecimalField(max_digits=12, decimal_places=2, null=True)
    unit = CharField(max_length=30, default="")
    # Money, or what goods were valued at, in đồng.
    amount = DecimalField(max_digits=14, decimal_places=0, null=True)
    # Of the receipt, the transfer or the record of acceptance.
    document = CharField(max_length=100, default="")
    offer = ForeignKeyField(Offer, null=True, unique=True, on_delete="RESTRICT", backref="+")
    written_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    written_at = DateTimeField(default=now)
    struck_at = DateTimeField(null=True)
    struck_reason = CharField(max_length=300, default="")

    class Meta:
        table_name = "facilities_gift"
        indexes = ((("plan", "number"), True),)


class Spending(OfPlan, Table):
    """What donated money was spent on."""

    plan = ForeignKeyField(DonationPlan, on_delete="RESTRICT", backref="+")
    on = DateField()
    what = CharField(max_length=300)
    amount = DecimalField(max_digits=14, decimal_places=0)
    document = CharField(max_length=100, default="")
    written_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    struck_at = DateTimeField(null=True)
    struck_reason = CharField(max_length=300, default="")

    class Meta:
        table_name = "facilities_spending"
        indexes = ((("plan", "on"), False),)


class Opinion(OfPlan, Table):
    """What somebody said about the plan of use while it was public, and what the school answered."""

    plan = ForeignKeyField(DonationPlan, on_delete="RESTRICT", backref="+")
    text = TextField()
    # Nobody has to say who they are.
    giver = CharField(max_length=120, default="")
    given_on = DateField()
    # Empty for what came by the public page.
    written_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    answer = TextField(default="")
    answered_on = DateField(null=True)

    class Meta:
        table_name = "facilities_opinion"
        indexes = ((("plan", "given_on"), False),)
