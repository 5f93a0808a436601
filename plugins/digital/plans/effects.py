"""What follows when a step of a plan is done, in the same transaction: the ledger learns what partners did together."""

from __future__ import annotations

from collections.abc import Iterator

from intranet.api import TOGETHER, ActivityFacts, ActivityKind, Measure, record_activity, today, void_activity
from intranet.api import lazy_gettext as _
from plugins.digital.models import Improvement
from plugins.digital.pages import HOME, MODULE

TOGETHER_DONE = "digital.improvement"
ACTIVITY_KINDS = (
    ActivityKind(key=TOGETHER_DONE, label=_("Cùng cải tiến chuyển đổi số"), unit=_("việc"), direction=TOGETHER),
)


def _source_key(improvement: Improvement) -> str:
    return f"improvement-{improvement.id}"


def finished(improvement: Improvement, person_id: int | None) -> None:
    """Done today; what was done with the partner school stands in timeline, ledger and pledge."""
    improvement.done_on = today()
    improvement.save()
    if improvement.pairing_id is not None:
        record_activity(facts(improvement), module=MODULE)


def reopened(improvement: Improvement, person_id: int | None) -> None:
    """It was not done after all."""
    improvement.done_on = None
    improvement.outcome = ""
    improvement.save()
    if improvement.pairing_id is not None:
        void_activity(_source_key(improvement), "Việc được mở lại", module=MODULE)


def facts(improvement: Improvement) -> ActivityFacts:
    """What a finished step with a partner school stands for."""
    pairing = improvement.pairing
    return ActivityFacts(
        source_key=_source_key(improvement),
        kind=TOGETHER_DONE,
        on=improvement.done_on,
        title=improvement.title,
        district_id=improvement.district_id,
        # Only the school's own people and the office read the plan.
        url=f"{HOME}/improvements/{improvement.id}",
        school_ids=(pairing.first_school_id, pairing.second_school_id),
        pairing_id=pairing.id,
        measures=(Measure(quantity=1, unit="việc"),),
    )


def all_facts() -> Iterator[ActivityFacts]:
    """Of every finished step with a partner school."""
    done = Improvement.select().where(Improvement.state == "finished", Improvement.pairing.is_null(False))
    yield from (facts(improvement) for improvement in done.order_by(Improvement.id))
