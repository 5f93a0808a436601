"""What a search shows: groups of results, with the words that were searched marked in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import starmap
from typing import NamedTuple

from markupsafe import Markup, escape

from intranet.contributions import SearchResult
from intranet.home import search
from intranet.kernel.clock import local
from intranet.kernel.dates import show_date
from intranet.kernel.language import gettext as _
from intranet.kernel.phone import show_phone
from intranet.kernel.plugins import Failure
from intranet.kernel.text import WORD, fold, search_tokens, searched_number
from intranet.meetings import queries as meetings
from intranet.programmes import queries as programmes
from intranet.programmes.life_cycle import STATE_LABELS
from intranet.shared import modules
from intranet.shared.access import Actor

# Words, and numbers with what stands between their groups.
WORDS = re.compile(r"[^\W_]+")
NUMBERS = re.compile(r"[0-9]+(?:[ .\-/\u2013][0-9]+)*")


class Detail(NamedTuple):
    """A word of the page's language, a Vietnamese name, or both; ``searched`` when the search looks into it."""

    word: str
    name: str = ""
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A line."""

    title: str
    url: str
    details: list[Detail]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one kind. ``endpoint`` is the list that shows all of them; None where there is none."""

    key: str
    label: str
    results: list[Result]
    endpoint: str | None = None


def groups(actor: Actor, query: str) -> list[Group] | None:
    """The groups that hold anything; None for a query without a word."""
    found = search.find(actor, query)
    if found is None:
        return None
    schools = [_school(*row) for row in found.schools]
    people = [_person(*row) for row in found.people]
    all_groups = (
        # The list of schools knows no phone numbers.
        Group("schools", _("Trường"), schools, None if found.by_phone else "schools.index"),
        Group("people", _("Người"), people, "people.index"),
        Group("programmes", _("Chương trình"), _programmes(actor, query)),
        Group("meetings", _("Họp, thăm"), _meetings(actor, query)),
        Group("modules", _("Mô-đun"), _of_modules(actor, query)),
    )
    return [group for group in all_groups if group.results]


def _school(id_: int, name: str, code: str, commune: str, district: str, phone: str, state: str) -> Result:
    where = [Detail("", commune, searched=True), Detail("", district)]
    details = [*where, Detail(code, searched=True), Detail(show_phone(phone), searched=True)]
    return _result(name, f"/schools/{id_}", details, state)


def _person(id_: int, name: str, phone: str, work: list[tuple[str, str]]) -> Result:
    return _result(name, f"/people/{id_}", [*starmap(Detail, work), Detail(show_phone(phone), searched=True)])


def _programmes(actor: Actor, query: str) -> list[Result]:
    found = programmes.titled(actor, query)[: search.LIMIT]
    return [_result(title, f"/programmes/{id_}", [Detail(str(STATE_LABELS[state]))]) for id_, title, state in found]


def _meetings(actor: Actor, query: str) -> list[Result]:
    found = meetings.titled(actor, query)[: search.LIMIT]
    return [
        _result(
            title, f"/meetings/{id_}", [Detail(show_date(local(starts_at).date())), Detail("", f"{first} – {second}")]
        )
        for id_, title, starts_at, first, second in found
    ]


def _of_modules(actor: Actor, query: str) -> list[Result]:
    items = modules.collect("search", actor, query=query, limit=search.LIMIT)
    return [_of_module(module, item) for module, item in items if not isinstance(item, Failure)]


def _of_module(module: str, item: SearchResult) -> Result:
    label = str(modules.plugins().cards[module].label)
    return _result(item.title, item.url, [Detail(label), Detail(item.detail, searched=True)])


def _result(title: str, url: str, details: list[Detail], state: str = "") -> Result:
    return Result(title, url, [detail for detail in details if detail.word or detail.name], state)


def first_of(found: list[Group], count: int) -> list[Group]:
    """So many results at most, of each group its share, and more where the others need less."""
    shares = [0] * len(found)
    while count and any(share < len(group.results) for share, group in zip(shares, found, strict=True)):
        for place, group in enumerate(found):
            if count and shares[place] < len(group.results):
                shares[place] += 1
                count -= 1
    return [replace(group, results=group.results[:share]) for group, share in zip(found, shares, strict=True)]


def marker(query: str) -> Callable[[str], Markup]:
    """A function that marks the beginnings of words that the query's words stand for, whatever their marks."""
    tokens = sorted(search_tokens(query), key=len, reverse=True)
    pattern = NUMBERS if searched_number(query) else WORDS

    def marked(text: str) -> Markup:
        pieces, done = [], 0
        for match in pattern.finditer(text):
            if length := _length(match[0], tokens):
                end = match.start() + length
                pieces += [escape(text[done : match.start()]), Markup("<mark>%s</mark>") % text[match.start() : end]]
                done = end
        return Markup("").join([*pieces, escape(text[done:])])

    return marked


def _length(word: str, tokens: list[str]) -> int:
    """How many characters of a word the longest token that it begins with covers."""
    letters = [len("".join(WORD.findall(fold(char)))) for char in word]
    folded = "".join(WORD.findall(fold(word)))
    token = next((token for token in tokens if folded.startswith(token)), "")
    return next((end for end in range(len(word) + 1) if sum(letters[:end]) >= len(token)), len(word))
