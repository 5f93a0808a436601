"""The directory: filters and pages. A stored statement for each combination of filters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import and_
from typing import Any

from peewee import SQL, EnclosedNodeList, Expression, NodeList, Select, fn

from intranet.kernel import fulltext
from intranet.kernel.clock import today
from intranet.kernel.statements import Statement, param
from intranet.kernel.text import fold, search_tiers
from intranet.registry.people import CONTACT_ROLES, Leave, Membership, Person, under_way
from intranet.shared.access import Actor
from intranet.shared.paging import turn

PAGE_SIZE = 50
COUNT_LIMIT = 1000
# Who works or is away; who works; who is away; who left for good; all of them.
PRESENT, WORKING, AWAY, LEFT, ALL = "present", "working", "away", "left", "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the directory shows. ``after`` and ``before`` are the ids of the people beside the page.

    ``subject`` is a subject as people write it; ``district_id`` counts for administrators only.
    """

    query: str = ""
    district_id: int | None = None
    school_id: int | None = None
    role: str = ""
    subject: str = ""
    state: str = PRESENT
    after: int | None = None
    before: int | None = None

    def without(self, **fields: Any) -> Filters:
        """The same from the first page on, with the fields changed."""
        return replace(self, **{"after": None, "before": None, **fields})


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything that changes the SQL text.

    ``own`` are the people of the actor's district (of all, for administrators), ``partners`` is the number of schools
    of which only the contacts are shown (decision D1).
    """

    own: bool
    district: bool
    partners: int
    # Tokens of each reading of the query, the strictest first.
    readings: tuple[int, ...] = ()
    school: bool = False
    role: bool = False
    subject: bool = False
    state: str = PRESENT
    backwards: bool = False
    cursor: bool = False


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A page of the directory.

    ``rows`` are (id, name, phone, subjects, away, left for good); of people of partner schools the last three are
    empty.
    """

    rows: list[tuple]
    count: int
    previous_id: int | None
    next_id: int | None


def _work(people: Any, *conditions: Any) -> Any:
    """Condition: the person has work of this kind; ``conditions`` are on Membership."""
    return fn.EXISTS(Membership.select(SQL("1")).where(Membership.person == people.id, *conditions))


def _away(people: Any) -> Any:
    return fn.EXISTS(Leave.select(SQL("1")).where(Leave.person == people.id, under_way(Leave, param("today"))))


def _left(people: Any) -> Any:
    """Who had work and has none, nor any to come. Who never had any is still to be given some."""
    return ~_work(people, _open()) & _work(people)


def _open() -> Any:
    return Membership.ends_on.is_null() | (Membership.ends_on >= param("today"))


def _who_left(people: Any, shape: _Shape) -> list[Any]:
    """The same as a filter. Of all districts, few ever left: they are found by their work."""
    if shape.district:
        return [_left(people)]
    ended = Membership.select(Membership.person).where(Membership.ends_on < param("today"))
    return [people.id.in_(ended), ~_work(people, _open())]


def _own(people: Any, shape: _Shape) -> list[Any]:
    conditions = [people.district == param("district")] if shape.district else []
    if shape.school:
        here = Membership.select(Membership.person).where(Membership.school == param("school"), *_held(shape))
        conditions.append(people.id.in_(here))
    elif shape.role:
        conditions.append(_work(people, *_held(shape)))
    if shape.subject:
        # Not peewee's operator, which is GLOB on SQLite.
        conditions.append(NodeList((people.subjects_key, SQL("LIKE"), param("subject"))))
    return conditions + _in_state(people, shape)


def _in_state(people: Any, shape: _Shape) -> list[Any]:
    if shape.state == LEFT:
        return _who_left(people, shape)
    if shape.state == AWAY:
        away = Leave.select(Leave.person).where(under_way(Leave, param("today")))
        return [_away(people)] if shape.district else [people.id.in_(away)]
    present = {PRESENT: [~_left(people)], WORKING: [~_left(people), ~_away(people)], ALL: []}
    return present[shape.state]


def _held(shape: _Shape) -> list[Any]:
    """Conditions on the work that the filters ask for."""
    return [under_way(Membership, param("today"))] + ([Membership.role == param("role")] if shape.role else [])


def _contacts(people: Any, shape: _Shape) -> Any:
    schools = Membership.school.in_([param(f"partner{i}") for i in range(shape.partners)])
    contacts = Membership.select(Membership.person)
    return people.id.in_(contacts.where(schools, Membership.role.in_(CONTACT_ROLES), *_held(shape)))


def _named(people: Any, shape: _Shape) -> Any:
    """Condition: the words of the query stand there, wherever the marks."""
    if not shape.district:
        return fulltext.contains(people.search_text, "words")
    # The index of words knows the whole country's Nguyễns: the district's people are read faster.
    last = len(shape.readings) - 1
    return fulltext.fits(people.search_text, last, shape.readings[last])


def _filtered(query: Select, shape: _Shape, people: Any = Person) -> Select:
    query = query.where(people.deleted_at.is_null())
    if shape.readings:
        query = query.where(_named(people, shape))
    if not shape.own:
        return query.where(_contacts(people, shape))
    own = _own(people, shape)
    if shape.partners:
        return query.where(reduce(and_, own) | _contacts(people, shape))
    return query.where(*own) if own else query


def _keys(shape: _Shape) -> list[Any]:
    """The order: where the query carries marks, whole words and the marks as typed stand first."""
    rank = [fulltext.fit(Person.search_text, shape.readings)] if len(shape.readings) > 1 else []
    return [*rank, Person.sort_key, Person.id]


@lru_cache(maxsize=500)
def _list(shape: _Shape) -> Statement:
    def build() -> Select:
        keys = _keys(shape)
        fields = [Person.id, Person.name, Person.phone, Person.subjects, _away(Person), _left(Person), Person.district]
        query = _filtered(Person.select(*fields, _count(shape)), shape)
        if shape.cursor:
            place = [param("at_rank"), param("at_key"), param("at_id")][-len(keys) :]
            compare = "<" if shape.backwards else ">"
            query = query.where(Expression(EnclosedNodeList(keys), compare, EnclosedNodeList(place)))
        order = [key.desc() if shape.backwards else key.asc() for key in keys]
        return query.order_by(*order).limit(PAGE_SIZE + 1)

    return Statement(build)


def _count(shape: _Shape) -> Select:
    """How many people the filters leave, counted up to COUNT_LIMIT + 1. One number for all rows of the page."""
    others = Person.alias()
    found = _filtered(others.select(SQL("1")), replace(shape, cursor=False), others).limit(COUNT_LIMIT + 1)
    return Select([found.alias("found")], [fn.COUNT(SQL("*"))])


@lru_cache(maxsize=500)
def _ids(shape: _Shape, limit: int) -> Statement:
    return Statement(lambda: _filtered(Person.select(Person.id), shape).order_by(*_keys(shape)).limit(limit))


@lru_cache(maxsize=100)
def _place(readings: tuple[int, ...]) -> Statement:
    """Where a person stands in the list: (sort key, how well the name fits)."""
    fit = fulltext.fit(Person.search_text, readings) if readings else SQL("0")
    return Statement(lambda: Person.select(Person.sort_key, fit).where(Person.id == param("id")))


def filtered_ids(actor: Actor, filters: Filters, limit: int) -> list[int]:
    """The ids of the people who fit the filters, in the order of the list: all pages, but no more than ``limit``."""
    values, shape = _values(actor, filters)
    return [] if values is None else [row[0] for row in _ids(shape, limit).rows(**values)]


def person_page(actor: Actor, filters: Filters) -> PersonPage:
    """The people whom the actor may see and who fit the filters, by given name.

    Where the query carries marks, names written with those marks come first.
    """
    values, shape = _values(actor, filters)
    if values is None:
        return PersonPage([], 0, None, None)
    cursor_id = filters.after or filters.before
    if cursor_id is not None and (place := _place(shape.readings).row(**values, id=cursor_id)) is not None:
        values |= {"at_key": place[0], "at_rank": place[1], "at_id": cursor_id}
        shape = replace(shape, cursor=True, backwards=filters.after is None)
    rows = _list(shape).rows(**values)
    if not rows and shape.cursor:
        # The people beside the page are gone: the list begins anew.
        return person_page(actor, filters.without())
    return _page(actor, rows, shape)


def _values(actor: Actor, filters: Filters) -> tuple[dict[str, Any] | None, _Shape]:
    """The parameters and the shape; no parameters where nobody can be found."""
    district_id = filters.district_id if actor.sees_all else actor.district_id
    partners, own = _partners(actor, filters), filters.school_id not in actor.partner_school_ids
    tiers = search_tiers(filters.query)
    shape = _Shape(
        own=own,
        district=district_id is not None,
        partners=len(partners),
        readings=tuple(map(len, tiers)),
        school=filters.school_id is not None,
        role=bool(filters.role),
        subject=bool(filters.subject),
        state=filters.state,
    )
    if (filters.query and not tiers) or not (own or partners):
        return None, shape
    values = {f"partner{i}": school_id for i, school_id in enumerate(partners)}
    values |= {"district": district_id, "school": filters.school_id, "role": filters.role, "today": today()}
    # A key is between bars; what LIKE takes for a pattern is in no subject's name.
    values["subject"] = f"%|{fold(filters.subject).translate(_NO_PATTERN)}|%"
    if tiers:
        values |= {"words": fulltext.words(tiers[-1]), **fulltext.patterns(tiers)}
    return values, shape


_NO_PATTERN = str.maketrans("", "", "%_\\")


def _partners(actor: Actor, filters: Filters) -> list[int]:
    """The partner schools whose contacts fit: of these people nothing is known but name, work and phone."""
    if filters.subject or filters.state in (AWAY, LEFT):
        return []
    if filters.school_id is None:
        return sorted(actor.partner_school_ids)
    return [filters.school_id] if filters.school_id in actor.partner_school_ids else []


_NOT_SHOWN = ("", False, False)


def _page(actor: Actor, rows: list[tuple], shape: _Shape) -> PersonPage:
    rows, ends = turn(rows, PAGE_SIZE, backwards=shape.backwards, cursor=shape.cursor)
    return PersonPage(
        rows=[row[:6] if actor.sees_all or row[6] == actor.district_id else (*row[:3], *_NOT_SHOWN) for row in rows],
        **ends,
    )
