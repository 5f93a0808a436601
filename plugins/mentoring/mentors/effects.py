"""What has to hold for a match, and what follows for the case, in the step's own transaction."""

from __future__ import annotations

from intranet.api import Person, Refused, carry, gettext, locked
from plugins.mentoring.cases.consents import covers, scope_for
from plugins.mentoring.tables.cases import WITH_MENTORS, Case
from plugins.mentoring.tables.mentors import Match

# States of a match that is not over.
LIVE = ("proposed", "accepted", "active", "paused")


def why_not(match: Match) -> str | None:
    """Why nobody can be this child's mentor by this match now."""
    if match.case.state not in WITH_MENTORS:
        return gettext("Hồ sơ của em đang tạm khóa hoặc đã kết thúc.")
    if not covers(match.case, scope_for(match.case, match.mentor_school_id)):
        return gettext("Gia đình chưa đồng ý, hoặc sự đồng ý đã hết hạn hay đã rút.")
    if not still_there(match):
        return gettext("Người kèm không còn làm việc ở trường này.")
    return None


def still_there(match: Match) -> bool:
    """Whether the mentor still works at the school for which the person was asked."""
    mentor: Person = match.mentor
    return mentor.active and mentor.deleted_at is None and mentor.school_id == match.mentor_school_id


def begun(match: Match, person_id: int | None) -> None:
    """A match is under way. The consent is looked at again, now that nobody else can change the case."""
    match.case = locked(Case, match.case_id)
    if sentence := why_not(match):
        raise Refused("", sentence)
    match.paused_until = None
    match.save()
    carry(match.case, "start", person_id=person_id)


def released(match: Match, person_id: int | None) -> None:
    """A match is over: a case that nobody helps any more waits for another mentor."""
    if not Match.select().where(Match.case == match.case_id, Match.state.in_(LIVE)).exists():
        carry(match.case, "unmatch", person_id=person_id)
