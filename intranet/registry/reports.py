"""Reports in the making: of a pair for a term or a year, of a programme for a year. What is issued is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme

if TYPE_CHECKING:
    from intranet.shared.access import Actor

# Which part of a school year a report is about.
FIRST_TERM, SECOND_TERM, WHOLE_YEAR = "1", "2", ""
DRAFT, SUBMITTED, ISSUED, VOID = "draft", "submitted", "issued", "void"


class Report(Table):
    """A report. ``sections`` is JSON, [{key, heading, text, tables}], editable until issued; figures freeze with it.

    With ``pairing`` it is the pair's, written by ``school`` or, without one, by ``district``'s office; else it is the
    programme's, written by the office.
    """

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    term = CharField(max_length=1, default=WHOLE_YEAR)
    title = TextField()
    sections = TextField(default="[]")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)
    number = CharField(max_length=60, default="")
    issued_on = DateField(null=True)
    # JSON: how the paper was headed and signed when it was issued.
    head = TextField(default="{}")
    # Why it was sent back, or void.
    remark = TextField(default="")

    class Meta:
        indexes = ((("programme", "pairing", "school_year", "term"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: of a pair, whoever sees the pair; of a programme, its office, and once issued the others in it."""
        if actor.sees_all:
            return None
        pairs = Pairing.select(Pairing.id).where(Pairing.visible_to(actor))
        if actor.school_id is not None:
            return cls.pairing.in_(pairs)
        programmes = Programme.select(Programme.id).where(Programme.visible_to(actor))
        theirs = cls.programme.in_(programmes) & cls.state.in_((ISSUED, VOID))
        return cls.pairing.in_(pairs) | (cls.pairing.is_null() & ((cls.district == actor.district_id) | theirs))

    def owner(self) -> tuple[int, int | None]:
        """Who writes it, for what can name one only: (district id, school id or None)."""
        return self.district_id, self.school_id

    def owners(self) -> tuple[tuple[int, int | None], ...]:
        """Whose record this is: the pair's two sides, or the district's."""
        return self.pairing.owners() if self.pairing_id is not None else ((self.district_id, None),)


MODELS = (Report,)
