"""The office looks at a case: at most five a term, each with its reason, and the principal learns of it at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from intranet.api import (
    AT_ONCE,
    PRINCIPAL,
    Actor,
    District,
    Holder,
    NoticeKind,
    Person,
    Refused,
    School,
    gettext,
    locked,
    notify,
    now,
    people_who_hold,
    put,
    record,
    term_of,
    today,
    transaction,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring.tables.cases import WITH_MENTORS, Case, OfficeOpening

MOST = 5
LASTS = timedelta(hours=24)
NOTICE = NoticeKind(
    key="mentoring.opened",
    label=_("Phòng mở hồ sơ học sinh của trường"),
    delivery=AT_ONCE,
    permission="mentoring.restricted",
)


def open_case(
    actor: Actor,
    school_id: int,
    code: str,
    reason: str,
    *,
    done: Callable[[OfficeOpening], None] = lambda opening: None,
) -> OfficeOpening:
    """Open a case of one of the office's schools for 24 hours: the one of this code, or one by lot. Raises Refused."""
    if actor.school_id is not None or actor.district_id is None:
        raise Refused("", gettext("Chỉ phòng giáo dục mở hồ sơ theo cách này."))
    with transaction():
        # Two who open at once do not open the sixth.
        locked(District, actor.district_id)
        if left(actor.district_id) < 1:
            raise Refused("", gettext("Học kỳ này phòng đã mở đủ %(most)s hồ sơ.", most=MOST))
        case = _case(actor, school_id, code)
        opening = OfficeOpening(
            case=case,
            person=actor.person_id,
            district=actor.district_id,
            term=term_of(today()),
            ends_at=now() + LASTS,
        )
        put(opening, reason=reason)
        opening.save(force_insert=True)
        record("mentoring.open", opening, person_id=actor.person_id)
        _tell_principal(case)
        done(opening)
    return opening


def left(district_id: int) -> int:
    """How many cases the office may still open this term."""
    return MOST - OfficeOpening.select().where(_of_term(district_id)).count()


def _of_term(district_id: int) -> Any:
    """Condition: this term's openings by the office, and by any office before it of the children who are its now."""
    theirs = Case.select(Case.id).where(Case.district == district_id)
    of = (OfficeOpening.district == district_id) | OfficeOpening.case.in_(theirs)
    return of & (OfficeOpening.term == term_of(today()))


def _case(actor: Actor, school_id: int, code: str) -> Case:
    open_ = OfficeOpening.select(OfficeOpening.case).where(
        OfficeOpening.person == actor.person_id, OfficeOpening.ends_at > now()
    )
    query = Case.select().where(
        Case.district == actor.district_id,
        Case.school == school_id,
        Case.state.in_(WITH_MENTORS),
        Case.id.not_in(open_),
    )
    if code:
        query = query.where(Case.code == code)
    found = list(query.order_by(Case.id))
    if not found:
        # One sentence for all reasons: it tells nobody which codes there are.
        raise Refused("code", gettext("Không có hồ sơ nào mở được theo yêu cầu này."))
    return secrets.choice(found)


def _tell_principal(case: Case) -> None:
    notify(
        people_who_hold([Holder(role=PRINCIPAL, school_id=case.school_id)]),
        NOTICE.key,
        _("Phòng giáo dục vừa mở hồ sơ %(code)s để kiểm tra", code=case.code),
        f"/mentoring/cases/{case.id}/reads",
    )


def openings_of(actor: Actor) -> list[tuple[Any, ...]]:
    """(case id, code, school, who, at, ends, whether the actor may look now) of the office's openings this term."""
    query = (
        OfficeOpening.select(
            *(Case.id, Case.code, School.name, Person.name, OfficeOpening.at, OfficeOpening.ends_at),
            OfficeOpening.person,
        )
        .join(Case, on=(OfficeOpening.case == Case.id))
        .join(School, on=(Case.school == School.id))
        .join(Person, on=(OfficeOpening.person == Person.id))
        .where(_of_term(actor.district_id))
        .order_by(OfficeOpening.id.desc())
    )
    return [(*row[:-1], row[-1] == actor.person_id and row[5] > now()) for row in query.tuples()]


def schools_of(district_id: int) -> list[tuple[int, str]]:
    """(id, name) of the office's schools, whether or not they have cases."""
    query = School.select(School.id, School.name).where(School.district == district_id, School.deleted_at.is_null())
    return list(query.order_by(School.sort_key, School.id).tuples())
