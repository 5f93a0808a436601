"""What really happened (decision D6): one row each, from which timeline, ledger, pledges and reports are read.

The rule that makes something happen writes its activity in the same transaction, under an identity of its own, so that
doing it again changes the same row. A row is never deleted: what turns out not to have happened becomes void.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import current_app

from intranet.contributions import ActivityFacts, ActivityKind
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.language import source_text
from intranet.kernel.statements import Statement, param
from intranet.registry.activities import Activity, ActivityMeasure, ActivitySchool
from intranet.registry.schools import School, SchoolSplit
from intranet.shared import meetings, pledges
from intranet.shared.modules import plugins
from intranet.shared.tasks import as_date

# The core's own: every pair has them, whatever modules are on.
CORE_KINDS = (
    ActivityKind(key="meeting", label=_("Họp cặp kết nghĩa"), unit=_("cuộc")),
    ActivityKind(key="visit", label=_("Thăm, giao lưu"), unit=_("chuyến")),
)


class Activities:
    """The kinds of activities of one application, by key."""

    def __init__(self) -> None:
        self.kinds: dict[str, ActivityKind] = {kind.key: kind for kind in CORE_KINDS}

    def add(self, kind: ActivityKind) -> None:
        """Add one; a second of the same key is an error of the programmer."""
        if kind.key in self.kinds:
            raise ValueError(f"the kind of activity {kind.key} exists twice")
        self.kinds[kind.key] = kind


def record_activity(facts: ActivityFacts, *, module: str = "") -> Activity:
    """Write what happened, or what is known of it now; call it in the transaction of the rule that made it happen.

    The same module and source key mean the same activity: it is changed, and no longer void.
    """
    kind = current_app.extensions["activities"].kinds[facts.kind]
    schools = _schools(facts)
    values = {
        "kind": kind.key,
        "kind_label": source_text(kind.label),
        "on": facts.on,
        "title": facts.title,
        "url": facts.url,
        "district": facts.district_id,
        "pairing": facts.pairing_id,
        "giver": facts.giver_id,
        "receiver": facts.receiver_id,
        "void_at": None,
        "void_reason": "",
    }
    same = (Activity.module == module) & (Activity.source_key == facts.source_key)
    with transaction():
        before = Activity.select(Activity.pairing).where(same).scalar()
        Activity.insert(module=module, source_key=facts.source_key, **values).on_conflict(
            conflict_target=[Activity.module, Activity.source_key],
            update={getattr(Activity, name): value for name, value in values.items()},
        ).execute()
        activity = Activity.get(same)
        _write_schools(activity, schools)
        _write_measures(activity, facts)
        for pairing_id in {before, facts.pairing_id} - {None}:
            pledges.recount(pairing_id)
    return activity


def _schools(facts: ActivityFacts) -> list[tuple[int, int, str]]:
    """(id, district, name now) of the schools that took part, giver and receiver among them."""
    ids = {*facts.school_ids, facts.giver_id, facts.receiver_id} - {None}
    return list(School.select(School.id, School.district, School.name).where(School.id.in_(ids)).tuples())


def _write_schools(activity: Activity, schools: Iterable[tuple[int, int, str]]) -> None:
    # A school that was there already keeps the name that it had then.
    names = dict(
        ActivitySchool.select(ActivitySchool.school, ActivitySchool.name)
        .where(ActivitySchool.activity == activity)
        .tuples()
    )
    ActivitySchool.delete().where(ActivitySchool.activity == activity).execute()
    rows = [
        {"activity": activity, "school": id_, "district": district, "name": names.get(id_, name), "on": activity.on}
        for id_, district, name in schools
    ]
    if rows:
        ActivitySchool.insert_many(rows).execute()


def _write_measures(activity: Activity, facts: ActivityFacts) -> None:
    ActivityMeasure.delete().where(ActivityMeasure.activity == activity).execute()
    rows = [
        {"activity": activity, "unit": measure.unit, "quantity": measure.quantity, "clause_id": measure.clause_id}
        for measure in facts.measures
    ]
    if rows:
        ActivityMeasure.insert_many(rows).execute()


def void_activity(source_key: str, reason: str, *, module: str = "") -> bool:
    """It did not happen after all; it stays as a void row. False when there is none, or it is void already."""
    live = (Activity.module == module) & (Activity.source_key == source_key) & Activity.void_at.is_null()
    with transaction():
        pairing_id = Activity.select(Activity.pairing).where(live).scalar()
        count = Activity.update(void_at=now(), void_reason=reason).where(live).execute()
        if pairing_id is not None:
            pledges.recount(pairing_id)
    return bool(count)


def keep_activities(expected: Iterable[ActivityFacts], reason: str, *, module: str, district_id: int) -> int:
    """Make a module's activities in a district what these say, for those that are sums; how many changed.

    The others become void for this reason.
    """
    live = Activity.select().where(
        Activity.module == module, Activity.district == district_id, Activity.void_at.is_null()
    )
    stored = {activity.source_key: activity for activity in live}
    standing_for = _standing_for()
    count = 0
    for facts in expected:
        known = stored.pop(facts.source_key, None)
        if known is None or any(True for _difference in _compared(known, facts, standing_for)):
            record_activity(facts, module=module)
            count += 1
    return count + sum(void_activity(key, reason, module=module) for key in sorted(stored))


_TOLD = Statement(
    lambda: (
        Activity.select(Activity.on, Activity.title, ActivityMeasure.quantity, ActivityMeasure.unit)
        .join(ActivityMeasure, on=(ActivityMeasure.activity == Activity.id))
        .where(
            *(Activity.module == param("module"), Activity.pairing == param("pairing"), Activity.void_at.is_null()),
        )
        .order_by(Activity.on.desc(), Activity.id.desc(), ActivityMeasure.id)
        .limit(param("most"))
    )
)


def told_of_pair(pairing_id: int, *, module: str, most: int) -> list[tuple[date, str, Decimal, str]]:
    """(day, what, how much, of what) of the latest that a module has recorded of a pair."""
    return [
        (as_date(on), title, Decimal(str(quantity)), unit)
        for on, title, quantity, unit in _TOLD.rows(module=module, pairing=pairing_id, most=most)
    ]


def place_all() -> None:
    """Put activities where their sources say that they belong, once schools came under other units."""
    for module, expected in _sources():
        known = Activity.select(Activity.source_key, Activity.district).where(Activity.module == module)
        districts = dict(known.tuples())
        for facts in expected:
            if districts.get(facts.source_key, facts.district_id) != facts.district_id:
                Activity.update(district=facts.district_id).where(
                    Activity.module == module, Activity.source_key == facts.source_key
                ).execute()


def _sources() -> Iterator[tuple[str, Iterable[ActivityFacts]]]:
    """(module, all that its records say), the core's own and the modules', on or off."""
    yield "", meetings.all_facts()
    for name in plugins().names:
        expected = plugins().boot(name, "activities")
        if expected is not None:
            yield name, expected


def check() -> Iterator[str]:
    """Where the table differs from what the records say, the core's own and the modules', on or off; one line each.

    And where a pair's counters or its promises' progress differ from the table.
    """
    for module, expected in _sources():
        yield from differences(module, expected)
    yield from pledges.differences()


def differences(module: str, expected: Iterable[ActivityFacts]) -> Iterator[str]:
    """What the table holds otherwise than a module's own records say, one line for each activity."""
    stored = {activity.source_key: activity for activity in Activity.select().where(Activity.module == module)}
    live = {key for key, activity in stored.items() if activity.void_at is None}
    standing_for = _standing_for()
    seen = set()
    for facts in expected:
        seen.add(facts.source_key)
        if facts.source_key not in live:
            yield f"{module or 'core'} {facts.source_key}: missing"
        else:
            for name, ours, theirs in _compared(stored[facts.source_key], facts, standing_for):
                yield f"{module or 'core'} {facts.source_key}: {name} is {ours}, should be {theirs}"
    yield from (f"{module or 'core'} {key}: its source is gone" for key in sorted(live - seen))


def _standing_for() -> Callable[[int | None], int | None]:
    """One school for all that became one or were one: pairs go over, what happened keeps the school of then."""
    merged = School.select(School.id, School.merged_into).where(School.merged_into.is_null(False))
    split = SchoolSplit.select(SchoolSplit.school, SchoolSplit.origin)
    under: dict[int | None, int | None] = {}

    def first(school_id: int | None) -> int | None:
        while school_id in under:
            school_id = under[school_id]
        return school_id

    for one, other in (*merged.tuples(), *split.tuples()):
        first_ids = sorted({first(one), first(other)})
        under |= dict.fromkeys(first_ids[1:], first_ids[0])
    return first


def _compared(
    activity: Activity, facts: ActivityFacts, standing_for: Callable[[int | None], int | None]
) -> Iterator[tuple[str, Any, Any]]:
    schools = (*facts.school_ids, facts.giver_id, facts.receiver_id)
    pairs: Mapping[str, tuple[Any, Any]] = {
        "kind": (activity.kind, facts.kind),
        "on": (activity.on, facts.on),
        "title": (activity.title, facts.title),
        "pairing": (activity.pairing_id, facts.pairing_id),
        "giver": (standing_for(activity.giver_id), standing_for(facts.giver_id)),
        "receiver": (standing_for(activity.receiver_id), standing_for(facts.receiver_id)),
        "schools": tuple(
            sorted({standing_for(id_) for id_ in ids} - {None}) for ids in (_school_ids(activity), schools)
        ),
        "measures": (
            _measures(activity),
            sorted((m.unit, float(m.quantity), m.clause_id or 0) for m in facts.measures),
        ),
    }
    yield from ((name, ours, theirs) for name, (ours, theirs) in pairs.items() if ours != theirs)


def _school_ids(activity: Activity) -> list[int]:
    query = ActivitySchool.select(ActivitySchool.school).where(ActivitySchool.activity == activity)
    return [id_ for (id_,) in query.tuples()]


def _measures(activity: Activity) -> list[tuple[str, float, int]]:
    query = ActivityMeasure.select().where(ActivityMeasure.activity == activity)
    return sorted((measure.unit, float(measure.quantity), measure.clause_id or 0) for measure in query)
