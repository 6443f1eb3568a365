"""Killed between an effect and its acknowledgement; told again, on whichever replica, it is one."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from storage.outbox import State
from tests.end_to_end.bot_process import Bot, free_port, until
from tests.end_to_end.place import ANSWERED_WITHIN, Place, Slack, settings_of
from tests.teams_identity import Identity
from tests.teams_stand_in import TeamsStandIn

ADA = "U000"
OLGA = "22222222-aaaa-4bbb-8ccc-000000000007"
# Each time it is carried out another round is left out, and written into the audit.
SKIP = "coffee skip"
LEFT_OUT = "The round on "


@dataclass
class Told(Place):
    """A place with one organiser in Slack and another in Teams, and the bots that run there."""

    teams: TeamsStandIn = field(kw_only=True)

    @asynccontextmanager
    async def bot(self, at: datetime | None = None) -> AsyncIterator[Bot]:
        async with super().bot(at) as bot:
            self.speak_to(bot)
            yield bot

    def speak_to(self, bot: Bot) -> None:
        """Both platforms tell this replica from now on."""
        self.slack.bot_url = bot.events_address
        self.teams.bot_url = f"{bot.address}/api/messages"

    def skips(self) -> int:
        """How often it was carried out."""
        with self.database.transaction() as db:
            [community] = db.communities.all()
            entries = db.audit.latest(community.id, limit=99)
        return [entry.action for entry in entries].count(SKIP)

    def answers(self) -> int:
        """How many answers arrived."""
        said = (*self.slack.seen_by(ADA), *self.teams.seen_by(OLGA))
        return sum(each.text.startswith(LEFT_OUT) for each in said)


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[Told]:
    async with (
        Identity() as identity,
        Slack() as slack,
        TeamsStandIn(mint=identity.token, takes=identity.takes) as teams,
    ):
        slack.person(ADA, "Ada Obi", email="ada@leaders.example")
        teams.person(OLGA, "Olga Lind", installed=True)
        settings = settings_of(slack, tmp_path, **identity.settings())
        settings["ORGANISERS"] = f"slack:{ADA},teams:{OLGA}"
        settings["DATABASE_URL"] = f"sqlite:///{tmp_path}/leaders.db"
        yield Told(tmp_path, settings, slack, teams=teams)


async def set_up(place: Told) -> None:
    """Rounds are planned, and the bot has nothing more to say by itself."""
    day = f"{datetime.now(UTC) + timedelta(days=3):%A}"
    await place.slack.command(ADA, "/leaders coffee setup")
    await place.slack.submits(ADA, rhythm=f"every week on {day} 09:00", size="2", theme="none")
    await until(
        lambda: set(place.states()) == {State.SENT}, what="quiet bot", within=ANSWERED_WITHIN
    )


async def killed_before_it_acknowledged(place: Told, bot: Bot, platform: str) -> None:
    """The answer is on its way, so the effect is committed; the acknowledgement comes after it."""
    if platform == "slack":
        arrived, go = place.slack.hold("chat.postMessage")
        telling = asyncio.ensure_future(place.slack.tells_again(ADA, SKIP, "Ev-skip", retry=0))
    else:
        arrived, go = place.teams.hold("send")
        telling = asyncio.ensure_future(place.teams.says(OLGA, SKIP))
    await asyncio.wait_for(arrived.wait(), ANSWERED_WITHIN)
    assert not telling.done()
    os.kill(bot.pid, signal.SIGKILL)
    with pytest.raises(aiohttp.ClientError):
        await telling
    go.set()
    await until(place.answers, what="answer", within=ANSWERED_WITHIN)
    assert (place.skips(), place.answers()) == (1, 1)


async def told_again(place: Told, platform: str) -> None:
    """What a platform tells again where it was not answered."""
    if platform == "slack":
        for retry in (1, 2):
            await place.slack.tells_again(ADA, SKIP, "Ev-skip", retry=retry)
        return
    for is_new in (False, True):
        assert (await place.teams.repeats(new_id=is_new)).status == 200


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_repeat_at_the_bot_that_was_started_again_has_no_effect(
    around: Told, platform: str
) -> None:
    async with around.bot() as bot:
        await set_up(around)
        await killed_before_it_acknowledged(around, bot, platform)

    # However long the start takes, to the bot's clock it is within twenty seconds of the first.
    async with around.bot(at=datetime.now(UTC) - timedelta(minutes=1)) as bot:
        await told_again(around, platform)
        repeated = around.skips(), around.answers()
        await around.slack.tells_again(ADA, SKIP, "Ev-another", retry=0)
        assert await bot.ended() == 0
    anew = around.skips(), around.answers()
    around.database.close()

    assert (repeated, anew) == ((1, 1), (2, 2))


async def test_what_was_not_committed_is_not_acknowledged_and_done_when_it_is_told_again(
    around: Told,
) -> None:
    around.slack.person("U001", "Ben Ojo", email="ben@leaders.example")
    async with around.bot() as bot:
        await set_up(around)
        # Who a newcomer is, is asked before anything is written.
        arrived, go = around.slack.hold("users.info")
        telling = asyncio.ensure_future(
            around.slack.tells_again("U001", "coffee join", "Ev-join", retry=0)
        )
        await asyncio.wait_for(arrived.wait(), ANSWERED_WITHIN)
        os.kill(bot.pid, signal.SIGKILL)
        with pytest.raises(aiohttp.ClientError):
            await telling
        go.set()
    before = around.slack.seen_by("U001")

    async with around.bot() as bot:
        for retry in (1, 2):
            await around.slack.tells_again("U001", "coffee join", "Ev-join", retry=retry)
        said = [each.text for each in around.slack.seen_by("U001") if "You are in" in each.text]
        assert await bot.ended() == 0
    around.database.close()

    assert (before, len(said)) == ([], 1)


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_repeat_at_another_replica_has_no_effect(
    around: Told, postgres_database: str, platform: str
) -> None:
    around.settings["DATABASE_URL"] = postgres_database
    await around.runs("migrate")
    async with around.bot() as one:
        await set_up(around)
        around.settings["PORT"] = str(free_port())
        async with around.bot() as other:
            around.speak_to(one)
            await killed_before_it_acknowledged(around, one, platform)
            around.speak_to(other)
            await told_again(around, platform)
            repeated = around.skips(), around.answers()
            assert await other.ended() == 0
    around.database.close()

    assert repeated == (1, 1)


async def test_two_replicas_that_are_told_at_once_do_it_once(
    around: Told, postgres_database: str
) -> None:
    around.settings["DATABASE_URL"] = postgres_database
    await around.runs("migrate")
    async with around.bot() as one:
        await set_up(around)
        around.settings["PORT"] = str(free_port())
        async with around.bot() as other:
            found = []
            for number in range(5):

                async def tells(bot: Bot, event_id: str = f"Ev-{number}") -> None:
                    around.speak_to(bot)
                    await around.slack.tells_again(ADA, SKIP, event_id, retry=0)

                await asyncio.gather(tells(one), tells(other))
                # Slack takes one message a second in a conversation, whichever replica sends it.
                await until(
                    lambda count=number + 1: len(around.slack.seen_by(ADA)) >= count,
                    what="answer", within=ANSWERED_WITHIN,
                )  # fmt: skip
                found.append((around.skips(), len(around.slack.seen_by(ADA))))
            # Whatever is said: the second of two is answered with nothing at all.
            await other.ended()
        await one.ended()
    around.database.close()

    assert found == [(number, number) for number in range(1, 6)]
    assert len(around.slack.seen_by(ADA)) == 5
