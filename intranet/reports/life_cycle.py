"""The life of a report: written, submitted for signature, issued. A wrong one is void, and made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.workflow import DONE, STOPPED, Holder, Party, State, Transition, Workflow
from intranet.papers import rules as papers
from intranet.registry.people import COORDINATOR, LEADER, OFFICER, PRINCIPAL
from intranet.registry.reports import DRAFT, ISSUED, SUBMITTED, VOID, Report

STATE_LABELS = {
    DRAFT: _("Đang soạn"),
    SUBMITTED: _("Chờ ký"),
    ISSUED: _("Đã ban hành"),
    VOID: _("Đã hủy"),
}


def _of_body(in_school: Sequence[str], in_office: Sequence[str]) -> Callable[[Report], Sequence[Holder]]:
    """Who has these roles in the school, or else in the office, that writes the report."""

    def holders(report: Report) -> Sequence[Holder]:
        if report.school_id is not None:
            return [Holder(role=role, school_id=report.school_id) for role in in_school]
        return [Holder(role=role, district_id=report.district_id) for role in in_office]

    return holders


def _not_filled(report: Report) -> str | None:
    return gettext("Báo cáo chưa có số liệu.") if report.sections == "[]" else None


def _answered(report: Report, person_id: int | None) -> None:
    """Why it was sent back is over."""
    report.remark = ""
    report.save()


def _void_paper(report: Report, person_id: int | None) -> None:
    """Whoever checks the paper's code learns that it no longer holds, and why."""
    papers.void_of(report, report.remark, person_id=person_id)


LIFE_CYCLE = Workflow(
    model=Report,
    label=_("Báo cáo"),
    parties=(
        Party(key="writers", label=_("Người soạn"), holders=_of_body((PRINCIPAL, COORDINATOR), (LEADER, OFFICER))),
        Party(key="helpers", label=_("Điều phối viên, chuyên viên"), holders=_of_body((COORDINATOR,), (OFFICER,))),
        Party(key="signers", label=_("Hiệu trưởng, lãnh đạo phòng"), holders=_of_body((PRINCIPAL,), (LEADER,))),
    ),
    states=(
        State(key=DRAFT, label=STATE_LABELS[DRAFT], step=_("Soạn xong báo cáo và trình ký"), days=30),
        State(key=SUBMITTED, label=STATE_LABELS[SUBMITTED], step=_("Ký và ban hành báo cáo"), days=7),
        State(key=ISSUED, label=STATE_LABELS[ISSUED], kind=DONE),
        State(key=VOID, label=STATE_LABELS[VOID], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Trình ký"),
            sources=(DRAFT,),
            target=SUBMITTED,
            by=("writers",),
            guard=_not_filled,
            effect=_answered,
        ),
        Transition(
            key="issue",
            label=_("Ban hành"),
            sources=(SUBMITTED,),
            target=ISSUED,
            by=("signers",),
            page=lambda report: f"/reports/{report.id}/issue",
        ),
        Transition(
            key="send_back",
            label=_("Trả lại để sửa"),
            sources=(SUBMITTED,),
            target=DRAFT,
            by=("signers",),
            exit=True,
            reason=True,
            keeps_reason="remark",
        ),
        Transition(
            key="withdraw", label=_("Rút về để sửa"), sources=(SUBMITTED,), target=DRAFT, by=("helpers",), exit=True
        ),
        Transition(
            key="drop",
            label=_("Bỏ bản nháp"),
            sources=(DRAFT,),
            target=VOID,
            by=("writers",),
            exit=True,
            danger=True,
        ),
        Transition(
            key="void",
            label=_("Hủy báo cáo"),
            sources=(ISSUED,),
            target=VOID,
            by=("signers",),
            exit=True,
            reason=True,
            danger=True,
            effect=_void_paper,
            keeps_reason="remark",
        ),
    ),
    title=lambda report: report.title,
    url=lambda report: f"/reports/{report.id}",
)
