"""The pages in a real browser: by keyboard, on a phone, in the dark, and without a script."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.chat import messages
from bot.domain import pairing
from bot.domain.importing import Column
from bot.errors import CannotDeliver
from tests.console.conftest import Place, drafted, leaders, set_up
from tests.leaders import Leader

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = [
    {"width": 1280, "height": 800},
    {"width": 360, "height": 640},
    {"width": 320, "height": 256},
]
# Where the pages are narrowest they are looked at with nothing on them, too.
NARROWEST = 320
NAMES = (
    "Ada Obi",
    "Bartholomew Featherstonehaugh-Cholmondeley of the Northern Lewisham Primary Care Network",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "Di Eve",
)
PATHS = (
    "/console",
    "/console/coffee",
    "/console/coffee/setup",
    "/console/coffee/rounds",
    "/console/coffee/rounds/1",
    "/console/coffee/rounds/2",
    "/console/announcements",
    "/console/announcements/new",
    "/console/members",
    "/console/members?words=nobody",
    "/console/deliveries",
    "/console/deliveries?state=cannot",
    "/console/schedule",
    "/console/doing",
    "/console/purpose",
    "/console/audit",
    "/console/audit?words=since+teatime",
    "/console/import",
    "/console/community",
    "/console/community/interest/merge",
    "/console/nothing",
)
# These are looked at with all that opens in them opened.
OPENED = (
    "/console/coffee",
    "/console/announcements/1",
    "/console/announcements/2",
    "/console/prompts",
)


async def faults(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is, and whether it is too wide."""
    if not AXE.exists():
        pytest.skip("axe-core is missing (npm ci)")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [
        f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}"
        for one in found["violations"]
    ] + ["wider than the window"] * wide


async def announced(place: Place, olu: Leader) -> None:
    """Something that went out and was confirmed by one, a draft, and questions every week."""
    await place.community.leader("Hana Ghosh", platform="teams")
    place.community.teams.troubles = [CannotDeliver("the bot was blocked")]
    form = await place.opens("/console/announcements/new")
    words = f"# Clinics\n\n{NAMES[2]} and [a site](https://book.example)\n\n1. Book\n2. Come"
    chosen = {"field_text": words, "field_way": "both", "field_acknowledge": "yes"}
    draft = await place.presses(form, "Preview", **chosen)
    await place.presses(draft, "Make a copy: announcement 1")
    await place.presses(draft, "Yes, send it: announcement 1")
    await place.community.settle()
    await olu.does("announce read", text="1")
    made = await place.presses(await place.opens("/console/prompts/new"), "Save")
    await place.presses(made, "Skip the next one: prompts 1")


async def busy(place: Place, olu: Leader) -> list[Leader]:
    """Rounds that went out, a draft with somebody left out, and deliveries in trouble."""
    people = await leaders(place.community, *NAMES)
    await announced(place, olu)
    await set_up(place)
    await place.community.passes(timedelta(days=17))
    place.community.web.troubles = [CannotDeliver("the account was closed")]
    with place.community.database.transaction() as db:
        for key in ("one", "two"):
            db.outbox.post(
                place.community.id, people[1].account, messages.message(), key=key,
                subject="greeting", now=place.community.now, member=people[1].id,
            )  # fmt: skip
        db.import_drafts.save(
            place.community.id, db.members.organisers(place.community.id)[0].id, name="people.csv",
            rows=(("Name", "E-mail", "Borough"), ("Zoe", "zoe@x.example", ""), ("Al", "al", "")),
            columns={Column.NAME: 0, Column.EMAIL: 1}, now=place.community.now,
        )  # fmt: skip
        db.members.add(place.community.id, "Nowhere", now=place.community.now, zone="Europe/London")
    await set_up(place, review="hold")
    await place.presses(await place.opens("/console/coffee"), "Yes, run a round")
    await place.community.settle()
    with place.community.database.transaction() as db:
        draft = db.coffee.rounds(place.community.id, limit=1)[0]
        gap = pairing.Unmatched(str(people[0].id), "cannot be paired")
        db.coffee.save_round(replace(draft, unmatched=(gap,)))
    return people


async def tabs_to(page: Page, target: Locator) -> None:
    for _ in range(60):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{target} can't be reached by keyboard.")


@pytest.mark.parametrize(
    ("scheme", "size"),
    list(zip(("light", "dark", "light"), SIZES, strict=True)),
    ids=["light-desktop", "dark-phone", "light-zoomed"],
)
async def test_pages_have_no_accessibility_faults(
    place: Place, olu: Leader, browser_page: Page, scheme: str, size: dict[str, int]
) -> None:
    page = browser_page
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.add_init_script("addEventListener('securitypolicyviolation', () => { broken = 1 })")
    found: dict[str, list[str]] = {}

    async def look(what: str) -> None:
        found[what] = await faults(page)
        found[what] += ["against the policy"] * await page.evaluate("'broken' in window")

    for path in PATHS if size["width"] == NARROWEST else ():
        await page.goto(place.origin + path)
        await look(f"empty {path}")
    people = await busy(place, olu)
    for path in (*PATHS, f"/console/coffee?swap={people[0].id}"):
        await page.goto(place.origin + path)
        await look(path)
    for path in OPENED:
        await page.goto(place.origin + path)
        for summary in await page.locator("summary").all():
            await summary.click()
        await look(f"everything opened {path}")
    await page.goto(f"{place.origin}/console/coffee/setup")
    await page.get_by_label("When do rounds go out?").fill("now and then")
    await page.get_by_role("button", name="Save").click()
    await look("mistakes")
    place.signs_in(people[0])
    await page.goto(f"{place.origin}/console")
    await look("refused")

    assert found == {what: [] for what in found}


async def test_draft_is_reviewed_by_keyboard_alone(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    page = browser_page
    people = await drafted(place, "Ada Obi", "Ben Cole", "Cy Dent", "Di Eve")
    await page.goto(f"{place.origin}/console/coffee")
    flash = page.locator(".flash")

    await tabs_to(page, page.locator("#group-1 summary"))
    await page.keyboard.press("Enter")
    await tabs_to(page, page.get_by_role("link", name=f"Swap {people[0].name} with…"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Who changes places with Ada Obi")).to_be_visible()
    await tabs_to(page, page.locator("#group-2").get_by_role("button").first)
    await page.keyboard.press("Enter")
    await expect(flash).to_contain_text("Swapped:")
    await expect(flash).to_be_focused()
    await tabs_to(page, page.locator("summary", has_text="Send now"))
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(flash).to_have_text("It is going out now.")


async def test_announcement_is_sent_by_keyboard_and_its_progress_shows_by_itself(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    page = browser_page
    await leaders(place.community, "Ada Obi")
    await page.goto(f"{place.origin}/console/announcements")

    await tabs_to(page, page.get_by_role("link", name="Write an announcement"))
    await page.keyboard.press("Enter")
    await tabs_to(page, page.get_by_label("What do you want to say?"))
    await page.keyboard.type("The bridge is closed.")
    await tabs_to(page, page.get_by_role("button", name="Preview"))
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_contain_text("The bridge is closed.")
    await tabs_to(page, page.locator("summary", has_text="Send it now"))
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".flash")).to_contain_text("is on its way to 2 people.")
    await expect(page.locator("[data-live]")).to_contain_text("Being sent")
    await place.community.settle()

    await expect(page.locator("[data-live]")).to_contain_text("Sent")
    await expect(page.locator("[data-live]")).to_contain_text("2 of 2")


async def test_mistakes_get_the_focus_and_lead_to_their_field(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    page = browser_page
    await page.goto(f"{place.origin}/console/coffee/setup")
    rhythm = page.get_by_label("When do rounds go out?")

    await rhythm.fill("now and then")
    await rhythm.press("Enter")
    await expect(page.get_by_role("alert")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(rhythm).to_be_focused()
    await expect(rhythm).to_have_value("now and then")
    await expect(rhythm).to_have_attribute("aria-invalid", "true")


async def test_skip_link_leads_past_the_menu(place: Place, olu: Leader, browser_page: Page) -> None:
    await browser_page.goto(f"{place.origin}/console")

    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.press("Enter")

    await expect(browser_page.locator("main")).to_be_focused()


async def test_table_is_a_list_with_labels_on_a_phone(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    await leaders(place.community, "Ada Obi")
    await browser_page.set_viewport_size({"width": 360, "height": 640})
    await browser_page.goto(f"{place.origin}/console/members")

    row = browser_page.get_by_role("row").filter(has_text="Ada Obi")

    await expect(row.get_by_text("Organisation", exact=True)).to_be_visible()
    await expect(row.get_by_role("cell")).to_have_count(4)


async def test_a_file_is_imported_by_keyboard(
    place: Place, olu: Leader, browser_page: Page
) -> None:
    page = browser_page
    table = "Name,E-mail,Where\nZoe,zoe@x.example,Lewisham\n"
    await page.goto(f"{place.origin}/console/import")
    await page.get_by_label("File").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )

    for button in ("Look at it", "Import 1 row"):
        await tabs_to(page, page.get_by_role("button", name=button))
        await page.keyboard.press("Enter")

    await expect(page.get_by_role("status")).to_have_text(
        "Imported: 1 added, 0 updated, 0 unchanged, 0 with problems."
    )
