"""Where a record stands in its life cycle, for its page: the state, whose turn it is, and what the actor can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.kernel.clock import today
from intranet.kernel.workflow import UNDER_WAY, Transition, Workflow
from intranet.shared.access import Actor
from intranet.shared.holders import names_of, party_of, sides, vacant
from intranet.shared.steps import due_on, given, missing, workflow_of


@dataclass(frozen=True, slots=True)
class Button:
    """A step that the actor can take. ``refusal`` says why not yet; ``page`` is the form that does it, if any."""

    transition: Transition
    refusal: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record stands, for its page."""

    workflow: Workflow
    state: Any
    since: Any
    due_on: date | None
    buttons: Sequence[Button]
    # Whose turn it is, in words.
    who: str
    # Those of them whose place nobody holds today, in words: the step waits for a successor.
    vacant: str
    # (party's label, person, when) of what was agreed already.
    agreed: Sequence[tuple[str, str, Any]]
    # Whether the actor's own party has given its word and now waits for the others.
    given: bool
    text_hash: str

    @property
    def late(self) -> bool:
        """Whether the day by which the step was to be done is over."""
        return self.due_on is not None and self.due_on < today()


def standing(record: Any, actor: Actor) -> Standing:
    """Where the record stands and what the actor can do about it."""
    workflow = workflow_of(record)
    text, words = given(record)
    said, own, buttons = [], False, []
    for transition in workflow.ways_from(record.state):
        party = party_of(workflow, transition, record, actor)
        done = words.get(transition.key, {})
        labels = _labels(workflow, transition, record) if done else {}
        said += [(labels[key], word.person.name, word.at) for key, word in done.items() if key in labels]
        if party in done:
            own = True
        elif party is not None:
            buttons.append(_button(transition, record))
    state = workflow.state[record.state]
    holders = [holder for _party, holder in missing(record, words)] if state.kind == UNDER_WAY else []
    return Standing(
        workflow=workflow,
        state=state,
        since=record.state_since,
        due_on=due_on(workflow, record) if state.kind == UNDER_WAY else None,
        buttons=buttons,
        who=names_of(holders),
        vacant=names_of(vacant(holders)),
        agreed=said,
        given=own,
        text_hash=text,
    )


def _labels(workflow: Workflow, transition: Transition, record: Any) -> dict[str, str]:
    """What each side of a transition is called; one of several places by its place."""
    return {
        side: names_of(holders) if workflow.party[side.partition("-")[0]].each else workflow.party[side].label
        for side, holders in sides(workflow, transition, record).items()
    }


def _button(transition: Transition, record: Any) -> Button:
    # A form that does the step supplies what the guard asks for, or says itself what is missing.
    if transition.page:
        return Button(transition, None, transition.page(record))
    return Button(transition, transition.guard(record) if transition.guard else None, None)
