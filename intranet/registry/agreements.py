"""What districts put on paper for a programme: memoranda with their clauses and signatories, and yearly plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.twinning import Programme, ProgrammeDistrict, takes_part

if TYPE_CHECKING:
    from intranet.shared.access import Actor


# The states of a memorandum from which on it is a paper that schools read, too.
SIGNED_STATES = ("signed", "in_force", "expired", "ended")


def _of_visible_programmes(model: Any, actor: Actor) -> Any:
    condition = Programme.visible_to(actor)
    return None if condition is None else model.programme.in_(Programme.select(Programme.id).where(condition))


class Memorandum(Table):
    """A memorandum (bản ghi nhớ) of the programme's districts, or an appendix to one (``parent``)."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    parent = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    title = TextField()
    preamble = TextField(default="")
    state = CharField(max_length=20, default="draft")
    state_since = DateTimeField(default=now)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)
    number = CharField(max_length=60, default="")
    signed_on = DateField(null=True)
    signed_place = CharField(max_length=120, default="")
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    # Why it was sent back, given up or ended.
    outcome = TextField(default="")

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for those that the actor may see: of the programmes that are seen; schools see what was signed."""
        condition = _of_visible_programmes(cls, actor)
        return condition if actor.school_id is None else condition & cls.state.in_(SIGNED_STATES)

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is in a log: the district's that keeps the programme."""
        return self.programme.owner_district_id, None

    def owners(self) -> list[tuple[int, None]]:
        """Whose record this is: every district's that takes part, for all of them write it."""
        part = ProgrammeDistrict.select(ProgrammeDistrict.district).where(
            ProgrammeDistrict.programme == self.programme_id, takes_part()
        )
        return [(district_id, None) for (district_id,) in part.tuples()]


class MemorandumClause(Table):
    """A clause (điều) of a memorandum."""

    memorandum = ForeignKeyField(Memorandum, on_delete="CASCADE", backref="+")
    position = IntegerField()
    heading = CharField(max_length=200, default="")
    text = TextField()


class Signatory(Table):
    """Who signs a memorandum for a district; names are kept as they stood on the paper."""

    memorandum = ForeignKeyField(Memorandum, on_delete="CASCADE", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    body = CharField(max_length=200)
    name = CharField(max_length=120, default="")
    title = CharField(max_length=120, default="")

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("memorandum", "district"), True),)


class YearPlan(Table):
    """What a programme means to do in a school year ("2023-2024")."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    school_year = CharField(max_length=9)
    aims = TextField(default="")
    number = CharField(max_length=60, default="")
    issued_on = DateField(null=True)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        indexes = ((("programme", "school_year"), True),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition for those that the actor may see: of the programmes that are seen; schools see what was issued."""
        condition = _of_visible_programmes(cls, actor)
        return condition if actor.school_id is None else condition & cls.issued_on.is_null(False)

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is: the district's that keeps the programme."""
        return self.programme.owner_district_id, None


class YearPlanItem(Table):
    """A task of a yearly plan: what, who leads, by when, how much."""

    plan = ForeignKeyField(YearPlan, on_delete="CASCADE", backref="+")
    position = IntegerField()
    task = TextField()
    lead = CharField(max_length=200, default="")
    due_on = DateField(null=True)
    target = CharField(max_length=200, default="")


MODELS = (Memorandum, MemorandumClause, Signatory, YearPlan, YearPlanItem)
