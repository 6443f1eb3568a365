"""A page in Debian's Chromium for the tests that look at what the bot serves."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses its sandbox to root, and these pages are our own.
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Pages come from this machine; a name from elsewhere is not even looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# A page on loopback that has not answered by then is broken; playwright's own limit is 30 s.
PATIENCE_MS = 10_000


@pytest.fixture
async def browser_page() -> AsyncIterator[Page]:
    """A blank page with its own cookies. `browser_page.context.browser` opens more of them."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is missing (Debian: apt-get install chromium)")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = await browser.new_context(locale="en-GB", timezone_id="Europe/London")
        context.set_default_timeout(PATIENCE_MS)
        yield await context.new_page()
        await browser.close()
