"""What a session was worth to those who came, without a name."""

from __future__ import annotations

import secrets

from peewee import CharField, DateField, ForeignKeyField, IntegerField, TextField

from intranet.api import Person, Table
from plugins.professional_development.models.sessions import Session


def random_key() -> str:
    """A key that tells nothing of when its row was written."""
    return secrets.token_urlsafe(16)


class FeedbackGiven(Table):
    """That a person answered. Nothing leads from it to an answer, not even the order in which rows were written."""

    key = CharField(max_length=22, primary_key=True, default=random_key)
    session = ForeignKeyField(Session, on_delete="RESTRICT", backref="+")
    person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")

    class Meta:
        table_name = "professional_development_feedback_given"
        indexes = ((("session", "person"), True),)


class FeedbackAnswer(Table):
    """What somebody answered: no person, of the time only the day, and a random key, because an order would tell."""

    key = CharField(max_length=22, primary_key=True, default=random_key)
    session = ForeignKeyField(Session, on_delete="RESTRICT", backref="+")
    day = DateField()
    useful = IntegerField()
    clear = IntegerField()
    applicable = IntegerField()
    wish = TextField(default="")
    comment = TextField(default="")

    class Meta:
        table_name = "professional_development_feedback_answer"
