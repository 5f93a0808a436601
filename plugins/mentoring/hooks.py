"""The identity card and everything that the module contributes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint

from intranet.api import (
    ANY,
    AT_ONCE,
    COORDINATOR,
    COUNSELLOR,
    HOMEROOM,
    LEADER,
    OFFICER,
    PRINCIPAL,
    SCHOOL,
    TEACHER,
    UNION,
    ActivityKind,
    Actor,
    CalendarItem,
    District,
    Module,
    Moves,
    NavItem,
    NoticeKind,
    OpenWork,
    Panel,
    PaperKind,
    Permission,
    Person,
    ReportSection,
    School,
    Workflow,
    hookimpl,
)
from intranet.api import lazy_gettext as _
from plugins.mentoring import demo, mergers, moving, splits
from plugins.mentoring.aid import life_cycle as aid_life
from plugins.mentoring.aid.papers import HAND_OVER
from plugins.mentoring.cases import copies, openings, upkeep
from plugins.mentoring.cases import life_cycle as case_life
from plugins.mentoring.cases.papers import CONSENT
from plugins.mentoring.groups import life_cycle as group_life
from plugins.mentoring.groups import rules as groups
from plugins.mentoring.groups.papers import ENROLMENT
from plugins.mentoring.handovers import life_cycle as handover_life
from plugins.mentoring.logs import dates, pile, reminders
from plugins.mentoring.logs.papers import DIARY, SUMMARY
from plugins.mentoring.logs.rules import IMPORTANT
from plugins.mentoring.mentors import life_cycle as match_life
from plugins.mentoring.mentors import personal
from plugins.mentoring.mentors import queries as mentor_queries
from plugins.mentoring.models import MODELS
from plugins.mentoring.numbers import activities, telling
from plugins.mentoring.numbers.papers import ANNEX
from plugins.mentoring.pages import MODULE
from plugins.mentoring.tables.cases import KEEPERS
from plugins.mentoring.teacher_support import life_cycle as support_life
from plugins.mentoring.views import blueprint as routes

# Whom the module concerns at all; what each sees of it, the tables' visible_to() says.
STAFF = dict.fromkeys((PRINCIPAL, COORDINATOR, TEACHER), ANY)


@hookimpl
def module() -> Module:
    return Module(
        label=_("Giúp đỡ học sinh"),
        summary=_("Học sinh được đề cử, đồng ý của gia đình, người kèm, nhật ký kèm, nhóm bồi dưỡng, trao tặng."),
        icon="heart-handshake",
    )


@hookimpl
def blueprint() -> Blueprint:
    return routes


@hookimpl
def models() -> Sequence[type]:
    return MODELS


@hookimpl
def permissions() -> Sequence[Permission]:
    def permission(verb: str, label: str, **grants: str) -> Permission:
        return Permission(name=f"mentoring.{verb}", label=label, grants=grants)

    return [
        permission("view", _("Xem phần giúp đỡ học sinh"), **STAFF),
        permission(
            "nominate", _("Đề cử học sinh"), **dict.fromkeys((PRINCIPAL, COORDINATOR, TEACHER, HOMEROOM), SCHOOL)
        ),
        permission("coordinate", _("Điều phối việc kèm học sinh"), **dict.fromkeys((PRINCIPAL, COORDINATOR), SCHOOL)),
        permission("erase", _("Xóa dữ liệu của học sinh"), **{PRINCIPAL: SCHOOL}),
        permission("restricted", _("Xem ghi chú hạn chế"), **dict.fromkeys((PRINCIPAL, COUNSELLOR), SCHOOL)),
        permission("mentor", _("Nhận kèm học sinh"), **STAFF),
        permission("teacher_support", _("Xét hỗ trợ giáo viên khó khăn"), **dict.fromkeys((PRINCIPAL, UNION), SCHOOL)),
        permission(
            "numbers",
            _("Xem số liệu giúp đỡ học sinh"),
            **dict.fromkeys((LEADER, OFFICER, PRINCIPAL, COORDINATOR), ANY),
        ),
        permission("open", _("Mở hồ sơ học sinh của trường trong đơn vị"), **dict.fromkeys((LEADER, OFFICER), ANY)),
    ]


@hookimpl
def activity_kinds() -> Sequence[ActivityKind]:
    return list(activities.KINDS.values())


@hookimpl
def report_sections(
    programme: Any, pairing: Any, district: Any, starts_on: date, ends_on: date
) -> Iterable[ReportSection]:
    return telling.report_sections(programme, pairing, district, starts_on, ends_on)


@hookimpl
def documents() -> Sequence[PaperKind]:
    return [CONSENT, DIARY, SUMMARY, ENROLMENT, HAND_OVER, ANNEX]


@hookimpl
def workflows() -> Sequence[Workflow]:
    return [
        case_life.LIFE_CYCLE,
        handover_life.LIFE_CYCLE,
        match_life.LIFE_CYCLE,
        group_life.LIFE_CYCLE,
        aid_life.LIFE_CYCLE,
        support_life.LIFE_CYCLE,
    ]


@hookimpl
def nav_items(actor: Actor) -> Iterable[NavItem]:
    if actor.seen_by is not None:
        return
    yield NavItem(
        label=_("Giúp học sinh"),
        endpoint="mentoring.cases",
        icon="heart-handshake",
        order=15,
        permission="mentoring.view",
    )
    if actor.school_id is None:
        yield NavItem(
            label=_("Giúp học sinh"),
            endpoint="mentoring.numbers",
            icon="heart-handshake",
            order=15,
            permission="mentoring.numbers",
        )


@hookimpl
def notice_kinds() -> Sequence[NoticeKind]:
    return [
        openings.NOTICE,
        NoticeKind(
            key=reminders.REMINDER,
            label=_("Nhắc ghi nhật ký kèm"),
            delivery=AT_ONCE,
            permission="mentoring.mentor",
        ),
        NoticeKind(
            key=IMPORTANT,
            label=_("Nhật ký kèm có việc cần xem ngay"),
            delivery=AT_ONCE,
            permission="mentoring.coordinate",
        ),
    ]


@hookimpl
def duties(district: District, day: date) -> Iterable[str]:
    """Whether or not the module is on: consents that end, children to be forgotten; sums of what pairs did."""
    yield from upkeep.duties(district, day)
    yield from activities.record_all(district, day)


@hookimpl
def panels(place: str, subject: object, actor: Actor) -> Iterable[Panel]:
    """Sums; on the home page the children whom one helps, by their codes, and what a coordinator has to look after."""
    yield from telling.panels(place, subject, actor)
    if place != "home" or actor.school_id is None or actor.seen_by is not None:
        return
    if rows := mentor_queries.pupils(actor):
        yield Panel(
            key="pupils",
            title=_("Học sinh tôi kèm"),
            template="mentoring/mentors/_panel.html",
            context={"rows": rows, "states": match_life.STATE_LABELS},
        )
    if actor.role in KEEPERS and (stats := pile.stats(actor)):
        yield Panel(
            key="pile",
            title=_("Giúp đỡ học sinh: việc cần xem"),
            template="mentoring/logs/_panel.html",
            context={"stats": stats},
        )


@hookimpl
def calendar_items(actor: Actor, start: date, end: date) -> Iterable[CalendarItem]:
    return dates.items(actor, start, end)


@hookimpl
def daily(district: District, day: date) -> Iterable[str]:
    """Reviews that are due; times planned, logs asked for, pauses that end."""
    yield from upkeep.reviews_due(district, day)
    yield from reminders.work(district, day)
    if count := groups.fall_due_all(district):
        yield f"{count} groups wait for their summary"


@hookimpl
def module_changed(district: District, module: str, enabled: bool) -> None:
    if module == MODULE and not enabled:
        upkeep.tell_of_duties(district)


@hookimpl
def school_merged(school: School, successor: School) -> None:
    mergers.take_over(school, successor)


@hookimpl
def open_work(school: School) -> Iterable[OpenWork]:
    return splits.open_work(school)


@hookimpl
def work_moved(school: School, successor: School, chosen: Mapping[str, Collection[int]]) -> None:
    splits.hand_over(school, successor, chosen)


@hookimpl
def units_changed(moves: Moves) -> None:
    moving.follow(moves)


@hookimpl
def person_erased(person: Person) -> None:
    personal.forget(person)


@hookimpl
def person_exported(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    cases = {heading: rows for heading, rows in copies.known_of(person).items() if rows}
    return {**cases, **personal.known_of(person)}


@hookimpl
def demo_data(canaries: bool) -> None:
    demo.build(canaries)
