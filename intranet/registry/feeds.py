"""Calendars that people read in their own programs."""

from __future__ import annotations

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.people import Membership, Person


class CalendarFeed(Table):
    """A secret address of a person's calendar. Only the token's hash is kept; a new address ends the old one."""

    token_hash = CharField(max_length=64, primary_key=True)
    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE", backref="+")
    # What the person acts in when the calendar is read.
    membership = ForeignKeyField(Membership, on_delete="CASCADE", backref="+")
    created_at = DateTimeField(default=now)


MODELS = (CalendarFeed,)
