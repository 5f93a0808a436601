"""A round by decision 4725 over schools of both districts: scored, confirmed, checked, published; then planned."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today

pytestmark = [pytest.mark.browser, pytest.mark.story]

PHONE = {"width": 360, "height": 740}
TITLE = "Đánh giá chuyển đổi số thử nghiệm"


def press(page: Page, form: str) -> None:
    page.locator(f"[data-form={form}] button[name=action]").click()


def step(page: Page, home: str, verb: str) -> None:
    page.goto(home)
    page.locator(f"[data-panel='core.steps'] button[value={verb}]").click()


def open_round(office: Page) -> str:
    """The round's page; the group that does not sum to 100 is warned about."""
    office.goto("/digital/rounds/new")
    expect(office.locator("main")).to_contain_text("Nhóm 2 cộng được 90 điểm, văn bản ghi 100.")
    office.locator("#title").fill(TITLE)
    office.locator("#due_on").fill(f"{today() + timedelta(days=30):%d/%m/%Y}")
    press(office, "round")
    expect(office.locator("h1")).to_have_text(TITLE)
    return office.url


def score(school: Page, board: str, points: str) -> str:
    """The assessment's page, once every criterion has its score: these points, or the most that there are."""
    school.goto(board)
    press(school, "begin")
    home = school.url
    school.goto(f"{home}/sections/1")
    for section in (1, 2):
        expect(school.locator(".kicker")).to_have_text(f"Phần {section} trên 2")
        for field in school.locator("input[type=text][name^=own-], input:not([type])[name^=own-]").all():
            field.fill(points)
        for field in school.locator("input[type=radio][name^=own-][value='1']").all():
            field.check()
        press(school, "section")
    expect(school.locator("main")).to_contain_text("29 trên 29 tiêu chí đã chấm")
    return home


def prove(school: Page, home: str, photo: Path) -> None:
    """Evidence from a telephone."""
    school.goto(f"{home}/sections/1")
    assert school.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    school.get_by_role("link", name="Thêm minh chứng Số lượng học liệu được số hóa").click()
    school.locator("input[type=file]").set_input_files(photo)
    press(school, "files")
    expect(school.locator("#flash")).to_contain_text("Đã tải lên 1 tệp.")


def send(school: Page, home: str) -> None:
    """The principal hands in and confirms."""
    step(school, home, "hand_in")
    step(school, home, "confirm")
    expect(school.locator("[data-panel='core.steps']")).to_contain_text("Chờ kiểm tra")


def check(office: Page, home: str) -> None:
    """The office gives less for one criterion, and says why."""
    office.goto(f"{home}/check")
    office.locator("input[name='checked-1.4']").fill("1")
    office.locator("input[name='reason-1.4']").fill("Kho học liệu mới có 10 bài")
    press(office, "check")
    step(office, home, "approve")


def publish(office: Page, board: str) -> None:
    office.goto(board)
    press(office, "publish")
    expect(office.locator("#flash")).to_contain_text("Đã công bố kết quả của 1 trường.")


def plan(school: Page, home: str) -> None:
    """The cheapest step to the next level gets its day, and waits at home."""
    school.goto(home)
    school.locator("[data-panel='digital.missing'] a").first.click()
    school.locator("#title").fill("Xây dựng kho học liệu số")
    school.locator("#due_on").fill(f"{today() + timedelta(days=60):%d/%m/%Y}")
    press(school, "improvement")
    expect(school.locator("[data-panel='digital.plan']")).to_contain_text("Xây dựng kho học liệu số")
    school.goto("/")
    expect(school.locator("main")).to_contain_text("Xây dựng kho học liệu số")


@pytest.mark.parametrize("code", ["hm", "uh"])
def test_a_round_from_its_opening_to_the_plan(window, trouble, tmp_path, code):
    photo = tmp_path / "hoc-lieu.jpg"
    Image.new("RGB", (400, 300), "brown").save(photo)
    office, school = window(f"{code}.chuyenvien"), window(f"{code}.hieutruong", viewport=PHONE)
    board = open_round(office)
    home = score(school, board, "4")
    prove(school, home, photo)
    send(school, home)
    check(office, home)
    publish(office, board)
    school.goto(board)
    expect(school.locator("[data-panel='digital.results']")).to_contain_text("Mức 1")
    plan(school, home)
    office.goto("/digital/numbers")
    expect(office.locator("figure.chart svg[role=img]").first).to_be_visible()
    assert trouble.errors == []
