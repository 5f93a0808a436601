"""The whole story of the programme, played by both districts: memorandum, pair, pledge, exchange, report."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today
from intranet.kernel.schoolyear import school_year_of

pytestmark = [pytest.mark.browser, pytest.mark.story]

TITLE = "Nhà trường cùng chung tay phát triển, giai đoạn mới"
OFFICERS = HM, UH = "hm.chuyenvien", "uh.chuyenvien"
LEADERS = "hm.lanhdao", "uh.lanhdao"
PRINCIPALS = "hm.hieutruong", "uh.hieutruong"


@pytest.fixture
def stage(window):
    """``stage("hm.lanhdao")``: that person's window; each person has one."""
    windows: dict[str, Page] = {}

    def enter(username):
        if username not in windows:
            windows[username] = window(username)
        return windows[username]

    return enter


def day(days=0):
    return f"{today() + timedelta(days=days):%d/%m/%Y}"


def path(page):
    return re.sub(r"^https?://[^/]+", "", page.url).split("?")[0]


def step(page, address, key, **fields):
    """Take a step by its button, or by the form that it leads to, filled with ``fields`` (by the field's id)."""
    page.goto(address)
    panel = page.locator("[data-panel='core.steps']")
    button = panel.locator(f"button[value={key}]")
    if button.count():
        button.click()
    else:
        panel.locator(f".actions a[href$='/{key}'], .actions a[href$='{fields.pop('page', key)}']").first.click()
        for name, value in fields.items():
            page.locator(f"main #{name}").fill(value)
        page.locator("main form.form .form-actions .btn").first.click()
    page.wait_for_url(f"**{address}")


def state(page, address):
    page.goto(address)
    return page.locator("[data-panel='core.steps'] [data-state]").first.get_attribute("data-state")


def save(page, form):
    page.locator(f"[data-form={form}] .form-actions .btn.primary").click()


def begin_programme(page):
    page.goto("/programmes/new")
    page.locator("#title").fill(TITLE)
    page.locator("#starts_on").fill(day(-1))
    page.locator("#ends_on").fill(day(700))
    page.get_by_label("Huyện Ứng Hòa").check()
    page.locator("#goals").fill("Thu hẹp khoảng cách chất lượng giữa các nhà trường.")
    save(page, "programme")
    page.wait_for_url(re.compile(r"/programmes/\d+$"))
    programme = path(page)
    step(page, programme, "start")
    return programme


def sign_memorandum(stage, programme):
    officer = stage(HM)
    officer.goto(f"{programme}/memoranda/new")
    save(officer, "memorandum")
    officer.wait_for_url(re.compile(r"/programmes/memoranda/\d+$"))
    memorandum = path(officer)
    step(officer, memorandum, "submit")
    for leader in LEADERS:
        step(stage(leader), memorandum, "agree")
    step(officer, memorandum, "sign", number="01/BGN-PGDĐT", signed_on=day(), place="Hà Nội")
    step(stage(UH), memorandum, "enforce")
    assert state(officer, memorandum) == "in_force"
    return memorandum


def make_pair(stage, programme):
    officer = stage(HM)
    officer.goto(f"/pairings/new?programme={programme.rsplit('/', 1)[1]}")
    officer.locator("#lead").select_option(label="Trường THCS Yên Sở")
    officer.locator("[data-form=choice] .btn").click()
    officer.locator("#q").fill("hong quang")
    row = officer.locator("#list tr", has_text="Trường THCS Hồng Quang")
    row.get_by_role("link", name="Chọn").click()
    officer.locator("#proposal").fill("Hai trường cùng cấp, một bên mạnh về Tin học, một bên cần.")
    officer.locator("[data-form=propose] .btn.primary").click()
    expect(officer.locator("#flash")).to_contain_text("đề nghị")
    officer.goto(f"/pairings?programme={programme.rsplit('/', 1)[1]}")
    pair = officer.locator("#list tbody a").first.get_attribute("href")
    for principal in PRINCIPALS:
        step(stage(principal), pair, "accept")
    for leader in LEADERS:
        step(stage(leader), pair, "approve")
    assert state(officer, pair) == "approved"
    return pair


def hold(stage, pair, kind, title, clause=None):
    """A meeting or visit of yesterday, with its minutes confirmed by both."""
    principal = stage(PRINCIPALS[0])
    principal.goto(f"/meetings/pairing/{pair.rsplit('/', 1)[1]}/new")
    principal.locator(f"[name=kind][value={kind}]").check()
    principal.locator("#title").fill(title)
    principal.locator("#day").fill(day(-1))
    principal.locator("#start").fill("14:00")
    principal.locator("#end").fill("16:00")
    principal.locator("#place").fill("Trường THCS Yên Sở")
    if clause:
        principal.locator("[name=giver]").nth(1).check()
        principal.locator("#clause").select_option(label=clause)
    save(principal, "meeting")
    principal.wait_for_url(re.compile(r"/meetings/\d+$"))
    meeting = path(principal)
    step(principal, meeting, "hold")
    principal.goto(f"{meeting}/minutes")
    principal.locator("#minutes").fill("Hai trường trao đổi và thống nhất các việc làm chung.")
    save(principal, "minutes")
    for side in PRINCIPALS:
        step(stage(side), meeting, "confirm")
    assert state(principal, meeting) == "confirmed"
    return meeting


def sign_pledge(stage, pair):
    first = stage(PRINCIPALS[0])
    step(first, pair, "meet")
    first.goto(f"{pair}/pledge/new")
    first.locator("[name=side]").first.check()
    first.locator("#text").fill("Dạy hai buổi Tin học tại trường bạn")
    first.locator("#activity_kind").select_option(label="Thăm, giao lưu")
    first.locator("#quantity").fill("2")
    first.locator("#due_on").fill(day(90))
    save(first, "clause")
    for principal in PRINCIPALS:
        step(stage(principal), pair, "agree")
    step(first, pair, "sign", pledge_number="01/GƯ", signed_on=day(), signed_place="Hà Nội")
    step(stage(UH), pair, "start")
    assert state(first, pair) == "active"


def report(stage, pair):
    principal = stage(PRINCIPALS[0])
    principal.goto("/reports/new")
    principal.locator("#subject").select_option(value=pair.rsplit("/", 1)[1])
    principal.locator("#school_year").select_option(label=school_year_of(today()))
    save(principal, "report")
    principal.wait_for_url(re.compile(r"/reports/\d+$"))
    made = path(principal)
    step(principal, made, "submit")
    step(principal, made, "issue", number="07/BC-THCSYS", issued_on=day())
    assert state(principal, made) == "issued"
    return made


def word(page, address):
    """The paragraphs of a Word file that a page offers."""
    with page.expect_download() as download:
        page.locator(f"a[href^='{address}'][href$='.docx']").first.click()
    document = Document(str(Path(download.value.path())))
    texts = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(texts + cells)


def test_from_the_memorandum_to_the_yearly_report(stage, trouble):
    programme = begin_programme(stage(HM))
    sign_memorandum(stage, programme)
    paper = word(stage(HM), "/papers/memorandum/")
    assert ("BẢN GHI NHỚ" in paper, "Phòng GD&ĐT huyện Ứng Hòa".upper() in paper.upper()) == (True, True)
    pair = make_pair(stage, programme)
    hold(stage, pair, "meeting", "Họp thống nhất giao ước")
    sign_pledge(stage, pair)
    hold(stage, pair, "visit", "Dạy buổi Tin học thứ nhất", clause="Dạy hai buổi Tin học tại trường bạn")
    partner = stage(PRINCIPALS[1])
    partner.goto(f"{pair}/pledge")
    expect(partner.locator("main")).to_contain_text("1/2")
    partner.goto(pair)
    expect(partner.locator("main")).to_contain_text("Dạy buổi Tin học thứ nhất")
    made = report(stage, pair)
    assert "07/BC-THCSYS" in word(stage(PRINCIPALS[0]), "/papers/issued/")
    stage(UH).goto(made)
    expect(stage(UH).locator("main")).to_contain_text("Dạy hai buổi Tin học tại trường bạn")
    stage(UH).goto(programme)
    expect(stage(UH).locator("main")).to_contain_text("Đang thực hiện")
    assert trouble.errors == []
