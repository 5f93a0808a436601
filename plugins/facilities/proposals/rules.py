"""Every change of a proposal that is not a step of its life alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import fn

from intranet.api import (
    Actor,
    Refused,
    begin,
    gettext,
    locked,
    record,
    take,
    today,
    transaction,
    write_merged,
)
from plugins.facilities.models import FundingSource, Need, Proposal, ProposalItem
from plugins.facilities.needs import rules as needs
from plugins.facilities.proposals.life_cycle import DRAFT

Done = Callable[[], None]


def make_proposal(
    actor: Actor, values: Mapping[str, Any], *, done: Callable[[Proposal], None] = lambda proposal: None
) -> Proposal:
    """Begin a dossier of the actor's office."""
    with transaction():
        proposal = Proposal.create(district=actor.district_id, created_by=actor.person_id, **values)
        given = {name: (None, value) for name, value in values.items() if value}
        record("facilities.proposal", proposal, person_id=actor.person_id, changes=given)
        begin(proposal, person_id=actor.person_id)
        done(proposal)
    return proposal


def _draft(proposal: Proposal) -> Proposal:
    """The proposal, locked. Raises Refused once it was sent on."""
    current = locked(Proposal, proposal.id)
    if current.state != DRAFT:
        raise Refused("", gettext("Hồ sơ đã gửi đi nên không sửa được nữa."))
    return current


def update_proposal(
    proposal: Proposal, values: Mapping[str, Any], *, version: int, person_id: int, done: Done = lambda: None
) -> str:
    """Change the texts. Returns UNCHANGED, SAVED or MERGED; raises Conflict and Refused."""
    with transaction():
        current = _draft(proposal)
        return write_merged(
            current, values, version=version, action="facilities.proposal", person_id=person_id, done=done
        )


# --- Lines ---


def add_needs(proposal: Proposal, need_ids: list[int], actor: Actor, *, done: Done = lambda: None) -> int:
    """Take needs of the office's schools in, what nobody has promised of each; they are asked of nobody else then.

    Raises Refused, and nothing was taken in.
    """
    with transaction():
        current = _draft(proposal)
        # In one order, as whoever else locks several.
        for need_id in sorted(set(need_ids)):
            need = locked(Need, need_id)
            if need.district_id != current.district_id:
                raise Refused("", gettext("Nhu cầu này không thuộc đơn vị."))
            needs.into_proposal(need, person_id=actor.person_id)
            _add_line(current, need)
        record("facilities.proposal", current, person_id=actor.person_id, changes={"needs": (None, len(need_ids))})
        done()
    return len(need_ids)


def _add_line(proposal: Proposal, need: Need) -> None:
    last = ProposalItem.select(fn.MAX(ProposalItem.position)).where(ProposalItem.proposal == proposal).scalar() or 0
    left = need.remainder
    whole = need.estimate is not None and left == need.quantity
    ProposalItem.create(
        proposal=proposal,
        need=need,
        school=need.school_id,
        position=last + 1,
        item=need.item,
        quantity=left,
        unit=need.unit,
        pupils=need.pupils,
        why=need.why,
        cost=need.estimate if whole else _share(need, left),
    )


def _share(need: Need, left: Decimal) -> Decimal | None:
    """What of the estimate the remainder costs, to whole đồng."""
    if need.estimate is None:
        return None
    return (need.estimate * left / need.quantity).to_integral_value()


def remove_line(item: ProposalItem, actor: Actor, *, done: Done = lambda: None) -> None:
    """Let a need go: it looks for givers again."""
    with transaction():
        current = _draft(item.proposal)
        need = item.need
        ProposalItem.delete().where(ProposalItem.id == item.id).execute()
        needs.out_of_proposal(need, person_id=actor.person_id)
        _renumber(current)
        record("facilities.proposal", current, person_id=actor.person_id, changes={"needs": (item.item, None)})
        done()


def _renumber(proposal: Proposal) -> None:
    rows = ProposalItem.select(ProposalItem.id).where(ProposalItem.proposal == proposal)
    for position, (item_id,) in enumerate(rows.order_by(ProposalItem.position, ProposalItem.id).tuples(), start=1):
        ProposalItem.update(position=position).where(ProposalItem.id == item_id).execute()


def move_line(item: ProposalItem, up: bool, actor: Actor, *, done: Done = lambda: None) -> None:
    """Change places with the line above or below; at the end of the list nothing moves."""
    with transaction():
        current = _draft(item.proposal)
        line = locked(ProposalItem, item.id)
        other = ProposalItem.get_or_none(
            ProposalItem.proposal == current, ProposalItem.position == line.position + (-1 if up else 1)
        )
        if other is not None:
            line.position, other.position = other.position, line.position
            line.save()
            other.save()
            changes = {"position": (other.position, line.position)}
            record("facilities.proposal", current, person_id=actor.person_id, changes=changes)
        done()


def price_line(item: ProposalItem, cost: Decimal, actor: Actor, *, done: Done = lambda: None) -> None:
    """Say what a line costs."""
    with transaction():
        current = _draft(item.proposal)
        line = locked(ProposalItem, item.id)
        changes = {"cost": (line.cost, cost)}
        line.cost = cost
        line.save()
        record("facilities.proposal", current, person_id=actor.person_id, changes=changes)
        done()


# --- Sources ---


def add_source(proposal: Proposal, values: Mapping[str, Any], actor: Actor, *, done: Done = lambda: None) -> None:
    """Name who is asked to pay how much."""
    with transaction():
        current = _draft(proposal)
        FundingSource.create(proposal=current, **values)
        changes = {values["kind"]: (None, values["amount"])}
        record("facilities.proposal", current, person_id=actor.person_id, changes=changes)
        done()


def remove_source(source: FundingSource, actor: Actor, *, done: Done = lambda: None) -> None:
    """Take a source off."""
    with transaction():
        current = _draft(source.proposal)
        FundingSource.delete().where(FundingSource.id == source.id).execute()
        changes = {source.kind: (source.amount, None)}
        record("facilities.proposal", current, person_id=actor.person_id, changes=changes)
        done()


# --- Steps that need more than a button ---


def send(proposal: Proposal, number: str, on: date, actor: Actor, *, done: Done = lambda: None) -> None:
    """Send it, with number and date. Raises Refused and NotYours."""
    with transaction():
        current = locked(Proposal, proposal.id)
        _check_day("sent_on", on)
        current.number, current.sent_on = number, on
        current.save()
        take(current, "send", actor, done=done)


def _check_day(field: str, on: date, least: date | None = None) -> None:
    if on > today():
        raise Refused(field, gettext("Ngày này chưa đến."))
    if least is not None and on < least:
        raise Refused(field, gettext("Ngày này không thể trước ngày gửi hoặc ngày quyết định."))


def approve(
    proposal: Proposal,
    number: str,
    on: date,
    amounts: Mapping[int, Decimal],
    actor: Actor,
    *,
    done: Done = lambda: None,
) -> None:
    """Write the decision down: what each source pays; their sum is what was approved. Raises Refused and NotYours."""
    with transaction():
        current = locked(Proposal, proposal.id)
        _check_day("decided_on", on, current.sent_on)
        total = sum(amounts.values(), Decimal(0))
        if not total:
            raise Refused("", gettext("Thầy/cô chưa ghi số tiền được duyệt của nguồn nào."))
        for source_id, amount in amounts.items():
            one = FundingSource.id == source_id, FundingSource.proposal == current
            FundingSource.update(approved=amount).where(*one).execute()
        current.decision_number, current.decided_on, current.approved = number, on, total
        current.save()
        take(current, "approve", actor, done=done)


def revise(proposal: Proposal, actor: Actor, *, done: Done = lambda: None) -> list[str]:
    """Begin a returned dossier anew with what its needs still lack; the names of those that are covered by now.

    Raises NotYours.
    """
    with transaction():
        current = locked(Proposal, proposal.id)
        take(current, "revise", actor)
        lost = []
        rows = ProposalItem.select().where(ProposalItem.proposal == current).order_by(ProposalItem.need)
        for item in list(rows):
            try:
                with transaction():
                    needs.into_proposal(item.need, person_id=actor.person_id)
            except Refused:
                lost.append(item.item)
                ProposalItem.delete().where(ProposalItem.id == item.id).execute()
            else:
                _refresh(item)
        _renumber(current)
        done()
    return lost


def _refresh(item: ProposalItem) -> None:
    """What was promised meanwhile is not asked for again; what it costs, somebody says anew."""
    left = Need.get_by_id(item.need_id).remainder
    if left != item.quantity:
        item.quantity, item.cost = left, None
        item.save()


def hand_over(proposal: Proposal, on: date, result: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """The schools have it: their needs are fulfilled. Raises Refused and NotYours."""
    with transaction():
        current = locked(Proposal, proposal.id)
        _check_day("handed_over_on", on, current.decided_on)
        current.handed_over_on, current.result = on, result
        current.save()
        take(current, "hand_over", actor, done=done)
