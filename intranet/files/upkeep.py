"""What nobody keeps any more is cleared away every day, and what is kept can be checked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from peewee import chunked, fn

from intranet.kernel import files
from intranet.kernel.clock import now
from intranet.kernel.jobs import daily
from intranet.shared.attachments import KEEP_THROWN_AWAY, Attachment, StoredFile

# An upload puts contents on the disk before a row names them, and a row there before a record does.
GRACE = timedelta(hours=24)
BATCH = 500


@daily
def clear_away(day: date) -> None:
    """Remove what lay in the trash for 30 days, then rows that no record names, then contents that no row names."""
    # A Vietnamese day begins while it is still yesterday in UTC.
    moment = min(datetime.combine(day, datetime.min.time()), now())
    Attachment.delete().where(Attachment.deleted_at < moment - KEEP_THROWN_AWAY).execute()
    # Pictures first: they hold their small pictures.
    while _delete_unnamed_rows(moment - GRACE):
        pass
    # The disk's own clock, which nobody shifts.
    old = time.time() - GRACE.total_seconds()
    for sha256 in _unnamed(sha256 for sha256, put_at in files.stored() if put_at < old):
        files.remove(sha256, old)
    files.clear_leftovers(old)


def _delete_unnamed_rows(before: datetime) -> int:
    # One statement: who stores the same contents meanwhile has written to the row, and it is no longer old.
    unnamed = StoredFile.stored_at < before
    # Whatever table names files, a module's too: attachments, small pictures, templates, issued papers. What goes with
    # its file names none.
    for key, model in StoredFile._meta.backrefs.items():
        if key.on_delete == "CASCADE":
            continue
        row = model.alias()
        unnamed &= ~fn.EXISTS(row.select(row.id).where(getattr(row, key.name) == StoredFile.id))
    return StoredFile.delete().where(unnamed).execute()


def _unnamed(sums: Iterable[str]) -> Iterator[str]:
    for some in chunked(sums, BATCH):
        named = {row[0] for row in StoredFile.select(StoredFile.sha256).where(StoredFile.sha256.in_(some)).tuples()}
        yield from (sha256 for sha256 in some if sha256 not in named)


def check_files() -> list[str]:
    """What is wrong with the contents that rows name, one line each."""
    problems = {None: "file {} is missing", False: "file {} is not what was stored"}
    sums = StoredFile.select(StoredFile.sha256).order_by(StoredFile.id).tuples().iterator()
    whole = ((sha256, files.is_whole(sha256)) for (sha256,) in sums)
    return [problems[state].format(files.path_of(sha256)) for sha256, state in whole if not state]
