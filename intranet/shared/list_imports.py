"""Lists that offices send: the uploaded file, what was read from it, what a person decided, what it did."""

from __future__ import annotations

from typing import Any

from peewee import BlobField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.people import Person


class ListImport(Table):
    """An uploaded list on its way: reading → columns (a person must say what they mean) or ready → writing → done."""

    kind = CharField(max_length=20)
    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    file_name = CharField(max_length=255)
    state = CharField(max_length=20)
    # JSON: where the table stands, what its columns mean, what a person chose, and the plan.
    content = TextField(default="{}")
    problem = TextField(default="")
    # The job that reads or writes it now.
    job_id = IntegerField(null=True)
    created_at = DateTimeField(default=now)
    committed_at = DateTimeField(null=True)
    created = IntegerField(default=0)
    changed = IntegerField(default=0)
    unchanged = IntegerField(default=0)
    rejected = IntegerField(default=0)

    @classmethod
    def visible_to(cls, actor: Any) -> Any:
        """Condition: the own district's office. None means all."""
        return None if actor.sees_all else cls.district == actor.district_id

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's."""
        return self.district_id, None


class ListImportFile(Table):
    """The uploaded file itself, apart: lists of imports must not read it."""

    list_import = ForeignKeyField(ListImport, unique=True, on_delete="CASCADE", backref="+")
    body = BlobField()


class ColumnMemory(Table):
    """What a district's people said that a column means: next time it is known."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=20)
    label_key = CharField(max_length=120)
    field = CharField(max_length=40)

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("district", "kind", "label_key"), True),)


class MatchMemory(Table):
    """Which record a person chose for a row that could mean several: next time it is known (decision D16)."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=20)
    row_key = CharField(max_length=64)
    record_id = IntegerField()

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("district", "kind", "row_key"), True),)


MODELS = (ListImport, ListImportFile, ColumnMemory, MatchMemory)
