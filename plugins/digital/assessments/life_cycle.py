"""The life of an assessment: scored, confirmed by the principal, checked by the office or returned, published."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, State, Transition, Workflow, gettext, ngettext, scoring, today
from intranet.api import lazy_gettext as _
from plugins.digital import parties
from plugins.digital.models import Assessment, Score
from plugins.digital.pages import HOME

DRAFT, CONFIRMING, SUBMITTED, RETURNED = "draft", "confirming", "submitted", "returned"
APPROVED, PUBLISHED, SET_ASIDE = "approved", "published", "set_aside"
STATE_LABELS = {
    DRAFT: _("Đang tự đánh giá"),
    CONFIRMING: _("Chờ hiệu trưởng xác nhận"),
    SUBMITTED: _("Chờ kiểm tra"),
    RETURNED: _("Trả lại để bổ sung"),
    APPROVED: _("Đã duyệt, chờ công bố"),
    PUBLISHED: _("Đã công bố"),
    SET_ASIDE: _("Dừng vì trường đã gộp"),
}
# What the school may still change, scores and evidence.
EDITABLE = (DRAFT, RETURNED)
# What ends when the school becomes part of another, which answers for itself.
UNDER_WAY = (DRAFT, CONFIRMING, SUBMITTED, RETURNED)
# What counts as a result.
RESULTS = (APPROVED, PUBLISHED)


def address_of(assessment_id: int) -> str:
    """An assessment's page."""
    return f"{HOME}/assessments/{assessment_id}"


def _lines(assessment: Assessment) -> list[Score]:
    return list(Score.select().where(Score.assessment == assessment))


def _unready(assessment: Assessment) -> str | None:
    if assessment.private:
        return gettext("Bản chấm thử chỉ trường xem, không gửi đi.")
    left = scoring.unscored(_lines(assessment))
    return ngettext("Còn %(num)s tiêu chí chưa chấm.", "Còn %(num)s tiêu chí chưa chấm.", left) if left else None


def _unchecked(assessment: Assessment) -> str | None:
    return gettext("Thầy/cô chấm kiểm tra các tiêu chí trước.") if scoring.unchecked(_lines(assessment)) else None


def _publish(assessment: Assessment, person_id: int | None) -> None:
    assessment.published_on = today()
    assessment.save()


LIFE_CYCLE = Workflow(
    model=Assessment,
    label=_("Đánh giá mức độ chuyển đổi số"),
    parties=(parties.SCHOOL, parties.HEAD, parties.OFFICE, parties.MERGER),
    states=(
        State(
            key=DRAFT,
            label=STATE_LABELS[DRAFT],
            step=_("Chấm các tiêu chí, nêu minh chứng"),
            until=lambda assessment: assessment.round.due_on if assessment.round_id else None,
            # Nobody waits for practice.
            waits=lambda assessment: not assessment.private,
        ),
        State(key=CONFIRMING, label=STATE_LABELS[CONFIRMING], step=_("Xem và xác nhận"), days=5),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Chấm kiểm tra, duyệt hoặc trả lại"), days=20),
        State(key=RETURNED, label=STATE_LABELS[RETURNED], step=_("Bổ sung và trình lại"), days=10),
        State(
            key=APPROVED,
            label=STATE_LABELS[APPROVED],
            step=_("Công bố kết quả"),
            until=lambda assessment: assessment.round.publish_on,
        ),
        State(key=PUBLISHED, label=STATE_LABELS[PUBLISHED], kind=DONE),
        State(key=SET_ASIDE, label=STATE_LABELS[SET_ASIDE], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="hand_in",
            label=_("Trình hiệu trưởng"),
            sources=EDITABLE,
            target=CONFIRMING,
            by=("school",),
            guard=_unready,
        ),
        Transition(
            key="confirm",
            label=_("Xác nhận và gửi phòng"),
            sources=(CONFIRMING,),
            target=SUBMITTED,
            by=("head",),
        ),
        Transition(
            key="hand_back",
            label=_("Yêu cầu chấm lại"),
            sources=(CONFIRMING,),
            target=RETURNED,
            by=("head",),
            exit=True,
            reason=True,
            keeps_reason="remark",
        ),
        Transition(
            key="approve",
            label=_("Duyệt kết quả"),
            sources=(SUBMITTED,),
            target=APPROVED,
            by=("office",),
            guard=_unchecked,
        ),
        Transition(
            key="send_back",
            label=_("Trả lại"),
            sources=(SUBMITTED,),
            target=RETURNED,
            by=("office",),
            exit=True,
            reason=True,
            keeps_reason="remark",
        ),
        Transition(
            key="publish",
            label=_("Công bố"),
            sources=(APPROVED,),
            target=PUBLISHED,
            by=("office",),
            effect=_publish,
        ),
        Transition(
            key="reopen",
            label=_("Mở lại để sửa"),
            sources=RESULTS,
            target=RETURNED,
            by=("office",),
            exit=True,
            reason=True,
            keeps_reason="remark",
        ),
        Transition(
            key="set_aside",
            label=_("Dừng khi trường gộp"),
            sources=UNDER_WAY,
            target=SET_ASIDE,
            by=("merger",),
        ),
    ),
    title=lambda assessment: f"Chuyển đổi số {assessment.school_year}: {assessment.school.name}",
    url=lambda assessment: address_of(assessment.id),
)
