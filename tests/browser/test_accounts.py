"""From the officer's desk to the teacher's phone: an account, opened by a link."""

import pytest
from playwright.sync_api import expect

from .conftest import sign_in

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NEW = "hàng cau trước ngõ"


@pytest.mark.story
def test_an_officer_hands_a_link_over_and_a_teacher_opens_it_on_a_phone(officer, window, trouble):
    officer.goto("/people/new")
    officer.locator("#name").fill("Lò Thị Phượng")
    officer.locator("#role").select_option("teacher")
    officer.locator("#school").select_option(label="Trường THCS Yên Sở")
    officer.get_by_role("button", name="Lưu").click()
    expect(officer.locator("#flash")).to_contain_text("Đã thêm Lò Thị Phượng")
    officer.locator("main").get_by_role("link", name="Tài khoản").click()
    expect(officer.locator("main [data-state]")).to_have_text("Chưa có tài khoản")
    officer.get_by_role("button", name="Cấp liên kết mời").click()
    expect(officer.locator("h1")).to_have_text("Liên kết đã cấp")
    address = officer.locator("#link").input_value()
    username = officer.locator(".slip dd b").inner_text()
    expect(officer.get_by_role("button", name="In phiếu")).to_be_visible()
    officer.get_by_role("button", name="Sao chép").click()
    expect(officer.locator("#flash")).to_have_text("Đã chép.")
    officer.emulate_media(media="print")
    expect(officer.locator(".slip")).to_be_visible()
    expect(officer.locator("#link")).to_be_hidden()

    phone = window("", **PHONE)
    phone.goto(address)
    expect(phone.locator("#username")).to_have_value(username)
    wider = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    phone.locator("#new").fill("matkhau123")
    phone.locator("#repeat").fill("matkhau123")
    phone.get_by_role("button", name="Đặt mật khẩu").click()
    expect(phone.locator(".errors")).to_contain_text("từ nhiều người dùng")
    for box in ("#new", "#repeat"):
        phone.locator(box).fill(NEW)
    phone.get_by_role("button", name="Đặt mật khẩu").click()
    expect(phone.locator("#flash")).to_contain_text(username)
    sign_in(phone, username, NEW)
    expect(phone.locator("h1")).to_be_visible()
    phone.wait_for_url("**/")
    phone.goto(address)
    expect(phone.locator("h1")).to_have_text("Liên kết không dùng được")
    # The refused password and the used link are answers that a browser notes down.
    assert (wider, [line for line in trouble.errors if " 422 " not in line and " 404 " not in line]) == (0, [])
