"""Which passwords are too easy to guess, and why. No rules about signs and capitals: length, and nothing known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import digits
from unicodedata import normalize

from peewee import JOIN

from intranet.kernel.clock import today
from intranet.kernel.language import gettext as _
from intranet.kernel.phone import national_digits
from intranet.kernel.text import fold
from intranet.registry.districts import District
from intranet.registry.people import ADMINISTRATOR, LEADER, OFFICER, Membership, Person
from intranet.registry.schools import School

SHORTEST, SHORTEST_IN_OFFICES, LONGEST = 8, 12, 200
OFFICE_ROLES = (ADMINISTRATOR, LEADER, OFFICER)
# What must be left of a password without the words that others know of its owner.
LEAST_OWN = 6
SHORTEST_KNOWN = 4
NOT_A_SIGN = re.compile(r"[^0-9a-z]+")
BLOCK_REPEATED = re.compile(r"(.{1,4})\1+")
OF_THE_PROGRAM = ("chungtay", "chung tay", "ket nghia", "truong ket nghia")


def problem_of(password: str, person: Person) -> str | None:
    """Why the person must not use this password, in a sentence; None when it is good."""
    return problem(password, least=shortest_for(person), known=_known_of(person))


def shortest_for(person: Person) -> int:
    """How many characters the person's password needs: more where it opens more (decision D14)."""
    in_office = Membership.select().where(
        Membership.person == person.id,
        Membership.role.in_(OFFICE_ROLES),
        Membership.ends_on.is_null() | (Membership.ends_on >= today()),
    )
    return SHORTEST_IN_OFFICES if in_office.exists() else SHORTEST


def problem(password: str, *, least: int, known: Iterable[str]) -> str | None:
    """As problem_of; ``known`` are the names and numbers that others know of the owner."""
    password = normalize("NFKC", password)
    if len(password) < least:
        return _("Mật khẩu cần ít nhất %(least)s ký tự.", least=least)
    if len(password) > LONGEST:
        return _("Mật khẩu dài nhất %(most)s ký tự.", most=LONGEST)
    written = squeezed(password)
    if _is_common(written):
        return _(
            "Mật khẩu này là từ nhiều người dùng nên người khác dễ thử trúng. Thầy/cô chọn một câu của riêng mình."
        )
    if _predictable(password.casefold()):
        return _("Mật khẩu này chỉ là các ký tự lặp lại hoặc liền nhau nên dễ đoán.")
    if _is_date(written):
        return _("Mật khẩu này chỉ là một ngày tháng nên dễ đoán.")
    own = _without(written, known)
    if own != written and (len(own) < LEAST_OWN or _is_common(own) or _predictable(own) or _is_date(own)):
        return _("Mật khẩu này gần như chỉ gồm tên, số điện thoại hoặc nơi làm việc nên dễ đoán.")
    return None


def squeezed(text: str) -> str:
    """Letters and digits only, lower case, without marks: the form in which passwords are compared with lists."""
    return NOT_A_SIGN.sub("", fold(normalize("NFKC", text)))


@cache
def common() -> frozenset[str]:
    """The passwords that everybody tries first."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="ascii").splitlines()
    return frozenset(lines)


def _is_common(written: str) -> bool:
    """In the list, alone or with a number before or after it: matkhau, matkhau2024, 123456."""
    return written in common() or written.strip(digits) in common()


def _predictable(text: str) -> bool:
    """aaaaaaaa, 12345678, abcd1234, abcabcabc: few runs of equal or neighbouring characters, or one block repeated."""
    runs = 1 + sum(abs(ord(after) - ord(before)) > 1 for before, after in pairwise(text))
    return runs <= len(text) / 3 or BLOCK_REPEATED.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    """Eight digits that are a day of the last hundred years or so, day or year first."""
    if len(text) != 8 or not text.isdecimal():
        return False
    for year, month, day in ((text[4:], text[2:4], text[:2]), (text[:4], text[4:6], text[6:])):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if 1920 <= found.year <= 2060:
            return True
    return False


def _without(written: str, known: Iterable[str]) -> str:
    words = {ending for text in (*known, *OF_THE_PROGRAM) for ending in _endings(text)}
    for word in sorted(words, key=len, reverse=True):
        written = written.replace(word, "")
    return written


def _endings(text: str) -> Iterator[str]:
    """ "Trường THCS Yên Sở": truongthcsyenso, thcsyenso, yenso."""
    words = fold(text).split()
    for start in range(len(words)):
        ending = squeezed(" ".join(words[start:]))
        if len(ending) >= SHORTEST_KNOWN:
            yield ending


def _known_of(person: Person) -> list[str]:
    """What others know of a person: names, numbers, the day of birth, the places."""
    texts = [person.name, person.username, *re.split(r"[._-]", person.username)]
    if person.phone:
        texts += [national_digits(person.phone), person.phone]
    if person.email:
        texts += [person.email, person.email.partition("@")[0]]
    if person.birth_date:
        texts += [person.birth_date.strftime(form) for form in ("%d%m%Y", "%d%m%y", "%Y%m%d", "%Y")]
    return texts + _places_of(person)


def _places_of(person: Person) -> list[str]:
    """Names and codes of the districts and schools where the person works or worked."""
    rows = (
        Membership.select(District.name, District.code, School.name, School.short_name, School.code)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER)
        .where(Membership.person == person.id)
        .tuples()
    )
    places = {text for row in rows for text in row if text}
    if person.district_id is not None:
        places |= {person.district.name, person.district.code}
    return sorted(places)
