"""Makes the README's pictures from a running demonstration. It starts nothing but a browser.

    make demo                                                       # in one terminal
    .venv/bin/python docs/make_screenshots.py [http://localhost:8000]    # in another

Needs what "make env" installs, and Chromium at /usr/bin/chromium (or where CHROMIUM says).
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WINDOW = {"width": 1280, "height": 960}


def main(address="http://localhost:8000"):
    IMAGES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context(
            base_url=address, viewport=WINDOW, locale="en-GB", timezone_id="Asia/Jakarta"
        )
        page = context.new_page()
        support_page(page)
        ticket_page(page)
        browser.close()


def support_page(page):
    page.goto("/support/")
    page.screenshot(path=IMAGES / "support.png")


def ticket_page(page):
    """A story of the demonstration that has gone through all three levels, as its leader sees it."""
    page.goto("/admin/login/")
    page.fill("[name=username]", "leader")
    page.fill("[name=password]", "helpdesk")
    page.click("form [type=submit]")
    page.goto("/admin/helpdesk/tickets/?view=all&q=storm")
    page.click(".wh-queue tbody a >> nth=0")
    page.locator(".wh-ticket").wait_for()
    page.screenshot(path=IMAGES / "ticket.png")


if __name__ == "__main__":
    main(*sys.argv[1:2])
