"""Makes the pictures of docs/pictures from the running product: ``make pictures``.

The product starts in an empty folder with its example community. What is seen is what a leader
and an organiser see, in a light Chromium at twice the size; names and matches come from the seed.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from bench import three_platforms
from bot.commands.example import IN_COFFEE, PEOPLE, SEED
from bot.domain import example

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
DESKTOP = ViewportSize(width=1180, height=760)
# Tall enough for a whole report: a card that scrolls can't be pictured in one piece.
TALL = ViewportSize(width=1180, height=2400)
PHONE = ViewportSize(width=390, height=844)
# Less than the room between a message and what stands beside it.
MARGIN = 8
MOST_BYTES = 300_000
PATIENCE_MS = 30_000
ORGANISER, *_, NEWCOMER = (person.name for person in example.invent(SEED, PEOPLE)[: IN_COFFEE + 1])


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing (Debian: apt-get install chromium).")
    expect.set_options(timeout=PATIENCE_MS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take_all(browser, address)
        browser.close()
    three_platforms.main()
    for picture in sorted(PICTURES.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.relative_to(ROOT)}: {size / 1000:.0f} kB")
        if size > MOST_BYTES:
            sys.exit(f"{picture.name} is larger than {MOST_BYTES / 1000:.0f} kB.")


def take_all(browser: Browser, address: str) -> None:
    leader = act_as(browser, address, NEWCOMER, TALL)
    organiser = act_as(browser, address, ORGANISER, TALL)

    # Whoever is free at many times is offered several with anybody.
    say(leader, "introduce")
    times = leader.get_by_role("group", name="Times of the week")
    for box in times.get_by_role("checkbox").all():
        box.check()
    leader.get_by_role("button", name="Introduce me").click()
    hears(leader, "Your introduction is changed.")
    say(leader, "coffee join")
    hears(leader, "You are in.")

    say(organiser, "coffee setup")
    organiser.get_by_label("Yes; without an approval it is held").check()
    organiser.locator("dialog[open]").get_by_role("button", name="Save").click()
    hears(organiser, "Coffee is set up.")
    say(organiser, "coffee run")
    hears(organiser, "Round 5 of coffee is drafted")
    console = act_as(browser, address, ORGANISER, DESKTOP)
    console.get_by_role("link", name="Organisers").click()
    console.get_by_role("link", name="Coffee", exact=True).click()
    expect(console.get_by_role("heading", name="Round 5")).to_be_visible()
    console.screenshot(path=PICTURES / "review.png")

    say(organiser, "coffee review")
    draft = hears(organiser, "drafted, waiting for approval")
    draft.get_by_role("button", name="Send now").click()
    organiser.get_by_role("alertdialog").get_by_role("button", name="Send now").click()
    picture(leader, hears(leader, "Why you two:"), "coffee-card")
    phone = act_as(browser, address, NEWCOMER, PHONE, is_mobile=True)
    hears(phone, "Why you two:")
    phone.screenshot(path=PICTURES / "phone.png")

    hears(organiser, "Round 5 of coffee is out:")
    say(organiser, "coffee report 4")
    picture(organiser, hears(organiser, "Round 4 of coffee: closed"), "report")

    console.get_by_role("link", name="Overview").click()
    expect(console.get_by_role("heading", level=1)).to_have_text("Overview")
    console.screenshot(path=PICTURES / "console.png")


def act_as(
    browser: Browser, address: str, name: str, size: ViewportSize, *, is_mobile: bool = False
) -> Page:
    """A browser of their own, at the chat page as this person."""
    context = browser.new_context(
        viewport=size,
        device_scale_factor=2,
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
        is_mobile=is_mobile,
        has_touch=is_mobile,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name=f"Act as {name}", exact=True).click()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
    return page


def say(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.keyboard.press("Enter")


def hears(page: Page, words: str) -> Locator:
    """The newest message with these words, once it is there."""
    found = page.locator("#log .line.bot").filter(has_text=words).last
    expect(found).to_be_visible()
    return found


def picture(page: Page, line: Locator, name: str) -> None:
    """A message with a little of the ground it stands on."""
    card = line.locator(".bubble")
    # Nothing has the focus in a picture, and nothing is under a pointer.
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    assert box is not None
    page.screenshot(
        path=PICTURES / f"{name}.png",
        clip={
            "x": box["x"] - MARGIN,
            "y": box["y"] - MARGIN,
            "width": box["width"] + 2 * MARGIN,
            "height": box["height"] + 2 * MARGIN,
        },
    )


@contextmanager
def running() -> Iterator[str]:
    """The product in an empty folder, with no setting but its port; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder,
            env=kept | {"PYTHONPATH": str(ROOT), "PORT": str(port)},
        )
        try:
            while not answers(f"{address}/healthz"):
                if process.poll() is not None:
                    sys.exit("The product did not start.")
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait()


def answers(address: str) -> bool:
    try:
        with urlopen(address) as response:
            return bool(response.status == 200)
    except URLError:
        return False


if __name__ == "__main__":
    main()
