"""The life cycle of a plan: written by one school, agreed by both, carried out, and then it happened."""

from intranet.api import (
    COORDINATOR,
    DONE,
    GIVEN,
    OFFICER,
    PRINCIPAL,
    STOPPED,
    ActivityFacts,
    ActivityKind,
    Holder,
    Measure,
    Party,
    State,
    Transition,
    Workflow,
    record_activity,
)
from notice_board.models import Plan

KIND = ActivityKind(key="notice_board.plan", label="Kế hoạch chung", unit="buổi", direction=GIVEN)


def _missing_body(plan):
    return None if plan.body else "Kế hoạch chưa có nội dung."


def facts(plan):
    """What a plan carried out stands for."""
    return ActivityFacts(
        source_key=f"plan-{plan.id}",
        kind=KIND.key,
        on=plan.state_since.date(),
        title=plan.title,
        district_id=plan.district_id,
        url=f"/notice-board/plans/{plan.id}",
        giver_id=plan.first_school_id,
        receiver_id=plan.second_school_id,
        measures=(Measure(quantity=2, unit="buổi"),),
    )


def _happened(plan, person_id):
    record_activity(facts(plan), module="notice_board")


LIFE_CYCLE = Workflow(
    model=Plan,
    label="Kế hoạch chung",
    parties=(
        Party(
            key="writer",
            label="Trường đề nghị",
            holders=lambda plan: [
                Holder(role=role, school_id=plan.first_school_id) for role in (PRINCIPAL, COORDINATOR)
            ],
        ),
        Party(
            key="first",
            label="Hiệu trưởng trường đề nghị",
            holders=lambda plan: [Holder(role=PRINCIPAL, school_id=plan.first_school_id)],
        ),
        Party(
            key="second",
            label="Hiệu trưởng trường bạn",
            holders=lambda plan: [Holder(role=PRINCIPAL, school_id=plan.second_school_id)],
        ),
        Party(
            key="office",
            label="Phòng",
            holders=lambda plan: [Holder(role=OFFICER, district_id=plan.district_id)],
        ),
    ),
    states=(
        State(key="draft", label="Nháp", step="Viết xong và gửi kế hoạch"),
        State(key="proposed", label="Chờ hai trường đồng ý", step="Xem và đồng ý", days=7),
        State(key="agreed", label="Đã thống nhất", step="Thực hiện và xác nhận"),
        State(key="held", label="Đã thực hiện", kind=DONE),
        State(key="dropped", label="Đã hủy", kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="propose", label="Gửi", sources=("draft",), target="proposed", by=("writer",), guard=_missing_body
        ),
        Transition(
            key="agree", label="Đồng ý", sources=("proposed",), target="agreed", by=("first", "second"), joint=True
        ),
        Transition(
            key="send_back",
            label="Trả lại",
            sources=("proposed",),
            target="draft",
            by=("second", "office"),
            exit=True,
            reason=True,
        ),
        Transition(
            key="hold",
            label="Xác nhận đã thực hiện",
            sources=("agreed",),
            target="held",
            by=("second",),
            effect=_happened,
        ),
        Transition(
            key="drop",
            label="Hủy kế hoạch",
            sources=("draft", "proposed", "agreed"),
            target="dropped",
            by=("writer",),
            exit=True,
            reason=True,
            danger=True,
        ),
    ),
    title=lambda plan: plan.title,
    url=lambda plan: f"/notice-board/plans/{plan.id}",
    text=lambda plan: plan.body,
)
