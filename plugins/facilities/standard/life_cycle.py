"""The life of a self-check: scored by the school, sent, checked by the office or returned."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, State, Transition, Workflow, gettext, ngettext, scoring
from intranet.api import lazy_gettext as _
from plugins.facilities import parties
from plugins.facilities.models import StandardCheck, StandardLine
from plugins.facilities.pages import HOME

DRAFT, SUBMITTED, RETURNED, CHECKED = "draft", "submitted", "returned", "checked"
SET_ASIDE = "set_aside"
STATE_LABELS = {
    DRAFT: _("Đang tự đánh giá"),
    SUBMITTED: _("Chờ kiểm tra"),
    RETURNED: _("Trả lại để bổ sung"),
    CHECKED: _("Đã kiểm tra"),
    SET_ASIDE: _("Dừng vì trường đã gộp hoặc đóng"),
}
# What the school may still change.
EDITABLE = (DRAFT, RETURNED)
# What ends when the school becomes part of another, which answers for itself; when it closes, what it has not sent.
UNDER_WAY = (DRAFT, SUBMITTED, RETURNED)


def address_of(check_id: int) -> str:
    """A self-check's page."""
    return f"{HOME}/standard/{check_id}"


def _lines(check: StandardCheck) -> list[StandardLine]:
    return list(StandardLine.select().where(StandardLine.standard == check))


def _unscored(check: StandardCheck) -> str | None:
    left = scoring.unscored(_lines(check))
    return ngettext("Còn %(num)s tiêu chí chưa chấm.", "Còn %(num)s tiêu chí chưa chấm.", left) if left else None


def _unchecked(check: StandardCheck) -> str | None:
    return gettext("Thầy/cô chấm kiểm tra các tiêu chí trước.") if scoring.unchecked(_lines(check)) else None


LIFE_CYCLE = Workflow(
    model=StandardCheck,
    label=_("Tự đánh giá trường chuẩn quốc gia"),
    parties=(parties.SCHOOL, parties.OFFICE, parties.MERGER),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Chấm các tiêu chí, nêu minh chứng và gửi"), days=60),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Chấm kiểm tra"), days=30),
        State(key=RETURNED, label=STATE_LABELS[RETURNED], step=_("Bổ sung và gửi lại"), days=14),
        State(key=CHECKED, label=STATE_LABELS[CHECKED], kind=DONE),
        State(key=SET_ASIDE, label=STATE_LABELS[SET_ASIDE], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi phòng kiểm tra"),
            sources=EDITABLE,
            target=SUBMITTED,
            by=("school",),
            guard=_unscored,
        ),
        Transition(
            key="approve",
            label=_("Kết luận kiểm tra"),
            sources=(SUBMITTED,),
            target=CHECKED,
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
            key="reopen",
            label=_("Mở lại để sửa"),
            sources=(CHECKED,),
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
    title=lambda check: f"Trường chuẩn quốc gia {check.school_year}: {check.school.name}",
    url=lambda check: address_of(check.id),
)
