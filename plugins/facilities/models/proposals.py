"""What partners cannot cover: dossiers to the People's Committee, their lines and where the money comes from."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateField, DateTimeField, DecimalField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, District, Person, School, Table, now
from plugins.facilities.models.needs import Need

# What schools learn of: their needs are in it, and it was sent.
SENT = ("sent", "appraisal", "approved", "implementing", "handed_over", "refused", "returned")


class Proposal(Table):
    """A dossier of an office: needs of its schools in their order, what they cost, who is asked to pay."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    title = CharField(max_length=200)
    # To whom it is addressed.
    addressee = CharField(max_length=200, default="")
    bases = TextField(default="")
    reasons = TextField(default="")
    course = TextField(default="")
    effects = TextField(default="")
    number = CharField(max_length=60, default="")
    sent_on = DateField(null=True)
    decision_number = CharField(max_length=60, default="")
    decided_on = DateField(null=True)
    # In đồng: the sum of what each source was approved for.
    approved = DecimalField(max_digits=14, decimal_places=0, null=True)
    handed_over_on = DateField(null=True)
    result = TextField(default="")
    outcome = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_proposal"
        indexes = ((("district", "state"), False),)

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the office's."""
        return self.district_id, None

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the office's own; a school sees those that were sent with a need of its own in them."""
        if actor.sees_all:
            return None
        if actor.school_id is None:
            return cls.district == actor.district_id
        mine = ProposalItem.select(ProposalItem.proposal).where(ProposalItem.school == actor.school_id)
        return cls.id.in_(mine) & cls.state.in_(SENT)


class ProposalItem(Table):
    """A need in a dossier, as it was when it came in: later changes of the need do not change what was sent."""

    proposal = ForeignKeyField(Proposal, on_delete="RESTRICT", backref="+")
    need = ForeignKeyField(Need, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    # The order of priority, from 1.
    position = IntegerField()
    item = CharField(max_length=200)
    quantity = DecimalField(max_digits=12, decimal_places=2)
    unit = CharField(max_length=30)
    pupils = IntegerField(null=True)
    why = TextField(default="")
    # In đồng, for all of it.
    cost = DecimalField(max_digits=14, decimal_places=0, null=True)

    class Meta:
        table_name = "facilities_proposal_item"
        indexes = ((("proposal", "need"), True), (("proposal", "position"), False))


class FundingSource(Table):
    """Who is asked to pay how much, and what was approved."""

    proposal = ForeignKeyField(Proposal, on_delete="RESTRICT", backref="+")
    # budget_above, budget, society, school, other
    kind = CharField(max_length=20)
    label = CharField(max_length=200, default="")
    amount = DecimalField(max_digits=14, decimal_places=0)
    approved = DecimalField(max_digits=14, decimal_places=0, null=True)

    class Meta:
        table_name = "facilities_funding_source"
