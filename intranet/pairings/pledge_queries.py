"""Reads of a pledge: its clauses with where they stand, what counted for them, and what was corrected by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from intranet.kernel.statements import Statement, param
from intranet.registry.activities import Activity, ActivityMeasure
from intranet.registry.people import Person
from intranet.registry.pledges import ClauseCorrection, PledgeClause
from intranet.registry.then import Standing, standing_now, standing_on
from intranet.registry.twinning import Pairing
from intranet.shared import pledges
from intranet.shared.access import Actor
from intranet.shared.timeline import Reach

# What counted for a pledge is a few dozen; the page stays readable where it is more.
MOST_COUNTED = 300
STATUS_KINDS = {
    pledges.PLANNED: "neutral",
    pledges.UNDER_WAY: "info",
    pledges.DONE: "good",
    pledges.LATE: "bad",
    pledges.DROPPED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as pages show it. ``side`` is pledges.FIRST, SECOND or BOTH."""

    id: int
    number: int
    side: str
    text: str
    target: Decimal
    unit: str
    due_on: date | None
    kind_label: str
    evidence: str
    done: Decimal
    status: str
    dropped_on: date | None
    dropped_reason: str

    @property
    def shape(self) -> str:
        """The shape and colour of the status."""
        return STATUS_KINDS[self.status]

    @property
    def word(self) -> Any:
        """The status in words."""
        return pledges.STATUS_LABELS[self.status]

    @property
    def bar(self) -> Decimal:
        """How far the bar goes: never beyond its end."""
        return min(self.done, self.target)


def signed_as(pairing: Pairing) -> list[tuple[Standing, Standing]]:
    """(as it signed, today) of both schools of a signed pledge; empty while neither is called otherwise."""
    if pairing.signed_on is None:
        return []
    schools = (pairing.first_school, pairing.second_school)
    signed = [(standing_on(school, pairing.signed_on), standing_now(school)) for school in schools]
    return signed if any(then != now for then, now in signed) else []


def clauses_of(pairing: Pairing, sides: Mapping[int, str]) -> list[Clause]:
    """The clauses of a pledge in their order; ``sides`` are pledges.sides_of() the pair."""
    rows = map(PledgeClause.of_row, _CLAUSES.rows(pairing=pairing.id))
    return [_clause(number, row, sides.get(row.giver_id, pledges.BOTH)) for number, row in enumerate(rows, start=1)]


_CLAUSES = Statement(
    lambda: (
        PledgeClause.select()
        .where(PledgeClause.pairing == param("pairing"))
        .order_by(PledgeClause.position, PledgeClause.id)
    )
)


def _clause(number: int, row: PledgeClause, side: str) -> Clause:
    return Clause(
        id=row.id,
        number=number,
        side=side,
        text=row.text,
        target=pledges.target_of(row.quantity),
        unit=row.unit,
        due_on=row.due_on,
        kind_label=row.kind_label,
        evidence=row.evidence,
        done=row.done,
        status=pledges.status_of(row.quantity, row.done, row.due_on, row.dropped_on),
        dropped_on=row.dropped_on,
        dropped_reason=row.dropped_reason,
    )


def counted_for(actor: Actor, clause_ids: Sequence[int]) -> dict[int, list[tuple]]:
    """{clause: (day, title, address or empty, quantity, unit) of what counts for it}, the newest first."""
    query = (
        ActivityMeasure.select(
            ActivityMeasure.clause_id,
            Activity.on,
            Activity.title,
            Activity.url,
            *(Activity.module, Activity.district),
            ActivityMeasure.quantity,
            ActivityMeasure.unit,
        )
        .join(Activity)
        .where(ActivityMeasure.clause_id.in_(list(clause_ids)), Activity.void_at.is_null())
        .order_by(Activity.on.desc(), Activity.id.desc())
        .limit(MOST_COUNTED)
    )
    found: dict[int, list[tuple]] = {}
    reach = Reach(actor)
    for clause_id, on, title, url, module, district_id, quantity, unit in query.tuples():
        address = url if reach.covers(module, district_id) else ""
        found.setdefault(clause_id, []).append((on, title, address, quantity, unit))
    return found


def corrections_of(clause_ids: Sequence[int]) -> dict[int, list[tuple]]:
    """{clause: (moment, person, quantity, reason) of each correction}, the newest first."""
    query = (
        ClauseCorrection.select(
            ClauseCorrection.clause,
            ClauseCorrection.at,
            Person.name,
            ClauseCorrection.quantity,
            ClauseCorrection.reason,
        )
        .join(Person)
        .where(ClauseCorrection.clause.in_(list(clause_ids)))
        .order_by(ClauseCorrection.id.desc())
    )
    found: dict[int, list[tuple]] = {}
    for clause_id, *line in query.tuples():
        found.setdefault(clause_id, []).append(tuple(line))
    return found
