"""Pictures one coffee card on Slack, in Teams and on the web: part of ``make pictures``.

The whole product runs against the stand-ins of the tests. Three invented leaders, one on each
platform, are matched in a round; what each of them got is drawn and set side by side.
"""

import asyncio
import base64
import csv
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bench import drawings
from bot.commands.example import PEOPLE, SEED
from bot.domain import example
from bot.domain.example import Invented
from tests.end_to_end.bot_process import Bot, command, environment, running, until
from tests.slack_stand_in import BOT_TOKEN, SECRET, SlackStandIn
from tests.teams_identity import Identity
from tests.teams_stand_in import TeamsStandIn

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "three-platforms.png"
ORGANISER, ON_SLACK, IN_TEAMS = "U0ORGANISER", "U0LEADER", "00000000-aaaa-4bbb-8ccc-00000000000a"
SLOTS = "tue-lunch; thu-late"
WITHIN = 30
STYLE = """
body { margin: 0; padding: 20px; background: #f0f4f5; font: 15px "DejaVu Sans", sans-serif; }
main { display: flex; gap: 20px; align-items: flex-start; }
figure { margin: 0; background: #fff; border: 1px solid #d8dde0; border-radius: 6px; }
figcaption { padding: 10px 16px; border-bottom: 1px solid #d8dde0; font-weight: 700; }
img { display: block; width: 395px; }
p { margin: 14px 0 0; color: #4c6272; font-size: 13px; }
"""


def main() -> None:
    asyncio.run(picture())


async def picture() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing (Debian: apt-get install chromium).")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shots = await cards(browser)
        page = await opened(browser, side_by_side(shots), width=1280, scale=1)
        await page.screenshot(path=PICTURE, full_page=True)
        await browser.close()


async def cards(browser: Browser) -> dict[str, bytes]:
    """What each of the three got, drawn: the platform with a picture."""
    people = chosen()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            Identity() as identity,
            SlackStandIn() as slack,
            TeamsStandIn(mint=identity.token, takes=identity.takes) as teams,
        ):
            settings = environment(
                folder,
                DATABASE_URL=f"sqlite:///{folder}/leaders.db",
                SLACK_BOT_TOKEN=BOT_TOKEN,
                SLACK_SIGNING_SECRET=SECRET,
                SLACK_API_URL=slack.api_url,
                ORGANISERS=f"slack:{ORGANISER}",
                **identity.settings(),
            )
            slack.person(ORGANISER, "The Organiser")
            slack.person(ON_SLACK, people[0].name, email=people[0].email)
            teams.person(IN_TEAMS, people[1].name, email=people[1].email)
            async with running(settings, folder) as bot:
                await imported(settings, folder, people)
                slack.bot_url, teams.bot_url = bot.events_address, f"{bot.address}/api/messages"
                await teams.installs(IN_TEAMS)
                await slack.command(ORGANISER, "/leaders coffee run")
                direct = slack.direct(ON_SLACK)
                said = await until(
                    lambda: [one for one in slack.said if one.channel == direct],
                    what="card in Slack",
                    within=WITHIN,
                )
                sent = await until(
                    lambda: [one for one in teams.said if "Coffee:" in str(one.card)],
                    what="card in Teams",
                    within=WITHIN,
                )
                link = (await command(settings, folder, "invite", people[2].email)).out.strip()
                web = await on_web(browser, bot, link)
    named = {user: known["profile"]["real_name"] for user, known in slack.users.items()}
    return {
        "Slack": await drawn(browser, drawings.slack(said[-1].blocks, named)),
        "Microsoft Teams": await drawn(browser, drawings.teams(sent[-1].card)),
        "Web chat": web,
    }


def chosen() -> list[Invented]:
    """Three of the example's people who work in three organisations and boroughs."""
    found: list[Invented] = []
    for each in example.invent(SEED, PEOPLE):
        places = {one.profile.place for one in found}
        organisations = {one.profile.organisation for one in found}
        if each.profile.place not in places and each.profile.organisation not in organisations:
            found.append(each)
    return found[:3]


async def imported(settings: dict[str, str], folder: Path, people: list[Invented]) -> None:
    table = folder / "leaders.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ("Name", "E-mail", "Role", "Borough", "Organisation", "Profession", "Interests",
             "Ask me about", "Slots", "Platform", "Slack", "Coffee")
        )  # fmt: skip
        for each, platform in zip(people, ("slack", "teams", "web"), strict=True):
            told = each.profile
            user = ON_SLACK if platform == "slack" else ""
            rows.writerow(
                (each.name, each.email, told.job, told.place, told.organisation, told.profession,
                 "; ".join(people[0].profile.interests[:2]), told.ask_me_about, SLOTS, platform,
                 user, "yes")
            )  # fmt: skip
    done = await command(settings, folder, "import", "members", str(table))
    if done.code:
        sys.exit(done.err or done.out)


async def on_web(browser: Browser, bot: Bot, link: str) -> bytes:
    """The card in the chat page, as somebody sees it who enters by their link."""
    context = await browser.new_context(
        viewport={"width": 700, "height": 1400},
        device_scale_factor=2,
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(link)
    await page.get_by_role("button").first.click()
    card = page.locator("#log .line.bot").filter(has_text="Why you three:").last
    await card.wait_for()
    shot = await card.locator(".bubble").screenshot()
    await context.close()
    assert page.url.startswith(bot.address)
    return shot


async def drawn(browser: Browser, source: str) -> bytes:
    page = await opened(browser, source, width=600)
    shot = await page.locator("main").screenshot()
    await page.close()
    return shot


async def opened(browser: Browser, source: str, *, width: int, scale: int = 2) -> Page:
    page = await browser.new_page(
        viewport={"width": width, "height": 300}, device_scale_factor=scale, color_scheme="light"
    )
    await page.set_content(source)
    return page


def side_by_side(shots: dict[str, bytes]) -> str:
    figures = "".join(
        f"<figure><figcaption>{name}</figcaption>"
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(shot).decode()}"></figure>'
        for name, shot in shots.items()
    )
    note = "Example people, all invented. Slack's card is drawn from its blocks by the project."
    return f"<!doctype html><style>{STYLE}</style><main>{figures}</main><p>{note}</p>"


if __name__ == "__main__":
    main()
