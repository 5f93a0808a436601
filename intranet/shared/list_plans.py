"""What an office's list will do, row by row, before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intranet.registry.districts import District
from intranet.shared.list_imports import MatchMemory
from intranet.shared.lists import CellError, Row, Shape, Table

CREATE, CHANGE, KEEP, CHOOSE = "create", "change", "keep", "choose"
NEW = "new"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What a good row will do. ``changes`` are {field: (before, after)}.

    With the action CHOOSE a person must say which of ``options`` (key, text) is meant; ``key`` names the row in
    MatchMemory, where the answer is kept.
    """

    action: str
    row: Row
    name: str
    record_id: int | None = None
    version: int = 0
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    options: tuple[tuple[str, str], ...] = ()
    question: str = ""
    chosen: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list will do. ``missing`` are (id, name) of the district's records that it does not name: they stay.

    ``notes`` are sentences for whoever confirms.
    """

    school_year: str
    rows: tuple[PlannedRow, ...]
    rejected: tuple[Row, ...]
    skipped: tuple[tuple[int, str], ...]
    missing: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]

    def of(self, action: str) -> list[PlannedRow]:
        """The rows with one action."""
        return [planned for planned in self.rows if planned.action == action]

    @property
    def errors(self) -> list[CellError]:
        """Every bad cell, from the top."""
        return [error for row in self.rejected for error in row.errors]

    @property
    def counts(self) -> dict[str, int]:
        """read, created, changed, unchanged, to_choose, rejected."""
        return {
            "read": len(self.rows) + len(self.rejected),
            "created": len(self.of(CREATE)),
            "changed": len(self.of(CHANGE)),
            "unchanged": len(self.of(KEEP)),
            "to_choose": len(self.of(CHOOSE)),
            "rejected": len(self.rejected),
        }

    @property
    def digest(self) -> str:
        """Changes whenever the plan would do something else: a preview older than the data is refused."""
        rows = [(p.action, p.row.number, p.record_id, p.version, p.chosen, sorted(p.changes)) for p in self.rows]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of list. ``plan(table, district, choices)`` compares; ``write(plan, district, person_id)`` carries out.

    ``choices`` are {row number: option key}. ``highlights`` are the columns that tell people what a new row is;
    ``labels`` gives what each field that a list may change is called,
    ``show(field, value)`` how its value reads.
    """

    name: str
    title: Any
    permission: str
    address: str
    shape: Shape
    highlights: tuple[str, ...]
    plan: Callable[[Table, District, Mapping[int, str]], Plan]
    write: Callable[..., None]
    labels: Callable[[], Mapping[str, Any]]
    show: Callable[[str, Any], str]


def remembered_matches(district: District, kind: str) -> dict[str, int]:
    """{row key: record id} of what people chose before."""
    query = MatchMemory.select(MatchMemory.row_key, MatchMemory.record_id)
    return dict(query.where(MatchMemory.district == district, MatchMemory.kind == kind).tuples())


def row_key(*parts: Any) -> str:
    """The name of a row in MatchMemory: the same for the same parts."""
    return hashlib.sha256(json.dumps([str(part or "") for part in parts]).encode()).hexdigest()
