"""How much each factor counts in a programme, each calculation, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.api import Actor, District, Pairing, Programme, ProgrammeDistrict, School, Table, now, takes_part
from plugins.matching.score import BALANCED, FACTORS

WORKING, READY, FAILED = "working", "ready", "failed"
OPEN, EDITED, KEPT, DROPPED = "open", "edited", "kept", "dropped"
# What somebody still has to decide.
UNDECIDED = (OPEN, EDITED)


def _own_programmes(actor: Actor) -> Any:
    own = ProgrammeDistrict.select(ProgrammeDistrict.programme)
    return own.where(ProgrammeDistrict.district == actor.district_id, takes_part())


class Weights(Table):
    """How much each factor counts in a programme: the same for all of its schools."""

    programme = ForeignKeyField(Programme, unique=True, on_delete="RESTRICT", backref="+")
    needs = IntegerField(default=BALANCED["needs"])
    size = IntegerField(default=BALANCED["size"])
    distance = IntegerField(default=BALANCED["distance"])
    load = IntegerField(default=BALANCED["load"])
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    class Meta:
        table_name = "matching_weights"

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the offices of the programme."""
        return None if actor.sees_all else cls.programme.in_(_own_programmes(actor))

    def owner(self) -> tuple[int | None, None]:
        """Whose record this is: the district's that keeps the programme."""
        return self.programme.owner_district_id, None

    def values(self) -> dict[str, int]:
        """{factor: weight}."""
        return {factor: getattr(self, factor) for factor in FACTORS}


class Calculation(Table):
    """One reckoning of the best pairs. The schools of ``district`` stand first."""

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    state = CharField(max_length=10, default=WORKING)
    # The weights as they were then, as JSON.
    weights = TextField()
    job_id = IntegerField(null=True)
    considered = IntegerField(default=0)
    paired = IntegerField(default=0)
    problem = TextField(default="")
    started_at = DateTimeField(default=now)
    finished_at = DateTimeField(null=True)

    class Meta:
        table_name = "matching_run"
        indexes = ((("programme", "state", "id"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the offices of the programme."""
        return None if actor.sees_all else cls.programme.in_(_own_programmes(actor))

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's that asked for it."""
        return self.district_id, None

    def weight_values(self) -> Mapping[str, int]:
        """{factor: weight} as they were."""
        return json.loads(self.weights)


class Suggestion(Table):
    """Two schools that would suit each other, until somebody decides. The districts stand here, as in Pairing.

    ``score`` and the points in ``parts`` (JSON, as score.rate writes it) are tenths: 725 is 72,5 of 100.
    """

    programme = ForeignKeyField(Programme, on_delete="RESTRICT", backref="+")
    # None where a person chose without a calculation.
    calculation = ForeignKeyField(Calculation, null=True, column_name="run_id", on_delete="RESTRICT", backref="+")
    first_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    first_district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    second_school = ForeignKeyField(School, on_delete="RESTRICT", backref="+")
    second_district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    # What was calculated for the first school, where a person chose another.
    calculated_school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    score = IntegerField()
    parts = TextField()
    # Vietnamese whatever the page's language: it becomes the text of the proposal.
    sentence = TextField()
    state = CharField(max_length=10, default=OPEN)
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)
    # Why a person chose otherwise, or dropped it.
    override_reason = TextField(default="")
    # Why it could not be sent when somebody tried.
    problem = TextField(default="")
    pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "matching_suggestion"
        indexes = ((("programme", "state"), False),)

    @classmethod
    def visible_to(cls, actor: Actor) -> Any:
        """Condition: the offices of both schools."""
        if actor.sees_all:
            return None
        return (cls.first_district == actor.district_id) | (cls.second_district == actor.district_id)

    def owner(self) -> tuple[int, None]:
        """The first of owners(), for what can name one only."""
        return self.first_district_id, None

    def owners(self) -> tuple[tuple[int, None], ...]:
        """Whose record this is: both offices'."""
        return (self.first_district_id, None), (self.second_district_id, None)


MODELS = (Weights, Calculation, Suggestion)
