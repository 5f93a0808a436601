"""The lives of a programme and of a memorandum: who has the next step, and what must hold before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from intranet.kernel.clock import today
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.workflow import DONE, STOPPED, Holder, Party, State, Transition, Workflow
from intranet.registry.agreements import Memorandum, MemorandumClause, Signatory
from intranet.registry.people import LEADER, OFFICER
from intranet.registry.twinning import CLOSED, DRAFT, DROPPED, RUNNING, Programme, ProgrammeDistrict, takes_part

# How long before its last day a memorandum is to be thought about.
ALERT = timedelta(days=60)


def districts_of(programme_id: int) -> list[int]:
    """The ids of the districts that take part today."""
    query = ProgrammeDistrict.select(ProgrammeDistrict.district).where(
        ProgrammeDistrict.programme == programme_id, takes_part()
    )
    return [id_ for (id_,) in query.order_by(ProgrammeDistrict.district).tuples()]


def _owner(programme: Programme) -> Sequence[Holder]:
    return [Holder(role=role, district_id=programme.owner_district_id) for role in (OFFICER, LEADER)]


def _few_districts(programme: Programme) -> str | None:
    if len(districts_of(programme.id)) >= 2:
        return None
    return gettext("Chương trình cần ít nhất hai đơn vị tham gia.")


def _no_report(programme: Programme) -> str | None:
    return None if programme.closing_report else gettext("Chương trình chưa có báo cáo tổng kết.")


PROGRAMME = Workflow(
    model=Programme,
    label=_("Chương trình phối hợp"),
    parties=(Party(key="owner", label=_("Phòng chủ trì"), holders=_owner),),
    states=(
        State(key=DRAFT, label=_("Đang soạn"), step=_("Soạn xong và bắt đầu chương trình")),
        State(
            key=RUNNING,
            label=_("Đang thực hiện"),
            step=_("Viết báo cáo tổng kết và kết thúc"),
            waits=lambda programme: programme.ends_on is not None and programme.ends_on <= today(),
        ),
        State(key=CLOSED, label=_("Đã kết thúc"), kind=DONE),
        State(key=DROPPED, label=_("Đã bỏ"), kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="start",
            label=_("Bắt đầu chương trình"),
            sources=(DRAFT,),
            target=RUNNING,
            by=("owner",),
            guard=_few_districts,
        ),
        Transition(
            key="close",
            label=_("Kết thúc chương trình"),
            sources=(RUNNING,),
            target=CLOSED,
            by=("owner",),
            guard=_no_report,
            page=lambda programme: f"/programmes/{programme.id}/close",
        ),
        Transition(
            key="drop",
            label=_("Bỏ bản dự thảo"),
            sources=(DRAFT,),
            target=DROPPED,
            by=("owner",),
            exit=True,
            danger=True,
        ),
    ),
    title=lambda programme: programme.title,
    url=lambda programme: f"/programmes/{programme.id}",
)

STATE_LABELS = {state.key: state.label for state in PROGRAMME.states}


def memorandum_text(memorandum: Memorandum) -> str:
    """Everything that the offices agree to: title, preamble, clauses, period, and who signs for whom."""
    clauses = (
        MemorandumClause.select(MemorandumClause.heading, MemorandumClause.text)
        .where(MemorandumClause.memorandum == memorandum)
        .order_by(MemorandumClause.position, MemorandumClause.id)
        .tuples()
    )
    signatories = (
        Signatory.select(Signatory.district, Signatory.body, Signatory.name, Signatory.title)
        .where(Signatory.memorandum == memorandum)
        .order_by(Signatory.district)
        .tuples()
    )
    head = (memorandum.title, memorandum.preamble, memorandum.starts_on, memorandum.ends_on)
    return "\n".join("|".join(map(str, line)) for line in (head, *clauses, *signatories))


def _offices(role: str):
    def holders(memorandum: Memorandum) -> Sequence[Holder]:
        return [Holder(role=role, district_id=id_) for id_ in districts_of(memorandum.programme_id)]

    return holders


def _writers(memorandum: Memorandum) -> Sequence[Holder]:
    return [*_offices(OFFICER)(memorandum), *_offices(LEADER)(memorandum)]


def _no_clause(memorandum: Memorandum) -> str | None:
    written = MemorandumClause.select().where(MemorandumClause.memorandum == memorandum).exists()
    return None if written else gettext("Văn bản chưa có điều khoản nào.")


def _forget_outcome(memorandum: Memorandum, person_id: int | None) -> None:
    """Why it was sent back is settled once it is sent again."""
    memorandum.outcome = ""
    memorandum.save()


def _not_signed(memorandum: Memorandum) -> str | None:
    return None if memorandum.signed_on else gettext("Chưa ghi ngày ký.")


def _not_over(memorandum: Memorandum) -> str | None:
    if memorandum.ends_on is not None and memorandum.ends_on < today():
        return None
    return gettext("Văn bản còn hiệu lực.")


def _alerts(memorandum: Memorandum) -> bool:
    return memorandum.ends_on is not None and memorandum.ends_on - ALERT <= today()


MEMORANDUM = Workflow(
    model=Memorandum,
    label=_("Biên bản ghi nhớ"),
    parties=(
        Party(key="writers", label=_("Chuyên viên, lãnh đạo các phòng"), holders=_writers),
        Party(key="leaders", label=_("Lãnh đạo các phòng"), holders=_offices(LEADER), each=True),
        Party(key="any_leader", label=_("Lãnh đạo một phòng"), holders=_offices(LEADER)),
    ),
    states=(
        State(key="draft", label=_("Đang soạn"), step=_("Soạn xong và gửi các phòng xem xét"), days=30),
        State(key="review", label=_("Các phòng xem xét"), step=_("Xem và thống nhất văn bản"), days=14),
        State(key="frozen", label=_("Đã thống nhất văn bản"), step=_("Ký, ghi số và ngày ký"), days=30),
        State(key="signed", label=_("Đã ký"), step=_("Đính kèm bản quét và đưa vào hiệu lực"), days=14),
        State(key="in_force", label=_("Đang có hiệu lực"), step=_("Chuẩn bị gia hạn hoặc kết thúc"), waits=_alerts),
        State(key="expired", label=_("Hết hiệu lực"), kind=DONE),
        State(key="ended", label=_("Kết thúc trước hạn"), kind=DONE),
        State(key="dropped", label=_("Đã bỏ"), kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="submit",
            label=_("Gửi các phòng xem xét"),
            sources=("draft",),
            target="review",
            by=("writers",),
            guard=_no_clause,
            effect=_forget_outcome,
        ),
        Transition(
            key="agree",
            label=_("Thống nhất văn bản"),
            sources=("review",),
            target="frozen",
            by=("leaders",),
            joint=True,
        ),
        Transition(
            key="send_back",
            label=_("Trả lại để sửa"),
            sources=("review", "frozen"),
            target="draft",
            by=("any_leader",),
            exit=True,
            reason=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="sign",
            label=_("Ghi việc ký"),
            sources=("frozen",),
            target="signed",
            by=("writers",),
            guard=_not_signed,
            page=lambda memorandum: f"/programmes/memoranda/{memorandum.id}/sign",
        ),
        Transition(
            key="enforce",
            label=_("Đưa vào hiệu lực"),
            sources=("signed",),
            target="in_force",
            by=("writers",),
        ),
        Transition(
            key="expire",
            label=_("Ghi hết hiệu lực"),
            sources=("in_force",),
            target="expired",
            by=("writers",),
            guard=_not_over,
        ),
        Transition(
            key="end",
            label=_("Kết thúc trước hạn"),
            sources=("signed", "in_force"),
            target="ended",
            by=("any_leader",),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
        ),
        Transition(
            key="drop",
            label=_("Bỏ bản dự thảo"),
            sources=("draft",),
            target="dropped",
            by=("writers",),
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
        ),
    ),
    title=lambda memorandum: memorandum.title,
    url=lambda memorandum: f"/programmes/memoranda/{memorandum.id}",
    text=memorandum_text,
)
