"""The workbench in a real browser: calculating, ticking, looking again before anything is sent."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Of the demo's own programme: other stories begin some of their own.
WORKBENCH = "/matching/?programme=1"


def test_suggestions_are_calculated_with_progress_and_reviewed_before_they_are_sent(window):
    page = window("hm.chuyenvien")
    page.goto(WORKBENCH)
    page.get_by_role("button", name="Tính lại gợi ý").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("h1")).to_have_text("Tính gợi ý ghép cặp")
    page.wait_for_url("**/matching/?programme=*", timeout=30_000)
    ticks = page.locator("#list input[name=suggestion]")
    page.locator("input[name=all]").check()
    assert page.locator("input[name=suggestion]:checked").count() == ticks.count() > 1
    page.locator("input[name=all]").uncheck()
    ticks.first.check()
    page.get_by_role("button", name="Xem lại và gửi").click()
    expect(page.locator("[data-panel='matching.chosen'] li")).to_have_count(1)


def test_a_partner_is_chosen_without_scripts(window):
    page = window("hm.lanhdao", java_script_enabled=False)
    page.goto(WORKBENCH)
    page.locator("#list tbody th a").last.click()
    page.locator("[data-panel='matching.other'] a").first.click()
    page.locator("input[name=partner]:not(:checked)").first.check()
    page.get_by_role("button", name="Chọn trường này").click()
    expect(page.locator(".errors")).to_contain_text("Thầy/cô cho biết vì sao chọn khác gợi ý.")
    page.locator("#reason").fill("Hai trường đã giao lưu từ năm ngoái")
    page.get_by_role("button", name="Chọn trường này").click()
    expect(page.locator("[data-state=edited]")).to_have_text("Đã chọn lại")
