"""Notices: inside the application always, by mail where the person wants it and a mail server is set (decision D18)."""

from __future__ import annotations

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet.kernel.clock import now
from intranet.kernel.database import Table
from intranet.registry.people import Person

# How a person wants to get a kind of notice by mail.
AT_ONCE, DAILY, NEVER = "now", "daily", "none"


class Notice(Table):
    """One message to one person. ``count`` events of one group within a quarter of an hour are one notice."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    module = CharField(max_length=40, default="")
    kind = CharField(max_length=60)
    group_key = CharField(max_length=120, default="")
    # No child's name and no word of a case may stand here: it goes out by mail.
    title = TextField()
    url = CharField(max_length=200)
    count = IntegerField(default=1)
    created_at = DateTimeField(default=now)
    seen_at = DateTimeField(null=True)
    # How it goes by mail, decided when it was written; and when it went.
    delivery = CharField(max_length=10, default=NEVER)
    mailed_at = DateTimeField(null=True)

    class Meta:
        indexes = (
            (("person", "seen_at"), False),
            (("person", "created_at"), False),
            (("delivery", "mailed_at"), False),
        )


class NoticeChoice(Table):
    """How a person wants a kind of notice by mail; without a row, the kind's own default."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    kind = CharField(max_length=60)
    delivery = CharField(max_length=10)

    class Meta:
        indexes = ((("person", "kind"), True),)


MODELS = (Notice, NoticeChoice)
