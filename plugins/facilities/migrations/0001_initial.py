"""Needs, offers, donors, supplies, one-time addresses for donors, public pages."""

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

from intranet.api import SortKeyField, create_search_index


def up(migrator: Any, db: Database) -> None:
    """Create them."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        class Meta:
            table_name = "district"

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    class Person(Table):
        class Meta:
            table_name = "person"

    class School(Table):
        class Meta:
            table_name = "school"

    class Need(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        item = CharField(max_length=200)
        search_text = TextField()
        quantity = DecimalField(max_digits=12, decimal_places=2)
        unit = CharField(max_length=30)
        why = TextField(default="")
        pupils = IntegerField(null=True)
        priority = IntegerField(default=2)
        due_on = DateField(null=True)
        estimate = DecimalField(max_digits=14, decimal_places=0, null=True)
        source = CharField(max_length=20, default="typed")
        source_key = CharField(max_length=100, null=True)
        public = BooleanField(default=True)
        pledged = DecimalField(max_digits=12, decimal_places=2, default=0)
        on_the_way = DecimalField(max_digits=12, decimal_places=2, default=0)
        received = DecimalField(max_digits=12, decimal_places=2, default=0)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_need"
            indexes = (
                (("school", "source_key"), True),
                (("school", "state"), False),
                (("state", "priority", "id"), False),
                (("district", "state", "priority", "id"), False),
            )

    class PublicWall(Table):
        district = ForeignKeyField(District, unique=True, on_delete="RESTRICT")
        shown = BooleanField(default=False)
        contact = CharField(max_length=300, default="")
        updated_at = DateTimeField()

        class Meta:
            table_name = "facilities_public_wall"

    class Donor(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        name = CharField(max_length=200)
        sort_key = SortKeyField()
        search_text = TextField()
        kind = CharField(max_length=20)
        contact = CharField(max_length=300, default="")
        anonymous = BooleanField(default=False)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            table_name = "facilities_donor"
            indexes = ((("district", "sort_key"), False), (("school", "sort_key"), False))

    class Supply(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        donor = ForeignKeyField(Donor, null=True, on_delete="RESTRICT")
        item = CharField(max_length=200)
        search_text = TextField()
        quantity = DecimalField(max_digits=12, decimal_places=2)
        left = DecimalField(max_digits=12, decimal_places=2)
        unit = CharField(max_length=30)
        kind = CharField(max_length=20, default="gift")
        note = TextField(default="")
        until = DateField(null=True)
        state = CharField(max_length=20, default="open")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            table_name = "facilities_supply"
            indexes = ((("state", "id"), False), (("school", "state"), False), (("district", "state"), False))

    class Fit(Table):
        need = ForeignKeyField(Need, on_delete="RESTRICT")
        supply = ForeignKeyField(Supply, on_delete="RESTRICT")
        told_at = DateTimeField()

        class Meta:
            table_name = "facilities_fit"
            indexes = ((("need", "supply"), True), (("supply",), False))

    class Offer(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        need = ForeignKeyField(Need, null=True, on_delete="RESTRICT")
        giver_school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        giver_district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        donor = ForeignKeyField(Donor, null=True, on_delete="RESTRICT")
        supply = ForeignKeyField(Supply, null=True, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        clause_id = IntegerField(null=True)
        item = CharField(max_length=200)
        quantity = DecimalField(max_digits=12, decimal_places=2)
        unit = CharField(max_length=30)
        kind = CharField(max_length=20, default="gift")
        worth = DecimalField(max_digits=14, decimal_places=0, null=True)
        note = TextField(default="")
        in_return = CharField(max_length=200, default="")
        due_back_on = DateField(null=True)
        returned_on = DateField(null=True)
        reminded_for = DateField(null=True)
        decision_number = CharField(max_length=60, default="")
        decision_on = DateField(null=True)
        scheduled_on = DateField(null=True)
        way = CharField(max_length=10, default="bring")
        dispatched = DecimalField(max_digits=12, decimal_places=2, null=True)
        dispatched_on = DateField(null=True)
        giver_name = CharField(max_length=120, default="")
        receiver_name = CharField(max_length=120, default="")
        dispatched_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        received_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        received = DecimalField(max_digits=12, decimal_places=2, null=True)
        broken = DecimalField(max_digits=12, decimal_places=2, null=True)
        received_on = DateField(null=True)
        condition = CharField(max_length=20, default="")
        receipt_note = TextField(default="")
        thanks = TextField(default="")
        outcome = TextField(default="")
        state = CharField(max_length=20, default="offered")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            table_name = "facilities_offer"
            indexes = (
                (("need", "state"), False),
                (("school", "state"), False),
                (("giver_school", "state"), False),
                (("district", "state"), False),
                (("giver_district", "state"), False),
                (("state", "due_back_on"), False),
            )

    class OfferLink(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        need = ForeignKeyField(Need, null=True, on_delete="RESTRICT")
        label = CharField(max_length=200)
        token_hash = CharField(max_length=64, unique=True)
        expires_at = DateTimeField()
        offer = ForeignKeyField(Offer, null=True, on_delete="RESTRICT")
        used_at = DateTimeField(null=True)
        cancelled_at = DateTimeField(null=True)
        created_by = ForeignKeyField(Person, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            table_name = "facilities_offer_link"
            indexes = ((("school", "created_at"), False),)

    db.create_tables([Need, PublicWall, Donor, Supply, Fit, Offer, OfferLink])
    for table in ("need", "donor", "supply"):
        create_search_index(db, f"facilities_{table}", "search_text")
