"""The life of a difficulty: said, routed to whom can help, answered by a session, found again by others."""

from __future__ import annotations

from collections.abc import Sequence

from intranet.api import COORDINATOR, DONE, PRINCIPAL, STOPPED, Holder, Party, State, Transition, Workflow, gettext
from intranet.api import lazy_gettext as _
from plugins.professional_development import parties
from plugins.professional_development.models import Difficulty

OPEN, ROUTED, ANSWERED, CLOSED, SET_ASIDE = "open", "routed", "answered", "closed", "set_aside"
STATE_LABELS = {
    OPEN: _("Chờ chuyển đến trường có thế mạnh"),
    ROUTED: _("Đã chuyển, chờ trả lời"),
    ANSWERED: _("Đã trả lời"),
    CLOSED: _("Đã giải quyết"),
    SET_ASIDE: _("Không xử lý"),
}


def _helpers(difficulty: Difficulty) -> Sequence[Holder]:
    if difficulty.routed_to_id is None:
        return []
    return [Holder(role=role, school_id=difficulty.routed_to_id) for role in (PRINCIPAL, COORDINATOR)]


def _page(name: str):
    return lambda difficulty: f"/professional-development/difficulties/{difficulty.id}/{name}"


def _no_answer(difficulty: Difficulty) -> str | None:
    if difficulty.answer or difficulty.session_id is not None:
        return None
    return gettext("Chưa có câu trả lời hoặc buổi sinh hoạt nào giải đáp.")


LIFE_CYCLE = Workflow(
    model=Difficulty,
    label=_("Khó khăn, vướng mắc"),
    parties=(
        parties.OFFICE,
        Party(key="helpers", label=_("Trường được chuyển đến"), holders=_helpers),
        parties.person("author", _("Người nêu"), "person"),
    ),
    states=(
        State(key=OPEN, label=STATE_LABELS[OPEN], step=_("Chuyển đến trường có thế mạnh"), days=14),
        State(key=ROUTED, label=STATE_LABELS[ROUTED], step=_("Trả lời hoặc mở buổi sinh hoạt giải đáp"), days=30),
        State(key=ANSWERED, label=STATE_LABELS[ANSWERED], step=_("Cho biết đã giải quyết chưa"), days=30),
        State(key=CLOSED, label=STATE_LABELS[CLOSED], kind=DONE),
        State(key=SET_ASIDE, label=STATE_LABELS[SET_ASIDE], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="route",
            label=_("Chuyển đến trường"),
            sources=(OPEN,),
            target=ROUTED,
            by=("office",),
            page=_page("route"),
        ),
        Transition(
            key="answer",
            label=_("Trả lời"),
            sources=(OPEN, ROUTED),
            target=ANSWERED,
            by=("helpers", "office"),
            guard=_no_answer,
            page=_page("answer"),
        ),
        Transition(
            key="return_to_office",
            label=_("Chuyển lại cho phòng"),
            sources=(ROUTED,),
            target=OPEN,
            by=("helpers",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(key="close", label=_("Đã giải quyết"), sources=(ANSWERED,), target=CLOSED, by=("author", "office")),
        Transition(
            key="ask_again",
            label=_("Vẫn còn vướng mắc"),
            sources=(ANSWERED,),
            target=OPEN,
            by=("author",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="set_aside",
            label=_("Không xử lý"),
            sources=(OPEN, ROUTED),
            target=SET_ASIDE,
            by=("author", "office"),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
    ),
    title=lambda difficulty: difficulty.title,
    url=lambda difficulty: f"/professional-development/difficulties/{difficulty.id}",
)
