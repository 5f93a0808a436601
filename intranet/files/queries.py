"""Reads of what lies on a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import Select, fn

from intranet.files.looking import READERS
from intranet.kernel import files
from intranet.kernel.clock import now
from intranet.kernel.statements import Statement, param
from intranet.registry.people import Person
from intranet.shared.attachments import KEEP_THROWN_AWAY, Attachment, StoredFile
from intranet.shared.uploads import JPEG, PACKAGES, PDF

PAGE_SIZE = 50
LATEST = 6
ICONS = {
    JPEG: "image",
    PDF: "file-text",
    PACKAGES["word/document.xml"][1]: "file-type",
    PACKAGES["xl/workbook.xml"][1]: "file-spreadsheet",
    PACKAGES["ppt/presentation.xml"][1]: "presentation",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file on a record as lists show it."""

    id: int
    name: str
    size: int
    media_type: str
    # The row of its small picture, if it is a picture.
    preview: int | None
    who: str
    at: datetime | str
    deleted_at: datetime | str | None

    @property
    def can_be_looked_into(self) -> bool:
        """Whether a page can show what is inside."""
        return self.media_type == JPEG or self.media_type in READERS

    @property
    def icon(self) -> str:
        """What stands for the file where there is no small picture."""
        return ICONS.get(self.media_type, "file")


def _entries() -> Select:
    return (
        Attachment.select(
            Attachment.id,
            Attachment.name,
            StoredFile.size,
            StoredFile.media_type,
            StoredFile.preview,
            Person.name,
            Attachment.attached_at,
            Attachment.deleted_at,
        )
        .join(StoredFile, on=(Attachment.file == StoredFile.id))
        .join(Person, on=(Attachment.person == Person.id))
    )


def _lying() -> Select:
    """What lies on a record, the latest first."""
    of_record = (Attachment.subject_type == param("subject_type")) & (Attachment.subject_id == param("subject_id"))
    return (
        _entries()
        .where(of_record, Attachment.deleted_at.is_null(), Attachment.id < param("before"))
        .order_by(Attachment.id.desc())
        .limit(param("most"))
    )


_LYING = Statement(_lying)
# Above every id.
END = 2**31 - 1


def page_of(
    subject_type: str, subject_id: int, before: int | None = None, most: int = PAGE_SIZE
) -> tuple[list[Entry], int | None]:
    """A page of what lies on a record, the latest first, and the id to go on from."""
    rows = _LYING.rows(subject_type=subject_type, subject_id=subject_id, before=before or END, most=most + 1)
    entries = [Entry(*row) for row in rows[:most]]
    return entries, entries[-1].id if len(rows) > most else None


def thrown_away(subject_type: str, subject_id: int) -> list[Entry]:
    """What was thrown away from a record and can still come back, the latest first."""
    query = _entries().where(
        Attachment.subject_type == subject_type,
        Attachment.subject_id == subject_id,
        Attachment.deleted_at >= now() - KEEP_THROWN_AWAY,
    )
    rows = query.order_by(Attachment.deleted_at.desc(), Attachment.id.desc()).limit(PAGE_SIZE)
    return [Entry(*row) for row in rows.tuples()]


def contents_of(attachment: Attachment) -> tuple[str, str]:
    """(SHA-256, media type) of what a file holds."""
    columns = StoredFile.sha256, StoredFile.media_type
    return StoredFile.select(*columns).where(StoredFile.id == attachment.file_id).tuples().get()


def preview_of(attachment: Attachment) -> str | None:
    """The SHA-256 of a picture's small picture; None for other files."""
    small = StoredFile.alias()
    return (
        StoredFile.select(small.sha256)
        .join(small, on=(StoredFile.preview == small.id))
        .where(StoredFile.id == attachment.file_id)
        .scalar()
    )


def small_pictures(subject_type: str, ids: Sequence[int], most: int) -> list[tuple[int, bytes]]:
    """(record, its small picture) of these records, in their order; lost ones are left out."""
    small = StoredFile.alias()
    rows = (
        Attachment.select(Attachment.subject_id, small.sha256)
        .join(StoredFile, on=(Attachment.file == StoredFile.id))
        .join(small, on=(StoredFile.preview == small.id))
        .where(
            *(Attachment.subject_type == subject_type, Attachment.subject_id.in_(list(ids))),
            Attachment.deleted_at.is_null(),
        )
        .order_by(Attachment.id)
    )
    found = sorted(rows.tuples(), key=lambda row: ids.index(row[0]))
    return [(id_, body) for id_, sha256 in found[:most] if (body := _contents(sha256)) is not None]


def _contents(sha256: str) -> bytes | None:
    try:
        with files.open_file(sha256) as file:
            return file.read()
    except FileNotFoundError:
        return None


def pictures_of(subject_type: str, ids: Sequence[int]) -> dict[int, int]:
    """{record: its first picture}, as the address /files/<id>/preview takes it, of those records that have one."""
    rows = (
        Attachment.select(Attachment.subject_id, fn.MIN(Attachment.id))
        .join(StoredFile, on=(Attachment.file == StoredFile.id))
        .where(
            *(Attachment.subject_type == subject_type, Attachment.subject_id.in_(list(ids))),
            *(Attachment.deleted_at.is_null(), StoredFile.preview.is_null(False)),
        )
        .group_by(Attachment.subject_id)
    )
    return dict(rows.tuples()) if ids else {}
