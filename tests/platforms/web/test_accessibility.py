"""What axe-core says of every page, dialog and size, in light and dark."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.platforms.web import sessions
from tests.platforms.web.chat_page import DESKTOP, PHONE, ZOOMED, Chat
from tests.platforms.web.fakes import ADA, BEN, MATCH
from tests.platforms.web.place import NOW, running, settings

ROOT = Path(__file__).parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is."""
    if not AXE.exists():
        pytest.skip("axe-core is missing (npm ci)")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize(("scheme", "size"), [("light", ZOOMED), ("dark", PHONE)])
async def test_asking_for_a_link_has_no_accessibility_faults(
    browser_page: Page, scheme: str, size: dict[str, int]
) -> None:
    page, found, asked = browser_page, {}, []
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    async def send_link(address: str) -> None:
        asked.append(address)

    async with running(settings(), send_link=send_link) as place:
        await page.goto(place.browser.origin)
        found["ask"] = await violations(page)
        await page.get_by_label("Your e-mail address").fill("ada@leaders.example")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Look at your e-mail")).to_be_visible()
        found["asked"] = await violations(page)
        is_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        await page.goto("about:blank")

    assert found == {"ask": [], "asked": []}
    assert asked == ["ada@leaders.example"]
    assert not is_wide


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESKTOP), ("dark", PHONE), ("light", ZOOMED)]
)
async def test_pages_have_no_accessibility_faults(
    chat: Chat, scheme: str, size: dict[str, int]
) -> None:
    page, place = chat.page, chat.place
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.add_init_script("addEventListener('securitypolicyviolation', () => { broken = 1 })")
    place.store.links[sessions.hashed("secret")] = BEN
    place.store.names = (("#3", "Priya Nair, Lambeth"),)
    place.store.keep_message(ADA.account, MATCH, key=None, now=NOW)
    found: dict[str, list[str]] = {}

    async def look(what: str) -> None:
        wide = "document.documentElement.scrollWidth > innerWidth"
        found[what] = await violations(page)
        found[what] += ["wider than the window"] * await page.evaluate(wide)
        found[what] += ["against the policy"] * await page.evaluate("'broken' in window")

    for path in ("/", "/enter/secret", "/enter/old"):
        await page.goto(place.browser.origin + path)
        await look(path)
    example = replace(ADA, is_example=True)
    place.store.examples = (example, replace(BEN, is_example=True))
    await page.goto(f"{place.browser.origin}/act")
    await look("people")
    await page.get_by_role("button", name="Act as Ada Okafor").click()
    await expect(chat.line("Meet Ben Adeyemi")).to_have_count(1)
    await chat.says("hello")
    await expect(chat.line("You said “hello”.")).to_have_count(1)
    await chat.says("avoid")
    await expect(chat.line("You won’t be matched.")).to_have_count(1)
    await look("chat")
    if size["width"] < DESKTOP["width"]:
        await page.get_by_text("Home", exact=True).click()
        await look("home")
    await chat.log.get_by_role("button", name="Find me someone else").click()
    await expect(chat.dialog).to_have_count(1)
    await look("question")
    await page.keyboard.press("Escape")
    await chat.says("introduce")
    await expect(chat.dialog).to_have_count(1)
    await look("form")
    await chat.dialog.get_by_role("button", name="Introduce me").click()
    await expect(chat.dialog.get_by_text("Fill in “Your role”.")).to_have_count(1)
    await look("errors")
    await chat.dialog.get_by_role("combobox", name="Who leads").press_sequentially("pri")
    await expect(chat.dialog.locator("[role=option]")).to_have_count(1)
    await look("suggestions")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await chat.goes_to("Introductions")
    await expect(chat.posts).to_have_count(0)
    await look("empty channel")
    await chat.sees_posted("introduction:7", MATCH)
    await expect(chat.posts).to_have_count(1)
    await look("channel")

    assert found == {what: [] for what in found}
