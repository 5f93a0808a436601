"""What is kept of a file and of a plan for people to look at: texts, and no more of them than a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from intranet.shared.list_plans import CHANGE, CHOOSE, CREATE, Kind, Plan, PlannedRow
from intranet.shared.lists import Table
from intranet.shared.spreadsheets import Header, Sheet, cell_text

MOST_SHOWN = 100
MOST_CHOICES = 500
# What a page to point at the header row needs of a sheet.
FIRST_ROWS = 25
LONGEST_SAMPLE = 60


def of_sheets(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """The first rows of each sheet."""
    return [
        {
            "title": sheet.title,
            "rows": [
                [number, [cell_text(value)[:LONGEST_SAMPLE] for value in values]]
                for number, values in sheet.rows[:FIRST_ROWS]
            ],
        }
        for sheet in sheets
    ]


def of_place(header: Header) -> dict[str, Any]:
    """Where the list stands and what its columns mean."""
    return {"sheet": header.sheet.title, "row": header.row, "columns": dict(header.columns)}


def of_plan(plan: Plan, table: Table, kind: Kind) -> dict[str, Any]:
    """What a list will do, in words."""
    return {
        "year": plan.school_year,
        "counts": plan.counts,
        "digest": plan.digest,
        "labels": dict(table.header.labels),
        "created": [_created(planned, kind) for planned in plan.of(CREATE)[:MOST_SHOWN]],
        "changed": [_changed(planned, kind) for planned in plan.of(CHANGE)[:MOST_SHOWN]],
        "choose": [_choice(planned, kind) for planned in _asked(plan)[:MOST_CHOICES]],
        "errors": [[e.row, e.column, e.value, e.message] for e in plan.errors[:MOST_SHOWN]],
        "cells": len(plan.errors),
        "rejected": _rejected(plan, table),
        "skipped": list(plan.skipped[:MOST_SHOWN]),
        "missing": list(plan.missing[:MOST_SHOWN]),
        "missing_count": len(plan.missing),
        "notes": list(plan.notes),
    }


def _asked(plan: Plan) -> list[PlannedRow]:
    """The rows about which a person must say something, or did."""
    return [planned for planned in plan.rows if planned.action == CHOOSE or planned.chosen]


def _details(planned: PlannedRow, kind: Kind) -> str:
    values = planned.row.values
    return " · ".join(kind.show(key, values[key]) for key in kind.highlights if values.get(key) not in (None, ""))


def _created(planned: PlannedRow, kind: Kind) -> list[Any]:
    return [planned.row.number, planned.name, _details(planned, kind)]


def _changed(planned: PlannedRow, kind: Kind) -> list[Any]:
    changes = [
        [name, kind.show(name, before), kind.show(name, after)] for name, (before, after) in planned.changes.items()
    ]
    return [planned.row.number, planned.name, changes]


def _choice(planned: PlannedRow, kind: Kind) -> dict[str, Any]:
    return {
        "row": planned.row.number,
        "name": planned.name,
        "details": _details(planned, kind),
        "question": planned.question,
        "options": list(planned.options),
        "chosen": planned.chosen,
    }


def _rejected(plan: Plan, table: Table) -> dict[str, Any]:
    """The rows that will not be written as they stand in the file, to be corrected and sent again."""
    header = next(values for number, values in table.header.sheet.rows if number == table.header.row)
    rows = [(row, "; ".join(f"{error.column}: {error.message}" for error in row.errors)) for row in plan.rejected]
    rows += [(planned.row, planned.question) for planned in plan.of(CHOOSE)]
    rows.sort(key=lambda pair: pair[0].number)
    return {
        "labels": [cell_text(value) for value in header],
        "rows": [[row.number, list(row.shown), reason] for row, reason in rows],
    }
