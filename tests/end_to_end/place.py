"""Where a story of the whole bot happens: its settings, the platforms around it, its database."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp

from bot.chat.messages import Heading
from bot.ids import Lane
from storage.database import Database
from storage.outbox import State
from storage.secrets import Vault
from storage.web import web_account
from tests import slack_limits, slack_schema
from tests.end_to_end import people
from tests.end_to_end.bot_process import Bot, ahead, command, environment, running, until
from tests.end_to_end.people import Leader
from tests.slack_stand_in import (
    BOT_TOKEN,
    SECRET,
    TEAM,
    Said,
    SlackStandIn,
    Unacknowledged,
    signed,
)

SECRET_KEY = "the key of the end-to-end tests, long enough"
LANE = Lane(f"slack:{TEAM}")
ANSWERED_WITHIN = 20
# Slack delivers an event four times at most.
DELIVERIES = 4
ROUND_IS_OUT = "Round 1 of coffee is out"


class Slack(SlackStandIn):
    """Slack, whose clock may be ahead as the bot's is."""

    ahead = 0

    async def post(self, body: Any, content: str = "application/json", **headers: str) -> Any:
        made = signed(body, at=time.time() + self.ahead)
        mine = {name.replace("-", "_"): value for name, value in made.items()}
        return await super().post(body, content, **(mine | headers))

    async def tells_again(self, user: str, words: str, event_id: str, *, retry: int) -> None:
        """Somebody's words, delivered for a first time or once more, until they are taken."""
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": event_id,
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            "event": {
                "type": "message",
                "channel": self.direct(user),
                "channel_type": "im",
                "user": user,
                "text": words,
                "ts": "1.1",
            },
        }
        again = {"X_Slack_Retry_Num": str(retry), "X_Slack_Retry_Reason": "http_timeout"}
        for _ in range(DELIVERIES):
            status, _ = await self.post(json.dumps(body).encode(), **(again if retry else {}))
            if status == 200:
                return
            # A busy machine could not commit it in time.
            assert status == 503
        raise Unacknowledged(event_id)


@dataclass
class Place:
    """Where the story happens: the folder, the settings, Slack and the database."""

    folder: Path
    settings: dict[str, str]
    slack: Slack
    leaders: list[Leader] = field(default_factory=people.everybody)
    printed: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def bot(self, at: datetime | None = None) -> AsyncIterator[Bot]:
        """A running bot, whose clock and Slack's show ``at`` as it starts."""
        self.set_clock(at)
        async with running(self.settings, self.folder) as bot:
            self.slack.bot_url = bot.events_address
            try:
                yield bot
            finally:
                self.printed.append(bot.output())

    def set_clock(self, at: datetime | None) -> None:
        if at is not None:
            self.slack.ahead = round(at.timestamp() - time.time())
            self.settings.update(ahead(self.slack.ahead))

    async def runs(self, *words: str) -> str:
        """A command that ends well; what it printed."""
        done = await command(self.settings, self.folder, *words)
        assert done.code == 0, done
        return done.out

    async def heard(self, acting: Awaitable[Any]) -> Said:
        """What the bot says to somebody's act, at once or, on a busy machine, a little later."""
        before = len(self.slack.said)
        with suppress(Unacknowledged):
            await acting
        await until(lambda: len(self.slack.said) > before, what="answer", within=ANSWERED_WITHIN)
        return self.slack.said[-1]

    @cached_property
    def database(self) -> Database:
        """The bot's own, to look at."""
        return Database(self.settings["DATABASE_URL"], Vault(SECRET_KEY))

    def accounts(self, lane: str = LANE) -> int:
        """How many accounts of a workspace are known."""
        with self.database.transaction() as db:
            return len(db.members.accounts_in(Lane(lane)))

    def states(self) -> Counter[State]:
        """How many rows of the outbox are in each state."""
        with self.database.transaction() as db:
            community = db.communities.all()[0].id
            return Counter(row.state for row in db.outbox.rows(community, limit=1000))

    def is_round_out(self) -> bool:
        """Whether there was a round, and nothing of it waits."""
        if not any(said.text.startswith(ROUND_IS_OUT) for said in self.slack.said):
            return False
        states = self.states()
        return not states[State.QUEUED] and not states[State.SENDING]

    def cards_in_slack(self) -> list[Said]:
        return [said for said in self.slack.said if heading(said).startswith("Coffee: ")]

    def cards_on_web(self) -> list[tuple[Leader, str]]:
        """The headings of the cards that each leader sees on the web chat."""
        found = []
        with self.database.transaction() as db:
            community = db.communities.all()[0].id
            for leader in self.leaders:
                member = db.members.by_email(community, leader.email)
                assert member is not None
                entries = db.web.entries(web_account(community, member.id), before=None, limit=30)
                headings = [
                    block.text
                    for entry in entries
                    if entry.message is not None
                    for block in entry.message.blocks
                    if isinstance(block, Heading)
                ]
                found += [(leader, text) for text in headings if text.startswith("Coffee: ")]
        return found


def settings_of(slack: SlackStandIn, folder: Path, **more: str) -> dict[str, str]:
    return environment(
        folder,
        SECRET_KEY=SECRET_KEY,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=slack.api_url,
        ORGANISERS="slack:U000",
        LOG_LEVEL="DEBUG",
        **more,
    )


def told(place: Place) -> dict[str, list[frozenset[str]]]:
    """For each leader the groups that the messages, not the tables, tell them of."""
    by_user = {leader.user: leader for leader in place.leaders if leader.is_in_slack}
    by_direct = {place.slack.direct(user): leader for user, leader in by_user.items()}
    found: dict[str, list[frozenset[str]]] = {}
    for said in place.cards_in_slack():
        named = named_in(place, heading(said))
        if said.channel in by_direct:
            leader = by_direct[said.channel]
            found.setdefault(leader.name, []).append(named | {leader.name})
            continue
        inside = place.slack.channels[said.channel]
        present = {leader.name for user, leader in by_user.items() if user in inside}
        assert present == named
        for name in present:
            found.setdefault(name, []).append(named)
    for leader, shown in place.cards_on_web():
        found.setdefault(leader.name, []).append(named_in(place, shown) | {leader.name})
    return found


def nobody_is_with_whom_they_may_not(place: Place, groups: dict[str, list[frozenset[str]]]) -> None:
    forbidden = people.forbidden(place.leaders)
    assert len(forbidden) > 600
    assert [pair for (group,) in groups.values() for pair in forbidden if pair <= group] == []


def slack_takes_everything(slack: Slack) -> None:
    """By Slack's own types and limits; and each message can be found again by its key."""
    for said in slack.said:
        content = {"text": said.text, "blocks": said.blocks}
        assert slack_limits.wrong_with_message(content) == ""
        assert slack_schema.faults_of_blocks(said.blocks) == []
        assert "<!channel>" not in json.dumps(content)
    for asked in slack.called("views.open"):
        assert slack_limits.wrong_with_view(asked["view"]) == []
        assert slack_schema.faults("ModalView", asked["view"]) == []
    assert slack.refused_views == []

    sent = [said.metadata for said in slack.said if said.metadata]
    assert {metadata["event_type"] for metadata in sent} == {"leaders_outbox"}
    keys = Counter(metadata["event_payload"]["key"] for metadata in sent)
    assert set(keys.values()) == {1}
    assert all(said.metadata for said in slack.said if heading(said).startswith("Coffee: "))


@dataclass(frozen=True)
class Entered:
    """The secrets of somebody who entered the web chat."""

    link: str
    session: str


async def met_on_web(place: Place, bot: Bot, leader: Leader) -> Entered:
    """Somebody enters by their link, which opening does not use up, and answers."""
    link = (await place.runs("invite", leader.email)).strip()
    assert link.startswith(f"{bot.address}/enter/")
    page = {"Origin": bot.address}
    async with aiohttp.ClientSession() as http:
        for _ in range(2):
            async with http.get(link) as response:
                assert (response.status, leader.name in await response.text()) == (200, True)
        async with http.post(link, headers=page, allow_redirects=False) as response:
            assert response.status == 303
            cookies = {"leaders": response.cookies["leaders"].value}
        async with http.get(link) as response:
            assert response.status == 410

        async with http.get(f"{bot.address}/chat/entries", cookies=cookies) as response:
            (entry,) = (await response.json())["entries"]
        asked = tapped(entry, "We’ve met")
        async with http.post(
            f"{bot.address}/chat/tap", json=asked, headers=page, cookies=cookies
        ) as response:
            answer = (await response.json())["entries"]
    assert answer[0]["card"]["text"].startswith("Lovely.")
    return Entered(link.rpartition("/")[2], cookies["leaders"])


def heading(said: Said) -> str:
    return next((one["text"]["text"] for one in said.blocks if one["type"] == "header"), "")


def named_in(place: Place, heading: str) -> frozenset[str]:
    return frozenset(leader.name for leader in place.leaders if leader.name in heading)


def tapped(entry: dict[str, Any], label: str) -> dict[str, Any]:
    """What the page sends for a tap on a button of a line."""
    button = next(
        item
        for block in entry["card"]["blocks"]
        if block["kind"] == "buttons"
        for item in block["items"]
        if item["label"] == label
    )
    return {
        "entry": entry["id"],
        "route": button["route"],
        "value": button["value"],
        "token": entry["card"]["token"],
    }
