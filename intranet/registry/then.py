"""Who units, offices and schools were on a day, and who answers for them today. No day means today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from peewee import JOIN, fn

from intranet.kernel.statements import Statement, among
from intranet.registry.districts import Commune, District
from intranet.registry.schools import FormerKey, School
from intranet.registry.units import APPLIED, MANAGING, ChangeLine, ChangeUnit, FormerPlace, FormerUnit, MovedRow
from intranet.registry.units import UnitChange as Change


class Heir(NamedTuple):
    """Who answers today for a unit of before: the same under another name, or the heir of one that was dissolved.

    ``others`` is how many units beside the heir got a part.
    """

    office: str
    others: int = 0
    renamed: bool = False


class Standing(NamedTuple):
    """A school and the office above it, as they were called on a day."""

    school: str
    office: str


def place_on(school: School, day: date | None) -> School | FormerPlace:
    """Where a school stood on a day: an object with ``district`` and ``commune``."""
    if day is None:
        return school
    former = FormerPlace.select().where(FormerPlace.school == school, FormerPlace.until > day)
    return former.order_by(FormerPlace.until).first() or school


def school_names_on(schools: Iterable[School], day: date | None) -> dict[int, str]:
    """{school: what it was called on a day}."""
    names = {school.id: school.name for school in schools}
    if day is None:
        return names
    former = (
        FormerKey.select(FormerKey.school, FormerKey.value)
        .where(FormerKey.school.in_(list(names)), FormerKey.kind == "name", FormerKey.until > day)
        # The first that came to an end after the day stands last, and stays.
        .order_by(FormerKey.until.desc(), FormerKey.id.desc())
    )
    return names | dict(former.tuples())


def school_name_on(school: School, day: date | None) -> str:
    """What a school was called on a day."""
    return school_names_on([school], day)[school.id]


def school_name_at(day: date | None, row: Any = School) -> Any:
    """SQL value: what the school of a row was called on a day."""
    if day is None:
        return row.name
    former = FormerKey.alias()
    query = former.select(former.value).where(former.school == row.id, former.kind == "name", former.until > day)
    return fn.COALESCE(query.order_by(former.until, former.id).limit(1), row.name)


def standing_on(school: School, day: date | None) -> Standing:
    """What a school and the office above it were called on a day."""
    (office,) = offices_on([place_on(school, day).district], day)
    return Standing(school_name_on(school, day), office)


def standing_now(school: School) -> Standing:
    """What they are called today; of a school that became part of another, the other."""
    while school.merged_into_id is not None:
        school = school.merged_into
    return standing_on(school, None)


def offices_on(districts: Sequence[District], day: date | None) -> list[str]:
    """The offices of some units, as they were called on a day."""
    names = {district.id: district.office_name for district in districts}
    if day is not None:
        former = (
            FormerUnit.select(FormerUnit.district, FormerUnit.office_name)
            .where(FormerUnit.district.in_(list(names)), FormerUnit.until > day)
            .order_by(FormerUnit.until.desc(), FormerUnit.id.desc())
        )
        names |= dict(former.tuples())
    return list(names.values())


def offices_above(schools: Iterable[School], day: date | None) -> list[str]:
    """The offices of the units that some schools were under on a day, each once."""
    districts = [place_on(school, day).district for school in schools]
    return offices_on(list(dict.fromkeys(districts)), day)


def keeper_on(record: Any, column: str, day: date | None) -> District:
    """The unit whose office kept a record on a day, of a ``column`` that names the one of today.

    What an office had went to its heir, and it is noted from whom.
    """
    if day is None:
        return getattr(record, column)
    before = _went_from(type(record)._meta.fields[column], record.id, day).scalar()
    return getattr(record, column) if before is None else District.get_by_id(before)


def _went_from(column: Any, row_id: Any, day: date) -> Any:
    """Query for the unit from whose office a row went after a day, if it did."""
    query = (
        MovedRow.select(MovedRow.before)
        .join(Change)
        .where(
            MovedRow.table_name == column.model._meta.table_name,
            MovedRow.row_id == row_id,
            MovedRow.column == column.name,
            Change.state == APPLIED,
            Change.effective_on > day,
        )
    )
    return query.order_by(Change.effective_on, MovedRow.id).limit(1)


def office_name_at(day: date | None, column: Any) -> Any:
    """SQL value: what the office was called, on a day, that kept a row then; ``column`` names that of today."""
    unit = District.alias()
    kept_by = column if day is None else fn.COALESCE(_went_from(column, column.model.id, day), column)
    name = unit.select(unit.office_name).where(unit.id == kept_by)
    if day is None:
        return name
    former = FormerUnit.alias()
    query = former.select(former.office_name).where(former.district == kept_by, former.until > day)
    return fn.COALESCE(query.order_by(former.until, former.id).limit(1), name)


def heirs_of(district_ids: Collection[int], since: date | None = None) -> dict[int, Heir]:
    """Who answers today for those of the units that were dissolved, or renamed ``since``; the others are left out."""
    renamed = _renamed(district_ids, since)
    into, parts = _successors(district_ids)
    if not into and not renamed:
        return {}
    concerned = {*renamed, *into.values()}
    rows = District.select(District.id, District.office_name).where(District.id.in_(sorted(concerned)))
    offices = dict(rows.tuples())
    found = {id_: Heir(offices[id_], renamed=True) for id_ in renamed}
    for id_ in set(district_ids) & set(into):
        heir = _end(id_, into)
        found[id_] = Heir(offices[heir], len(_ends(id_, into, parts) - {heir}))
    return found


def _renamed(district_ids: Collection[int], since: date | None) -> set[int]:
    if since is None:
        return set()
    query = FormerUnit.select(FormerUnit.district).where(
        FormerUnit.district.in_(list(district_ids)), FormerUnit.until > since
    )
    return {id_ for (id_,) in query.tuples()}


def _successors(district_ids: Collection[int]) -> tuple[dict[int, int], dict[int, set[int]]]:
    """({dissolved unit: its heir}, {dissolved unit: all that got a part}), of the heirs that are dissolved too."""
    into: dict[int, int] = {}
    parts: dict[int, set[int]] = defaultdict(set)
    newest = set(district_ids)
    while newest:
        dissolved = dict(_DISSOLVED.rows(units=newest))
        for before, after in _lines_from(dissolved):
            parts[before].add(after)
        # Where no office goes on with what it had, the first that got a part stands for all.
        heirs = {id_: heir or min(parts[id_]) for id_, heir in dissolved.items() if heir or parts[id_]}
        into |= heirs
        newest = {*heirs.values(), *(id_ for before in heirs for id_ in parts[before])} - set(into)
    return into, parts


_DISSOLVED = Statement(
    lambda: District.select(District.id, District.merged_into).where(
        among(District.id, "units"), District.merged_into.is_null(False) | District.valid_to.is_null(False)
    )
)


def _lines_from(district_ids: Collection[int]) -> list[tuple[int, int]]:
    """(unit, unit that got it or a part of it) of the changes in effect: from the unit, or from its communes."""
    if not district_ids:
        return []
    source, target, commune = ChangeUnit.alias(), ChangeUnit.alias(), Commune.alias()
    before = fn.COALESCE(source.district, commune.district)
    query = (
        ChangeLine.select(before, target.district)
        .join(source, on=(ChangeLine.source == source.id))
        .switch(ChangeLine)
        .join(target, on=(ChangeLine.target == target.id))
        .switch(ChangeLine)
        .join(Change)
        .join(commune, JOIN.LEFT_OUTER, on=(source.commune == commune.id))
        .where(
            Change.state == APPLIED,
            before.in_(list(district_ids)),
            target.tier == MANAGING,
            target.district.is_null(False),
            target.district != before,
        )
        .distinct()
    )
    return list(query.tuples())


def _end(district_id: int, into: dict[int, int]) -> int:
    while district_id in into:
        district_id = into[district_id]
    return district_id


def _ends(district_id: int, into: dict[int, int], parts: dict[int, set[int]]) -> set[int]:
    """The units of today that have something of this one."""
    if district_id not in into:
        return {district_id}
    nexts = {into[district_id], *parts.get(district_id, ())}
    return {end for id_ in nexts for end in _ends(id_, into, parts)}
