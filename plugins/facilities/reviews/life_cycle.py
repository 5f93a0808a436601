"""The life of a school's review: filled in, sent, returned with remarks or locked; locked, it is the school's state."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, State, Transition, Workflow, gettext, ngettext
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import Review, ReviewLine
from plugins.facilities.pages import HOME
from plugins.facilities.reviews import effects

DRAFT, SUBMITTED, RETURNED, LOCKED = "draft", "submitted", "returned", "locked"
SET_ASIDE = "set_aside"
STATE_LABELS = {
    DRAFT: _("Đang nhập"),
    SUBMITTED: _("Chờ kiểm tra"),
    RETURNED: _("Trả lại để bổ sung"),
    LOCKED: _("Đã khóa"),
    SET_ASIDE: _("Dừng vì trường đã gộp hoặc đóng"),
}
# What the school may still change.
EDITABLE = (DRAFT, RETURNED)
# What ends when the school becomes part of another, which answers for itself; when it closes, what it has not sent.
UNDER_WAY = (DRAFT, SUBMITTED, RETURNED)


def address_of(review_id: int) -> str:
    """A review's page."""
    return f"{HOME}/reviews/{review_id}"


def _incomplete(review: Review) -> str | None:
    if review.round.closed_at is not None:
        return gettext("Đợt rà soát này đã đóng.")
    unanswered = ReviewLine.have.is_null() | ReviewLine.usable.is_null()
    left = ReviewLine.select().where(ReviewLine.review == review, unanswered).count()
    return ngettext("Còn %(num)s mục chưa nhập.", "Còn %(num)s mục chưa nhập.", left) if left else None


LIFE_CYCLE = Workflow(
    model=Review,
    label=_("Rà soát cơ sở vật chất"),
    parties=(parties.SCHOOL, parties.OFFICE, parties.MERGER),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Nhập đủ các phần và gửi"), days=14),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Kiểm tra, trả lại hoặc khóa"), days=14),
        State(key=RETURNED, label=STATE_LABELS[RETURNED], step=_("Sửa theo nhận xét và gửi lại"), days=7),
        State(key=LOCKED, label=STATE_LABELS[LOCKED], kind=DONE),
        State(key=SET_ASIDE, label=STATE_LABELS[SET_ASIDE], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi rà soát"),
            sources=EDITABLE,
            target=SUBMITTED,
            by=("school",),
            guard=_incomplete,
            effect=effects.measure_again,
        ),
        Transition(
            key="lock",
            label=_("Khóa số liệu"),
            sources=(SUBMITTED,),
            target=LOCKED,
            by=("office",),
            effect=effects.become_present,
        ),
        Transition(
            key="send_back",
            label=_("Trả lại kèm nhận xét"),
            sources=(SUBMITTED,),
            target=RETURNED,
            by=("office",),
            exit=True,
            page=lambda review: f"{address_of(review.id)}/return",
        ),
        Transition(
            key="reopen",
            label=_("Mở lại để sửa"),
            sources=(LOCKED,),
            target=RETURNED,
            by=("office",),
            exit=True,
            reason=True,
            keeps_reason="remark",
        ),
        Transition(
            key="set_aside",
            label=_("Dừng khi trường gộp hoặc đóng"),
            sources=UNDER_WAY,
            target=SET_ASIDE,
            by=("merger",),
            exit=True,
        ),
    ),
    title=lambda review: f"{review.round.title}: {review.school.name}",
    url=lambda review: address_of(review.id),
)
