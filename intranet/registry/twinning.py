"""Which districts share a programme and which schools are twinned: the links that access is decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import CharField, DateField, ForeignKeyField, TextField

from intranet.kernel.database import Table
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.districts import District
from intranet.registry.schools import School

if TYPE_CHECKING:
    from intranet.shared.access import Actor

ACTIVE = "active"
ENDED = "ended"
PAIRING_STATES = {ACTIVE: _("Đang thực hiện"), ENDED: _("Đã kết thúc")}


class Programme(Table):
    """A joint programme of districts for a period."""

    title = TextField()
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)


class ProgrammeDistrict(Table):
    """A district that takes part in a programme."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")

    class Meta:
        indexes = ((("programme", "district"), True),)


class Pairing(Table):
    """Two twinned schools. The districts stand here too, so that lists need no joins to know who may see what."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    first_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    first_district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    second_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    second_district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    state = CharField(max_length=20, default=ACTIVE)
    started_on = DateField(null=True)
    ended_on = DateField(null=True)

    class Meta:
        indexes = ((("programme", "first_school", "second_school"), True),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for the pairings that the actor may see: both schools and both offices. None means all."""
        if actor.sees_all:
            return None
        if actor.school_id:
            return (cls.first_school == actor.school_id) | (cls.second_school == actor.school_id)
        return (cls.first_district == actor.district_id) | (cls.second_district == actor.district_id)
