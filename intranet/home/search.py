"""One search over schools and people, the same on both engines.

Best first: every word as it is written, with its marks wherever the tone stands, without marks; then the same three for
words of which only the beginning was typed. What is equally good stands in Vietnamese order.

A word that many rows have is found by reading the first rows in order; a rare one by the index of words, whose rows
are few enough to be sorted. Each is slow where the other is fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Select

from intranet.kernel import fulltext
from intranet.kernel.clock import today
from intranet.kernel.database import database
from intranet.kernel.statements import Statement, param
from intranet.kernel.text import search_tiers, searched_number
from intranet.registry.districts import Commune, District
from intranet.registry.people import CONTACT_ROLES, ROLE_LABELS, Membership, Person, under_way
from intranet.registry.schools import School
from intranet.shared.access import Actor

LIMIT = 10
# How many rows are read in order before the index of words is asked: of all districts, and of one's own district or,
# for words that more than MANY rows have, of all. Up to FEW are sorted by their rank at once.
SHORT, LONG = 500, 5000
FEW, MANY = 3_000, 10_000
Readings = list[tuple[str, ...]]


class Match(NamedTuple):
    """A row that fits, in the order of results."""

    rank: int
    sort_key: str
    id: int


@dataclass(frozen=True, slots=True)
class Found:
    """The first results of each kind.

    ``schools`` are (id, name, code, commune, district, the phone number if it was searched, "closed", "merged" or "");
    ``people`` (id, name, phone, [(role, place)]), where a Vietnamese title stands with the place.
    """

    schools: list[tuple]
    people: list[tuple]

    @property
    def by_phone(self) -> bool:
        """Whether a school was found by its phone number."""
        return any(row[5] for row in self.schools)


def find(actor: Actor, query: str) -> Found | None:
    """The first schools and people that fit and that the actor may see; None for a query without a word."""
    readings = search_tiers(query)
    if not readings:
        return None
    return Found(_schools(actor, readings, searched_number(query)), _people(actor, readings))


def _schools(actor: Actor, readings: Readings, number: str) -> list[tuple]:
    districts = None if actor.sees_all else sorted(actor.district_ids)
    by_phone = _schools_by_phone(actor, number) if number.startswith("0") else []
    # Schools stand by their kind: where it is not in the first rows, reading on leads through thousands.
    search = _Search(School, districts, readings)
    found = _first(search.best(SHORT if districts is None else LONG), by_phone)
    rows = {row[0]: row for row in _SCHOOL_ROWS.rows(**_ids(found))} if found else {}
    phones = {match.id for match in by_phone}
    return [_school(*rows[match.id], match.id in phones) for match in found]


def _school(id_: int, *row: Any) -> tuple:
    name, code, commune, district, phone, closed_on, successor_id, by_phone = row
    state = "merged" if successor_id else "closed" if closed_on else ""
    return id_, name, code, commune, district, phone if by_phone else "", state


def _people(actor: Actor, readings: Readings) -> list[tuple]:
    districts = None if actor.sees_all else [actor.district_id]
    contacts = [] if actor.sees_all else _contacts(sorted(actor.partner_school_ids), readings)
    search = _Search(Person, districts, readings)
    found = _first(search.best(SHORT, LONG) if districts is None else search.best(LONG), contacts)
    if not found:
        return []
    people = {row[0]: row for row in _PERSON_ROWS.rows(**_ids(found))}
    work: dict[int, list[tuple[str, str]]] = {}
    for person_id, role, title, school, district in _WORK.rows(today=today(), **_ids(found)):
        place = school or district or ""
        # A title is the papers' own, like the names; a role is a word of the page's language.
        said = ("", " – ".join(filter(None, (title, place)))) if title else (str(ROLE_LABELS[role]), place)
        work.setdefault(person_id, []).append(said)
    return [(*people[match.id], work.get(match.id, [])) for match in found]


def _first(*found: list[Match]) -> list[Match]:
    """The first of several lists, each of which is in order; a row may stand in more than one."""
    best: dict[int, Match] = {}
    for match in sorted(match for part in found for match in part):
        best.setdefault(match.id, match)
    return list(best.values())[:LIMIT]


# --- The rows that fit best ---


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything that changes the SQL text: ``counts`` are the tokens of each reading."""

    table: type[School] | type[Person]
    districts: int | None
    counts: tuple[int, ...]

    def of_districts(self, rows: Select) -> Select:
        """Those of some rows that lie in the districts."""
        if self.districts is None:
            return rows
        return rows.where(self.table.district.in_([param(f"district{i}") for i in range(self.districts)]))

    def visible(self, rows: Select) -> Select:
        """Those that are not in the trash, either."""
        return self.of_districts(rows).where(self.table.deleted_at.is_null())


class _Search:
    """A search in one table, in some districts or in all."""

    def __init__(self, table: type[School] | type[Person], districts: list[int] | None, readings: Readings) -> None:
        self.readings = readings
        self.shape = _Shape(table, None if districts is None else len(districts), tuple(map(len, readings)))
        self.places = {f"district{i}": district_id for i, district_id in enumerate(districts or ())}
        self.patterns = fulltext.patterns(readings)

    def best(self, rows: int, more: int = 0) -> list[Match]:
        """The first that fit. So many ``rows`` are read in order, and ``more`` for a common word not found in them."""
        seen = self._read(rows)
        if (len(seen) == LIMIT and seen[-1].rank == 0) or not self._goes_on(rows):
            return seen
        last_rank = 2 * len(self.readings) - 1
        if not self._have_more_than(FEW, last_rank):
            return self._sorted(_sorted_by_rank, last_rank)
        return self._by_rank(seen, more)

    def _by_rank(self, seen: list[Match], more: int) -> list[Match]:
        """One rank after the other, until there are enough: from what was ``seen``, or else by the index."""
        found: list[Match] = []
        for rank in range(2 * len(self.readings)):
            here, missing = [match for match in seen if match.rank == rank], LIMIT - len(found)
            if len(here) < missing and more and self._have_more_than(MANY, rank):
                seen, more = self._read(more), 0
                here = [match for match in seen if match.rank == rank]
            if len(here) < missing:
                better = {match.id for match in found}
                rows = self._sorted(_sorted, rank)
                here = [match._replace(rank=rank) for match in rows if match.id not in better]
            found += here
            if len(found) >= LIMIT:
                break
        return found[:LIMIT]

    def _read(self, rows: int) -> list[Match]:
        return [Match(*row) for row in _in_order(self.shape, rows).rows(**self.places, **self.patterns)]

    def _goes_on(self, rows: int) -> bool:
        return bool(_rows_after(self.shape, rows).rows(**self.places))

    def _words(self, rank: int) -> str:
        return fulltext.words(self.readings[rank % len(self.readings)], whole=rank < len(self.readings))

    def _have_more_than(self, count: int, rank: int) -> bool:
        return fulltext.more_than(count, self.shape.table.search_text, self._words(rank))

    def _sorted(self, statement: Callable[[_Shape], Statement], rank: int) -> list[Match]:
        rows = statement(self.shape).rows(words=self._words(rank), **self.places, **self.patterns)
        return [Match(*row) for row in rows]


@cache
def _in_order(shape: _Shape, rows: int) -> Statement:
    """What fits of the first rows in order: (rank, sort key, id)."""
    table = shape.table

    def build() -> Select:
        first = shape.visible(table.select(table.id, table.sort_key, table.search_text))
        first = first.order_by(table.sort_key, table.id).limit(rows).alias("first")
        text = first.c.search_text
        found = Select([first], [fulltext.fit(text, shape.counts), first.c.sort_key, first.c.id])
        return _best(found.where(_fits(text, shape.counts)))

    return Statement(build)


@cache
def _rows_after(shape: _Shape, rows: int) -> Statement:
    """A row when there are more than so many. Those in the trash count, so that an index alone can answer."""
    return Statement(lambda: shape.of_districts(shape.table.select(SQL("1"))).limit(1).offset(rows))


@cache
def _sorted(shape: _Shape) -> Statement:
    """(0, sort key, id) of the first rows that have the words."""
    return Statement(lambda: _having_words(shape, SQL("0")))


@cache
def _sorted_by_rank(shape: _Shape) -> Statement:
    """(rank, sort key, id) of the best rows that have the words."""
    return Statement(lambda: _having_words(shape, fulltext.fit(shape.table.search_text, shape.counts)))


def _having_words(shape: _Shape, rank: Any) -> Select:
    table = shape.table
    rows = fulltext.containing(table.search_text, "words", rank.alias("rank"), table.sort_key, table.id)
    # OFFSET keeps PostgreSQL from walking through the whole index of sort keys in search of the words.
    rows = shape.visible(rows).offset(0).alias("having")
    return _best(Select([rows], [rows.c.rank, rows.c.sort_key, rows.c.id]))


def _fits(text: Any, counts: tuple[int, ...]) -> Any:
    return fulltext.fits(text, len(counts) - 1, counts[-1])


def _best(rows: Select) -> Select:
    return rows.bind(database).order_by(SQL("1"), SQL("2"), SQL("3")).limit(LIMIT)


# --- Rows that are few ---


def _contacts(school_ids: list[int], readings: Readings) -> list[Match]:
    """Of the people who stand for some schools, those who fit best."""
    if not school_ids:
        return []
    schools = {f"school{i}": school_id for i, school_id in enumerate(school_ids)}
    statement = _contacts_of(len(school_ids), tuple(map(len, readings)))
    return [Match(*row) for row in statement.rows(today=today(), **schools, **fulltext.patterns(readings))]


@cache
def _contacts_of(schools: int, counts: tuple[int, ...]) -> Statement:
    def build() -> Select:
        contacts = Membership.select(Membership.person).where(
            Membership.school.in_([param(f"school{i}") for i in range(schools)]),
            Membership.role.in_(CONTACT_ROLES),
            under_way(Membership, param("today")),
        )
        text = Person.search_text
        people = Person.select(fulltext.fit(text, counts), Person.sort_key, Person.id)
        return _best(people.where(Person.deleted_at.is_null(), Person.id.in_(contacts), _fits(text, counts)))

    return Statement(build)


def _schools_by_phone(actor: Actor, number: str) -> list[Match]:
    """Of the schools whose phone number the actor may see (docs/access.toml), those whose number begins so."""
    schools = () if actor.sees_all else sorted(actor.partner_school_ids)
    values = {f"school{i}": school_id for i, school_id in enumerate(schools)}
    number = f"+84{number[1:]}"
    statement = _by_phone(None if actor.sees_all else len(schools))
    # A letter stands behind all digits, whatever the database's order of text.
    rows = statement.rows(district=actor.district_id, number=number, beyond=f"{number}a", **values)
    return [Match(*row) for row in rows]


@cache
def _by_phone(partners: int | None) -> Statement:
    """(0 for the number itself and 1 for a longer one, sort key, id) of the first schools in a range of numbers."""

    def build() -> Select:
        # A range and not LIKE, for the index of phone numbers.
        begins = (School.phone >= param("number")) & (School.phone < param("beyond"))
        rows = School.select(Case(None, [(School.phone == param("number"), 0)], 1), School.sort_key, School.id)
        rows = rows.where(School.deleted_at.is_null(), begins)
        if partners is not None:
            partner = School.id.in_([param(f"school{i}") for i in range(partners)])
            rows = rows.where((School.district == param("district")) | partner)
        return _best(rows)

    return Statement(build)


# --- What is shown of them ---


def _ids(found: list[Match]) -> dict[str, int]:
    ids = [match.id for match in found]
    return {f"id{i}": id_ for i, id_ in enumerate(ids + [0] * (LIMIT - len(ids)))}


_IDS = [param(f"id{i}") for i in range(LIMIT)]
_SCHOOL_ROWS = Statement(
    lambda: (
        School.select(
            School.id,
            School.name,
            School.code,
            Commune.name,
            District.name,
            School.phone,
            School.closed_on,
            School.merged_into,
        )
        .join(District)
        .switch(School)
        .join(Commune, JOIN.LEFT_OUTER)
        .where(School.id.in_(_IDS))
    )
)
_PERSON_ROWS = Statement(lambda: Person.select(Person.id, Person.name, Person.phone).where(Person.id.in_(_IDS)))
_WORK = Statement(
    lambda: (
        Membership.select(Membership.person, Membership.role, Membership.title, School.name, District.name)
        .join(District, JOIN.LEFT_OUTER)
        .switch(Membership)
        .join(School, JOIN.LEFT_OUTER, on=(Membership.school == School.id))
        .where(Membership.person.in_(_IDS), under_way(Membership, param("today")))
        .order_by(Membership.id)
    )
)
