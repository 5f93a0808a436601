"""The bell of a page that stays open, and the list, on a phone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@pytest.mark.story
def test_the_bell_of_an_open_page_counts_what_arrives_and_leads_to_it(window, trouble):
    reader, officer = window("hm2.giaovien", **PHONE), window("hm.chuyenvien")
    reader.clock.install()
    reader.goto("/schools")
    bell = reader.locator("#bell")
    expect(bell.locator("b")).to_have_count(0)
    officer.goto("/notice-board/new")
    officer.locator("#title").fill("Nghỉ học vì bão")
    officer.locator("#urgent").check()
    officer.locator("[data-form=note] button").click()
    expect(officer.locator("#flash")).to_contain_text("Đã đăng Nghỉ học vì bão")
    reader.clock.fast_forward("01:01")
    expect(bell.locator("b")).to_have_text("1")
    bell.tap()
    expect(reader.locator("h1")).to_have_text("Thông báo")
    wide = reader.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    reader.get_by_role("button", name="Nghỉ học vì bão", exact=True).tap()
    expect(reader.locator("h1")).to_have_text("Nghỉ học vì bão")
    expect(bell.locator("b")).to_have_count(0)
    assert trouble.errors == []


def test_a_server_that_is_away_for_a_minute_is_not_complained_about(window):
    page = window("hm.giaovien")
    page.clock.install()
    page.goto("/schools")
    page.context.set_offline(True)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/notices/count")):
        page.clock.fast_forward("01:01")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator("#flash")).to_be_empty()
    page.locator("#site-search").fill("yên sở")
    page.clock.fast_forward("00:01")
    expect(page.locator("#flash")).to_contain_text("Không kết nối được máy chủ")
