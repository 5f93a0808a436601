"""A life cycle that makes no sense is refused at the start; one that does gives its diagram."""

from dataclasses import replace

import pytest
from notice_board.life_cycle import LIFE_CYCLE

from intranet.kernel.workflow import DONE, State, WorkflowError, check, diagram


def changed(key, **values):
    """The life cycle of plans with one transition changed."""
    transitions = tuple(
        replace(transition, **values) if transition.key == key else transition for transition in LIFE_CYCLE.transitions
    )
    return replace(LIFE_CYCLE, transitions=transitions)


def with_state(**values):
    return replace(LIFE_CYCLE, states=(*LIFE_CYCLE.states, State(**values)))


WRONG = {
    "a target that does not exist": (changed("hold", target="nowhere"), "hold names the unknown state nowhere"),
    "a source that does not exist": (changed("hold", sources=("nowhere",)), "hold names the unknown state nowhere"),
    "nobody may": (changed("hold", by=()), "hold names no party or an unknown one"),
    "an unknown party": (changed("hold", by=("third",)), "hold names no party or an unknown one"),
    "joint with oneself": (changed("agree", by=("first",)), "agree is joint and names one party"),
    "a state that nothing leads to": (
        with_state(key="lost", label="Lạc", kind=DONE),
        "nothing leads to lost",
    ),
    "a state without a next step": (
        replace(
            LIFE_CYCLE,
            states=tuple(replace(state, step="") if state.key == "agreed" else state for state in LIFE_CYCLE.states),
        ),
        "nobody has a next step in agreed",
    ),
    "a state with exits only": (changed("hold", exit=True), "nobody has a next step in agreed"),
    "an unknown kind of state": (with_state(key="odd", label="Lạ", kind="maybe"), "odd is of the unknown kind maybe"),
    "the same state twice": (
        with_state(key="held", label="Đã thực hiện", kind=DONE),
        "the keys of its states must be different short identifiers",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_declaration_that_makes_no_sense_is_refused_with_its_cause(name):
    workflow, cause = WRONG[name]
    with pytest.raises(WorkflowError) as refused:
        check(workflow)
    assert str(refused.value) == f"notice_board_plan: {cause}"


def test_a_declaration_that_makes_sense_passes():
    assert check(LIFE_CYCLE) is None


def test_the_diagram_shows_states_transitions_and_who_takes_them():
    lines = diagram(LIFE_CYCLE).splitlines()
    assert lines[:3] == ["stateDiagram-v2", "    [*] --> draft", "    draft: Nháp"]
    both = "Hiệu trưởng trường đề nghị + Hiệu trưởng trường bạn"
    assert f"    proposed --> agreed: Đồng ý ({both})" in lines
    assert "    proposed --> draft: Trả lại (Hiệu trưởng trường bạn / Phòng)" in lines
    assert [line for line in lines if line.endswith("--> [*]")] == ["    held --> [*]", "    dropped --> [*]"]
