"""Moving records along their life cycles: who may, what it needs, who has to agree, what waits for whom next.

The one place that changes ``state``. Each step is one transaction with its audit line, the rows of "waiting for me" and
the notices to those who are next.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flask import current_app

from intranet.kernel.clock import local, now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.language import source_text
from intranet.kernel.workflow import UNDER_WAY, Holder, Transition, Workflow, check
from intranet.registry.people import Person
from intranet.shared import audit
from intranet.shared.access import Actor
from intranet.shared.edits import Refused, locked
from intranet.shared.holders import names_of, of_parties, party_of, people_of, sides
from intranet.shared.notifying import PROGRESS, WAITING, notify
from intranet.shared.waiting import Approval, Waiting

AGREED = "agreed"


class NotYours(Refused):
    """The step belongs to somebody else."""


class TextChanged(Refused):
    """What the person wanted to agree to was edited meanwhile."""


class Workflows:
    """The life cycles of one application, by table name, each with the module that it belongs to ("" for the core)."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, Workflow]] = {}

    def add(self, workflow: Workflow, module: str = "") -> None:
        """Add one. Raises WorkflowError for a declaration that makes no sense, ValueError for a second of a table."""
        check(workflow)
        if workflow.name in self._found:
            raise ValueError(f"the table {workflow.name} has two workflows")
        self._found[workflow.name] = (module, workflow)

    def find(self, name: str) -> tuple[str, Workflow] | None:
        """(module, workflow) of a table."""
        return self._found.get(name)

    def __iter__(self) -> Iterator[tuple[str, Workflow]]:
        return iter(self._found.values())


def workflow_of(record: Any) -> Workflow:
    """The life cycle of a record's table."""
    return _entry(record)[1]


def _entry(record: Any) -> tuple[str, Workflow]:
    return current_app.extensions["workflows"].find(type(record)._meta.table_name)


# --- Taking a step ---


def begin(record: Any, *, person_id: int | None) -> None:
    """A new record stands in the first state of its life cycle; call it in the transaction that made the record."""
    _after(record, person_id)


def locked_within(record: Any) -> Any:
    """The record as it is now, which nobody else changes before the transaction is over.

    Where it is part of another, that one is locked first: in two orders, two people would wait for each other.
    """
    workflow = workflow_of(record)
    if workflow.within:
        whole = workflow.within(record)
        locked(type(whole), whole.id)
    return locked(type(record), record.id)


def may_take(record: Any, key: str, actor: Actor) -> bool:
    """Whether a step is the actor's to take, whatever the state of the record."""
    workflow = workflow_of(record)
    return party_of(workflow, workflow.transition[key], record, actor) is not None


def take(
    record: Any,
    key: str,
    actor: Actor,
    *,
    reason: str = "",
    seen: str = "",
    done: Callable[[], None] = lambda: None,
) -> bool:
    """Take a transition, or give the actor's word for one that needs several. True when the record moved.

    ``seen`` is text_hash() of what the person agrees to. ``done`` runs last in the transaction. Raises NotYours,
    TextChanged, or Refused with the sentence that says why not.
    """
    with transaction():
        current = locked_within(record)
        workflow = workflow_of(current)
        transition = workflow.transition[key]
        party = _may_take(workflow, transition, current, actor, reason)
        if transition.joint:
            _refuse_changed_text(workflow, current, seen)
            moved = _agree(workflow, transition, current, party, actor, reason)
        else:
            moved = True
        if moved:
            _move(workflow, transition, current, actor.person_id, reason)
        _after(current, actor.person_id)
        done()
    return moved


def carry(record: Any, key: str, *, person_id: int | None, reason: str = "") -> bool:
    """Take a transition that a rule makes by itself: a school was merged, a day has come. Nobody's consent is asked.

    Call it in the rule's transaction. False where the record stands elsewhere by now.
    """
    current = locked_within(record)
    workflow = workflow_of(current)
    transition = workflow.transition[key]
    if current.state not in transition.sources:
        return False
    _move(workflow, transition, current, person_id, reason)
    _after(current, person_id)
    return True


def _may_take(workflow: Workflow, transition: Transition, record: Any, actor: Actor, reason: str) -> str:
    if record.state not in transition.sources:
        raise Refused("", _("Việc này đã sang bước “%(state)s”.", state=workflow.state[record.state].label))
    party = party_of(workflow, transition, record, actor)
    if party is None:
        raise NotYours(
            "", _("Bước này do %(who)s thực hiện.", who=names_of(of_parties(workflow, transition.by, record)))
        )
    if transition.reason and not reason:
        raise Refused("reason", _("Thầy/cô chưa ghi lý do."))
    refusal = transition.guard(record) if transition.guard else None
    if refusal:
        raise Refused("", refusal)
    return party


def _refuse_changed_text(workflow: Workflow, record: Any, seen: str) -> None:
    if text_hash(record) != seen:
        raise TextChanged("", _("Nội dung vừa được sửa. Thầy/cô đọc lại trước khi đồng ý."))


def _agree(workflow: Workflow, transition: Transition, record: Any, party: str, actor: Actor, reason: str) -> bool:
    """Note the party's word; True when it was the last one missing."""
    text, words = given(record)
    said = words.get(transition.key, {})
    if party in said:
        raise Refused("", _("Bên thầy/cô đã đồng ý rồi."))
    Approval.create(
        subject_type=workflow.name,
        subject_id=record.id,
        transition=transition.key,
        party=party,
        person=actor.person_id,
        role=actor.role,
        district_id=actor.district_id,
        school_id=actor.school_id,
        decision=AGREED,
        reason=reason,
        text_hash=text,
    )
    if {*said, party} >= sides(workflow, transition, record).keys():
        return True
    audit.record(f"{workflow.name}.consent", record, person_id=actor.person_id, changes={transition.key: (None, party)})
    return False


def _move(workflow: Workflow, transition: Transition, record: Any, person_id: int | None, reason: str) -> None:
    before = record.state
    record.state, record.state_since = transition.target, now()
    record.version += 1
    if reason and transition.keeps_reason:
        setattr(record, transition.keeps_reason, reason)
    record.save()
    changes = {"state": (before, record.state)} | ({"reason": (None, reason)} if reason else {})
    audit.record(f"{workflow.name}.{transition.key}", record, person_id=person_id, changes=changes)
    # What was said in an earlier round does not count in this one.
    _void(record, Approval.transition.in_([way.key for way in workflow.ways_from(record.state)]))
    if transition.effect:
        transition.effect(record, person_id)


def _void(record: Any, condition: Any) -> int:
    return (
        Approval.update(void_at=now())
        .where(
            Approval.subject_type == type(record)._meta.table_name,
            Approval.subject_id == record.id,
            Approval.void_at.is_null(),
            condition,
        )
        .execute()
    )


def text_hash(record: Any) -> str:
    """What identifies the text that parties agree to; empty where there is none."""
    text = workflow_of(record).text
    return hashlib.sha256(text(record).encode()).hexdigest() if text else ""


def text_changed(record: Any, *, person_id: int | None) -> int:
    """After an edit: what was agreed about another text is void, and waits again. Call it in the edit's transaction.

    Returns how many words became void.
    """
    count = _void(record, Approval.text_hash != text_hash(record))
    refresh(record)
    if count:
        _tell(record, person_id)
    return count


def given(record: Any) -> tuple[str, dict[str, dict[str, Approval]]]:
    """text_hash() and {joint transition: {party: its word}}, as far as it counts; empty where no way needs several."""
    joint = [way.key for way in workflow_of(record).ways_from(record.state) if way.joint]
    if not joint:
        return "", {}
    text, words = text_hash(record), defaultdict(dict)
    query = (
        Approval.select(Approval, Person)
        .join(Person)
        .where(
            Approval.subject_type == type(record)._meta.table_name,
            Approval.subject_id == record.id,
            Approval.transition.in_(joint),
            Approval.void_at.is_null(),
            Approval.text_hash == text,
        )
    )
    for approval in query.order_by(Approval.id):
        words[approval.transition][approval.party] = approval
    return text, words


# --- What waits ---


def _after(record: Any, person_id: int | None) -> None:
    refresh(record)
    _tell(record, person_id)


def _tell(record: Any, person_id: int | None) -> None:
    """Tell whoever has the next step; when it is over, everybody who has a part in it."""
    module, workflow = _entry(record)
    state = workflow.state[record.state]
    if state.kind == UNDER_WAY and state.waits(record):
        kind, text = WAITING, state.step
        holders = [holder for _party, holder in next_holders(record)]
    else:
        kind, text = PROGRESS, state.label
        holders = of_parties(workflow, workflow.party, record)
    notify(
        people_of(holders),
        kind,
        f"{workflow.title(record)}: {source_text(text)}",
        workflow.url(record),
        module=module,
        group=f"{workflow.name}-{record.id}",
        but=person_id,
    )


def refresh(record: Any) -> None:
    """Write anew what waits for whom. Also after the holders of a party changed: a school was merged, a person left."""
    module, workflow = _entry(record)
    Waiting.delete().where(Waiting.subject_type == workflow.name, Waiting.subject_id == record.id).execute()
    state = workflow.state[record.state]
    if state.kind != UNDER_WAY or not state.waits(record):
        return
    rows = [
        {
            "module": module,
            "subject_type": workflow.name,
            "subject_id": record.id,
            "person": holder.person_id,
            "role": holder.role,
            "district": holder.district_id,
            "school": holder.school_id,
            "party": party,
            "title": workflow.title(record),
            "step": source_text(state.step),
            "url": workflow.url(record),
            "since": record.state_since,
            "due_on": due_on(workflow, record),
        }
        for party, holder in next_holders(record)
    ]
    if rows:
        Waiting.insert_many(rows).execute()


def fall_due(record: Any) -> bool:
    """Write and tell what waits only from some day on (State.waits), once that day has come; for daily duties.

    False when it is not due yet, or waits already.
    """
    workflow = workflow_of(record)
    state = workflow.state[record.state]
    known = Waiting.select().where(Waiting.subject_type == workflow.name, Waiting.subject_id == record.id)
    if state.kind != UNDER_WAY or not state.waits(record) or known.exists():
        return False
    _after(record, None)
    return True


def next_holders(record: Any) -> list[tuple[str, Holder]]:
    """(party, holder) of all who have the next step now."""
    return missing(record, given(record)[1])


def missing(record: Any, words: Mapping[str, Mapping[str, Approval]]) -> list[tuple[str, Holder]]:
    """(party, holder) of all who have the next step and are not among ``words``, as given() has them."""
    workflow = workflow_of(record)
    found: dict[tuple[str, Holder], None] = {}
    for transition in workflow.ways_from(record.state):
        if transition.exit:
            continue
        done = words.get(transition.key, {})
        for party, holders in sides(workflow, transition, record).items():
            if party not in done:
                found |= dict.fromkeys((party, holder) for holder in holders)
    return list(found)


def due_on(workflow: Workflow, record: Any) -> date | None:
    """The last day on which the record is not late in its state."""
    state = workflow.state[record.state]
    if state.days is None:
        return state.until(record)
    return local(record.state_since).date() + timedelta(days=state.days)
