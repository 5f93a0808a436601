"""Reads shaped for the list of reports, and for the list of pairs that have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from peewee import JOIN, SQL, Select, Value, fn

from intranet.kernel.clock import today
from intranet.kernel.schoolyear import LAST_DAY, days_of, school_year_of
from intranet.registry.districts import District
from intranet.registry.reports import ISSUED, VOID, WHOLE_YEAR, Report
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme
from intranet.reports.figures import PLEDGED, Period, there
from intranet.shared.access import Actor

PAGE_SIZE = 50
COUNT_LIMIT = 1000
YEARS_BACK = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """What the lists show. ``after`` is where a page goes on: the id of a report, or of a pair."""

    programme_id: int | None = None
    pairing_id: int | None = None
    school_year: str = ""
    state: str = ""
    after: int | None = None

    def without(self, **changes: Any) -> Filters:
        """The same from the first page on, with some changed."""
        return replace(self, **{"after": None, **changes})


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; ``count`` goes up to COUNT_LIMIT + 1."""

    rows: Sequence[tuple]
    count: int
    next_id: int | None


def last_school_year() -> str:
    """The school year whose lessons ended last: the one that reports are due about."""
    years = school_years()
    return years[0] if today() > date(int(years[0][5:]), *LAST_DAY) else years[1]


def school_years() -> list[str]:
    """The school years that a report may be about, this one first."""
    first = int(school_year_of(today())[:4])
    return [f"{year}-{year + 1}" for year in range(first, first - YEARS_BACK, -1)]


def programmes(actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the programmes that the actor sees, the newest first."""
    query = Programme.select(Programme.id, Programme.title).order_by(Programme.id.desc())
    condition = Programme.visible_to(actor)
    return list((query if condition is None else query.where(condition)).tuples())


def school_pairs(school_id: int) -> list[tuple[int, str]]:
    """(id, "first – second") of a school's pairs that have something to report."""
    own = (Pairing.first_school == school_id) | (Pairing.second_school == school_id)
    rows = _pairs(Pairing.id).where(own, Pairing.state.in_(PLEDGED)).order_by(Pairing.id)
    return [(id_, f"{first} – {second}") for id_, first, second in rows.tuples()]


def _pairs(*fields: Any) -> Any:
    first, second = School.alias(), School.alias()
    return (
        Pairing.select(*fields, first.name, second.name)
        .join(first, on=(Pairing.first_school == first.id))
        .switch(Pairing)
        .join(second, on=(Pairing.second_school == second.id))
        .switch(Pairing)
    )


# --- The list of reports ---


def page_of(actor: Actor, filters: Filters) -> Page:
    """(id, title, school year, term, district, school or None, state, number, day of issue) of reports, the newest
    first."""
    conditions = _conditions(actor, filters)
    beside = [] if filters.after is None else [Report.id < filters.after]
    query = (
        Report.select(
            *(Report.id, Report.title, Report.school_year, Report.term, District.office_name, School.name),
            *(Report.state, Report.number, Report.issued_on),
        )
        .join(District)
        .switch(Report)
        .join(School, JOIN.LEFT_OUTER, on=(Report.school == School.id))
        .where(*conditions, *beside)
    )
    return _page(query.order_by(Report.id.desc()), _count(Report.select(Report.id).where(*conditions)))


def _conditions(actor: Actor, filters: Filters) -> list[Any]:
    found = [Report.visible_to(actor)]
    if filters.programme_id is not None:
        found.append(Report.programme == filters.programme_id)
    if filters.pairing_id is not None:
        found.append(Report.pairing == filters.pairing_id)
    if filters.school_year:
        found.append(Report.school_year == filters.school_year)
    if filters.state:
        found.append(Report.state == filters.state)
    # peewee cannot join no conditions at all.
    return [condition for condition in found if condition is not None] or [Report.id > 0]


def _page(query: Any, count: int) -> Page:
    rows = list(query.limit(PAGE_SIZE + 1).tuples())
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, count, rows[-1][0] if more else None)


def _count(query: Any) -> int:
    return Select([query.limit(COUNT_LIMIT + 1).alias("found")], [fn.COUNT(SQL("*"))]).scalar(Report._meta.database)


# --- Pairs without a report ---


def missing(actor: Actor, filters: Filters) -> Page:
    """Pairs of a school year that have no issued report, as missing_rows() gives them, by the pair's id."""
    conditions = _missing_conditions(actor, filters)
    beside = [] if filters.after is None else [Pairing.id > filters.after]
    query = _missing_rows(filters.school_year).where(*conditions, *beside)
    return _page(query, _count(Pairing.select(Pairing.id).where(*conditions)))


def missing_rows(ids: Sequence[int], school_year: str) -> list[tuple]:
    """(pair, programme, first district, second district, report or None, its state, first school, second school)."""
    return list(_missing_rows(school_year).where(Pairing.id.in_(ids)).tuples())


def _missing_rows(school_year: str) -> Any:
    first_district, second_district = District.alias(), District.alias()
    return (
        _pairs(Pairing.id, Programme.title, first_district.name, second_district.name, Report.id, Report.state)
        .join(Programme)
        .switch(Pairing)
        .join(first_district, on=(Pairing.first_district == first_district.id))
        .switch(Pairing)
        .join(second_district, on=(Pairing.second_district == second_district.id))
        .switch(Pairing)
        .join(Report, JOIN.LEFT_OUTER, on=_report_of(school_year))
        .order_by(Pairing.id)
    )


def _report_of(school_year: str) -> Any:
    live = (Report.school_year == school_year) & (Report.term == WHOLE_YEAR) & (Report.state != VOID)
    return (Report.pairing == Pairing.id) & live


def _missing_conditions(actor: Actor, filters: Filters) -> list[Any]:
    issued = Report.select(Value(1)).where(_report_of(filters.school_year), Report.state == ISSUED)
    found = [
        Pairing.visible_to(actor),
        Pairing.state.in_(PLEDGED),
        there(Period(*days_of(filters.school_year))),
        ~fn.EXISTS(issued),
    ]
    if filters.programme_id is not None:
        found.append(Pairing.programme == filters.programme_id)
    return [condition for condition in found if condition is not None]


def missing_ids(actor: Actor, filters: Filters, most: int) -> list[int]:
    """The ids of those pairs, in the list's order."""
    query = Pairing.select(Pairing.id).where(*_missing_conditions(actor, filters))
    return [id_ for (id_,) in query.order_by(Pairing.id).limit(most).tuples()]
