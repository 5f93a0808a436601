"""What really happened (decision D6): one row each. shared.activities writes them, whoever made it happen."""

from __future__ import annotations

from peewee import CharField, DateField, DateTimeField, DecimalField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing


class Activity(Table):
    """Something that happened. Labels and names are kept as they were then: the source may be gone one day."""

    module = CharField(max_length=40)
    source_key = CharField(max_length=120)
    kind = CharField(max_length=60)
    kind_label = CharField(max_length=120)
    on = DateField()
    title = TextField()
    # Path of the record that it came from, on this site.
    url = CharField(max_length=200, default="")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    giver = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    receiver = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    void_at = DateTimeField(null=True)
    void_reason = TextField(default="")
    recorded_at = DateTimeField(default=now)

    class Meta:
        indexes = (
            (("module", "source_key"), True),
            (("pairing", "on", "id"), False),
        )

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's."""
        return self.district_id, None


class ActivitySchool(Table):
    """A school that took part, with its name of then. The day stands here too: timelines go by it."""

    activity = ForeignKeyField(Activity, on_delete="CASCADE", backref="+")
    school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    name = CharField(max_length=200)
    on = DateField()

    class Meta:
        indexes = (
            (("activity", "school"), True),
            (("school", "on", "activity"), False),
            (("district", "on", "activity"), False),
        )


class ActivityMeasure(Table):
    """How much of what: 3 lessons, 120 books. It serves at most one clause of a pledge."""

    activity = ForeignKeyField(Activity, on_delete="CASCADE", backref="+")
    unit = CharField(max_length=40)
    quantity = DecimalField(max_digits=14, decimal_places=2)
    clause_id = IntegerField(null=True, index=True)


MODELS = (Activity, ActivitySchool, ActivityMeasure)
