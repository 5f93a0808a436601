"""The life of a pair, from the first idea to its renewal: who has the next step, and what must hold before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from intranet.kernel.clock import now, today
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.schoolyear import next_school_year_end
from intranet.kernel.workflow import DONE, STOPPED, Holder, Party, State, Transition, Workflow
from intranet.registry.people import COORDINATOR, LEADER, OFFICER, PRINCIPAL
from intranet.registry.pledges import HELD_STATES, Meeting, PairReview, PledgeClause, to_come
from intranet.registry.twinning import (
    ACCEPTED,
    ACTIVE,
    AGREED,
    APPROVED,
    DECLINED,
    ENDED,
    MET,
    PAIRING_STATES,
    PROPOSED,
    RENEWED,
    REVIEW,
    SIGNED,
    SUGGESTED,
    TWINNED,
    Pairing,
)
from intranet.shared import steps


def title_of(pairing: Pairing) -> str:
    """The names of both schools."""
    return f"{pairing.first_school.name} – {pairing.second_school.name}"


def pledge_text(pairing: Pairing) -> str:
    """Everything that both sides agree to and sign. Sides, not schools: a merger changes no promise."""
    sides = {pairing.first_school_id: "first", pairing.second_school_id: "second"}
    clauses = (
        PledgeClause.select().where(PledgeClause.pairing == pairing).order_by(PledgeClause.position, PledgeClause.id)
    )
    lines = [
        "|".join(
            str(part)
            for part in (
                *(clause.position, sides.get(clause.giver_id), sides.get(clause.receiver_id), clause.text),
                *(clause.quantity, clause.unit, clause.due_on, clause.activity_kind, clause.dropped_on),
            )
        )
        for clause in clauses
    ]
    return "\n".join([pairing.pledge_preamble, *lines])


def _school(side: str, *roles: str) -> Any:
    def holders(pairing: Pairing) -> Sequence[Holder]:
        return [Holder(role=role, school_id=getattr(pairing, f"{side}_school_id")) for role in roles]

    return holders


def _office(side: str, *roles: str) -> Any:
    def holders(pairing: Pairing) -> Sequence[Holder]:
        return [Holder(role=role, district_id=getattr(pairing, f"{side}_district_id")) for role in roles]

    return holders


def _schools(pairing: Pairing) -> Sequence[Holder]:
    roles = (PRINCIPAL, COORDINATOR)
    return [*_school("first", *roles)(pairing), *_school("second", *roles)(pairing)]


def _offices(pairing: Pairing) -> Sequence[Holder]:
    return list(dict.fromkeys((*_office("first", OFFICER)(pairing), *_office("second", OFFICER)(pairing))))


def _leaders(pairing: Pairing) -> Sequence[Holder]:
    return list(dict.fromkeys((*_office("first", LEADER)(pairing), *_office("second", LEADER)(pairing))))


PARTIES = (
    Party(key="first", label=_("Hiệu trưởng trường thứ nhất"), holders=_school("first", PRINCIPAL)),
    Party(key="second", label=_("Hiệu trưởng trường thứ hai"), holders=_school("second", PRINCIPAL)),
    Party(key="schools", label=_("Hiệu trưởng, điều phối viên hai trường"), holders=_schools),
    Party(key="offices", label=_("Chuyên viên phòng"), holders=_offices),
    # Two schools of one district have one office, which decides once.
    Party(key="leaders", label=_("Lãnh đạo phòng"), holders=_leaders, each=True),
)

STATES = (
    State(key=SUGGESTED, label=PAIRING_STATES[SUGGESTED], step=_("Xem gợi ý, gửi đề nghị kết nghĩa"), days=30),
    State(key=PROPOSED, label=PAIRING_STATES[PROPOSED], step=_("Trả lời đề nghị kết nghĩa"), days=14),
    State(key=ACCEPTED, label=PAIRING_STATES[ACCEPTED], step=_("Duyệt cặp kết nghĩa"), days=14),
    State(key=APPROVED, label=PAIRING_STATES[APPROVED], step=_("Lập và tổ chức cuộc họp đầu tiên"), days=30),
    State(key=MET, label=PAIRING_STATES[MET], step=_("Soạn và thống nhất nội dung giao ước"), days=30),
    State(key=AGREED, label=PAIRING_STATES[AGREED], step=_("Ký giao ước, ghi số và ngày ký"), days=30),
    State(key=SIGNED, label=PAIRING_STATES[SIGNED], step=_("Xác nhận bắt đầu thực hiện"), days=14),
    State(
        key=ACTIVE,
        label=PAIRING_STATES[ACTIVE],
        step=_("Sơ kết năm học"),
        waits=lambda pairing: pairing.review_on is not None and pairing.review_on <= today(),
    ),
    State(key=REVIEW, label=PAIRING_STATES[REVIEW], step=_("Viết nhận xét và quyết định tiếp tục"), days=30),
    State(key=RENEWED, label=PAIRING_STATES[RENEWED], kind=DONE),
    State(key=ENDED, label=PAIRING_STATES[ENDED], kind=DONE),
    State(key=DECLINED, label=PAIRING_STATES[DECLINED], kind=STOPPED),
)


def _no_meeting(pairing: Pairing) -> str | None:
    held = Meeting.select().where(Meeting.pairing == pairing, Meeting.state.in_(HELD_STATES), Meeting.minutes != "")
    return None if held.exists() else gettext("Hai trường chưa có cuộc họp nào đã họp và ghi biên bản.")


def _no_clause(pairing: Pairing) -> str | None:
    live = PledgeClause.select().where(PledgeClause.pairing == pairing, PledgeClause.dropped_on.is_null())
    return None if live.exists() else gettext("Giao ước chưa có cam kết nào.")


def _not_signed(pairing: Pairing) -> str | None:
    return None if pairing.signed_on else gettext("Giao ước chưa ghi ngày ký.")


def _not_reviewed(pairing: Pairing) -> str | None:
    written = PairReview.select(PairReview.school).where(
        PairReview.pairing == pairing, PairReview.at >= pairing.state_since
    )
    return None if written.distinct().count() >= 2 else gettext("Hai trường chưa viết xong nhận xét của năm học.")


def _start(pairing: Pairing, person_id: int | None) -> None:
    """From now on it counts; the next look back is at the end of the school year."""
    pairing.started_on = pairing.started_on or pairing.signed_on or today()
    pairing.review_on = next_review(pairing)
    pairing.save()


def next_review(pairing: Pairing) -> date:
    """The day by which the pair looks back: the end of the school year, or of the programme if that comes first."""
    end = next_school_year_end(today())
    programme_end = pairing.programme.ends_on
    return min(end, programme_end) if programme_end and programme_end > today() else end


def _stop(pairing: Pairing, person_id: int | None) -> None:
    """The pair is over; what it still had planned is called off for the same reason."""
    pairing.ended_on = today()
    pairing.save()
    planned = Meeting.select().where(Meeting.pairing == pairing, to_come(now()))
    for meeting in list(planned.order_by(Meeting.id)):
        steps.carry(meeting, "cancel", person_id=person_id, reason=pairing.outcome)


LIFE_CYCLE = Workflow(
    model=Pairing,
    label=_("Cặp kết nghĩa"),
    parties=PARTIES,
    states=STATES,
    transitions=(
        Transition(key="propose", label=_("Gửi đề nghị"), sources=(SUGGESTED,), target=PROPOSED, by=("offices",)),
        Transition(
            key="accept",
            label=_("Nhận lời kết nghĩa"),
            sources=(PROPOSED,),
            target=ACCEPTED,
            by=("first", "second"),
            joint=True,
        ),
        Transition(
            key="decline",
            label=_("Từ chối"),
            sources=(PROPOSED,),
            target=DECLINED,
            by=("first", "second"),
            exit=True,
            reason=True,
            danger=True,
            effect=_stop,
            keeps_reason="outcome",
        ),
        Transition(key="approve", label=_("Duyệt"), sources=(ACCEPTED,), target=APPROVED, by=("leaders",), joint=True),
        Transition(
            key="refuse",
            label=_("Không duyệt"),
            sources=(ACCEPTED,),
            target=DECLINED,
            by=("leaders",),
            exit=True,
            reason=True,
            danger=True,
            effect=_stop,
            keeps_reason="outcome",
        ),
        Transition(
            key="meet",
            label=_("Xác nhận đã họp"),
            sources=(APPROVED,),
            target=MET,
            by=("schools",),
            guard=_no_meeting,
        ),
        Transition(
            key="agree",
            label=_("Thống nhất nội dung giao ước"),
            sources=(MET,),
            target=AGREED,
            by=("first", "second"),
            joint=True,
            guard=_no_clause,
        ),
        Transition(
            key="reopen",
            label=_("Sửa lại nội dung"),
            sources=(AGREED,),
            target=MET,
            by=("first", "second"),
            exit=True,
            reason=True,
        ),
        Transition(
            key="sign",
            label=_("Ghi việc ký giao ước"),
            sources=(AGREED,),
            target=SIGNED,
            by=("schools",),
            guard=_not_signed,
            page=lambda pairing: f"/pairings/{pairing.id}/sign",
        ),
        Transition(
            key="start",
            label=_("Xác nhận bắt đầu thực hiện"),
            sources=(SIGNED,),
            target=ACTIVE,
            by=("offices",),
            effect=_start,
        ),
        Transition(key="review", label=_("Mở sơ kết"), sources=(ACTIVE,), target=REVIEW, by=("schools", "offices")),
        Transition(
            key="go_on",
            label=_("Tiếp tục thực hiện"),
            sources=(REVIEW,),
            target=ACTIVE,
            by=("first", "second"),
            joint=True,
            guard=_not_reviewed,
            effect=_start,
        ),
        Transition(
            key="renew",
            label=_("Nối tiếp sang chương trình mới"),
            sources=(REVIEW, ACTIVE),
            target=RENEWED,
            by=("offices",),
            exit=True,
            page=lambda pairing: f"/pairings/{pairing.id}/renew",
        ),
        Transition(
            key="withdraw",
            label=_("Rút đề nghị"),
            sources=(SUGGESTED, PROPOSED, ACCEPTED),
            target=DECLINED,
            by=("offices",),
            exit=True,
            reason=True,
            effect=_stop,
            keeps_reason="outcome",
        ),
        Transition(
            key="end",
            label=_("Kết thúc cặp"),
            sources=TWINNED,
            target=ENDED,
            by=("leaders",),
            exit=True,
            reason=True,
            danger=True,
            effect=_stop,
            keeps_reason="outcome",
        ),
    ),
    title=title_of,
    url=lambda pairing: f"/pairings/{pairing.id}",
    text=pledge_text,
)
