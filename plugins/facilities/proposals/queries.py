"""Reads shaped for the screens of proposals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from peewee import fn

from intranet.api import Actor, School, school_name_at
from plugins.facilities.models import FundingSource, Need, Proposal, ProposalItem
from plugins.facilities.needs.life_cycle import WANTED

PAGE_SIZE = 30
# What one page of needs to choose from shows.
MOST_CHOICES = 200


def proposals(actor: Actor, state: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the newest first.

    Rows: id, title, state, number, day of sending, lines, cost, approved.
    """
    lines = ProposalItem.select(fn.COUNT(ProposalItem.id)).where(ProposalItem.proposal == Proposal.id)
    cost = ProposalItem.select(fn.COALESCE(fn.SUM(ProposalItem.cost), 0)).where(ProposalItem.proposal == Proposal.id)
    fields = (Proposal.id, Proposal.title, Proposal.state, Proposal.number, Proposal.sent_on)
    rows = Proposal.select(*fields, lines, cost, Proposal.approved).order_by(Proposal.id.desc())
    seen = Proposal.visible_to(actor)
    rows = rows if seen is None else rows.where(seen)
    if state:
        rows = rows.where(Proposal.state == state)
    if before is not None:
        rows = rows.where(Proposal.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def lines(proposal: Proposal, actor: Actor | None = None, day: date | None = None) -> list[tuple]:
    """The lines in their order; a school reads its own. Of a ``day``, schools are called as they were then.

    Rows: id, position, need, school, item, quantity, unit, pupils, why, cost.
    """
    rows = (
        ProposalItem.select(
            *(ProposalItem.id, ProposalItem.position, ProposalItem.need, school_name_at(day), ProposalItem.item),
            *(ProposalItem.quantity, ProposalItem.unit, ProposalItem.pupils, ProposalItem.why, ProposalItem.cost),
        )
        .join(School, on=(ProposalItem.school == School.id))
        .where(ProposalItem.proposal == proposal)
        .order_by(ProposalItem.position)
    )
    if actor is not None and actor.school_id is not None:
        rows = rows.where(ProposalItem.school == actor.school_id)
    return list(rows.tuples())


def sources(proposal: Proposal) -> list[FundingSource]:
    """Who is asked to pay, in the order written."""
    return list(FundingSource.select().where(FundingSource.proposal == proposal).order_by(FundingSource.id))


def choices(district_id: int) -> list[tuple]:
    """The needs of a district's schools that nobody covers, the most urgent first.

    Rows: id, item, quantity, unit, promised, school, priority, pupils, estimate.
    """
    open_ = Need.state.in_(WANTED), Need.district == district_id, Need.pledged < Need.quantity
    rows = Need.select(
        *(Need.id, Need.item, Need.quantity, Need.unit, Need.pledged, School.name, Need.priority),
        *(Need.pupils, Need.estimate),
    ).join(School, on=(Need.school == School.id))
    return list(rows.where(*open_).order_by(Need.priority, Need.id).limit(MOST_CHOICES).tuples())


def total(rows: list[tuple]) -> Decimal:
    """What lines cost together, as far as it is known."""
    return sum((row[-1] or 0 for row in rows), Decimal(0))


def pupils(rows: list[tuple]) -> Any:
    """How many pupils lines serve, counted per line."""
    return sum(row[7] or 0 for row in rows)
