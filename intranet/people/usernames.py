"""User names in the usual manner: given name, initials of the others, the district: Trần Thu Hương is huongtt.hm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count, islice

from intranet.kernel.text import fold
from intranet.registry.people import Person

LONGEST = 50
AT_A_TIME = 50
NOT_A_LETTER = re.compile(r"[^0-9a-z]+")


class Usernames:
    """Makes user names that are free; those of the district are read once."""

    def __init__(self, district_code: str) -> None:
        self.ending = _ending(district_code)
        taken = Person.select(Person.username).where(Person.username.endswith(self.ending))
        self.taken = {username for (username,) in taken.tuples()}

    def make(self, name: str) -> str:
        """A free user name for the person of this name; numbered from the second on."""
        username = next(one for one in _numbered(name, self.ending) if one not in self.taken)
        self.taken.add(username)
        return username


def _numbered(name: str, ending: str) -> Iterator[str]:
    """The user names of a person in the order in which they are tried."""
    words = [word for word in NOT_A_LETTER.split(fold(name)) if word] or ["x"]
    base = (words[-1] + "".join(word[0] for word in words[:-1]))[:LONGEST]
    yield base + ending
    yield from (f"{base}{number}{ending}" for number in count(2))


def free_username(name: str, district_code: str) -> str:
    """A free user name for one person; asks for as many at a time as are tried."""
    names = _numbered(name, _ending(district_code))
    while True:
        some = list(islice(names, AT_A_TIME))
        taken = {username for (username,) in Person.select(Person.username).where(Person.username.in_(some)).tuples()}
        if free := [username for username in some if username not in taken]:
            return free[0]


def _ending(district_code: str) -> str:
    return "." + NOT_A_LETTER.sub("", fold(district_code))
