"""A community over two Slack workspaces, two Teams tenants and the web, around the whole bot."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from storage.outbox import State
from tests.end_to_end import people
from tests.end_to_end.bot_process import Bot, environment, until
from tests.end_to_end.people import Leader, Pairs
from tests.end_to_end.place import ROUND_IS_OUT, SECRET_KEY, Place, Slack, named_in, told
from tests.slack_stand_in import SECRET, TEAM
from tests.slack_stand_in import Said as SaidInSlack
from tests.slack_workspaces import CLIENT_ID, CLIENT_SECRET
from tests.teams_connector import OTHER_TENANT, TENANT, Json
from tests.teams_identity import Identity
from tests.teams_stand_in import Said as SaidInTeams
from tests.teams_stand_in import TeamsStandIn, everything

OTHER_TEAM = "T0BROMLEY"
SLACK, OTHER_SLACK = f"slack:{TEAM}", f"slack:{OTHER_TEAM}"
TEAMS, OTHER_TEAMS = f"teams:{TENANT}", f"teams:{OTHER_TENANT}"
# The organiser is in Teams. So many are in each place, one after the other.
HOMES = (TEAMS,) * 12 + (SLACK,) * 18 + (OTHER_SLACK,) * 12 + (OTHER_TEAMS,) * 9 + ("web",) * 10
# Somebody in Teams avoids somebody in Slack, and the other way round.
AVOIDING: Pairs = ((3, 19), (35, 46))
# Somebody in Slack who comes to Teams too.
DOUBLE = 28
# Each of these pairs alone speaks a language, so that there is a group of every kind.
IN_SLACK, IN_OTHER_SLACK, ACROSS_SLACK = (26, 27), (31, 33), (18, 32)
IN_TEAMS, IN_OTHER_TEAMS, ACROSS_TEAMS = (1, 2), (42, 43), (4, 44)
WITH_DOUBLE, TEAMS_AND_SLACK = (5, 28), (7, 29)
TEAMS_AND_WEB, OTHER_TEAMS_AND_WEB = (6, 52), (45, 53)
LANGUAGES = {
    "Welsh": IN_SLACK,
    "Polish": IN_OTHER_SLACK,
    "Yoruba": ACROSS_SLACK,
    "Tamil": IN_TEAMS,
    "Somali": IN_OTHER_TEAMS,
    "Turkish": ACROSS_TEAMS,
    "French": WITH_DOUBLE,
    "Twi": TEAMS_AND_SLACK,
    "Bengali": TEAMS_AND_WEB,
    "Portuguese": OTHER_TEAMS_AND_WEB,
}
# These added the bot for themselves; the others in Teams are in a team that it was added to, and
# some are both.
INSTALLED = (0, 1, 3, 5, 6, 8, 42, 44, 46, 48)
LISTED = {
    TEAMS: ("19:renal@thread.tacv2", (1, 2, 3, 4, 7, 9, 10, 11)),
    OTHER_TEAMS: ("19:stroke@thread.tacv2", (42, 43, 45, 47, 49, 50)),
}
# Both lists of people come in several pages.
PAGE = 3
# An answer, on a busy machine.
WITHIN = 40


@dataclass
class Everywhere(Place):
    """The place of a story with Teams, whose requests, tokens and cards are kept."""

    teams: TeamsStandIn = field(kw_only=True)
    identity: Identity = field(kw_only=True)
    authorizations: list[str] = field(kw_only=True)
    cards: list[Json] = field(kw_only=True)
    minted: list[str] = field(kw_only=True)

    @asynccontextmanager
    async def bot(self, at: datetime | None = None) -> AsyncIterator[Bot]:
        async with super().bot(at) as bot:
            self.teams.bot_url = f"{bot.address}/api/messages"
            yield bot

    @property
    def organiser(self) -> str:
        return self.leaders[people.ORGANISER].user

    def is_round_out(self) -> bool:
        """Whether there was a round, and nothing of it waits."""
        seen = self.teams.seen_by(self.organiser)
        if not any(said.text.startswith(ROUND_IS_OUT) for said in seen):
            return False
        return self.is_quiet()

    def is_quiet(self) -> bool:
        """Whether nothing waits, or is under way."""
        states = self.states()
        return not states[State.QUEUED] and not states[State.SENDING]

    async def in_slack(self, user: str, beginning: str, *, channel: str = "") -> SaidInSlack:
        """The message somebody sees that begins so, once it is there."""
        return await until(
            lambda: _first(self.slack.seen_by(user, channel), beginning),
            what=f"“{beginning}” in Slack",
            within=WITHIN,
        )

    async def in_teams(self, user: str, beginning: str) -> SaidInTeams:
        return await until(
            lambda: _first(self.teams.seen_by(user), beginning),
            what=f"“{beginning}” in Teams",
            within=WITHIN,
        )

    def cards_in_teams(self) -> list[tuple[Leader, Json]]:
        """The cards of a group that each leader was sent."""
        by_user = {object_id(each.number): each for each in self.leaders if self.tenants(each)}
        return [
            (by_user[said.user], said.card)
            for said in self.teams.said
            if heading(said.card).startswith("Coffee: ")
        ]

    def coffee_card(self, leader: Leader) -> SaidInTeams:
        """The one card of their group, in Teams."""
        found = [
            said
            for said in self.teams.seen_by(leader.user)
            if heading(said.card).startswith("Coffee: ")
        ]
        assert len(found) == 1, leader
        return found[0]

    def tenants(self, leader: Leader) -> set[str]:
        """The Teams tenants in which somebody has an account."""
        also = {TEAMS} if leader.number == DOUBLE else set()
        return also | ({leader.lane} if leader.is_in_teams else set())


@asynccontextmanager
async def everywhere(folder: Path, database_url: str) -> AsyncIterator[Everywhere]:
    """All stand-ins, with their people; the bot is installed nowhere yet."""
    authorizations: list[str] = []
    cards: list[Json] = []
    minted: list[str] = []
    async with Identity() as identity, Slack() as slack:

        def mint(service_url: str) -> str:
            minted.append(identity.token(service_url))
            return minted[-1]

        def takes(authorization: str) -> bool:
            authorizations.append(authorization)
            return identity.takes(authorization)

        async with TeamsStandIn(mint=mint, takes=takes, page=PAGE, check=cards.append) as teams:
            leaders = people.settled(
                HOMES, list(map(_user, range(people.COUNT))), avoiding=AVOIDING, languages=LANGUAGES
            )
            place = Everywhere(
                folder,
                settings_of(slack, identity, folder, database_url),
                slack,
                leaders,
                teams=teams,
                identity=identity,
                authorizations=authorizations,
                cards=cards,
                minted=minted,
            )
            _settle(place)
            yield place
            place.database.close()


def settings_of(slack: Slack, identity: Identity, folder: Path, url: str) -> dict[str, str]:
    chosen = environment(
        folder,
        DATABASE_URL=url,
        SECRET_KEY=SECRET_KEY,
        SLACK_CLIENT_ID=CLIENT_ID,
        SLACK_CLIENT_SECRET=CLIENT_SECRET,
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=slack.api_url,
        ORGANISERS=f"teams:{_user(people.ORGANISER)}",
        LOG_LEVEL="DEBUG",
        **identity.settings(TEAMS_ALLOWED_TENANTS=OTHER_TENANT),
    )
    return {**chosen, "BASE_URL": f"http://127.0.0.1:{chosen['PORT']}"}


def upn(number: int) -> str:
    """What a tenant calls somebody, with a sign that no address may carry as it is."""
    return f"{people.email_of(number).partition('@')[0]}+n{number}@trust.example"


def object_id(number: int) -> str:
    """Somebody's id in their Teams tenant."""
    return f"22222222-aaaa-4bbb-8ccc-{number:012}"


async def installed_in_slack(place: Everywhere, link: str, team: str) -> str:
    """Somebody opens the community's link, allows what Slack asks, and comes back."""
    place.slack.workspaces.revoke(team)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        async with http.get(link, allow_redirects=False) as page:
            assert page.status == 302, await page.text()
            cookies = {name: kept.value for name, kept in page.cookies.items()}
            back = place.slack.workspaces.approve(page.headers["Location"], team)
        async with http.get(back, cookies=cookies) as page:
            assert page.status == 200, await page.text()
            return await page.text()


def told_everywhere(place: Everywhere) -> dict[str, list[frozenset[str]]]:
    """For each leader the groups that the messages of all platforms tell them of."""
    found = told(place)
    for leader, card in place.cards_in_teams():
        group = named_in(place, heading(card)) | {leader.name}
        found.setdefault(leader.name, []).append(group)
    return found


def heading(card: Json) -> str:
    """The heading of a card; empty where it has none."""
    return next((one["text"] for one in everything(card) if one.get("style") == "heading"), "")


def links(content: Any) -> Iterator[str]:
    """The addresses that the buttons of a card, or of Slack's blocks, lead to."""
    if isinstance(content, list):
        for each in content:
            yield from links(each)
    elif isinstance(content, dict):
        yield from [content["url"]] if isinstance(content.get("url"), str) else []
        for each in content.values():
            yield from links(each)


def _user(number: int) -> str:
    """Somebody's id where they are."""
    home = HOMES[number]
    if home == "web":
        return ""
    return f"U0{number:02}" if home.startswith("slack:") else object_id(number)


def _settle(place: Everywhere) -> None:
    place.slack.workspace(OTHER_TEAM, "Bromley")
    for leader in place.leaders:
        if leader.is_in_slack:
            team = leader.lane.partition(":")[2]
            place.slack.person(leader.user, leader.name, team=team, email=leader.email)
        if leader.is_in_teams or leader.number == DOUBLE:
            place.teams.person(
                object_id(leader.number),
                leader.name,
                tenant=OTHER_TENANT if leader.lane == OTHER_TEAMS else TENANT,
                email=leader.email,
                upn=upn(leader.number),
            )
    place.slack.person("USTRANGER", "Somebody Without A Row", email="stranger@elsewhere.example")
    for lane, (conversation, numbers) in LISTED.items():
        tenant = lane.partition(":")[2]
        place.teams.channel(conversation, *map(object_id, numbers), tenant=tenant)


def _first(seen: list[Any], beginning: str) -> Any:
    return next((said for said in seen if said.text.startswith(beginning)), None)
