"""What waits for whom: one row for each record and each role, function or person that has the next step.

The rules that move a record write these rows in the same transaction, so that "waiting for me" is one query.
"""

from __future__ import annotations

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School


class Waiting(Table):
    """A next step. Either ``person`` has it, or whoever has ``role`` (a role or a function) in the school or office."""

    # The plugin whose record it is; empty for the core.
    module = CharField(max_length=40, default="")
    subject_type = CharField(max_length=60)
    subject_id = IntegerField()
    person = ForeignKeyField(Person, null=True, on_delete="CASCADE", backref="+")
    role = CharField(max_length=40, default="")
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    # Which of the parties that decide together it is; empty where one is enough.
    party = CharField(max_length=40, default="")
    title = TextField()
    step = CharField(max_length=200)
    url = CharField(max_length=200)
    since = DateTimeField(default=now)
    due_on = DateField(null=True)

    class Meta:
        indexes = (
            (("subject_type", "subject_id"), False),
            (("school", "role"), False),
            (("district", "role"), False),
        )


class Approval(Table):
    """One party's word on a step that several decide together (decision D7). A changed text makes it void."""

    subject_type = CharField(max_length=60)
    subject_id = IntegerField()
    transition = CharField(max_length=40)
    party = CharField(max_length=40)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    role = CharField(max_length=40)
    district_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    decision = CharField(max_length=10)
    reason = TextField(default="")
    at = DateTimeField(default=now)
    text_hash = CharField(max_length=64, default="")
    void_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("subject_type", "subject_id", "transition"), False),)


MODELS = (Waiting, Approval)
