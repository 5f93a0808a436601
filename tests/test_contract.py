"""The plugin contract: documented with exact signatures, defended hook by hook."""

import inspect
import re
import typing
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docx import Document
from notice_board import rules
from notice_board.models import Note, Plan
from openpyxl import load_workbook
from peewee import OperationalError

from intranet import api, contributions, hookspecs
from intranet.contributions import (
    ANY,
    DISTRICT,
    SCHOOL,
    CalendarItem,
    Module,
    Panel,
    Permission,
    ReportSection,
    ReportTable,
)
from intranet.kernel import jobs
from intranet.kernel.clock import midnight, today
from intranet.kernel.plugins import PluginError, Plugins, require, url_segment
from intranet.people.erasure import erase_person
from intranet.people.rules import leave_for_good
from intranet.registry.districts import District, DistrictModule
from intranet.registry.people import (
    ADMINISTRATOR,
    HOMEROOM,
    PRINCIPAL,
    TEACHER,
    UNION,
    VIEWER,
    Function,
    Person,
)
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.schools.life_cycle import merge_school
from intranet.shared import activities
from intranet.shared.access import Actor, Permissions
from intranet.shared.audit import AuditEntry
from intranet.shared.modules import DailyFailed, do_daily, plugins
from intranet.shared.unit_moves import Moves
from intranet.shared.waiting import Waiting

DOCUMENT = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text(encoding="utf-8")
CLASSES = (hookspecs.Boot, hookspecs.District, hookspecs.Record)
HOOKS = {name: hook for spec in CLASSES for name, hook in vars(spec).items() if not name.startswith("_")}


def signature(name, hook):
    """``name(argument: type) -> type`` as it stands in the documentation."""
    hints = {key: _type_name(hint) for key, hint in typing.get_type_hints(hook).items()}
    arguments = [f"{key}: {hints[key]}" for key in inspect.signature(hook).parameters if key != "self"]
    return f"{name}({', '.join(arguments)}) -> {hints['return']}"


def _type_name(hint):
    if hint is type(None):
        return "None"
    return re.sub(r"[\w.]+\.(\w+)", r"\1", str(hint)) if typing.get_args(hint) else hint.__name__


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented_with_its_exact_signature(name):
    assert f"#### `{signature(name, HOOKS[name])}`" in DOCUMENT


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test_of_its_name(name):
    assert f"test_hook_{name}" in globals()


def test_nothing_is_documented_that_does_not_exist():
    assert set(re.findall(r"^#### `(\w+)\(", DOCUMENT, re.M)) == set(HOOKS)


def test_hook_module(cast):
    row = cast("hm.chuyenvien").soup("/admin/modules").find(attrs={"data-module": "notice_board"})
    assert (row.h3.text, row.p.text) == ("Bảng tin", "Thông báo của phòng cho các trường.")


def test_hook_blueprint(cast):
    assert cast("hm.giaovien").soup("/notice-board/").h1.text == "Bảng tin"


def test_hook_models(app):
    assert Note.select().count() == 2


def test_hook_workflows(app):
    found = [workflow.name for module, workflow in app.extensions["workflows"] if module == "notice_board"]
    assert found == ["notice_board_plan"]


def test_hook_activity_kinds(app):
    kind = app.extensions["activities"].kinds["notice_board.plan"]
    assert (str(kind.label), str(kind.unit)) == ("Kế hoạch chung", "buổi")


def test_hook_notice_kinds(app, cast):
    officer, teacher = cast("hm.chuyenvien"), cast("hm.giaovien")
    officer.submit("/notice-board/new", "note", {"title": "Nghỉ học vì bão", "urgent": "y"})
    notice = teacher.soup("/notices").select_one("[data-notice]")
    assert notice.find(attrs={"lang": "vi"}).text == "Nghỉ học vì bão"
    assert notice.find(class_="soft").text.endswith(" · Tin khẩn trên bảng tin")
    shown = [line.find(attrs={"lang": "vi"}).text for line in officer.soup("/notices").select("[data-notice]")]
    assert "Nghỉ học vì bão" not in shown


def test_hook_job_kinds(app, cast, switch):
    with app.app_context():
        district, person = District.get(District.code == "HM"), Person.get(Person.username == "hm.chuyenvien")
        started = {"district_id": district.id, "person_id": person.id}
        done = api.enqueue("notice_board.sum_up", {"back": "/notice-board/"}, **started)
    assert cast("hm.chuyenvien").soup(f"/jobs/{done.id}").h1.text == "Đếm tin"
    with app.app_context():
        jobs.run_due()
        assert Note.select().where(Note.title ** "Bảng có % tin").count() == 1
    assert cast("hm.chuyenvien").get(f"/jobs/{done.id}").headers["Location"] == "/notice-board/"
    switch("notice_board", "HM", False)
    with app.app_context():
        refused = api.enqueue("notice_board.sum_up", {}, **started)
        jobs.run_due()
        assert Note.select().where(Note.title ** "Bảng có % tin").count() == 1
        assert jobs.Job.get_by_id(refused.id).problem == "Mô-đun “Bảng tin” đã tắt."


def test_hook_documents(cast, switch):
    note = Note.get(Note.title == "Họp giao ban Quận Hoàng Mai")
    address = f"/papers/notice_board.note/{note.id}.docx"
    texts = [p.text for p in Document(BytesIO(cast("hm.giaovien").get(address).data)).paragraphs]
    assert ["THÔNG BÁO", "Họp giao ban Quận Hoàng Mai", note.body] == [text for text in texts if text]
    assert cast("uh.chuyenvien").get(address).status_code == 404
    switch("notice_board", "HM", False)
    assert cast("hm.giaovien").get(address).status_code == 404


def test_hook_activities(app):
    with app.app_context():
        assert list(activities.check()) == []
        school = School.select().first()
        plan = rules.add_plan(school, school.id, "Dạy chung", person_id=None)
        Plan.update(state="held").where(Plan.id == plan.id).execute()
        assert list(activities.check()) == [f"notice_board plan-{plan.id}: missing"]


@pytest.fixture
def editor(app):
    """``editor(code, starts_on)``: the teacher of Hoàng Mai edits the notice board in the school of that code."""

    def give(code, starts_on=None):
        teacher = Person.get(Person.username == "hm.giaovien")
        place = School.get(School.code == code)
        Function.create(person=teacher, school=place, kind="notice_board.editor", starts_on=starts_on)

    return give


def test_hook_functions(app, cast, editor):
    assert str(app.extensions["permissions"].functions["notice_board.editor"]) == "Biên tập bảng tin"
    assert cast("hm.giaovien").get("/notice-board/new").status_code == 403
    editor("01008508")
    assert cast("hm.giaovien").get("/notice-board/new").status_code == 200


def test_a_function_counts_in_its_own_school_and_time_only(app, cast, editor):
    editor("01008401")
    editor("01008508", today() + timedelta(days=1))
    assert cast("hm.giaovien").get("/notice-board/new").status_code == 403


@pytest.mark.parametrize(
    ("role", "functions", "reach"),
    [
        (TEACHER, (), SCHOOL),
        (TEACHER, (HOMEROOM,), SCHOOL),
        (TEACHER, (HOMEROOM, UNION), ANY),
        (VIEWER, (), None),
        (VIEWER, (HOMEROOM,), None),
        (VIEWER, (UNION,), ANY),
        (PRINCIPAL, (UNION,), ANY),
        (ADMINISTRATOR, (), ANY),
    ],
)
def test_role_and_functions_reach_as_far_as_the_widest(role, functions, reach):
    permissions = Permissions()
    grants = {PRINCIPAL: DISTRICT, TEACHER: SCHOOL, UNION: ANY}
    permissions.add(Permission(name="meals.see", label="Xem bữa ăn", grants=grants))
    actor = Actor(person_id=1, role=role, functions=frozenset(functions))
    assert permissions.reach(actor, "meals.see") == reach


@pytest.mark.parametrize("grants", [{"cook": ANY}, {TEACHER: "everywhere"}])
def test_a_permission_for_an_unknown_role_function_or_reach_is_refused(grants):
    with pytest.raises(ValueError, match="permission meals"):
        Permissions().add(Permission(name="meals.see", label="Xem bữa ăn", grants=grants))


@pytest.mark.parametrize("key", [HOMEROOM, "meals." + "x" * 40])
def test_a_function_is_declared_once_and_fits_its_column(key):
    with pytest.raises(ValueError, match=key):
        Permissions().add_function(contributions.Function(key=key, label="Nấu ăn"))


def test_hook_permissions(cast):
    statuses = [cast(name).get("/notice-board/new").status_code for name in ("hm.chuyenvien", "hm.giaovien")]
    assert statuses == [200, 403]


def test_hook_nav_items(cast):
    links = [link.text.strip() for link in cast("hm.giaovien").soup("/").select("nav.side a")]
    assert links == [
        "Trang chủ",
        "Cặp kết nghĩa",
        "Lịch",
        "Chuyên môn",
        "Giúp học sinh",
        "Trường",
        "Cơ sở vật chất",
        "Chuyển đổi số",
        "Chương trình",
        "Danh bạ",
        "Bảng tin",
    ]


def test_hook_panels(cast):
    panel = cast("hm.giaovien").soup("/").find(attrs={"data-panel": "notice_board.notes"})
    assert panel.p.text == "1 tin. Xem bảng tin"


def test_a_panel_is_answered_by_itself(cast):
    panel = BeautifulSoup(cast("hm.giaovien").get("/panels/home/0/notice_board/notes").text, "lxml")
    assert panel.find(attrs={"data-panel": "notice_board.notes"}).p.text == "1 tin. Xem bảng tin"


def test_hook_search(cast):
    found = cast("hm.giaovien").soup("/search?q=giao+ban+quan").find(attrs={"data-panel": "search.modules"})
    assert [link.text for link in found.select("li a")] == ["Họp giao ban Quận Hoàng Mai"]


def test_hook_daily(app, switch, caplog):
    caplog.set_level("INFO", "intranet.plugins")
    switch("notice_board", "UH", False)
    with app.app_context():
        for code in ("HM", "UH"):
            rules.add_note(District.get(District.code == code).id, "Nghỉ học vì bão", "", urgent=True, person_id=None)
        caplog.clear()
        do_daily(today())
    done = [record.facts for record in caplog.records if record.message == "daily"]
    assert done == [{"module": "notice_board", "district": "HM", "done": "reminded of 1 urgent notes"}]


def test_hook_duties(app, switch):
    """What the law asks for is done where the module is off, too."""
    switch("notice_board", "UH", False)
    with app.app_context():
        for code in ("HM", "UH"):
            note = rules.add_note(District.get(District.code == code).id, "Tin", "", person_id=None)
            Note.update(signature="Người đã đi").where(Note.id == note.id).execute()
        do_daily(today())
    assert Note.select().where(Note.signature == "Người đã đi").count() == 0


def test_a_module_that_fails_in_its_days_work_keeps_no_other_from_it_and_is_tried_again(app, monkeypatch):
    reminded = []

    def remind(district_id, day):
        reminded.append(district_id)
        raise RuntimeError("the second thoughts of a module")

    monkeypatch.setattr(rules, "remind", remind)
    monkeypatch.setattr(app.extensions["plugins"], "reraise", False)
    with app.app_context(), pytest.raises(DailyFailed, match="notice_board"):
        do_daily(today())
    assert len(reminded) == District.select().count()


def test_a_busy_database_is_no_reason_to_give_up_a_days_work_of_modules(app, monkeypatch):
    def remind(district_id, day):
        raise OperationalError("database is locked")

    monkeypatch.setattr(rules, "remind", remind)
    monkeypatch.setattr(app.extensions["plugins"], "reraise", False)
    with app.app_context(), pytest.raises(OperationalError, match="notice_board"):
        do_daily(today())


def test_hook_report_sections(app, cast, switch):
    page = cast("hm.hieutruong").submit("/reports/new", "report", {"school_year": "2023-2024"}).headers["Location"]
    assert "Kế hoạch chung" not in cast("hm.hieutruong").soup(page).find("article").text
    pair = Pairing.get_by_id(Report.get_by_id(int(page.rsplit("/", 1)[1])).pairing_id)
    with app.app_context():
        plan = rules.add_plan(pair.first_school, pair.second_school_id, "Dạy chung bài 5", person_id=None)
        Plan.update(state="held", state_since=datetime(2023, 12, 5)).where(Plan.id == plan.id).execute()
    cast("hm.hieutruong").submit(f"{page}/refill", "refill")
    paper = cast("hm.hieutruong").soup(page).find("article")
    assert "Hai trường đã thực hiện 1 kế hoạch chung." in [line.text for line in paper.find_all("p")]
    assert [cell.text for cell in paper.find("h4", string="4. Kế hoạch chung").find_next("tbody").find_all("td")] == [
        "05/12/2023",
        "Dạy chung bài 5",
    ]
    switch("notice_board", "HM", False)
    cast("hm.hieutruong").submit(f"{page}/refill", "refill")
    assert "Kế hoạch chung" not in cast("hm.hieutruong").soup(page).find("article").text


def test_hook_calendar_items(app, cast):
    first, second = School.get(School.code == "01008508"), School.get(School.code == "01281503")
    start = midnight(date(2026, 12, 9)) + timedelta(hours=8)
    with app.app_context():
        plan = rules.add_plan(first, second.id, "Dạy chung", starts_at=start, person_id=None)
    shown = {
        name: [link["href"] for link in cast(name).soup("/calendar/day/2026-12-09").select("[data-module] a")]
        for name in ("hm.hieutruong", "uh.hieutruong", "hm2.hieutruong", "uh.chuyenvien")
    }
    here = [f"/notice-board/plans/{plan.id}"]
    assert shown == {"hm.hieutruong": here, "uh.hieutruong": here, "hm2.hieutruong": [], "uh.chuyenvien": []}


@pytest.mark.parametrize(
    "times",
    [
        {"start": datetime(2026, 12, 9, 8), "end": datetime(2026, 12, 9, 7)},
        {"start": date(2026, 12, 9), "end": date(2026, 12, 8)},
        {"start": date(2026, 12, 9), "end": datetime(2026, 12, 9, 8)},
        {"start": datetime(2026, 12, 9, 8, tzinfo=UTC)},
    ],
)
def test_a_calendar_item_whose_times_make_no_sense_is_refused(times):
    with pytest.raises(ValueError, match="calendar item Họp"):
        CalendarItem(title="Họp", url="/", **times)


def test_hook_module_changed(app, switch):
    Note.delete().execute()
    switch("notice_board", "HM", False)
    switch("notice_board", "HM", True)
    assert [(note.title, note.district.code) for note in Note.select()] == [("Chào mừng", "HM")]


def test_hook_school_merged(app):
    school, successor, other = School.select().order_by(School.district, School.id).limit(3)
    with app.app_context():
        plan = rules.add_plan(school, other.id, "Dạy chung", person_id=None)
        assert Waiting.select().where(Waiting.school == school).exists()
        merge_school(school, successor, person_id=None)
    assert Plan.get_by_id(plan.id).first_school_id == successor.id
    ours = Waiting.select().where(Waiting.module == "notice_board", Waiting.school == school)
    assert ours.count() == 0


def test_hook_units_changed(app):
    school = School.get(School.code == "01008508")
    other = District.get(District.code == "UH")
    moves = Moves(change_id=0, on=today(), schools={school.id: (school.district_id, other.id)}, heirs={})
    with app.app_context():
        plugins().notify("units_changed", moves=moves)
    told = Note.select().where(Note.title == "Sắp xếp đơn vị")
    assert [note.district_id for note in told] == [other.id]


def test_hook_open_work(app, cast, switch):
    school, successor, other = School.select().order_by(School.district, School.id).limit(3)
    with app.app_context():
        rules.add_plan(school, other.id, "Dạy chung", person_id=None)
    page = f"/schools/{school.id}/merge?successor={successor.id}"
    assert "Kế hoạch (1)" in cast("hm.chuyenvien").get(page).text
    assert "Dạy chung" in cast("hm.chuyenvien").get(f"/schools/{school.id}/split").text
    switch("notice_board", "HM", False)
    assert "Kế hoạch (1)" not in cast("hm.chuyenvien").get(page).text


def test_hook_work_moved(app, split_off):
    school = School.get_by_id(Person.get(Person.username == "hm.giaovien").school_id)
    other = School.select().where(School.id != school.id).first()
    with app.app_context():
        goes, stays = (rules.add_plan(school, other.id, title, person_id=None) for title in ("Dạy chung", "Thư viện"))
    _old, new = split_off("hm.giaovien", work=[f"notice_board:plan:{goes.id}"])
    assert [Plan.get_by_id(plan.id).first_school_id for plan in (goes, stays)] == [new.id, school.id]


def test_hook_person_erased(app):
    teacher = Person.get(Person.username == "hm.giaovien")
    with app.app_context():
        note = rules.add_note(teacher.district_id, "Thư viện mở cửa", "Từ 7 giờ.", person_id=teacher.id)
        leave_for_good(teacher, on=today() - timedelta(days=1), reason="left", person_id=None)
        erase_person(teacher, person_id=None, reason="Theo yêu cầu.")
    kept = Note.get_by_id(note.id)
    assert (kept.title, kept.author_id, kept.signature) == ("Thư viện mở cửa", teacher.id, "")


def test_hook_person_exported(app, cast):
    teacher = Person.get(Person.username == "hm.giaovien")
    with app.app_context():
        rules.add_note(teacher.district_id, "Thư viện mở cửa", "Từ 7 giờ.", person_id=teacher.id)
    copy = cast("hm.giaovien").get(f"/people/{teacher.id}/copy.json").json
    assert copy["Bảng tin: Tin đã đăng"] == [{"Tin": "Thư viện mở cửa"}]


def test_hook_demo_data(app):
    assert {note.body for note in Note.select() if note.title.startswith("Họp")} == {"CANARY-HM", "CANARY-UH"}


# --- the gate ---


def test_a_module_switched_off_disappears_there_at_the_next_click_and_stays_elsewhere(cast):
    officer, other = cast("hm.chuyenvien"), cast("uh.giaovien")
    answer = officer.submit("/admin/modules", "off", within="[data-module=notice_board]")
    assert answer.status_code == 303
    assert officer.get("/notice-board/").status_code == 404
    assert "Bảng tin" not in [link.text.strip() for link in officer.soup("/").select("nav a")]
    assert officer.soup("/").find(attrs={"data-panel": "notice_board.notes"}) is None
    assert officer.get("/panels/home/0/notice_board/notes").status_code == 404
    assert officer.soup("/search?q=giao+ban+quan").find(attrs={"data-panel": "search.modules"}) is None
    assert other.get("/notice-board/").status_code == 200
    assert other.soup("/").find(attrs={"data-panel": "notice_board.notes"}) is not None


def test_switching_off_keeps_the_data_and_is_audited(cast):
    before = Note.select().count()
    cast("hm.chuyenvien").submit("/admin/modules", "off", within="[data-module=notice_board]")
    officer = Person.get(Person.username == "hm.chuyenvien")
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert Note.select().count() == before
    assert (entry.action, entry.person_id, entry.subject_type) == ("module.off", officer.id, "district")


def test_only_the_own_districts_switches_can_be_set(cast):
    other = District.get(District.code == "UH")
    token = cast("hm.chuyenvien").csrf("/account")
    address = f"/admin/modules/{other.id}/notice_board"
    answer = cast("hm.chuyenvien").post(address, data={"csrf_token": token, "action": "off"})
    assert answer.status_code == 404
    assert DistrictModule.get(DistrictModule.district == other).enabled is True


@pytest.mark.parametrize(("module", "action", "status"), [("nowhere", "on", 404), ("notice_board", "maybe", 422)])
def test_an_unknown_module_or_action_is_refused(cast, module, action, status):
    own = District.get(District.code == "HM")
    token = cast("hm.chuyenvien").csrf("/account")
    address = f"/admin/modules/{own.id}/{module}"
    answer = cast("hm.chuyenvien").post(address, data={"csrf_token": token, "action": action})
    assert answer.status_code == status


# --- a plugin that fails ---


@pytest.fixture
def isolated(app, monkeypatch):
    """As in production: a failing plugin is logged and not raised."""
    monkeypatch.setattr(app.extensions["plugins"], "reraise", False)


def failing_hook(monkeypatch, app, hook):
    def fail(**_arguments):
        raise RuntimeError("boom")

    monkeypatch.setitem(app.extensions["plugins"]._callers, ("notice_board", hook), fail)


@pytest.mark.parametrize("hook", ["panels", "nav_items"])
def test_a_failing_plugin_costs_its_own_part_only(app, cast, isolated, monkeypatch, hook):
    failing_hook(monkeypatch, app, hook)
    page = cast("hm.giaovien").soup("/")
    assert page.h1.text == "Chào thầy/cô Phạm Ngọc Bích"
    assert (page.find(attrs={"data-panel": "notice_board.failed"}) is not None) == (hook == "panels")


def test_a_panel_whose_template_fails_is_a_card_that_says_so(app, cast, isolated, monkeypatch):
    broken = Panel(key="notes", title="Bảng tin", template="notice_board/missing.html")
    monkeypatch.setitem(app.extensions["plugins"]._callers, ("notice_board", "panels"), lambda **_: [[broken]])
    card = cast("hm.giaovien").soup("/").find(attrs={"data-panel": "notice_board.failed"})
    assert card.h2.text == "Bảng tin"


def test_a_failing_plugin_is_raised_under_test(app, cast, monkeypatch):
    browser = cast("hm.giaovien")
    failing_hook(monkeypatch, app, "panels")
    with pytest.raises(RuntimeError, match="boom"):
        browser.get("/")


def test_a_record_hook_that_fails_undoes_the_switch(app, cast, monkeypatch):
    token = cast("hm.chuyenvien").csrf("/account")
    own = District.get(District.code == "HM")
    failing_hook(monkeypatch, app, "module_changed")
    address = f"/admin/modules/{own.id}/notice_board"
    with pytest.raises(RuntimeError, match="boom"):
        cast("hm.chuyenvien").post(address, data={"csrf_token": token, "action": "off"})
    assert DistrictModule.get(DistrictModule.district == own).enabled is True


# --- the start fails loudly ---


def test_a_broken_rule_names_plugin_and_cause():
    with pytest.raises(PluginError, match="plugin notice_board: its blueprint is called other"):
        require(False, "notice_board", "its blueprint is called other")


def test_a_withheld_module_is_not_offered(app):
    plugins = Plugins(CLASSES, withheld=("notice_board",))
    assert plugins.names == ("digital", "facilities", "matching", "mentoring", "professional_development")


def test_names_become_addresses_by_one_function():
    assert url_segment("professional_development") == "professional-development"


def test_contributions_are_frozen():
    card = Module(label="Bảng tin", summary="", icon="pin")
    with pytest.raises(AttributeError):
        card.label = "khác"
    assert ANY == "any"


def test_a_plugin_gives_its_list_as_an_excel_file(cast):
    link = cast("hm.giaovien").soup("/notice-board/").find(id="export")
    answer = cast("hm.giaovien").get(link["href"])
    rows = list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert rows[3:] == [
        ("STT", "Tiêu đề", "Nội dung", "Khẩn"),
        (1, "Họp giao ban Quận Hoàng Mai", "CANARY-HM", None),
    ]


def test_a_panel_may_depend_on_its_subject(cast):
    own = School.get(School.code == "01008508")
    other = School.get(School.code == "01281503")
    shown = [
        cast("hm.giaovien").soup(f"/schools/{school.id}").find(attrs={"data-panel": "notice_board.notes"}) is not None
        for school in (own, other)
    ]
    assert shown == [True, False]


def test_a_report_keeps_what_a_module_had_told_while_it_fails(app, cast, isolated, monkeypatch):
    officer = cast("hm.chuyenvien")
    page = officer.submit("/reports/new", "report", {"school_year": "2023-2024"}).headers["Location"]
    failing_hook(monkeypatch, app, "report_sections")
    refill = officer.soup(f"{page}/refill")
    assert [note.text.strip() for note in refill.select(".notice.warn")] == [
        "Một mô-đun chưa cho số liệu. Mục của mô-đun đó giữ như cũ."
    ]
    assert refill.find("form", {"data-form": "refill"}) is None
    assert officer.soup(page).find("article").find("h4", string="6. Bảng tin") is not None


@pytest.mark.parametrize(
    "section",
    [
        ReportSection(key="k" * 31, heading="Quá dài", text=""),
        ReportSection(key="rows", heading="Lệch", text="", tables=(ReportTable(columns=("A", "B"), rows=(("1",),)),)),
    ],
)
def test_a_section_that_no_report_can_hold_costs_itself_only(app, cast, isolated, monkeypatch, section):
    given = {("notice_board", "report_sections"): lambda **_: [[section]]}
    monkeypatch.setattr(app.extensions["plugins"], "_callers", {**app.extensions["plugins"]._callers, **given})
    officer = cast("hm.chuyenvien")
    page = officer.submit("/reports/new", "report", {"school_year": "2023-2024"}).headers["Location"]
    assert section.heading not in officer.soup(page).find("article").text
