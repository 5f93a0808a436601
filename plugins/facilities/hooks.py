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
    DISTRICT,
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
)
from intranet.api import lazy_gettext as _
from plugins.facilities import closings, demo, mergers, moving, personal, splits
from plugins.facilities.donations import life_cycle as donation_life
from plugins.facilities.donations import papers as donation_papers
from plugins.facilities.donations import upkeep as donation_upkeep
from plugins.facilities.matching import rules as matching
from plugins.facilities.matching.rules import FIT
from plugins.facilities.models import MODELS
from plugins.facilities.needs import life_cycle as need_life
from plugins.facilities.needs import telling, upkeep
from plugins.facilities.needs.exports import EXPORT as NEEDS
from plugins.facilities.numbers import telling as numbers
from plugins.facilities.numbers.exports import EXPORTS as NUMBERS
from plugins.facilities.offers import effects, reminders
from plugins.facilities.offers import life_cycle as offer_life
from plugins.facilities.offers import papers as offer_papers
from plugins.facilities.offers.exports import EXPORT as OFFERS
from plugins.facilities.pages import MODULE
from plugins.facilities.proposals import life_cycle as proposal_life
from plugins.facilities.proposals import papers as proposal_papers
from plugins.facilities.reviews import life_cycle as review_life
from plugins.facilities.reviews import papers as review_papers
from plugins.facilities.reviews import telling as reviews
from plugins.facilities.shortage.exports import EXPORT as SHORTAGE
from plugins.facilities.standard import life_cycle as standard_life
from plugins.facilities.standard import papers as standard_papers
from plugins.facilities.views import blueprint as routes

EVERYONE = (LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER, VIEWER)
OFFICE = {LEADER: DISTRICT, OFFICER: DISTRICT}
KEEPERS = {PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL}


@hookimpl
def module() -> Module:
    return Module(
        label=_("Cơ sở vật chất"),
        summary=_("Rà soát, nhu cầu, hỗ trợ và giao nhận, tài trợ, đề xuất đầu tư, trường chuẩn quốc gia."),
        icon="armchair",
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
        return Permission(name=f"facilities.{verb}", label=label, grants=grants)

    return [
        permission("view", _("Xem phần cơ sở vật chất"), dict.fromkeys(EVERYONE, ANY)),
        permission("review", _("Nhập rà soát cơ sở vật chất"), {**KEEPERS, TEACHER: SCHOOL}),
        permission("check", _("Mở đợt rà soát, kiểm tra, trả lại, khóa"), OFFICE),
        permission("need", _("Lập nhu cầu của trường"), KEEPERS),
        permission("verify", _("Thẩm định, công bố nhu cầu"), OFFICE),
        permission("offer", _("Hỗ trợ trường khác, giao nhận"), {**KEEPERS, OFFICER: DISTRICT}),
        permission("donation", _("Lập kế hoạch vận động, quản lý người tài trợ"), {**KEEPERS, **OFFICE}),
        permission("propose", _("Lập hồ sơ đề xuất với Ủy ban nhân dân"), OFFICE),
        permission("standard", _("Tự đánh giá trường chuẩn quốc gia"), {**KEEPERS, **OFFICE}),
        permission("numbers", _("Xem số liệu cơ sở vật chất"), {**KEEPERS, **OFFICE}),
    ]


@hookimpl
def workflows() -> Sequence[Workflow]:
    return [
        need_life.LIFE_CYCLE,
        offer_life.LIFE_CYCLE,
        review_life.LIFE_CYCLE,
        standard_life.LIFE_CYCLE,
        donation_life.LIFE_CYCLE,
        proposal_life.LIFE_CYCLE,
    ]


@hookimpl
def activity_kinds() -> Sequence[ActivityKind]:
    return effects.ACTIVITY_KINDS


@hookimpl
def activities() -> Iterable[ActivityFacts]:
    return effects.all_facts()


@hookimpl
def documents() -> Sequence[PaperKind]:
    return [
        *(review_papers.MINUTES, review_papers.SHORTAGE, standard_papers.REPORT),
        *(offer_papers.HAND_OVER, offer_papers.THANK_YOU),
        *(donation_papers.USE_PLAN, donation_papers.SETTLEMENT, proposal_papers.SUBMISSION),
    ]


@hookimpl
def nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_("Cơ sở vật chất"),
            endpoint="facilities.index",
            icon="armchair",
            order=17,
            permission="facilities.view",
        )
    ]


@hookimpl
def job_kinds() -> Sequence[JobKind]:
    return [
        JobKind(key=SHORTAGE.kind, label=_("Xuất Excel số còn thiếu"), handler=export_job(SHORTAGE)),
        JobKind(key=NEEDS.kind, label=_("Xuất Excel nhu cầu"), handler=export_job(NEEDS)),
        JobKind(key=OFFERS.kind, label=_("Xuất Excel hỗ trợ, giao nhận"), handler=export_job(OFFERS)),
        *(
            JobKind(key=export.kind, label=_("Xuất Excel số liệu cơ sở vật chất"), handler=export_job(export))
            for export in NUMBERS.values()
        ),
    ]


@hookimpl
def notice_kinds() -> Sequence[NoticeKind]:
    return [
        NoticeKind(
            key=FIT, label=_("Nhu cầu và nguồn hỗ trợ phù hợp"), delivery=AT_ONCE, permission="facilities.offer"
        ),
        NoticeKind(
            key=reminders.DUE_BACK,
            label=_("Nhắc ngày trả lại đồ mượn"),
            delivery=AT_ONCE,
            permission="facilities.offer",
        ),
        NoticeKind(key=reminders.NEWS, label=_("Lượt hỗ trợ tạm ngừng, tiếp tục"), permission="facilities.offer"),
        reviews.NOTICE,
    ]


@hookimpl
def panels(place: str, subject: object, actor: Actor) -> Iterable[Panel]:
    """Needs that call for help; on a school's page what it has and lacks; for an office what its schools ask for."""
    yield from telling.panels(place, subject, actor)
    yield from numbers.panels(place, actor)
    yield from reviews.panels(place, subject, actor)


@hookimpl
def report_sections(
    programme: Any, pairing: Any, district: Any, starts_on: date, ends_on: date
) -> Iterable[ReportSection]:
    return numbers.report_sections(programme, pairing, district, starts_on, ends_on)


@hookimpl
def search(actor: Actor, query: str, limit: int) -> Iterable[SearchResult]:
    return telling.found(actor, query, limit)


@hookimpl
def calendar_items(actor: Actor, start: date, end: date) -> Iterable[CalendarItem]:
    yield from reminders.dates(actor, start, end)
    yield from reviews.dates(actor, start, end)


@hookimpl
def module_changed(district: District, module: str, enabled: bool) -> None:
    if module == MODULE:
        reminders.switched(district, enabled)


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
    return personal.known_of(person)


@hookimpl
def daily(district: District, day: date) -> Iterable[str]:
    """Closed schools; needs whose day is over, loans due back, rounds that are due soon, postings that are over."""
    yield from closings.work(district)
    if count := upkeep.expire(district, day):
        yield f"{count} needs expired"
    if count := matching.close_overdue(district.id, day):
        yield f"{count} supplies closed"
    if count := reminders.remind(district, day):
        yield f"reminded of {count} loans"
    yield from reviews.remind(district, day)
    yield from donation_upkeep.work(district, day)


@hookimpl
def demo_data(canaries: bool) -> None:
    demo.build(canaries)
