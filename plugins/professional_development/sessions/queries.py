"""Reads shaped for the screens of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from peewee import JOIN, SQL, Case, EnclosedNodeList, Expression, Select, fn

from intranet.api import (
    TWINNED,
    VIEWER,
    Actor,
    District,
    Pairing,
    Person,
    PledgeClause,
    School,
    Statement,
    among,
    contains,
    fold,
    for_each_actor,
    now,
    office_name_at,
    param,
    school_name_at,
    search_tokens,
    words,
)
from plugins.professional_development.models import (
    CANCELLED,
    PRESENT,
    REGISTERED,
    UNPUBLISHED,
    WAITING_LIST,
    Registration,
    Session,
    Theme,
)
from plugins.professional_development.sessions.forms import MINE, PAST, UPCOMING

PAGE_SIZE = 30
MOST_IN_PANEL = 5
COUNT_LIMIT = 1000
# Sessions without a time stand at the end of what is to come.
NEVER = datetime(9999, 1, 1)
MOMENT = fn.COALESCE(Session.starts_at, NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the catalogue shows. ``after`` is (time, id) of the last row that was shown."""

    query: str = ""
    when: str = UPCOMING
    kind: str = ""
    state: str = ""
    # Words of the theme: other modules lead to the sessions of one without knowing its number.
    theme: str = ""
    school_id: int | None = None
    pairing_id: int | None = None
    after: tuple[datetime, int] | None = None

    def without(self, **fields: Any) -> Filters:
        """The same from the first page on, with the fields changed."""
        return replace(self, **{"after": None, **fields})

    @property
    def shape(self) -> Filters:
        """What the text of a stored statement depends on: only whether these are there, see values()."""
        names = ("query", "theme", "school_id", "pairing_id", "after")
        return replace(self, **{name: bool(getattr(self, name)) for name in names})

    def values(self) -> dict[str, Any]:
        """What fills the places in a stored statement."""
        moment, id_ = self.after or (None, None)
        return {
            "now": now(),
            "school": self.school_id,
            "pairing": self.pairing_id,
            "themes": _about(self.theme) if self.theme else (),
            "found": _named(self.query) if self.query else (),
            "moment": moment,
            "id": id_,
        }


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the catalogue: rows as COLUMNS below, how many there are, and the last one's place."""

    rows: list[tuple]
    count: int
    next: tuple[datetime, int] | None


def catalogue(actor: Actor, filters: Filters, *, limit: int = PAGE_SIZE) -> Page:
    """The sessions that the actor may see: what is to come with the next one first, else the latest first."""
    values = filters.values()
    rows = _catalogue(actor, filters.shape).tuples(**values, most=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    count = _count(actor, filters.without().shape).value(**values)
    return Page(rows[:limit], count, (last[3] or NEVER, last[0]) if last else None)


@for_each_actor
def _catalogue(actor: Actor, filters: Filters) -> Any:
    query = (
        Session.select(
            *(Session.id, Session.title, Session.kind, Session.starts_at, Session.ends_at, Session.place),
            *(Session.state, School.name, District.office_name, Session.capacity, _taken()),
        )
        .join(School, JOIN.LEFT_OUTER, on=(Session.school == School.id))
        .switch(Session)
        .join(District, on=(Session.district == District.id))
        .where(*_conditions(actor, filters))
    )
    if filters.after:
        place = EnclosedNodeList([MOMENT, Session.id])
        sign = ">" if filters.when == UPCOMING else "<"
        query = query.where(Expression(place, sign, EnclosedNodeList([param("moment"), param("id")])))
    return query.order_by(*_order(filters)).limit(param("most"))


def _order(filters: Filters) -> tuple:
    return (MOMENT, Session.id) if filters.when == UPCOMING else (MOMENT.desc(), Session.id.desc())


def catalogue_ids(actor: Actor, filters: Filters, most: int) -> list[int]:
    """The ids of the sessions of the catalogue, in its order."""
    return [id_ for (id_,) in _ids(actor, filters.shape).rows(**filters.values(), most=most)]


@for_each_actor
def _ids(actor: Actor, filters: Filters) -> Any:
    query = Session.select(Session.id).where(*_conditions(actor, filters))
    return query.order_by(*_order(filters)).limit(param("most"))


def for_file(ids: Sequence[int]) -> list[tuple]:
    """(title, kind, start, place, host, partner, subject, presenters, places taken, capacity, periods, state)."""
    partner = School.alias()
    query = (
        Session.select(
            *(Session.id, Session.title, Session.kind, Session.starts_at, Session.place),
            fn.COALESCE(School.name, District.office_name),
            *(fn.COALESCE(partner.name, ""), Session.subject, Session.presenters, _taken()),
            *(Session.capacity, Session.periods, Session.state),
        )
        .join(School, JOIN.LEFT_OUTER, on=(Session.school == School.id))
        .switch(Session)
        .join(partner, JOIN.LEFT_OUTER, on=(Session.partner == partner.id))
        .switch(Session)
        .join(District, on=(Session.district == District.id))
        .where(Session.id.in_(ids))
    )
    found = {row[0]: row[1:] for row in query.tuples()}
    return [found[id_] for id_ in ids if id_ in found]


def _taken() -> Select:
    places = Registration.alias()
    return places.select(fn.COUNT(places.id)).where(places.session == Session.id, places.state == REGISTERED)


@for_each_actor
def _count(actor: Actor, filters: Filters) -> Any:
    """How many fit, counted up to COUNT_LIMIT + 1."""
    found = Session.select(SQL("1")).where(*_conditions(actor, filters)).limit(COUNT_LIMIT + 1)
    return Session.select(fn.COUNT(SQL("1"))).from_(found.alias("found"))


def _conditions(actor: Actor, filters: Filters) -> list[Any]:
    """Of the shape of filters; their values go in when the statement runs."""
    found = [Session.visible_to(actor)]
    if filters.when == UPCOMING:
        found += [(Session.ends_at >= param("now")) | Session.ends_at.is_null(), Session.state != "cancelled"]
    elif filters.when == PAST:
        found.append(Session.ends_at < param("now"))
    elif filters.when == MINE:
        places = Registration.select(Registration.session).where(
            Registration.person == actor.person_id, Registration.state != CANCELLED
        )
        found.append((Session.organiser == actor.person_id) | Session.id.in_(places))
    if filters.kind:
        found.append(Session.kind == filters.kind)
    if filters.state:
        found.append(Session.state == filters.state)
    if filters.school_id:
        found.append((Session.school == param("school")) | (Session.partner == param("school")))
    if filters.pairing_id:
        found.append(Session.pairing == param("pairing"))
    if filters.theme:
        found.append(among(Session.theme, "themes"))
    if filters.query:
        found.append(among(Session.id, "found"))
    return [condition for condition in found if condition is not None]


def _about(theme: str) -> list[int]:
    """The themes that have these words, with or without marks. Districts have a handful each."""
    wanted = fold(theme)
    return [id_ for id_, label in Theme.select(Theme.id, Theme.label).tuples() if wanted in fold(label)]


def _named(query: str) -> list[int]:
    """The sessions in whose title, subject or presenters every word begins one."""
    tokens = search_tokens(query)
    return [id_ for (id_,) in _WORDS.rows(words=words(tokens))] if tokens else []


_WORDS = Statement(lambda: Session.select(Session.id).where(contains(Session.search_text, "words")).limit(2000))


def own_place(session_id: int, person_id: int) -> Registration | None:
    """The person's place in a session, also one given back."""
    return Registration.get_or_none(Registration.session == session_id, Registration.person == person_id)


def reads_minutes(actor: Actor, session: Session) -> bool:
    """Whether the actor may read the minutes, which name people: those whom they name, and those whose session it is.

    A session may be open to all schools of a programme; who was there concerns the two schools and their offices.
    """
    if actor.sees_all or session.organiser_id == actor.person_id:
        return True
    if actor.school_id is not None and actor.school_id in (session.school_id, session.partner_id):
        return True
    if actor.school_id is None and actor.role != VIEWER and actor.district_id in _districts_of(session):
        return True
    place = own_place(session.id, actor.person_id)
    return place is not None and place.attendance != ""


def _districts_of(session: Session) -> tuple[int, ...]:
    return (session.district_id, *((session.partner.district_id,) if session.partner_id else ()))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many have a place, wait, were there; and how many of each school have a place."""

    registered: int
    waiting: int
    present: int


_COUNTS = Statement(
    lambda: Registration.select(
        *(
            fn.COALESCE(fn.SUM(Case(None, ((condition, 1),), 0)), 0)
            for condition in (
                Registration.state == REGISTERED,
                Registration.state == WAITING_LIST,
                Registration.attendance == PRESENT,
            )
        )
    ).where(Registration.session == param("session"))
)


def counts(session_id: int) -> Counts:
    """The numbers of a session."""
    return Counts(*map(int, _COUNTS.row(session=session_id)))


def ahead_of(place: Registration) -> int:
    """How many stand before this one in the queue."""
    return (
        Registration.select()
        .where(
            Registration.session == place.session_id, Registration.state == WAITING_LIST, Registration.turn < place.turn
        )
        .count()
    )


def places(session_id: int, states: Sequence[str] = (REGISTERED, WAITING_LIST), day: date | None = None) -> list[tuple]:
    """By given name: (id, person, school or office, state, attendance, walked in, checked in at, credit, periods).

    Of a ``day``, schools and offices are called as they were then.
    """
    query = (
        Registration.select(
            *(
                Registration.id,
                Person.name,
                fn.COALESCE(school_name_at(day), office_name_at(day, Registration.district)),
            ),
            *(Registration.state, Registration.attendance),
            *(Registration.walked_in, Registration.checked_in_at, Registration.credit, Registration.periods),
        )
        .join(Person)
        .switch(Registration)
        .join(School, JOIN.LEFT_OUTER, on=(Registration.school == School.id))
        .where(Registration.session == session_id, Registration.state.in_(states))
    )
    return list(query.order_by(Person.sort_key, Registration.id).tuples())


def queue(session_id: int) -> list[tuple]:
    """(id, person's name, school or office, since when) of who waits, in the order in which they move up."""
    query = (
        Registration.select(
            *(Registration.id, Person.name, fn.COALESCE(School.name, District.office_name), Registration.queued_at)
        )
        .join(Person)
        .switch(Registration)
        .join(School, JOIN.LEFT_OUTER, on=(Registration.school == School.id))
        .switch(Registration)
        .join(District, on=(Registration.district == District.id))
        .where(Registration.session == session_id, Registration.state == WAITING_LIST)
    )
    return list(query.order_by(Registration.turn).tuples())


def people_named(actor: Actor, name: str, limit: int = 8) -> list[tuple[int, str, str | None]]:
    """(id, name, school) of people whom the actor may see and whose name holds these words."""
    tokens = search_tokens(name)
    if not tokens:
        return []
    found = [id_ for (id_,) in _PEOPLE.rows(words=words(tokens))]
    query = Person.select(Person.id, Person.name, School.name).join(School, JOIN.LEFT_OUTER).where(Person.id.in_(found))
    condition = Person.visible_to(actor)
    query = query if condition is None else query.where(condition)
    return list(query.order_by(Person.sort_key, Person.id).limit(limit).tuples())


_PEOPLE = Statement(lambda: Person.select(Person.id).where(contains(Person.search_text, "words")).limit(500))


def themes(district_id: int, own_id: int | None = None) -> list[tuple[int, str]]:
    """(id, label) of the district's themes, and of the one that a session has already."""
    open_ = (Theme.retired == False) | (Theme.id == own_id)  # noqa: E712 (SQL)
    query = Theme.select(Theme.id, Theme.label).where(Theme.district == district_id, open_)
    return list(query.order_by(Theme.position, Theme.id).tuples())


def pairs(actor: Actor) -> list[tuple[int, str]]:
    """(id, name of the partner) of the pairs that the actor's school has under way."""
    if actor.school_id is None:
        return []
    first, second = School.alias(), School.alias()
    query = (
        Pairing.select(Pairing.id, Pairing.first_school, first.name, second.name)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .where(Pairing.visible_to(actor), Pairing.state.in_(TWINNED))
        .order_by(Pairing.id)
    )
    return [(id_, two if school == actor.school_id else one) for id_, school, one, two in query.tuples()]


def clauses(pairing_ids: Sequence[int], kinds: Sequence[str]) -> list[tuple[int, str]]:
    """(id, text) of the promises under way that activities of these kinds can serve."""
    query = PledgeClause.select(PledgeClause.id, PledgeClause.text).where(
        PledgeClause.pairing.in_(list(pairing_ids)),
        PledgeClause.dropped_on.is_null(),
        PledgeClause.activity_kind.in_(["", *kinds]),
    )
    return list(query.order_by(PledgeClause.pairing, PledgeClause.position).tuples())


def for_panel(actor: Actor, filters: Filters) -> list[tuple]:
    """(id, title, kind, start, state) of a few published sessions: the next ones if asked for, else the latest."""
    return _for_panel(actor, filters.shape).tuples(**filters.values())


@for_each_actor
def _for_panel(actor: Actor, filters: Filters) -> Any:
    published = Session.state.not_in((*UNPUBLISHED, "cancelled"))
    columns = Session.id, Session.title, Session.kind, Session.starts_at, Session.state
    query = Session.select(*columns).where(published, *_conditions(actor, filters))
    return query.order_by(*_order(filters)).limit(MOST_IN_PANEL)
