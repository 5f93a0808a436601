"""Reading what happened, for timelines: the newest first, a page at a time, as the actor may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from peewee import Tuple, Value

from intranet.kernel.statements import Statement, among, param
from intranet.registry.activities import Activity, ActivityMeasure, ActivitySchool
from intranet.registry.schools import lineage
from intranet.shared.access import Actor
from intranet.shared.modules import plugins, switched_on

PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a timeline shows. ``module`` is a plugin's name, CORE for the core's own, or None for all."""

    school_id: int | None = None
    pairing_id: int | None = None
    module: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    # (day, id) of the last line that was shown.
    after: tuple[date, int] | None = None


CORE = "core"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. ``url`` is empty where the actor cannot follow it."""

    id: int
    on: date
    kind: str
    title: str
    url: str
    giver: str
    receiver: str
    # The names of those who did it together.
    schools: Sequence[str]
    # (quantity, unit)
    measures: Sequence[tuple[Any, str]]


def visible(actor: Actor) -> Any:
    """Condition for the activities that the actor may see: where the own school or office took part. None means all.

    A school's unit here is the one of today, so its office sees too what it did under another one.
    """
    if actor.sees_all:
        return None
    mine = ActivitySchool.select(ActivitySchool.activity)
    if actor.school_id is not None:
        return Activity.id.in_(mine.where(ActivitySchool.school.in_(sorted(lineage(actor.school_id)))))
    return Activity.id.in_(mine.where(ActivitySchool.district == actor.district_id))


def lines(actor: Actor, filters: Filters, limit: int = PAGE) -> list[Line]:
    """Up to ``limit`` lines that the actor may see."""
    query = Activity.select().where(Activity.void_at.is_null(), *_conditions(actor, filters))
    return _lines(actor, list(query.order_by(Activity.on.desc(), Activity.id.desc()).limit(limit)))


def latest_of_pair(actor: Actor, pairing_id: int, most: int) -> list[Line]:
    """The latest lines of a pair that the actor may see."""
    return _lines(actor, [Activity.of_row(row) for row in _OF_PAIR.rows(pairing=pairing_id, most=most)])


_OF_PAIR = Statement(
    lambda: (
        Activity.select()
        .where(Activity.pairing == param("pairing"), Activity.void_at.is_null())
        .order_by(Activity.on.desc(), Activity.id.desc())
        .limit(param("most"))
    )
)


def _lines(actor: Actor, rows: Sequence[Activity]) -> list[Line]:
    ids = [row.id for row in rows]
    schools, measures = (_schools(ids), _measures(ids)) if ids else ({}, {})
    reach = Reach(actor)
    return [_line(row, schools.get(row.id, {}), measures.get(row.id, []), reach) for row in rows]


def _conditions(actor: Actor, filters: Filters) -> list[Any]:
    # Who sees a pair sees what happened in it, and the page has asked that (docs/access.toml).
    found = [visible(actor) if filters.pairing_id is None else None]
    if filters.school_id is not None:
        schools = sorted(lineage(filters.school_id))
        of_school = ActivitySchool.select(ActivitySchool.activity).where(ActivitySchool.school.in_(schools))
        found.append(Activity.id.in_(of_school))
    if filters.pairing_id is not None:
        found.append(Activity.pairing == filters.pairing_id)
    if filters.module is not None:
        found.append(Activity.module == ("" if filters.module == CORE else filters.module))
    if filters.starts_on is not None:
        found.append(Activity.on >= filters.starts_on)
    if filters.ends_on is not None:
        found.append(Activity.on <= filters.ends_on)
    if filters.after is not None:
        day, id_ = filters.after
        found.append(Tuple(Activity.on, Activity.id) < Tuple(Value(day), Value(id_)))
    return [condition for condition in found if condition is not None]


def _schools(ids: list[int]) -> Mapping[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for activity_id, school_id, name in _SCHOOLS.rows(activities=ids):
        found.setdefault(activity_id, {})[school_id] = name
    return found


_SCHOOLS = Statement(
    lambda: ActivitySchool.select(ActivitySchool.activity, ActivitySchool.school, ActivitySchool.name).where(
        among(ActivitySchool.activity, "activities")
    )
)


def _measures(ids: list[int]) -> Mapping[int, list[tuple[Any, str]]]:
    found: dict[int, list[tuple[Any, str]]] = {}
    for activity_id, quantity, unit in _MEASURES.tuples(activities=ids):
        found.setdefault(activity_id, []).append((quantity, unit))
    return found


_MEASURES = Statement(
    lambda: ActivityMeasure.select(ActivityMeasure.activity, ActivityMeasure.quantity, ActivityMeasure.unit).where(
        among(ActivityMeasure.activity, "activities")
    )
)


def _line(row: Activity, schools: Mapping[int, str], measures: Sequence[tuple[Any, str]], reach: Reach) -> Line:
    sides = (row.giver_id, row.receiver_id)
    return Line(
        id=row.id,
        on=row.on,
        kind=row.kind_label,
        title=row.title,
        url=row.url if reach.covers(row.module, row.district_id) else "",
        giver=schools.get(row.giver_id, ""),
        receiver=schools.get(row.receiver_id, ""),
        schools=sorted(name for id_, name in schools.items() if id_ not in sides),
        measures=measures,
    )


class Reach:
    """Which activities the actor can follow to their records: a module that is off keeps its facts (decision D3)."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @cached_property
    def _on(self) -> set[tuple[int, str]]:
        return switched_on()

    def covers(self, module: str, district_id: int) -> bool:
        """Whether a module is on for the actor and, as its records are lent from there, in the record's district."""
        if not module:
            return True
        own = module in self._actor.modules or (self._actor.sees_all and module in plugins().cards)
        return own and (district_id == self._actor.district_id or (district_id, module) in self._on)


def modules_of(actor: Actor, filters: Filters) -> list[str]:
    """The modules that have anything to show there, CORE among them; to choose from."""
    rows = Activity.select(Activity.module).where(Activity.void_at.is_null(), *_conditions(actor, filters)).distinct()
    return sorted(module or CORE for (module,) in rows.tuples())
