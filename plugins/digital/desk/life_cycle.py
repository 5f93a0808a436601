"""The life of a request: offered to the partner school, then to the office; taken, solved, confirmed, rated."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, State, Transition, Workflow
from intranet.api import lazy_gettext as _
from plugins.digital.desk import effects, parties
from plugins.digital.models import Request
from plugins.digital.pages import HOME

NEW, QUEUED, ASSIGNED, WAITING = "new", "queued", "assigned", "waiting"
SOLVED, CONFIRMED, CLOSED, RATED, WITHDRAWN = "solved", "confirmed", "closed", "rated", "withdrawn"
STATE_LABELS = {
    NEW: _("Mới, mời trường kết nghĩa"),
    QUEUED: _("Chờ người nhận"),
    ASSIGNED: _("Đang xử lý"),
    WAITING: _("Chờ trường trả lời"),
    SOLVED: _("Đã xử lý, chờ xác nhận"),
    CONFIRMED: _("Đã xác nhận"),
    CLOSED: _("Tự đóng"),
    RATED: _("Đã đánh giá"),
    WITHDRAWN: _("Đã rút"),
}
OPEN = (NEW, QUEUED, ASSIGNED, WAITING, SOLVED)
IN_HAND = (ASSIGNED, WAITING)


def address_of(request_id: int) -> str:
    """A request's page."""
    return f"{HOME}/requests/{request_id}"


LIFE_CYCLE = Workflow(
    model=Request,
    label=_("Yêu cầu hỗ trợ CNTT"),
    parties=(parties.ASKER, parties.VOLUNTEERS, parties.OFFICE, parties.HELPER, parties.RULE),
    states=(
        State(key=NEW, label=STATE_LABELS[NEW], step=_("Nhận giúp trường bạn")),
        State(key=QUEUED, label=STATE_LABELS[QUEUED], step=_("Nhận xử lý yêu cầu"), days=3),
        State(key=ASSIGNED, label=STATE_LABELS[ASSIGNED], step=_("Xử lý và ghi cách làm"), days=7),
        State(key=WAITING, label=STATE_LABELS[WAITING], step=_("Trả lời câu hỏi của người giúp"), days=7),
        State(key=SOLVED, label=STATE_LABELS[SOLVED], step=_("Xác nhận đã xử lý xong"), days=7),
        State(key=CONFIRMED, label=STATE_LABELS[CONFIRMED], kind=DONE),
        State(key=CLOSED, label=STATE_LABELS[CLOSED], kind=DONE),
        State(key=RATED, label=STATE_LABELS[RATED], kind=DONE),
        State(key=WITHDRAWN, label=STATE_LABELS[WITHDRAWN], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="accept",
            label=_("Nhận giúp"),
            sources=(NEW, QUEUED),
            target=ASSIGNED,
            by=("volunteers",),
            effect=effects.taken_by_partner,
        ),
        Transition(
            key="accept_office",
            label=_("Phòng nhận xử lý"),
            sources=(QUEUED,),
            target=ASSIGNED,
            by=("office",),
            effect=effects.taken_by_office,
        ),
        Transition(
            key="pass_on",
            label=_("Chuyển cho phòng"),
            sources=(NEW,),
            target=QUEUED,
            by=("asker", "office", "rule"),
            exit=True,
        ),
        Transition(
            key="ask_school",
            label=_("Hỏi lại trường"),
            sources=(ASSIGNED,),
            target=WAITING,
            by=("helper",),
            exit=True,
            page=lambda request: f"{address_of(request.id)}#reply",
        ),
        Transition(
            key="answer",
            label=_("Trả lời"),
            sources=(WAITING,),
            target=ASSIGNED,
            by=("asker",),
            page=lambda request: f"{address_of(request.id)}#reply",
        ),
        Transition(
            key="resume",
            label=_("Làm tiếp, không chờ nữa"),
            sources=(WAITING,),
            target=ASSIGNED,
            by=("helper",),
            exit=True,
        ),
        Transition(
            key="solve",
            label=_("Đã xử lý xong"),
            sources=(ASSIGNED,),
            target=SOLVED,
            by=("helper",),
            page=lambda request: f"{address_of(request.id)}/solve",
        ),
        Transition(
            key="give_back",
            label=_("Trả lại để người khác giúp"),
            sources=IN_HAND,
            target=QUEUED,
            by=("helper", "rule"),
            exit=True,
            effect=effects.given_back,
        ),
        Transition(
            key="confirm",
            label=_("Xác nhận đã xong"),
            sources=(SOLVED,),
            target=CONFIRMED,
            by=("asker",),
            effect=effects.ended,
        ),
        Transition(
            key="reopen",
            label=_("Chưa xong, mở lại"),
            sources=(SOLVED, CONFIRMED, CLOSED),
            target=ASSIGNED,
            by=("asker",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
            guard=effects.nobody_helps,
            effect=effects.reopened,
        ),
        Transition(
            key="close",
            label=_("Đóng sau 7 ngày không có ý kiến"),
            sources=(SOLVED, WAITING),
            target=CLOSED,
            by=("rule",),
            exit=True,
            effect=effects.ended,
        ),
        Transition(
            key="rate",
            label=_("Đánh giá"),
            sources=(CONFIRMED, CLOSED),
            target=RATED,
            by=("asker",),
            page=lambda request: f"{address_of(request.id)}/rate",
        ),
        Transition(
            key="withdraw",
            label=_("Rút yêu cầu"),
            sources=(NEW, QUEUED, ASSIGNED, WAITING),
            target=WITHDRAWN,
            by=("asker",),
            exit=True,
        ),
    ),
    title=lambda request: request.title,
    url=lambda request: address_of(request.id),
)
