"""A round of coffee from a spreadsheet to the report, by the whole bot, in Slack and on the web."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from storage.outbox import State
from tests.end_to_end import people
from tests.end_to_end.bot_process import Bot, until
from tests.end_to_end.people import AVOIDING, ORGANISER, SECRETLY
from tests.end_to_end.place import (
    SECRET_KEY,
    Entered,
    Place,
    Slack,
    met_on_web,
    nobody_is_with_whom_they_may_not,
    settings_of,
    slack_takes_everything,
    told,
)
from tests.slack_stand_in import APP_TOKEN, BOT_TOKEN, SECRET, Said

# A Tuesday in winter, when London is on UTC. The round goes out at nine.
MORNING = datetime(2027, 2, 2, 8, 30, tzinfo=UTC)
NINE = datetime(2027, 2, 2, 9, 0, tzinfo=UTC)
# So long before nine the bot is started again: a little more than a start takes.
BEFORE_NINE = timedelta(seconds=3)
# All messages of the round at four a second, a 429 and a restart, on a busy machine.
ROUND_WITHIN = 40


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as slack:
        yield slack


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/leaders.db"
    return str(request.getfixturevalue("postgres_database"))


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


async def met_in_slack(place: Place, card: Said) -> None:
    """One of them taps; the same tap, delivered again, has no further effect."""
    user = next(iter(place.slack.channels[card.channel] - {"U0BOT"}))

    first = await place.heard(place.slack.taps(user, card, "We’ve met"))
    again = await place.heard(place.slack.taps(user, card, "We’ve met"))

    assert first.text.startswith("Lovely.")
    assert again.text == first.text
    assert {first.only_for, again.only_for} == {user}


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
