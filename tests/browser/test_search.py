"""The search box in the header: results under it while somebody types, with keyboard, mouse and thumb."""

import re

import pytest
from playwright.sync_api import Page, expect

from .test_lists import fragments

pytestmark = pytest.mark.browser


@pytest.fixture
def box(officer):
    return officer.locator("#site-search")


def search(page: Page, text: str) -> None:
    """Type into the box and wait for the lines under it."""
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    expect(page.locator("#site-found")).to_be_visible()


def chosen(page: Page) -> str | None:
    """The text of the line that the keys stand on; the box must point to it."""
    lines = page.locator("#site-found [aria-selected=true]")
    if lines.count() == 0:
        assert page.locator("#site-search").get_attribute("aria-activedescendant") is None
        return None
    assert lines.count() == 1
    assert page.locator("#site-search").get_attribute("aria-activedescendant") == lines.get_attribute("id")
    return lines.locator(":scope > :first-child").inner_text() if lines.locator("span").count() else lines.inner_text()


def test_keys_lead_from_the_box_to_a_result(officer, box):
    search(officer, "yen so")
    expect(box).to_have_attribute("aria-expanded", "true")
    first, second = "Trường Mầm non Yên Sở", "Trường THCS Yên Sở"
    seen = [chosen(officer)]
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        officer.keyboard.press(key)
        seen.append(chosen(officer))
    assert seen == [None, first, second, first, None, "Xem tất cả kết quả", None, first]
    expect(box).to_be_focused()
    expect(box).to_have_value("yen so")
    officer.keyboard.press("Enter")
    officer.wait_for_url(re.compile(r"/schools/\d+$"))
    expect(officer.locator("h1")).to_have_text(first)


def test_enter_without_a_choice_opens_the_page_of_all_results(officer):
    search(officer, "yen so")
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/search?q=yen+so")
    expect(officer.locator("[data-panel='search.schools'] mark").first).to_have_text("Yên")


def test_typing_on_takes_the_choice_back(officer):
    search(officer, "yen")
    # The lines of "y" and "ye" come first, and each take the choice back.
    expect(officer.locator("#found-all")).to_have_attribute("href", "/search?q=yen")
    officer.keyboard.press("ArrowDown")
    assert chosen(officer) is not None
    officer.keyboard.type(" so")
    assert chosen(officer) is None


def test_escape_and_leaving_close_the_lines_and_coming_back_shows_them_again(officer, box):
    found = officer.locator("#site-found")
    search(officer, "hoa")
    officer.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    officer.keyboard.press("ArrowDown")
    expect(found).to_be_visible()
    officer.keyboard.press("Tab")
    expect(found).to_be_hidden()
    officer.keyboard.press("Shift+Tab")
    expect(found).to_be_visible()
    box.fill("")
    expect(found).to_be_hidden()


def test_a_click_on_a_line_opens_it(officer):
    search(officer, "lê thu hoà")
    officer.locator("#site-found [role=option]").first.click()
    officer.wait_for_url(re.compile(r"/people/\d+$"))
    expect(officer.locator("h1")).to_have_text("Lê Thu Hòa")


def test_a_slash_goes_to_the_box_but_stays_a_slash_in_a_field(officer, box):
    officer.goto("/schools")
    officer.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    officer.locator("#q").focus()
    officer.keyboard.type("19/5")
    expect(officer.locator("#q")).to_have_value("19/5")


def test_no_request_is_sent_while_a_syllable_is_composed(officer, box):
    sent = fragments(officer)
    box.click()
    keyboard = officer.context.new_cdp_session(officer)
    for text in ("n", "ng", "ngu", "nguy", "nguyê", "nguyễ", "nguyễn"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        # Each stands longer than the box waits for the next key, all of them without the pause of somebody who waits.
        officer.evaluate("() => new Promise(done => setTimeout(done, 350))")
    expect(box).to_have_value("nguyễn")
    assert sent == []
    with officer.expect_response(lambda response: "/search/quick" in response.url):
        keyboard.send("Input.insertText", {"text": "nguyễn"})
    expect(officer.locator("#site-found mark").first).to_have_text("Nguyễn")
    assert [url.partition("?")[2] for url in sent] == ["q=nguy%E1%BB%85n"]


def test_keys_that_belong_to_the_composition_choose_nothing(officer, box):
    search(officer, "hoa")
    keyboard = officer.context.new_cdp_session(officer)
    keyboard.send("Input.imeSetComposition", {"text": "hoà", "selectionStart": 3, "selectionEnd": 3})
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', isComposing: true, bubbles: true}))"
    )
    assert chosen(officer) is None


def test_fast_typing_asks_once(officer, box):
    sent = fragments(officer)
    box.click()
    officer.keyboard.type("hoang liet", delay=40)
    expect(officer.locator("#site-found [role=option]").first).to_contain_text("Hoàng Liệt")
    assert [url.partition("?")[2] for url in sent] == ["q=hoang+liet"]


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_lines_open_and_a_thumb_hits_them(window, width):
    page = window("hm.chuyenvien", viewport={"width": width, "height": 640}, has_touch=width < 800)
    places = (
        "() => ['main', 'header.top'].map(name => JSON.stringify(document.querySelector(name).getBoundingClientRect()))"
    )
    before = page.evaluate(places)
    search(page, "hoa")
    assert page.evaluate(places) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    lines = [line.bounding_box() for line in page.locator("#site-found [role=option]").all()]
    assert min(line["height"] for line in lines) >= 44
    field = page.locator("#site-search").bounding_box()
    if width == 360:
        assert field["width"] >= 340


def test_what_was_typed_before_htmx_had_arrived_is_searched(officer, box):
    held = []
    officer.route("**/htmx.min*", lambda route: held.append(route))
    officer.goto("/", wait_until="commit")
    box.click()
    officer.keyboard.type("yen so")
    expect(officer.locator("#site-found")).to_be_hidden()
    held[0].continue_()
    expect(officer.locator("#site-found [role=option]").first).to_contain_text("Yên Sở")


def test_the_box_works_without_scripts(window):
    page = window("hm.chuyenvien", java_script_enabled=False)
    page.locator("#site-search").fill("yên sở")
    page.locator("#site-search").press("Enter")
    page.wait_for_url("**/search?q=y*")
    expect(page.locator("[data-panel='search.schools'] li")).to_have_count(3)
