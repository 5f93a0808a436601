"""Lists that filter while somebody types."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import sign_in

pytestmark = pytest.mark.browser


def count_of(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#count").inner_text()))


def fragments(page: Page) -> list[str]:
    """Grows with each request that htmx sends."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.headers.get("hx-request") else None)
    return sent


def test_typing_filters_the_list_in_place_and_back_shows_the_page_before(officer):
    officer.goto("/schools")
    everything = count_of(officer)
    officer.evaluate("window.sameDocument = true")
    box = officer.locator("#q")
    box.click()
    officer.keyboard.type("hoang liet")
    officer.wait_for_url("**q=hoang+liet**")
    expect(officer.locator("#list tbody tr").first).to_contain_text("Hoàng Liệt")
    expect(officer.locator("#count")).not_to_have_text(f"{everything} trường")
    assert 0 < count_of(officer) < everything
    assert officer.evaluate("window.sameDocument"), "the whole page was loaded"
    expect(box).to_be_focused()
    assert box.evaluate("field => [field.selectionStart, field.selectionEnd]") == [10, 10]

    officer.go_back()
    officer.wait_for_url(re.compile(r"/schools$"))
    expect(officer.locator("header.top")).to_have_count(1)
    expect(officer.locator("main")).to_have_count(1)
    expect(officer.locator("#count")).to_have_text(f"{everything} trường")


def test_no_request_is_sent_while_a_syllable_is_composed(officer):
    officer.goto("/schools")
    sent = fragments(officer)
    officer.locator("#q").click()
    keyboard = officer.context.new_cdp_session(officer)
    for text in ("h", "ho", "hoa", "hoà", "hoàng"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    expect(officer.locator("#q")).to_have_value("hoàng")
    # Longer than the list waits for the next key, shorter than the pause after which phones' whole words count.
    officer.evaluate("() => new Promise(done => setTimeout(done, 450))")
    assert sent == []
    with officer.expect_response(lambda response: "/schools?" in response.url):
        keyboard.send("Input.insertText", {"text": "hoàng"})
    expect(officer.locator("#list .chip")).to_contain_text("hoàng")
    assert len(sent) == 1


def test_a_pause_while_composing_searches_once(officer):
    officer.goto("/schools")
    sent = fragments(officer)
    officer.locator("#q").click()
    keyboard = officer.context.new_cdp_session(officer)
    keyboard.send("Input.imeSetComposition", {"text": "yên", "selectionStart": 3, "selectionEnd": 3})
    expect(officer.locator("#list .chip")).to_contain_text("yên")
    assert len(sent) == 1


def test_choosing_a_level_narrows_the_list_and_a_chip_takes_it_back(officer):
    officer.goto("/schools")
    everything = count_of(officer)
    officer.locator("#level").select_option(label="THCS")
    expect(officer.locator(".chip")).to_contain_text("THCS")
    assert count_of(officer) < everything
    officer.locator(".chip").click()
    expect(officer.locator("#count")).to_have_text(f"{everything} trường")


@pytest.mark.parametrize("query", ["after=x", "level=x", "q=%00"])
def test_what_goes_wrong_in_a_fragment_is_said_without_losing_place_or_focus(officer, query):
    officer.goto("/schools")
    rows = officer.locator("#list tbody tr").count()
    officer.locator("#q").focus()
    with officer.expect_response(lambda response: query in response.url) as answer:
        officer.evaluate("url => { htmx.ajax('GET', url, {target: '#list'}) }", f"/schools?{query}")
    assert 400 <= answer.value.status < 500
    expect(officer.locator("#flash .notice.bad b").last).to_have_text(answer.value.headers["x-request-id"])
    assert officer.locator("#list tbody tr").count() == rows
    expect(officer.locator("#q")).to_be_focused()


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_the_error_page_of_a_server_in_front_is_not_put_into_the_list(officer, kind):
    officer.goto("/schools")
    rows = officer.locator("#list tbody tr").count()
    page = "<html><h1>502 Bad Gateway</h1>"
    officer.route("**/schools?q=*", lambda route: route.fulfill(status=502, content_type=kind, body=page))
    officer.locator("#q").fill("hoa")
    expect(officer.locator("#flash")).to_contain_text("Máy chủ chưa thực hiện được việc này")
    assert officer.locator("#list tbody tr").count() == rows
    expect(officer.locator("body")).not_to_contain_text("Bad Gateway")


def test_the_network_lost_while_filtering_is_said_in_words(officer):
    officer.goto("/schools")
    officer.context.set_offline(True)
    officer.locator("#q").fill("hoa")
    expect(officer.locator("#flash")).to_contain_text("Không kết nối được máy chủ")
    officer.context.set_offline(False)
    officer.locator("#q").fill("hoàng liệt")
    expect(officer.locator(".chip")).to_contain_text("hoàng liệt")


def test_filtering_after_the_session_ended_leads_through_sign_in_back_to_the_list(officer):
    officer.goto("/schools?q=hoang+liet")
    shown = count_of(officer)
    officer.context.clear_cookies()
    officer.locator("#level").select_option(label="THCS")
    officer.wait_for_url("**/login?next=**")
    sign_in(officer, "hm.chuyenvien")
    officer.wait_for_url("**/schools?q=hoang+liet**")
    expect(officer.locator("#q")).to_have_value("hoang liet")
    assert count_of(officer) == shown
