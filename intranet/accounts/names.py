"""Whose account somebody means: by the user name, or by a phone number or e-mail address that only one of us has."""

from __future__ import annotations

from typing import Any

from intranet.kernel.phone import phone_number
from intranet.kernel.text import fold
from intranet.registry.people import Person


def find(typed: str) -> tuple[str, Person | None]:
    """What was typed, in the one form of all its spellings, and the person that it names.

    A user name goes first: it is unique, while anybody may note any number as their own. What several open accounts
    share names none of them.
    """
    typed = fold(typed)
    person = Person.get_or_none(Person.username == typed)
    if person is not None:
        return typed, person
    if "@" in typed:
        return typed, _only_one(Person.email == typed)
    try:
        number = phone_number(typed)
    except ValueError:
        return typed, None
    return number, _only_one(Person.phone == number)


def _only_one(condition: Any) -> Person | None:
    is_open = (Person.active == True) & Person.deleted_at.is_null()  # noqa: E712 (SQL)
    found = list(Person.select().where(condition, is_open).limit(2))
    return found[0] if len(found) == 1 else None
