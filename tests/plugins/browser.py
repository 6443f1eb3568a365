"""A page in Debian's Chromium for the tests that look at what the bot serves.

Starting Chromium costs more than most of these tests, so each process of a run starts it once and
each test gets a context of its own in it: cookies, storage and cache are nobody else's.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

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

# Its standard input closes however the run ends, killed included; then nothing is left behind.
GUARD = 'setsid "$@" & server=$!; read -r _; kill -- -"$server"; wait "$server"'


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chromium that runs until the tests end."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is missing (Debian: apt-get install chromium)")

    options: Path = tmp_path_factory.mktemp("chromium") / "options.json"
    options.write_text(
        json.dumps({"executablePath": program, "args": ARGUMENTS, "host": "127.0.0.1"})
    )
    serve = [sys.executable, "-m", "playwright", "launch-server"]
    with subprocess.Popen(
        ["sh", "-c", GUARD, "guard", *serve, "--browser", "chromium", "--config", str(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert address.startswith("ws://"), f"Chromium did not start: {address}"
        yield address
        server.stdin.close()


@pytest.fixture
async def browser_page(chromium: str) -> AsyncIterator[Page]:
    """A blank page with its own cookies. `browser_page.context.browser` opens more of them."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect(chromium)
        context = await browser.new_context(locale="en-GB", timezone_id="Europe/London")
        context.set_default_timeout(PATIENCE_MS)
        yield await context.new_page()
        await browser.close()
