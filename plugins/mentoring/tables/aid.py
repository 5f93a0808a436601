"""Goods, scholarships and sponsorships for children, whom donors never learn; help for teachers in hardship."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateField, DateTimeField, DecimalField, ForeignKeyField, IntegerField

from intranet.api import (
    PRINCIPAL,
    UNION,
    Actor,
    District,
    Pairing,
    Person,
    School,
    SealKeyField,
    Secret,
    Table,
    now,
    where_on,
)
from plugins.mentoring.tables.cases import KEEPERS, Case
from plugins.mentoring.tables.owned import MODULE, OfSchool


class Aid(OfSchool, Table):
    """Something given to a child of ``school``; ``giver`` is the school that gives, if one does."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    giver = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    # goods, scholarship, sponsorship
    kind = CharField(max_length=20)
    what = CharField(max_length=200)
    quantity = DecimalField(max_digits=10, decimal_places=2, default=1)
    unit = CharField(max_length=30, default="")
    # Worth in đồng.
    worth = DecimalField(max_digits=14, decimal_places=0, default=0)
    donor = CharField(max_length=200, default="")
    why = Secret()
    requested_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    # What it goes by, on the donor's receipt as well; it tells of no child.
    receipt = CharField(max_length=20, null=True, unique=True)
    delivered_on = DateField(null=True)
    acknowledged_on = DateField(null=True)
    outcome = Secret()
    state = CharField(max_length=20, default="requested")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_aid"
        indexes = ((("school", "state"), False), (("giver", "state"), False), (("case", "id"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the child's school's principal and coordinator, who asked there; the giving school's as well."""
        if actor.sees_all or actor.seen_by is not None or actor.school_id is None:
            return cls.id == 0
        own = (cls.requested_by == actor.person_id) & (cls.school == actor.school_id)
        if actor.role not in KEEPERS:
            return own
        given = (cls.giver == actor.school_id) & where_on(cls.district, MODULE)
        return own | (cls.school == actor.school_id) | given


class TeacherSupport(OfSchool, Table):
    """Help for a teacher in hardship, decided by principal and union together; nobody else sees it."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    circumstances = Secret()
    asked = Secret()
    granted = Secret()
    outcome = Secret()
    requested_by = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    delivered_on = DateField(null=True)
    state = CharField(max_length=20, default="requested")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_teacher_support"
        indexes = ((("school", "state"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the teacher, and the school's principal and head of the union."""
        if actor.sees_all or actor.seen_by is not None:
            return cls.id == 0
        own = cls.person == actor.person_id
        decides = actor.role == PRINCIPAL or UNION in actor.functions
        return own | (cls.school == actor.school_id) if decides and actor.school_id is not None else own
