"""Official papers: letterheads, the templates that a district puts in place of ours, and what was issued.

What was issued is frozen (decision D3): its file, number and figures stay, whatever becomes of the record.
"""

from __future__ import annotations

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.attachments import StoredFile


class Letterhead(Table):
    """How a district's office, or one of its schools, heads and signs its papers (Decree 30/2020, annex I)."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    # A school that came under another unit has a row for each: papers of then are headed as they were.
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    parent_body = CharField(max_length=200, default="")
    body = CharField(max_length=200, default="")
    place = CharField(max_length=120, default="")
    # The end of the paper's number: "PGDĐT".
    symbol = CharField(max_length=40, default="")
    signer_title = CharField(max_length=120, default="")
    signer_name = CharField(max_length=120, default="")
    version = IntegerField(default=1)
    updated_at = DateTimeField(default=now)

    of_then = frozenset({"district"})

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.district_id, self.school_id


class PaperTemplate(Table):
    """A Word file that a district uses in place of ours for one kind of paper; the newest not retired one counts."""

    district = ForeignKeyField(District, on_delete="RESTRICT", backref="+")
    kind = CharField(max_length=60)
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT", backref="+")
    name = CharField(max_length=200)
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    at = DateTimeField(default=now)
    retired_at = DateTimeField(null=True)

    of_then = frozenset({"district"})

    class Meta:
        indexes = ((("district", "kind"), False),)

    def owner(self) -> tuple[int, None]:
        """Whose record this is: the district's."""
        return self.district_id, None


class IssuedDocument(Table):
    """A paper as it was issued. Whoever has the code can check it; ``facts`` are its figures as JSON."""

    code = CharField(max_length=20, unique=True)
    kind = CharField(max_length=60)
    module = CharField(max_length=40, default="")
    subject_type = CharField(max_length=60)
    subject_id = IntegerField()
    title = TextField()
    number = CharField(max_length=200, default="")
    issued_on = DateField()
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    holder = ForeignKeyField(Person, null=True, on_delete="RESTRICT", backref="+")
    file = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT", backref="+")
    file_name = CharField(max_length=200, default="")
    facts = TextField(default="{}")
    issued_by = IntegerField(null=True)
    issued_at = DateTimeField(default=now)
    void_at = DateTimeField(null=True)
    void_reason = TextField(default="")

    class Meta:
        indexes = ((("subject_type", "subject_id"), False),)

    def owner(self) -> tuple[int | None, int | None]:
        """Whose record this is: (district id, school id)."""
        return self.district_id, self.school_id


MODELS = (Letterhead, PaperTemplate, IssuedDocument)
