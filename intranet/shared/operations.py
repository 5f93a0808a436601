"""What keeps an installation alive: backups made, and the sign of life of the job process."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, DateTimeField, TextField

from intranet.kernel.clock import now
from intranet.kernel.database import Table


class BackupRecord(Table):
    """A backup that was tried, and what became of it."""

    started_at = DateTimeField(default=now)
    finished_at = DateTimeField(null=True)
    path = CharField(max_length=300)
    size = BigIntegerField(null=True)
    good = BooleanField(default=False)
    problem = TextField(default="")


class SignOfLife(Table):
    """When a process of this installation was last seen at work."""

    name = CharField(max_length=60, primary_key=True)
    seen_at = DateTimeField(default=now)


MODELS = (BackupRecord, SignOfLife)
