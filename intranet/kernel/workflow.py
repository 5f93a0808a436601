"""Life cycles as data (decision D7): states, transitions, and the parties that make them. No language of its own.

From the declaration come the buttons that a person sees, the check on the server, what waits for whom, and the diagram
in the documentation. What it is about (records, people) is known to shared.steps alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

# Three kinds of states are enough to colour and count every life cycle.
UNDER_WAY, DONE, STOPPED = "under_way", "done", "stopped"
KINDS = (UNDER_WAY, DONE, STOPPED)
LONGEST_KEY = 40


class WorkflowError(Exception):
    """A declaration makes no sense: a fault of the programmer, named at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who can act for a party: one person; or whoever has a role or function in a school or in a district's office."""

    role: str = ""
    district_id: int | None = None
    school_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a matter. ``holders`` gives its Holders for a record, as they are now.

    ``each``: every place among the holders is a side of its own, as many as there are (all offices of a programme).
    """

    key: str
    label: str
    holders: Callable[[Any], Sequence[Holder]]
    each: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a record can stand. ``step`` is what has to be done next, as a task: "Xem và trả lời đề nghị".

    After ``days`` days in it, or after the day that ``until`` gives, the record is late. ``waits`` says whether the
    step is due by now: before, it has its actor, and yet waits for nobody (the review of a pair that has only begun).
    """

    key: str
    label: str
    step: str = ""
    kind: str = UNDER_WAY
    days: int | None = None
    until: Callable[[Any], date | None] = lambda record: None
    waits: Callable[[Any], bool] = lambda record: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A way from some states to another.

    ``by`` names parties: any of them can take it; with ``joint``, all of them have to agree, and the last one takes it.
    ``exit``: possible, but nobody waits for it (withdraw, cancel). ``reason``: it has to be said why. ``guard`` gives
    the sentence that says why not yet, or None. ``effect`` runs in the transaction, with the record already in its new
    state and the id of who acted, None where a rule did. ``keeps_reason`` names the record's field that keeps the
    reason to be read. ``page`` gives the address of the form that does it, where one is needed.
    """

    key: str
    label: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    joint: bool = False
    exit: bool = False
    reason: bool = False
    danger: bool = False
    guard: Callable[[Any], str | None] | None = None
    effect: Callable[[Any, int | None], None] | None = None
    keeps_reason: str = ""
    page: Callable[[Any], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """The life cycle of one table's records. The table has ``state``, ``state_since`` and ``version``.

    ``text`` gives what parties agree to: when it changes, what they said before no longer counts. ``within`` gives the
    record that a record is part of, where steps of each move the other: it is locked first.
    """

    model: type
    label: str
    parties: tuple[Party, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    text: Callable[[Any], str] | None = None
    within: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        """The table's name."""
        return self.model._meta.table_name

    @property
    def first(self) -> str:
        """The state of a new record."""
        return self.states[0].key

    @cached_property
    def state(self) -> Mapping[str, State]:
        """The states by key."""
        return {state.key: state for state in self.states}

    @cached_property
    def transition(self) -> Mapping[str, Transition]:
        """The transitions by key."""
        return {transition.key: transition for transition in self.transitions}

    @cached_property
    def party(self) -> Mapping[str, Party]:
        """The parties by key."""
        return {party.key: party for party in self.parties}

    def ways_from(self, state: str) -> list[Transition]:
        """What can be done with a record in this state, in the order of the declaration."""
        return [transition for transition in self.transitions if state in transition.sources]


def check(workflow: Workflow) -> None:
    """Raise WorkflowError unless every name is known and every state under way has a next step and a way out."""
    name = workflow.name
    for what, items in (
        ("states", workflow.states),
        ("transitions", workflow.transitions),
        ("parties", workflow.parties),
    ):
        keys = [item.key for item in items]
        if len(set(keys)) < len(keys) or any(not key.isidentifier() or len(key) > LONGEST_KEY for key in keys):
            raise WorkflowError(f"{name}: the keys of its {what} must be different short identifiers")
    for transition in workflow.transitions:
        _check_transition(workflow, transition)
    for state in workflow.states:
        _check_state(workflow, state)


def _check_transition(workflow: Workflow, transition: Transition) -> None:
    unknown = {*transition.sources, transition.target} - workflow.state.keys()
    if unknown:
        raise WorkflowError(f"{workflow.name}: {transition.key} names the unknown state {min(unknown)}")
    if not transition.by or set(transition.by) - workflow.party.keys():
        raise WorkflowError(f"{workflow.name}: {transition.key} names no party or an unknown one")
    several = len(transition.by) > 1 or any(workflow.party[key].each for key in transition.by)
    if transition.joint and not several:
        raise WorkflowError(f"{workflow.name}: {transition.key} is joint and names one party")


def _check_state(workflow: Workflow, state: State) -> None:
    if state.kind not in KINDS:
        raise WorkflowError(f"{workflow.name}: {state.key} is of the unknown kind {state.kind}")
    if state.key != workflow.first and all(state.key != transition.target for transition in workflow.transitions):
        raise WorkflowError(f"{workflow.name}: nothing leads to {state.key}")
    if state.kind != UNDER_WAY:
        return
    if not state.step or all(transition.exit for transition in workflow.ways_from(state.key)):
        raise WorkflowError(f"{workflow.name}: nobody has a next step in {state.key}")


def diagram(workflow: Workflow) -> str:
    """The life cycle as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.first}"]
    lines += [f"    {state.key}: {state.label}" for state in workflow.states]
    for transition in workflow.transitions:
        joined = " + " if transition.joint else " / "
        who = joined.join(str(workflow.party[key].label) for key in transition.by)
        lines += [f"    {source} --> {transition.target}: {transition.label} ({who})" for source in transition.sources]
    lines += [f"    {state.key} --> [*]" for state in workflow.states if not workflow.ways_from(state.key)]
    return "\n".join(lines)


def chapter(workflow: Workflow) -> str:
    """The life cycle as a chapter of a Markdown text."""
    return f"## {workflow.label}\n\n```mermaid\n{diagram(workflow)}\n```\n"
