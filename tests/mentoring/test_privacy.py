"""No child's name or circumstance stands anywhere but, sealed, in its own column; nobody reads one who should not."""

import logging
import re
from io import BytesIO

import pytest

from intranet.kernel import sealed, secret_fields
from intranet.kernel.database import database
from intranet.kernel.text import fold
from intranet.operations import data_keys, district_copy
from intranet.registry.districts import District
from intranet.registry.people import Person
from plugins.mentoring.models import MODELS
from plugins.mentoring.tables.aid import Aid, TeacherSupport
from plugins.mentoring.tables.cases import Case, CaseRead, Consent
from plugins.mentoring.tables.groups import GroupPupil
from plugins.mentoring.tables.mentors import Match, Meeting
from tests.mentoring.conftest import CIRCUMSTANCE, FORM, GOAL, GUARDIAN, NAME
from tests.mentoring.pages import TERM, addresses
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
# Of what is given, and of a teacher who asks for help.
GIVEN_TOLD = ("Nhà cách trường bảy cây số", "Bà nội em ký nhận")
TEACHER_TOLD = ("Con tôi nằm viện dài ngày", "Xin tạm ứng hai tháng lương", "Hai triệu đồng từ quỹ Công đoàn")
SECRETS = {word for text in (*TOLD, LOG, REASON, *GIVEN_TOLD, *TEACHER_TOLD) for word in (text, fold(text))}


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
    agreed = {"giver": GUARDIAN, "relation": "mother", "scope": ["1", "2", "4", "8"], "child_agrees": "y"}
    agreed["way"] = "paper"
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
    give_by_partner(cast, home)
    enrol_in_group(cast, case)
    ask_for_oneself(cast)
    # Papers and exports are made and sent; nothing of them stays behind.
    for address in ("papers/consent.docx", "papers/diary.docx", f"papers/terms/{TERM}.docx", "copy.xlsx"):
        assert (address, coordinator.get(f"{home}/{address}").status_code) == (address, 200)
    assert NAME in text_of(coordinator.get("/mentoring/aid/hand-over.docx"))
    assert (Case.get().state, Consent.select().count()) == ("active", 1)
    # What follows asks for thousands of pages: their statements need not be kept.
    caplog.set_level(logging.WARNING)
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


def give_by_partner(cast, home):
    """The partner school gives something that the child has, and something that waits to be handed over."""
    partner, (why, outcome) = Person.get(Person.username == "uh.hieutruong").school_id, GIVEN_TOLD
    asked = {"kind": "goods", "what": "Xe đạp", "quantity": "1", "giver": str(partner), "why": why}
    for _turn in range(2):
        cast("hm.giaovien").submit(f"{home}/aid", "aid", asked)
        here = f"/mentoring/aid/{Aid.select().order_by(Aid.id.desc()).get().id}"
        cast("hm.hieutruong").submit(here, "step")
        cast("uh.hieutruong").submit(here, "step")
    given = f"/mentoring/aid/{Aid.select().order_by(Aid.id).get().id}"
    cast("uh.hieutruong").submit(f"{given}/deliver", "deliver")
    cast("hm.dieuphoi").submit(f"{given}/acknowledge", "acknowledge", {"outcome": outcome})
    assert [aid.state for aid in Aid.select().order_by(Aid.id)] == ["acknowledged", "approved"]


def enrol_in_group(cast, case):
    """The child takes part in a group of both schools."""
    plan = {"kind": "gifted", "title": "Toán 6", "subject": "Toán", "grade": "6", "periods_a_week": "2"}
    pairing = Match.get().pairing_id
    days = {"starts_on": "01/12/2026", "ends_on": "31/05/2027", "pairing": str(pairing)}
    here = cast("hm.dieuphoi").submit("/mentoring/groups/new", "group", {**plan, **days}).location
    cast("hm.dieuphoi").submit(here, "step", verb="enrol")
    cast("hm.dieuphoi").submit(f"{here}/pupils/new", "pupil", {"code": case.code, "name": NAME})
    assert (GroupPupil.get().code, NAME in GroupPupil.get().name) == (case.code, False)


def ask_for_oneself(cast):
    """A teacher in hardship asks, and the principal writes down what is granted."""
    circumstances, asked, granted = TEACHER_TOLD
    teacher, texts = cast("hm.giaovien"), {"circumstances": circumstances, "asked": asked}
    teacher.submit("/mentoring/teacher-support/new", "support", texts)
    here = f"/mentoring/teacher-support/{TeacherSupport.get().id}/decision"
    assert cast("hm.hieutruong").submit(here, "decision", {"granted": granted}).status_code == 303


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


def plain_pages(app):
    """Every page of the core and of all modules that needs no number in its address; and the school's own."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments)
    yield from sorted({rule.rule for rule in rules})
    yield from ("/search?q=6A", "/audit?q=6A")


OFFICES = ["admin", "hm.lanhdao", "hm.chuyenvien", "uh.lanhdao", "uh.chuyenvien"]
PARTNERS = ["uh.hieutruong", "uh.dieuphoi", "uh.giaovien"]
STRANGERS = ["hm.xem", "hm2.hieutruong", "hm2.giaovien", "uh2.hieutruong", "uh.xem", ""]
# What tells of a child as a file; a list of hand-overs, a form and an annex tell strangers of none.
PRIVATE = re.compile(r"/cases/\d+/.*(docx|xlsx|scan)$|/pupils/\d+/form.docx$")


@pytest.mark.parametrize("others", [OFFICES, PARTNERS, STRANGERS], ids=["offices", "partners", "strangers"])
def test_no_page_paper_or_export_of_any_other_role_shows_one(app, cast, lived, others):
    looks = CaseRead.select().where(CaseRead.what.in_(("paper", "export", "scan"))).count()
    for username in others:
        look_everywhere(app, cast, lived, username)
    assert CaseRead.select().where(CaseRead.what.in_(("paper", "export", "scan"))).count() == looks


def look_everywhere(app, cast, lived, username):
    """Nothing of the child stands on any page, but what a mentor and an office with an opened case may read."""
    # The office opened the case, with a reason of its own: it reads what the school did, never who the child is.
    school = {CIRCUMSTANCE, fold(CIRCUMSTANCE), GOAL, fold(GOAL), "thăm nhà", "Em tiến bộ"}
    office = school if username == "hm.chuyenvien" else set()
    partner = {GOAL, LOG, fold(GOAL), fold(LOG)} if username == "uh.giaovien" else set()
    pages = [*addresses(app), *plain_pages(app), f"/schools/{lived.school_id}", f"/history/case/{lived.id}"]
    for address in pages:
        answer = cast(username).get(address)
        allowed = office if address.startswith("/mentoring/openings/") else partner
        told = set(secrets_in(text_of(answer))) - allowed
        assert (username, address, answer.status_code < 500, told) == (username, address, True, set())
        if PRIVATE.search(address):
            assert (username, address, answer.status_code in (302, 303, 403, 404)) == (username, address, True)


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.hieutruong", "uh.giaovien"])
def test_an_administrator_who_looks_as_somebody_else_sees_no_room_of_the_module(app, cast, lived, username):
    browser = cast("admin")
    browser.submit(f"/people/{Person.get(Person.username == username).id}/see-as", "see-as")
    assert "Giúp học sinh" not in browser.soup("/").select_one("nav.side").text
    found = {address: browser.get(address) for address in [*addresses(app), "/", "/calendar/list"]}
    assert {answer.status_code for address, answer in found.items() if "/mentoring" in address} <= {403, 404}
    assert [(address, secrets_in(answer.text)) for address, answer in found.items() if secrets_in(answer.text)] == []


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.dieuphoi", "hm.hieutruong"])
def test_keepers_pages_carry_no_name_in_title_path_and_file_name(app, cast, lived, username):
    browser = cast(username)
    for address in [*addresses(app), *plain_pages(app)]:
        answer = browser.get(address)
        head = answer.text.partition("</title>")[0] if answer.mimetype == "text/html" else ""
        headers = f"{answer.headers} {answer.headers.get('Location', '')}"
        assert (address, secrets_in(head + headers)) == (address, [])


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.dieuphoi", "hm.hieutruong"])
def test_lists_home_notices_and_calendar_of_keepers_carry_codes_alone(app, cast, lived, username):
    # The list that families sign holds names; whoever opens it is written down.
    pages = [address for address in plain_pages(app) if "/hand-over" not in address]
    shown = [(address, secrets_in(text_of(cast(username).get(address)))) for address in pages]
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
    for address in addresses(app):
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
        # What a teacher tells of the own hardship is not the child's.
        if model is not TeacherSupport and model.select().where(column != "").exists()
    ]
    gone = Case.get()
    assert (left, gone.code, gone.class_name, gone.free, gone.state) == ([], f"HS #{lived.id}", "", "", "anonymised")
    assert Match.get().state == "ended"
