"""A session of two twinned schools, from a teacher's difficulty to a certificate that a stranger checks."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from peewee import fn
from playwright.sync_api import Page, expect

from intranet.demo.build import NAMES
from intranet.kernel.clock import now, today
from intranet.kernel.database import database, open_database
from intranet.registry.people import Person
from intranet.registry.pledges import PledgeClause
from intranet.registry.twinning import Pairing
from plugins.professional_development.models import Session
from plugins.professional_development.sessions import attendance

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.story]

HOME = "/professional-development"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
ORGANISER, TEACHER, GUEST = "hm.dieuphoi", "hm.giaovien", "uh.giaovien"
PRINCIPALS = "hm.hieutruong", "uh.hieutruong"
DIFFICULTY = "Học sinh không biết dùng sơ đồ tư duy khi ôn bài"
TITLE = "Dạy minh họa Tin học 6: Ôn bài bằng sơ đồ tư duy"
PROMISE = "Dạy minh họa hai tiết Tin học cho giáo viên trường bạn"
MINUTES = "Nhóm chia sẻ điều quan sát được: học sinh vẽ nhanh nhưng chưa chọn từ khóa."


@pytest.fixture
def promised(site, served_database):
    """The pledge of the two schools holds a promise of two demonstration lessons; its number."""
    open_database(served_database)
    host = Person.get(Person.username == ORGANISER).school_id
    pairing = Pairing.get(Pairing.first_school == host, Pairing.state == "active")
    clause = PledgeClause.create(
        pairing=pairing,
        position=(PledgeClause.select(fn.MAX(PledgeClause.position)).scalar() or 0) + 1,
        giver=host,
        receiver=pairing.partner_of(host),
        text=PROMISE,
        quantity=2,
        unit="tiết dạy",
        due_on=today() + timedelta(days=90),
        activity_kind="professional_development.demonstration",
        kind_label="Tiết dạy minh họa",
    )
    database.close()
    return clause.pairing_id


@pytest.fixture
def calendar(site, served_database):
    """Turns the calendar of a session forwards, which no page can do."""

    def turn(address: str, **fields) -> None:
        open_database(served_database)
        Session.update(**fields).where(Session.id == number_of(address)).execute()
        database.close()

    return turn


@pytest.fixture
def stage(window):
    """``stage("hm.dieuphoi")``: that person's window; each person has one, and one on the phone."""
    windows: dict[tuple[str, bool], Page] = {}

    def enter(username: str, *, phone: bool = False) -> Page:
        if (username, phone) not in windows:
            windows[username, phone] = window(username, **(PHONE if phone else {}))
        return windows[username, phone]

    return enter


def number_of(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def path(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url).split("?")[0]


def save(page: Page, form: str) -> None:
    page.locator(f"[data-form={form}] .form-actions .btn.primary").click()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def said(page: Page, words: str) -> None:
    expect(page.locator("#flash")).to_contain_text(words)


def step(page: Page, address: str, key: str) -> None:
    """Take a step by its button."""
    page.goto(address)
    page.locator(f"[data-panel='core.steps'] button[value={key}]").click()
    page.wait_for_load_state()


def state(page: Page, address: str) -> str | None:
    page.goto(address)
    return page.locator("[data-panel='core.steps'] [data-state]").first.get_attribute("data-state")


def stats(page: Page, panel: str) -> list[str]:
    """The big numbers of a panel."""
    return page.locator(f"[data-panel='professional_development.{panel}'] .stats b").all_inner_texts()


# --- The chain ---


def say_difficulty(stage) -> str:
    """A teacher says what is difficult, a colleague has it too, the officer sends it to the school that is strong."""
    page = stage(GUEST)
    page.goto(f"{HOME}/difficulties/new")
    page.locator("#title").fill(DIFFICULTY)
    page.locator("#subject").fill("Tin học")
    save(page, "difficulty")
    page.wait_for_url(re.compile(r"/difficulties/\d+$"))
    difficulty = path(page)
    colleague = stage("uh.dieuphoi")
    colleague.goto(f"{HOME}/difficulties?q=so+do+tu+duy")
    colleague.get_by_role("link", name=DIFFICULTY).click()
    press(colleague, "Tôi cũng gặp")
    expect(colleague.locator("main")).to_contain_text("2 người gặp")
    officer = stage("uh.chuyenvien")
    officer.goto(difficulty)
    officer.locator("[data-panel='core.steps']").get_by_role("link", name="Chuyển đến trường").click()
    officer.locator("#school").select_option(label=whole_label(officer, "#school", "Trường THCS Yên Sở"))
    officer.locator("[data-form=route] .form-actions .btn").first.click()
    said(officer, "Đã chuyển")
    return difficulty


def whole_label(page: Page, select: str, beginning: str) -> str:
    """The whole label of the choice with these words: schools stand there with their strengths."""
    return page.locator(f"{select} option", has_text=beginning).first.inner_text()


def plan_session(stage, difficulty: str) -> str:
    """The school that is strong plans a demonstration lesson for it; its principal approves, and it is open."""
    page = stage(ORGANISER)
    page.goto("/")
    page.locator("[data-panel='home.tasks']").get_by_role("link", name=DIFFICULTY).click()
    page.locator("[data-panel='core.steps']").get_by_role("link", name="Trả lời").click()
    page.locator("main").get_by_role("link", name="Tổ chức một buổi").click()
    page.get_by_role("link", name="Tiết dạy minh họa").click()
    expect(page.locator("#content")).to_have_value(DIFFICULTY)
    expect(page.locator("#subject")).to_have_value("Tin học")
    page.locator("#title").fill(TITLE)
    page.locator("#grade").fill("6")
    page.locator("#day").fill(f"{today() + timedelta(days=3):%d/%m/%Y}")
    page.locator("#start").fill("14h")
    page.locator("#end").fill("16h30")
    page.locator("#place").fill("Phòng Tin học, Trường THCS Yên Sở")
    page.locator("#clause").select_option(label=PROMISE)
    page.locator("#audience").select_option("pair")
    page.locator("#capacity").fill("5")
    page.locator("#quota").fill("2")
    page.locator("#programme").select_option("02")
    page.locator("#periods").fill("2,5")
    save(page, "session")
    page.wait_for_url(re.compile(r"/sessions/\d+$"))
    session = path(page)
    step(page, session, "submit")
    step(stage("hm.hieutruong"), session, "approve")
    step(page, session, "open")
    assert state(page, session) == "open"
    return session


def answer_difficulty(stage, difficulty: str, session: str) -> None:
    """The session answers the difficulty; whoever said it finds it from there."""
    helper = stage(ORGANISER)
    helper.goto(difficulty)
    helper.locator("[data-panel='core.steps']").get_by_role("link", name="Trả lời").click()
    helper.locator("#answer").fill("Mời thầy cô dự giờ, sau đó cùng thảo luận.")
    helper.locator("#session").select_option(label=TITLE)
    helper.locator("[data-form=answer] .form-actions .btn").first.click()
    page = stage(GUEST)
    page.goto(difficulty)
    page.locator("[data-panel='professional_development.answer']").get_by_role("link", name=TITLE).click()
    page.wait_for_url(f"**{session}")


def register_all(stage, session: str) -> None:
    """Strictly in turn, two of a school at most: the third waits, and moves up once a colleague gives a place back."""
    for username in (GUEST, "uh.dieuphoi", "uh.hieutruong", TEACHER, "uh.chuyenvien"):
        page = stage(username)
        page.goto(session)
        press(page, "Đăng ký")
        said(page, "đứng trong danh sách chờ" if username == "uh.hieutruong" else "Thầy/cô đã có chỗ.")
    third = stage("uh.hieutruong")
    expect(third.locator("main")).to_contain_text("trước thầy/cô còn 0 người")
    leaver = stage("uh.dieuphoi")
    leaver.goto(session)
    press(leaver, "Hủy đăng ký")
    third.goto("/notices")
    expect(third.locator("main")).to_contain_text(f"Thầy/cô đã có chỗ: {TITLE}")
    third.goto(session)
    expect(third.locator("main")).to_contain_text("Thầy/cô có chỗ trong buổi này.")
    organiser = stage(ORGANISER)
    organiser.goto(session)
    assert stats(organiser, "places") == ["4/5", "0", "0"]


def check_in(stage, window, session: str, old_code: str) -> None:
    """By the code on the screen: its address shows, the button notes; an old code does not; twice is once."""
    screen = stage(ORGANISER)
    screen.goto(f"{session}/code")
    code = screen.locator(".big-code").inner_text()
    phone = window(**PHONE)
    # What the picture leads to, on a telephone that is not signed in yet.
    phone.goto(f"{session}/check-in?code={old_code}")
    sign_in(phone, GUEST)
    phone.wait_for_url(f"**{session}/check-in?code={old_code}")
    press(phone, "Tôi có mặt")
    expect(phone.locator("main")).to_contain_text("Mã điểm danh không đúng hoặc đã đổi.")
    phone.goto(f"{session}/check-in?code={code}")
    expect(phone.locator("#code")).to_have_value(code)
    screen.goto(f"{session}/attendance")
    expect(screen.locator("#count")).to_contain_text("0/4")
    fields = phone.evaluate("Object.fromEntries(new FormData(document.querySelector('[data-form=check-in]')))")
    press(phone, "Tôi có mặt")
    said(phone, "Đã ghi thầy/cô có mặt.")
    again = phone.request.post(f"{session}/check-in", form=fields, max_redirects=0)
    assert (again.status, again.headers["location"]) == (303, session)
    other = stage(TEACHER, phone=True)
    other.goto(f"{session}/check-in?code={code}")
    press(other, "Tôi có mặt")
    said(other, "Đã ghi thầy/cô có mặt.")
    screen.goto(f"{session}/attendance")
    expect(screen.locator("#count")).to_contain_text("2/4")


def tick(stage, session: str) -> None:
    """The organiser ticks the rest on the phone, and notes who came without a place."""
    phone = stage(ORGANISER, phone=True)
    phone.goto(f"{session}/attendance")
    for username, mark in (("uh.hieutruong", "Có mặt"), ("uh.chuyenvien", "Có lý do")):
        row = phone.locator(".marks li", has_text=NAMES[username])
        row.get_by_role("button", name=mark).click()
        expect(row.get_by_role("button", name=mark)).to_have_attribute("aria-pressed", "true")
    expect(phone.locator("#count")).to_contain_text("3/4")
    for username in ("uh.dieuphoi", "hm.hieutruong", ORGANISER):
        phone.locator("#person").fill(NAMES[username])
        press(phone, "Tìm trong danh bạ")
        found = phone.locator("main .lines li", has_text=NAMES[username])
        found.get_by_role("button").click()
        expect(phone.locator(".marks li", has_text=NAMES[username])).to_have_attribute("data-state", "present")
    expect(phone.locator("#count")).to_contain_text("6/7")


def hold(stage, session: str) -> None:
    """It took place; the minutes are written and confirmed, with attendance filled in."""
    page = stage(ORGANISER)
    step(page, session, "hold")
    page.goto(f"{session}/minutes")
    expect(page.locator("main")).to_contain_text(f"{NAMES[GUEST]} – Trường THCS Hồng Quang: có mặt")
    page.locator("#chair").fill(NAMES["hm.hieutruong"])
    page.locator("#secretary").fill(NAMES[TEACHER])
    page.locator("#minutes").fill(MINUTES)
    page.locator("#conclusions").fill("Mỗi trường dạy lại bài này ở một lớp.")
    save(page, "minutes")
    page.wait_for_url(f"**{session}")
    step(stage("hm.hieutruong"), session, "confirm_minutes")
    assert state(page, session) == "minuted"
    guest = stage(GUEST)
    guest.goto(session)
    expect(guest.locator("main")).to_contain_text(MINUTES)
    text = words_of(guest, f"/papers/professional_development.minutes/{number_of(session)}.docx")
    assert ("Có mặt (6 người):" in text, f"{NAMES[GUEST]}, Trường THCS Hồng Quang" in text) == (True, True)


CAME = (GUEST, "uh.hieutruong", "uh.dieuphoi", TEACHER, "hm.hieutruong", ORGANISER)


def give_feedback(stage, session: str) -> None:
    """Five of six answer; nobody reads anything before it is closed."""
    for username in CAME[:5]:
        page = stage(username, phone=True)
        page.goto(session)
        page.get_by_role("link", name="Góp ý không ghi tên").click()
        for question in ("useful", "clear", "applicable"):
            page.locator(f"[name={question}][value='{3 if username == GUEST else 4}']").check()
        page.locator("#comment").fill("Thêm thời gian thực hành.")
        save(page, "feedback")
        said(page, "Đã ghi góp ý.")
    page = stage(ORGANISER)
    page.goto(session)
    panel = page.locator("[data-panel='professional_development.feedback']")
    expect(panel).to_contain_text("5/6 người có mặt đã góp ý")
    expect(panel).not_to_contain_text("Thêm thời gian thực hành.")


def close_feedback(stage, session: str) -> None:
    page = stage(ORGANISER)
    step(page, session, "close")
    page.goto(session)
    panel = page.locator("[data-panel='professional_development.feedback']")
    expect(panel).to_contain_text("5/6 người có mặt đã góp ý (83%)")
    expect(panel).to_contain_text("3,8 trên 4")
    expect(panel).to_contain_text("Thêm thời gian thực hành.")
    assert stats(page, "credits") == ["6", "0", "0"]


def confirm_periods(stage, session: str) -> None:
    """Each principal confirms the own people's, and the office the principal's."""
    for username, count in (("hm.hieutruong", 2), ("uh.hieutruong", 2), ("hm.lanhdao", 1), ("uh.lanhdao", 1)):
        page = stage(username)
        page.goto("/")
        expect(page.locator("[data-panel='home.tasks']")).to_contain_text(f"{TITLE}: {count} lượt")
        page.goto(f"{HOME}/credits")
        page.locator("[name=place]").first.wait_for()
        press(page, "Xác nhận các lượt đã chọn")
        said(page, "Đã xác nhận")
    page = stage(ORGANISER)
    step(page, session, "credit")
    assert (state(page, session), stats(page, "credits")) == ("credited", ["0", "6", "0"])


def certify(stage, window, session: str) -> None:
    """A teacher takes the certificate, the organiser has all made, and a stranger checks one."""
    page = stage(GUEST)
    page.goto(f"{HOME}/record")
    row = page.locator("main tr", has_text=TITLE)
    row.get_by_role("button", name="Nhận giấy").click()
    page.wait_for_url(re.compile(r"/papers/issued/[\w-]+$"))
    code = page.url.rsplit("/", 1)[1]
    text = words_of(page, f"/papers/issued/{code}.docx")
    assert (f"Ông (bà): {NAMES[GUEST]}" in text, "Số tiết được xác nhận: 2,5 tiết" in text) == (True, True)
    stranger = window()
    stranger.goto(f"/verify/{code}")
    expect(stranger.locator("main")).to_contain_text("còn giá trị")
    expect(stranger.locator("main")).to_contain_text(f"{NAMES[GUEST]} tham gia “{TITLE}”")
    organiser = stage(ORGANISER)
    organiser.goto(f"{session}/certificates")
    organiser.locator("main form button").first.click()
    organiser.wait_for_url(f"**{session}/certificates", timeout=60_000)
    organiser.goto(session)
    assert stats(organiser, "credits") == ["0", "6", "6"]


def words_of(page: Page, address: str) -> str:
    """The paragraphs of a Word file that a page offers."""
    with page.expect_download() as download:
        page.locator(f"a[href^='{address}']").first.click()
    document = Document(str(Path(download.value.path())))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def read_record(stage) -> None:
    """The record of the year, as Word and as Excel."""
    page = stage(GUEST)
    page.goto(f"{HOME}/record")
    assert TITLE in words_of(page, f"{HOME}/record.docx")
    with page.expect_download() as download:
        page.locator(f"a[href^='{HOME}/record.xlsx']").click()
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active
    row = next(row for row in sheet.iter_rows(values_only=True) if TITLE in row)
    assert (2.5 in row, "Đã xác nhận" in row) == (True, True)


def see_what_it_filled(stage, pairing_id: int, difficulty: str) -> None:
    """The pledge counts it, the pair's page tells of it, the office's numbers hold it, the difficulty is over."""
    partner = stage("uh.hieutruong")
    partner.goto(f"/pairings/{pairing_id}/pledge")
    expect(partner.locator("main")).to_contain_text("1 / 2 tiết dạy")
    partner.goto(f"/pairings/{pairing_id}")
    expect(partner.locator("main")).to_contain_text(TITLE)
    officer = stage("hm.chuyenvien")
    officer.goto(f"{HOME}/numbers/held")
    expect(officer.locator("main")).to_contain_text(TITLE)
    author = stage(GUEST)
    step(author, difficulty, "close")
    assert state(author, difficulty) == "closed"


def test_from_a_difficulty_to_the_certificate(stage, window, promised, calendar, old_code, trouble):
    difficulty = say_difficulty(stage)
    session = plan_session(stage, difficulty)
    answer_difficulty(stage, difficulty, session)
    register_all(stage, session)
    calendar(session, starts_at=now() - timedelta(minutes=50), ends_at=now() + timedelta(minutes=40))
    check_in(stage, window, session, old_code(session))
    tick(stage, session)
    hold(stage, session)
    give_feedback(stage, session)
    calendar(session, feedback_until=today() - timedelta(days=1))
    close_feedback(stage, session)
    confirm_periods(stage, session)
    certify(stage, window, session)
    read_record(stage)
    see_what_it_filled(stage, promised, difficulty)
    assert [error for error in trouble.errors if "422" not in error] == []


@pytest.fixture
def old_code(site, served_database):
    """``old_code(session)``: what the screen showed five minutes ago."""

    def of(address: str) -> str:
        open_database(served_database)
        code = attendance.code_of(Session.get_by_id(number_of(address)), now() - timedelta(minutes=5))
        database.close()
        return code

    return of
