"""What a coordinator has to look after: no log, no mentor, no consent for long, no contact, a mentor gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from peewee import JOIN, fn

from intranet.api import Actor, Person, local, midnight, today
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


def stats(actor: Actor) -> list[tuple[int, Any, str]]:
    """(how many, of what, where) of what there is to look after, for the home page."""
    found = pile(actor)
    return [
        (len(found[name]), label, f"/mentoring/pile#panel-mentoring-{name}")
        for name, label in HEADS.items()
        if found[name]
    ]


def _matches(*columns: Any) -> Any:
    query = Match.select(Match.id, Case.code, Person.name, *columns)
    return query.join(Case).switch(Match).join(Person, on=(Match.mentor == Person.id)).switch(Match)


def no_log(school_id: int) -> list[tuple]:
    """Planned times that are over and of which nothing was noted."""
    rows = _matches(Meeting.on).join(Meeting, on=(Meeting.match == Match.id))
    due = (Match.school == school_id, Match.state == "active", Meeting.state == PLANNED, Meeting.on < today())
    return [("matches", *row) for row in rows.where(*due).order_by(Meeting.on, Meeting.id).limit(MOST).tuples()]


def no_mentor(school_id: int) -> list[tuple]:
    """Children whose families agreed and whom nobody helps yet."""
    rows = Case.select(Case.id, Case.code, Case.state_since).where(Case.school == school_id, Case.state == "open")
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
        .where(Case.school == school_id, Case.state.in_(WITH_MENTORS), in_force(today()))
        .group_by(Case.id, Case.code)
        .having(last <= today() + EXPIRING)
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
        .where(Match.school == school_id, Match.state == "active", Match.state_since < midnight(limit))
        .group_by(Match.id, Case.code, Person.name, Match.state_since)
        .having(last.is_null() | (last < limit))
        .order_by(Match.id)
        .limit(MOST)
    )
    return [
        ("matches", id_, code, name, as_day(day) or local(since).date())
        for id_, code, name, day, since in rows.tuples()
    ]


def gone(school_id: int) -> list[tuple]:
    """Mentors who no longer work at the school for which they were asked."""
    away = ~Person.active | Person.deleted_at.is_null(False)
    away |= Person.school.is_null() | (Person.school != Match.mentor_school)
    rows = _matches(Match.state_since).where(Match.school == school_id, Match.state.in_(LIVE), away)
    return [
        ("matches", id_, code, name, local(since).date())
        for id_, code, name, since in rows.order_by(Match.id).limit(MOST).tuples()
    ]
