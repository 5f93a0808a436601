"""How far promises are kept: computed from what happened and from what was corrected by hand; and a pair's counters.

Whoever records an activity, or changes a clause, has the pair counted anew in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import Case, fn

from intranet.kernel.clock import today
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.activities import Activity, ActivityMeasure
from intranet.registry.pledges import ClauseCorrection, PledgeClause
from intranet.registry.schools import forerunners
from intranet.registry.twinning import Pairing

CENT = Decimal("0.01")
# The two sides of a pair, and what they do together.
FIRST, SECOND, BOTH = "first", "second", "both"
PLANNED, UNDER_WAY, DONE, LATE, DROPPED = "planned", "under_way", "done", "late", "dropped"
STATUS_LABELS = {
    PLANNED: _("Chưa thực hiện"),
    UNDER_WAY: _("Đang thực hiện"),
    DONE: _("Hoàn thành"),
    LATE: _("Quá hạn"),
    DROPPED: _("Không thực hiện"),
}


def target_of(quantity: Decimal | None) -> Decimal:
    """How much keeps the promise: one of it, where none is written."""
    return Decimal(1) if quantity is None else quantity


def status_of(
    quantity: Decimal | None, done: Decimal, due_on: date | None, dropped_on: date | None, day: date | None = None
) -> str:
    """Where a clause stands on ``day``, by default today. Derived, never stored: tomorrow it may be late."""
    if dropped_on is not None:
        return DROPPED
    if done >= target_of(quantity):
        return DONE
    if due_on is not None and due_on < (day or today()):
        return LATE
    return UNDER_WAY if done > 0 else PLANNED


def recount(pairing_id: int) -> None:
    """Write the pair's counters and its clauses' progress anew."""
    for clause_id, done in _progress(pairing_id).items():
        PledgeClause.update(done=done).where(PledgeClause.id == clause_id, PledgeClause.done != done).execute()
    Pairing.update(counters(pairing_id)).where(Pairing.id == pairing_id).execute()


def _progress(pairing_id: int) -> Mapping[int, Decimal]:
    """{clause: what was done of it}."""
    query = PledgeClause.select(PledgeClause.id).where(PledgeClause.pairing == pairing_id)
    clauses = [id_ for (id_,) in query.tuples()]
    if not clauses:
        return {}
    happened = (
        ActivityMeasure.select(ActivityMeasure.clause_id, fn.SUM(ActivityMeasure.quantity))
        .join(Activity)
        .where(ActivityMeasure.clause_id.in_(clauses), Activity.void_at.is_null(), Activity.pairing == pairing_id)
        .group_by(ActivityMeasure.clause_id)
    )
    corrected = (
        ClauseCorrection.select(ClauseCorrection.clause, fn.SUM(ClauseCorrection.quantity))
        .where(ClauseCorrection.clause.in_(clauses))
        .group_by(ClauseCorrection.clause)
    )
    found = dict.fromkeys(clauses, Decimal(0))
    for clause_id, quantity in (*happened.tuples(), *corrected.tuples()):
        found[clause_id] += Decimal(str(quantity)).quantize(CENT)
    return {clause_id: max(Decimal(0), quantity) for clause_id, quantity in found.items()}


def sides_of(pairing: Pairing) -> dict[int, str]:
    """{school: FIRST or SECOND}: the two schools, and those whose place in the pair they took."""
    names = {pairing.first_school_id: FIRST, pairing.second_school_id: SECOND}
    return {id_: names[into] for id_, into in forerunners(*names).items()}


def counters(pairing_id: int) -> dict[str, Any]:
    """What a pair's counters should be: its last activity, how often each side gave, what is due next."""
    sides = sides_of(Pairing.get_by_id(pairing_id))
    gave = {
        name: fn.COALESCE(
            fn.SUM(Case(None, ((Activity.giver.in_([id_ for id_, side in sides.items() if side == name]), 1),), 0)), 0
        )
        for name in (FIRST, SECOND)
    }
    happened = Activity.select(fn.MAX(Activity.on), gave["first"], gave["second"]).where(
        Activity.pairing == pairing_id, Activity.void_at.is_null()
    )
    last_on, first, second = next(iter(happened.tuples()))
    return {
        "last_activity_on": last_on,
        "first_gave": first,
        "second_gave": second,
        "next_due_on": _next_due(pairing_id),
    }


def _next_due(pairing_id: int) -> date | None:
    """The earliest day of a promise that is still to be kept."""
    return (
        PledgeClause.select(fn.MIN(PledgeClause.due_on))
        .where(
            PledgeClause.pairing == pairing_id,
            PledgeClause.dropped_on.is_null(),
            PledgeClause.done < fn.COALESCE(PledgeClause.quantity, 1),
        )
        .scalar()
    )


def differences() -> Iterator[str]:
    """Where counters or progress differ from what happened, one line each; for ``intranet verify``."""
    for pairing in Pairing.select().order_by(Pairing.id):
        for name, value in counters(pairing.id).items():
            if getattr(pairing, name) != value:
                yield f"pairing {pairing.id}: {name} is {getattr(pairing, name)}, should be {value}"
        stored = dict(
            PledgeClause.select(PledgeClause.id, PledgeClause.done).where(PledgeClause.pairing == pairing.id).tuples()
        )
        for clause_id, done in _progress(pairing.id).items():
            if stored[clause_id] != done:
                yield f"pledge clause {clause_id}: done is {stored[clause_id]}, should be {done}"
