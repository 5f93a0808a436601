"""The life of a case: nominated, agreed to by the family, helped, looked back on, closed, and then forgotten.

No step asks its reason here: what is said of a child is sealed, so each such step has a form of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from intranet.api import (
    COORDINATOR,
    DONE,
    PRINCIPAL,
    STOPPED,
    Holder,
    Party,
    State,
    Transition,
    Workflow,
    gettext,
    today,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.cases.privacy import label_of
from plugins.mentoring.tables.cases import MOVED, Case
from plugins.mentoring.tables.mentors import Match

NOMINATED, CONSENT_PENDING, OPEN, MATCHED, ACTIVE = "nominated", "consent_pending", "open", "matched", "active"
REVIEW, MET, ESCALATED, FROZEN = "review", "met", "escalated", "frozen"
CLOSED, ANONYMISED, DECLINED = "closed", "anonymised", "declined"
STATE_LABELS = {
    NOMINATED: _("Được đề cử"),
    CONSENT_PENDING: _("Chờ gia đình đồng ý"),
    OPEN: _("Chờ người kèm"),
    MATCHED: _("Đã mời người kèm"),
    ACTIVE: _("Đang được kèm"),
    REVIEW: _("Đến hạn đánh giá"),
    MET: _("Đã đạt mục tiêu"),
    ESCALATED: _("Chuyển hiệu trưởng"),
    FROZEN: _("Tạm khóa, không còn sự đồng ý"),
    CLOSED: _("Đã kết thúc"),
    ANONYMISED: _("Đã xóa dữ liệu"),
    DECLINED: _("Không tiếp nhận"),
    MOVED: _("Đã chuyển trường"),
}
# Where a case still is somebody's work.
UNDER_WAY_STATES = (NOMINATED, CONSENT_PENDING, OPEN, MATCHED, ACTIVE, REVIEW, MET, ESCALATED, FROZEN)
# When the next look back is, where nobody says so.
USUAL_PAUSE = timedelta(days=60)
# What stops at once when nobody agrees any more.
FREEZES = (OPEN, MATCHED, ACTIVE, REVIEW, MET, ESCALATED)


def _keepers(case: Case) -> Sequence[Holder]:
    return [Holder(role=role, school_id=case.school_id) for role in (PRINCIPAL, COORDINATOR)]


def _homeroom(case: Case) -> Sequence[Holder]:
    return [Holder(person_id=case.homeroom_id)]


def _page(name: str):
    return lambda case: f"/mentoring/cases/{case.id}/{name}"


def _no_mentor(case: Case) -> str | None:
    if Match.select().where(Match.case == case, Match.state == "active").exists():
        return None
    return gettext("Chưa có việc kèm nào được duyệt.")


def _plan_review(case: Case, person_id: int | None) -> None:
    """What begins is looked back on."""
    if case.review_on is None:
        Case.update(review_on=today() + USUAL_PAUSE).where(Case.id == case.id).execute()


LIFE_CYCLE = Workflow(
    model=Case,
    label=_("Hồ sơ giúp đỡ học sinh"),
    parties=(
        Party(key="keepers", label=_("Hiệu trưởng, điều phối viên"), holders=_keepers),
        # Withdrawals and erasures have pages of their own; here they are no buttons.
        Party(key="duty", label=_("Theo yêu cầu của gia đình, theo hạn"), holders=lambda case: []),
        Party(key="homeroom", label=_("Giáo viên chủ nhiệm"), holders=_homeroom),
    ),
    states=(
        State(key=NOMINATED, label=STATE_LABELS[NOMINATED], step=_("Xem đề cử"), days=7),
        State(
            key=CONSENT_PENDING,
            label=STATE_LABELS[CONSENT_PENDING],
            step=_("Xin ý kiến gia đình và học sinh"),
            days=21,
        ),
        State(key=OPEN, label=STATE_LABELS[OPEN], step=_("Chọn người kèm"), days=14),
        State(key=MATCHED, label=STATE_LABELS[MATCHED], step=_("Duyệt để bắt đầu kèm"), days=10),
        State(
            key=ACTIVE,
            label=STATE_LABELS[ACTIVE],
            step=_("Đánh giá khi đến hạn"),
            waits=lambda case: False,
        ),
        State(key=REVIEW, label=STATE_LABELS[REVIEW], step=_("Đánh giá mục tiêu"), days=14),
        State(key=MET, label=STATE_LABELS[MET], step=_("Kết thúc hồ sơ"), days=14),
        State(key=ESCALATED, label=STATE_LABELS[ESCALATED], step=_("Quyết định hướng giúp tiếp"), days=7),
        State(key=FROZEN, label=STATE_LABELS[FROZEN], step=_("Xin đồng ý mới hoặc kết thúc hồ sơ"), days=15),
        State(key=CLOSED, label=STATE_LABELS[CLOSED], kind=DONE),
        State(key=ANONYMISED, label=STATE_LABELS[ANONYMISED], kind=DONE),
        State(key=DECLINED, label=STATE_LABELS[DECLINED], kind=STOPPED),
        State(key=MOVED, label=STATE_LABELS[MOVED], kind=DONE),
    ),
    transitions=(
        Transition(key="accept", label=_("Tiếp nhận"), sources=(NOMINATED,), target=CONSENT_PENDING, by=("keepers",)),
        Transition(
            key="agree",
            label=_("Ghi sự đồng ý"),
            sources=(CONSENT_PENDING, FROZEN),
            target=OPEN,
            by=("keepers", "homeroom"),
            page=_page("consents/new"),
        ),
        Transition(
            key="match",
            label=_("Chọn người kèm"),
            sources=(OPEN,),
            target=MATCHED,
            by=("keepers",),
            page=_page("match"),
        ),
        Transition(
            key="start",
            label=_("Bắt đầu kèm"),
            sources=(OPEN, MATCHED),
            target=ACTIVE,
            by=("keepers",),
            guard=_no_mentor,
            effect=_plan_review,
        ),
        Transition(
            key="unmatch",
            label=_("Chọn lại người kèm"),
            sources=(MATCHED, ACTIVE),
            target=OPEN,
            by=("keepers",),
            exit=True,
            page=_page("match"),
        ),
        Transition(
            key="look_back", label=_("Đánh giá ngay"), sources=(ACTIVE,), target=REVIEW, by=("keepers", "homeroom")
        ),
        Transition(
            key="met",
            label=_("Đánh giá"),
            sources=(REVIEW,),
            target=MET,
            by=("keepers", "homeroom"),
            page=_page("review"),
        ),
        Transition(
            key="go_on",
            label=_("Kèm tiếp"),
            sources=(REVIEW, ESCALATED),
            target=ACTIVE,
            by=("keepers",),
            page=_page("review?decision=go_on"),
        ),
        Transition(
            key="escalate",
            label=_("Chuyển hiệu trưởng"),
            sources=(REVIEW,),
            target=ESCALATED,
            by=("keepers", "homeroom"),
            exit=True,
            page=_page("review?decision=escalate"),
        ),
        Transition(
            key="close",
            label=_("Kết thúc hồ sơ"),
            sources=(MET, ESCALATED, FROZEN),
            target=CLOSED,
            by=("keepers",),
            page=_page("close"),
        ),
        Transition(
            key="close_early",
            label=_("Kết thúc sớm"),
            sources=(CONSENT_PENDING, OPEN, MATCHED, ACTIVE, REVIEW),
            target=CLOSED,
            by=("keepers",),
            exit=True,
            page=_page("close"),
        ),
        # The form hands the case over; the step is taken when the new school has taken it.
        Transition(
            key="move",
            label=_("Chuyển trường"),
            sources=FREEZES,
            target=MOVED,
            by=("keepers",),
            exit=True,
            page=_page("handover"),
        ),
        Transition(
            key="decline",
            label=_("Không tiếp nhận"),
            sources=(NOMINATED,),
            target=DECLINED,
            by=("keepers", "homeroom"),
            exit=True,
            page=_page("decline"),
        ),
        # By a withdrawal, or by the day on which the last consent ends.
        Transition(
            key="freeze",
            label=_("Rút sự đồng ý"),
            sources=FREEZES,
            target=FROZEN,
            by=("duty",),
            exit=True,
            page=_page("consents"),
        ),
        # By the day on which its time is over, or because the family wishes so.
        Transition(
            key="erase",
            label=_("Xóa dữ liệu của học sinh"),
            sources=(*UNDER_WAY_STATES, CLOSED, DECLINED, MOVED),
            target=ANONYMISED,
            by=("duty",),
            exit=True,
            page=_page("erase"),
        ),
    ),
    title=label_of,
    # Who looked after a child that moved has a case no longer.
    url=lambda case: "/mentoring/cases" if case.state == MOVED else f"/mentoring/cases/{case.id}",
)
