"""The life of a good practice: written, reviewed, published, and retired when its time is over."""

from __future__ import annotations

from intranet.api import DONE, OFFICER, Holder, Party, State, Transition, Workflow, gettext
from intranet.api import lazy_gettext as _
from plugins.professional_development import parties
from plugins.professional_development.models import Practice

DRAFT, SUBMITTED, REVIEWED, PUBLISHED, RETIRED = "draft", "submitted", "reviewed", "published", "retired"
STATE_LABELS = {
    DRAFT: _("Nháp"),
    SUBMITTED: _("Chờ thẩm định"),
    REVIEWED: _("Đã thẩm định"),
    PUBLISHED: _("Đã công bố"),
    RETIRED: _("Ngừng giới thiệu"),
}


def _empty(practice: Practice) -> str | None:
    if not practice.description:
        return gettext("Mô hình chưa có phần mô tả cách làm.")
    return None if practice.licence else gettext("Mô hình chưa chọn điều kiện sử dụng.")


LIFE_CYCLE = Workflow(
    model=Practice,
    label=_("Mô hình hay"),
    parties=(
        parties.person("author", _("Tác giả"), "author"),
        parties.HOST,
        Party(
            key="reviewer",
            label=_("Chuyên viên thẩm định"),
            holders=lambda practice: [Holder(role=OFFICER, district_id=practice.district_id)],
        ),
    ),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Viết xong và gửi thẩm định"), days=60),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Thẩm định"), days=14),
        State(key=REVIEWED, label=STATE_LABELS[REVIEWED], step=_("Công bố"), days=14),
        State(
            key=PUBLISHED,
            label=STATE_LABELS[PUBLISHED],
            step=_("Rà soát mô hình đã công bố"),
            waits=lambda practice: False,
        ),
        State(key=RETIRED, label=STATE_LABELS[RETIRED], kind=DONE),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi thẩm định"),
            sources=(DRAFT,),
            target=SUBMITTED,
            by=("author", "host"),
            guard=_empty,
        ),
        Transition(
            key="send_back",
            label=_("Trả lại để bổ sung"),
            sources=(SUBMITTED, REVIEWED),
            target=DRAFT,
            by=("reviewer",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(key="approve", label=_("Đạt"), sources=(SUBMITTED,), target=REVIEWED, by=("reviewer",)),
        Transition(key="publish", label=_("Công bố"), sources=(REVIEWED,), target=PUBLISHED, by=("reviewer",)),
        Transition(
            key="retire",
            label=_("Ngừng giới thiệu"),
            sources=(PUBLISHED,),
            target=RETIRED,
            by=("author", "host", "reviewer"),
            reason=True,
            keeps_reason="outcome",
        ),
    ),
    title=lambda practice: practice.title,
    url=lambda practice: f"/professional-development/practices/{practice.id}",
)
