"""Every change of a handover. Whoever takes a case locks the own school, the case and the handover, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    PRINCIPAL,
    Actor,
    Refused,
    School,
    begin,
    carry,
    gettext,
    locked,
    locked_within,
    now,
    opened,
    put,
    record,
    school_year_of,
    take,
    today,
    transaction,
)
from plugins.mentoring.aid.rules import stop_pending
from plugins.mentoring.cases.life_cycle import CONSENT_PENDING
from plugins.mentoring.cases.rules import KEPT, SEALED, end_matches, known_values, next_code, open_case
from plugins.mentoring.groups.leaving import leave_all
from plugins.mentoring.handovers.life_cycle import OFFERED, may_go
from plugins.mentoring.handovers.queries import schools_for
from plugins.mentoring.tables.cases import Case, Goal, OfficeOpening, RestrictedNote
from plugins.mentoring.tables.handovers import Handover

Done = Callable[[], None]


def offer(
    case: Case,
    values: Mapping[str, Any],
    actor: Actor,
    *,
    done: Callable[[Handover], None] = lambda handover: None,
) -> Handover:
    """Hand a case over to the school to which the child moves; it stays where it is until that one takes it.

    ``values``: to_school_id, with_notes, and message as a text. Raises Refused.
    """
    to_school_id, with_notes = values["to_school_id"], values["with_notes"]
    with transaction():
        current = open_case(case.id)
        if not may_go(current):
            raise Refused("to_school", gettext("Gia đình không còn đồng ý nên chỉ kết thúc được hồ sơ."))
        if with_notes and actor.role != PRINCIPAL:
            raise Refused("with_notes", gettext("Chỉ hiệu trưởng quyết định chuyển ghi chú hạn chế."))
        if to_school_id not in dict(schools_for(actor)):
            raise Refused("to_school", gettext("Hãy chọn một mục trong danh sách."))
        if Handover.select().where(Handover.case == current, Handover.state == OFFERED).exists():
            raise Refused("to_school", gettext("Hồ sơ này đang chờ một trường trả lời."))
        handover = Handover(
            case=current,
            district=current.district_id,
            school=current.school_id,
            to_school=to_school_id,
            with_notes=with_notes,
            person=actor.person_id,
        )
        put(handover, message=values["message"])
        handover.save(force_insert=True)
        # That the family was told and agreed is a fact of its own.
        changes = {"to_school_id": (None, to_school_id), "with_notes": (None, with_notes), "informed": (None, True)}
        record("mentoring.handover", handover, person_id=actor.person_id, changes=changes)
        begin(handover, person_id=actor.person_id)
        done(handover)
    return handover


def accept(
    handover: Handover,
    class_name: str,
    homeroom_id: int,
    actor: Actor,
    *,
    done: Callable[[Case], None] = lambda case: None,
) -> Case:
    """Take the case: from now on it is this school's, under a code of its own, and the family is asked anew.

    Raises Refused and NotYours.
    """
    with transaction():
        # Two who number cases at once do not get one code.
        school = locked(School, handover.to_school_id)
        take(handover, "accept", actor)
        current = locked_within(handover)
        old = _leave(current.case_id, actor.person_id)
        case = _arrive(old, school, class_name, homeroom_id, actor.person_id)
        if current.with_notes:
            RestrictedNote.update(case=case).where(RestrictedNote.case == old).execute()
        _empty(old, actor.person_id)
        current.arrived = case
        current.save()
        done(case)
    return case


def _leave(case_id: int, person_id: int) -> Case:
    """Nobody helps the child at the old school any more, and its office looks no longer."""
    case = locked(Case, case_id)
    end_matches(case, person_id)
    stop_pending(case, person_id)
    leave_all(case_id, person_id)
    open_ = (OfficeOpening.case == case) & (OfficeOpening.ends_at > now())
    OfficeOpening.update(ends_at=now()).where(open_).execute()
    return locked(Case, case_id)


def _arrive(old: Case, school: School, class_name: str, homeroom_id: int, person_id: int) -> Case:
    """The case as the new school's: what is known of the child and the goals; no consent, no mentor, no log."""
    known = known_values(old)
    case = Case(
        district=school.district_id,
        school=school,
        came_from=old,
        code=next_code(school, class_name),
        class_name=class_name,
        kind=old.kind,
        subject=old.subject,
        free=old.free,
        school_year=school_year_of(today()),
        nominated_by=person_id,
        homeroom=homeroom_id,
        state=CONSENT_PENDING,
    )
    put(case, **{name: known[name] for name in SEALED})
    case.save(force_insert=True)
    wanted = Goal.select().where(Goal.case == old, Goal.dropped == False)  # noqa: E712 (SQL)
    for goal in wanted.order_by(Goal.position, Goal.id):
        copy = Goal(case=case, position=goal.position, reached=goal.reached)
        put(copy, text=opened(goal, "text"))
        copy.save(force_insert=True)
    record("mentoring.arrive", case, person_id=person_id, changes={"code": (None, case.code)})
    begin(case, person_id=person_id)
    return case


def _empty(old: Case, person_id: int) -> None:
    """What the new school has now, the old one has no more; consents and logs are erased when their time is over."""
    put(old, **dict.fromkeys(SEALED, ""))
    old.ending, old.erase_on, old.review_on, old.free = "moved", today() + KEPT, None, ""
    old.save()
    carry(old, "move", person_id=person_id)


def decline(handover: Handover, outcome: str, actor: Actor, *, done: Done = lambda: None) -> None:
    """Do not take the case; the reason is sealed. Raises Refused and NotYours."""
    with transaction():
        current = locked_within(handover)
        put(current, outcome=outcome)
        current.save()
        take(current, "decline", actor, done=done)
