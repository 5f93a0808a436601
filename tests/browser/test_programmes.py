"""A programme and its memorandum are made in the palm of a hand, with scripts and without."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def never_scrolls_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], page.url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_officer_prepares_a_programme_and_both_leaders_agree_on_its_memorandum(window, scripts):
    title = f"Cùng nhau đọc sách {'nhiều' if scripts else 'mãi'}"
    officer = window("hm.chuyenvien", shared=False, java_script_enabled=scripts, **PHONE)
    officer.goto("/programmes")
    never_scrolls_sideways(officer)
    follow(officer, "Lập chương trình")
    officer.locator("#title").fill(title)
    officer.locator("#starts_on").fill("01/09/2026")
    officer.locator("#ends_on").fill("01/09/2025")
    officer.get_by_label("Huyện Ứng Hòa").check()
    press(officer, "Lưu")
    expect(officer.locator(".errors")).to_contain_text("Ngày kết thúc phải sau ngày bắt đầu.")
    expect(officer.locator("#title")).to_have_value(title)
    never_scrolls_sideways(officer)
    officer.locator("#ends_on").fill("31/08/2028")
    press(officer, "Lưu")
    expect(officer.locator("h1")).to_have_text(title)
    never_scrolls_sideways(officer)

    follow(officer, "Soạn bản ghi nhớ")
    expect(officer.locator("h3", has_text="Điều 7")).to_be_visible()
    officer.locator("main").get_by_role("button", name="Bỏ").last.click()
    expect(officer.locator("h3", has_text="Điều 7")).to_have_count(0)
    press(officer, "Lưu")
    expect(officer.locator("h1")).to_contain_text(title)
    never_scrolls_sideways(officer)
    press(officer, "Gửi các phòng xem xét")
    paper = officer.url
    expect(officer.locator("main [data-state=review]").first).to_have_text("Các phòng xem xét")

    for username in ("hm.lanhdao", "uh.lanhdao"):
        leader = window(username, shared=False, java_script_enabled=scripts, **PHONE)
        leader.goto(paper)
        press(leader, "Thống nhất văn bản")
    expect(leader.locator("main [data-state=frozen]").first).to_have_text("Đã thống nhất văn bản")
