"""A promise is made, a meeting is held for it, and its progress rises: as people of both schools do it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from intranet.kernel.clock import today
from intranet.kernel.database import database, open_database
from intranet.registry.twinning import MET, Pairing

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
PAIR = "/pairings/2"


@pytest.fixture
def drafted(site, served_database):
    """The pair of the accounts' second schools has met and now writes its pledge."""
    open_database(served_database)
    Pairing.update(state=MET).where(Pairing.id == 2).execute()
    database.close()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def add_clause(page: Page, text: str) -> None:
    page.goto(f"{PAIR}/pledge/new")
    page.locator("#text").fill(text)
    page.get_by_label("Hai trường cùng làm").check()
    page.locator("#activity_kind").select_option("meeting")
    page.locator("#quantity").fill("2")
    page.locator("#due_on").fill(f"{today() + timedelta(days=90):%d/%m/%Y}")
    press(page, "Lưu")
    expect(page.locator("#flash")).to_contain_text("Đã lưu.")


def plan_meeting(page: Page, title: str, clause: str) -> str:
    """Plan a meeting of yesterday through the screen; the path of its page."""
    page.goto(PAIR)
    follow(page, "Lên lịch họp, thăm")
    page.locator("#title").fill(title)
    page.locator("#day").fill(f"{today() - timedelta(days=1):%d/%m/%Y}")
    page.locator("#start").fill("8h30")
    page.locator("#end").fill("10:00")
    page.locator("#place").fill("Phòng hội đồng")
    page.locator("#clause").select_option(label=clause)
    press(page, "Lưu")
    expect(page.locator("h1")).to_have_text(title)
    return page.url


@pytest.mark.story
def test_two_schools_promise_meet_and_see_their_pledge_grow(window, trouble, drafted):
    first, second = window("hm2.hieutruong"), window("uh2.hieutruong", **PHONE)
    add_clause(first, "Họp chuyên môn hai trường")
    expect(first.locator(".clause .progress")).to_have_text("0 / 2 cuộc", use_inner_text=True)

    for page in (first, second):
        page.goto(PAIR)
        press(page, "Thống nhất nội dung giao ước")
    expect(second.locator("[data-panel='core.steps']")).to_contain_text("Đã thống nhất, chờ ký giao ước")

    address = plan_meeting(first, "Họp tổ chuyên môn", "Họp chuyên môn hai trường")
    first.goto(f"{address}/invite")
    expect(first.locator("[data-form=invite]")).to_contain_text("Lời mời tới 1 người.")
    press(first, "Gửi lời mời")
    expect(first.locator("#flash")).to_contain_text("Đã mời 1 người.")

    second.goto(address)
    follow(second, "Điểm danh")
    rows = second.locator(".marks li")
    for row in rows.all():
        row.get_by_role("button", name="Có mặt").tap()
        expect(row.locator(".said")).to_have_text("Có mặt")
    expect(second.locator("#count")).to_have_text("2 / 2 người có mặt")
    wide = second.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0

    first.goto(address)
    press(first, "Xác nhận đã diễn ra")
    follow(first, "Ghi biên bản")
    first.locator("#minutes").fill("Hai tổ chuyên môn trao đổi về tiết dạy minh họa.")
    press(first, "Lưu biên bản")
    for page in (first, second):
        page.goto(address)
        press(page, "Xác nhận biên bản")
    expect(second.locator("[data-panel='core.steps']")).to_contain_text("Biên bản đã xác nhận")

    second.goto(PAIR)
    expect(second.locator(".promises .progress")).to_have_text("1 / 2 cuộc", use_inner_text=True)
    follow(second, "Họp chuyên môn hai trường")
    second.locator(".clause details").get_by_role("link", name="Họp tổ chuyên môn").click()
    expect(second.locator("h1")).to_have_text("Họp tổ chuyên môn")
    assert trouble.errors == []
