"""The calendar at a desk, on a telephone, on paper, by keys alone and without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from intranet.kernel.clock import midnight, today
from intranet.kernel.database import database, open_database
from intranet.registry.pledges import Meeting
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def busy_day(site, served_database):
    """A day of next month with five meetings of the first pair, as the served demo shows it."""
    open_database(served_database)
    day = (today().replace(day=1) + timedelta(days=40)).replace(day=15)
    pair = Pairing.get(Pairing.first_school == School.get(School.code == "01008508"))
    for number in range(5):
        start = midnight(day) + timedelta(hours=7 + 2 * number)
        Meeting.create(pairing=pair, title=f"Buổi {number}", starts_at=start, ends_at=start + timedelta(hours=1))
    database.close()
    return day


def month(day):
    return f"/calendar?month={day:%Y-%m}"


def test_a_month_at_a_desk_leads_to_the_day_with_all_it_holds(officer, busy_day):
    officer.goto("/")
    officer.locator("nav.side").get_by_role("link", name="Lịch", exact=True).click()
    officer.locator(".leaf").get_by_role("link", name=f"{busy_day.month}/{busy_day.year}").click()
    cell = officer.locator(".month td").filter(has_text="Buổi 0")
    expect(cell.locator("li")).to_have_count(4)
    cell.get_by_role("link", name="+2 mục nữa").click()
    expect(officer.locator("h1")).to_have_text(f"Lịch ngày {busy_day:%d/%m/%Y}")
    expect(officer.locator(".dates li")).to_have_count(5)


def test_on_a_telephone_the_days_stand_below_the_month(window, busy_day):
    page = window("hm.hieutruong", **PHONE)
    page.goto(month(busy_day))
    expect(page.locator(".month").get_by_text("Buổi 0")).to_be_hidden()
    expect(page.locator(".below").get_by_text("Buổi 0")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(".month .day", has_text="15").tap()
    expect(page.locator("h1")).to_have_text(f"Lịch ngày {busy_day:%d/%m/%Y}")


def test_keys_alone_reach_a_day(officer, busy_day):
    officer.goto(month(busy_day))
    day = officer.locator(f".month a.day[href^='/calendar/day/{busy_day}']")
    day.focus()
    officer.keyboard.press("Tab")
    expect(officer.locator(".month td", has_text="Buổi 0").locator("li a").first).to_be_focused()
    officer.keyboard.press("Shift+Tab")
    officer.keyboard.press("Enter")
    expect(officer.locator("h1")).to_have_text(f"Lịch ngày {busy_day:%d/%m/%Y}")


def test_without_scripts_one_leafs_and_makes_an_address(window, busy_day):
    page = window("hm.hieutruong", java_script_enabled=False)
    page.goto(month(busy_day))
    page.locator(".leaf a[rel=prev]").click()
    expect(page.locator(".month")).to_be_visible()
    page.get_by_role("link", name="Lịch trên điện thoại").click()
    page.get_by_role("button", name="Tạo địa chỉ").click()
    address = page.get_by_label("Địa chỉ lịch").input_value()
    answer = page.request.get(address)
    assert (answer.status, answer.text().count("SUMMARY:Cuộc họp: Buổi")) == (200, 5)


def test_paper_shows_the_month_and_nothing_to_press(officer, busy_day):
    officer.goto(month(busy_day))
    officer.emulate_media(media="print")
    expect(officer.locator(".month").get_by_text("Buổi 0")).to_be_visible()
    for part in (".leaf", ".tabs", ".below", ".btn"):
        for element in officer.locator(part).all():
            expect(element).to_be_hidden()
