"""Making backups while people work, by command and once a day by job."""

from __future__ import annotations

import errno
import logging
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from peewee import PeeweeException

from intranet.kernel import jobs
from intranet.kernel.clock import now, today
from intranet.kernel.files import path_of
from intranet.kernel.language import gettext as _
from intranet.operations import archive, tables
from intranet.shared.attachments import StoredFile
from intranet.shared.operations import BackupRecord, last_good_backup

KIND = "backup"
# A little less than a day: the next daily round comes a moment earlier or later.
FRESH = timedelta(hours=20)
DISK_FULL = "disk full"
LONGEST_PROBLEM = 300
# What a run that was killed leaves; nobody writes one archive for so long.
ABANDONED_SECONDS = 86_400
TICK_SECONDS = 20.0

log = logging.getLogger("intranet.backups")


class BackupFailed(Exception):
    """No backup was made; the text says why."""


def make(directory: Path | None = None, keep: int | None = None, tick: archive.Tick = lambda: None) -> BackupRecord:
    """Make a backup, read it again to be sure, remove those beyond the newest ``keep``, and record what became of it.

    Directory and number are by default the settings'. Raises BackupFailed; then no half archive is left.
    """
    config = current_app.extensions["config"]
    directory = config.backups_directory if directory is None else directory
    record = BackupRecord(started_at=now(), path=str(directory))
    try:
        path, record.problem = _write(directory, tick)
    except (OSError, PeeweeException, archive.BadArchive) as cause:
        record.problem = _reason(cause)
        _note(record)
        raise BackupFailed(record.problem) from cause
    record.path, record.size, record.good = str(path), path.stat().st_size, True
    _note(record)
    _remove_old(directory, config.keep_backups if keep is None else keep, path)
    return record


def _write(directory: Path, tick: archive.Tick) -> tuple[Path, str]:
    """The path of the new archive, and what is to be said of it."""
    with tables.snapshot() as bound:
        path = archive.write(bound, path_of, directory, tick)
    try:
        with archive.opened(path) as made:
            made.check(tick)
            broken = _still_wanted(made.manifest.broken_files)
    except archive.BadArchive:
        path.unlink()
        raise
    return path, f"{len(broken)} files are missing or damaged: {', '.join(broken[:3])}" if broken else ""


def _still_wanted(names: list[str]) -> list[str]:
    """Those of some files that no one removed since the snapshot."""
    return [name for (name,) in StoredFile.select(StoredFile.sha256).where(StoredFile.sha256.in_(names)).tuples()]


def _reason(cause: Exception) -> str:
    if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DISK_FULL
    return f"{type(cause).__name__}: {cause}"[:LONGEST_PROBLEM]


def in_words(problem: str) -> str:
    """A recorded problem for people: the one that they can cure by themselves is said in their language."""
    return _("ổ đĩa đã đầy") if problem == DISK_FULL else problem


def _note(record: BackupRecord) -> None:
    record.finished_at = now()
    try:
        record.save()
    except PeeweeException:
        # The disk of the database may be full as well; the archive is none the worse for it.
        log.exception("the backup could not be recorded")


def _remove_old(directory: Path, keep: int, made: Path) -> None:
    """Remove all but the newest archives, never the one just made: the clock may have been turned back."""
    found = sorted(directory.glob(f"{archive.PREFIX}*{archive.SUFFIX}"), key=lambda path: path.stem, reverse=True)
    others = [path for path in found if path != made]
    for path in others[max(keep - 1, 0) :]:
        path.unlink(missing_ok=True)
    for path in directory.glob(f"{archive.PREFIX}*{archive.UNFINISHED}"):
        if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
            path.unlink(missing_ok=True)


def is_fresh() -> bool:
    """Whether the last good backup is of the last hours."""
    last = last_good_backup()
    return last is not None and now() - last.finished_at < FRESH


@jobs.daily
def back_up_daily(day: date) -> None:
    """Put today's backup into the queue, once, however many days are caught up with."""
    config = current_app.extensions["config"]
    if config.daily_backup and not config.demo:
        jobs.enqueue(KIND, {}, unique_key=f"{KIND}-{today().isoformat()}")


@jobs.handles(KIND)
def _do_backup(run: jobs.Run) -> None:
    if is_fresh() and not run.payload.get("asked"):
        return
    try:
        make(tick=_keeping_lease(run))
    except BackupFailed as cause:
        # Tried again some times: a disk may have room an hour later.
        if run.job.attempts < jobs.MOST_ATTEMPTS:
            raise
        raise jobs.JobRefused(_("Chưa sao lưu được: %(reason)s.", reason=in_words(str(cause)))) from cause


def _keeping_lease(run: jobs.Run) -> archive.Tick:
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last > TICK_SECONDS:
            last = time.monotonic()
            run.progress(run.job.progress)

    return tick


def recent(count: int) -> list[Any]:
    """The last backups that were tried, newest first."""
    return list(BackupRecord.select().order_by(BackupRecord.id.desc()).limit(count))
