"""Reads of the log: a page of it by filters, one act, and what its records are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from peewee import JOIN, SQL, EnclosedNodeList, Expression, Select, fn

from intranet.contributions import ANY, DISTRICT
from intranet.kernel.clock import midnight
from intranet.people import lists as people
from intranet.registry.agreements import Memorandum
from intranet.registry.districts import District, dissolved_into
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme
from intranet.registry.units import FormerPlace
from intranet.shared.access import Actor
from intranet.shared.audit import AuditEntry, AuditValue

PAGE_SIZE = 50
COUNT_LIMIT = 1000
# Among many people of one name, the log of these is shown.
MOST_PEOPLE = 200
# In place of a person: a command on the server.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """What the log shows. ``after`` and ``before`` are the ids of the acts beside the page.

    ``who`` is a name to look for, ``person_id`` one person (NOBODY: a command on the server); both days are included.
    ``record_id`` is the number of a record, of whatever kind or of ``kind``. ``district_id`` counts for administrators.
    """

    who: str = ""
    person_id: int | None = None
    kind: str = ""
    action: str = ""
    first_day: date | None = None
    last_day: date | None = None
    district_id: int | None = None
    school_id: int | None = None
    record_id: int | None = None
    after: int | None = None
    before: int | None = None

    def without(self, **changes: Any) -> Filters:
        """The same from the first page on, with some changed."""
        return replace(self, **{"after": None, "before": None, **changes})


class Line(NamedTuple):
    """One act of the log; ``who`` is empty for a command on the server."""

    id: int
    at: datetime
    person_id: int | None
    who: str | None
    action: str
    kind: str
    record_id: int | None
    request_id: str
    address: str
    district_id: int | None
    school_id: int | None

    def owner(self) -> tuple[int | None, int | None]:
        """Whose record it was."""
        return self.district_id, self.school_id


class Name(NamedTuple):
    """What a record is called, and where it stands; no address where it cannot be opened any more."""

    text: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log; ``count`` goes up to COUNT_LIMIT + 1."""

    lines: list[Line]
    count: int
    previous_id: int | None
    next_id: int | None


def page_of(actor: Actor, filters: Filters) -> Page:
    """The acts that the actor may know of and that fit the filters, the newest first."""
    conditions = _conditions(actor, filters)
    backwards = filters.after is not None
    beside = _beside(filters.after if backwards else filters.before, backwards)
    order = (AuditEntry.at.asc(), AuditEntry.id.asc()) if backwards else (AuditEntry.at.desc(), AuditEntry.id.desc())
    query = _where(_lines(), [*conditions, *beside]).order_by(*order).limit(PAGE_SIZE + 1)
    rows = [Line(*row) for row in query.tuples()]
    if not rows and beside:
        return page_of(actor, filters.without())
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if backwards:
        rows.reverse()
    return Page(
        lines=rows,
        count=_count(conditions),
        previous_id=rows[0].id if rows and (more if backwards else beside) else None,
        next_id=rows[-1].id if rows and (backwards or more) else None,
    )


def _lines() -> Select:
    entry = AuditEntry
    fields = (entry.action, entry.subject_type, entry.subject_id, entry.request_id, entry.address)
    query = entry.select(entry.id, entry.at, entry.person_id, Person.name, *fields, entry.district_id, entry.school_id)
    return query.join(Person, JOIN.LEFT_OUTER, on=(entry.person_id == Person.id))


def _where(query: Select, conditions: Sequence[Any]) -> Select:
    # peewee cannot join no conditions at all.
    return query.where(*conditions) if conditions else query


def _count(conditions: Sequence[Any]) -> int:
    found = _where(AuditEntry.select(AuditEntry.id), conditions).limit(COUNT_LIMIT + 1)
    return Select([found.alias("found")], [fn.COUNT(SQL("*"))]).scalar(AuditEntry._meta.database)


def _beside(entry_id: int | None, backwards: bool) -> list[Any]:
    """Conditions: what stands before or behind an entry."""
    at = entry_id and AuditEntry.select(AuditEntry.at).where(AuditEntry.id == entry_id).scalar()
    if not at:
        return []
    place = EnclosedNodeList([AuditEntry.at, AuditEntry.id])
    there = EnclosedNodeList([AuditEntry.at.db_value(at), entry_id])
    return [Expression(place, ">" if backwards else "<", there)]


def _conditions(actor: Actor, filters: Filters) -> list[Any]:
    entry = AuditEntry
    found = [_visible(actor)]
    if actor.sees_all and filters.district_id is not None:
        found.append(entry.district_id == filters.district_id)
    if filters.school_id is not None:
        found.append(entry.school_id == filters.school_id)
    if filters.person_id is not None:
        found.append(entry.person_id == filters.person_id if filters.person_id else entry.person_id.is_null())
    if filters.who:
        named = people.filtered_ids(actor, people.Filters(query=filters.who, state=people.ALL), MOST_PEOPLE)
        found.append(entry.person_id.in_(named))
    if filters.kind:
        found.append(entry.subject_type == filters.kind)
    if filters.action:
        found.append(entry.action == filters.action)
    if filters.first_day is not None:
        found.append(entry.at >= midnight(filters.first_day))
    if filters.last_day is not None:
        found.append(entry.at < midnight(filters.last_day + timedelta(days=1)))
    if filters.record_id is not None:
        # Apart, so that both engines ask the index of records: of one record there are few acts.
        same = AuditEntry.alias()
        own = same.select(same.id).where(same.subject_type.in_(subject_types()), same.subject_id == filters.record_id)
        found.append(entry.id.in_(own))
    return [condition for condition in found if condition is not None]


def _visible(actor: Actor) -> Any:
    """Condition: what lies within the reach of the actor's right to read the log. None means all."""
    reach = current_app.extensions["permissions"].reach(actor, "audit.view")
    if reach == ANY:
        return None
    if reach == DISTRICT:
        return _of_office(actor.district_id)
    return AuditEntry.school_id == actor.school_id


def _of_office(district_id: int | None) -> Any:
    """Condition: what was done in a unit, and before it was there, as entries name the unit of then.

    That is what concerned the schools that came to it, and what the offices did that it goes on for.
    """
    entry = AuditEntry
    own = entry.district_id == district_id
    came = School.select(School.id).join(FormerPlace, on=(FormerPlace.school == School.id)).distinct()
    schools = [id_ for (id_,) in came.where(School.district == district_id).tuples()]
    offices = [id_ for (id_,) in dissolved_into(district_id).tuples()]
    if schools:
        own |= entry.school_id.in_(schools)
    if offices:
        own |= entry.school_id.is_null() & entry.district_id.in_(offices)
    return own


def subject_types() -> list[str]:
    """The tables of the core and of the plugins: the index knows a record by kind and number."""
    return [model._meta.table_name for part in current_app.extensions["components"] for model in part.models]


def filtered_ids(actor: Actor, filters: Filters, limit: int) -> list[int]:
    """The ids of the acts that fit the filters, the newest first, no more than ``limit``."""
    query = _where(AuditEntry.select(AuditEntry.id), _conditions(actor, filters))
    rows = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit).tuples()
    return [entry_id for (entry_id,) in rows]


def lines_of(ids: Sequence[int]) -> list[Line]:
    """The acts with these ids, in this order."""
    found = {row[0]: Line(*row) for row in _lines().where(AuditEntry.id.in_(ids)).tuples()}
    return [found[entry_id] for entry_id in ids if entry_id in found]


def line(actor: Actor, entry_id: int) -> Line | None:
    """One act, if the actor may know of it."""
    row = _lines().where(AuditEntry.id == entry_id, *filter(None, [_visible(actor)])).tuples().first()
    return Line(*row) if row else None


def values_of(entry_id: int) -> list[tuple[str, str | None, str | None]]:
    """(field, before, after) of an act."""
    columns = (AuditValue.field, AuditValue.before, AuditValue.after)
    return list(AuditValue.select(*columns).where(AuditValue.entry == entry_id).order_by(AuditValue.id).tuples())


def names_of(lines: Iterable[Line]) -> dict[tuple[str, int | None], Name]:
    """What the records of some acts are called; records of other kinds are left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for act in lines:
        if act.record_id is not None:
            wanted[act.kind].add(act.record_id)
    return {(kind, id_): name for kind, ids in wanted.items() if kind in _NAMES for id_, name in _NAMES[kind](ids)}


def _schools(ids: set[int]) -> Iterator[tuple[int, Name]]:
    query = School.select(School.id, School.name, School.deleted_at).where(School.id.in_(ids))
    for id_, name, deleted_at in query.tuples():
        yield id_, Name(name, None if deleted_at else f"/schools/{id_}")


def _people(ids: set[int]) -> Iterator[tuple[int, Name]]:
    query = Person.select(Person.id, Person.name, Person.deleted_at).where(Person.id.in_(ids))
    for id_, name, deleted_at in query.tuples():
        yield id_, Name(name, None if deleted_at else f"/people/{id_}")


def _districts(ids: set[int]) -> Iterator[tuple[int, Name]]:
    for id_, name in District.select(District.id, District.name).where(District.id.in_(ids)).tuples():
        yield id_, Name(name, None)


def _pairings(ids: set[int]) -> Iterator[tuple[int, Name]]:
    first, second = School.alias(), School.alias()
    query = (
        Pairing.select(Pairing.id, first.name, second.name)
        .join(first, on=(Pairing.first_school == first.id))
        .join(second, on=(Pairing.second_school == second.id))
        .where(Pairing.id.in_(ids))
    )
    for id_, one, other in query.tuples():
        yield id_, Name(f"{one} – {other}", f"/pairings/{id_}")


def _programmes(ids: set[int]) -> Iterator[tuple[int, Name]]:
    for id_, title in Programme.select(Programme.id, Programme.title).where(Programme.id.in_(ids)).tuples():
        yield id_, Name(title, f"/programmes/{id_}")


def _memoranda(ids: set[int]) -> Iterator[tuple[int, Name]]:
    for id_, title in Memorandum.select(Memorandum.id, Memorandum.title).where(Memorandum.id.in_(ids)).tuples():
        yield id_, Name(title, f"/programmes/memoranda/{id_}")


_NAMES = {
    "school": _schools,
    "person": _people,
    "district": _districts,
    "pairing": _pairings,
    "programme": _programmes,
    "memorandum": _memoranda,
}


def person_name(actor: Actor, person_id: int) -> str:
    """Who a filter by person means; a question mark for somebody who did nothing that the actor may know of."""
    did = AuditEntry.select().where(AuditEntry.person_id == person_id, *filter(None, [_visible(actor)]))
    return (Person.select(Person.name).where(Person.id == person_id).scalar() if did.exists() else None) or "?"
