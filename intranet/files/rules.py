"""Every change of what lies on a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from intranet.kernel import files
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.shared import audit
from intranet.shared.attachments import Attachment, StoredFile
from intranet.shared.uploads import JPEG, Upload


def attach(
    subject: Any,
    uploads: Sequence[Upload],
    *,
    person_id: int,
    module: str = "",
    done: Callable[[], None] = lambda: None,
) -> list[Attachment]:
    """Put files on a record, all or none. The contents lie on the disk before a row names them.

    Raises OSError where the disk takes no more; contents that no row names are cleared away later.
    """
    contents = [_put(upload) for upload in uploads]
    district_id, school_id = subject.owner()
    with transaction():
        made = [
            Attachment.create(
                file=_file(upload, *sums),
                name=upload.name,
                module=module,
                subject_type=type(subject)._meta.table_name,
                subject_id=subject.id,
                district=district_id,
                school=school_id,
                person=person_id,
            )
            for upload, sums in zip(uploads, contents, strict=True)
        ]
        for attachment in made:
            _record("file.attach", subject, person_id, None, attachment.name)
        done()
    return made


def keep(body: bytes, media_type: str) -> int:
    """Store what the program made and return the id of its row, which a record of the caller's transaction names."""
    return row_of(files.put(body), size=len(body), media_type=media_type)


def _put(upload: Upload) -> tuple[str, str | None]:
    return files.put(upload.body), files.put(upload.preview) if upload.preview else None


def _file(upload: Upload, sha256: str, preview_sha256: str | None) -> int:
    preview = row_of(preview_sha256, size=len(upload.preview or b""), media_type=JPEG) if preview_sha256 else None
    return row_of(
        sha256,
        size=len(upload.body),
        media_type=upload.media_type,
        width=upload.width,
        height=upload.height,
        preview=preview,
    )


def row_of(sha256: str, **values: Any) -> int:
    """The id of the row of contents that lie on the disk, made or met.

    Met, it is written to as well: whoever clears away old ones at the same time then waits, and leaves it.
    """
    values |= {"stored_at": now()}
    StoredFile.insert(sha256=sha256, **values).on_conflict(
        conflict_target=[StoredFile.sha256], update={"stored_at": values["stored_at"]}
    ).execute()
    return StoredFile.get(StoredFile.sha256 == sha256).id


def _record(action: str, subject: Any, person_id: int, before: str | None, after: str | None) -> None:
    audit.record(action, subject, person_id=person_id, changes={"file": (before, after)})


def remove(attachment: Attachment, subject: Any, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """Put a file of a record into the trash, where it stays for 30 days."""
    with transaction():
        kept = Attachment.id == attachment.id, Attachment.deleted_at.is_null()
        if Attachment.update(deleted_at=now()).where(*kept).execute():
            _record("file.remove", subject, person_id, attachment.name, None)
        done()


def restore(attachment: Attachment, subject: Any, *, person_id: int, done: Callable[[], None] = lambda: None) -> None:
    """Take a file of a record out of the trash."""
    with transaction():
        thrown = Attachment.id == attachment.id, Attachment.deleted_at.is_null(False)
        if Attachment.update(deleted_at=None).where(*thrown).execute():
            _record("file.restore", subject, person_id, None, attachment.name)
        done()
