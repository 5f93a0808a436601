"""The life of a session, from the idea to the periods credited."""

from __future__ import annotations

from typing import Any

from intranet.api import DONE, STOPPED, State, Transition, Workflow, gettext, local, now, today
from intranet.api import lazy_gettext as _
from plugins.professional_development import parties
from plugins.professional_development.models import Registration, Session
from plugins.professional_development.sessions import effects

IDEA, DRAFT, SUBMITTED, RETURNED, APPROVED = "idea", "draft", "submitted", "returned", "approved"
OPEN, HELD, MINUTED, CLOSED, CREDITED = "open", "held", "minuted", "closed", "credited"
POSTPONED, CANCELLED = "postponed", "cancelled"

STATE_LABELS = {
    IDEA: _("Ý tưởng"),
    DRAFT: _("Đang soạn"),
    SUBMITTED: _("Chờ duyệt"),
    RETURNED: _("Trả lại để bổ sung"),
    APPROVED: _("Đã duyệt"),
    OPEN: _("Đang mở đăng ký"),
    HELD: _("Đã tổ chức"),
    MINUTED: _("Đã có biên bản, đang góp ý"),
    CLOSED: _("Đã đóng góp ý"),
    CREDITED: _("Đã ghi nhận số tiết"),
    POSTPONED: _("Tạm hoãn"),
    CANCELLED: _("Đã hủy"),
}


def incomplete(session: Session) -> str | None:
    """Why a session cannot be approved yet."""
    if session.starts_at is None or session.ends_at is None:
        return gettext("Buổi này chưa có thời gian bắt đầu và kết thúc.")
    if not (session.place or session.link):
        return gettext("Buổi này chưa có địa điểm hoặc đường dẫn.")
    return None if session.content else gettext("Buổi này chưa có nội dung.")


def _not_over(session: Session) -> str | None:
    if session.starts_at is None or session.starts_at > now():
        return gettext("Buổi này chưa diễn ra.")
    return None


def _no_minutes(session: Session) -> str | None:
    return None if session.minutes else gettext("Buổi này chưa có biên bản.")


def _no_attendance(session: Session) -> str | None:
    unknown = Registration.select().where(
        Registration.session == session, Registration.state == "registered", Registration.attendance == ""
    )
    return gettext("Còn người chưa được điểm danh.") if unknown.exists() else None


def _feedback_runs(session: Session) -> str | None:
    if session.feedback_until is not None and session.feedback_until >= today():
        return gettext("Đợt góp ý còn mở đến hết ngày %(day)s.", day=f"{session.feedback_until:%d/%m/%Y}")
    return None


def _uncredited(session: Session) -> str | None:
    waiting = Registration.select().where(Registration.session == session, Registration.credit == "proposed")
    return gettext("Còn số tiết chưa được xác nhận.") if waiting.exists() else None


def day_of(session: Session) -> Any:
    """The day on which it is or was held, in Vietnam."""
    return local(session.starts_at).date()


BEFORE = (IDEA, DRAFT, SUBMITTED, RETURNED, APPROVED, OPEN)

LIFE_CYCLE = Workflow(
    model=Session,
    label=_("Buổi sinh hoạt chuyên môn"),
    parties=(
        parties.person("organiser", _("Người tổ chức"), "organiser"),
        parties.HOST,
        parties.APPROVER,
    ),
    states=(
        State(key=IDEA, label=STATE_LABELS[IDEA], step=_("Soạn thành kế hoạch"), days=60),
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Soạn xong và gửi duyệt"), days=30),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Xem và duyệt"), days=7),
        State(key=RETURNED, label=STATE_LABELS[RETURNED], step=_("Bổ sung và gửi lại"), days=14),
        State(key=APPROVED, label=STATE_LABELS[APPROVED], step=_("Mở đăng ký"), days=7),
        State(
            key=OPEN,
            label=STATE_LABELS[OPEN],
            step=_("Điểm danh và xác nhận đã tổ chức"),
            waits=lambda session: session.starts_at is not None and session.starts_at <= now(),
        ),
        State(key=HELD, label=STATE_LABELS[HELD], step=_("Hoàn thành biên bản"), days=3),
        State(
            key=MINUTED,
            label=STATE_LABELS[MINUTED],
            step=_("Đóng góp ý"),
            waits=lambda session: session.feedback_until is not None and session.feedback_until < today(),
        ),
        State(
            key=CLOSED,
            label=STATE_LABELS[CLOSED],
            step=_("Ghi nhận số tiết"),
            days=14,
            # Until the principals have decided, it waits for them and not for the organiser.
            waits=lambda session: _uncredited(session) is None,
        ),
        State(key=CREDITED, label=STATE_LABELS[CREDITED], kind=DONE),
        State(key=POSTPONED, label=STATE_LABELS[POSTPONED], step=_("Chọn ngày mới và mở lại"), days=30),
        State(key=CANCELLED, label=STATE_LABELS[CANCELLED], kind=STOPPED),
    ),
    transitions=(
        Transition(key="plan", label=_("Soạn kế hoạch"), sources=(IDEA,), target=DRAFT, by=("organiser", "host")),
        Transition(
            key="submit",
            label=_("Gửi duyệt"),
            sources=(DRAFT, RETURNED),
            target=SUBMITTED,
            by=("organiser", "host"),
            guard=incomplete,
        ),
        Transition(key="approve", label=_("Duyệt"), sources=(SUBMITTED,), target=APPROVED, by=("approver",)),
        Transition(
            key="send_back",
            label=_("Trả lại"),
            sources=(SUBMITTED,),
            target=RETURNED,
            by=("approver",),
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="open",
            label=_("Mở đăng ký"),
            sources=(APPROVED,),
            target=OPEN,
            by=("organiser", "host"),
            guard=incomplete,
            effect=effects.announce,
        ),
        Transition(
            key="hold",
            label=_("Xác nhận đã tổ chức"),
            sources=(OPEN,),
            target=HELD,
            by=("organiser", "host"),
            guard=lambda session: _not_over(session) or _no_attendance(session),
            effect=effects.held,
        ),
        Transition(
            key="confirm_minutes",
            label=_("Xác nhận biên bản"),
            sources=(HELD,),
            target=MINUTED,
            by=("approver", "host"),
            guard=_no_minutes,
            effect=effects.minuted,
        ),
        Transition(
            key="close",
            label=_("Đóng góp ý"),
            sources=(MINUTED,),
            target=CLOSED,
            by=("organiser", "host"),
            guard=_feedback_runs,
            effect=effects.propose_credit,
        ),
        Transition(
            key="credit",
            label=_("Hoàn tất ghi nhận"),
            sources=(CLOSED,),
            target=CREDITED,
            by=("organiser", "host"),
            guard=_uncredited,
        ),
        Transition(
            key="postpone",
            label=_("Tạm hoãn"),
            sources=(APPROVED, OPEN),
            target=POSTPONED,
            by=("organiser", "host"),
            exit=True,
            reason=True,
            keeps_reason="outcome",
            effect=effects.postponed,
        ),
        Transition(
            key="reopen",
            label=_("Mở lại đăng ký"),
            sources=(POSTPONED,),
            target=OPEN,
            by=("organiser", "host"),
            guard=incomplete,
            effect=effects.moved,
        ),
        Transition(
            key="cancel",
            label=_("Hủy buổi này"),
            sources=(*BEFORE, POSTPONED),
            target=CANCELLED,
            by=("organiser", "host"),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
            effect=effects.cancelled,
        ),
    ),
    title=lambda session: session.title,
    url=lambda session: f"/professional-development/sessions/{session.id}",
)
