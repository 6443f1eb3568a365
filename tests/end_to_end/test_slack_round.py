"""A round of coffee from a spreadsheet to the report, by the whole bot, in Slack and on the web."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.chat.messages import Heading
from bot.ids import Lane
from storage.database import Database
from storage.outbox import State
from storage.secrets import Vault
from storage.web import web_account
from tests import slack_limits, slack_schema
from tests.end_to_end import people
from tests.end_to_end.bot_process import (
    Bot,
    ahead,
    command,
    environment,
    running,
    until,
)
from tests.end_to_end.people import AVOIDING, ORGANISER, SECRETLY, Leader
from tests.slack_stand_in import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    TEAM,
    Said,
    SlackStandIn,
    signed,
)

SECRET_KEY = "the key of the end-to-end tests, long enough"
LANE = Lane(f"slack:{TEAM}")
# A Tuesday in winter, when London is on UTC. The round goes out at nine.
MORNING = datetime(2027, 2, 2, 8, 30, tzinfo=UTC)
NINE = datetime(2027, 2, 2, 9, 0, tzinfo=UTC)
# So long before nine the bot is started again: a little more than a start takes.
BEFORE_NINE = timedelta(seconds=3)
# All messages of the round at four a second, a 429 and a restart, on a busy machine.
ROUND_WITHIN = 40
ANSWERED_WITHIN = 20
ROUND_IS_OUT = "Round 1 of coffee is out"


class Slack(SlackStandIn):
    """Slack, whose clock may be ahead as the bot's is."""

    ahead = 0

    async def post(self, body: Any, content: str = "application/json", **headers: str) -> Any:
        made = signed(body, at=time.time() + self.ahead)
        mine = {name.replace("-", "_"): value for name, value in made.items()}
        return await super().post(body, content, **(mine | headers))

    async def tells_again(self, user: str, words: str, event_id: str, *, retry: int) -> None:
        """Somebody's words, delivered for a first time or once more."""
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
        status, _ = await self.post(json.dumps(body).encode(), **(again if retry else {}))
        assert status == 200


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
        await acting
        await until(lambda: len(self.slack.said) > before, what="answer", within=ANSWERED_WITHIN)
        return self.slack.said[-1]

    @cached_property
    def database(self) -> Database:
        """The bot's own, to look at."""
        return Database(self.settings["DATABASE_URL"], Vault(SECRET_KEY))

    def accounts(self) -> int:
        with self.database.transaction() as db:
            return len(db.members.accounts_in(LANE))

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
        return [said for said in self.slack.said if _heading(said).startswith("Coffee: ")]

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


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as slack:
        yield slack


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/leaders.db"
    return str(request.getfixturevalue("postgres_database"))


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


@pytest.fixture
def place(slack: Slack, database_url: str, tmp_path: Path) -> Iterator[Place]:
    """Everybody of the spreadsheet who is in Slack, and somebody who is not in the spreadsheet."""
    made = Place(tmp_path, settings_of(slack, tmp_path, DATABASE_URL=database_url), slack)
    for leader in made.leaders:
        if leader.is_in_slack:
            slack.person(leader.user, leader.name, email=leader.email)
    slack.person("USTRANGER", "Somebody Without A Row", email="stranger@elsewhere.example")
    yield made
    made.database.close()


async def test_round_reaches_everybody_once(place: Place) -> None:
    slack, organiser = place.slack, place.leaders[ORGANISER].user
    if not place.database.is_sqlite:
        await place.runs("migrate")

    async with place.bot(at=MORNING) as bot:
        await imported(place)
        await avoided(place)
        await set_up(place, organiser)
        assert await bot.ended() == 0
    assert place.states()[State.SENDING] == 0

    slack.limit("chat.postMessage", retry_after=1)
    async with place.bot(at=NINE - BEFORE_NINE) as bot:
        await until(
            lambda: len(place.cards_in_slack()) > 2, what="begun round", within=ROUND_WITHIN
        )
        # A restart in mid-round, as when a new version is put in place.
        assert await bot.ended() == 0
    assert place.states()[State.SENDING] == 0
    assert place.states()[State.QUEUED] > 0

    async with place.bot() as bot:
        await until(place.is_round_out, what="round that is out", within=ROUND_WITHIN)
        groups = told(place)
        everybody_is_in_one_group(place, groups)
        nobody_is_with_whom_they_may_not(place, groups)
        slack_takes_everything(slack)
        web = next(leader for leader in place.leaders if not leader.is_in_slack)
        met = next(
            said
            for said in place.cards_in_slack()
            if said.channel.startswith("G") and web.name not in said.text
        )
        await met_in_slack(place, met)
        secrets = await met_on_web(place, bot, web)
        report = await place.heard(slack.command(organiser, "/leaders coffee report"))
        assert "Met: 7% of groups (2 of 30)" in report.text
        assert "Answered: 2 of 61 people" in report.text
        async with open_page(bot, secrets.session):
            assert await bot.ended() == 0

    assert place.states()[State.SENDING] == 0
    assert set(place.states()) == {State.SENT}
    nothing_secret_was_logged(place, secrets)


async def test_round_over_socket_mode_reaches_everybody_once(slack: Slack, tmp_path: Path) -> None:
    settings = settings_of(slack, tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/leaders.db")
    del settings["SLACK_SIGNING_SECRET"]
    place = Place(tmp_path, settings | {"SLACK_APP_TOKEN": APP_TOKEN}, slack)
    place.leaders = place.leaders[:5]
    for leader in place.leaders:
        slack.person(leader.user, leader.name, email=leader.email)

    async with place.bot() as bot:
        await slack.connected()
        # The organiser, appointed by their Slack account alone, is called by their name.
        await until(lambda: place.states()[State.SENT], what="member list", within=ROUND_WITHIN)
        for leader in place.leaders:
            said = await place.heard(slack.command(leader.user, "/coffee join"))
            assert said.text.startswith("You are in")
        await place.heard(slack.command(place.leaders[ORGANISER].user, "/leaders coffee run"))
        await until(place.is_round_out, what="round that is out", within=ROUND_WITHIN)
        groups = told(place)
        slack_takes_everything(slack)
        async with aiohttp.ClientSession() as http, http.post(bot.events_address) as response:
            assert response.status in {404, 405}
        assert await bot.ended() == 0
    place.database.close()

    assert {name: len(each) for name, each in groups.items()} == {
        leader.name: 1 for leader in place.leaders
    }
    assert sorted(len(group) for group in {group for (group,) in groups.values()}) == [2, 3]
    assert slack.acknowledged
    assert [each for each in (APP_TOKEN, BOT_TOKEN) if each in "".join(place.printed)] == []


async def imported(place: Place) -> None:
    """The spreadsheet becomes members, and those in Slack without an ID are found by e-mail."""
    table = people.write(place.leaders, place.folder / "leaders.csv")

    told = await place.runs("import", "members", str(table))

    assert told.splitlines()[-1] == "60 added, 1 updated, 0 unchanged, 0 with problems."
    await until(
        lambda: place.accounts() == people.IN_SLACK, what="everybody in Slack", within=ROUND_WITHIN
    )
    said = await place.heard(place.slack.command(place.leaders[ORGANISER].user, "/coffee join"))
    assert said.text.startswith("You are in")


async def avoided(place: Place) -> None:
    """Two say whom they avoid; the first event is delivered three times and has one effect."""
    (first, its), (second, other) = (
        (place.leaders[one], place.leaders[another]) for one, another in AVOIDING
    )
    for retry in range(3):
        words = f"coffee avoid <@{its.user}>"
        await place.slack.tells_again(first.user, words, "Ev-avoid", retry=retry)
    said = await place.heard(place.slack.command(second.user, f"/coffee avoid @{other.name}"))

    assert said.text.startswith(f"I will not match you with {other.name}.")
    (reply,) = place.slack.seen_by(first.user)
    assert reply.text.startswith(f"I will not match you with {its.name}.")


async def set_up(place: Place, organiser: str) -> None:
    """The form opens by its trigger, and what was filled in is kept."""
    slack = place.slack
    await slack.command(organiser, "/leaders coffee setup")
    assert len(slack.called("views.open")) == 1

    kept = slack.modals[organiser]["blocks"]
    await slack.submits(organiser, rhythm="every Blursday", size="2", theme="none")
    assert set(slack.modal_errors[organiser]) == {"rhythm"}
    assert slack.modals[organiser]["blocks"] == kept

    answer = await slack.submits(
        organiser, rhythm="every 2 weeks on Tuesday 09:00", size="2", theme="none"
    )
    assert answer["response_action"] == "update"
    assert "Tuesday 2 February" in json.dumps(answer["view"])


def told(place: Place) -> dict[str, list[frozenset[str]]]:
    """For each leader the groups that the messages, not the tables, tell them of."""
    by_user = {leader.user: leader for leader in place.leaders if leader.is_in_slack}
    by_direct = {place.slack.direct(user): leader for user, leader in by_user.items()}
    found: dict[str, list[frozenset[str]]] = {}
    for said in place.cards_in_slack():
        named = _names(place, _heading(said))
        if said.channel in by_direct:
            leader = by_direct[said.channel]
            found.setdefault(leader.name, []).append(named | {leader.name})
            continue
        present = {by_user[user].name for user in place.slack.channels[said.channel] - {"U0BOT"}}
        assert present == named
        for name in present:
            found.setdefault(name, []).append(named)
    for leader, heading in place.cards_on_web():
        found.setdefault(leader.name, []).append(_names(place, heading) | {leader.name})
    return found


def everybody_is_in_one_group(place: Place, groups: dict[str, list[frozenset[str]]]) -> None:
    by_name = {leader.name: leader for leader in place.leaders}
    assert {name: len(each) for name, each in groups.items()} == dict.fromkeys(by_name, 1)
    distinct = {group for each in groups.values() for group in each}
    # Whoever is named was told of the same group.
    assert sum(map(len, distinct)) == len(place.leaders)
    assert Counter(map(len, distinct)) == {2: 29, 3: 1}

    together = {
        frozenset(name for name, leader in by_name.items() if leader.user in channel)
        for channel in place.slack.channels.values()
    }
    in_slack = {group for group in distinct if all(by_name[name].is_in_slack for name in group)}
    # Those who can talk in one conversation share it, and nobody else does.
    assert together == in_slack
    on_web = {leader.name for leader, _ in place.cards_on_web()}
    assert on_web == {leader.name for leader in place.leaders if not leader.is_in_slack}
    assert place.slack.seen_by("USTRANGER") == []


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
    assert all(said.metadata for said in slack.said if _heading(said).startswith("Coffee: "))


async def met_in_slack(place: Place, card: Said) -> None:
    """One of them taps; the same tap, delivered again, has no further effect."""
    user = next(iter(place.slack.channels[card.channel] - {"U0BOT"}))

    first = await place.heard(place.slack.taps(user, card, "We’ve met"))
    again = await place.heard(place.slack.taps(user, card, "We’ve met"))

    assert first.text.startswith("Lovely.")
    assert again.text == first.text
    assert {first.only_for, again.only_for} == {user}


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
        asked = _tapped(entry, "We’ve met")
        async with http.post(
            f"{bot.address}/chat/tap", json=asked, headers=page, cookies=cookies
        ) as response:
            answer = (await response.json())["entries"]
    assert answer[0]["card"]["text"].startswith("Lovely.")
    return Entered(link.rpartition("/")[2], cookies["leaders"])


@asynccontextmanager
async def open_page(bot: Bot, session: str) -> AsyncIterator[None]:
    """A page of the web chat that listens for what is new."""
    async with (
        aiohttp.ClientSession(cookies={"leaders": session}) as http,
        http.get(f"{bot.address}/chat/stream") as response,
    ):
        assert response.status == 200
        yield


def nothing_secret_was_logged(place: Place, entered: Entered) -> None:
    printed = "\n".join(place.printed)
    assert '"event": "started"' in printed
    secrets = {BOT_TOKEN, SECRET, SECRET_KEY, entered.link, entered.session}
    addresses = {leader.email for leader in place.leaders}
    words = {SECRETLY, "Blursday", "coffee avoid", *(leader.name for leader in place.leaders)}
    assert [each for each in secrets | addresses | words if each in printed] == []
    assert "Traceback" not in printed


def _heading(said: Said) -> str:
    return next((one["text"]["text"] for one in said.blocks if one["type"] == "header"), "")


def _names(place: Place, heading: str) -> frozenset[str]:
    return frozenset(leader.name for leader in place.leaders if leader.name in heading)


def _tapped(entry: dict[str, Any], label: str) -> dict[str, Any]:
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
