"""A text ready to be sent: copied with one click, selected by hand where scripts are off."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NOTE = "/notice-board/1"


def test_a_message_is_copied_with_one_click_and_that_is_said(window, site):
    page = window("hm.chuyenvien", permissions=["clipboard-read", "clipboard-write"])
    page.goto(NOTE)
    text = page.get_by_label("Tin nhắn để gửi qua Zalo").input_value()
    page.get_by_role("button", name="Sao chép").click()
    expect(page.locator("#flash[role=status]")).to_have_text("Đã chép.")
    assert page.evaluate("navigator.clipboard.readText()") == text
    assert text == f"Họp giao ban Quận Hoàng Mai\n{site}{NOTE}"


def test_without_scripts_the_message_stands_there_to_be_selected(window):
    page = window("hm.xem", java_script_enabled=False)
    page.goto(NOTE)
    box = page.get_by_label("Tin nhắn để gửi qua Zalo")
    expect(box).to_have_attribute("readonly", "")
    assert box.input_value().startswith("Họp giao ban")
    expect(page.get_by_role("button", name="Sao chép")).to_have_count(0)


def test_paper_does_not_repeat_the_message(officer):
    officer.goto(NOTE)
    officer.emulate_media(media="print")
    expect(officer.get_by_label("Tin nhắn để gửi qua Zalo")).to_be_hidden()
