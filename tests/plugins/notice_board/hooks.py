"""The identity card and everything that the notice board contributes."""

from datetime import timedelta

from intranet.api import (
    ANY,
    AT_ONCE,
    COORDINATOR,
    DISTRICT,
    LEADER,
    OFFICER,
    PRINCIPAL,
    TEACHER,
    VIEWER,
    CalendarItem,
    District,
    Function,
    JobKind,
    Module,
    NavItem,
    NoticeKind,
    OpenWork,
    Panel,
    Permission,
    ReportSection,
    ReportTable,
    SearchResult,
    fold,
    hookimpl,
    midnight,
    register_checklist_use,
)
from notice_board import rules
from notice_board.life_cycle import KIND, LIFE_CYCLE, facts
from notice_board.models import Note, Plan
from notice_board.papers import NOTE
from notice_board.views import blueprint as routes

# Checklists of this use can be kept on the core's pages.
register_checklist_use("notice_board.quality", "Thang 4725")
EVERYONE = (LEADER, OFFICER, PRINCIPAL, COORDINATOR, TEACHER, VIEWER)


@hookimpl
def module():
    return Module(label="Bảng tin", summary="Thông báo của phòng cho các trường.", icon="pin")


@hookimpl
def blueprint():
    return routes


@hookimpl
def models():
    return [Note, Plan]


@hookimpl
def functions():
    return [Function(key="notice_board.editor", label="Biên tập bảng tin")]


@hookimpl
def permissions():
    return [
        Permission(name="notice_board.view", label="Xem bảng tin", grants=dict.fromkeys(EVERYONE, ANY)),
        Permission(
            name="notice_board.write",
            label="Đăng tin",
            grants={OFFICER: DISTRICT, "notice_board.editor": DISTRICT},
        ),
    ]


@hookimpl
def workflows():
    return [LIFE_CYCLE]


@hookimpl
def activity_kinds():
    return [KIND]


@hookimpl
def documents():
    return [NOTE]


@hookimpl
def activities():
    return [facts(plan) for plan in Plan.select().where(Plan.state == "held")]


@hookimpl
def notice_kinds():
    return [NoticeKind(key=rules.NEWS, label="Tin khẩn trên bảng tin", delivery=AT_ONCE)]


@hookimpl
def job_kinds():
    return [JobKind(key="notice_board.sum_up", label="Đếm tin", handler=rules.sum_up)]


@hookimpl
def nav_items():
    return [NavItem(label="Bảng tin", endpoint="notice_board.index", icon="pin", permission="notice_board.view")]


@hookimpl
def panels(place, subject, actor):
    if place == "school" and subject.district_id != actor.district_id:
        return
    count = Note.select().where(Note.district == actor.district_id).count()
    yield Panel(key="notes", title="Bảng tin", template="notice_board/_panel.html", context={"count": count})


@hookimpl
def search(actor, query, limit):
    notes = Note.select().where(Note.visible_to(actor), Note.search_text.contains(fold(query))).limit(limit)
    return [SearchResult(title=note.title, url=f"/notice-board/{note.id}") for note in notes]


@hookimpl
def daily(district, day):
    return [f"reminded of {count} urgent notes" for count in rules.remind(district.id, day)]


@hookimpl
def duties(district):
    if count := rules.forget_signatures(district.id):
        yield f"{count} signatures forgotten"


@hookimpl
def report_sections(pairing, district, starts_on, ends_on):
    if pairing is None:
        count = Note.select().where(Note.district == district).count()
        text = f"Phòng đã đăng {count} tin trên bảng tin."
        return [ReportSection(key="notes", heading="Bảng tin", text=text)]
    plans = rules.held_plans(pairing, starts_on, ends_on)
    if not plans:
        return []
    table = ReportTable(columns=("Ngày", "Kế hoạch"), rows=tuple((f"{day:%d/%m/%Y}", title) for day, title in plans))
    text = f"Hai trường đã thực hiện {len(plans)} kế hoạch chung."
    return [ReportSection(key="plans", heading="Kế hoạch chung", text=text, tables=(table,))]


@hookimpl
def calendar_items(actor, start, end):
    first, last = midnight(start), midnight(end + timedelta(days=1))
    plans = Plan.select().where(Plan.starts_at >= first, Plan.starts_at < last, Plan.state != "dropped")
    condition = Plan.visible_to(actor)
    for plan in plans if condition is None else plans.where(condition):
        yield CalendarItem(
            title=plan.title,
            start=plan.starts_at,
            url=f"/notice-board/plans/{plan.id}",
            key=f"plan-{plan.id}",
            school_ids=(plan.first_school_id, plan.second_school_id),
        )


@hookimpl
def module_changed(district, module, enabled):
    if module == "notice_board" and enabled and not Note.select().where(Note.district == district).exists():
        rules.add_note(district.id, "Chào mừng", "Bảng tin đã được bật.", person_id=None)


@hookimpl
def school_merged(school, successor):
    rules.take_over(school, successor)


@hookimpl
def units_changed(moves):
    if not moves.back:
        for district_id in sorted({after for _before, after in moves.schools.values()}):
            rules.add_note(district_id, "Sắp xếp đơn vị", "Các trường đã về đơn vị mới.", person_id=None)


@hookimpl
def open_work(school):
    plans = Plan.select(Plan.id, Plan.title).where(Plan.first_school == school, Plan.state != "held").order_by(Plan.id)
    return [OpenWork(kind="plan", id=id_, kind_label="Kế hoạch", label=title) for id_, title in plans.tuples()]


@hookimpl
def work_moved(school, successor, chosen):
    rules.hand_over(successor, chosen.get("plan", ()))


@hookimpl
def person_erased(person):
    rules.forget(person.id)


@hookimpl
def person_exported(person):
    return {"Tin đã đăng": [{"Tin": title} for title in rules.titles_of(person.id)]}


@hookimpl
def demo_data(canaries):
    for district in District.select():
        body = f"CANARY-{district.code}" if canaries else "Họp giao ban lúc 8 giờ."
        rules.add_note(district.id, f"Họp giao ban {district.name}", body, person_id=None)
