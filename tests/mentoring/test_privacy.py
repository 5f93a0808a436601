"""No child's name or circumstance stands anywhere but, sealed, in its own column; nobody reads one who should not."""

import logging
import re
from io import BytesIO

import pytest

from intranet.cli.switches import route_table
from intranet.kernel import sealed, secret_fields
from intranet.kernel.database import database
from intranet.kernel.text import fold
from intranet.operations import data_keys, district_copy
from intranet.registry.districts import District
from intranet.registry.people import Person
from plugins.mentoring.models import MODELS
from plugins.mentoring.tables.cases import Case, CaseRead, Consent
from plugins.mentoring.tables.mentors import Match, Meeting
from tests.mentoring.conftest import CIRCUMSTANCE, FORM, GOAL, GUARDIAN, NAME
from tests.test_leaks import text_of

PDF = b"%PDF-1.4\n1 0 obj<</Title(Mang Cut da dong y)>>endobj\nstartxref\n9\n%%EOF\n"
TOLD = (
    NAME,
    "Măng Cụt",
    GUARDIAN,
    CIRCUMSTANCE,
    GOAL,
    "thăm nhà",
    "Nghi có bạo lực",
    "Em tiến bộ",
    "Mang Cut da dong y",
)
LOG, REASON = "Làm mười bài phân số", "Phụ huynh có đơn"
SECRETS = {word for text in (*TOLD, LOG, REASON) for word in (text, fold(text))}


def secrets_in(text):
    return sorted(word for word in SECRETS if word in text)


@pytest.fixture
def lived(cast, caplog):
    """A case that went through everything that its school does, on the pages; everything that was logged meanwhile."""
    caplog.set_level(logging.DEBUG)
    teacher, coordinator, principal = cast("hm.giaovien"), cast("hm.dieuphoi"), cast("hm.hieutruong")
    teacher.submit("/mentoring/cases/new", "nominate", {**FORM, "goals": GOAL})
    case = Case.get()
    home = f"/mentoring/cases/{case.id}"
    coordinator.submit(home, "step", verb="accept")
    agreed = {"giver": GUARDIAN, "relation": "mother", "scope": ["1", "2"], "child_agrees": "y", "way": "paper"}
    teacher.submit(f"{home}/consents/new", "consent", {**agreed, "scan": (BytesIO(PDF), f"{NAME}.pdf")})
    principal.submit(f"{home}/restricted", "note", {"text": "Nghi có bạo lực ở nhà"})
    coordinator.submit(f"{home}/edit", "case", {"tried": "Đã đến thăm nhà hai lần"})
    help_by_partner(cast, home)
    coordinator.submit(home, "step", verb="look_back")
    coordinator.submit(f"{home}/review", "review", {"summary": "Em tiến bộ nhiều", "decision": "go_on"})
    teacher.submit("/mentoring/cases/search", "search", {"name": NAME})
    # What is wrong comes back with what was typed, and is logged no more than what is right.
    teacher.submit("/mentoring/cases/new", "nominate", {**FORM, "goals": "", "name": NAME})
    opening = {"school": str(case.school_id), "reason": REASON}
    cast("hm.chuyenvien").submit("/mentoring/openings", "open", opening)
    assert (Case.get().state, Consent.select().count()) == ("active", 1)
    return Case.get()


def help_by_partner(cast, home):
    """A teacher of the partner school becomes the child's mentor, and writes of a time with the child."""
    mentor, coordinator = cast("uh.giaovien"), cast("hm.dieuphoi")
    mentor.submit("/mentoring/mentors/me", "profile", {"subjects": "Toán", "levels": ["4"], "offers": "y"})
    helper = Person.get(Person.username == "uh.giaovien")
    coordinator.submit(f"{home}/match/{helper.id}", "match", {"subject": "Toán", "unrelated": "y"})
    match = f"/mentoring/matches/{Match.get().id}"
    mentor.submit(f"{match}/accept", "accept", {"unrelated": "y", "silent": "y"})
    coordinator.submit(match, "step", verb="approve")
    mentor.submit(f"{match}/log", "log", {"done": LOG, "minutes": "45", "important": "y"})
    assert (Match.get().state, Meeting.select().count()) == ("active", 1)


def cells():
    """Every value of every table."""
    for table in database.get_tables():
        for row in database.execute_sql(f'SELECT * FROM "{table}"').fetchall():
            yield from ((table, str(value)) for value in row)


def test_a_dump_of_the_database_holds_no_name_and_no_circumstance(lived):
    assert [(table, secrets_in(text)) for table, text in cells() if secrets_in(text)] == []


def test_the_logs_hold_none(lived, caplog):
    records = caplog.get_records("setup")
    assert len(records) > 20
    told = "\n".join(f"{record.getMessage()} {getattr(record, 'facts', '')}" for record in records)
    assert secrets_in(told) == []


def test_the_files_hold_none(app, lived):
    directory = app.extensions["config"].files_directory.parent
    found = [
        path.name
        for path in directory.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in SECRETS)
    ]
    assert found == []


def addresses(app, case):
    """Every page of the module, of the case and of what belongs to it."""
    for row in route_table(app):
        if row["module"] == "mentoring" and "GET" in row["methods"]:
            address = row["rule"]
            # All are the first of their kind, and people are asked for by another's number.
            yield re.sub(r"<int:(\w+)>", lambda found: "5" if found[1] == "person_id" else str(case.id), address)


def plain_pages(app):
    """Every page of the core and of all modules that needs no number in its address; and the school's own."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments)
    yield from sorted({rule.rule for rule in rules})
    yield from ("/search?q=6A", "/audit?q=6A")


OTHERS = ["admin", "hm.lanhdao", "hm.chuyenvien", "hm.xem", "hm2.hieutruong", "hm2.giaovien", "uh.lanhdao"]
OTHERS += ["uh.chuyenvien", "uh.hieutruong", "uh.dieuphoi", "uh.giaovien", "uh2.hieutruong", "uh.xem", ""]


@pytest.mark.parametrize("username", OTHERS)
def test_no_page_of_any_other_role_shows_one(app, cast, lived, username):
    # The office opened the case, with a reason of its own: it reads what the school did, never who the child is.
    school = {CIRCUMSTANCE, fold(CIRCUMSTANCE), GOAL, fold(GOAL), "thăm nhà", "Em tiến bộ"}
    office = school if username == "hm.chuyenvien" else set()
    partner = {GOAL, LOG, fold(GOAL), fold(LOG)} if username == "uh.giaovien" else set()
    pages = [*addresses(app, lived), *plain_pages(app), f"/schools/{lived.school_id}", f"/history/case/{lived.id}"]
    for address in pages:
        answer = cast(username).get(address)
        allowed = office if address.startswith("/mentoring/openings/") else partner
        assert (address, answer.status_code < 500, set(secrets_in(text_of(answer))) - allowed) == (address, True, set())


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.hieutruong", "uh.giaovien"])
def test_an_administrator_who_looks_as_somebody_else_sees_no_room_of_the_module(app, cast, lived, username):
    browser = cast("admin")
    browser.submit(f"/people/{Person.get(Person.username == username).id}/see-as", "see-as")
    assert "Giúp học sinh" not in browser.soup("/").select_one("nav.side").text
    found = {address: browser.get(address) for address in [*addresses(app, lived), "/", "/calendar/list"]}
    assert {answer.status_code for address, answer in found.items() if "/mentoring" in address} <= {403, 404}
    assert [(address, secrets_in(answer.text)) for address, answer in found.items() if secrets_in(answer.text)] == []


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.dieuphoi", "hm.hieutruong"])
def test_keepers_pages_carry_no_name_in_title_path_and_file_name(app, cast, lived, username):
    browser = cast(username)
    for address in [*addresses(app, lived), *plain_pages(app)]:
        answer = browser.get(address)
        head = answer.text.partition("</title>")[0] if answer.mimetype == "text/html" else ""
        headers = f"{answer.headers} {answer.headers.get('Location', '')}"
        assert (address, secrets_in(head + headers)) == (address, [])


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.dieuphoi", "hm.hieutruong"])
def test_lists_home_notices_and_calendar_of_keepers_carry_codes_alone(app, cast, lived, username):
    shown = [(address, secrets_in(text_of(cast(username).get(address)))) for address in plain_pages(app)]
    assert [(address, words) for address, words in shown if words] == []
    assert lived.code in cast(username).get("/mentoring/cases").text


def test_a_copy_of_the_district_holds_none(app, lived, tmp_path):
    with app.app_context():
        district_copy.write(District.get(District.code == "HM"), app.extensions["components"], tmp_path / "copy")
    from openpyxl import load_workbook

    told = " ".join(
        str(value)
        for path in (tmp_path / "copy").glob("*.xlsx")
        for sheet in load_workbook(path, read_only=True).worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
    )
    assert "HS 6A-01" in told
    assert secrets_in(told) == []


@pytest.fixture
def lost_key(app, lived):
    """The file of keys is gone, and comes back afterwards."""
    path = app.extensions["config"].instance / sealed.FILE
    text = path.read_text()
    yield path
    path.write_text(text)
    sealed.configure(path.parent)


@pytest.mark.parametrize("left", ["", "0badc0de AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"])
def test_a_lost_or_wrong_key_is_said_plainly_and_nothing_is_overwritten(app, cast, lost_key, lived, left):
    lost_key.write_text(left)
    sealed.configure(lost_key.parent)
    before = Case.get().name
    browser = cast("hm.hieutruong")
    for address in (f"/mentoring/cases/{lived.id}", f"/mentoring/cases/{lived.id}/edit", "/mentoring/cases/search"):
        answer = browser.get(address)
        assert (answer.status_code, "Thiếu khóa dữ liệu" in answer.text) in ((503, True), (200, False))
    assert browser.get(f"/mentoring/cases/{lived.id}").status_code == 503
    with app.app_context():
        data_keys.begin(lost_key.parent)
    assert (lost_key.read_text(), Case.get().name) == (left, before)


def test_keys_renew_seals_everything_anew_and_doctor_finds_none_missing(app, lost_key, lived, cast):
    old = {Case.get().name.partition(".")[0], Consent.get().scan.partition(".")[0]}
    with app.app_context():
        count = data_keys.renew(lost_key.parent)
        new = {Case.get().name.partition(".")[0], Consent.get().scan.partition(".")[0]}
        assert (count > 8, len(new), old & new) == (True, 1, set())
        assert data_keys.missing_data_keys() == []
        assert data_keys.seal_all_anew() == 0
    answer = cast("hm.hieutruong").get(f"/mentoring/cases/{lived.id}/consents/{Consent.get().id}/scan")
    assert answer.data == PDF
    newest = lost_key.read_text().splitlines()[0]
    lost_key.write_text("\n".join(lost_key.read_text().splitlines()[1:]) + "\n")
    sealed.configure(lost_key.parent)
    with app.app_context():
        assert data_keys.missing_data_keys() == [newest.split()[0]]


def test_every_page_of_a_case_writes_down_who_read(app, cast, lived):
    """Whoever adds a page that shows something of a case without the door finds it here."""
    browser = cast("hm.hieutruong")
    for address in addresses(app, lived):
        if "/cases/" not in address or f"/{lived.id}" not in address:
            continue
        before = CaseRead.select().count()
        answer = browser.get(address)
        if answer.status_code == 200:
            assert (address, CaseRead.select().count() > before) == (address, True)


def test_erasing_a_child_leaves_nothing_sealed_behind_and_no_code(app, cast, lived):
    Case.update(free="0-30").execute()
    cast("hm.hieutruong").submit(f"/mentoring/cases/{lived.id}/erase", "erase", {"code": lived.code})
    left = [
        (model.__name__, column.name)
        for model, column in secret_fields.secret_columns(MODELS)
        if model.select().where(column != "").exists()
    ]
    gone = Case.get()
    assert (left, gone.code, gone.class_name, gone.free, gone.state) == ([], f"HS #{lived.id}", "", "", "anonymised")
    assert Match.get().state == "ended"
