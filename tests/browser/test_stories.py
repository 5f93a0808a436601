"""Whole pieces of work, as people do them."""

import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import intranet.demo

pytestmark = pytest.mark.browser

DEMO = Path(intranet.demo.__file__).parent
HM_LIST = DEMO / "danh_sach_truong_HM.xlsx"
UH_STAFF = DEMO / "danh_sach_can_bo_UH.xlsx"
# The job process looks once a second.
JOB = 20_000
# Every test adds a school of its own to the shared site.
numbers = itertools.count(1)


def add_school(page: Page, name: str) -> str:
    """Add a school through the screen; the path of its page."""
    page.goto("/schools/new")
    form = page.locator("[data-form=school]")
    form.locator("#name").fill(name)
    form.get_by_label("THCS").check()
    form.get_by_role("button", name="Lưu").click()
    expect(page.locator("#flash")).to_contain_text(f"Đã thêm {name}")
    return re.sub(r"^https?://[^/]+", "", page.url)


def upload_own_list(page: Page) -> None:
    """Upload the list that the demo was built from and look at what it would do."""
    page.goto("/schools/import")
    page.locator("#file").set_input_files(HM_LIST)
    page.locator("[data-form=import] button").click()
    page.wait_for_url("**/imports/*")
    expect(page.locator("h1")).to_have_text("Xem trước khi ghi", timeout=JOB)
    expect(page.locator("main")).to_contain_text("Không có gì để ghi")
    expect(page.locator("[data-panel='imports.errors'] tbody tr")).to_have_count(3)


@pytest.mark.story
def test_an_officer_brings_a_list_of_staff_in_and_finds_somebody_in_it(window):
    page = window("uh.chuyenvien")
    page.goto("/people")
    page.get_by_role("link", name="Nhập từ Excel").click()
    page.locator("#file").set_input_files(UH_STAFF)
    page.get_by_role("button", name="Kiểm tra dữ liệu").click()
    expect(page.locator("h1")).to_have_text("Xem trước khi ghi", timeout=JOB)
    choose = page.locator("[data-form=choices]")
    expect(choose.locator("fieldset")).to_have_count(2)
    for group in choose.locator("fieldset").all():
        group.get_by_label("Nhập là giáo viên, nhân viên").check()
    choose.get_by_role("button").click()
    expect(page.locator(".stats")).to_contain_text("577 sẽ thêm", timeout=JOB, use_inner_text=True)
    page.get_by_role("button", name="Ghi vào hệ thống").click()
    expect(page.locator("h1")).to_have_text("Kết quả nhập danh sách", timeout=JOB)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải các dòng chưa nhận để sửa").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto("/people?q=hoàng+thị+quỳnh")
    expect(page.locator("#list tbody th").first).to_have_text("Hoàng Thị Quỳnh")


@pytest.mark.story
def test_an_officer_imports_a_list_then_adds_corrects_and_finds_a_school(officer):
    upload_own_list(officer)
    name = f"Trường THCS Bằng Lăng {next(numbers)}"
    path = add_school(officer, name)

    officer.get_by_role("link", name="Sửa hồ sơ").click()
    officer.locator("#name").fill("")
    officer.locator("#founded_year").fill("năm trăm")
    officer.get_by_role("button", name="Lưu").click()
    summary = officer.locator("main .errors")
    expect(summary).to_be_focused()
    expect(officer).to_have_title(re.compile(r"^Lỗi:"))
    expect(officer.locator("#founded_year")).to_have_value("năm trăm")
    summary.get_by_role("link").first.click()
    expect(officer.locator("#name")).to_be_focused()

    officer.locator("#name").fill(name)
    officer.locator("#founded_year").fill("1961")
    officer.get_by_role("button", name="Lưu").click()
    officer.wait_for_url(f"**{path}")
    expect(officer.locator("main")).to_contain_text("1961")
    expect(officer).not_to_have_title(re.compile(r"^Lỗi:"))

    officer.keyboard.press("Control+k")
    officer.keyboard.type("bang lang")
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/search?q=bang+lang")
    officer.locator("[data-panel='search.schools']").get_by_role("link", name=name).click()
    expect(officer.locator("h1")).to_have_text(name)


def test_two_who_edit_the_same_school_are_told_of_each_other(window):
    first, second = window("hm.chuyenvien"), window("hm.chuyenvien")
    path = add_school(first, f"Trường THCS Phượng Vĩ {next(numbers)}")
    for page in (first, second):
        page.goto(f"{path}/edit")
    first.locator("#address").fill("Ngõ 1")
    first.get_by_role("button", name="Lưu").click()
    first.wait_for_url(f"**{path}")
    second.locator("#address").fill("Ngõ 2")
    second.get_by_role("button", name="Lưu").click()
    expect(second.locator("main .errors")).to_contain_text("Ngõ 1")
    expect(second.locator("main .errors")).to_be_focused()
    expect(second.locator("#address")).to_have_value("Ngõ 2")


def test_a_double_click_on_save_adds_one_school(officer):
    name = f"Trường THCS Hoa Gạo {next(numbers)}"
    officer.goto("/schools/new")
    officer.locator("#name").fill(name)
    officer.locator("[data-form=school]").get_by_label("THCS").check()
    officer.get_by_role("button", name="Lưu").dblclick()
    expect(officer.locator("h1")).to_have_text(name)
    officer.goto("/schools?q=hoa+gao")
    expect(officer.locator("#list tbody tr", has_text=name)).to_have_count(1)


def test_a_module_switched_off_is_gone_at_the_next_click_in_that_district_only(window):
    hoang_mai, ung_hoa = window("hm.chuyenvien"), window("uh.chuyenvien")
    colleague = window("hm.giaovien")
    row = hoang_mai.locator("[data-module=notice_board]")
    for page in (hoang_mai, ung_hoa, colleague):
        expect(page.locator("nav.side").get_by_role("link", name="Bảng tin")).to_be_visible()
    hoang_mai.goto("/admin/modules")
    row.get_by_role("button").click()
    expect(row).to_have_attribute("data-state", "off")
    try:
        expect(hoang_mai.locator("nav.side").get_by_role("link", name="Bảng tin")).to_have_count(0)
        colleague.locator("nav.side").get_by_role("link", name="Bảng tin").click()
        expect(colleague.locator("main")).to_contain_text("404")
        expect(colleague.locator("nav.side").get_by_role("link", name="Bảng tin")).to_have_count(0)
        ung_hoa.locator("nav.side").get_by_role("link", name="Bảng tin").click()
        expect(ung_hoa.locator("h1")).to_have_text("Bảng tin")
    finally:
        row.get_by_role("button").click()
        expect(row).to_have_attribute("data-state", "on")
    colleague.goto("/")
    colleague.locator("nav.side").get_by_role("link", name="Bảng tin").click()
    expect(colleague.locator("h1")).to_have_text("Bảng tin")


def test_all_of_it_works_without_scripts(window):
    page = window("uh.chuyenvien", shared=False, java_script_enabled=False)
    page.goto("/schools")
    page.locator("#q").fill("van dinh")
    page.get_by_role("button", name="Lọc").click()
    page.wait_for_url("**q=van+dinh**")
    expect(page.locator("#list tbody tr").first).to_contain_text("Vân Đình")

    page.goto("/schools")
    first = page.locator("#list tbody th a").first.inner_text()
    page.get_by_role("link", name="Trang sau").click()
    expect(page.locator("#list tbody th a").first).not_to_have_text(first)
    page.get_by_role("link", name="Trang trước").click()
    expect(page.locator("#list tbody th a").first).to_have_text(first)

    path = add_school(page, f"Trường THCS Hoa Ban {next(numbers)}")
    page.goto(f"{path}/edit")
    page.locator("#name").fill("")
    page.get_by_role("button", name="Lưu").click()
    expect(page).to_have_title(re.compile(r"^Lỗi:"))
    page.locator("#name").fill("Trường THCS Hoa Ban Trắng")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("h1")).to_have_text("Trường THCS Hoa Ban Trắng")

    page.goto("/admin/modules")
    row = page.locator("[data-module=notice_board]")
    for state in ("off", "on"):
        row.get_by_role("button").click()
        expect(row).to_have_attribute("data-state", state)

    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/login")
    page.goto("/schools")
    page.wait_for_url("**/login?next=**")


def test_a_list_is_previewed_without_scripts(window):
    upload_own_list(window("hm.chuyenvien", java_script_enabled=False))


def test_the_page_left_by_signing_out_does_not_come_back(window):
    page = window("hm.chuyenvien", shared=False)
    page.goto("/people")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/login")
    page.go_back()
    expect(page.locator("[data-form=login]")).to_be_visible()
