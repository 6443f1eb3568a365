"""The deliveries in a real browser while something is under way."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from storage.outbox import State
from storage.tables import outbox
from tests.console.conftest import Place
from tests.console.test_browser import SIZES, faults
from tests.console.test_progress import announce
from tests.leaders import Leader


def ends(place: Place, *keys: str) -> None:
    """These messages arrive."""
    with place.community.database.transaction() as db:
        db.connection.execute(
            outbox.update()
            .where(outbox.c.key.in_([f"announcement:7:{key}" for key in keys]))
            .values(state=State.SENT, settled_at=place.community.now)
        )


async def opened(place: Place, page: Page) -> None:
    # Time is the test's: the page's own clock stands still until it is told to go on.
    await page.clock.install()
    await page.goto(f"{place.origin}/console/deliveries")


async def test_page_follows_what_is_under_way_until_it_has_ended(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    page = browser_page
    announce(place, 6)
    await opened(place, page)
    asked: list[str] = []
    # The browser fetches the page's icon when it likes.
    page.on("request", lambda each: asked.extend([each.url] * ("/static/" not in each.url)))

    ends(place, "0", "1")
    await page.clock.run_for(3_100)
    await expect(page.get_by_text("2 of 6 sent, 4 waiting.")).to_be_visible()
    ends(place, "2", "3", "4", "5")
    await page.clock.run_for(3_100)
    await expect(page.get_by_text("6 of 6 sent.")).to_be_visible()
    await page.clock.run_for(30_000)

    assert asked == [f"{place.origin}/console/deliveries/progress"] * 2


async def test_question_that_is_open_stays_open_and_is_answered(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    page = browser_page
    announce(place, 6)
    with place.community.database.transaction() as db:
        db.drain.pause_lane(
            place.community.lanes["web"], until=place.community.now + timedelta(hours=1)
        )
    await opened(place, page)

    await page.locator("summary", has_text="Cancel the rest").click()
    await page.locator("h1").click()
    ends(place, "0")
    await page.clock.run_for(7_000)
    await expect(page.get_by_text("6 messages would go to nobody.")).to_be_visible()
    await page.get_by_role("button", name="Yes, cancel the rest").click()

    await expect(page.locator(".flash")).to_have_text(
        "Announcement: stopped. 1 of 6 were sent, 5 cancelled."
    )


@pytest.mark.parametrize("size", SIZES)
async def test_progress_has_no_accessibility_faults(
    place: Place, olu: Leader, browser_page: Page, size: dict[str, int]
) -> None:
    page = browser_page
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    announce(place, 6)
    with place.community.database.transaction() as db:
        db.drain.pause_lane(
            place.community.lanes["web"], until=place.community.now + timedelta(hours=1)
        )
    await page.add_init_script("addEventListener('securitypolicyviolation', () => { broken = 1 })")
    await opened(place, page)
    closed = await faults(page)
    await page.locator("summary", has_text="Cancel the rest").click()

    assert (closed, await faults(page)) == ([], [])
    assert await page.evaluate("'broken' in window") is False
