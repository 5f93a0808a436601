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
    GROUP_HEAD,
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
    School,
    SearchResult,
    Workflow,
    export_job,
    hookimpl,
)
from intranet.api import lazy_gettext as _
from plugins.professional_development import demo, demo_life, mergers, personal, searching, splits
from plugins.professional_development.credits import certificates, papers
from plugins.professional_development.difficulties import exports as difficulties
from plugins.professional_development.difficulties import life_cycle as difficulty_life
from plugins.professional_development.feedback import rules as feedback
from plugins.professional_development.lesson_studies import life_cycle as study_life
from plugins.professional_development.lesson_studies import papers as study_papers
from plugins.professional_development.models import MODELS, Session, Theme
from plugins.professional_development.numbers import views as numbers
from plugins.professional_development.pages import MODULE
from plugins.professional_development.practices import exports as practices
from plugins.professional_development.practices import life_cycle as practice_life
from plugins.professional_development.sessions import dates, effects, kinds, queries, reminders
from plugins.professional_development.sessions import exports as sessions
from plugins.professional_development.sessions import life_cycle as session_life
from plugins.professional_development.sessions import papers as session_papers
from plugins.professional_development.sessions.queries import Filters
from plugins.professional_development.themes import moving as theme_moving
from plugins.professional_development.views import blueprint as routes

EVERYONE = (LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER, VIEWER)
WRITERS = {OFFICER: DISTRICT, LEADER: DISTRICT, PRINCIPAL: SCHOOL, COORDINATOR: SCHOOL}


@hookimpl
def module() -> Module:
    return Module(
        label=_("Sinh hoạt chuyên môn"),
        summary=_("Tiết dạy minh họa, chuyên đề, nghiên cứu bài học, mô hình hay; điểm danh, góp ý, ghi nhận số tiết."),
        icon="graduation-cap",
    )


@hookimpl
def blueprint() -> Blueprint:
    return routes


@hookimpl
def models() -> Sequence[type]:
    return MODELS


@hookimpl
def permissions() -> Sequence[Permission]:
    def name(verb: str) -> str:
        return f"professional_development.{verb}"

    return [
        Permission(name=name("view"), label=_("Xem sinh hoạt chuyên môn"), grants=dict.fromkeys(EVERYONE, ANY)),
        Permission(
            name=name("join"),
            label=_("Đăng ký, góp ý, nêu khó khăn"),
            grants=dict.fromkeys((LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER), ANY),
        ),
        Permission(name=name("organise"), label=_("Tổ chức buổi sinh hoạt"), grants={**WRITERS, GROUP_HEAD: SCHOOL}),
        Permission(
            name=name("credit"),
            label=_("Xác nhận số tiết"),
            grants={PRINCIPAL: SCHOOL, LEADER: DISTRICT, OFFICER: DISTRICT},
        ),
        Permission(
            name=name("records"),
            label=_("Xem hồ sơ bồi dưỡng của người trong đơn vị"),
            grants={PRINCIPAL: SCHOOL, OFFICER: DISTRICT, LEADER: DISTRICT},
        ),
        Permission(
            name=name("write"),
            label=_("Viết mô hình hay, nghiên cứu bài học"),
            grants={**WRITERS, TEACHER: SCHOOL},
        ),
        Permission(name=name("office"), label=_("Điều phối của phòng"), grants={OFFICER: DISTRICT, LEADER: DISTRICT}),
    ]


@hookimpl
def workflows() -> Sequence[Workflow]:
    return [session_life.LIFE_CYCLE, difficulty_life.LIFE_CYCLE, study_life.LIFE_CYCLE, practice_life.LIFE_CYCLE]


@hookimpl
def activity_kinds() -> Sequence[ActivityKind]:
    return kinds.activity_kinds()


@hookimpl
def activities() -> Iterable[ActivityFacts]:
    return [effects.facts(session) for session in Session.select().where(Session.held_on.is_null(False))]


@hookimpl
def documents() -> Sequence[PaperKind]:
    return [*session_papers.KINDS_OF_PAPER, *study_papers.KINDS_OF_PAPER, papers.CERTIFICATE, papers.RECORD]


@hookimpl
def job_kinds() -> Sequence[JobKind]:
    return [
        JobKind(
            key=certificates.ISSUE,
            label=_("Cấp giấy chứng nhận"),
            handler=certificates.issue_all,
            piecewise=True,
        ),
        JobKind(
            key=sessions.EXPORT.kind, label=_("Xuất Excel các buổi sinh hoạt"), handler=export_job(sessions.EXPORT)
        ),
        JobKind(
            key=difficulties.EXPORT.kind,
            label=_("Xuất Excel khó khăn, vướng mắc"),
            handler=export_job(difficulties.EXPORT),
        ),
        JobKind(key=practices.EXPORT.kind, label=_("Xuất Excel mô hình hay"), handler=export_job(practices.EXPORT)),
        *(
            JobKind(key=export.kind, label=_("Xuất Excel số liệu chuyên môn"), handler=export_job(export))
            for export in numbers.EXPORTS.values()
        ),
    ]


@hookimpl
def notice_kinds() -> Sequence[NoticeKind]:
    return [
        NoticeKind(key=effects.NEWS, label=_("Buổi sinh hoạt mà tôi đăng ký"), delivery=AT_ONCE),
        NoticeKind(key=effects.REMINDER, label=_("Nhắc buổi sinh hoạt sắp diễn ra"), delivery=AT_ONCE),
    ]


@hookimpl
def nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_("Chuyên môn"),
            endpoint="professional_development.index",
            icon="graduation-cap",
            order=14,
            permission="professional_development.view",
        )
    ]


@hookimpl
def panels(place: str, subject: object, actor: Actor) -> Iterable[Panel]:
    filters = {
        "home": lambda: Filters(when="upcoming", state="open"),
        "school": lambda: Filters(when="all", school_id=subject.id),
        "pairing": lambda: Filters(when="all", pairing_id=subject.id),
    }
    if place in filters:
        yield Panel(
            key="sessions",
            title=_("Sinh hoạt chuyên môn"),
            template="professional_development/sessions/_panel.html",
            context={
                "rows": queries.for_panel(actor, filters[place]()),
                "kinds": kinds.KINDS,
                "states": session_life.STATE_LABELS,
            },
        )


@hookimpl
def search(actor: Actor, query: str, limit: int) -> Iterable[SearchResult]:
    return searching.found(actor, query, limit)


@hookimpl
def calendar_items(actor: Actor, start: date, end: date) -> Iterable[CalendarItem]:
    return dates.items(actor, start, end)


@hookimpl
def daily(district: District, day: date) -> Iterable[str]:
    """Reminders of what comes tomorrow, and what closes by itself."""
    if count := reminders.remind(district, day):
        yield f"reminded of {count} sessions"
    if count := feedback.close_overdue(district, day):
        yield f"feedback of {count} sessions closed"


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
    theme_moving.follow(moves)


@hookimpl
def person_erased(person: Person) -> None:
    personal.forget(person)


@hookimpl
def person_exported(person: Person) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return personal.known_of(person)


@hookimpl
def module_changed(district: District, module: str, enabled: bool) -> None:
    """Guests learn what becomes of their sessions; a district that begins has the programme's own themes."""
    if module != MODULE:
        return
    effects.switched(district, enabled)
    if enabled and not Theme.select().where(Theme.district == district).exists():
        Theme.insert_many(
            [{"district": district, "label": label, "position": place} for place, label in enumerate(kinds.THEMES)]
        ).execute()


@hookimpl
def demo_data(canaries: bool) -> None:
    demo.build(canaries)
    if not canaries:
        demo_life.build()
