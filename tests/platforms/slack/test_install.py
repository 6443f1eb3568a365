"""A workspace joins the community of its link, and nothing happens to whoever tampers with it."""

import base64
import hashlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.chat.messages import Account
from bot.chat.platform import SlackStore
from bot.ids import CommunityId, Lane
from bot.platforms.slack import install, links
from bot.platforms.slack.manifest import SCOPES
from storage.database import Database
from storage.secrets import Vault
from tests.leaders import START
from tests.platforms.slack.conftest import SEALING, Bot, started
from tests.slack_stand_in import SlackStandIn
from tests.slack_workspaces import CLIENT_ID, CLIENT_SECRET

BASE = "https://bot.example"
BROMLEY = Lane("slack:T2")
SEALS = Vault(SEALING)
ONE_SENTENCE = re.compile(r'<p class="lead">(.*?)</p>')
CLIENT = {"slack_bot_token": "", "slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET}


@dataclass
class Page:
    status: int
    headers: Any
    html: str
    cookie: str

    @property
    def said(self) -> str:
        found = ONE_SENTENCE.search(self.html)
        return found[1] if found else ""


@dataclass
class Browser:
    """Somebody's browser: keeps the cookies, and comes to the bot where it really is.

    ``bot`` is anything whose ``slack`` knows the bot's address.
    """

    bot: Any
    cookies: dict[str, str] = field(default_factory=dict)

    async def opens(self, url: str) -> Page:
        place = self.bot.slack.bot_url.removesuffix("/slack/events")
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(
                url.replace(BASE, place), cookies=self.cookies, allow_redirects=False
            ) as answer,
        ):
            self.cookies |= {name: kept.value for name, kept in answer.cookies.items()}
            set_cookie = answer.headers.get("Set-Cookie", "")
            return Page(answer.status, answer.headers, await answer.text(), set_cookie)

    async def begins(self, link: str) -> str:
        """Opens an install link; the address at Slack it leads to."""
        page = await self.opens(link)
        assert page.status == 302, page.html
        return page.headers["Location"]


@pytest.fixture
def communities(database: Database) -> tuple[CommunityId, CommunityId]:
    with database.transaction() as db:
        first = db.communities.add("Leaders", zone="Europe/London", now=START)
        return first, db.communities.add("Midwives", zone="Europe/London", now=START)


@dataclass
class Clock:
    ahead: float = 0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def joining(slack: SlackStandIn, database: Database, clock: Clock) -> AsyncIterator[Bot]:
    """A bot for several workspaces, in none yet; two wait to be asked."""
    slack.workspace("T2", "Bromley & Sons")
    slack.workspace("T3", "Lewisham")
    slack.person("UGREG", "Greg", team="T2")
    bot, stop = await started(slack, kept=kept_in(database), clock=clock, **CLIENT)
    yield bot
    await stop()


def kept_in(database: Database) -> Any:
    async def store(act: Any) -> Any:
        return await database.run(lambda db: act(db.workspaces))

    return store


def link_for(community: CommunityId) -> str:
    return links.install_link(BASE, community, SEALS)


def installed(database: Database) -> list[tuple[str, str, CommunityId]]:
    with database.transaction() as db:
        found: SlackStore = db.workspaces
        return [
            (each.lane, each.name, each.community)
            for each in db.workspaces.all()
            if found.installation(each.lane)
        ]


async def test_link_leads_to_slack_and_back_into_its_community(
    joining: Bot, database: Database, communities: Any
) -> None:
    _, midwives = communities
    browser = Browser(joining)

    page = await browser.opens(
        joining.slack.workspaces.approve(await browser.begins(link_for(midwives)), "T2")
    )

    assert (page.status, page.said) == (
        200,
        "The Slack workspace “Bromley &amp; Sons” is connected to the community “Midwives”.",
    )
    assert installed(database) == [(BROMLEY, "Bromley & Sons", midwives)]
    assert [(one.account, one.route) for one in joining.heard] == [
        (Account(BROMLEY, ""), "installed")
    ]
    assert (await joining.slack.command("UGREG", "/coffee")).text == "You said coffee."
    await joining.slack.says("UGREG", "coffee")
    assert joining.slack.calls[-1].token == joining.slack.workspaces.newest_token("T2")


async def test_slack_is_asked_for_our_scopes_and_to_come_back_to_us(
    joining: Bot, communities: Any
) -> None:
    page = await Browser(joining).opens(link_for(communities[0]))

    address = urlsplit(page.headers["Location"])
    asked = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}/api/" == joining.slack.api_url
    assert address.path == "/oauth/v2/authorize"
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["redirect_uri"] == [f"{BASE}/slack/oauth_redirect"]
    assert asked["scope"][0].split(",") == sorted(SCOPES)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert re.fullmatch(
        r"__Host-leaders-slack=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=Lax; Secure",
        page.cookie,
    )


async def test_cookie_without_https_is_not_secure(
    slack: SlackStandIn, database: Database, communities: Any
) -> None:
    bot, stop = await started(
        slack, kept=kept_in(database), base_url="http://127.0.0.1:3000", **CLIENT
    )

    page = await Browser(bot).opens(link_for(communities[0]))

    assert page.cookie.startswith("leaders-slack=")
    assert "Secure" not in page.cookie
    await stop()


async def test_no_workspace_comes_without_a_link_be_there_but_one_community(
    joining: Bot, database: Database, communities: Any
) -> None:
    address = f"{BASE}/slack/install"
    several = await Browser(joining).opens(address)
    with database.transaction() as db:
        db.communities.remove(communities[0])
    one = await Browser(joining).opens(address)

    assert [(page.status, page.said) for page in (several, one)] == [(400, install.LINK_NEEDED)] * 2


async def test_link_that_was_changed_installs_nothing(joining: Bot, communities: Any) -> None:
    link = link_for(communities[0])
    state = links.state(communities[0], "x", SEALS, now=START)
    foreign = links.install_link(BASE, communities[0], Vault("another key"))
    wrong = [
        link[:-20] + ("A" if link[-20] != "A" else "B") + link[-19:],
        link[:-10],
        f"{BASE}/slack/install?community=",
        f"{BASE}/slack/install?community={communities[0]}",
        f"{BASE}/slack/install?community={state}",
        f"{BASE}/slack/install?community=%FF%00é",
        foreign,
    ]

    pages = [await Browser(joining).opens(each) for each in wrong]

    assert [(page.status, page.said) for page in pages] == [(400, install.LINK_WRONG)] * 7


async def test_link_to_a_community_that_is_gone_says_so(
    joining: Bot, database: Database, communities: Any
) -> None:
    browser = Browser(joining)
    approved = joining.slack.workspaces.approve(
        await browser.begins(link_for(communities[1])), "T2"
    )
    with database.transaction() as db:
        db.communities.remove(communities[1])

    ended = await browser.opens(approved)
    begun = await browser.opens(link_for(communities[1]))

    assert (ended.status, begun.status) == (410, 410)
    assert ended.said == begun.said == install.COMMUNITY_GONE
    assert installed(database) == []


def forged(url: str, **more: str) -> str:
    for name, value in more.items():
        url = re.sub(rf"([?&]{name}=)[^&]*", lambda found, v=value: found[1] + v, url)
    return url


async def test_state_that_is_not_this_browsers_or_not_ours_has_no_effect(
    joining: Bot, database: Database, communities: Any, clock: Clock
) -> None:
    browser, other = Browser(joining), Browser(joining)
    approved = joining.slack.workspaces.approve(
        await browser.begins(link_for(communities[0])), "T2"
    )
    await other.begins(link_for(communities[0]))
    link_as_state = parse_qs(urlsplit(link_for(communities[0])).query)["community"][0]

    pages = [
        await other.opens(approved),
        await Browser(joining).opens(approved),
        await browser.opens(forged(approved, state="guessed")),
        await browser.opens(forged(approved, state=link_as_state)),
        await browser.opens(re.sub(r"&state=.*", "", approved)),
    ]
    clock.ahead = 601
    pages.append(await browser.opens(approved))

    assert [(page.status, page.said) for page in pages] == [(400, install.STATE_WRONG)] * 6
    assert installed(database) == []
    assert joining.slack.called("oauth.v2.access") == joining.heard == []
    clock.ahead = 590
    assert (await browser.opens(approved)).status == 200


async def test_no_to_slack_installs_nothing(
    joining: Bot, database: Database, communities: Any
) -> None:
    browser = Browser(joining)

    page = await browser.opens(
        joining.slack.workspaces.deny(await browser.begins(link_for(communities[0])))
    )

    assert (page.status, page.said) == (403, install.DENIED)
    assert installed(database) == []


async def test_refusal_of_slacks_own_page_is_said_and_no_markup(joining: Bot) -> None:
    page = await Browser(joining).opens(f"{BASE}/slack/oauth_redirect?error=<b>no_scopes")

    assert (page.status, page.said) == (
        400,
        install.CODE_REFUSED.format(code="&lt;b&gt;no_scopes"),
    )


async def test_code_that_slack_refuses_installs_nothing(
    joining: Bot, database: Database, communities: Any
) -> None:
    browser = Browser(joining)
    approved = joining.slack.workspaces.approve(
        await browser.begins(link_for(communities[0])), "T2"
    )

    page = await browser.opens(forged(approved, code="guessed"))

    assert (page.status, page.said) == (400, install.CODE_REFUSED.format(code="invalid_code"))
    assert installed(database) == joining.heard == []


@pytest.mark.parametrize("trouble", ["drop", "limit", "nonsense"])
async def test_slack_that_does_not_answer_installs_nothing(
    joining: Bot, database: Database, communities: Any, trouble: str
) -> None:
    match trouble:
        case "drop":
            joining.slack.drop("oauth.v2.access")
        case "limit":
            joining.slack.limit("oauth.v2.access", retry_after=5)
        case _:
            joining.slack.answer_in_words("oauth.v2.access", {"ok": True})
    browser = Browser(joining)
    approved = joining.slack.workspaces.approve(
        await browser.begins(link_for(communities[0])), "T2"
    )

    page = await browser.opens(approved)

    assert page.status == (502 if trouble == "nonsense" else 503)
    assert page.said == install.SLACK_AWAY
    assert installed(database) == joining.heard == []


async def test_whole_organisation_is_refused_and_nothing_kept(
    joining: Bot, database: Database, communities: Any
) -> None:
    browser = Browser(joining)
    began = await browser.begins(link_for(communities[0]))

    page = await browser.opens(joining.slack.workspaces.approve(began, "T2", is_organisation=True))

    assert (page.status, page.said) == (400, install.ORGANISATION)
    assert installed(database) == joining.heard == []


async def test_workspace_of_another_community_stays_there(
    joining: Bot, database: Database, communities: Any
) -> None:
    leaders, midwives = communities
    browser = Browser(joining)
    for community in (leaders, midwives):
        page = await browser.opens(
            joining.slack.workspaces.approve(await browser.begins(link_for(community)), "T3")
        )

    assert page.said == (
        "The Slack workspace “Lewisham” belongs to the community “Leaders” already and stays "
        "there; this link was another community’s."
    )
    assert installed(database) == [("slack:T3", "Lewisham", leaders)]


async def test_another_replica_ends_what_one_began(
    joining: Bot, slack: SlackStandIn, database: Database, communities: Any
) -> None:
    browser = Browser(joining)
    approved = slack.workspaces.approve(await browser.begins(link_for(communities[0])), "T2")
    replica, stop = await started(slack, kept=kept_in(database), **CLIENT)

    page = await Browser(replica, browser.cookies).opens(approved)

    assert page.status == 200
    await stop()


async def test_page_holds_nothing_from_elsewhere(joining: Bot) -> None:
    page = await Browser(joining).opens(f"{BASE}/slack/oauth_redirect")

    style = re.search(r"<style>(.*?)</style>", page.html, re.DOTALL)[1]
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert page.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{hashed}'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert '<html lang="en-GB">' in page.html
    assert "<title>That did not work – Leaders</title>" in page.html
    assert page.html.count("<h1>") == 1


async def test_single_workspace_has_no_install_pages(bot: Bot) -> None:
    page = await Browser(bot).opens(f"{BASE}/slack/install")

    assert page.status == 404


async def test_socket_mode_installs_too(
    slack: SlackStandIn, database: Database, communities: Any
) -> None:
    slack.workspace("T2", "Bromley")
    slack.person("UGREG", "Greg", team="T2")
    more = {**CLIENT, "slack_signing_secret": "", "slack_app_token": "xapp-of-the-stand-in"}
    bot, stop = await started(slack, kept=kept_in(database), **more)
    browser = Browser(bot)

    await browser.opens(
        slack.workspaces.approve(await browser.begins(link_for(communities[0])), "T2")
    )
    said = await slack.command("UGREG", "/coffee")

    assert said.text == "You said coffee."
    await stop()
