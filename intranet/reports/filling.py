"""Filling a report: what the core and the modules tell of its days."""

from __future__ import annotations

import logging

from intranet.contributions import ReportSection, ReportTable
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.plugins import Failure
from intranet.kernel.schoolyear import days_of
from intranet.registry.reports import Report
from intranet.registry.twinning import Pairing
from intranet.reports import pair_writing, programme_writing
from intranet.reports.figures import Period, Scope
from intranet.reports.sections import RESULTS, Section, Table, in_order
from intranet.shared import modules
from intranet.shared.access import Actor

# So that the audit's column holds module and key.
LONGEST_KEY = 30
# With more pairs, reading takes longer than a request may.
MOST_AT_ONCE = 500

log = logging.getLogger("intranet.plugins")


def takes_long(report: Report) -> bool:
    """Whether filling is a job's work."""
    if report.pairing_id is not None:
        return False
    pairs = Pairing.select(Pairing.id).where(Scope(report.programme_id, report.district_id).pairs())
    return pairs.limit(MOST_AT_ONCE + 1).count() > MOST_AT_ONCE


def fresh_sections(report: Report, actor: Actor) -> tuple[list[Section], list[str]]:
    """The sections as the data give them now, and the modules that failed to tell theirs."""
    period = Period(*days_of(report.school_year, report.term))
    # It is for the paper, whatever language the person reads.
    with speaking(SOURCE):
        if report.pairing_id is not None:
            own = pair_writing.write(report.pairing, report.school_year, report.term, period)
        else:
            own = programme_writing.write(report.programme, report.district, report.school_year, period)
        contributed, failed = _contributed(report, period, actor)
    return in_order([*own, *contributed]), failed


def _contributed(report: Report, period: Period, actor: Actor) -> tuple[list[Section], list[str]]:
    found, failed = [], []
    for module, given in modules.collect(
        "report_sections",
        actor,
        programme=report.programme,
        pairing=report.pairing,
        district=report.district,
        school_year=report.school_year,
        starts_on=period.first,
        ends_on=period.last,
    ):
        section = _section(module, given)
        if section is None:
            failed.append(module)
        else:
            found.append(section)
    return found, failed


def _section(module: str, given: ReportSection | Failure) -> Section | None:
    """What a module gave, as the report keeps it; None where it failed, or gave what no report can hold."""
    if isinstance(given, Failure):
        return None
    try:
        return _kept(module, given)
    except Exception:
        log.exception("plugin %s gave a section that no report can hold", module)
        if modules.plugins().reraise:
            raise
    return None


def _kept(module: str, given: ReportSection) -> Section:
    if not 0 < len(given.key) <= LONGEST_KEY or not given.key.isascii():
        raise ValueError(f"the section {given.key!r} needs a short key")
    text = str(given.text)
    tables = tuple(_table(table) for table in given.tables)
    return Section(
        key=f"{module}.{given.key}", part=RESULTS, heading=str(given.heading), text=text, filled=text, tables=tables
    )


def _table(given: ReportTable) -> Table:
    rows = tuple(tuple(cell if isinstance(cell, int) else str(cell) for cell in row) for row in given.rows)
    if any(len(row) != len(given.columns) for row in rows):
        raise ValueError("a row has not as many cells as there are columns")
    return Table(columns=tuple(map(str, given.columns)), rows=rows, caption=str(given.caption))
