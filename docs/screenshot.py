"""Take docs/screenshot.png, the page of a pair of schools, from a running demo: ``make screenshot``."""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from intranet.demo.build import PASSWORD

TARGET = Path(__file__).with_name("screenshot.png")
MOST_BYTES = 150_000


def main(base: str = "http://127.0.0.1:8000", path: str = "/pairings/1", username: str = "hm.hieutruong") -> None:
    """Sign in, open the page, photograph the first screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        page = browser.new_page(base_url=base, viewport={"width": 1280, "height": 800}, locale="vi-VN")
        page.goto("/login")
        page.locator("#username").fill(username)
        page.locator("#password").fill(PASSWORD)
        page.locator("[data-form=login] button[name=action]").click()
        page.wait_for_url("**/")
        page.goto(path)
        page.screenshot(path=TARGET, animations="disabled")
        browser.close()
    size = TARGET.stat().st_size
    print(f"{TARGET.name}: {size:,} bytes")
    if size > MOST_BYTES:
        sys.exit(f"More than {MOST_BYTES:,} bytes: too heavy for the repository.")


if __name__ == "__main__":
    main(*sys.argv[1:])
