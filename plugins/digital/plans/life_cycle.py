"""The life of a step of the plan: open until who is responsible says that it is done, or it is given up."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, Holder, Party, State, Transition, Workflow
from intranet.api import lazy_gettext as _
from plugins.digital import parties
from plugins.digital.models import Improvement
from plugins.digital.pages import HOME
from plugins.digital.plans import effects

OPEN, FINISHED, DROPPED = "open", "finished", "dropped"
STATE_LABELS = {OPEN: _("Đang làm"), FINISHED: _("Đã xong"), DROPPED: _("Không làm nữa")}
RESPONSIBLE = Party(
    key="responsible",
    label=_("Người phụ trách"),
    holders=lambda improvement: [Holder(person_id=improvement.responsible_id)],
)


def address_of(improvement_id: int) -> str:
    """The page of a step."""
    return f"{HOME}/improvements/{improvement_id}"


LIFE_CYCLE = Workflow(
    model=Improvement,
    label=_("Việc cải tiến chuyển đổi số"),
    parties=(RESPONSIBLE, parties.HEAD),
    states=(
        State(
            key=OPEN,
            label=STATE_LABELS[OPEN],
            step=_("Thực hiện và báo xong"),
            until=lambda improvement: improvement.due_on,
        ),
        State(key=FINISHED, label=STATE_LABELS[FINISHED], kind=DONE),
        State(key=DROPPED, label=STATE_LABELS[DROPPED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="finish",
            label=_("Báo đã xong"),
            sources=(OPEN,),
            target=FINISHED,
            by=("responsible",),
            effect=effects.finished,
        ),
        Transition(
            key="drop",
            label=_("Thôi việc này"),
            sources=(OPEN,),
            target=DROPPED,
            by=("head",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="reopen",
            label=_("Làm tiếp"),
            sources=(FINISHED, DROPPED),
            target=OPEN,
            by=("responsible", "head"),
            exit=True,
            effect=effects.reopened,
        ),
    ),
    title=lambda improvement: improvement.title,
    url=lambda improvement: address_of(improvement.id),
)
