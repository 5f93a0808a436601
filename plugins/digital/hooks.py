"""The identity card and everything that the module contributes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint

from intranet.api import (
    ANY,
    COORDINATOR,
    DISTRICT,
    IT_CONTACT,
    LEADER,
    OFFICER,
    PRINCIPAL,
    SCHOOL,
    TEACHER,
    VIEWER,
    ActivityFacts,
    ActivityKind,
    Actor,
    CalendarItem,
    District,
    JobKind,
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
    SearchResult,
    Workflow,
    export_job,
    hookimpl,
    office_rounds,
)
from intranet.api import lazy_gettext as _
from plugins.digital import demo, mergers, personal, searching, splits
from plugins.digital.assessments import life_cycle as assessment_life
from plugins.digital.assessments import papers
from plugins.digital.assessments import telling as assessments
from plugins.digital.desk import effects as desk_effects
from plugins.digital.desk import exports as desk_exports
from plugins.digital.desk import life_cycle as desk_life
from plugins.digital.desk import telling as desk
from plugins.digital.desk import upkeep as desk_upkeep
from plugins.digital.models import MODELS, Assessment, Round
from plugins.digital.numbers import telling as numbers
from plugins.digital.pages import MODULE
from plugins.digital.plans import effects as plan_effects
from plugins.digital.plans import life_cycle as plan_life
from plugins.digital.plans import telling as plans
from plugins.digital.resources import life_cycle as resource_life
from plugins.digital.views import blueprint as routes

EVERYONE = (LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER, VIEWER)
OFFICE = {LEADER: DISTRICT, OFFICER: DISTRICT}
STAFF = dict.fromkeys((PRINCIPAL, COORDINATOR, TEACHER), SCHOOL)
KEEPERS = {PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL, IT_CONTACT: SCHOOL}


@hookimpl
def module() -> Module:
    return Module(
        label=_("Chuyển đổi số"),
        summary=_("Tự đánh giá mức độ chuyển đổi số, hỗ trợ CNTT giữa các trường, học liệu số."),
        icon="monitor-smartphone",
    )


@hookimpl
def blueprint() -> Blueprint:
    return routes


@hookimpl
def models() -> Sequence[type]:
    return MODELS


@hookimpl
def permissions() -> Sequence[Permission]:
    def permission(verb: str, label: str, grants: dict[str, str]) -> Permission:
        return Permission(name=f"digital.{verb}", label=label, grants=grants)

    return [
        permission("view", _("Xem phần chuyển đổi số"), dict.fromkeys(EVERYONE, ANY)),
        permission("assess", _("Tự đánh giá mức độ chuyển đổi số"), KEEPERS),
        permission("confirm", _("Xác nhận bản tự đánh giá của trường"), {PRINCIPAL: SCHOOL}),
        permission("check", _("Mở đợt đánh giá, chấm kiểm tra, công bố"), OFFICE),
        permission("request", _("Gửi yêu cầu hỗ trợ CNTT"), {**STAFF, OFFICER: DISTRICT}),
        permission("help", _("Giúp trường khác về CNTT"), {**dict.fromkeys(STAFF, ANY), OFFICER: ANY}),
        permission("desk", _("Điều phối yêu cầu hỗ trợ CNTT"), {**KEEPERS, **OFFICE}),
        permission("contribute", _("Gửi học liệu số"), {**STAFF, OFFICER: DISTRICT}),
        permission("review", _("Duyệt học liệu số"), {**KEEPERS, **OFFICE}),
        permission("numbers", _("Xem số liệu chuyển đổi số"), {**KEEPERS, **OFFICE}),
    ]


@hookimpl
def workflows() -> Sequence[Workflow]:
    return [assessment_life.LIFE_CYCLE, plan_life.LIFE_CYCLE, desk_life.LIFE_CYCLE, resource_life.LIFE_CYCLE]


@hookimpl
def activity_kinds() -> Sequence[ActivityKind]:
    return [*plan_effects.ACTIVITY_KINDS, *desk_effects.ACTIVITY_KINDS]


@hookimpl
def activities() -> Iterable[ActivityFacts]:
    return [*plan_effects.all_facts(), *desk_effects.all_facts()]


@hookimpl
def job_kinds() -> Sequence[JobKind]:
    return [
        JobKind(
            key=desk_exports.EXPORT.kind,
            label=_("Xuất Excel yêu cầu hỗ trợ CNTT"),
            handler=export_job(desk_exports.EXPORT),
        )
    ]


@hookimpl
def documents() -> Sequence[PaperKind]:
    return papers.KINDS


@hookimpl
def report_sections(
    programme: Any, pairing: Any, district: Any, starts_on: date, ends_on: date
) -> Iterable[ReportSection]:
    return plans.report_sections(programme, pairing, district, starts_on, ends_on)


@hookimpl
def nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_("Chuyển đổi số"),
            endpoint="digital.index",
            icon="monitor-smartphone",
            order=18,
            permission="digital.view",
        )
    ]


@hookimpl
def notice_kinds() -> Sequence[NoticeKind]:
    return [assessments.NOTICE, desk.NOTICE]


@hookimpl
def panels(place: str, subject: object, actor: Actor) -> Iterable[Panel]:
    yield from assessments.panels(place, subject, actor)
    yield from desk.panels(place, subject, actor)
    yield from numbers.panels(place, actor)


@hookimpl
def search(actor: Actor, query: str, limit: int) -> Iterable[SearchResult]:
    yield from assessments.found(actor, query, limit)
    yield from searching.found(actor, query, limit)


@hookimpl
def calendar_items(actor: Actor, start: date, end: date) -> Iterable[CalendarItem]:
    yield from assessments.dates(actor, start, end)


@hookimpl
def daily(district: District, day: date) -> Iterable[str]:
    """Rounds that are due soon; requests that go on to the office, close after silence, lost their helper."""
    yield from assessments.remind(district, day)
    yield from desk_upkeep.work(district, day)


@hookimpl
def module_changed(district: District, module: str, enabled: bool) -> None:
    if module == MODULE:
        desk_upkeep.switched(district, enabled)


@hookimpl
def school_merged(school: School, successor: School) -> None:
    mergers.take_over(school, successor)
    desk_upkeep.moved(school, successor)


@hookimpl
def open_work(school: School) -> Iterable[OpenWork]:
    return splits.open_work(school)


@hookimpl
def work_moved(school: School, successor: School, chosen: Mapping[str, Collection[int]]) -> None:
    splits.hand_over(school, successor, chosen)


@hookimpl
def units_changed(moves: Moves) -> None:
    """Each office goes on with the round of its own schools."""
    office_rounds.follow(moves, Round, Assessment.round, action="digital.round")


@hookimpl
def person_erased(person: Person) -> None:
    personal.forget(person)


@hookimpl
def person_exported(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return personal.known_of(person)


@hookimpl
def demo_data(canaries: bool) -> None:
    demo.build(canaries)
