"""Ticking schools to change them in one go."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def rows(page: Page):
    return page.locator("#list input[name=school]")


def test_all_that_match_ticks_the_rows_in_sight_until_one_is_taken_out(officer):
    officer.goto("/schools?district=1&level=4")
    every = officer.locator("input[name=all]")
    every.check()
    assert officer.locator("input[name=school]:checked").count() == rows(officer).count() > 1
    rows(officer).first.uncheck()
    expect(every).not_to_be_checked()
    expect(rows(officer).nth(1)).to_be_checked()


def test_what_is_ticked_right_after_typing_stays_ticked(officer):
    officer.goto("/schools?district=1")
    officer.locator("#q").fill("hoang liet")
    officer.wait_for_url("**q=hoang+liet**")
    expect(officer.locator("#list .chip").first).to_contain_text("hoang liet")
    rows(officer).first.check()
    # Longer than the list waits for the next key.
    officer.wait_for_timeout(600)
    expect(rows(officer).first).to_be_checked()
    officer.locator("#change").select_option("difficult_area:1")
    officer.locator("#bulk button").click()
    officer.wait_for_url("**/schools/bulk**")
    expect(officer.locator("[data-panel='schools.bulk'] li")).to_have_count(1)
