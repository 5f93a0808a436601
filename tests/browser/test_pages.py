"""How every page looks and behaves: phones, paper, the dark, keys, and the rules that keep foreign code out."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
PATHS = (
    "/",
    "/schools",
    "/schools?q=hoang+liet",
    "/schools/1",
    "/schools/1/edit",
    "/schools/new",
    "/schools/import",
    "/people",
    "/people/2",
    "/pairings",
    "/pairings/1",
    "/search?q=hoa",
    "/admin/modules",
    "/account",
    "/calendar",
    "/calendar/year",
    "/calendar/list",
    "/calendar/feed",
    "/notices",
    "/notices/choices",
    "/notice-board/",
)


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_walk_over_all_pages_breaks_no_rule_and_leaves_the_site_nowhere(officer, site, trouble):
    officer.context.add_init_script(
        "addEventListener('securitypolicyviolation', event => console.error('CSP', event.violatedDirective))"
    )
    for path in PATHS:
        answer = officer.goto(path, wait_until="load")
        assert answer.status == 200, path
        assert officer.locator("h1").count() == 1, path
        assert officer.title().startswith(officer.locator("h1").inner_text().split(" thầy/cô")[0]) or path == "/", path
        assert "CANARY-UH" not in officer.content(), path
    assert trouble.errors == []
    assert trouble.origins == {site}


def test_a_policy_violation_would_be_seen(officer, trouble):
    officer.goto("/")
    officer.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\" onclick=\"x()\">x</p>')")
    expect(officer.locator("main")).to_be_attached()
    expect(officer.locator("body > p").last).to_have_text("x")
    assert any("Content Security Policy" in text for text in trouble.errors)


def test_a_phone_never_scrolls_sideways(window):
    page = window("hm.chuyenvien", **PHONE)
    for path in PATHS:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_the_bottom_bar_leads_everywhere_on_a_phone(window):
    page = window("hm.chuyenvien", **PHONE)
    expect(page.locator("nav.side")).to_be_hidden()
    bar = page.locator("nav.bottom")
    for name in ("Tổng quan", "Cặp kết nghĩa"):
        bar.get_by_role("link", name=name, exact=True).tap()
        expect(page.locator("h1")).to_have_text(name)
        expect(bar.locator("[aria-current=page]")).to_have_text(name)
    bar.get_by_text("Thêm").tap()
    bar.get_by_role("link", name="Mô-đun").tap()
    expect(page.locator("h1")).to_have_text("Mô-đun")


def test_rows_are_cards_that_name_their_values_on_a_phone(window):
    page = window("hm.chuyenvien", **PHONE)
    page.goto("/schools")
    row = page.locator("#list tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    label = "cell => getComputedStyle(cell, '::before').content"
    level = row.locator("td[data-label]").first
    assert level.evaluate(label) == '"Cấp học"'
    expect(level).to_be_visible()


@pytest.mark.parametrize("path", ["/schools/1", "/pairings/1", "/schools"])
def test_paper_shows_the_content_and_no_navigation(officer, path):
    officer.goto(path)
    officer.emulate_media(media="print")
    for part in ("header.top", "nav.side", "nav.bottom", ".crumbs", ".filters", ".btn"):
        for element in officer.locator(part).all():
            expect(element).to_be_hidden()
    expect(officer.locator("h1")).to_be_visible()
    expect(officer.locator("main")).to_contain_text("Trường")
    assert ground(officer) == "rgb(255, 255, 255)"


def test_the_dark_follows_the_device(window):
    light, dark = (window("hm.chuyenvien", color_scheme=scheme) for scheme in ("light", "dark"))
    assert ground(light) != ground(dark)


def test_the_own_choice_of_light_or_dark_wins(window):
    page = window("hm.xem", color_scheme="light")
    bright = ground(page)
    page.goto("/account")
    for label, same in (("Tối", False), ("Sáng", True), ("Theo thiết bị", True)):
        page.locator("#theme").select_option(label=label)
        page.locator("[data-form=preferences] button").click()
        expect(page.locator("#flash")).to_contain_text("Đã lưu")
        assert (ground(page) == bright) is same, label


def test_the_first_tab_stop_jumps_to_the_content(officer):
    officer.goto("/schools")
    officer.keyboard.press("Tab")
    skip = officer.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    officer.keyboard.press("Enter")
    expect(officer.locator("main")).to_be_focused()


def test_control_k_goes_to_the_search_box(officer):
    officer.goto("/people")
    officer.locator("#q").focus()
    officer.keyboard.press("Control+k")
    expect(officer.locator("#site-search")).to_be_focused()


def test_control_click_opens_a_new_tab(officer):
    officer.goto("/schools")
    with officer.context.expect_page() as opened:
        officer.locator("#list tbody th a").first.click(modifiers=["Control"])
    opened.value.wait_for_url(re.compile(r"/schools/\d+$"))
    assert officer.url.endswith("/schools")


def test_escape_closes_the_menu_and_gives_focus_back(officer):
    officer.goto("/")
    menu = officer.locator(".user-menu")
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="Tài khoản")).to_be_visible()
    officer.keyboard.press("Tab")
    officer.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Tài khoản")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_a_typed_password_can_be_looked_at(window):
    page = window()
    page.goto("/login")
    page.locator("#password").fill("mật khẩu")
    page.get_by_role("button", name="Hiện mật khẩu").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")


def test_a_page_that_is_not_there_keeps_the_frame_and_gives_a_code(officer):
    answer = officer.goto("/schools/999999")
    assert answer.status == 404
    expect(officer.locator("nav.side")).to_be_visible()
    expect(officer.locator(".reference b")).to_have_text(answer.headers["x-request-id"])
