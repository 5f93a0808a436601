"""What a coordinator has to look after: no log, no mentor, no consent for long, no contact, a mentor gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from peewee import JOIN, fn

from intranet.api import Actor, Person, School, Statement, local, midnight, param, today
from intranet.api import lazy_gettext as _
from plugins.mentoring.logs.rules import HELD, PLANNED
from plugins.mentoring.mentors.effects import LIVE
from plugins.mentoring.mentors.queries import as_day
from plugins.mentoring.tables.cases import WITH_MENTORS, Case, Consent, in_force
from plugins.mentoring.tables.mentors import Match, Meeting

# Nobody met the child for this long; a consent that ends within this time has to be asked for again.
SILENT, EXPIRING = timedelta(days=21), timedelta(days=30)
MOST = 100
HEADS = {
    "no_log": _("Buổi kèm chưa có nhật ký"),
    "no_mentor": _("Em chưa có người kèm"),
    "expiring": _("Sự đồng ý sắp hết hạn"),
    "silent": _("Quá 21 ngày chưa gặp"),
    "gone": _("Người kèm không còn ở trường"),
}


def pile(actor: Actor) -> dict[str, list[tuple]]:
    """Rows by what is missing: (address part, id, code, who, day). The oldest stand first."""
    school = actor.school_id
    return {
        "no_log": no_log(school),
        "no_mentor": no_mentor(school),
        "expiring": expiring(school),
        "silent": silent(school),
        "gone": gone(school),
    }


_COUNTS = Statement(
    lambda: School.select(
        Meeting.select(fn.COUNT(Meeting.id)).join(Match).where(*_unnoted(School.id, param("day"))),
        Case.select(fn.COUNT(Case.id)).where(*_waiting(School.id)),
        Case.select(fn.COUNT(Case.id)).where(*_expiring(School.id, param("day"), param("soon"))),
        Match.select(fn.COUNT(Match.id)).where(*_silent(School.id, param("limit"), param("limit_at"))),
        Match.select(fn.COUNT(Match.id)).join(Person, on=(Match.mentor == Person.id)).where(*_gone(School.id)),
    ).where(School.id == param("school"))
)


def stats(actor: Actor) -> list[tuple[int, Any, str]]:
    """(how many, of what, where) of what there is to look after, for the home page."""
    day, limit = today(), today() - SILENT
    times = {"day": day, "soon": day + EXPIRING, "limit": limit, "limit_at": midnight(limit)}
    counts = _COUNTS.row(school=actor.school_id, **times)
    return [
        (count, label, f"/mentoring/pile#panel-mentoring-{name}")
        for (name, label), count in zip(HEADS.items(), counts, strict=True)
        if count
    ]


def _unnoted(school: Any, day: Any) -> tuple[Any, ...]:
    return Match.school == school, Match.state == "active", Meeting.state == PLANNED, Meeting.on < day


def _waiting(school: Any) -> tuple[Any, ...]:
    return Case.school == school, Case.state == "open"


def _expiring(school: Any, day: Any, soon: Any) -> tuple[Any, ...]:
    agreed = Consent.select(Consent.case).where(in_force(day))
    longer = agreed.where(Consent.expires_on > soon)
    return Case.school == school, Case.state.in_(WITH_MENTORS), Case.id.in_(agreed), Case.id.not_in(longer)


def _silent(school: Any, limit: Any, limit_at: Any) -> tuple[Any, ...]:
    met = Meeting.select(Meeting.match).where(Meeting.state == HELD, Meeting.on >= limit)
    return Match.school == school, Match.state == "active", Match.state_since < limit_at, Match.id.not_in(met)


def _gone(school: Any) -> tuple[Any, ...]:
    away = ~Person.active | Person.deleted_at.is_null(False)
    away |= Person.school.is_null() | (Person.school != Match.mentor_school)
    return Match.school == school, Match.state.in_(LIVE), away


def _matches(*columns: Any) -> Any:
    query = Match.select(Match.id, Case.code, Person.name, *columns)
    return query.join(Case).switch(Match).join(Person, on=(Match.mentor == Person.id)).switch(Match)


def no_log(school_id: int) -> list[tuple]:
    """Planned times that are over and of which nothing was noted."""
    rows = _matches(Meeting.on).join(Meeting, on=(Meeting.match == Match.id))
    due = _unnoted(school_id, today())
    return [("matches", *row) for row in rows.where(*due).order_by(Meeting.on, Meeting.id).limit(MOST).tuples()]


def no_mentor(school_id: int) -> list[tuple]:
    """Children whose families agreed and whom nobody helps yet."""
    rows = Case.select(Case.id, Case.code, Case.state_since).where(*_waiting(school_id))
    return [
        ("cases", id_, code, "", local(since).date())
        for id_, code, since in rows.order_by(Case.state_since, Case.id).limit(MOST).tuples()
    ]


def expiring(school_id: int) -> list[tuple]:
    """Children whose last consent ends soon."""
    last = fn.MAX(Consent.expires_on)
    rows = (
        Case.select(Case.id, Case.code, last.alias("last"))
        .join(Consent, on=(Consent.case == Case.id))
        .where(*_expiring(school_id, today(), today() + EXPIRING), in_force(today()))
        .group_by(Case.id, Case.code)
        .order_by(last, Case.id)
        .limit(MOST)
    )
    return [("cases", id_, code, "", as_day(day)) for id_, code, day in rows.tuples()]


def silent(school_id: int) -> list[tuple]:
    """Children whom their mentor has not met for long."""
    limit = today() - SILENT
    last = fn.MAX(Meeting.on)
    rows = (
        _matches(last.alias("last"), Match.state_since)
        .join(Meeting, JOIN.LEFT_OUTER, on=(Meeting.match == Match.id) & (Meeting.state == HELD))
        .where(*_silent(school_id, limit, midnight(limit)))
        .group_by(Match.id, Case.code, Person.name, Match.state_since)
        .order_by(Match.id)
        .limit(MOST)
    )
    return [
        ("matches", id_, code, name, as_day(day) or local(since).date())
        for id_, code, name, day, since in rows.tuples()
    ]


def gone(school_id: int) -> list[tuple]:
    """Mentors who no longer work at the school for which they were asked."""
    rows = _matches(Match.state_since).where(*_gone(school_id))
    return [
        ("matches", id_, code, name, local(since).date())
        for id_, code, name, since in rows.order_by(Match.id).limit(MOST).tuples()
    ]
