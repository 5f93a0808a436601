"""Files that people attach to records. Equal contents lie on the disk once; names and rights belong to each record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField, fn

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School

if TYPE_CHECKING:
    from intranet.shared.access import Actor

# How long what was thrown away can come back.
KEEP_THROWN_AWAY = timedelta(days=30)


class StoredFile(Table):
    """Contents in the file store, found by their SHA-256."""

    sha256 = CharField(max_length=64, unique=True)
    size = IntegerField()
    media_type = CharField(max_length=100)
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    # The small picture of a picture.
    preview = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+")
    # When somebody last stored it.
    stored_at = DateTimeField(default=now)


class FileLook(Table):
    """What a document shows inside, read once: it goes with its file (CASCADE) and names none."""

    file = ForeignKeyField(StoredFile, unique=True, on_delete="CASCADE", backref="+")
    # JSON, as ``files.looking`` makes it; empty where the document cannot be read.
    body = TextField(default="")
    made_at = DateTimeField(default=now)


class FilePage(Table):
    """The picture of a page of a document, whose number begins at 1."""

    look = ForeignKeyField(FileLook, on_delete="CASCADE", backref="+")
    number = IntegerField()
    picture = ForeignKeyField(StoredFile, on_delete="RESTRICT", backref="+")

    class Meta:
        indexes = ((("look", "number"), True),)


class Attachment(Table):
    """A file on a record."""

    file = ForeignKeyField(StoredFile, on_delete="RESTRICT", backref="+")
    name = CharField(max_length=200)
    # The plugin whose record it is; empty for the core.
    module = CharField(max_length=40, default="")
    subject_type = CharField(max_length=60)
    subject_id = IntegerField()
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT", backref="+")
    school = ForeignKeyField(School, null=True, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
    attached_at = DateTimeField(default=now)
    deleted_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("subject_type", "subject_id"), False),)

    def owner(self) -> tuple[int | None, int | None]:
        """Whose record this is: (district id, school id)."""
        return self.district_id, self.school_id


MODELS = (StoredFile, FileLook, FilePage, Attachment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachable:
    """A kind of record on which files lie.

    ``title`` heads its files, ``name(record)`` and ``address(record)`` lead back to it. Whoever sees the record and
    ``may_read`` sees its files, ``may_write`` adds and removes them. ``module`` is the plugin's, empty for the core.
    """

    model: type[Any]
    title: Any
    may_read: Callable[[Actor, Any], bool]
    may_write: Callable[[Actor, Any], bool]
    address: Callable[[Any], str]
    name: Callable[[Any], str] = lambda record: record.name
    module: str = ""


_attachables: dict[str, Attachable] = {}


def register_attachable(kind: Attachable) -> None:
    """Let files lie on records of a table."""
    _attachables[kind.model._meta.table_name] = kind


def attachable(subject_type: str) -> Attachable | None:
    """The kind of record that this table holds, if files lie on it."""
    return _attachables.get(subject_type)


def plugin_attachables() -> list[Attachable]:
    """The kinds of records of plugins on which files lie."""
    return [kind for kind in _attachables.values() if kind.module]


def count_files(model: type[Any], ids: Collection[int]) -> dict[int, int]:
    """{record: how many files lie on it}, of those records of a table on which any lie."""
    query = Attachment.select(Attachment.subject_id, fn.COUNT(Attachment.id)).where(
        Attachment.subject_type == model._meta.table_name,
        Attachment.subject_id.in_(sorted(ids)),
        Attachment.deleted_at.is_null(),
    )
    return dict(query.group_by(Attachment.subject_id).tuples())
