"""What is promised and delivered to schools, by whom, and what somebody could give."""

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

from intranet.api import (
    Actor,
    District,
    Pairing,
    Person,
    School,
    SortKeyField,
    Table,
    now,
    where_on,
)
from plugins.facilities.models.needs import Need
from plugins.facilities.models.owned import OfSchool, kept
from plugins.facilities.pages import MODULE


class Donor(OfSchool, Table):
    """Somebody outside the schools who gives. ``anonymous``: no paper and no list names them."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    name = CharField(max_length=200)
    sort_key = SortKeyField()
    search_text = TextField()
    # company, alumni, parents, person, other
    kind = CharField(max_length=20)
    contact = CharField(max_length=300, default="")
    anonymous = BooleanField(default=False)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_donor"
        indexes = ((("district", "sort_key"), False), (("school", "sort_key"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: principal and coordinator of the school that knows them, and the office."""
        return kept(cls, actor)


class Supply(OfSchool, Table):
    """What a school or a donor could give, before any need was named: "chúng tôi có 30 bộ bàn ghế".

    ``school`` is the giving school; with a donor, the school that speaks for the donor, empty for the office.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    donor = ForeignKeyField(Donor, null=True, on_delete="RESTRICT", backref="+")
    item = CharField(max_length=200)
    search_text = TextField()
    quantity = DecimalField(max_digits=12, decimal_places=2)
    # What no offer has taken from it.
    left = DecimalField(max_digits=12, decimal_places=2)
    unit = CharField(max_length=30)
    # gift, loan, swap, transfer
    kind = CharField(max_length=20, default="gift")
    note = TextField(default="")
    until = DateField(null=True)
    state = CharField(max_length=20, default="open")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_supply"
        indexes = ((("state", "id"), False), (("school", "state"), False), (("district", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the giver's school and office; while it is open, the programme."""
        if actor.sees_all:
            return None
        own = cls.school == actor.school_id if actor.school_id is not None else cls.district == actor.district_id
        is_open = cls.state == "open"
        here = is_open & (cls.district == actor.district_id)
        wide = is_open & cls.district.in_(sorted(actor.district_ids)) & where_on(cls.district, MODULE)
        return own | here | wide


class Fit(Table):
    """A need and a supply that fit: both sides were told, once."""

    need = ForeignKeyField(Need, on_delete="RESTRICT", backref="+")
    supply = ForeignKeyField(Supply, on_delete="RESTRICT", backref="+")
    told_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_fit"
        indexes = ((("need", "supply"), True), (("supply",), False))

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the need's."""
        return self.need.owner()


class Offer(OfSchool, Table):
    """A promise of goods to ``school``, for one of its needs or without, and what became of it.

    It comes from another school (``giver_school``) or from somebody outside (``donor``). What arrived whole is
    ``received``, what arrived broken ``broken``: only the first fills the need.
    """

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    need = ForeignKeyField(Need, null=True, on_delete="RESTRICT", backref="+")
    giver_school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    giver_district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    donor = ForeignKeyField(Donor, null=True, on_delete="RESTRICT", backref="+")
    supply = ForeignKeyField(Supply, null=True, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    # A promise of the pair's pledge that it counts for.
    clause_id = IntegerField(null=True)
    item = CharField(max_length=200)
    quantity = DecimalField(max_digits=12, decimal_places=2)
    unit = CharField(max_length=30)
    # gift, loan, swap, transfer
    kind = CharField(max_length=20, default="gift")
    # Worth in đồng, all of it.
    worth = DecimalField(max_digits=14, decimal_places=0, null=True)
    note = TextField(default="")
    # What comes in return for a swap.
    in_return = CharField(max_length=200, default="")
    due_back_on = DateField(null=True)
    returned_on = DateField(null=True)
    # The last day of return that both sides were reminded of.
    reminded_for = DateField(null=True)
    decision_number = CharField(max_length=60, default="")
    decision_on = DateField(null=True)
    scheduled_on = DateField(null=True)
    # bring, fetch: whether the giver brings it or the school fetches it.
    way = CharField(max_length=10, default="bring")
    dispatched = DecimalField(max_digits=12, decimal_places=2, null=True)
    dispatched_on = DateField(null=True)
    # Who handed over and who took, as the hand-over record names them.
    giver_name = CharField(max_length=120, default="")
    receiver_name = CharField(max_length=120, default="")
    dispatched_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    received_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    received = DecimalField(max_digits=12, decimal_places=2, null=True)
    broken = DecimalField(max_digits=12, decimal_places=2, null=True)
    received_on = DateField(null=True)
    # new, good, used, repair
    condition = CharField(max_length=20, default="")
    receipt_note = TextField(default="")
    thanks = TextField(default="")
    outcome = TextField(default="")
    state = CharField(max_length=20, default="offered")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)

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

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: both schools and both offices; who gives, where the module is on in the other district."""
        if actor.sees_all:
            return None
        if actor.school_id is not None:
            gets, gives = cls.school == actor.school_id, cls.giver_school == actor.school_id
        else:
            gets, gives = cls.district == actor.district_id, cls.giver_district == actor.district_id
        return gets | (gives & where_on(cls.district, MODULE))


class OfferLink(OfSchool, Table):
    """A one-time address by which somebody without an account fills in what they give. Only its hash is kept."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    need = ForeignKeyField(Need, null=True, on_delete="RESTRICT", backref="+")
    # For whom, as the coordinator noted it.
    label = CharField(max_length=200)
    token_hash = CharField(max_length=64, unique=True)
    expires_at = DateTimeField()
    offer = ForeignKeyField(Offer, null=True, on_delete="RESTRICT", backref="+")
    used_at = DateTimeField(null=True)
    cancelled_at = DateTimeField(null=True)
    created_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "facilities_offer_link"
        indexes = ((("school", "created_at"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the school's own."""
        if actor.sees_all:
            return None
        return cls.school == actor.school_id if actor.school_id is not None else cls.district == actor.district_id
