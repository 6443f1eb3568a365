"""A round of coffee in a real browser, from the started program to the report."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import icalendar
import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.commands.example import IN_COFFEE, PEOPLE, SEED
from bot.domain import example
from tests.end_to_end import bot_process

ORGANISER, *_, NEWCOMER = (person.name for person in example.invent(SEED, PEOPLE)[: IN_COFFEE + 1])
# A round is planned in a process of its own, which has to start first.
PATIENCE_MS = 20_000
MOST_TABS = 120


class Person:
    """Somebody at the chat page of the running program: what they do and what they see."""

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self.first_name = name.partition(" ")[0]
        self.page = page
        self.messages = page.locator("#log .line.bot .bubble")
        self.dialog = page.locator("dialog[open]")

    async def says(self, words: str) -> None:
        await self.page.get_by_label("Your message").focus()
        await self.page.keyboard.type(words)
        await self.page.keyboard.press("Enter")

    async def hears(self, *words: str) -> Locator:
        """The one message with all these words, once it is there."""
        found = self.messages
        for each in words:
            found = found.filter(has_text=each)
        await expect(found).to_have_count(1, timeout=PATIENCE_MS)
        return found

    async def tabs_to(self, target: Locator) -> None:
        for _ in range(MOST_TABS):
            if await target.evaluate("element => element === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} can't be reached by keyboard.")


Arrives = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[str]:
    """The address of the program, started in an empty folder with no setting but its port."""
    settings = bot_process.environment(tmp_path)
    del settings["KEYS_DIR"]
    async with bot_process.running(settings, tmp_path) as started:
        yield started.address
        assert await started.ended() == 0, started.output()


@pytest.fixture
async def arrives(bot: str, browser_page: Page) -> AsyncIterator[Arrives]:
    """Opens a browser of their own for each; a script that broke on the way is a fault."""
    browser = browser_page.context.browser
    assert browser is not None
    errors: list[str] = []
    opened: list[BrowserContext] = []

    async def act_as(name: str) -> Person:
        context = await browser.new_context(locale="en-GB", timezone_id="Europe/London")
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(bot)
        await page.get_by_role("button", name=f"Act as {name}", exact=True).click()
        await expect(page.get_by_role("log")).to_have_attribute(
            "aria-busy", "false", timeout=PATIENCE_MS
        )
        return Person(name, page)

    yield act_as
    for context in opened:
        await context.close()
    assert errors == []


async def test_round_runs_in_a_browser_from_joining_to_the_report(
    arrives: Arrives, tmp_path: Path
) -> None:
    leader, organiser = await arrives(NEWCOMER), await arrives(ORGANISER)
    await leader.page.evaluate("window.isTheSamePage = true")

    # Whoever is free at all times has one in common with anybody.
    await _introduces_themselves_by_keyboard(leader)
    await leader.says("coffee join")
    await leader.hears("You are in. The next round goes out on Tuesday")
    await organiser.says("coffee run")
    await organiser.hears("I am matching everybody now. You hear from me in a moment.")
    card = await leader.hears("Why you two:")
    await expect(card).to_contain_text("You get this because you joined coffee.")
    heading = await card.get_by_role("heading").inner_text()
    partner = await arrives(heading.removeprefix("Coffee: "))
    await expect(leader.page.locator("#panel")).to_contain_text(f"Your coffee now: {partner.name}.")

    out = await organiser.hears("Round 5 of coffee is out: 52 leaders in 26 groups")
    await out.get_by_role("button", name="See the report").click()
    report = await organiser.hears("Round 5 of coffee: under way")
    assert await _figures(report) == {
        "Met": "0% of groups (0 of 26)",
        "Answered": "0 of 52 people",
        "Worth it": "0 of 0 answers",
        "Could not make it": "0 people",
        "Met before": "0 pairs",
    }

    await _agree_on_a_time(leader, partner, saved=tmp_path / "coffee.ics")
    await organiser.says("coffee ask")
    await organiser.hears("I am asking 26 groups “Did you meet?” now.")
    question = await leader.hears(f"Did you meet {partner.name}?")
    await question.get_by_role("button", name="Yes", exact=True).click()
    thanks = await leader.hears("Lovely. Was it worth it?")
    await expect(leader.messages.filter(has_text="Did you meet")).to_have_count(0)
    await thanks.get_by_role("button", name="Worth it", exact=True).click()
    await leader.hears("Thank you. That is what this is for.")
    assert await leader.page.evaluate("window.isTheSamePage")

    await organiser.says("coffee report")
    reports = organiser.messages.filter(has_text="Round 5 of coffee: under way")
    await expect(reports).to_have_count(2)
    assert await _figures(reports.last) == {
        "Met": "4% of groups (1 of 26)",
        "Answered": "1 of 52 people",
        "Worth it": "1 of 1 answer",
        "Could not make it": "0 people",
        "Met before": "0 pairs",
    }
    await organiser.page.get_by_role("link", name="Organisers").click()
    await organiser.page.get_by_role("link", name="Coffee", exact=True).click()
    await organiser.page.get_by_role("link", name="See the report").click()
    await expect(organiser.page.get_by_role("heading", level=1)).to_have_text("Round 5")
    shown = await _figures(organiser.page.get_by_role("region", name="Did they meet?"))
    assert shown["Groups that met"] == "1 of 26"
    assert shown["Answered"] == "1 of 52 people"
    assert shown["Said it was worth it"] == "1 of 1 answer"


async def _introduces_themselves_by_keyboard(leader: Person) -> None:
    """The whole form without a pointer: a field left empty is marked, then all is sent."""
    await leader.says("introduce")
    role = leader.dialog.get_by_label("Your role")
    await expect(role).to_be_focused()
    await leader.page.keyboard.press("Control+A")
    await leader.page.keyboard.press("Delete")
    await leader.page.keyboard.press("Enter")
    await expect(role).to_have_attribute("aria-invalid", "true")
    await expect(role).to_be_focused()
    await leader.page.keyboard.type("Community matron")

    times = leader.dialog.get_by_role("group", name="Times of the week").get_by_role("checkbox")
    for box in await times.all():
        await leader.tabs_to(box)
        if not await box.is_checked():
            await leader.page.keyboard.press("Space")
    await leader.tabs_to(leader.dialog.get_by_role("button", name="Introduce me"))
    await leader.page.keyboard.press("Enter")

    await expect(leader.dialog).to_have_count(0)
    await leader.hears(
        f"Thank you, {leader.first_name}. Your introduction is changed. This is what others see:",
        "Community matron",
    )


async def _agree_on_a_time(leader: Person, partner: Person, *, saved: Path) -> None:
    """Both tap the same time, and each gets the calendar file of it."""
    card = await leader.hears("Tap those that suit you:")
    their_card = await partner.hears(f"Coffee: {leader.name}", "Community matron")
    time = card.get_by_role("button", name=re.compile(r", \d\d:\d\d$")).first
    offered = await time.inner_text()
    when = offered.replace(", ", " at ")

    await time.click()
    await leader.hears(
        f"Noted: {when} suits you. As soon as it suits {partner.first_name} too, "
        "it is in the calendar."
    )
    await their_card.get_by_role("button", name=offered).click()
    await partner.hears(f"Noted: {when} suits all of you.")

    for each, other in ((leader, partner), (partner, leader)):
        agreed = await each.hears(f"You are meeting on {when}, with {other.name}.")
        async with each.page.expect_download() as download:
            await agreed.get_by_role("link", name="Add to my calendar").click()
        file = await download.value
        assert file.suggested_filename == "coffee.ics"
        await file.save_as(saved)
        calendar = icalendar.Calendar.from_ical(await asyncio.to_thread(saved.read_bytes))
        assert calendar["METHOD"] == "PUBLISH"
        (event,) = calendar.events
        assert f"{event.start:%A} {event.start.day} {event.start:%B at %H:%M}" == when
        assert event.start.tzinfo is not None
        assert event.duration.total_seconds() == 30 * 60
        people = event["SUMMARY"].removeprefix("Coffee: ").split(" and ")
        assert set(people) == {leader.name, partner.name}


async def _figures(place: Locator) -> dict[str, str]:
    """The first list of labels and figures in a place."""
    rows = await place.locator("dl").first.locator("> div").all()
    return {
        await row.locator("dt").inner_text(): await row.locator("dd").inner_text() for row in rows
    }
