"""A case on its way to the school to which the child moves."""

from __future__ import annotations

from typing import Any

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet.api import PRINCIPAL, Actor, District, Person, School, SealKeyField, Secret, Table, now
from plugins.mentoring.tables.cases import KEEPERS, Case
from plugins.mentoring.tables.owned import OfSchool


class Handover(OfSchool, Table):
    """``school`` hands a case over to ``to_school``, whose own case it becomes there: ``arrived``."""

    case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    to_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    seal_key = SealKeyField()
    # What the new school should know; why it did not take the case.
    message = Secret()
    outcome = Secret()
    # Whether the restricted notes go along; the principal alone says so.
    with_notes = BooleanField(default=False)
    arrived = ForeignKeyField(Case, null=True, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    state = CharField(max_length=20, default="offered")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    created_at = DateTimeField(default=now)

    class Meta:
        table_name = "mentoring_handover"
        indexes = ((("case", "state"), False), (("to_school", "state"), False))

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: principal and coordinator of the school that hands over, the principal of the other."""
        if actor.sees_all or actor.seen_by is not None or actor.school_id is None or actor.role not in KEEPERS:
            return cls.id == 0
        sent = cls.school == actor.school_id
        return sent | (cls.to_school == actor.school_id) if actor.role == PRINCIPAL else sent
