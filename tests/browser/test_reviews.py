"""From an office's round to a need: a school counts on a telephone, sends, corrects; what it lacks is asked for."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today

pytestmark = [pytest.mark.browser, pytest.mark.story]

PHONE = {"width": 360, "height": 740}
TITLE = "Rà soát đầu năm học"


def press(page: Page, form: str) -> None:
    page.locator(f"[data-form={form}] button[name=action]").click()


def step(page: Page, home: str, verb: str) -> None:
    page.goto(home)
    page.locator(f"[data-panel='core.steps'] button[value={verb}]").click()


def open_round(office: Page) -> str:
    """The round's page, on which no school has begun."""
    office.goto("/facilities/rounds/new")
    office.locator("#pack").select_option(label="Rà soát cơ sở vật chất trường trung học cơ sở")
    office.locator("#title").fill(TITLE)
    office.locator("#due_on").fill(f"{today() + timedelta(days=30):%d/%m/%Y}")
    press(office, "round")
    expect(office.locator("h1")).to_have_text(TITLE)
    expect(office.locator("main")).to_contain_text("Chưa bắt đầu")
    return office.url


def fill_in(school: Page, board: str, photo: Path) -> str:
    """The review's page, once every section was filled in on a telephone."""
    school.goto(board)
    press(school, "begin")
    home = school.url
    expect(school.locator("main")).to_contain_text("0 trên 33 mục đã nhập")
    school.goto(f"{home}/sections/1")
    for section in range(1, 6):
        expect(school.locator(".kicker")).to_have_text(f"Phần {section} trên 5")
        for field in school.locator("input[name^=have-]").all():
            field.fill("3")
        for field in school.locator("input[name^=usable-]").all():
            field.fill("2")
        if section == 2:
            school.locator("input[name='condition-2.1'][value='2']").check()
        press(school, "section")
    expect(school.locator("main")).to_contain_text("33 trên 33 mục đã nhập")
    attach(school, home, photo)
    return home


def attach(school: Page, home: str, photo: Path) -> None:
    """A photo of the classrooms."""
    school.goto(f"{home}/sections/2")
    expect(school.locator("input[name='condition-2.1'][value='2']")).to_be_checked()
    width = school.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    school.get_by_role("link", name="Thêm ảnh Phòng học", exact=True).click()
    school.locator("input[type=file]").set_input_files(photo)
    press(school, "files")
    expect(school.locator("#flash")).to_contain_text("Đã tải lên 1 tệp.")


def send_back(office: Page, home: str) -> None:
    """The office sees the photo and asks for another look at one line."""
    office.goto(f"{home}/sections/2")
    expect(office.locator("main")).to_contain_text("1 ảnh")
    office.goto(f"{home}/return")
    office.locator("summary", has_text="Khối phòng học tập").click()
    office.locator("input[name='remark-2.1']").fill("Đếm cả dãy nhà B")
    press(office, "return")
    expect(office.locator("#flash")).to_contain_text("Đã trả lại kèm nhận xét.")


def correct(school: Page, home: str) -> None:
    """The school reads the remark beside its line, corrects it and sends again."""
    school.goto(f"{home}/sections/2")
    expect(school.locator("main")).to_contain_text("Phòng nhận xét: Đếm cả dãy nhà B")
    school.locator("input[name='have-2.1']").fill("9")
    school.locator("input[name='usable-2.1']").fill("8")
    press(school, "section")
    step(school, home, "submit")
    expect(school.locator("[data-panel='core.steps']")).to_contain_text("Chờ kiểm tra")


def ask_for(school: Page, home: str) -> None:
    """What is missing becomes a need with one click, and the sheet leads to it from then on."""
    school.goto(f"{home}/shortage")
    row = school.locator("tr", has_text="2.1. Phòng học")
    row.get_by_role("button", name="Lập nhu cầu").click()
    expect(school.locator("h1")).to_have_text("Phòng học")
    need = school.url
    school.goto(f"{home}/shortage")
    expect(row.get_by_role("link", name="Nháp")).to_be_visible()
    row.get_by_role("link", name="Nháp").click()
    assert school.url == need


def test_from_a_round_to_a_need(window, trouble, tmp_path):
    photo = tmp_path / "phong.jpg"
    Image.new("RGB", (400, 300), "brown").save(photo)
    office, school = window("hm.chuyenvien"), window("hm.hieutruong", viewport=PHONE)
    board = open_round(office)
    home = fill_in(school, board, photo)
    step(school, home, "submit")
    send_back(office, home)
    correct(school, home)
    step(office, home, "lock")
    office.goto(board)
    expect(office.locator("main")).to_contain_text("1 trên")
    ask_for(school, home)
    assert trouble.errors == []
