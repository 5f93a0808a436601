"""The log of everything done: who may read what of it, its filters, one act with its values, the Excel file."""

import ast
import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intranet.history.labels import ACTION_LABELS
from intranet.kernel.jobs import run_due
from intranet.registry.districts import District
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared import audit
from intranet.shared.audit import AuditEntry
from intranet.testing import parse
from intranet.web import exports

SOURCES = Path(__file__).parents[2] / "intranet"
NOON = datetime(2026, 3, 16, 5, 0)
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def person(username):
    return Person.get(Person.username == username)


def school(code="01008508"):
    return School.get(School.code == code)


@pytest.fixture
def act(app):
    """``act("school.update", record, "hm.chuyenvien", at=…, changes=…)``: an entry of the log; the log begins empty.

    The entries that the demo left lie far in the past.
    """

    def record(action, subject, username=None, at=NOON, changes=None):
        with app.app_context():
            doer = person(username).id if username else None
            entry = AuditEntry.get_by_id(audit.record(action, subject, person_id=doer, changes=changes))
            moved = {"at": at, "id": entry.id + 1_000_000, "address": "203.0.113.9"}
            copy = {name: getattr(entry, name) for name in AuditEntry._meta.sorted_field_names} | moved
            made = AuditEntry.insert(**copy).execute()
            audit.AuditValue.update(entry=moved["id"]).where(audit.AuditValue.entry == entry.id).execute()
            return made

    return record


def rows(page):
    """[act, record, who] of each line."""
    return [[cell.text for cell in row.find_all(["th", "td"])[:3]] for row in page.select("#list tbody tr")]


DAY = "from=16/03/2026&to=16/03/2026"


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.lanhdao", 200),
        ("hm.chuyenvien", 200),
        ("hm.hieutruong", 200),
        ("admin", 200),
        ("hm.dieuphoi", 403),
        ("hm.giaovien", 403),
        ("hm.xem", 403),
    ],
)
def test_the_log_is_for_those_who_answer_for_a_place(cast, username, status):
    assert [cast(username).get(url).status_code for url in ("/audit", "/audit/export.xlsx")] == [status, status]


def test_an_office_sees_its_district_a_principal_the_school_an_administrator_everything(cast, act):
    other = School.select().where(School.district == school().district, School.id != school().id).first()
    act("school.update", school(), "hm.chuyenvien")
    act("school.figures", other, "hm.chuyenvien")
    act("school.tags", School.get(School.code == "01281503"), "uh.chuyenvien")
    found = {
        name: {line[0] for line in rows(cast(name).soup(f"/audit?{DAY}"))}
        for name in ("hm.lanhdao", "hm.hieutruong", "uh.lanhdao", "admin")
    }
    here, beside, away = "Sửa hồ sơ", "Sửa số liệu năm học", "Sửa thế mạnh và nhu cầu"
    assert found == {
        "hm.lanhdao": {here, beside},
        "hm.hieutruong": {here},
        "uh.lanhdao": {away},
        "admin": {here, beside, away},
    }


def test_a_line_tells_what_on_what_who_and_when_and_leads_there(cast, act):
    entry_id = act("school.update", school(), "hm.chuyenvien")
    line = cast("hm.lanhdao").soup(f"/audit?{DAY}").select_one("#list tbody tr")
    cells = [cell.text for cell in line.find_all(["th", "td"])]
    assert cells == ["Sửa hồ sơ", school().name, person("hm.chuyenvien").name, "16/03/2026 12:00"]
    assert [link["href"] for link in line.find_all("a")][:2] == [f"/audit/{entry_id}", f"/schools/{school().id}"]


def test_what_nobody_did_was_done_by_a_command_on_the_server(cast, act):
    act("school.update", school())
    assert rows(cast("hm.lanhdao").soup(f"/audit?{DAY}"))[0][2] == "Lệnh trên máy chủ"


def test_only_administrators_see_from_where(cast, act):
    entry_id = act("school.update", school(), "hm.chuyenvien")
    shown = {
        name: ["203.0.113.9" in cast(name).get(url).text for url in (f"/audit?{DAY}", f"/audit/{entry_id}")]
        for name in ("hm.lanhdao", "admin")
    }
    assert shown == {"hm.lanhdao": [False, False], "admin": [True, True]}


@pytest.fixture
def three(act):
    """Three acts on three days by two people and a command."""
    act("school.update", school(), "hm.chuyenvien", NOON)
    act("person.update", person("hm.giaovien"), "hm.lanhdao", NOON + timedelta(days=1))
    act("module.on", District.get(District.code == "HM"), None, NOON + timedelta(days=2))


MARCH = "from=16/3/2026&to=20/3/2026"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (MARCH, ["Bật mô-đun", "Sửa hồ sơ", "Sửa hồ sơ"]),
        ("from=17/03/2026&to=18/03/2026", ["Bật mô-đun", "Sửa hồ sơ"]),
        ("to=16/03/2026&from=16/03/2026", ["Sửa hồ sơ"]),
        (f"{MARCH}&act=module.on", ["Bật mô-đun"]),
        (f"{MARCH}&kind=person", ["Sửa hồ sơ"]),
        (f"{MARCH}&person=0", ["Bật mô-đun"]),
        (f"{MARCH}&person={{officer}}", ["Sửa hồ sơ"]),
        (f"{MARCH}&who={{leader}}", ["Sửa hồ sơ"]),
        (f"{MARCH}&who=khong co ai", []),
        (f"{MARCH}&school={{school}}&kind=school", ["Sửa hồ sơ"]),
        (f"{MARCH}&kind=school&id={{school}}", ["Sửa hồ sơ"]),
        (f"{MARCH}&id={{school}}&kind=person", []),
        (f"{MARCH}&act=nothing.known", []),
    ],
)
def test_each_filter_leaves_what_fits(cast, three, query, found):
    names = {
        "officer": person("hm.chuyenvien").id,
        "leader": person("hm.lanhdao").name,
        "school": school().id,
    }
    page = cast("hm.lanhdao").soup(f"/audit?{query.format(**names)}")
    assert [line[0] for line in rows(page)] == found


def test_what_is_filtered_stands_in_chips_that_take_it_away(cast, three):
    officer = person("hm.chuyenvien")
    query = f"person={officer.id}&kind=school&act=school.update&from=16/03/2026&to=17/03/2026"
    chips = cast("hm.lanhdao").soup(f"/audit?{query}").select(".chip")
    assert [chip.span.text for chip in chips] == [
        f"Người làm: {officer.name}",
        "Loại bản ghi: Trường",
        "Việc: Sửa hồ sơ",
        "Từ ngày: 16/03/2026",
        "Đến ngày: 17/03/2026",
    ]
    assert "kind=" not in chips[1]["href"]


def test_the_name_of_somebody_who_did_nothing_here_is_not_told(cast, three):
    stranger = person("uh.lanhdao")
    page = cast("hm.hieutruong").soup(f"/audit?person={stranger.id}")
    assert (page.select_one(".chip b").text, stranger.name in page.text) == ("?", False)


@pytest.mark.parametrize("query", ["act=x", "kind=A", "person=x", "id=x", "school=x", "before=-1", "act=a.b;c"])
def test_a_wrong_address_is_refused(cast, query):
    assert cast("hm.lanhdao").get(f"/audit?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=31/02/2026", "Ngày 31/02/2026 không có trong lịch."),
        ("to=mai", "Ngày phải có dạng ngày/tháng/năm, ví dụ 05/09/2026."),
        ("from=02/01/2026&to=01/01/2026", "Ngày cuối không thể trước ngày đầu."),
    ],
)
def test_a_day_that_is_none_is_named_and_kept_in_the_form(cast, query, sentence):
    answer = cast("hm.lanhdao").get(f"/audit?{query}")
    page = parse(answer.text)
    assert (answer.status_code, page.select_one("#problems p").text) == (422, sentence)
    assert page.find(attrs={"aria-invalid": "true"})["value"] in query
    assert cast("hm.lanhdao").get(f"/audit/export.xlsx?{query}").status_code == 422


def test_a_long_log_goes_on_and_back_page_by_page(cast, act):
    for minute in range(60):
        act("school.update", school(), "hm.chuyenvien", NOON + timedelta(minutes=minute))
    leader = cast("hm.lanhdao")
    first = leader.soup(f"/audit?{DAY}&kind=school")
    second = leader.soup(first.find(id="pager-next")["href"])
    back = leader.soup(second.find(id="pager-prev")["href"])
    assert [len(rows(page)) for page in (first, second, back)] == [50, 10, 50]
    assert (first.find(id="pager-prev"), second.find(id="pager-next"), back.find(id="pager-prev")) == (None, None, None)
    assert [page.find(id="count").text for page in (first, second)] == ["60 dòng", "60 dòng"]
    assert back.select_one("#list").text == first.select_one("#list").text


def test_an_empty_log_says_what_to_do(cast, act):
    assert cast("hm.lanhdao").soup("/audit?from=01/01/1990&to=02/01/1990").select_one(".empty h2").text == (
        "Không có việc nào khớp"
    )


CHANGES = {"phone": ("+84912345678", "+84987654321"), "note": ("Kín", "Kín hơn"), "gender": ("F", "M")}


@pytest.mark.parametrize(
    ("username", "gender", "note"),
    [("hm.lanhdao", ["Nữ", "Nam"], ["Kín", "Kín hơn"]), ("hm.hieutruong", ["Nữ", "Nam"], ["–", "đã thay đổi"])],
)
def test_an_act_shows_its_values_as_far_as_the_record_s_history_does(cast, act, username, gender, note):
    entry_id = act("person.update", person("hm.giaovien"), "hm.chuyenvien", changes=CHANGES)
    page = cast(username).soup(f"/audit/{entry_id}")
    table = {row.th.text: [cell.text for cell in row.find_all("td")] for row in page.select("tbody tr")}
    assert table == {
        "Điện thoại": ["0912 345 678", "0987 654 321"],
        "Ghi chú nội bộ": note,
        "Giới tính": gender,
    }
    assert page.select_one(".page-title .actions a")["href"] == f"/history/person/{person('hm.giaovien').id}"


def test_of_a_person_who_went_elsewhere_a_principal_reads_no_values(cast, act):
    teacher = person("hm.giaovien")
    entry_id = act("person.update", teacher, "hm.chuyenvien", changes=CHANGES)
    away = person("uh.giaovien")
    Person.update(district=away.district_id, school=away.school_id).where(Person.id == teacher.id).execute()
    page = cast("hm.hieutruong").soup(f"/audit/{entry_id}")
    assert {row.find_all("td")[1].text for row in page.select("tbody tr")} == {"đã thay đổi"}
    assert page.select_one(".page-title .actions a") is None


def test_the_values_of_a_module_s_records_are_its_own_matter(cast, act):
    from notice_board.models import Note

    entry_id = act("notice_board.change", Note.select().first(), "hm.chuyenvien", changes={"text": ("Cũ", "Mới")})
    page = cast("admin").soup(f"/audit/{entry_id}")
    assert (page.h1.text, [cell.text for cell in page.select("tbody td")]) == (
        "Thay đổi trong mô-đun Bảng tin",
        ["–", "đã thay đổi"],
    )


@pytest.mark.parametrize("username", ["uh.lanhdao", "hm2.hieutruong"])
def test_an_act_elsewhere_is_not_found(cast, act, username):
    entry_id = act("school.update", school(), "hm.chuyenvien")
    assert [cast(username).get(url).status_code for url in (f"/audit/{entry_id}", "/audit/999999")] == [404, 404]


def table(body):
    sheet = load_workbook(BytesIO(body)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(place for place, line in enumerate(lines) if line[0] == "STT")
    return lines[head], lines[head + 1 :], sheet


def test_the_file_holds_exactly_what_is_filtered(cast, three):
    header, lines, _sheet = table(cast("hm.lanhdao").get(f"/audit/export.xlsx?{MARCH}&kind=school").data)
    assert header == ["STT", "Thời điểm", "Người làm", "Việc", "Loại bản ghi", "Bản ghi", "Số bản ghi"]
    officer = person("hm.chuyenvien").name
    assert lines == [[1, "16/03/2026 12:00", officer, "Sửa hồ sơ", "Trường", school().name, school().id]]


def test_the_file_of_an_administrator_tells_from_where(cast, three):
    header, lines, _sheet = table(cast("admin").get(f"/audit/export.xlsx?{MARCH}&kind=school").data)
    assert (header[-1], lines[0][-1]) == ("Địa chỉ máy", "203.0.113.9")


def test_a_long_log_is_written_by_a_job(app, cast, three, monkeypatch):
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    leader = cast("hm.lanhdao")
    job = leader.submit(f"/audit/export.xlsx?{MARCH}", "export").headers["Location"]
    with app.app_context():
        run_due()
    assert len(table(leader.get(f"{job}/file").data)[1]) == 3


def test_reading_the_log_writes_nothing(cast, three, queries):
    leader = cast("hm.lanhdao")
    with queries() as run:
        leader.get(f"/audit?{MARCH}")
    assert [sql for sql in run if not sql.lstrip("(").startswith(("SELECT", "WITH", "BEGIN", "COMMIT"))] == []


def acts_in_the_source():
    """Every action that some call records: given to audit.record, or to a function that hands it on."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES.rglob("*.py")]
    # {function: place or name of the argument that is the action}
    hands_on = {"record": (0, "action"), "record_many": (0, "action")}
    found = set()
    while True:
        before = len(hands_on), len(found)
        for tree in trees:
            for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
                names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
                for action in actions_given(function, hands_on):
                    if isinstance(action, ast.Name) and action.id in names:
                        hands_on.setdefault(function.name, (names.index(action.id), action.id))
                    found |= set(texts(action))
        if before == (len(hands_on), len(found)):
            return found


def actions_given(tree, hands_on):
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", None))
        if name not in hands_on:
            continue
        place, keyword = hands_on[name]
        yield from [argument.value for argument in call.keywords if argument.arg == keyword]
        if place < len(call.args):
            yield call.args[place]


def texts(node):
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
        yield node.value


def test_every_act_in_the_source_has_a_sentence(app):
    found = acts_in_the_source()
    assert {"school.update", "person.transfer", "module.off", "job.again"} <= found
    assert {action for action in found if action not in ACTION_LABELS} == set()


def test_every_export_has_a_sentence(app):
    from intranet.kernel import jobs

    assert {kind for kind in jobs.kinds() if kind.endswith(".export") and kind not in ACTION_LABELS} == set()


def test_the_log_is_in_the_navigation_of_its_readers(cast):
    found = {
        name: cast(name).soup("/").select_one('nav a[href="/audit"]') is not None
        for name in ("hm.lanhdao", "hm.giaovien")
    }
    assert found == {"hm.lanhdao": True, "hm.giaovien": False}


def test_days_are_those_of_vietnam(cast, act):
    act("school.update", school(), "hm.chuyenvien", datetime(2026, 3, 15, 17, 0))
    act("school.update", school(), "hm.chuyenvien", datetime(2026, 3, 16, 17, 0))
    assert len(rows(cast("hm.lanhdao").soup(f"/audit?{DAY}"))) == 1
