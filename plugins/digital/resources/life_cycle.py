"""The life of a digital resource: written, reviewed, published; reported by readers, retired when its time is over."""

from __future__ import annotations

from intranet.api import DONE, Holder, Party, State, Transition, Workflow, count_files, gettext
from intranet.api import lazy_gettext as _
from plugins.digital import parties
from plugins.digital.models import Resource
from plugins.digital.pages import HOME
from plugins.digital.resources import effects

DRAFT, SUBMITTED, REVIEWED = "draft", "submitted", "reviewed"
PUBLISHED, FLAGGED, RETIRED = "published", "flagged", "retired"
STATE_LABELS = {
    DRAFT: _("Nháp"),
    SUBMITTED: _("Chờ thẩm định"),
    REVIEWED: _("Đã thẩm định"),
    PUBLISHED: _("Đã công bố"),
    FLAGGED: _("Có phản ánh"),
    RETIRED: _("Ngừng dùng"),
}


def address_of(resource_id: int) -> str:
    """A resource's page."""
    return f"{HOME}/resources/{resource_id}"


def _incomplete(resource: Resource) -> str | None:
    if not resource.licence:
        return gettext("Học liệu chưa chọn điều kiện sử dụng.")
    if not resource.link and not count_files(Resource, [resource.id]):
        return gettext("Học liệu chưa có tệp hoặc đường dẫn.")
    return None


LIFE_CYCLE = Workflow(
    model=Resource,
    label=_("Học liệu số"),
    parties=(
        Party(key="author", label=_("Tác giả"), holders=lambda resource: [Holder(person_id=resource.author_id)]),
        parties.SCHOOL,
        parties.OFFICE,
        Party(key="reader", label=_("Người đọc phản ánh"), holders=lambda resource: []),
    ),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Thêm tệp hoặc đường dẫn rồi gửi thẩm định"), days=60),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Thẩm định học liệu"), days=14),
        State(key=REVIEWED, label=STATE_LABELS[REVIEWED], step=_("Công bố"), days=14),
        State(
            key=PUBLISHED,
            label=STATE_LABELS[PUBLISHED],
            step=_("Rà soát học liệu đã công bố"),
            waits=lambda resource: False,
        ),
        State(key=FLAGGED, label=STATE_LABELS[FLAGGED], step=_("Xem phản ánh về học liệu"), days=7),
        State(key=RETIRED, label=STATE_LABELS[RETIRED], kind=DONE),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi thẩm định"),
            sources=(DRAFT,),
            target=SUBMITTED,
            by=("author",),
            guard=_incomplete,
        ),
        Transition(
            key="send_back",
            label=_("Trả lại để bổ sung"),
            sources=(SUBMITTED, REVIEWED),
            target=DRAFT,
            by=("office",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="approve",
            label=_("Đạt"),
            sources=(SUBMITTED,),
            target=REVIEWED,
            by=("office",),
            guard=_incomplete,
        ),
        Transition(
            key="publish",
            label=_("Công bố"),
            sources=(REVIEWED,),
            target=PUBLISHED,
            by=("office",),
            guard=_incomplete,
        ),
        Transition(key="flag", label=_("Phản ánh"), sources=(PUBLISHED,), target=FLAGGED, by=("reader",), exit=True),
        Transition(
            key="keep",
            label=_("Giữ lại, phản ánh đã xử lý"),
            sources=(FLAGGED,),
            target=PUBLISHED,
            by=("office",),
            effect=effects.settled,
        ),
        Transition(
            key="retire",
            label=_("Ngừng dùng"),
            sources=(PUBLISHED, FLAGGED),
            target=RETIRED,
            by=("author", "school", "office"),
            reason=True,
            keeps_reason="outcome",
            effect=effects.settled,
        ),
        Transition(
            key="renew",
            label=_("Sửa để dùng lại"),
            sources=(RETIRED,),
            target=DRAFT,
            by=("author",),
            exit=True,
        ),
    ),
    title=lambda resource: resource.title,
    url=lambda resource: address_of(resource.id),
)
