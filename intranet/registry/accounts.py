"""What an account is opened with beside the password: one-time links and the second factor."""

from __future__ import annotations

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet.kernel.clock import now
from intranet.kernel.tables import Table
from intranet.registry.people import Person

# What a link is for. A setup code belongs to nobody yet: it makes the first administrator.
INVITE, RESET, SETUP = "invite", "reset", "setup"


class AccountLink(Table):
    """A link that opens an account once. Only the token's hash is kept, so a copy of this table opens nothing."""

    token_hash = CharField(max_length=64, primary_key=True)
    person = ForeignKeyField(Person, null=True, on_delete="CASCADE", backref="+")
    kind = CharField(max_length=10)
    # Who handed it out; None for the command line.
    issued_by = IntegerField(null=True)
    issued_at = DateTimeField(default=now)
    expires_at = DateTimeField()
    used_at = DateTimeField(null=True)


class SecondFactor(Table):
    """A person's code generator (TOTP, RFC 6238). Not in force before a first code has proved that it works."""

    person = ForeignKeyField(Person, primary_key=True, on_delete="CASCADE", backref="+")
    # Encrypted with the installation's key, which is not in the database.
    secret = CharField(max_length=200)
    confirmed_at = DateTimeField(null=True)
    # The 30-second step of the last code taken: none is good twice.
    last_step = IntegerField(default=0)


class RecoveryCode(Table):
    """A code for the day on which the phone is lost; good once."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    code_hash = CharField(max_length=64)
    used_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("person", "code_hash"), True),)


MODELS = (AccountLink, SecondFactor, RecoveryCode)
