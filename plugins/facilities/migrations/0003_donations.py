"""Donation plans with their books, proposals with their lines and sources of money."""

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    Database,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator: Any, db: Database) -> None:
    """Create them."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        class Meta:
            table_name = "district"

    class Person(Table):
        class Meta:
            table_name = "person"

    class School(Table):
        class Meta:
            table_name = "school"

    class Need(Table):
        class Meta:
            table_name = "facilities_need"

    class Donor(Table):
        class Meta:
            table_name = "facilities_donor"

    class Offer(Table):
        class Meta:
            table_name = "facilities_offer"

    class DonationPlan(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        title = CharField(max_length=200)
        content = TextField()
        purpose = TextField(default="")
        beneficiaries = TextField(default="")
        budget = DecimalField(max_digits=14, decimal_places=0, null=True)
        timetable = TextField(default="")
        use = TextField(default="")
        team = TextField(default="")
        decision_number = CharField(max_length=60, default="")
        decided_on = DateField(null=True)
        posted_on = DateField(null=True)
        posting_ends_on = DateField(null=True)
        settlement = TextField(default="")
        upkeep = TextField(default="")
        settled_on = DateField(null=True)
        settlement_posted_on = DateField(null=True)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_donation_plan"
            indexes = (
                (("school", "state"), False),
                (("district", "state"), False),
                (("state", "posting_ends_on"), False),
            )

    class Gift(Table):
        plan = ForeignKeyField(DonationPlan, on_delete="RESTRICT")
        number = IntegerField()
        on = DateField()
        kind = CharField(max_length=10)
        giver = CharField(max_length=200, default="")
        donor = ForeignKeyField(Donor, null=True, on_delete="RESTRICT")
        named = BooleanField(default=False)
        item = CharField(max_length=200, default="")
        quantity = DecimalField(max_digits=12, decimal_places=2, null=True)
        unit = CharField(max_length=30, default="")
        amount = DecimalField(max_digits=14, decimal_places=0, null=True)
        document = CharField(max_length=100, default="")
        offer = ForeignKeyField(Offer, null=True, unique=True, on_delete="RESTRICT")
        written_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        written_at = DateTimeField()
        struck_at = DateTimeField(null=True)
        struck_reason = CharField(max_length=300, default="")

        class Meta:
            table_name = "facilities_gift"
            indexes = ((("plan", "number"), True),)

    class Spending(Table):
        plan = ForeignKeyField(DonationPlan, on_delete="RESTRICT")
        on = DateField()
        what = CharField(max_length=300)
        amount = DecimalField(max_digits=14, decimal_places=0)
        document = CharField(max_length=100, default="")
        written_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        struck_at = DateTimeField(null=True)
        struck_reason = CharField(max_length=300, default="")

        class Meta:
            table_name = "facilities_spending"
            indexes = ((("plan", "on"), False),)

    class Opinion(Table):
        plan = ForeignKeyField(DonationPlan, on_delete="RESTRICT")
        text = TextField()
        giver = CharField(max_length=120, default="")
        given_on = DateField()
        written_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        answer = TextField(default="")
        answered_on = DateField(null=True)

        class Meta:
            table_name = "facilities_opinion"
            indexes = ((("plan", "given_on"), False),)

    class Proposal(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        title = CharField(max_length=200)
        addressee = CharField(max_length=200, default="")
        bases = TextField(default="")
        reasons = TextField(default="")
        course = TextField(default="")
        effects = TextField(default="")
        number = CharField(max_length=60, default="")
        sent_on = DateField(null=True)
        decision_number = CharField(max_length=60, default="")
        decided_on = DateField(null=True)
        approved = DecimalField(max_digits=14, decimal_places=0, null=True)
        handed_over_on = DateField(null=True)
        result = TextField(default="")
        outcome = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_proposal"
            indexes = ((("district", "state"), False),)

    class ProposalItem(Table):
        proposal = ForeignKeyField(Proposal, on_delete="RESTRICT")
        need = ForeignKeyField(Need, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        position = IntegerField()
        item = CharField(max_length=200)
        quantity = DecimalField(max_digits=12, decimal_places=2)
        unit = CharField(max_length=30)
        pupils = IntegerField(null=True)
        why = TextField(default="")
        cost = DecimalField(max_digits=14, decimal_places=0, null=True)

        class Meta:
            table_name = "facilities_proposal_item"
            indexes = ((("proposal", "need"), True), (("proposal", "position"), False))

    class FundingSource(Table):
        proposal = ForeignKeyField(Proposal, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        label = CharField(max_length=200, default="")
        amount = DecimalField(max_digits=14, decimal_places=0)
        approved = DecimalField(max_digits=14, decimal_places=0, null=True)

        class Meta:
            table_name = "facilities_funding_source"

    db.create_tables([DonationPlan, Gift, Spending, Opinion, Proposal, ProposalItem, FundingSource])
