"""What follows from a step of a request, in the step's own transaction: who helps, the ledger."""

from __future__ import annotations

from intranet.api import (
    GIVEN,
    ActivityFacts,
    ActivityKind,
    Measure,
    PledgeClause,
    gettext,
    local,
    now,
    record_activity,
    void_activity,
)
from intranet.api import lazy_gettext as _
from plugins.digital.desk.parties import still_helps
from plugins.digital.models import Request
from plugins.digital.pages import HOME, MODULE

HELP = "digital.help"
ACTIVITY_KINDS = (ActivityKind(key=HELP, label=_("Hỗ trợ công nghệ thông tin"), unit=_("lượt"), direction=GIVEN),)
# In these, help that was given counts.
ENDED = ("confirmed", "closed", "rated")
TIMES = "lượt"


def taken_by_partner(request: Request, person_id: int | None) -> None:
    """One of the partner school's volunteers helps."""
    _taken(request, person_id, by_partner=True)


def taken_by_office(request: Request, person_id: int | None) -> None:
    """An officer helps."""
    _taken(request, person_id, by_partner=False)


def _taken(request: Request, person_id: int | None, *, by_partner: bool) -> None:
    request.helper, request.by_partner = person_id, by_partner
    request.first_reply_at = request.first_reply_at or now()
    request.save()


def given_back(request: Request, person_id: int | None) -> None:
    """Nobody helps for now."""
    request.helper, request.by_partner = None, False
    request.save()


def ended(request: Request, person_id: int | None) -> None:
    """What a partner school did stands in the ledger; what was closed without an answer was no help."""
    if _counts(request):
        record_activity(facts(request), module=MODULE)


def reopened(request: Request, person_id: int | None) -> None:
    """It does not work after all."""
    request.reopened += 1
    request.solved_at = None
    request.save()
    void_activity(source_key(request), "Yêu cầu được mở lại", module=MODULE)


def nobody_helps(request: Request) -> str | None:
    """A request whose helper is gone cannot go back to that person."""
    if still_helps(request):
        return None
    return gettext("Người giúp không còn dùng hệ thống. Thầy/cô gửi yêu cầu mới.")


def _counts(request: Request) -> bool:
    return request.by_partner and request.solved_at is not None


def source_key(request: Request) -> str:
    """What its activity goes by."""
    return f"request-{request.id}"


def facts(request: Request) -> ActivityFacts:
    """What help stands for. What somebody wrote of a room or a machine stays with the two schools."""
    return ActivityFacts(
        source_key=source_key(request),
        kind=HELP,
        on=local(request.solved_at).date(),
        title="Hỗ trợ công nghệ thông tin",
        district_id=request.district_id,
        url=f"{HOME}/requests/{request.id}",
        school_ids=(request.helper_school_id, request.school_id),
        pairing_id=request.pairing_id,
        giver_id=request.helper_school_id,
        receiver_id=request.school_id,
        measures=(Measure(quantity=1, unit=TIMES, clause_id=_clause_of(request)),),
    )


def _clause_of(request: Request) -> int | None:
    """The promise of the pair's pledge that counts such help."""
    if request.pairing_id is None:
        return None
    query = PledgeClause.select(PledgeClause.id, PledgeClause.giver).where(
        PledgeClause.pairing == request.pairing_id,
        PledgeClause.dropped_on.is_null(),
        PledgeClause.activity_kind == HELP,
    )
    rows = query.order_by(PledgeClause.position, PledgeClause.id).tuples()
    return next((id_ for id_, giver in rows if giver in (None, request.helper_school_id)), None)


def all_facts() -> list[ActivityFacts]:
    """Every activity that requests stand for."""
    over = Request.select().where(
        Request.state.in_(ENDED),
        Request.by_partner == True,  # noqa: E712 (SQL)
        Request.solved_at.is_null(False),
    )
    return [facts(request) for request in over.order_by(Request.id)]
