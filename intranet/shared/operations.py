"""What keeps an installation alive: backups made, and the sign of life of the job process."""

from __future__ import annotations

from datetime import timedelta

from peewee import BigIntegerField, BooleanField, CharField, DateTimeField, TextField

from intranet.kernel.clock import now
from intranet.kernel.statements import Statement
from intranet.kernel.tables import Table


class BackupRecord(Table):
    """A backup that was tried, and what became of it."""

    started_at = DateTimeField(default=now)
    finished_at = DateTimeField(null=True)
    path = CharField(max_length=300)
    size = BigIntegerField(null=True)
    good = BooleanField(default=False)
    problem = TextField(default="")


class SignOfLife(Table):
    """When something of this installation was last seen: a process at work, its keys being put away."""

    name = CharField(max_length=60, primary_key=True)
    seen_at = DateTimeField(default=now)


MODELS = (BackupRecord, SignOfLife)

# Backups are daily; a second one that is missing is worth a warning.
BACKUP_TOO_OLD = timedelta(hours=48)
JOBS = "jobs"
PULSE_EVERY = timedelta(minutes=1)


def last_good_backup() -> BackupRecord | None:
    """The newest backup that is whole."""
    row = _LAST_GOOD.row()
    return BackupRecord.of_row(row) if row else None


_LAST_GOOD = Statement(lambda: BackupRecord.select().where(BackupRecord.good).order_by(BackupRecord.id.desc()).limit(1))


def backup_is_due() -> bool:
    """Whether the newest good backup is too old, or there is none."""
    last = last_good_backup()
    return last is None or now() - last.finished_at > BACKUP_TOO_OLD


def see(name: str) -> None:
    """Note that something is there now."""
    SignOfLife.insert(name=name, seen_at=now()).on_conflict(
        conflict_target=[SignOfLife.name], update={"seen_at": now()}
    ).execute()


def seen(name: str) -> SignOfLife | None:
    """When something was last there."""
    return SignOfLife.get_or_none(SignOfLife.name == name)


class Pulse:
    """Called as often as one likes, it notes a sign of life once a minute."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last = None

    def __call__(self) -> None:
        # A clock that was turned back must not silence it.
        if self.last is None or abs(now() - self.last) >= PULSE_EVERY:
            see(self.name)
            self.last = now()
