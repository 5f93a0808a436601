"""Notices: inside the application always, by mail where the person wants it and a mail server is set (decision D18)."""

from __future__ import annotations

from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, Select, TextField, Value, fn

from intranet.contributions import NEVER
from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.districts import DistrictModule
from intranet.registry.people import ADMINISTRATOR, Membership, Person, under_way

# A counter that says more would not be read.
MOST_COUNTED = 100


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


def in_sight(person: Any, day: Any = None) -> Any:
    """Condition for the notices of a person (an id, a column or a param) that are to be shown or mailed.

    Those of a module that is off wherever the person works are not (decision D3).
    """
    work, switch = Membership.alias(), DistrictModule.alias()
    on = switch.select(Value(1)).where(
        switch.district == work.district,
        switch.module == Notice.module,
        switch.enabled == True,  # noqa: E712 (SQL)
    )
    works = work.select(Value(1)).where(
        work.person == person, under_way(work, day), (work.role == ADMINISTRATOR) | fn.EXISTS(on)
    )
    return (Notice.person == person) & ((Notice.module == "") | fn.EXISTS(works))


def unread_of(person: Any, day: Any = None) -> Any:
    """Query for how many notices a person has not seen, MOST_COUNTED at most; for use inside another one, too."""
    few = Notice.select(Value(1)).where(in_sight(person, day), Notice.seen_at.is_null()).limit(MOST_COUNTED)
    return Select([few.alias("few")], [fn.COUNT(Value(1))])
